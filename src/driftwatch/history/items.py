"""The drift ledger in the database: items, what happened to them, and who knows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from driftwatch.history.ledger import Moment, Step, advance
from driftwatch.history.tables import ACKNOWLEDGEMENT, EVENT, ITEM, VERSION
from driftwatch.history.values import Ack, Event, Item, What

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from driftwatch.history.values import Move, Seen


def items(connection: Connection, pair: str) -> Mapping[str, Item]:
    """Every item of a pair by its key, open or gone."""
    rows = connection.execute(select(*_columns(ITEM, Item)).where(ITEM.c.pair == pair)).mappings()
    return {row["key"]: Item(**row) for row in rows}


def alone(connection: Connection) -> None:
    """Let nobody else move a ledger until this transaction ends: a comparison by hand may end together with a night.

    To be called before anything of the ledger is read. On SQLite a transaction that writes is alone anyway.
    """
    connection.execute(select(VERSION.c.version).with_for_update())


def record(
    connection: Connection, pair: str, found: Iterable[Seen], moment: Moment, moved: Callable[[str], Move]
) -> Step:
    """Move the ledger of a pair on by one run."""
    known = items(connection, pair)
    step = advance(known, found, moment, moved)
    fresh = [{"pair": pair, **item._asdict()} for item in step.items if item.key not in known]
    if fresh:
        connection.execute(insert(ITEM), fresh)
    again = [{"known": item.key, **item._asdict()} for item in step.items if item.key in known]
    if again:
        here = (ITEM.c.pair == pair) & (ITEM.c.key == bindparam("known"))
        connection.execute(update(ITEM).where(here), again)
    if step.events:
        rows = [{"pair": pair, **event._asdict(), "what": event.what.value} for event in step.events]
        connection.execute(insert(EVENT), rows)
    return step


def mark_told(connection: Connection, pair: str, told: Mapping[str, str]) -> None:
    """Remember what notifications were made of; `told` is `News.told`."""
    if told:
        here = (ITEM.c.pair == pair) & (ITEM.c.key == bindparam("known"))
        connection.execute(update(ITEM).where(here), [{"known": key, "told": digest} for key, digest in told.items()])


def events(connection: Connection, pair: str, up_to: int) -> Sequence[Event]:
    """What happened to a pair's items up to a run, in order."""
    query = select(*_columns(EVENT, Event)).where(EVENT.c.pair == pair, EVENT.c.run <= up_to).order_by(EVENT.c.id)
    return [Event(**{**row, "what": What(row["what"])}) for row in connection.execute(query).mappings()]


def acks(connection: Connection, pair: str) -> Mapping[str, Ack]:
    """The acknowledgements of a pair by key, also those that ended."""
    rows = connection.execute(select(*_columns(ACKNOWLEDGEMENT, Ack)).where(ACKNOWLEDGEMENT.c.pair == pair)).mappings()
    return {row["key"]: Ack(**row) for row in rows}


def acknowledge(connection: Connection, pair: str, given: Iterable[Ack]) -> None:
    """Write acknowledgements; each takes the place of an older one of the same key."""
    for ack in given:
        withdraw(connection, pair, ack.key)
        connection.execute(insert(ACKNOWLEDGEMENT).values(pair=pair, **ack._asdict()))


def withdraw(connection: Connection, pair: str, key: str) -> bool:
    """Take an acknowledgement back.

    Returns:
        Whether there was one.
    """
    table = ACKNOWLEDGEMENT
    return bool(connection.execute(delete(table).where(table.c.pair == pair, table.c.key == key)).rowcount)


def _columns(table: Table, fields: type[Item | Event | Ack]) -> list[Any]:
    return [table.c[name] for name in fields._fields]
