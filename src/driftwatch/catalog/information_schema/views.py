"""The views of `information_schema` that are read, and what is asked of them (ISO/IEC 9075-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, column, null, or_, select, table
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select, TableClause

NULLS_DISTINCT = 150000
"""The first server_version_num whose table_constraints say `nulls_distinct`."""

TYPE = (
    "data_type",
    "character_maximum_length",
    "numeric_precision",
    "numeric_scale",
    "datetime_precision",
    "interval_type",
    "udt_schema",
    "udt_name",
    "dtd_identifier",
)
"""What the views say of a type, in the order of `types.Described`."""


def _view(name: str, *columns: str) -> TableClause:
    return table(name, *map(column, dict.fromkeys(columns)), schema="information_schema")


def _users(schema: ColumnElement[str]) -> ColumnElement[bool]:
    """Schemas that are not the system's."""
    return and_(schema != "information_schema", schema.not_like("pg\\_%"))


def _all(name: str, schema: str, *columns: str, order: tuple[str, ...] = ()) -> Select[tuple[object, ...]]:
    view = _view(name, schema, *columns, *order)
    listed = [view.c[each] for each in (schema, *columns)]
    return select(*listed).where(_users(view.c[schema])).order_by(*(view.c[each] for each in (schema, *order)))


def selects(version: int) -> Mapping[str, Select[tuple[object, ...]]]:
    """For each name the question; the columns come in the order in which `objects` takes them."""
    return {
        "schemata": _all("schemata", "schema_name"),
        "tables": _tables(),
        "element_types": _all(
            "element_types", "object_schema", "object_name", "object_type", "collection_type_identifier", *TYPE[:1],
            "udt_schema", "udt_name",
        ),
        "columns": _columns(),
        "table_constraints": _table_constraints(version),
        "key_column_usage": _all(
            "key_column_usage", "table_schema", "table_name", "constraint_name", "column_name",
            "position_in_unique_constraint", order=("table_name", "constraint_name", "ordinal_position"),
        ),
        "referential_constraints": _all(
            "referential_constraints", "constraint_schema", "constraint_name", "unique_constraint_schema",
            "unique_constraint_name", "match_option", "update_rule", "delete_rule",
        ),
        "check_constraints": _all("check_constraints", "constraint_schema", "constraint_name", "check_clause"),
        "views": _all("views", "table_schema", "table_name", "view_definition", "check_option"),
        "routines": _routines(),
        "parameters": _all(
            "parameters", "specific_schema", "specific_name", "parameter_mode", "parameter_name", "parameter_default",
            *TYPE, order=("specific_name", "ordinal_position"),
        ),
        "triggers": _all(
            "triggers", "event_object_schema", "event_object_table", "trigger_name", "event_manipulation",
            "action_timing", "action_orientation", "action_condition", "action_statement",
            "action_reference_old_table", "action_reference_new_table",
        ),
        "triggered_update_columns": _all(
            "triggered_update_columns", "event_object_schema", "event_object_table", "trigger_name",
            "event_object_column",
        ),
        "sequences": _all(
            "sequences", "sequence_schema", "sequence_name", "data_type", "start_value", "increment", "minimum_value",
            "maximum_value", "cycle_option",
        ),
        "domains": _all(
            "domains", "domain_schema", "domain_name", "collation_schema", "collation_name", "domain_default", *TYPE
        ),
        "domain_constraints": _all("domain_constraints", "domain_schema", "domain_name", "constraint_name"),
        "collations": _all("collations", "collation_schema", "collation_name"),
        "table_privileges": _privileges("table_privileges", "table_schema", "table_name"),
        "routine_privileges": _privileges("routine_privileges", "specific_schema", "specific_name"),
    }  # fmt: skip


def _tables() -> Select[tuple[object, ...]]:
    """Without the temporary ones, which are a session's."""
    found = _all("tables", "table_schema", "table_name", "table_type")
    return found.where(column("table_type") != "LOCAL TEMPORARY")


def _columns() -> Select[tuple[object, ...]]:
    return _all(
        "columns", "table_schema", "table_name", "column_name", "ordinal_position", "column_default", "is_nullable",
        "collation_schema", "collation_name", "domain_schema", "domain_name", "is_identity", "identity_generation",
        "identity_start", "identity_increment", "identity_minimum", "identity_maximum", "identity_cycle",
        "is_generated", "generation_expression", *TYPE, order=("table_name", "ordinal_position"),
    )  # fmt: skip


def _table_constraints(version: int) -> Select[tuple[object, ...]]:
    found = _all(
        "table_constraints", "table_schema", "table_name", "constraint_name", "constraint_type", "is_deferrable",
        "initially_deferred",
    )  # fmt: skip
    return found.add_columns(column("nulls_distinct") if version >= NULLS_DISTINCT else null())


def _routines() -> Select[tuple[object, ...]]:
    """Functions and procedures: aggregates and window functions have no type there."""
    found = _all(
        "routines", "specific_schema", "specific_name", "routine_name", "routine_type", "routine_definition",
        "external_language", "is_deterministic", "is_null_call", "security_type", "data_type", "type_udt_schema",
        "type_udt_name", "dtd_identifier",
    )  # fmt: skip
    return found.where(column("routine_type").in_(["FUNCTION", "PROCEDURE"]))


def _privileges(name: str, schema: str, target: str) -> Select[tuple[object, ...]]:
    """Of others than the owner, as far as they show: what a role grants to itself is the owner's by default."""
    found = _all(name, schema, target, "grantee", "privilege_type", "is_grantable")
    return found.where(or_(column("grantor").is_(None), column("grantor") != column("grantee")))


def statement(question: Select[tuple[object, ...]]) -> str:
    """A question as SQL without parameters."""
    # A paramstyle without % leaves the one in LIKE as it is.
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    return str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
