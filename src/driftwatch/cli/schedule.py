"""`driftwatch schedule`: the nightly service."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration
from driftwatch.config import OnceRequest, ScheduleRequest

if TYPE_CHECKING:
    from driftwatch.config import Config


class Options(TypedDict):
    """The command's options, as click hands them over."""

    name: tuple[str, ...]
    once: bool
    if_due: bool
    grace: float
    log: str
    listen: str


@click.command()
@click.argument("name", nargs=-1)
@click.option("--once", is_flag=True, help="Run what is due, or what is named, and end: for cron and CronJobs.")
@click.option("--if-due", is_flag=True, help="With --once and names: only those that are due.")
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=5.0,
    metavar="SECONDS",
    help="How long a running comparison may go on after SIGTERM.  [default: 5]",
)
@click.option(
    "--log",
    type=click.Choice(("auto", "text", "json")),
    default="auto",
    envvar="DRIFTWATCH_LOG",
    help="How to log, on stderr; auto: text on a terminal, else JSON.  [default: $DRIFTWATCH_LOG, auto]",
)
@click.option(
    "--listen",
    default="",
    envvar="DRIFTWATCH_LISTEN",
    metavar="HOST:PORT",
    help="Answer /healthz and /metrics here.  [default: $DRIFTWATCH_LISTEN, nowhere]",
)
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Compare the pairs of `schedule:` in config.yaml at their times, remember what was found, tell what is news.

    A night that was missed is made up for once. It ends on SIGTERM.

    \b
    Exit codes with --once: 0 nothing that fail_on names; 2 something it names; 1 a night failed, or an error.
    """
    config = configuration(context)
    if not options["once"] and (options["name"] or options["if_due"]):
        raise click.UsageError("names and --if-due go with --once.")
    from driftwatch.cli.logs import set_up

    set_up(options["log"])
    context.exit(_once(config, options) if options["once"] else _serve(config, options))


def _once(config: Config, options: Options) -> int:
    from driftwatch.app.night.once import once
    from driftwatch.schedule.service import interrupt_on_sigterm

    interrupt_on_sigterm()
    try:
        return once(OnceRequest(options["name"], options["if_due"]), config)
    except KeyboardInterrupt:
        # Said in the log's own form; the night was given back.
        import logging

        from driftwatch.cli import INTERRUPTED

        logging.getLogger("driftwatch.night").warning("interrupted")
        return INTERRUPTED


def _serve(config: Config, options: Options) -> int:
    from driftwatch.schedule.service import schedule

    return schedule(ScheduleRequest(options["grace"], options["log"], options["listen"]), config)
