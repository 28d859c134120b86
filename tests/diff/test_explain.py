"""What DeepDiff says of nested values reaches the report as sentences."""

from __future__ import annotations

from driftwatch.diff.explain import explain
from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.key import Key

KEY = Key("enum", ("public", "status"))


def altered(*attributes: AttributeChange) -> Change:
    return Change(KEY, Verb.ALTER, None, None, attributes)


def test_an_item_changed_and_one_added_are_told_by_their_place() -> None:
    (change,) = explain([altered(AttributeChange("labels", ("a", "b"), ("a", "x", "c")))])
    assert change.attributes[0].details == ("[1]: 'b' -> 'x'", "added [2]: 'c'")


def test_an_item_removed_is_told() -> None:
    (change,) = explain([altered(AttributeChange("labels", ("a", "b"), ("a",)))])
    assert change.attributes[0].details == ("removed [1]: 'b'",)


def test_a_body_is_told_line_by_line() -> None:
    (change,) = explain([altered(AttributeChange("body", "one\ntwo\nthree", "one\n2\nthree"))])
    assert change.attributes[0].details == ("[1]: 'two' -> '2'",)


def test_a_plain_value_needs_no_details() -> None:
    before = altered(AttributeChange("type", "integer", "bigint"))
    assert explain([before]) == (before,)


def test_each_change_keeps_its_own_details() -> None:
    first = altered(AttributeChange("labels", ("a",), ("b",)))
    other = Change(Key("enum", ("x", "y")), Verb.ALTER, None, None, (AttributeChange("labels", ("c",), ("d",)),))
    details = [change.attributes[0].details for change in explain([first, other])]
    assert details == [("[0]: 'a' -> 'b'",), ("[0]: 'c' -> 'd'",)]
