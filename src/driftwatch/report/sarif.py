"""The report as SARIF 2.1.0, for code scanning: one result an object that drifted.

A database has no lines: each result names its object as a logical location, and stands at the first line of
`config.yaml`, since GitHub shows no result without a file.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from driftwatch import __version__
from driftwatch.model.statement import Level
from driftwatch.model.verdict import Outcome
from driftwatch.report import overview
from driftwatch.report.display import plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from driftwatch.model.comparison import Comparison, Finding

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: Mapping[Level, str] = {Level.BREAKING: "error", Level.BLOCKING: "warning", Level.SAFE: "note"}
_VERBS = {"add": "is missing in", "drop": "is only in", "alter": "differs in"}
_UNMODELLED = "unmodelled"


def render(comparison: Comparison) -> str:
    """The whole report as a SARIF log."""
    results = [*_findings(comparison), *_unmodelled(comparison)]
    run = {
        "tool": {"driver": _driver(results)},
        "invocations": [_invocation(comparison)],
        "results": results,
        "properties": {"outcome": comparison.outcome, "verdict": visible(comparison.verdict.sentence)},
    }
    # ASCII: a lone surrogate of a file's name can't be written otherwise.
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def sentence(finding: Finding, comparison: Comparison) -> str:
    """What drifted, in a line: `column public.users.email differs in prod: type`."""
    changed = ", ".join(attribute.name.replace("_", " ") for attribute in finding.change.attributes)
    hazards = "; ".join(f"{hazard.danger.title}: {hazard.message}" for hazard in finding.hazards)
    what = f"{finding.change.key} {_VERBS[finding.change.verb]} {comparison.actual.name}"
    return visible("".join([what, f": {changed}" if changed else "", f" ({hazards})" if hazards else ""]))


def _findings(comparison: Comparison) -> Iterator[Json]:
    for finding in comparison.findings:
        change = finding.change
        rule, level = f"{change.key.kind}/{change.verb}", LEVELS[finding.level]
        yield _result(rule, level, sentence(finding, comparison), str(change.key), change.key.kind)


def _unmodelled(comparison: Comparison) -> Iterator[Json]:
    for row in overview.unmodelled_rows(comparison):
        if row.differs:
            text = visible(f"{row.what} {row.name}, which no kind reads: {row.where}")
            yield _result(_UNMODELLED, "warning", text, f"{row.what} {row.name}", row.what)


def _result(rule: str, level: str, text: str, key: str, kind: str) -> Json:
    place = {"artifactLocation": {"uri": "config.yaml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}
    named = {"fullyQualifiedName": visible(key), "kind": kind}
    identity = hashlib.sha256(f"{rule} {key}".encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place, "logicalLocations": [named]}],
        "partialFingerprints": {"driftwatch/v1": identity},
    }


def _driver(results: list[Json]) -> Json:
    return {
        "name": "driftwatch",
        "version": __version__,
        "rules": [_rule(rule) for rule in sorted({result["ruleId"] for result in results})],
    }


def _rule(rule: str) -> Json:
    kind, _, verb = rule.partition("/")
    what = {"add": "is missing", "drop": "is not wanted", "alter": "differs"}.get(verb, "differs, and no kind reads it")
    return {"id": rule, "shortDescription": {"text": f"{kind.replace('_', ' ')} {what}"}}


def _invocation(comparison: Comparison) -> Json:
    told = [f"not read: {item.what}: {item.reason}" for _, item in comparison.unreadable]
    if comparison.verdict.outcome is Outcome.FAILED:
        told.append(comparison.verdict.sentence)
    return {
        "executionSuccessful": not told,
        "endTimeUtc": f"{comparison.at:%Y-%m-%dT%H:%M:%S}Z",
        "toolExecutionNotifications": [{"level": "error", "message": {"text": visible(text)}} for text in told],
        "properties": {"compared": plural(comparison.certificate.objects, "object")},
    }
