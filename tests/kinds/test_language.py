from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans


def test_language_is_changed_in_place_under_its_functions(way: Plans) -> None:
    bare = "CREATE LANGUAGE l HANDLER plpgsql_call_handler"
    full = f"{bare.replace('LANGUAGE', 'TRUSTED LANGUAGE')} INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator"
    function = "CREATE FUNCTION f() RETURNS int LANGUAGE l AS 'BEGIN RETURN 1; END'"

    forth, back = (way(f"{old}; {function}", f"{new}; {function}") for old, new in ((full, bare), (bare, full)))

    assert [step.verb for step in (*forth.steps, *back.steps)] == ["alter", "alter"]
