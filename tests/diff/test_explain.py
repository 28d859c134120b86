from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.diff.compare import compare
from driftwatch.diff.explain import MOST_DETAILS, MOST_DIFFERENCES, explain, in_words
from driftwatch.kinds import KINDS
from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.key import Key
from driftwatch.report import display

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot


def details(old: Any, new: Any) -> tuple[str, ...]:  # noqa: ANN401  whatever a model holds
    change = Change(Key("kind", ("x",)), Verb.ALTER, attributes=(AttributeChange("a", old, new),))
    return explain([change])[0].attributes[0].details


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (("new", "paid"), ("new", "settled"), ("item 2: 'paid' -> 'settled'",)),
        (("new", "paid"), ("new", "paid", "void"), ("item 3 added: 'void'",)),
        (("draft", "new"), ("new",), ("item 1 removed: 'draft'",)),
        ((), ("x",), ("item 1 added: 'x'",)),
        ((("a", 1), ("a", 2)), (("a", 1), ("a", 3)), ("item 2.2: 2 -> 3",)),
        ((("x", "int"), ("y", "text")), (("x", "bigint"), ("y", "text")), ("x: 'int' -> 'bigint'",)),
        ((("y", "text"),), (("q", "bool"), ("y", "text")), ("q added: 'bool'",)),
        ((), (("q", "bool", ""),), ("q added: 'bool'",)),
        ((), (("q", "text", "C"),), ("q added: 'text', 'C'",)),
        ((("y", "text", "C"),), (("y", "text", "D"),), ("y.2: 'C' -> 'D'",)),
        ((("x", "a"), ("y", "b")), (("y", "b"), ("x", "c")), ("x: 'a' -> 'c'", "in another order")),
        ("BEGIN\n  x;\nEND", "BEGIN\n  y;\nEND", ("line 2: 'x;' -> 'y;'",)),
        ("BEGIN\nEND", "BEGIN\n  y;\nEND", ("line 2 added: 'y;'",)),
        ("SELECT 1", "SELECT 1\nFROM t", ("line 2 added: 'FROM t'",)),
        ("a\nb\nc\nd\ne", "a\nB\nc\nd\nE", ("line 2: 'b' -> 'B'", "line 5: 'e' -> 'E'")),
    ],
)  # fmt: skip
def test_what_changed_inside_is_told_by_its_place_or_its_name(old: object, new: object, told: tuple[str, ...]) -> None:
    assert details(old, new) == told


@pytest.mark.parametrize(("old", "new"), [("a", "b"), (1, 2), (None, "a\nb"), (None, ("a",)), (True, False)])
def test_single_values_explain_themselves(old: object, new: object) -> None:
    assert details(old, new) == ()


def test_of_long_texts_the_place_where_they_differ_is_shown() -> None:
    common = "status = ANY (ARRAY['draft', 'placed', 'paid', 'packed', 'sent', 'returned', 'refunded', "
    old, new = f"({common}'lost'])) AND deleted_at IS NULL", f"({common}'stolen'])) AND deleted_at IS NULL"
    (line,) = details(old, new)
    assert "'lost'" in line.split(" -> ")[0]
    assert "'stolen'" in line.split(" -> ")[1]
    assert details(f"SELECT\n{old}", f"SELECT\n{new}") == (f"line 2: {line}",)


def test_a_text_that_is_changed_throughout_is_only_counted() -> None:
    old = "\n".join(["begin", *(f"old {n}" for n in range(30)), "end"])
    new = "\n".join(["begin", *(f"new {n}" for n in range(40)), "end"])
    assert details(old, new) == ("30 lines from line 2 on replaced by 40",)


def test_of_many_details_the_first_are_told() -> None:
    told = details(tuple("abcdefgh"), tuple("ABCDEFGH"))
    assert len(told) == MOST_DETAILS + 1
    assert told[0] == "item 1: 'a' -> 'A'"
    assert told[-1] == "and 3 more"


def test_a_long_line_is_cut() -> None:
    (told,) = details("a\nb", f"a\n{'b' * 200}")
    assert len(told) < 120
    assert told.endswith("…")


def test_equal_attributes_of_two_objects_are_both_explained() -> None:
    altered = (AttributeChange("labels", ("a",), ("b",)), AttributeChange("n", 1, 2))
    changes = [Change(Key("kind", (name,)), Verb.ALTER, attributes=altered) for name in "xy"]
    for change in explain(changes):
        assert [item.details for item in change.attributes] == [("item 1: 'a' -> 'b'",), ()]


def test_information_is_explained_like_drift() -> None:
    change = Change(Key("kind", ("x",)), Verb.ALTER, information=(AttributeChange("a", ("a",), ("b",)),))
    assert explain([change])[0].information[0].details == ("item 1: 'a' -> 'b'",)


def test_where_too_much_changed_to_be_read_the_rest_is_counted() -> None:
    changes = [
        Change(Key("kind", (str(n),)), Verb.ALTER, attributes=(AttributeChange("a", (n,), (n, n, n, -n)),))
        for n in range(1, MOST_DIFFERENCES)
    ]
    told = [change.attributes[0].details for change in explain(changes)]
    assert told[0] == ("item 2 added: 1", "item 3 added: 1", "item 4 added: -1")
    assert told[-1] == ("3 items added from item 2 on",)


def test_two_small_changes_far_apart_are_both_told() -> None:
    old = [f"line {n}" for n in range(100)]
    new = [*old[:3], "changed", *old[4:90], *old[91:]]
    assert details("\n".join(old), "\n".join(new)) == ("line 4: 'line 3' -> 'changed'", "line 91 removed: 'line 90'")


def test_deepdiff_is_loaded_only_when_there_is_something_nested() -> None:
    program = (
        "import sys; from driftwatch.diff.explain import explain;"
        "from driftwatch.model.change import *; from driftwatch.model.key import Key;"
        "change = lambda *v: Change(Key('k', ('x',)), Verb.ALTER, attributes=(AttributeChange('a', *v),));"
        "explain([change(1, 2)]); assert 'deepdiff' not in sys.modules;"
        "explain([change((1,), (2,))]); assert 'deepdiff' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def told(schema: Callable[[str], Snapshot], old: str, new: str) -> set[str]:
    changes = explain(in_words(compare(schema(old), schema(new), KINDS), KINDS))
    return {
        f"{change.key.kind}: {display.told(attribute)}"
        for change in changes
        for attribute in (*change.attributes, *change.information)
    }


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            "CREATE TABLE t (a text)",
            """CREATE TABLE t (a text COMPRESSION pglz); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
               ALTER TABLE t ALTER a SET STATISTICS 9; ALTER TABLE t REPLICA IDENTITY FULL""",
            {
                "column: compression: default -> pglz",
                "column: storage: default -> EXTERNAL",
                "column: statistics: default -> 9",
                "table: replica identity: DEFAULT -> FULL",
            },
        ),
        (
            "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
            "CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 5))",
            {"column: identity: ALWAYS -> BY DEFAULT", "column: identity sequence: increment: '1' -> '5'"},
        ),
        (
            "CREATE FUNCTION f(a int, OUT b int) LANGUAGE sql AS 'SELECT a'",
            "CREATE FUNCTION f(a int DEFAULT 3, OUT b int) LANGUAGE sql STABLE PARALLEL SAFE COST 7 AS 'SELECT a'",
            {
                "function: parameters: item 1: 'a integer' -> 'a integer DEFAULT 3'",
                "function: volatility: VOLATILE -> STABLE",
                "function: parallel: UNSAFE -> SAFE",
                "function: cost: default -> 7",
            },
        ),
        (
            "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
            "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 2::bigint AS b",
            {
                "materialized_view: columns: b added: 'bigint'",
            },
        ),
    ],
    ids=["column", "identity", "function", "materialized-view"],
)
def test_letters_of_the_catalogue_are_told_in_words(
    old: str, new: str, wanted: set[str], schema: Callable[[str], Snapshot]
) -> None:
    assert {line for line in told(schema, old, new) if " definition: " not in line} == wanted
