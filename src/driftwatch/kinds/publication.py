"""Publications (pg_publication); what they publish are objects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.kinds.parts.letters import without_order
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

GENERATED_COLUMNS = 180000
"""The first server_version_num that can publish stored generated columns."""

_OPERATIONS = ("insert", "update", "delete", "truncate")


class Publication(NamedTuple):
    """A publication; `generated_columns` is None where they are not published."""

    name: str
    all_tables: bool
    operations: tuple[str, ...]
    via_partition_root: bool
    generated_columns: str | None


def query(version: int) -> str:
    """Every publication."""
    generated = "CASE p.pubgencols WHEN 's' THEN 'stored' END" if version >= GENERATED_COLUMNS else "NULL::text"
    return f"""
        SELECT p.oid AS objid, p.pubname AS name, p.puballtables AS all_tables,
               array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                  CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END],
                            NULL) AS operations,
               p.pubviaroot AS via_partition_root, {generated} AS generated_columns
        FROM pg_publication p WHERE {no_member("pg_publication", "p.oid")}"""


def hazards(name: str) -> tuple[Hazard, ...]:
    """What any change to what is published means."""
    return (Hazard(Danger.REPLICATION, f"the subscribers of {name} receive other changes: check them, refresh them"),)


def column_lists_or_schemas(name: str) -> tuple[str, ...]:
    """The slot of what can't be in one publication together (0A000): a table's column list, and a schema."""
    return ("column lists or schemas of publication", name)


def _parameters(publication: Publication) -> dict[str, str]:
    """The parameters of WITH and SET, in full."""
    return {
        "publish": literal(", ".join(publication.operations)),
        "publish_via_partition_root": str(publication.via_partition_root).lower(),
        "publish_generated_columns": publication.generated_columns or "none",
    }


_DEFAULTS = {
    "publish": literal(", ".join(_OPERATIONS)),
    "publish_via_partition_root": "false",
    "publish_generated_columns": "none",
}


def _changed(before: dict[str, str], after: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in after.items() if before[name] != value)


def create(publication: Publication, _context: Context) -> Writing:
    """CREATE PUBLICATION, which nobody has subscribed to yet."""
    for_all = " FOR ALL TABLES" if publication.all_tables else ""
    parameters = _changed(_DEFAULTS, _parameters(publication))
    options = f" WITH ({parameters})" if parameters else ""
    return [Statement(f"CREATE PUBLICATION {quote(publication.name)}{for_all}{options}")]


def drop(publication: Publication, _context: Context) -> Writing:
    """DROP PUBLICATION."""
    hazard = Hazard(Danger.REPLICATION, f"subscriptions to {publication.name} fail")
    return [Statement(f"DROP PUBLICATION {quote(publication.name)}", hazards=(hazard,))]


def alter(old: Publication, new: Publication, _context: Context) -> Writing:
    """ALTER PUBLICATION … SET with what differs."""
    parameters = _changed(_parameters(old), _parameters(new))
    return [Statement(f"ALTER PUBLICATION {quote(new.name)} SET ({parameters})", hazards=hazards(new.name))]


def rename(publication: Publication, name: str) -> Statement:
    """ALTER PUBLICATION … RENAME TO."""
    hazard = Hazard(Danger.REPLICATION, f"subscriptions to {publication.name} by its old name fail")
    return Statement(f"ALTER PUBLICATION {quote(publication.name)} RENAME TO {quote(name)}", hazards=(hazard,))


_ALTER = Alter(alter)

KIND = Kind(
    name="publication",
    model=Publication,
    identity=("name",),
    catalog="pg_publication",
    ambient=True,
    query=query,
    needs_superuser=lambda publication, _version: publication.all_tables,
    create=create,
    drop=drop,
    alter={
        "all_tables": Replace(),
        "operations": _ALTER,
        "via_partition_root": _ALTER,
        "generated_columns": _ALTER,
    },
    in_words={"operations": without_order},
    since={"generated_columns": GENERATED_COLUMNS},
    reference=lambda publication: f"PUBLICATION {quote(publication.name)}",
    rename=rename,
)
