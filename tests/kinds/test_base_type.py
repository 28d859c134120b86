from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans

FUNCTIONS = """
    CREATE TYPE b;
    CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
    CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'"""
TYPE = "CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, LIKE = text{})"


def test_type_is_made_by_way_of_its_shell_and_goes_with_its_functions(way: Plans) -> None:
    everything = f"""{FUNCTIONS}; {TYPE.format(", CATEGORY = 'Z', PREFERRED, DEFAULT = 'it''s', DELIMITER = '|'")}"""

    made, gone = way("", everything), way(everything, "")

    types = [step.statement.sql for step in made.steps if step.key.kind == "base_type"]
    assert types[0] == "CREATE TYPE public.b"
    assert "DELIMITER = '|'" in types[1]
    assert [step.statement.sql for step in gone.steps] == ["DROP TYPE public.b CASCADE"]


def test_element_and_subscripting_arrive(way: Plans) -> None:
    fixed = """
        CREATE TYPE b;
        CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
        CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out'"""

    options = "INPUT = b_in, OUTPUT = b_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8"

    way("", f"{fixed}; CREATE TYPE b ({options})")


def test_storage_is_altered_but_never_to_or_from_plain_and_back(way: Plans) -> None:
    extended, main, plain = (
        f"{FUNCTIONS}; {TYPE.format(f', STORAGE = {storage}')}" for storage in ("extended", "main", "plain")
    )

    assert {step.verb for step in way(extended, main).steps} == {"alter"}
    assert {step.verb for step in way(plain, main).steps} == {"alter"}
    assert "drop" in {step.verb for step in way(main, plain).steps}


def test_shell_becomes_the_type(way: Plans) -> None:
    way(FUNCTIONS, f"{FUNCTIONS}; {TYPE.format('')}")
