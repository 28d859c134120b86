"""Teams, Discord, e-mail, PagerDuty and whatever else Apprise knows: `pip install 'driftwatch-pg[apprise]'`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.errors import NotifyError
from driftwatch.report.display import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.notify.message import Line, Message


def send(urls: Sequence[str], message: Message) -> None:
    """Hand a message to each address.

    Raises:
        NotifyError: Apprise is not installed, does not know an address, or could not deliver.
    """
    try:
        import apprise
    except ModuleNotFoundError:
        raise NotifyError("Apprise is not installed: pip install 'driftwatch-pg[apprise]'") from None
    sender = apprise.Apprise()
    for number, url in enumerate(urls, 1):
        if not sender.add(url):
            raise NotifyError(f"Apprise does not understand address {number}")
    kind = apprise.NotifyType.FAILURE if message.error else apprise.NotifyType.INFO
    if not sender.notify(title=message.title, body=body(message), notify_type=kind):
        raise NotifyError("Apprise could not deliver to every address")


def body(message: Message) -> str:
    """The message as plain text."""
    lines = [_told(line, message.pair) for line in message.lines]
    parts = [message.error, *lines, f"Migration: {message.verdict}" if message.verdict else "", message.report]
    return "\n".join(filter(None, parts)) or message.title


def _told(line: Line, pair: str) -> str:
    who = f", {line.who(pair)}" if line.who(pair) else ""
    parts = f" and {plural(line.parts, 'part')} of it" if line.parts else ""
    return f"{line.what}: {line.verb} {line.key}{parts} [{line.level}]{who}{f': {line.note}' if line.note else ''}"
