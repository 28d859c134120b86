"""What CI systems read: SARIF against its schema, JUnit's XML, GitHub's annotations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from driftwatch.model.snapshot import Unmodelled, Unreadable
from driftwatch.model.verdict import Failure, Outcome, Verdict
from driftwatch.report import FORMATS, github, overview
from report.browser import MissingToolError, sarif_schema
from report.made import comparison_of, many_findings
from support.installed import unavailable

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison

KINDS = ["shop", "hostile", "same"]


def bad(comparison: Comparison) -> Comparison:
    """With everything that can go wrong."""
    return replace(
        comparison,
        unmodelled=(("desired", Unmodelled("large object", "1", "x")), ("both", Unmodelled("thing", "alike", "y"))),
        unreadable=(("actual", Unreadable("policy", "permission denied")),),
        verdict=Verdict(Outcome.FAILED, failures=(Failure("migrating", "DROP TABLE t", "no such table"),)),
    )


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    try:
        return json.loads(sarif_schema())  # type: ignore[no-any-return]
    except MissingToolError as error:
        unavailable(str(error))


@pytest.mark.parametrize("kind", KINDS)
def test_sarif_follows_its_schema(kind: str, schema: dict[str, Any], request: pytest.FixtureRequest) -> None:
    comparison: Comparison = request.getfixturevalue(kind)
    for each in (comparison, bad(comparison)):
        log = json.loads(FORMATS["sarif"](each))
        jsonschema.validate(log, schema)
        differing = sum(row.differs for row in overview.unmodelled_rows(each))
        assert len(log["runs"][0]["results"]) == len(each.findings) + differing


def test_sarif_says_how_bad_it_is(shop: Comparison) -> None:
    (run,) = json.loads(FORMATS["sarif"](shop))["runs"]
    levels = {"breaking": "error", "blocking": "warning", "safe": "note"}
    named = [result for result in run["results"] if result["ruleId"] != "unmodelled"]
    assert [result["level"] for result in named] == [levels[finding.level] for finding in shop.findings]
    assert run["invocations"][0]["executionSuccessful"] == (not shop.unreadable)
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules
    assert len({result["partialFingerprints"]["driftwatch/v1"] for result in run["results"]}) == len(run["results"])


def test_sarif_tells_what_went_wrong(same: Comparison) -> None:
    (run,) = json.loads(FORMATS["sarif"](bad(same)))["runs"]
    assert not run["invocations"][0]["executionSuccessful"]
    told = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == ["not read: policy: permission denied", "the proof failed: migrating: no such table"]


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314  what we wrote ourselves


@pytest.mark.parametrize("kind", KINDS)
def test_junit_is_xml_and_counts_right(kind: str, request: pytest.FixtureRequest) -> None:
    comparison: Comparison = request.getfixturevalue(kind)
    for each in (comparison, bad(comparison)):
        top = parsed(FORMATS["junit"](each))
        (suite,) = top
        for count, found in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
            assert int(suite.attrib[count]) == int(top.attrib[count]) == len(suite.findall(found))
        assert len(suite.findall("testcase/failure")) >= len(each.findings)


def test_junit_passes_where_nothing_drifted(same: Comparison) -> None:
    (suite,) = parsed(FORMATS["junit"](same))
    assert [case.attrib["name"] for case in suite] == ["No drift in what was compared"]
    assert suite.attrib["failures"] == suite.attrib["errors"] == "0"
    assert len(parsed(FORMATS["junit"](bad(same))).findall(".//error")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_annotation_is_one_line_whatever_the_names_are(kind: str, request: pytest.FixtureRequest) -> None:
    comparison: Comparison = request.getfixturevalue(kind)
    lines = FORMATS["github"](bad(comparison)).splitlines()
    *annotations, last = lines
    assert all(line.startswith(("::error title=", "::warning title=", "::notice title=")) for line in annotations)
    assert all(line.count("::") == 2 for line in annotations)
    assert not last.startswith("::")
    assert len(annotations) >= len(comparison.findings) + 3


def test_the_worst_come_first(shop: Comparison) -> None:
    levels = [line.split()[0] for line in FORMATS["github"](shop).splitlines()[:-1]]
    order = ["::error", "::warning", "::notice"]
    assert levels == sorted(levels, key=order.index)


def test_a_summary_is_no_longer_than_github_takes(shop: Comparison) -> None:
    assert github.summary(shop) == FORMATS["markdown"](shop)
    large = comparison_of(many_findings(5000))
    assert len(github.summary(large)) < 300
    assert "5,000 changes" in github.summary(large)
