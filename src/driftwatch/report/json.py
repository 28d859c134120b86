"""The report as JSON, for machines: versioned, in a stable order, described by docs/report.schema.json."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from driftwatch import __version__
from driftwatch.model.key import Key
from driftwatch.report import overview
from driftwatch.report.display import STEERING

if TYPE_CHECKING:
    import re

    from driftwatch.model.change import AttributeChange
    from driftwatch.model.comparison import Certificate, Comparison, Finding, Side
    from driftwatch.model.plan import Plan, Step
    from driftwatch.model.statement import Hazard
    from driftwatch.model.verdict import Verdict

SCHEMA_VERSION = 1
"""Raised when a reader of the old shape would misread the new one; a new key alone does not."""

Json = dict[str, Any]


def render(comparison: Comparison) -> str:
    """The whole report as a JSON document."""
    text = json.dumps(report_data(comparison), ensure_ascii=False, indent=2)
    return STEERING.sub(_escape, text) + "\n"


def _escape(found: re.Match[str]) -> str:
    """A control that json.dumps leaves as it is (it escapes C0 only): it stands in a string, so it can be escaped."""
    return json.dumps(found[0])[1:-1]


def report_data(comparison: Comparison) -> Json:
    """The report as JSON's values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "driftwatch": __version__,
        "outcome": comparison.outcome,
        "at": comparison.at.isoformat(),
        "desired": _side(comparison.desired),
        "actual": _side(comparison.actual),
        "summary": _summary(comparison),
        "verdict": _verdict(comparison.verdict),
        "findings": findings_data(comparison),
        "information": [
            {**_key(change.key), "attributes": _attributes(change.information)} for change in comparison.information
        ],
        "renames": [
            {"old": str(r.old), "new": str(r.new), "likeness": r.likeness, "option": r.option, "sql": r.sql}
            for r in comparison.renames
        ],
        "ignored": [{"rule": h.rule, "reason": h.reason, "keys": list(h.keys)} for h in comparison.hidden],
        "unmodelled": unmodelled_data(comparison),
        "unreadable": [
            {"side": side, "what": item.what, "reason": item.reason} for side, item in comparison.unreadable
        ],
        "certificate": _certificate(comparison.certificate),
        "migration": {**_plan(comparison.migration), "sql": comparison.migration_sql},
        "rollback": {**_plan(comparison.rollback), "sql": comparison.rollback_sql},
        "warnings": list(comparison.warnings),
        "undeclared": undeclared_data(comparison),
    }


def findings_data(comparison: Comparison) -> list[Json]:
    """The report's `findings`."""
    return [_finding(finding) for finding in comparison.findings]


def unmodelled_data(comparison: Comparison) -> list[Json]:
    """The report's `unmodelled`."""
    return [
        {"side": side, "what": item.what, "name": item.name, "digest": item.digest}
        for side, item in comparison.unmodelled
    ]


def undeclared_data(comparison: Comparison) -> Json:
    """The report's `undeclared`."""
    return {"keys": [str(key) for key in comparison.undeclared], "sql": comparison.undeclared_sql}


def _side(side: Side) -> Json:
    return {"name": side.name, "location": side.location, "server": side.server, "objects": side.objects}


def _summary(comparison: Comparison) -> Json:
    counts = overview.count(comparison.findings)
    return {
        "changes": counts.total,
        **{str(verb): number for verb, number in counts.verbs.items()},
        **{str(level): number for level, number in counts.levels.items()},
        "unmodelled_that_differ": sum(row.differs for row in overview.unmodelled_rows(comparison)),
        "unreadable": len(comparison.unreadable),
        "ignored": sum(len(hidden.keys) for hidden in comparison.hidden),
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "outcome": str(verdict.outcome),
        "sentence": verdict.sentence,
        "depth": verdict.depth,
        "shadow_major": verdict.shadow_major,
        "server_major": verdict.server_major,
        "failures": [{"stage": f.stage, "sql": f.sql, "message": f.message} for f in verdict.failures],
        "not_covered": [{"what": item.what, "reason": item.reason} for item in verdict.not_covered],
        "stand_ins": list(verdict.stand_ins),
        "reason": verdict.reason,
    }


def _key(key: Key) -> Json:
    return {"key": str(key), "kind": key.kind, "path": list(key.path)}


def _finding(finding: Finding) -> Json:
    return {
        **_key(finding.change.key),
        "group": str(finding.group),
        "schema": overview.schema_of(finding),
        "verb": str(finding.change.verb),
        "level": str(finding.level),
        "lock": str(finding.lock),
        "label": str(finding.label) if finding.label else None,
        "written": {side: at.isoformat() for side, at in finding.written},
        "backport": list(finding.backport),
        "hazards": [_hazard(hazard) for hazard in finding.hazards],
        "attributes": _attributes(finding.change.attributes),
        "information": _attributes(finding.change.information),
        "old_sql": finding.old_sql,
        "new_sql": finding.new_sql,
        "statements": list(finding.statements),
    }


def _hazard(hazard: Hazard) -> Json:
    danger = hazard.danger
    return {
        "danger": danger.name.lower(),
        "title": danger.title,
        "level": str(danger.level),
        "message": hazard.message,
    }


def _attributes(changes: tuple[AttributeChange, ...]) -> list[Json]:
    return [{"name": c.name, "old": _plain(c.old), "new": _plain(c.new), "details": list(c.details)} for c in changes]


def _plain(value: Any) -> Any:  # noqa: ANN401 - an attribute's value can be anything a model holds
    """A value in JSON's words: a key as its text, a record as an object, a set in order."""
    if isinstance(value, Key):
        return str(value)
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(inner) for inner in value), key=json.dumps)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _certificate(certificate: Certificate) -> Json:
    return {
        "kinds": list(certificate.kinds),
        "excluded": list(certificate.excluded),
        "scope": certificate.scope,
        "objects": certificate.objects,
        "reader": certificate.reader,
    }


def _plan(plan: Plan) -> Json:
    return {
        "transactions": [
            {"block": transaction.block, "steps": [_step(step) for step in transaction.steps]}
            for transaction in plan.transactions
        ],
        "unplanned": [{"key": str(item.key), "reason": item.reason} for item in plan.unplanned],
    }


def _step(step: Step) -> Json:
    statement = step.statement
    return {
        "key": str(step.key),
        "verb": step.verb,
        "sql": statement.sql,
        "lock": str(statement.lock),
        "level": str(statement.level),
        "hazards": [_hazard(hazard) for hazard in statement.hazards],
    }
