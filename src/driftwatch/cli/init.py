"""`driftwatch init`: the files that a project begins with, and the mark on its development database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from driftwatch.cli.options import common, configuration, invocation
from driftwatch.config import FILE_NAME, Config, find_target
from driftwatch.errors import ConfigError
from driftwatch.sources.locate import LiveSource

_TEMPLATES = Path(__file__).parents[1] / "config"


@click.command()
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--mark-development", "marked", metavar="NAME", help="Mark the database NAME as one for development.")
@click.option("--yes", "confirmed", metavar="DATABASE", help="Confirm the mark by the database's name on its server.")
@common
@click.pass_context
def command(context: click.Context, marked: str | None, confirmed: str | None, *, force: bool) -> None:
    """Write config.yaml and .env.example, commented, into the working directory.

    With --mark-development no file is written: the database itself gets a mark (ALTER DATABASE … SET
    driftwatch.environment), without which no command of driftwatch changes it but by migrations. A production database
    must never have it.
    """
    if marked:
        _mark(marked, confirmed, configuration(context))
    else:
        _write_files(Path(invocation(context).config or FILE_NAME), force=force)


def _write_files(config: Path, *, force: bool) -> None:
    if config.exists() and not force:
        raise ConfigError(f"{config} is there already (--force replaces it)")
    _write(config, (_TEMPLATES / "template.yaml").read_text(encoding="utf-8"))
    example = config.with_name(".env.example")
    if example.exists() and not force:
        click.echo(f"{example} is there already and was left alone", err=True)
    else:
        _write(example, (_TEMPLATES / "template.env").read_text(encoding="utf-8"))
    click.echo("Next: set DATABASE_URL and PROD_DATABASE_URL, then run 'driftwatch doctor'.", err=True)


def _write(path: Path, text: str) -> None:
    """Writes a whole file or none."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"wrote {path}", err=True)


def _mark(name: str, confirmed: str | None, config: Config) -> None:
    from driftwatch.app.guarding import confirm, refuse_others
    from driftwatch.protection import identify, is_development, mark_development, reach

    source = _live(name, config)
    with reach(source, config.timeouts.connect) as connection:
        identity = identify(connection)
        refuse_others(identity, config, besides=name, protected_only=True)
        if is_development(connection):
            click.echo(f"{name} ({source.display}) is marked already", err=True)
            return
        warning = f"{name} is {source.display}. Marked, it may be changed and emptied without a migration."
        confirm(warning, name, source, identity.database, confirmed)
        mark_development(connection)
    click.echo(f"{name} ({source.display}) is now marked as a development database", err=True)


def _live(name: str, config: Config) -> LiveSource:
    config.database(name)
    target = find_target(name, config)
    if target.protected:
        raise ConfigError(f"{name!r} is protected: say 'environment: development' in {config.file} first")
    source = target.direct or target.source
    if not isinstance(source, LiveSource):
        raise ConfigError(f"{name!r} is not a live database: there is nothing to mark")
    return source
