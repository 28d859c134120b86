"""What stands before a command that changes a database without a migration, or empties it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from driftwatch.config import find_target
from driftwatch.errors import ConfigError, DriftwatchError
from driftwatch.protection import identify, is_development, reach
from driftwatch.sources.locate import LiveSource

if TYPE_CHECKING:
    from psycopg import Connection

    from driftwatch.config import Config, Target
    from driftwatch.protection import Identity


def require_development(  # noqa: PLR0913 - who, where, and what is to be done
    target: Target, source: LiveSource, connection: Connection, config: Config, *, act: str, confirmed: str | None
) -> None:
    """Refuses unless everything says that this database is one for development, its owner included.

    Args:
        target: what the user named.
        source: where it is.
        connection: to it.
        config: the configuration.
        act: what is about to be done with it, as a sentence's end: "emptied".
        confirmed: the database's name, where the command line gave it.

    Raises:
        ConfigError: it is protected, bears no mark, is another configured database too, or nobody confirmed.
    """
    if target.protected:
        where = config.file or "config.yaml"
        raise ConfigError(
            f"{target.name!r} is protected: only a database with 'environment: development' in {where} is {act}"
        )
    identity = identify(connection)
    refuse_others(identity, config, besides=target.name)
    if not is_development(connection):
        raise ConfigError(
            f"{target.name} ({source.display}) bears no mark of a development database: its owner puts it there by "
            f"'driftwatch init --mark-development {target.name}'"
        )
    confirm(f"{target.name} is {source.display}. It will be {act}.", target.name, source, identity.database, confirmed)


def refuse_others(identity: Identity, config: Config, *, besides: str = "", protected_only: bool = False) -> None:
    """Two names may lead to one database: what one of them says of it holds for it.

    Raises:
        ConfigError: another configured database is this one.
    """
    for name, database in config.databases.items():
        if name != besides and (database.protected or not protected_only) and _leads_to(name, identity, config):
            what = "which is protected" if database.protected else "and two names for one database are one too many"
            raise ConfigError(f"this is the database that {name!r} leads to, {what}")


def _leads_to(name: str, identity: Identity, config: Config) -> bool:
    try:
        source = find_target(name, config).source
        if not isinstance(source, LiveSource):
            return False
        with reach(source, config.timeouts.connect) as connection:
            return identify(connection) == identity
    except DriftwatchError as error:
        click.echo(f"could not make sure that this is not {name}: {error}", err=True)
        return False


def confirm(warning: str, name: str, source: LiveSource, database: str, confirmed: str | None) -> None:
    """Asks for the database's name on a terminal; elsewhere `--yes` has to have given it.

    Raises:
        ConfigError: it was not given, or is another.
    """
    if confirmed is None:
        if not sys.stdin.isatty():
            raise ConfigError(f"nobody is here to ask: confirm with --yes={database} that {name} is {source.display}")
        click.echo(warning, err=True)
        confirmed = click.prompt("The database's name, to confirm", err=True)
    if confirmed != database:
        raise ConfigError(f"not confirmed: the database is called {database!r}")
