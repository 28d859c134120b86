"""What takes a superuser to make is said before the deploy fails over it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.conftest import Call, Pair

pytestmark = pytest.mark.usefixtures("one_shadow")

ROLE = "DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
MADE = """
    CREATE FUNCTION plain() RETURNS int LANGUAGE sql RETURN 1;
    CREATE FUNCTION inside(int) RETURNS int LANGUAGE internal STRICT AS 'int4abs';
    CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION noted();
    CREATE CAST (text AS bytea) WITHOUT FUNCTION
"""


@pytest.mark.parametrize("superuser", [True, False])
def test_what_only_a_superuser_may_make_is_named_where_prod_is_read_as_another_role(
    call: Call, pair: Pair, *, superuser: bool
) -> None:
    dev, prod = pair(f"{ROLE}; {MADE}", "")
    actual = prod if superuser else f"{prod} user=only_connects"
    done = call("compare", dev, actual, "--format", "json", "--no-report")
    told = [each for each in json.loads(done.stdout)["warnings"] if "no superuser" in each]
    assert [each.split("make or alter ")[1].split(":")[0] for each in told] == (
        [] if superuser else ["cast (text AS bytea), event_trigger noted, function public.inside(integer)"]
    )
