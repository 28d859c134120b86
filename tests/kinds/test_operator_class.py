from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans

EQUAL = """
    CREATE FUNCTION same(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
    CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = text)"""
CLASS = """
    CREATE OPERATOR CLASS c FOR TYPE int USING btree FAMILY f AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)"""
FAMILY = "CREATE OPERATOR FAMILY f USING btree"


def test_loose_members_of_a_family_come_and_go_one_by_one(way: Plans) -> None:
    loose = """ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int, bigint), OPERATOR 3 = (int, bigint),
               FUNCTION 1 (int, bigint) btint48cmp(int, bigint)"""

    forth, back = (way(*texts, both=f"{FAMILY}; {CLASS}") for texts in (("", loose), (loose, "")))

    assert {step.key.kind for step in forth.steps} == {"operator_family_operator", "operator_family_function"}
    assert len(list(forth.steps)) == len(list(back.steps)) == 3


def test_member_of_a_system_family_is_the_users_where_the_operator_is(way: Plans) -> None:
    """pg_dump does not write it: only our own reading shows that it arrived."""
    way("", "ALTER OPERATOR FAMILY integer_ops USING hash ADD OPERATOR 1 === (int, text)", both=EQUAL)


def test_default_moves_from_one_class_to_another(way: Plans) -> None:
    """One type can have one default only (42710)."""
    one, two = (f"CREATE OPERATOR CLASS {name} {{}} FOR TYPE point USING hash AS STORAGE point" for name in ("a", "z"))

    way(f"{one.format('DEFAULT')}; {two.format('')}", f"{one.format('')}; {two.format('DEFAULT')}")
    way(f"{one.format('')}; {two.format('DEFAULT')}", f"{one.format('DEFAULT')}; {two.format('')}")
