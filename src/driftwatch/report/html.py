"""The report as one HTML file that asks nothing of anybody: style and script inside, no request, a strict CSP."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch import __version__
from driftwatch.model.verdict import Outcome
from driftwatch.report import overview
from driftwatch.report.difference import side_by_side
from driftwatch.report.display import STEERING, is_long, lines_of, plural, shown, spaced, visible

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment, Template
    from markupsafe import Markup

    from driftwatch.model.change import AttributeChange
    from driftwatch.model.comparison import Comparison, Finding, RenameCandidate
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Level
    from driftwatch.report.difference import Block
    from driftwatch.report.overview import Group

_TEMPLATES = Path(__file__).parent / "templates"
_OPEN_ALL_UP_TO = 30
"""Changes up to which each one is laid open from the start."""
_FOLD_FROM = 14
"""Lines from which on a change's SQL starts folded."""
_MOODS = {"no-drift": "good", "drift": "warn", "breaking-drift": "bad", "incomplete": "warn"}


class Card(NamedTuple):
    """One change as the page shows it."""

    finding: Finding
    name: str
    schema: str
    open: bool
    blocks: tuple[Block, ...]
    """The side-by-side difference of an altered object."""
    attributes: tuple[AttributeChange, ...]
    """What is told of the changed attributes beside the difference."""
    definition: str
    """The DDL of an object that comes or goes, where its statements do not show it."""
    script: str
    """The statements that are for it."""
    folded: bool
    unplanned: str
    """Why there is no statement for it; empty where there is one."""


class Section(NamedTuple):
    """An object and the cards under its heading."""

    group: Group
    cards: tuple[Card, ...]
    parts: tuple[Card, ...]
    alone: bool
    """Whether the object's own change is all there is: its card is heading enough."""


class RenamePlans(NamedTuple):
    """A likely rename with both plans: what is done by default and loses `lost`, and what a yes would do instead."""

    rename: RenameCandidate
    default: str
    lost: tuple[str, ...]


class Slice(NamedTuple):
    """A level's share of the bar, in hundredths."""

    level: Level
    start: float
    width: float


def render(comparison: Comparison) -> str:
    """The whole report as one HTML document."""
    style, script = asset("report.css"), asset("report.js")
    counts = overview.count(comparison.findings)
    return template().render(
        c=comparison,
        version=__version__,
        policy=_policy(style, script),
        style=style,
        script=script,
        mood=_MOODS[comparison.outcome],
        proof_mood=_proof_mood(comparison),
        counts=counts,
        bar=tuple(_bar(counts.levels, counts.total)),
        kinds=overview.count_kinds(comparison.findings),
        schemas=sorted({overview.schema_of(finding) for finding in comparison.findings}),
        sections=tuple(_sections(comparison)),
        renames=tuple(_rename_plans(comparison)),
        unmodelled=overview.unmodelled_rows(comparison),
    )


def style_policy(style: str) -> str:
    """The Content-Security-Policy of a page without a script."""
    return f"default-src 'none'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style and this script by their hashes, and nothing else from anywhere."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _proof_mood(comparison: Comparison) -> str:
    verdict = comparison.verdict
    if verdict.outcome is Outcome.FAILED:
        return "bad"
    same_major = verdict.shadow_major == verdict.server_major
    return "good" if verdict.outcome is Outcome.PROVED and same_major else "warn"


def _bar(levels: Mapping[Level, int], total: int) -> Iterator[Slice]:
    start = 0.0
    for level, number in levels.items():
        if number:
            width = 100 * number / total
            yield Slice(level, round(start, 2), round(width, 2))
            start += width


def _sections(comparison: Comparison) -> Iterator[Section]:
    open_all = len(comparison.findings) <= _OPEN_ALL_UP_TO
    unplanned = {item.key: item.reason for item in comparison.migration.unplanned}
    for group in overview.grouped(comparison.findings):
        shown_first = ((group.main,) if group.main else ()) + group.others
        cards = (_card(finding, group.key, unplanned, open_all=open_all) for finding in shown_first)
        parts = (_card(finding, group.key, unplanned, open_all=False) for finding in group.parts)
        alone = group.main is not None and not group.others and not group.parts
        yield Section(group, tuple(cards), tuple(parts), alone)


def _card(finding: Finding, group: Key, unplanned: Mapping[Key, str], *, open_all: bool) -> Card:
    script = "\n".join(f"{statement};" for statement in finding.statements)
    both = finding.old_sql and finding.new_sql
    definition = "" if both else finding.old_sql or finding.new_sql
    return Card(
        finding=finding,
        name=overview.short_name(finding.change.key, group),
        schema=overview.schema_of(finding),
        open=open_all,
        blocks=side_by_side(finding.old_sql, finding.new_sql) if both else (),
        attributes=tuple(a for a in finding.change.attributes if a.details or not (both and is_long(a))),
        definition="" if _flat(definition) in _flat(script) else definition,
        script=script,
        folded=script.count("\n") >= _FOLD_FROM,
        unplanned=unplanned.get(finding.change.key, ""),
    )


def _flat(sql: str) -> str:
    return " ".join(sql.split())


def _rename_plans(comparison: Comparison) -> Iterator[RenamePlans]:
    found = {finding.change.key: finding for finding in comparison.findings}
    for rename in comparison.renames:
        both = [found[key] for key in (rename.old, rename.new) if key in found]
        statements = [f"{statement};" for finding in both for statement in finding.statements]
        lost = dict.fromkeys(hazard.message for finding in both for hazard in finding.hazards)
        yield RenamePlans(rename, "\n".join(statements), tuple(lost))


@cache
def asset(name: str) -> str:
    """A file beside the templates."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def template() -> Template:
    """The template, compiled once, and the one that it imports."""
    environment().get_template("cards.html.j2")
    return environment().get_template("report.html.j2")


@cache
def environment() -> Environment:
    """Templates with what the pages of reports have in common."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from driftwatch.report.compiled import Compiled

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=Compiled(),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "exact": _exact,
        "lines": lambda text: len(lines_of(text)),
        "plural": plural,
        "shown": shown,
        "spaced": spaced,
    }
    environment.globals |= {"o": overview}
    environment.tests |= {"long": is_long}
    return environment


def _finalize(value: Any) -> Any:  # noqa: ANN401 - whatever a template's expression gives
    """Names in running text show their control characters as escapes; markup is left alone."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _exact(sql: str) -> Markup:
    """SQL as it is, to be copied: what can't be seen stays, wrapped in a mark that shows its code point."""
    from markupsafe import Markup, escape

    return Markup(STEERING.sub(_marked, str(escape(sql))))  # noqa: S704 - escaped right here


def _marked(found: re.Match[str]) -> str:
    # A carriage return would be read as a line feed (HTML 13.2.3.5), a lone surrogate can't be written.
    char = "&#13;" if found[0] == "\r" else found[0].encode("utf-8", "backslashreplace").decode()
    return f'<span class="ctl" data-code="U+{ord(found[0]):04X}">{char}</span>'
