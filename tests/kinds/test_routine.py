from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from driftwatch.kinds import function, procedure
from driftwatch.kinds.parts import routine
from driftwatch.model.context import Context
from driftwatch.model.key import Key
from driftwatch.model.statement import Implied

if TYPE_CHECKING:
    from driftwatch.model.statement import Writing
    from kinds.conftest import Plans, Reads
    from support.servers import Databases


class Redefinition(NamedTuple):
    """Two versions of one routine, and whether CREATE OR REPLACE leads from the first to the second."""

    old: str
    new: str
    allowed: bool


REDEFINITIONS = {
    "names an unnamed parameter": Redefinition("f(int) RETURNS int", "f(a int) RETURNS int", allowed=True),
    "renames a parameter": Redefinition("f(a int) RETURNS int", "f(b int) RETURNS int", allowed=False),
    "unnames a parameter": Redefinition("f(a int) RETURNS int", "f(int) RETURNS int", allowed=False),
    "gives a default": Redefinition("f(a int) RETURNS int", "f(a int DEFAULT 1) RETURNS int", allowed=True),
    "changes a default": Redefinition("f(a int = 1) RETURNS int", "f(a int = 2) RETURNS int", allowed=True),
    "takes a default away": Redefinition("f(a int = 1) RETURNS int", "f(a int) RETURNS int", allowed=False),
    "takes one of two defaults away": Redefinition(
        "f(a int = 1, b int = 2) RETURNS int", "f(a int, b int = 2) RETURNS int", allowed=False
    ),
    "retypes a polymorphic default": Redefinition(
        "f(a anyelement = 1) RETURNS int", "f(a anyelement = 'x'::text) RETURNS int", allowed=False
    ),
    "changes the result": Redefinition("f() RETURNS int", "f() RETURNS bigint", allowed=False),
    "returns a set": Redefinition("f() RETURNS int", "f() RETURNS SETOF int", allowed=False),
    "renames the only output": Redefinition("f(OUT a int)", "f(OUT b int)", allowed=True),
    "renames one of two outputs": Redefinition("f(OUT a int, OUT b int)", "f(OUT a int, OUT c int)", allowed=False),
    "retypes one of two outputs": Redefinition("f(OUT a int, OUT b int)", "f(OUT a int, OUT b text)", allowed=False),
    "renames a column of the result": Redefinition(
        "f() RETURNS TABLE(a int, b int)", "f() RETURNS TABLE(a int, c int)", allowed=False
    ),
    "output becomes input as well": Redefinition("f(a int) RETURNS int", "f(INOUT a int)", allowed=True),
    "table of one becomes a set": Redefinition("f() RETURNS TABLE(a int)", "f() RETURNS SETOF int", allowed=True),
    "becomes variadic": Redefinition("f(a int[]) RETURNS int", "f(VARIADIC a int[]) RETURNS int", allowed=True),
}

PROCEDURES = {
    "renames the only output": Redefinition("f(OUT a int)", "f(OUT b int)", allowed=False),
    "gets an output": Redefinition("f(a int)", "f(a int, OUT b int)", allowed=False),
    "renames an input": Redefinition("f(a int)", "f(b int)", allowed=False),
    "gives a default": Redefinition("f(a int)", "f(a int = 4)", allowed=True),
}


def _accepts(databases: Databases, what: str, case: Redefinition) -> bool:
    tail = "LANGUAGE sql AS ''"
    database = databases()
    database.execute(f"SET check_function_bodies = off; CREATE {what} {case.old} {tail}")
    try:
        database.execute(f"SET check_function_bodies = off; CREATE OR REPLACE {what} {case.new} {tail}")
    except psycopg.errors.InvalidFunctionDefinition:
        return False
    return True


def _only(writing: Writing) -> str:
    assert not isinstance(writing, Implied)
    (statement,) = writing
    return statement.sql


@pytest.mark.parametrize("case", REDEFINITIONS.values(), ids=REDEFINITIONS)
def test_function_is_replaced_only_where_the_server_refuses_to_redefine_it(
    case: Redefinition, database: Databases, way: Plans
) -> None:
    texts = (f"SET check_function_bodies = off; CREATE FUNCTION {text} LANGUAGE sql AS ''" for text in case[:2])

    verbs = {step.verb for step in way(*texts).steps if step.key.kind == "function"}

    assert _accepts(database, "FUNCTION", case) is case.allowed
    assert verbs == ({"alter"} if case.allowed else {"drop", "create"})


@pytest.mark.parametrize("case", PROCEDURES.values(), ids=PROCEDURES)
def test_procedure_is_replaced_only_where_the_server_refuses_to_redefine_it(
    case: Redefinition, database: Databases, way: Plans
) -> None:
    texts = (f"SET check_function_bodies = off; CREATE PROCEDURE {text} LANGUAGE sql AS ''" for text in case[:2])

    verbs = {step.verb for step in way(*texts).steps if step.key.kind == "procedure"}

    assert _accepts(database, "PROCEDURE", case) is case.allowed
    assert verbs == ({"alter"} if case.allowed else {"drop", "create"})


@pytest.mark.parametrize(
    "setting",
    [
        "search_path = ''",
        "search_path = public",
        'search_path = "$user", public, "Two, ""three""", \'it\'\'s\'',
        "search_path = 'one, two'",
        "temp_tablespaces = ''",
        "work_mem = 64",
        "TimeZone = 'Europe/Berlin'",
        "datestyle = 'iso, dmy'",
        "my.variable = 'it''s, a \\ \"value\"'",
        "my.empty = ''",
        "role = 'none'",
    ],
)
def test_setting_of_a_function_arrives_as_it_was(setting: str, database: Databases, snapshot: Reads) -> None:
    made, copied = database(), database()
    made.execute(f"CREATE FUNCTION f() RETURNS int LANGUAGE sql SET {setting} AS 'SELECT 1'")
    wanted = snapshot(made)
    key = Key("function", ("public", "f", ""))

    written = function.STATEMENTS.create(wanted.objects[key], Context(old=snapshot(copied), new=wanted, version=180000))
    copied.execute(_only(written))

    assert len(wanted.objects[key].config) == 1
    assert snapshot(copied).objects[key] == wanted.objects[key]


@pytest.mark.parametrize(
    "body", ["", "SELECT 1", "$function$", "$", "a $function1$ $function$ b$function", "line\n\r\n\ttab ", "'\\"]
)
def test_body_arrives_to_the_letter(body: str, database: Databases, snapshot: Reads) -> None:
    made, copied = database(), database()
    quoted = "'" + body.replace("'", "''") + "'"
    made.execute(f"SET check_function_bodies = off; CREATE PROCEDURE p() LANGUAGE sql AS {quoted}")
    wanted = snapshot(made)
    key = Key("procedure", ("public", "p", ""))

    written = procedure.STATEMENTS.create(
        wanted.objects[key], Context(old=snapshot(copied), new=wanted, version=180000)
    )
    copied.execute(f"SET check_function_bodies = off; {_only(written)}")

    assert snapshot(copied).objects[key].body == body


def test_procedures_that_differ_in_outputs_alone_are_told_apart(way: Plans) -> None:
    """By types alone, DROP PROCEDURE p(int, int) could mean either: 42725, "is not unique"."""
    with_output = "CREATE PROCEDURE p(int, OUT int) LANGUAGE sql AS 'SELECT 1'"
    inputs = "CREATE PROCEDURE p(int, int) LANGUAGE sql AS 'SELECT 1'"

    plan = way(f"{with_output}; {inputs}", with_output)

    assert [step.statement.sql for step in plan.steps] == ["DROP PROCEDURE public.p(IN integer, IN integer)"]


def test_what_makes_itself_is_no_routine_of_the_user(database: Databases, snapshot: Reads) -> None:
    made = database()
    made.execute("CREATE TYPE span AS RANGE (subtype = int); CREATE EXTENSION citext")

    assert not {key for key in snapshot(made).objects if key.kind in {"function", "procedure", "aggregate"}}


def test_names_of_a_list_are_split_where_the_server_splits_them() -> None:
    settings = ['search_path="$user", a, "b, ""c"""', 'search_path=""']

    assert routine.configuration(settings) == [
        """SET search_path TO '$user', 'a', 'b, "c"'""",
        "SET search_path TO ''",
    ]
