"""From config.yaml to what the nightly service is configured with: history, notify, schedule."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from driftwatch.config.values import History, Job, Notify, NotifyOn, Pair, Verify, Webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftwatch.config.nodes import Node
    from driftwatch.schedule.cron import Cron


def history(node: Node) -> History:
    """`history`: an address, or a mapping."""
    keys = {"url": node} if node.scalar else node.keys("url", "keep")
    return History(
        keys["url"].text() if "url" in keys else History.url,
        keys["keep"].seconds() if "keep" in keys else History.keep,
    )


def notify(node: Node) -> Notify:
    """`notify`: the channels, and what they are told."""
    keys = node.keys("on", "slack", "webhook", "apprise")
    return Notify(
        keys["on"].choices(NotifyOn) if "on" in keys else Notify.on,
        keys["slack"].address() if "slack" in keys else "",
        _webhook(keys["webhook"]) if "webhook" in keys else None,
        keys["apprise"].texts() if "apprise" in keys else (),
    )


def _webhook(node: Node) -> Webhook | None:
    keys = {"url": node} if node.scalar else node.keys("url", "secret")
    if "url" not in keys:
        raise node.error("needs a url")
    url = keys["url"].address()
    return Webhook(url, keys["secret"].optional_text() if "secret" in keys else "") if url else None


def schedule(node: Node) -> Mapping[str, Job]:
    """`schedule`: jobs by name."""
    return MappingProxyType({name: _job(name, entry) for name, entry in node.entries().items()})


def _job(name: str, node: Node) -> Job:
    keys = node.keys("cron", "timezone", "desired", "actual", "verify", "retries", "backoff", "ping_url")
    if not keys.keys() >= {"cron", "desired", "actual"}:
        raise node.error("needs cron, desired and actual")
    return Job(
        name,
        _cron(keys["cron"], keys.get("timezone")),
        Pair(keys["desired"].text(), keys["actual"].text()),
        verify=keys["verify"].choice(Verify) if "verify" in keys else Job.verify,
        retries=keys["retries"].number() if "retries" in keys else Job.retries,
        backoff=keys["backoff"].seconds() if "backoff" in keys else Job.backoff,
        ping_url=keys["ping_url"].address() if "ping_url" in keys else "",
    )


def _cron(node: Node, timezone: Node | None) -> Cron:
    from zoneinfo import ZoneInfo

    from driftwatch.schedule.cron import parse_cron

    zone = timezone.text() if timezone else "UTC"
    try:
        place = ZoneInfo(zone)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise (timezone or node).error(f"is no time zone: {zone!r} (one is Europe/Berlin)") from None
    try:
        return parse_cron(node.text(), place)
    except ValueError as error:
        raise node.error(str(error)) from None
