"""Range types with their multiranges (pg_range); their constructor functions come with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import user_type
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import dollar_quote, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class RangeType(NamedTuple):
    """A range type; operator class and collation are None where they are the subtype's own."""

    schema: str
    name: str
    subtype: str
    operator_class: str | None
    collation: str | None
    canonical: str | None
    difference: str | None
    multirange_schema: str
    multirange: str


def query(_version: int) -> str:
    """Every range type."""
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.typname AS name, format_type(r.rngsubtype, NULL) AS subtype,
               CASE WHEN NOT o.opcdefault THEN quote_ident(ocn.nspname) || '.' || quote_ident(o.opcname) END
                   AS operator_class,
               CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END AS collation,
               nullif(r.rngcanonical::text, '-') AS canonical, nullif(r.rngsubdiff::text, '-') AS difference,
               mn.nspname AS multirange_schema, m.typname AS multirange
        FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
        JOIN pg_type s ON s.oid = r.rngsubtype
        JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_namespace ocn ON ocn.oid = o.opcnamespace
        JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def create(range_: RangeType, _context: Context) -> Writing:
    """CREATE TYPE … AS RANGE; fills the shell type, where there is one."""
    options = {
        "SUBTYPE": range_.subtype,
        "SUBTYPE_OPCLASS": range_.operator_class,
        "COLLATION": range_.collation,
        "CANONICAL": range_.canonical,
        "SUBTYPE_DIFF": range_.difference,
        "MULTIRANGE_TYPE_NAME": qualify(range_.multirange_schema, range_.multirange),
    }
    listed = ", ".join(f"{name} = {value}" for name, value in options.items() if value)
    return [Statement(f"CREATE {user_type.reference(range_)} AS RANGE ({listed})")]


def drop(range_: RangeType, _context: Context) -> Writing:
    """DROP TYPE; with its canonical function, for neither can go before the other (manual, DROP TYPE)."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that names type {range_.name} fails")
    return [Statement(f"DROP {user_type.reference(range_)}{_with_function(range_)}", hazards=(hazard,))]


def _with_function(range_: RangeType) -> str:
    return " CASCADE" if range_.canonical else ""


def forward(range_: RangeType, _context: Context) -> list[Statement]:
    """The shell type, which a canonical function needs before the range needs the function."""
    return [Statement(f"CREATE {user_type.reference(range_)}")]


def complete(range_: RangeType, context: Context) -> list[Statement]:
    """The range itself."""
    return list(create(range_, context))  # type: ignore[arg-type]  # never implied


def set_aside(range_: RangeType, _context: Context) -> tuple[Statement, Statement]:
    """Renames the type, its multirange and the constructors of both: those do not follow by themselves."""
    name = user_type.aside_name(range_.name)
    body = dollar_quote(f"BEGIN {' '.join(f'{sql};' for sql in _renaming(range_, name))} END")
    return Statement(f"DO {body}"), Statement(f"DROP TYPE {qualify(range_.schema, name)}{_with_function(range_)}")


def _renaming(range_: RangeType, name: str) -> Iterator[str]:
    multirange, multirange_name = range_.multirange, user_type.aside_name(range_.multirange)
    aside, subtype = qualify(range_.schema, name), range_.subtype
    yield f"ALTER TYPE {qualify(range_.schema, range_.name)} RENAME TO {quote(name)}"
    yield f"ALTER TYPE {qualify(range_.multirange_schema, multirange)} RENAME TO {quote(multirange_name)}"
    for arguments in (f"{subtype}, {subtype}", f"{subtype}, {subtype}, text"):
        yield f"ALTER FUNCTION {qualify(range_.schema, range_.name)}({arguments}) RENAME TO {quote(name)}"
    for arguments in ("", aside, f"{aside}[]"):
        # The constructors are in the range's schema, wherever the multirange is.
        function = f"{qualify(range_.schema, multirange)}({arguments})"
        yield f"ALTER FUNCTION {function} RENAME TO {quote(multirange_name)}"


KIND = Kind(
    name="range_type",
    model=RangeType,
    identity=("schema", "name"),
    catalog="pg_type",
    query=query,
    create=create,
    drop=drop,
    alter=dict.fromkeys(
        (
            "subtype",
            "operator_class",
            "collation",
            "canonical",
            "difference",
            "multirange_schema",
            "multirange",
        ),
        Replace(),
    ),
    reference=user_type.reference,
    grantable=user_type.reference,
    slots=lambda item: [*user_type.slots(item), ("type", item.multirange_schema, item.multirange)],
    set_aside=set_aside,
    cascades=True,
    forward=forward,
    complete=complete,
)
