"""Owners, of everything that has one of its own: what follows another object's owner is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.model.key import Key
from driftwatch.model.kind import WHOLE, Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import quote_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Owner(NamedTuple):
    """Who owns an object."""

    target: Key
    role: str


# A sequence that a column owns follows its table; array types follow their elements, multiranges their ranges.
_OWNERS = {
    "pg_class": """SELECT c.oid, c.relowner FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') OR
        (c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass
         AND o.objid = c.oid AND o.deptype IN ('a', 'i') AND o.refclassid = 'pg_class'::regclass))""",
    "pg_type": """SELECT t.oid, t.typowner FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typtype <> 'm' AND t.typinput <> 'array_in'::regproc AND coalesce(c.relkind, 'c') = 'c'""",
    "pg_namespace": "SELECT oid, nspowner FROM pg_namespace",
    "pg_proc": "SELECT oid, proowner FROM pg_proc",
    "pg_collation": "SELECT oid, collowner FROM pg_collation",
    "pg_conversion": "SELECT oid, conowner FROM pg_conversion",
    "pg_operator": "SELECT oid, oprowner FROM pg_operator",
    "pg_opclass": "SELECT oid, opcowner FROM pg_opclass",
    "pg_opfamily": "SELECT oid, opfowner FROM pg_opfamily",
    "pg_statistic_ext": "SELECT oid, stxowner FROM pg_statistic_ext",
    "pg_ts_dict": "SELECT oid, dictowner FROM pg_ts_dict",
    "pg_ts_config": "SELECT oid, cfgowner FROM pg_ts_config",
    "pg_foreign_data_wrapper": "SELECT oid, fdwowner FROM pg_foreign_data_wrapper",
    "pg_foreign_server": "SELECT oid, srvowner FROM pg_foreign_server",
    "pg_language": "SELECT oid, lanowner FROM pg_language",
    "pg_event_trigger": "SELECT oid, evtowner FROM pg_event_trigger",
    "pg_publication": "SELECT oid, pubowner FROM pg_publication",
    "pg_subscription": "SELECT oid, subowner FROM pg_subscription",
}

_NUMBERED = frozenset({"table", "foreign_table"})


def query(_version: int) -> str:
    """Every owner; what initdb made (oids below 16384) is left out, save schemas."""
    parts = (
        f"SELECT '{catalog}' AS classid, o.oid AS objid, 0 AS objsubid, pg_get_userbyid(o.owner)::text AS role"
        f" FROM ({owners}) o (oid, owner)" + ("" if catalog == "pg_namespace" else " WHERE o.oid >= 16384")
        for catalog, owners in _OWNERS.items()
    )
    return "\nUNION ALL ".join(parts)


def create(owner: Owner, context: Context) -> Writing:
    """ALTER … OWNER TO."""
    name = context.reference(owner.target)
    hazards = about.access(owner.target, context, f"{owner.role} owns {owner.target} from now on and may do all to it")
    superuser = owner.role if context.kinds[owner.target.kind].owned_by_superusers else ""
    sql = f"ALTER {name} OWNER TO {quote_role(owner.role)}"
    return [Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards, superuser=superuser)]


def drop(_owner: Owner, _context: Context) -> Writing:
    """Nothing: an object always has an owner; this one follows another object's from now on."""
    return []


def follows(owner: Owner, snapshot: Snapshot) -> Iterable[Key]:
    """The ties of a table's sequences: they go along with its owner, and are tied to it as long as that is known."""
    ties = snapshot.parts(owner.target, "sequence_owner") if owner.target.kind in _NUMBERED else ()
    return [Key("sequence_owner", (tie.schema, tie.name)) for tie in ties]


def clears(owner: Owner, _snapshot: Snapshot) -> Iterable[Key]:
    """The tie of a sequence to a column: until then its owner is the table's, and no other (0A000)."""
    return [Key("sequence_owner", owner.target.path)] if owner.target.kind == "sequence" else []


KIND = Kind(
    name="owner",
    model=Owner,
    identity=("target",),
    query=query,
    create=create,
    drop=drop,
    alter={"role": Alter(lambda _old, new, context: create(new, context))},
    about=True,
    follows=follows,
    reaches=frozenset({"sequence_owner"}),
    clears=clears,
    stands_in=WHOLE,
    optional="owners",
    roles=("role",),
)
