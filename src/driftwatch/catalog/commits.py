"""When objects were last written, where the server keeps commit times (`track_commit_timestamp`).

The time is that of the transaction that wrote the newest row of an object in the catalogues; so a change has one as
long as the object is there, and of several changes the last one's. What was dropped has left no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.kind import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from driftwatch.catalog.addresses import Addresses
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object


class _Rows(NamedTuple):
    """Rows of a catalogue, and the address (as in pg_depend) of the object that they belong to."""

    catalog: str
    classid: str
    objid: str
    part: str = "0"
    where: str = "true"
    since: int = 0
    """server_version_num from which on the catalogue exists."""


# What any role may read: neither pg_user_mapping nor pg_subscription.
_OWN = (
    *(
        _Rows(catalog, catalog, "oid")
        for catalog in (
            "pg_am pg_amop pg_amproc pg_attrdef pg_cast pg_class pg_collation pg_constraint pg_conversion "
            "pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_language pg_namespace "
            "pg_opclass pg_operator pg_opfamily pg_policy pg_proc pg_publication pg_publication_rel pg_rewrite "
            "pg_statistic_ext pg_transform pg_trigger pg_ts_config pg_ts_dict pg_ts_parser pg_ts_template pg_type"
        ).split()
    ),
    _Rows("pg_publication_namespace", "pg_publication_namespace", "oid", since=150000),
    _Rows("pg_attribute", "pg_class", "attrelid", "attnum", "attnum > 0 AND NOT attisdropped"),
    _Rows("pg_index", "pg_class", "indexrelid"),
    _Rows("pg_sequence", "pg_class", "seqrelid"),
    _Rows("pg_foreign_table", "pg_class", "ftrelid"),
    _Rows("pg_partitioned_table", "pg_class", "partrelid"),
    # CREATE OR REPLACE VIEW writes its rule alone.
    _Rows("pg_rewrite", "pg_class", "ev_class", where="rulename = '_RETURN'"),
    _Rows("pg_aggregate", "pg_proc", "aggfnoid"),
    _Rows("pg_enum", "pg_type", "enumtypid"),
    _Rows("pg_range", "pg_type", "rngtypid"),
    _Rows("pg_ts_config_map", "pg_ts_config", "mapcfg"),
    # The attributes of a composite type are those of its relation.
    _Rows(
        "pg_attribute",
        "pg_type",
        "(SELECT c.reltype FROM pg_class c WHERE c.oid = attrelid)",
        where="attrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'c')",
    ),
)
_ABOUT = {
    "pg_description": _Rows("pg_description", "classoid::regclass", "objoid", "objsubid"),
    "pg_seclabel": _Rows("pg_seclabel", "classoid::regclass", "objoid", "objsubid"),
}
"""What stands in rows of its own that name another object."""


def query(version: int, age: float) -> str:
    """SQL for what was written within the last `age` seconds by the server's clock: whose rows, the address, when.

    Without `track_commit_timestamp` nothing is scanned: that condition is checked once. A standby whose primary does
    not track raises 55000.
    """
    own = [_written(WHOLE, f"'{rows.classid}'", rows, age) for rows in _OWN if rows.since <= version]
    about = [_written(name, f"{rows.classid}::text", rows, age) for name, rows in _ABOUT.items()]
    return " UNION ALL ".join((*own, *about))


def _written(name: str, classid: str, rows: _Rows, age: float) -> str:
    return f"""SELECT '{name}', {classid}, ({rows.objid})::oid, ({rows.part})::int, pg_xact_commit_timestamp(t.xmin)
        FROM {rows.catalog} t WHERE current_setting('track_commit_timestamp')::bool AND {rows.where}
        AND pg_xact_commit_timestamp(t.xmin) > now() - interval '{age:.0f} seconds'"""


class Commits:
    """When the objects of a snapshot were last written, as far as that is known."""

    def __init__(
        self,
        rows: Iterable[tuple[Any, ...]],
        addresses: Addresses,
        kinds: Mapping[str, Kind],
        objects: Mapping[Key, Object],
    ) -> None:
        """Take the rows of `query`."""
        self._kinds, self._objects = kinds, objects
        self._latest: dict[tuple[str, Key], datetime] = {}
        for name, *address, at in rows:
            key = addresses.find(*address)
            if key is not None:
                place = name, key
                self._latest[place] = max(at, self._latest.get(place, at))

    def of(self, key: Key) -> datetime | None:
        """When an object was last written; None: it is not there, or not since then, or nobody knows."""
        item = self._objects.get(key)
        if item is None:
            return None
        kind = self._kinds[key.kind]
        if kind.catalog:
            return self._latest.get((WHOLE, key))
        whole = kind.whole(item)
        return self._latest.get((kind.stands_in, whole)) if whole and kind.stands_in else None
