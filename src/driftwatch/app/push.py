"""`driftwatch push` and `reset`: a development database without migrations, or with nothing but them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.comparison.comparing import compare_sides
from driftwatch.app.comparison.reading import read_sides
from driftwatch.app.deploy import apply_pending
from driftwatch.app.guarding import require_development
from driftwatch.app.migrating.books import books_of
from driftwatch.app.migrating.directory import comparison_request, deploy_lock, live, session_with
from driftwatch.app.progress import Progress
from driftwatch.app.session import Session
from driftwatch.catalog.connection import plain
from driftwatch.config import Verify
from driftwatch.errors import ConfigError, PlanError
from driftwatch.migrations.tool import OUR_LOCK
from driftwatch.model.verdict import Outcome
from driftwatch.report.display import plural, visible
from driftwatch.sql import quote
from driftwatch.verify.build import statements

if TYPE_CHECKING:
    from psycopg import Connection

    from driftwatch.config import Config
    from driftwatch.config.workflow import PushRequest
    from driftwatch.model.comparison import Comparison

_OWNED = """
    SELECT n.nspname::text, pg_catalog.pg_get_userbyid(n.nspowner)::text,
           pg_catalog.pg_has_role(current_user, n.nspowner, 'USAGE')
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
    ORDER BY n.nspname = 'public', n.nspname
"""
_GRANTS = """
    SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END
    FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
    WHERE n.nspname = 'public' AND a.grantee <> n.nspowner
"""

_NOT_ITS_OWN = (
    "leave out what another role has to change: name your own schemas (`schemas: [public]` in config.yaml) or ignore it"
    " (`ignore:`), or push as a role that may"
)


def push(request: PushRequest, config: Config) -> int:
    """Bring a development database to another schema, by the migration that was proved.

    Returns:
        The exit code: 0.

    Raises:
        ConfigError: the database is not one for development, beyond doubt.
        PlanError: the migration was not proved.
    """
    if request.source is None:
        raise ConfigError("push needs --from, the schema that the database is brought to")
    source = live(request.target)
    with session_with(source, config) as connection, deploy_lock(connection, (OUR_LOCK,), config.timeouts.lock):
        require_development(
            request.target, source, connection, config, act="changed without a migration", confirmed=request.confirmed
        )
        wanted = comparison_request(request.source, request.target, config, Verify.QUICK)
        with Session(config) as session, Progress() as progress:
            comparison = compare_sides(read_sides(wanted, session, progress), wanted, session, progress)
            for warning in comparison.warnings:
                click.echo(visible(f"warning: {warning}"), err=True)
            if comparison.findings:
                _apply(connection, comparison)
    told = plural(len(comparison.findings), "change") if comparison.findings else "nothing to do"
    click.echo(visible(f"{request.target.name}: {told}"), err=True)
    return 0


def _apply(connection: Connection, comparison: Comparison) -> None:
    from psycopg import Error, errors

    if comparison.verdict.outcome is not Outcome.PROVED:
        raise PlanError(f"nothing was pushed: {comparison.verdict.sentence}")
    for number, transaction in enumerate(comparison.migration.transactions, 1):
        try:
            for sql in statements(transaction):
                connection.execute(sql.encode())
        except Error as error:
            if not connection.closed:
                connection.execute("ROLLBACK")
            before = f"; {plural(number - 1, 'transaction')} before it stand" if number > 1 else ", nothing was changed"
            mend = _NOT_ITS_OWN if isinstance(error, errors.InsufficientPrivilege) else "push again when that is mended"
            raise PlanError(f"the server refused: {plain(error)}{before}: {mend}") from None


def reset(request: PushRequest, config: Config) -> int:
    """Drop what the role owns, then apply all migrations.

    Returns:
        The exit code: 0.

    Raises:
        ConfigError: the database is not one for development, beyond doubt.
        MigrationError: a migration failed.
    """
    with books_of(request.target, config, request.migrations) as books:
        connection = books.connection
        require_development(
            request.target, books.source, connection, config, act="emptied", confirmed=request.confirmed
        )
        with deploy_lock(connection, (OUR_LOCK,), config.timeouts.lock):
            _empty(connection)
        done = apply_pending(books, frozenset())
    click.echo(visible(f"{request.target.name}: emptied, {plural(len(done), 'migration')} applied"), err=True)
    return 0


def _empty(connection: Connection) -> None:
    """All schemas that the role owns, in one transaction; `public` comes back with its owner and grants."""
    with connection.transaction():
        grants = connection.execute(_GRANTS).fetchall()
        for name, owner, owned in connection.execute(_OWNED).fetchall():
            if not owned:
                click.echo(visible(f"schema {name} belongs to {owner} and is left alone"), err=True)
                continue
            connection.execute(f"DROP SCHEMA {quote(name)} CASCADE".encode())
            if name == "public":
                connection.execute(f"CREATE SCHEMA public AUTHORIZATION {quote(owner)}".encode())
                for privilege, grantee in grants:
                    to = quote(grantee) if grantee else "PUBLIC"
                    connection.execute(f"GRANT {privilege} ON SCHEMA public TO {to}".encode())
