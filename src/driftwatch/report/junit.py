"""The report as JUnit XML: a test case an object that drifted, which fails; one that passes where nothing did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from driftwatch.model.verdict import Outcome
from driftwatch.report import overview
from driftwatch.report.display import visible, visible_block
from driftwatch.report.sarif import sentence

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison

_NO_XML = re.compile("[\ufffe\uffff\x00-\x08]")
"""What XML 1.0 has no way to write and no report escapes otherwise."""


def render(comparison: Comparison) -> str:
    """The whole report as a JUnit document."""
    name = f"driftwatch {comparison.desired.name} -> {comparison.actual.name}"
    suite = Element("testsuite", name=_fit(visible(name)), timestamp=f"{comparison.at:%Y-%m-%dT%H:%M:%S}")
    _drift(suite, comparison)
    _errors(suite, comparison)
    if not len(suite):
        SubElement(suite, "testcase", name=overview.NO_DRIFT, classname="driftwatch")
    counts = {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
    }
    for element in (suite, top := Element("testsuites")):
        element.attrib.update(counts)
    top.append(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}\n'


def _drift(suite: Element, comparison: Comparison) -> None:
    for finding in comparison.findings:
        key = finding.change.key
        case = _case(suite, str(key), key.kind)
        failure = SubElement(case, "failure", type=str(finding.level), message=_fit(sentence(finding, comparison)))
        failure.text = _fit(visible_block("\n".join(f"{statement};" for statement in finding.statements)))
    for row in overview.unmodelled_rows(comparison):
        if row.differs:
            case = _case(suite, f"{row.what} {row.name}", "unmodelled")
            SubElement(case, "failure", type="unmodelled", message=_fit(visible(f"no kind reads it: {row.where}")))


def _errors(suite: Element, comparison: Comparison) -> None:
    for side, item in comparison.unreadable:
        case = _case(suite, f"{item.what} in {overview.side_name(comparison, side)}", "unreadable")
        SubElement(case, "error", type="unreadable", message=_fit(visible(item.reason)))
    if comparison.verdict.outcome is Outcome.FAILED:
        case = _case(suite, "proof of the migration", "proof")
        SubElement(case, "error", type="proof", message=_fit(visible(comparison.verdict.sentence)))


def _case(suite: Element, name: str, kind: str) -> Element:
    return SubElement(suite, "testcase", name=_fit(visible(name)), classname=f"driftwatch.{kind}")


def _fit(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
