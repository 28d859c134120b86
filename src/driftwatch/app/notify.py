"""The configured channels, and `driftwatch notify --test`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from driftwatch.errors import ConfigError, NotifyError
from driftwatch.notify.message import trial_message
from driftwatch.notify.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from driftwatch.config import Config, Notify
    from driftwatch.notify.message import Message

    Send = Callable[[Message, str], None]


def channels(notify: Notify, patience: Patience) -> Mapping[str, Send]:
    """How each configured channel sends a message; libraries are imported when something is sent."""
    found: dict[str, Send] = {}
    if notify.slack:
        found["slack"] = lambda message, _: _slack(notify.slack, message, patience)
    if webhook := notify.webhook:
        found["webhook"] = lambda message, number: _webhook(webhook.url, webhook.secret, message, patience, number)
    if notify.apprise:
        found["apprise"] = lambda message, _: _apprise(notify.apprise, message)
    return found


def _slack(url: str, message: Message, patience: Patience) -> None:
    from driftwatch.notify.slack import send

    send(url, message, patience)


def _webhook(url: str, secret: str, message: Message, patience: Patience, delivery: str) -> None:
    from driftwatch.notify.webhook import send

    send(url, secret, message, patience, delivery)


def _apprise(urls: tuple[str, ...], message: Message) -> None:
    from driftwatch.notify.apprise import send

    send(urls, message)


def notify_test(config: Config) -> int:
    """Send a test message to every channel.

    Returns:
        The exit code: 0, or 1 when a channel could not be reached.

    Raises:
        ConfigError: no channel is configured.
    """
    found = channels(config.notify, Patience(attempts=2))
    if not found:
        raise ConfigError("no channel is configured: write notify: {slack: …} into config.yaml, or another one")
    message, code = trial_message(datetime.now(UTC)), 0
    for name, send in found.items():
        try:
            send(message, "test")
        except NotifyError as error:
            code = 1
            click.echo(f"{name}: {error}")
        else:
            click.echo(f"{name}: delivered")
    return code
