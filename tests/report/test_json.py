"""JSON: what the published schema says is what is written, and every text comes back as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Level, Lock
from driftwatch.report.json import SCHEMA_VERSION, render
from report.hostile import HOSTILE
from report.made import alter, comparison_of, finding, key

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text(encoding="utf-8"))


def closed(schema: Any) -> Any:  # noqa: ANN401 - a piece of JSON
    """The schema, saying no to every key that it does not describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(inner.get("properties"), dict) else inner


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["shop", "hostile", "same"])
def test_a_report_says_what_the_published_schema_describes_and_nothing_else(
    name: str, request: pytest.FixtureRequest
) -> None:
    report = json.loads(render(request.getfixturevalue(name)))
    Draft202012Validator(closed(SCHEMA)).validate(report)


def test_the_schema_refuses_an_outcome_without_a_word(same: Comparison) -> None:
    report = json.loads(render(same)) | {"outcome": "fine"}
    assert not Draft202012Validator(SCHEMA).is_valid(report)


def test_the_schema_knows_every_level_lock_and_danger() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["level"]["enum"] == [str(level) for level in Level]
    assert definitions["lock"]["enum"] == [str(lock) for lock in Lock]
    assert definitions["hazard"]["properties"]["danger"]["enum"] == [danger.name.lower() for danger in Danger]


def test_the_outcome_and_the_version_are_there_in_plain_words(shop: Comparison, same: Comparison) -> None:
    assert json.loads(render(shop))["outcome"] == "breaking-drift"
    assert json.loads(render(same))["outcome"] == "no-drift"
    assert json.loads(render(same))["schema_version"] == SCHEMA_VERSION


def test_keys_stand_in_the_same_order_each_time(shop: Comparison, hostile: Comparison) -> None:
    assert list(json.loads(render(shop))) == list(json.loads(render(hostile))) == list(SCHEMA["properties"])


def test_every_hostile_name_comes_back_as_it_was(hostile: Comparison) -> None:
    report = json.loads(render(hostile))
    assert {found["path"][-1] for found in report["findings"]} == set(HOSTILE)
    assert report["migration"]["sql"] == hostile.migration_sql


def test_no_control_character_reaches_a_terminal(hostile: Comparison) -> None:
    assert not {c for c in render(hostile) if not c.isprintable()} - {"\n", " "}


class Argument(NamedTuple):
    name: str
    type: Key


def test_nested_values_become_plain_json() -> None:
    nested = alter(
        "arguments", (Argument("a", Key("domain", ("public", "Mail"))),), frozenset({"b", "a"}), "one argument more"
    )
    column = key("column", "public", "t", "c")
    report = json.loads(render(comparison_of((finding("alter", column, column, attributes=(nested,)),))))
    assert report["findings"][0]["attributes"] == [
        {
            "name": "arguments",
            "old": [{"name": "a", "type": 'domain public."Mail"'}],
            "new": ["a", "b"],
            "details": ["one argument more"],
        }
    ]


def test_a_path_that_is_no_utf_8_still_makes_a_valid_document() -> None:
    column = key("column", "public", "t", "caf\udce9")
    text = render(comparison_of((finding("add", column, column),)))
    assert text.encode()
    assert json.loads(text)["findings"][0]["path"][-1] == "caf\udce9"
