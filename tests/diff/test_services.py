"""What a managed service's own roles have is told apart from what is the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.services import of_services
from support.engine import changes_between
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from support.servers import Databases

BOTH = """
    CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
    CREATE TABLE auth.users (id int); ALTER TABLE auth.users OWNER TO supabase_auth_admin;
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE TABLE mine (id int)
"""


def test_what_differs_in_schemas_and_objects_of_the_services_roles(database: Databases) -> None:
    dev, prod = database(), database()
    dev.server.ensure_roles(["supabase_auth_admin"])
    dev.server.maintain("DROP ROLE IF EXISTS rdsadmin; CREATE ROLE rdsadmin SUPERUSER")
    for each in (dev, prod):
        each.execute(BOTH)
    dev.execute("""
        ALTER TABLE auth.users ADD phone text;
        ALTER TABLE mine ADD phone text;
        CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION watch();
        ALTER EVENT TRIGGER e OWNER TO rdsadmin""")
    old, new = snapshot_of(prod), snapshot_of(dev)
    found = of_services(changes_between(old, new), old, new)
    assert {role: [str(key) for key in keys if key.kind != "owner"] for role, keys in found.items()} == {
        "rdsadmin": ["event_trigger e"],
        "supabase_auth_admin": ["column auth.users.phone"],
    }
