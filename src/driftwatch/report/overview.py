"""What every report says first: the outcome in words, the counts, and the changes grouped by object."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.change import Verb
from driftwatch.model.comparison import Label
from driftwatch.model.key import is_worded
from driftwatch.model.statement import Level, Lock
from driftwatch.model.verdict import Outcome
from driftwatch.report.display import moment, plural, spaced
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.comparison import Comparison, Finding
    from driftwatch.model.key import Key
    from driftwatch.model.plan import Plan
    from driftwatch.model.verdict import Verdict

NO_DRIFT = "No drift in what was compared"

TITLES: Mapping[str, str] = {
    "no-drift": NO_DRIFT,
    "drift": "Drift",
    "breaking-drift": "Breaking drift",
    "incomplete": "Incomplete",
}

LEVELS = (Level.BREAKING, Level.BLOCKING, Level.SAFE)
"""From the worst to the best."""

_THREE_STEPS = (
    "Expand: deploy what is new beside what is old, optional and without constraints, and let the code write both.",
    "Migrate: fill the new from the old, and release code that reads only the new.",
    "Contract: when no old code runs any more, deploy what takes the old away or makes the new required.",
)


def three_steps(comparison: Comparison) -> tuple[str, ...]:
    """How breaking changes are deployed while code runs; nothing where no change is breaking."""
    return _THREE_STEPS if any(finding.level is Level.BREAKING for finding in comparison.findings) else ()


def ways_out(finding: Finding) -> tuple[tuple[str, str], ...]:
    """What can become of a hot-fix, each with the SQL that does it."""
    ways = (("take it out of prod", finding.statements), ("keep it, in dev", finding.backport))
    if finding.label is not Label.HOTFIX:
        return ()
    return tuple((way, "".join(f"{sql};\n" for sql in statements)) for way, statements in ways if statements)


def written(finding: Finding, comparison: Comparison) -> str:
    """When it was last written, and where; empty where that is not known."""
    return ", ".join(f"written in {side_name(comparison, side)} at {moment(at)}" for side, at in finding.written)


LOCK_MEANS: Mapping[Lock, str] = {
    Lock.ACCESS_EXCLUSIVE: "blocks reads and writes",
    Lock.SHARE_ROW_EXCLUSIVE: "blocks writes",
    Lock.SHARE: "blocks writes",
    Lock.SHARE_UPDATE_EXCLUSIVE: "blocks VACUUM and other schema changes",
    Lock.ROW_EXCLUSIVE: "blocks plain index builds",
    Lock.ACCESS_SHARE: "blocks only ACCESS EXCLUSIVE",
}
"""What a lock keeps others from, after the manual's table of conflicting lock modes (13.3.1)."""

_STRENGTH = {lock: strength for strength, lock in enumerate(Lock)}


class Counts(NamedTuple):
    """How many changes there are, by what they do and by how dangerous they are."""

    total: int
    verbs: Mapping[Verb, int]
    levels: Mapping[Level, int]


class KindCount(NamedTuple):
    """One line of the summary: a kind and its changes."""

    kind: str
    verbs: Mapping[Verb, int]
    total: int
    worst: Level


class Group(NamedTuple):
    """An object and the changes shown under it; `main` is the object's own change, if it has one.

    `parts` came or went with the object itself and have no statement of their own.
    """

    key: Key
    main: Finding | None
    others: tuple[Finding, ...]
    parts: tuple[Finding, ...]
    worst: Level


class UnmodelledRow(NamedTuple):
    """Something no kind reads, and where it is: `where` is a phrase, `differs` whether that counts as drift."""

    what: str
    name: str
    where: str
    differs: bool


def worst(levels: Iterable[Level]) -> Level:
    """The most dangerous of some levels; safe where there is none."""
    return min(levels, key=LEVELS.index, default=Level.SAFE)


def count(findings: Iterable[Finding]) -> Counts:
    """The changes counted by verb and by level."""
    findings = tuple(findings)
    verbs, levels = Counter(f.change.verb for f in findings), Counter(f.level for f in findings)
    return Counts(len(findings), {v: verbs[v] for v in Verb}, {v: levels[v] for v in LEVELS})


def count_kinds(findings: Iterable[Finding]) -> tuple[KindCount, ...]:
    """One line a kind, in the alphabet's order."""
    by_kind: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_kind[finding.change.key.kind].append(finding)
    return tuple(
        KindCount(kind, count(found).verbs, len(found), worst(f.level for f in found))
        for kind, found in sorted(by_kind.items())
    )


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """The changes by the object they are shown under, in the order of kind and name."""
    by_key: defaultdict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_key[finding.group].append(finding)
    return tuple(_group(key, found) for key, found in sorted(by_key.items()))


def _group(key: Key, findings: list[Finding]) -> Group:
    main = next((f for f in findings if f.change.key == key), None)
    rest = sorted((f for f in findings if f is not main), key=lambda f: (f.change.key.kind, f.change.key.path))
    parts = tuple(f for f in rest if _came_along(f, main))
    others = tuple(f for f in rest if not _came_along(f, main))
    return Group(key, main, others, parts, worst(f.level for f in findings))


def _came_along(finding: Finding, main: Finding | None) -> bool:
    same = main is not None and main.change.verb is finding.change.verb is not Verb.ALTER
    return same and not finding.statements


def schema_of(finding: Finding) -> str:
    """The schema an object is in, or its group is; empty for what belongs to the whole database."""
    named = getattr(finding.change.new or finding.change.old, "schema", None)
    if named is not None:
        return str(named)
    path = finding.group.path
    below = len(path) > 1 and not is_worded(finding.group)
    return path[0] if below or finding.group.kind == "schema" else ""


def name_of(key: Key) -> str:
    """A key's text without the kind: `public.users.email`."""
    return str(key).removeprefix(f"{key.kind} ")


def short_name(key: Key, group: Key) -> str:
    """The name of a part as it reads under its object's heading: `email`."""
    depth = len(group.path)
    if key != group and len(key.path) > depth and key.path[:depth] == group.path:
        return qualify(*key.path[depth:])
    return name_of(key)


def headline(comparison: Comparison) -> str:
    """The outcome and the counts in one line: `Drift: 3 changes (1 blocking, 2 safe)`."""
    tally = summary(comparison)
    title = TITLES[comparison.outcome]
    return f"{title}: {tally}" if tally else title


def summary(comparison: Comparison) -> str:
    """The counts in words; empty where there is nothing to count."""
    parts = []
    if comparison.findings:
        counts = count(comparison.findings)
        levels = ", ".join(f"{number:,} {level}" for level, number in counts.levels.items() if number)
        parts.append(f"{plural(counts.total, 'change')} ({levels})")
    labels = Counter(str(finding.label) for finding in comparison.findings if finding.label)
    parts += [f"{number:,} {label}" for label, number in sorted(labels.items())]
    if comparison.undeclared:
        parts.append(f"{len(comparison.undeclared):,} undeclared in both")
    if differing := sum(row.differs for row in unmodelled_rows(comparison)):
        parts.append(f"{plural(differing, 'unmodelled object')} that {'differs' if differing == 1 else 'differ'}")
    if comparison.unreadable:
        parts.append(f"{plural(len(comparison.unreadable), 'thing')} that could not be read")
    return ", ".join(parts)


def unmodelled_rows(comparison: Comparison) -> tuple[UnmodelledRow, ...]:
    """What no kind reads, one row an object, those that differ first."""
    sides: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for side, item in comparison.unmodelled:
        sides[item.what, item.name].add(side)
    rows = [UnmodelledRow(*key, _where(found, comparison), found != {"both"}) for key, found in sides.items()]
    return tuple(sorted(rows, key=lambda row: (not row.differs, row)))


def _where(sides: set[str], comparison: Comparison) -> str:
    if sides == {"desired"}:
        return f"only in {comparison.desired.name}"
    if sides == {"actual"}:
        return f"only in {comparison.actual.name}"
    return "alike on both sides" if sides == {"both"} else "differs"


def side_name(comparison: Comparison, side: str) -> str:
    """The configured name behind `desired` or `actual`."""
    return {"desired": comparison.desired.name, "actual": comparison.actual.name}.get(side, side)


def plan_size(plan: Plan) -> str:
    """How large a plan is and its strongest lock, in words."""
    steps = tuple(plan.steps)
    if not steps:
        return "no statement"
    lock = max((step.statement.lock for step in steps), key=_STRENGTH.__getitem__)
    size = f"{plural(len(steps), 'statement')} in {plural(len(plan.transactions), 'transaction')}"
    return f"{size}, strongest lock {lock}" if lock is not Lock.NONE else size


def dangers(finding: Finding) -> tuple[str, ...]:
    """The classes of a change's hazards, each once."""
    return tuple(dict.fromkeys(hazard.danger.title for hazard in finding.hazards))


def proof_sentence(comparison: Comparison) -> str:
    """The verdict in one line; empty where there was nothing to prove."""
    if comparison.verdict.outcome is Outcome.UNPROVED and not comparison.drift:
        return ""
    return comparison.verdict.sentence.partition("\n")[0]


def proof_statement(comparison: Comparison) -> str:
    """The same as a whole sentence: `The migration is proved (full) on PostgreSQL 18`."""
    sentence = proof_sentence(comparison)
    if not sentence or comparison.verdict.outcome is Outcome.FAILED:
        return sentence[:1].upper() + sentence[1:]
    return f"The migration is {sentence}"


def proof_word(verdict: Verdict) -> str:
    """The verdict as a mark in front of a migration."""
    marks = {Outcome.PROVED: "proved", Outcome.FAILED: "FAILED THE PROOF", Outcome.UNPROVED: "not proved"}
    return marks[verdict.outcome]


def rename_argument(option: str) -> str:
    """What to type behind `driftwatch compare` to confirm a rename."""
    return f"--rename {shlex.quote(option)}"


def kind_name(key: Key) -> str:
    """A key's kind for people."""
    return spaced(key.kind)
