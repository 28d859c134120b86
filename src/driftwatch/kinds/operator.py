"""Operators (pg_operator)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Implied, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing

SET_LINKS = 170000
"""The first server_version_num whose ALTER OPERATOR gives an operator a commutator, a negator, HASHES and MERGES."""


class Operator(NamedTuple):
    """An operator; `arguments` is `left, right`, with NONE for the left of a prefix operator.

    Commutator and negator are schema and name, empty where there is none; their arguments follow from the operator's.
    """

    schema: str
    name: str
    arguments: str
    left: str | None
    right: str
    function: str
    commutator: tuple[str, ...]
    negator: tuple[str, ...]
    restrict: str | None
    join: str | None
    hashes: bool
    merges: bool


def _link(column: str) -> str:
    return f"""coalesce((SELECT ARRAY[ln.nspname, l.oprname]::text[] FROM pg_operator l
               JOIN pg_namespace ln ON ln.oid = l.oprnamespace WHERE l.oid = o.{column}), '{{}}')"""


def query(_version: int) -> str:
    """Every operator but those that only another's COMMUTATOR or NEGATOR clause named (shells, without a function)."""
    return f"""
        SELECT o.oid AS objid, n.nspname AS schema, o.oprname AS name,
               coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', ' || format_type(o.oprright, NULL)
                   AS arguments,
               format_type(nullif(o.oprleft, 0), NULL) AS "left", format_type(o.oprright, NULL) AS "right",
               o.oprcode::text AS function, {_link("oprcom")} AS commutator, {_link("oprnegate")} AS negator,
               nullif(o.oprrest::text, '-') AS restrict, nullif(o.oprjoin::text, '-') AS "join",
               o.oprcanhash AS hashes, o.oprcanmerge AS merges
        FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE o.oprcode <> 0 AND {USER_SCHEMA} AND {no_member("pg_operator", "o.oid")}"""


def _name(schema: str, name: str) -> str:
    return f"{quote(schema)}.{name}"


def reference(operator: Operator) -> str:
    """`OPERATOR public.=== (integer, integer)`."""
    return f"OPERATOR {_name(operator.schema, operator.name)} ({operator.arguments})"


def _in_words(link: tuple[str, ...]) -> str | None:
    return f"OPERATOR({'.'.join(link)})" if link else None


def create(operator: Operator, _context: Context) -> Writing:
    """CREATE OPERATOR; a commutator or negator that is not there yet becomes a shell, which its own CREATE fills."""
    options = [f"FUNCTION = {operator.function}"]
    if operator.left:
        options.append(f"LEFTARG = {operator.left}")
    options += [f"RIGHTARG = {operator.right}", *_links(operator)]
    options += [f"RESTRICT = {operator.restrict}"] if operator.restrict else []
    options += [f"JOIN = {operator.join}"] if operator.join else []
    return [Statement(f"CREATE OPERATOR {_name(operator.schema, operator.name)} ({', '.join(options)})")]


def _links(operator: Operator) -> list[str]:
    """What ALTER OPERATOR can add (17), but never take away."""
    options = [
        f"{word} = OPERATOR({_name(*link)})"
        for word, link in (("COMMUTATOR", operator.commutator), ("NEGATOR", operator.negator))
        if link
    ]
    return options + [word for word, on in (("HASHES", operator.hashes), ("MERGES", operator.merges)) if on]


def drop(operator: Operator, _context: Context) -> Writing:
    """DROP OPERATOR, which unties it from its commutator and negator."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that uses the operator {operator.name} fails, or finds another one")
    return [Statement(f"DROP {reference(operator)}", hazards=(hazard,))]


def alter_estimators(_old: Operator, new: Operator, _context: Context) -> Writing:
    """SET RESTRICT and JOIN."""
    sql = f"ALTER {reference(new)} SET (RESTRICT = {new.restrict or 'NONE'}, JOIN = {new.join or 'NONE'})"
    return [Statement(sql)]


def _partners(operator: Operator) -> Iterable[tuple[Key, str]]:
    """The operators that carry the other end of a link, and the attribute that it is there."""
    turned = f"{operator.right}, {operator.left or 'NONE'}"
    if operator.commutator:
        yield Key("operator", (*operator.commutator, turned)), "commutator"
    if operator.negator:
        yield Key("operator", (*operator.negator, operator.arguments)), "negator"


def slots(operator: Operator) -> list[tuple[str, ...]]:
    """The one place that each partner has for it (17: "… is already the commutator of …")."""
    return [(f"{name} of an operator", *partner.path) for partner, name in _partners(operator)]


def strips(operator: Operator, context: Context) -> Iterable[Key]:
    """Partners that name it for good, as a shell: DROP OPERATOR clears that, and only CREATE OPERATOR names one."""
    own = Key("operator", (operator.schema, operator.name, operator.arguments))
    for key, _ in _partners(operator):
        stays = context.new.get(key) if key in context.old.objects else None
        if stays is not None and key != own and own in dict(_partners(stays)):
            yield key


def clears(operator: Operator, old: Snapshot) -> Iterable[Key]:
    """Partners, which would take the link along as they go."""
    return [key for key, _ in _partners(operator) if key in old.objects]


def _tied_by_partner(old: Operator, new: Operator, context: Context) -> Key | None:
    """The operator whose own coming or going makes the whole difference in the links, if there is one."""
    if (old.hashes, old.merges) != (new.hashes, new.merges):
        return None
    before, after = {name: key for key, name in _partners(old)}, {name: key for key, name in _partners(new)}
    different = {name for name in ("commutator", "negator") if before.get(name) != after.get(name)}
    came = {after[n] for n in different if n not in before and _comes(after[n], context)}
    went = {before[n] for n in different if n not in after and _goes(before[n], context)}
    return min(came | went) if len(came) + len(went) == len(different) else None


def _comes(partner: Key, context: Context) -> bool:
    """Whether the plan makes it, for the first time or (as far as that is known already) again."""
    return partner in context.made or (partner in context.new.objects and partner not in context.old.objects)


def _goes(partner: Key, context: Context) -> bool:
    return partner in context.ended or (partner in context.old.objects and partner not in context.new.objects)


def alter_links(old: Operator, new: Operator, context: Context) -> Writing:
    """SET COMMUTATOR, NEGATOR, HASHES, MERGES (17), where the partner's CREATE or DROP does not bring it."""
    partner = _tied_by_partner(old, new, context)
    if partner:
        return Implied(by=partner)
    return [Statement(f"ALTER {reference(new)} SET ({', '.join(_links(new))})")]


def _fixed(old: Operator, new: Operator, context: Context) -> bool:
    """Whether a link or a property would have to be taken away or changed, which no ALTER does."""
    if _tied_by_partner(old, new, context):
        return False
    pairs = (getattr(old, name) for name in ("commutator", "negator", "hashes", "merges") if _differs(old, new, name))
    # A partner that nobody ever makes is a shell, and only CREATE OPERATOR makes one of those.
    partners = (key for key, name in _partners(new) if _differs(old, new, name))
    return context.version < SET_LINKS or any(pairs) or any(key not in context.new.objects for key in partners)


def _differs(old: Operator, new: Operator, name: str) -> bool:
    return bool(getattr(old, name) != getattr(new, name))


_ESTIMATORS = Alter(alter_estimators)
_LINKS = Alter(alter_links, replace_if=_fixed)

KIND = Kind(
    name="operator",
    model=Operator,
    identity=("schema", "name", "arguments"),
    catalog="pg_operator",
    query=query,
    create=create,
    drop=drop,
    alter={
        "left": Ignore("the arguments say it", told=False),
        "right": Ignore("the arguments say it", told=False),
        "function": Replace(),
        "commutator": _LINKS,
        "negator": _LINKS,
        "hashes": _LINKS,
        "merges": _LINKS,
        "restrict": _ESTIMATORS,
        "join": _ESTIMATORS,
    },
    in_words=dict.fromkeys(("commutator", "negator"), _in_words),
    reference=reference,
    slots=slots,
    strips=strips,
    clears=clears,
    called=lambda operator: [("operator", operator.schema, operator.name)],
)
