"""What views and what stands on a relation (triggers, rules, policies, statistics, members of publications) share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.rules import Ignore

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key

RELATION = """CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'
    ELSE 'table' END AS relation"""
"""For a query that joins `pg_class c`: the kind of that relation."""

FOLLOWS_RELATION = Ignore("the relation itself is replaced then", told=False)
"""The rule of the attribute `relation`."""

COLLATION = "CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text ELSE '' END"
"""For a query that joins `pg_attribute a` and its `pg_type t`: the collation, empty where it is the type's own."""


def rebuilt(key: Key, context: Context) -> bool:
    """Whether the object is dropped only to be created again as it was, in the same transaction."""
    old = context.old.get(key)
    return old is not None and old == context.new.get(key)
