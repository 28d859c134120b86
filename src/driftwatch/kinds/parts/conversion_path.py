"""How values of one type become values of another in ALTER COLUMN … TYPE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.key import Key
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot

_STRINGS = frozenset({"text", "character varying", "character", "name"})
_NUMBERS = frozenset({"smallint", "integer", "bigint", "real", "double precision", "numeric"})
# Types among which PostgreSQL has assignment casts (pg_cast.castcontext a or i), in both directions.
_FAMILIES = (
    _NUMBERS,
    frozenset({"numeric", "money"}),
    frozenset({"json", "jsonb"}),
    frozenset({"inet", "cidr"}),
    frozenset({"bit", "bit varying"}),
    *(frozenset({"integer", "bigint", "oid", kind}) for kind in ("regclass", "regproc", "regtype", "regrole")),
    frozenset({"integer", "bigint", "oid", "regnamespace"}),
    frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
    frozenset({"time without time zone", "time with time zone"}),
    frozenset({"time without time zone", "interval"}),
    frozenset({"macaddr", "macaddr8"}),
    frozenset({"path", "polygon"}),
)
# And those that have one in this direction.
_ONE_WAY = frozenset({("integer", "money"), ("bigint", "money"), ("box", "polygon"), ("point", "box")})
# Explicit casts (castcontext e) that mean something else than a round trip through text would.
_EXPLICIT = frozenset(
    {
        ("integer", "boolean"),
        ("boolean", "integer"),
        ("integer", "bit"),
        ("bigint", "bit"),
        ("bit", "integer"),
        ("bit", "bigint"),
        ("integer", '"char"'),
        ('"char"', "integer"),
        *(("jsonb", kind) for kind in (*_NUMBERS, "boolean")),
        ("timestamp without time zone", "time without time zone"),
        ("timestamp with time zone", "time without time zone"),
        ("timestamp with time zone", "time with time zone"),
        *(("box", shape) for shape in ("circle", "lseg", "point")),
        *(("circle", shape) for shape in ("box", "point", "polygon")),
        *(("polygon", shape) for shape in ("box", "circle", "point")),
        ("lseg", "point"),
        *((f"{kind}range", f"{kind}multirange") for kind in ("int4", "int8", "num", "ts", "tstz", "date")),
    }
)
# Two casts where PostgreSQL has none, and the text of the one is not, or not always, one of the other.
_VIA = {
    **{(number, "money"): "numeric" for number in ("smallint", "real", "double precision")},
    **{("money", number): "numeric" for number in _NUMBERS - {"numeric"}},
    ("time with time zone", "interval"): "time without time zone",
    ("interval", "time with time zone"): "time without time zone",
    ("path", "point"): "polygon",
}
_MADE_ANEW = frozenset({"base_type", "composite_type", "domain", "enum", "range_type"})
_MODIFIER = re.compile(r"\(([^)]*)\)")


class Path(NamedTuple):
    """`using` is empty where an assignment cast does, else an expression over `{}`; `free`: no row is rewritten.

    `by_place`: attributes of composite values get the values of others, since nothing but their place is known.
    """

    using: str
    free: bool
    by_place: bool = False


def using(old: str, new: str, context: Context) -> Path:
    """The way from one type (as format_type writes it) to another."""
    before, after = base_type(old, context.old), base_type(new, context.new)
    through_text = Path(f"{{}}::pg_catalog.text{'[]' * new.count('[]')}::{new}", free=False)
    if old == new:  # the type itself is replaced: only its text form is common to both, or that of its attributes
        by_name = _by_name("{}", new, context)
        way = Path(by_name, free=False) if by_name else through_text
        return way._replace(by_place=_by_place(new, context))
    if _widens(before, after):
        return Path("", free=True)
    plain = _bare(before), _bare(after)
    anew = plain[0] == plain[1] and _made_anew(plain[0], context)
    if before.endswith("[]") != after.endswith("[]"):
        return Path(_array(plain, new, into=after.endswith("[]"), anew=anew), free=False)
    if anew:
        return through_text
    if _has_own_cast(plain, context):
        return Path(f"{{}}::{new}", free=False)
    if _assigns(plain):
        return Path("", free=False)
    if plain in _EXPLICIT or plain[0] in _STRINGS:
        return Path(f"{{}}::{new}", free=False)
    if via := _VIA.get(plain):
        return Path(f"{{}}::{via}{'[]' * new.count('[]')}::{new}", free=False)
    return through_text


def _by_name(value: str, name: str, context: Context) -> str:
    """A composite value put together anew, attribute by attribute; empty where its text form would do.

    The text form knows no names: it takes as many attributes as the type has, in their order.
    """
    before, after = _attributes(name, context.old), _attributes(name, context.new)
    values = {each: f"({value}).{quote(each)}" for each in before}
    moved = list(before) != list(after) or any(_by_name(values[each], type_, context) for each, type_ in after.items())
    if not (before and after and moved):
        return ""
    parts = [_cast(values[each], before[each], after[each], context) if each in before else "NULL" for each in after]
    # Unlike IS NULL this tells no value from one whose attributes are all NULL.
    return f"CASE WHEN {value} IS DISTINCT FROM NULL THEN ROW({', '.join(parts)})::{name} END"


def _by_place(name: str, context: Context) -> bool:
    """Whether it holds arrays of composite values whose attributes moved: USING takes no query that could reach in."""
    if name.endswith("[]"):
        element = name.removesuffix("[]")
        return bool(_by_name("{}", element, context)) or _by_place(element, context)
    return any(_by_place(type_, context) for type_ in _attributes(name, context.new).values())


def _cast(value: str, old: str, new: str, context: Context) -> str:
    """An attribute's value as its new type; what an assignment cast does ROW(…)::… does as well."""
    if old == new and not _made_anew(_bare(new), context):
        return value
    return (using(old, new, context).using or "{}").replace("{}", value)


def _attributes(name: str, snapshot: Snapshot) -> dict[str, str]:
    """The types of a composite type's attributes, also of a domain's over it; nothing for another type."""
    base = base_type(name, snapshot)
    for item in snapshot.by_kind.get("composite_type", ()):
        if qualify(item.schema, item.name) == base:
            return {attribute: type_ for attribute, type_, _ in item.attributes}
    return {}


def _array(plain: tuple[str, str], new: str, *, into: bool, anew: bool) -> str:
    """Into an array of one element, or out of the first; the text form where one side is text and the other is not."""
    casts = not anew and (_assigns(plain) or plain in _EXPLICIT or plain[0] in _STRINGS)
    through = "" if casts else "::pg_catalog.text"
    if into:
        return f"{{}}::{new}" if plain[0] in _STRINGS and plain[1] not in _STRINGS else f"ARRAY[{{}}{through}]::{new}"
    return "" if plain[1] in _STRINGS else f"({{}})[1]{through}::{new}"


def _made_anew(name: str, context: Context) -> bool:
    """Whether the type of this name is another one afterwards, which has nothing but its text form in common."""
    return any(key.kind in _MADE_ANEW and qualify(*key.path) == name for key in context.ended)


def _has_own_cast(plain: tuple[str, str], context: Context) -> bool:
    """Whether somebody made a cast for the two: it stands instead of PostgreSQL's own, and may be an explicit one."""
    return any(Key("cast", (" AS ".join(plain),)) in snapshot.objects for snapshot in (context.old, context.new))


def _assigns(plain: tuple[str, str]) -> bool:
    """Whether PostgreSQL has an assignment cast from the first to the second."""
    if plain[0] == plain[1] or plain[1] in _STRINGS or plain in _ONE_WAY:
        return True
    return any(set(plain) <= family for family in _FAMILIES)


def base_type(name: str, snapshot: Snapshot) -> str:
    """The type below a domain, and below the domains below it."""
    domains = {qualify(item.schema, item.name): item.type for item in snapshot.by_kind.get("domain", ())}
    while name in domains:
        name = domains[name]
    return name


def _bare(name: str) -> str:
    return _MODIFIER.sub("", name).removesuffix("[]")


def _widens(old: str, new: str) -> bool:
    """Whether PostgreSQL changes the type without touching a row (manual, ALTER TABLE, notes)."""
    if "[]" in old + new:
        return False
    kinds = _bare(old), _bare(new)
    if kinds[0] == "character varying" and kinds[1] == "text":
        return True
    if kinds[0] != kinds[1] or kinds[0] not in {"character varying", "bit varying", "numeric"}:
        return kinds == ("cidr", "inet")
    before, after = _numbers(old), _numbers(new)
    if not after:
        return True
    if not before:
        return False
    return after[0] >= before[0] and after[1:] == before[1:]


def _numbers(name: str) -> list[int]:
    found = _MODIFIER.search(name)
    return [int(number) for number in found[1].split(",")] if found else []
