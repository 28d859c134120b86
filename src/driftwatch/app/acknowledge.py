"""`driftwatch ack` and `baseline`: drift that somebody knows of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from driftwatch.app.remembering.remember import open_history
from driftwatch.errors import HistoryError
from driftwatch.history import items as ledger
from driftwatch.history.runs import pairs
from driftwatch.history.values import Ack, beneath
from driftwatch.nearest import did_you_mean
from driftwatch.report import history as told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from driftwatch.config import AckRequest, Config
    from driftwatch.history.values import Item


def acknowledge(request: AckRequest, config: Config) -> int:
    """Acknowledge open drift by its key, or take that back.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: nothing of this key is open, the pair is not clear, or the history can't be written.
    """
    with open_history(config).writing() as connection:
        pair = _pair(connection, request.pair)
        if request.remove:
            return _withdraw(connection, pair, request)
        there = _open_items(connection, pair)
        given = [_ack(item, request) for item in _chosen(request.keys, there)]
        ledger.acknowledge(connection, pair, given)
    _tell(pair, given, request)
    return 0


def baseline(request: AckRequest, config: Config) -> int:
    """Acknowledge all that is open today.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: the pair is not clear, or the history can't be written.
    """
    with open_history(config).writing() as connection:
        pair = _pair(connection, request.pair)
        known, now = ledger.acks(connection, pair), datetime.now(UTC)
        there = _open_items(connection, pair).values()
        covered = {item.key for item in there if item.key in known and known[item.key].holds(item.digest, now)}
        given = [_ack(item, request) for item in there if item.key not in covered]
        ledger.acknowledge(connection, pair, given)
    _tell(pair, given, request)
    return 0


def _withdraw(connection: Connection, pair: str, request: AckRequest) -> int:
    known = ledger.acks(connection, pair)
    for key in request.keys:
        if key not in known:
            raise HistoryError(f"{key} is not acknowledged in {pair}")
    keys = [key for key in sorted(known) if any(key == whole or beneath(key, whole) for whole in request.keys)]
    for key in keys:
        ledger.withdraw(connection, pair, key)
    click.echo(told.as_json({"pair": pair, "withdrawn": keys}) if request.json else "taken back")
    return 0


def _pair(connection: Connection, named: str) -> str:
    there = pairs(connection)
    if named:
        if named not in there:
            raise HistoryError(f"no run of {named!r} is remembered{did_you_mean(named, there) or _known(there)}")
        return named
    if len(there) != 1:
        raise HistoryError(f"say which pair is meant, by --pair{_known(there)}")
    return there[0]


def _known(there: Sequence[str]) -> str:
    return f" (remembered: {', '.join(there)})" if there else " (no run is remembered yet)"


def _open_items(connection: Connection, pair: str) -> Mapping[str, Item]:
    return {key: item for key, item in ledger.items(connection, pair).items() if item.gone_at is None}


def _chosen(keys: Sequence[str], there: Mapping[str, Item]) -> Sequence[Item]:
    """Those that are named, and the parts that came or went with them."""
    named = [_named(key, there) for key in keys]
    parts = (
        item
        for item in there.values()
        if any(item.verb == whole.verb in {"add", "drop"} and beneath(item.key, whole.key) for whole in named)
    )
    return list(dict.fromkeys((*named, *parts)))


def _named(key: str, there: Mapping[str, Item]) -> Item:
    if key not in there:
        hint = did_you_mean(key, there) or " ('driftwatch show RUN' lists what is open)"
        raise HistoryError(f"no drift of {key!r} is open{hint}")
    return there[key]


def _ack(item: Item, request: AckRequest) -> Ack:
    return Ack(item.key, item.digest, request.reason, request.by, datetime.now(UTC), request.until)


def _tell(pair: str, given: Sequence[Ack], request: AckRequest) -> None:
    if request.json:
        click.echo(told.as_json({"pair": pair, "acknowledged": [told.ack_data(ack) for ack in given]}))
    else:
        until = f"until {request.until:%Y-%m-%d}" if request.until else "for good, as long as it stays as it is"
        click.echo(f"{told.count_text(len(given))} of {pair} acknowledged {until}")
