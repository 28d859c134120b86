"""Event triggers (pg_event_trigger)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member, text_array
from driftwatch.kinds.parts.letters import STATES, without_order, words
from driftwatch.kinds.parts.routine import function_name
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class EventTrigger(NamedTuple):
    """An event trigger; the function is SQL text, without parenthesis."""

    name: str
    event: str
    tags: tuple[str, ...]
    function: str
    enabled: str


def query(_version: int) -> str:
    """Every event trigger."""
    return f"""
        SELECT e.oid AS objid, e.evtname AS name, e.evtevent AS event, {text_array("e.evttags")} AS tags,
               {function_name("e.evtfoid")} AS function, e.evtenabled AS enabled
        FROM pg_event_trigger e WHERE {no_member("pg_event_trigger", "e.oid")}"""


def _set_state(trigger: EventTrigger) -> Statement:
    return Statement(f"ALTER EVENT TRIGGER {quote(trigger.name)} {STATES[trigger.enabled]}", hazards=_hazards(trigger))


def _hazards(trigger: EventTrigger) -> tuple[Hazard, ...]:
    what = "every new session" if trigger.event == "login" else "every schema change that it is for"
    return (Hazard(Danger.BEHAVIOUR, f"whether {trigger.name} runs in {what}, and may refuse it, changes"),)


def create(trigger: EventTrigger, _context: Context) -> Writing:
    """CREATE EVENT TRIGGER, then its state: it is born enabled."""
    tags = f" WHEN TAG IN ({', '.join(map(literal, trigger.tags))})" if trigger.tags else ""
    sql = f"CREATE EVENT TRIGGER {quote(trigger.name)} ON {trigger.event}{tags} EXECUTE FUNCTION {trigger.function}()"
    statements = [Statement(sql, hazards=_hazards(trigger))]
    return statements if trigger.enabled == "O" else [*statements, _set_state(trigger)]


def drop(trigger: EventTrigger, _context: Context) -> Writing:
    """DROP EVENT TRIGGER."""
    return [Statement(f"DROP EVENT TRIGGER {quote(trigger.name)}", hazards=_hazards(trigger))]


def alter_enabled(_old: EventTrigger, new: EventTrigger, _context: Context) -> Writing:
    """ALTER EVENT TRIGGER … ENABLE | DISABLE."""
    return [_set_state(new)]


def rename(trigger: EventTrigger, name: str) -> Statement:
    """ALTER EVENT TRIGGER … RENAME TO."""
    return Statement(f"ALTER EVENT TRIGGER {quote(trigger.name)} RENAME TO {quote(name)}")


def refuses(trigger: EventTrigger) -> bool:
    """Whether it runs at all."""
    return trigger.enabled != "D"


KIND = Kind(
    name="event_trigger",
    model=EventTrigger,
    identity=("name",),
    catalog="pg_event_trigger",
    ambient=True,
    refuses=refuses,
    query=query,
    needs_superuser=lambda _item, _version: True,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "event": Replace(),
        "tags": Replace(),
        "function": Replace(),
        "enabled": Alter(alter_enabled),
    },
    in_words={"enabled": words(STATES), "tags": without_order},
    owned_by_superusers=True,
    reference=lambda trigger: f"EVENT TRIGGER {quote(trigger.name)}",
    rename=rename,
)
