"""`driftwatch notify`: are the channels right?"""

from __future__ import annotations

import click

from driftwatch.cli.options import common, configuration


@click.command()
@click.option("--test", is_flag=True, required=True, help="Send a test message to every configured channel.")
@common
@click.pass_context
def command(context: click.Context, *, test: bool) -> None:
    """Try the channels of `notify:` in config.yaml: Slack, webhook, Apprise.

    Exit codes: 0 all delivered; 1 not all, or an error.
    """
    if not test:
        raise click.UsageError("say --test: messages of runs are sent by 'driftwatch schedule'.")
    config = configuration(context)
    from driftwatch.app.notify import notify_test

    context.exit(notify_test(config))
