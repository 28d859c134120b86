"""`driftwatch doctor`: is everything there that a comparison needs?"""

from __future__ import annotations

import click

from driftwatch.cli.options import common, complete_source, configuration
from driftwatch.errors import ConfigError
from driftwatch.nearest import did_you_mean


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_source)
@common
@click.pass_context
def command(context: click.Context, names: tuple[str, ...]) -> None:
    """Check the configured databases (or those of these NAMEs) and the shadow; each problem with its fix.

    Exit codes: 0 all is well; 1 something needs a hand.
    """
    config = configuration(context)
    for name in names:
        if name not in config.databases:
            raise ConfigError(f"no database {name!r} is configured{did_you_mean(name, config.databases)}")
    from driftwatch.app.doctor import doctor

    context.exit(doctor(names or tuple(config.databases), config))
