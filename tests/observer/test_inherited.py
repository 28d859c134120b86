"""What a child table declares again of its parents' columns and constraints, and what it has of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.observer.observe import observe
from support.installed import MAJORS, NEWEST

if TYPE_CHECKING:
    from support.servers import Databases

PARENTS = """
    CREATE TABLE g (id integer NOT NULL, a text COLLATE "C" DEFAULT 'x,y', e integer, CONSTRAINT k CHECK (id > 0));
    CREATE TABLE p () INHERITS (g);
    ALTER TABLE p ALTER e SET NOT NULL;
    CREATE TABLE "P (" (z integer);"""

ALIKE = {
    "a column": "CREATE TABLE c (id integer, b integer) INHERITS (p)",
    "a column with its default": """CREATE TABLE c (a text COLLATE "C" DEFAULT 'x,y', b integer) INHERITS (p)""",
    "a check": "CREATE TABLE c (b integer, CONSTRAINT k CHECK (id > 0)) INHERITS (p)",
    "a not-null": "CREATE TABLE c (b integer, CONSTRAINT c_id_not_null NOT NULL id) INHERITS (p)",
    "a not-null by the parent's name": "CREATE TABLE c (id int CONSTRAINT g_id_not_null NOT NULL, b int) INHERITS (p)",
    "a column that only the nearest parent requires": "CREATE TABLE c (e integer NOT NULL, b integer) INHERITS (p)",
}
UNLIKE = {
    "a column of its own": "CREATE TABLE c (b integer, d integer) INHERITS (p)",
    "another default": "CREATE TABLE c (id integer DEFAULT 5, b integer) INHERITS (p)",
    "another check": "CREATE TABLE c (b integer, CONSTRAINT j CHECK (id > 0)) INHERITS (p)",
    "a not-null of its own": "CREATE TABLE c (b integer, CONSTRAINT c_a_not_null NOT NULL a) INHERITS (p)",
    "a column that no parent requires": 'CREATE TABLE c (a text COLLATE "C" NOT NULL, b integer) INHERITS (p)',
    "another parent": """CREATE TABLE c (b integer) INHERITS (p, "P (")""",
    "no parent": 'CREATE TABLE c (id integer NOT NULL, a text COLLATE "C", b integer)',
}


def disagreements(sql: str, database: Databases) -> list[str]:
    """What is seen between this child and one that says nothing again."""
    one, other = database(NEWEST), database(NEWEST)
    one.execute(f"{PARENTS} CREATE TABLE c (b integer) INHERITS (p)")
    other.execute(f"{PARENTS} {sql}")
    found = observe(one.conninfo, other.conninfo, one.server.binaries.program("pg_dump"))
    return list(map(str, found))


@pytest.mark.parametrize("what", ALIKE)
def test_what_a_child_declares_again_is_no_disagreement(what: str, database: Databases) -> None:
    assert disagreements(ALIKE[what], database) == []


@pytest.mark.parametrize("what", UNLIKE)
def test_what_a_child_has_of_its_own_is_seen(what: str, database: Databases) -> None:
    assert disagreements(UNLIKE[what], database)


@pytest.mark.parametrize("major", [MAJORS[0], NEWEST])
def test_a_not_null_of_a_childs_is_one_however_the_column_came(database: Databases, major: int) -> None:
    one, other = database(major), database(major)
    one.execute(f"{PARENTS} CREATE TABLE c (b integer) INHERITS (p); ALTER TABLE c ALTER a SET NOT NULL")
    other.execute(f'{PARENTS} CREATE TABLE c (a text COLLATE "C" NOT NULL, b integer) INHERITS (p)')
    assert not observe(one.conninfo, other.conninfo, one.server.binaries.program("pg_dump"))
    one.execute("ALTER TABLE c ALTER a DROP NOT NULL")
    assert observe(one.conninfo, other.conninfo, one.server.binaries.program("pg_dump"))


@pytest.mark.parametrize(
    ("above", "own", "alike"),
    [
        ("NOT NULL id NOT VALID", "NOT NULL id NOT VALID", True),
        ("CHECK (id > 0) NOT VALID", "CHECK (id > 0) NOT VALID", True),
        ("CHECK (id > 0) NO INHERIT NOT VALID", "CHECK (id > 0) NO INHERIT NOT VALID", False),
        ("NOT NULL id NO INHERIT NOT VALID", "NOT NULL id NO INHERIT NOT VALID", False),
    ],
)
def test_what_a_child_declares_again_is_no_disagreement_where_it_is_not_valid(
    above: str,
    own: str,
    alike: bool,  # noqa: FBT001  one of the case's values
    database: Databases,
) -> None:
    one, other = database(NEWEST), database(NEWEST)
    one.execute(f"""CREATE TABLE p (id integer); CREATE TABLE c () INHERITS (p);
        ALTER TABLE p ADD CONSTRAINT k {above}""")
    other.execute(f"""CREATE TABLE p (id integer); CREATE TABLE c (id integer); ALTER TABLE c ADD CONSTRAINT k {own};
        ALTER TABLE p ADD CONSTRAINT k {above}; ALTER TABLE c INHERIT p""")
    found = observe(one.conninfo, other.conninfo, one.server.binaries.program("pg_dump"))
    assert (not found) is alike


TYPED = """
    CREATE TYPE "A OF (" AS (x integer, y text COLLATE "C");
    CREATE TABLE plain OF "A OF (";
    CREATE TABLE "p OF (" OF "A OF (" (x NOT NULL) WITH (fillfactor = 50);"""


@pytest.mark.parametrize(
    ("own", "alike"),
    [
        ("x integer, b integer", True),
        ('y text COLLATE "C", b integer', True),
        ("x integer NOT NULL, b integer", True),
        ('y text COLLATE "C" NOT NULL, b integer', False),
        ("c integer, b integer", False),
    ],
)
def test_what_a_child_of_a_typed_table_declares_again_is_no_disagreement(
    own: str,
    alike: bool,  # noqa: FBT001  one of the case's values
    database: Databases,
) -> None:
    one, other = database(NEWEST), database(NEWEST)
    one.execute(f'{TYPED} CREATE TABLE c (b integer) INHERITS ("p OF (", plain)')
    other.execute(f'{TYPED} CREATE TABLE c ({own}) INHERITS ("p OF (", plain)')
    found = observe(one.conninfo, other.conninfo, one.server.binaries.program("pg_dump"))
    assert (not found) is alike
