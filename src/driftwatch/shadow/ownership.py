"""Letting a user's migration alter what driftwatch built, without letting it be a superuser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.errors import ShadowError

if TYPE_CHECKING:
    from driftwatch.shadow.contract import ShadowDatabase

INHERIT_WITHOUT_SET = 16
"""The first major in which a member may have a role's rights without being able to become it."""


def let_owner_alter_all(database: ShadowDatabase) -> None:
    """Give the database's owner the rights of the role that built its objects.

    The owner inherits those rights, and so may alter and drop; it can't `SET ROLE` to a superuser (16).

    Raises:
        ShadowError: the shadow is older than 16.
    """
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict

    builder = str(conninfo_to_dict(database.conninfo).get("user", ""))
    owner = str(conninfo_to_dict(database.owner_conninfo).get("user", ""))
    if builder == owner:
        return
    if database.shadow.major < INHERIT_WITHOUT_SET:
        raise ShadowError(
            f"a migration of your own is tried on PostgreSQL {INHERIT_WITHOUT_SET} or newer, the shadow is "
            f"{database.shadow.major}: name a newer one under shadow: url:"
        )
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        grant = sql.SQL("GRANT {} TO {} WITH INHERIT TRUE, SET FALSE")
        connection.execute(grant.format(sql.Identifier(builder), sql.Identifier(owner)))
