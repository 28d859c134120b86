"""Objects of everybody's that hang on a session's temporary ones: they go with it, and can be built nowhere else.

PostgreSQL makes a view over a temporary table temporary as well, but not a function that takes such a table's rows, a
column of a temporary type, or a view that calls a temporary function.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from driftwatch.model.edges import Tie
from driftwatch.model.snapshot import Unmodelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.catalog.addresses import Addresses
    from driftwatch.model.snapshot import Snapshot

NAME = "temporary"
OVER_TEMPORARY = "object over a temporary one"
"""What such an object is called among those that no kind reads."""

# A view hangs on what its rule names, and the rule is a part of the view.
QUERY = """
    WITH RECURSIVE over AS (
        SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
        WHERE d.refclassid = 'pg_namespace'::regclass
          AND d.refobjid IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_temp_')
        UNION
        SELECT next.* FROM over o CROSS JOIN LATERAL (
            SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
            WHERE d.refclassid = o.classid AND d.refobjid = o.objid
              AND (o.objsubid = 0 OR d.refobjsubid = o.objsubid) AND d.deptype <> 'e'
            UNION ALL
            SELECT d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d
            WHERE o.classid = 'pg_rewrite'::regclass AND d.classid = o.classid AND d.objid = o.objid
              AND d.deptype = 'i') next)
    SELECT o.classid::regclass::text, o.objid, o.objsubid, i.type || ' ' || i.identity
    FROM over o CROSS JOIN LATERAL pg_identify_object(o.classid, o.objid, o.objsubid) i"""


def left_out(snapshot: Snapshot, rows: Iterable[tuple[Any, ...]], addresses: Addresses) -> Snapshot:
    """The snapshot without such objects and what hangs on them: they are named among what no kind reads."""
    found = {key: name for *place, name in rows if (key := addresses.find(*place)) is not None}
    if not found:
        return snapshot
    away = snapshot.with_dependents(found, but={Tie.ORDER, Tie.OWNED})
    named = {Unmodelled(OVER_TEMPORARY, name, "") for name in found.values()}
    return replace(
        snapshot,
        objects={key: item for key, item in snapshot.objects.items() if key not in away},
        unmodelled=tuple(sorted({*snapshot.unmodelled, *named})),
    )
