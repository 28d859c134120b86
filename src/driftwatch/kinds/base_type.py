"""Base types, made of C functions, and shell types, which have a name only (pg_type)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import user_type
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import words
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import dollar_quote, literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class BaseType(NamedTuple):
    """A base type; of a shell nothing but the name says anything."""

    schema: str
    name: str
    defined: bool
    input: str | None
    output: str | None
    receive: str | None
    send: str | None
    modifier_input: str | None
    modifier_output: str | None
    analyze: str | None
    subscript: str | None
    length: int
    by_value: bool
    alignment: str
    storage: str
    category: str
    preferred: bool
    default: str | None
    element: str | None
    delimiter: str
    collatable: bool


_ALIGNMENT = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_SETTABLE = {
    "receive": "RECEIVE",
    "send": "SEND",
    "modifier_input": "TYPMOD_IN",
    "modifier_output": "TYPMOD_OUT",
    "analyze": "ANALYZE",
    "subscript": "SUBSCRIPT",
}
_FIXED = (
    "input",
    "output",
    "length",
    "by_value",
    "alignment",
    "category",
    "preferred",
    "default",
    "element",
    "delimiter",
    "collatable",
)


def query(_version: int) -> str:
    """Every base type but arrays, and every shell."""
    functions = ", ".join(
        f"nullif(t.{column}::text, '-') AS {name}"
        for name, column in {
            "input": "typinput",
            "output": "typoutput",
            "receive": "typreceive",
            "send": "typsend",
            "modifier_input": "typmodin",
            "modifier_output": "typmodout",
            "analyze": "typanalyze",
            "subscript": "typsubscript",
        }.items()
    )
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.typname AS name, t.typisdefined AS defined, {functions},
               t.typlen AS length, t.typbyval AS by_value, t.typalign AS alignment, t.typstorage AS storage,
               t.typcategory AS category, t.typispreferred AS preferred, t.typdefault AS "default",
               CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element, t.typdelim AS delimiter,
               t.typcollation <> 0 AS collatable
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE (t.typtype = 'b' AND t.typinput <> 'array_in'::regproc OR t.typtype = 'p' AND NOT t.typisdefined)
          AND {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def create(base: BaseType, _context: Context) -> Writing:
    """CREATE TYPE with its functions, or as a shell."""
    return [Statement(f"CREATE {user_type.reference(base)}{f' ({_options(base)})' if base.defined else ''}")]


def _options(base: BaseType) -> str:
    options = {
        "INPUT": base.input,
        "OUTPUT": base.output,
        **{option: getattr(base, name) for name, option in _SETTABLE.items()},
        "INTERNALLENGTH": "VARIABLE" if base.length < 0 else str(base.length),
        "ALIGNMENT": _ALIGNMENT[base.alignment],
        "STORAGE": _STORAGE[base.storage],
        "CATEGORY": literal(base.category),
        "PREFERRED": str(base.preferred).lower(),
        "DEFAULT": None if base.default is None else literal(base.default),
        "ELEMENT": base.element,
        "DELIMITER": literal(base.delimiter),
        "COLLATABLE": str(base.collatable).lower(),
    }
    words = [f"{name} = {value}" for name, value in options.items() if value is not None]
    return ", ".join([*words, "PASSEDBYVALUE"] if base.by_value else words)


def forward(base: BaseType, _context: Context) -> list[Statement]:
    """The shell, which the type's functions need before the type needs them."""
    return [Statement(f"CREATE {user_type.reference(base)}")]


def complete(base: BaseType, context: Context) -> list[Statement]:
    """The type itself; a shell is complete as it is."""
    return list(create(base, context)) if base.defined else []  # type: ignore[arg-type]  # never implied


def drop(base: BaseType, _context: Context) -> Writing:
    """DROP TYPE with its functions: neither can go before the other (manual, DROP TYPE)."""
    hazards = (
        Hazard(Danger.DATA_LOSS, f"values of type {base.name} can't be read any more"),
        Hazard(Danger.BREAKS_CODE, f"code that names type {base.name} fails"),
    )
    return [Statement(f"DROP {user_type.reference(base)}{' CASCADE' if base.defined else ''}", hazards=hazards)]


def set_aside(base: BaseType, context: Context) -> tuple[Statement, Statement]:
    """Renames the type, and first its functions, whose names its successor's may take; drops all of them together."""
    renamings = [
        f"ALTER {context.reference(key, new=False)} RENAME TO {quote(user_type.aside_name(key.path[1]))};"
        for key in context.old.entwined(Key("base_type", (base.schema, base.name)))
        if key in context.ended
    ]
    rename, drop_ = user_type.set_aside(base, context)
    body = dollar_quote(f"BEGIN {' '.join([*renamings, rename.sql])}; END")
    return Statement(f"DO {body}"), Statement(f"{drop_.sql} CASCADE")


def alter(old: BaseType, new: BaseType, _context: Context) -> Writing:
    """ALTER TYPE … SET of what CREATE TYPE does not fix for ever (13)."""
    changes = {
        option: getattr(new, name) or "NONE"
        for name, option in _SETTABLE.items()
        if getattr(old, name) != getattr(new, name)
    }
    if old.storage != new.storage:
        changes["STORAGE"] = _STORAGE[new.storage]
    listed = ", ".join(f"{option} = {value}" for option, value in changes.items())
    return [Statement(f"ALTER {user_type.reference(new)} SET ({listed})")]


_ALTER = Alter(alter)

KIND = Kind(
    name="base_type",
    model=BaseType,
    identity=("schema", "name"),
    catalog="pg_type",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={
        "defined": Ignore("without an input function it is a shell", told=False),
        **dict.fromkeys(_FIXED, Replace()),
        **dict.fromkeys(_SETTABLE, _ALTER),
        # Values may have been stored compressed or out of line.
        "storage": Alter(alter, replace_if=lambda old, new, _context: new.storage == "p" != old.storage),
    },
    in_words={"alignment": words(_ALIGNMENT), "storage": words(_STORAGE)},
    reference=user_type.reference,
    grantable=lambda base: user_type.reference(base) if base.defined else None,
    slots=user_type.slots,
    cascades=True,
    set_aside=set_aside,
    forward=forward,
    complete=complete,
    rename=user_type.rename,
)
