"""Aggregates: plain, ordered-set and hypothetical-set (pg_aggregate, pg_proc prokind a)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import routine
from driftwatch.kinds.parts.letters import PARALLEL, words
from driftwatch.kinds.parts.on_relation import rebuilt
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

_MODIFY = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}


class Aggregate(NamedTuple):
    """An aggregate. Functions, types and operators are SQL text, None where there is none; sizes of 0 are the default.

    `kind` is n, o or h as in aggkind; what begins with `moving_` is for the moving-aggregate mode.
    """

    schema: str
    name: str
    arguments: str
    parameters: tuple[routine.Parameter, ...]
    kind: str
    direct_arguments: int
    result: str
    transition: str
    state: str
    state_size: int
    final: str | None
    final_extra: bool
    final_modify: str
    combine: str | None
    serialize: str | None
    deserialize: str | None
    initial: str | None
    moving_transition: str | None
    moving_inverse: str | None
    moving_state: str | None
    moving_state_size: int
    moving_final: str | None
    moving_final_extra: bool
    moving_final_modify: str
    moving_initial: str | None
    sort_operator: str | None
    parallel: str


def query(_version: int) -> str:
    """Every aggregate."""
    return f"""
        SELECT {routine.SIGNATURE}, {routine.PARAMETERS} AS parameters, g.aggkind AS kind,
               g.aggnumdirectargs AS direct_arguments, format_type(p.prorettype, NULL) AS result,
               {routine.function_name("g.aggtransfn")} AS transition, format_type(g.aggtranstype, NULL) AS state,
               g.aggtransspace AS state_size,
               {routine.function_name("g.aggfinalfn")} AS final, g.aggfinalextra AS final_extra,
               g.aggfinalmodify AS final_modify, {routine.function_name("g.aggcombinefn")} AS combine,
               {routine.function_name("g.aggserialfn")} AS serialize,
               {routine.function_name("g.aggdeserialfn")} AS deserialize, g.agginitval AS initial,
               {routine.function_name("g.aggmtransfn")} AS moving_transition,
               {routine.function_name("g.aggminvtransfn")} AS moving_inverse,
               CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END AS moving_state,
               g.aggmtransspace AS moving_state_size, {routine.function_name("g.aggmfinalfn")} AS moving_final,
               g.aggmfinalextra AS moving_final_extra, g.aggmfinalmodify AS moving_final_modify,
               g.aggminitval AS moving_initial,
               (SELECT format('OPERATOR(%I.%s)', o.nspname, s.oprname)
                FROM pg_operator s JOIN pg_namespace o ON o.oid = s.oprnamespace WHERE s.oid = g.aggsortop)
                   AS sort_operator, p.proparallel AS parallel
        FROM {routine.FROM} JOIN pg_aggregate g ON g.aggfnoid = p.oid WHERE {routine.USERS_OWN}"""


def key(aggregate: Aggregate) -> Key:
    """The aggregate's identity."""
    return Key("aggregate", (aggregate.schema, aggregate.name, aggregate.arguments))


def _signature(aggregate: Aggregate) -> str:
    """`public.a(*)` or with the types of all arguments, which is enough for an ordered-set aggregate as well."""
    return f"{qualify(aggregate.schema, aggregate.name)}({aggregate.arguments or '*'})"


def _parameter_list(aggregate: Aggregate) -> str:
    """As CREATE AGGREGATE takes it: a variadic direct argument stands for the aggregated one too, and is said twice."""
    written = [routine.parameter(item) for item in aggregate.parameters]
    if aggregate.kind == "n":
        return ", ".join(written) or "*"
    direct, aggregated = written[: aggregate.direct_arguments], written[aggregate.direct_arguments :]
    return f"{', '.join(direct)} ORDER BY {', '.join(aggregated or written[-1:])}".strip()


def _definition(aggregate: Aggregate) -> str:
    default_modify = "r" if aggregate.kind == "n" else "w"
    has_moving = aggregate.moving_transition is not None
    clauses = [
        ("SFUNC", aggregate.transition),
        ("STYPE", aggregate.state),
        ("SSPACE", aggregate.state_size or None),
        ("FINALFUNC", aggregate.final),
        ("FINALFUNC_EXTRA", aggregate.final_extra),
        ("FINALFUNC_MODIFY", _modify(aggregate.final_modify, default_modify)),
        ("COMBINEFUNC", aggregate.combine),
        ("SERIALFUNC", aggregate.serialize),
        ("DESERIALFUNC", aggregate.deserialize),
        ("INITCOND", aggregate.initial if aggregate.initial is None else literal(aggregate.initial)),
        ("MSFUNC", aggregate.moving_transition),
        ("MINVFUNC", aggregate.moving_inverse),
        ("MSTYPE", aggregate.moving_state),
        ("MSSPACE", aggregate.moving_state_size or None),
        ("MFINALFUNC", aggregate.moving_final),
        ("MFINALFUNC_EXTRA", aggregate.moving_final_extra),
        ("MFINALFUNC_MODIFY", _modify(aggregate.moving_final_modify, default_modify) if has_moving else None),
        (
            "MINITCOND",
            aggregate.moving_initial if aggregate.moving_initial is None else literal(aggregate.moving_initial),
        ),
        ("SORTOP", aggregate.sort_operator),
        ("PARALLEL", PARALLEL[aggregate.parallel] if aggregate.parallel != "u" else None),
        ("HYPOTHETICAL", aggregate.kind == "h"),
    ]
    written = [name if value is True else f"{name} = {value}" for name, value in clauses if value not in (None, False)]
    name = f"AGGREGATE {qualify(aggregate.schema, aggregate.name)}({_parameter_list(aggregate)})"
    return name + " (\n    " + ",\n    ".join(written) + "\n)"


def _modify(value: str, default: str) -> str | None:
    return None if value == default else _MODIFY[value]


def create(aggregate: Aggregate, _context: Context) -> Writing:
    """CREATE AGGREGATE."""
    return [Statement(f"CREATE {_definition(aggregate)}")]


def drop(aggregate: Aggregate, context: Context) -> Writing:
    """DROP AGGREGATE."""
    hazards = () if rebuilt(key(aggregate), context) else (routine.drop_hazard(aggregate, "aggregate"),)
    return [Statement(f"DROP AGGREGATE {_signature(aggregate)}", hazards=hazards)]


def alter(_old: Aggregate, new: Aggregate, _context: Context) -> Writing:
    """CREATE OR REPLACE AGGREGATE."""
    hazard = Hazard(Danger.BEHAVIOUR, f"every query that uses {new.name} follows the new definition from the commit on")
    return [Statement(f"CREATE OR REPLACE {_definition(new)}", hazards=(hazard,))]


def renamed_arguments(old: Aggregate, new: Aggregate, _context: Context) -> bool:
    """CREATE OR REPLACE AGGREGATE takes no other name for an argument that has one (42P13)."""
    return not routine.can_be_redefined(old, new)


def rename(aggregate: Aggregate, name: str) -> Statement:
    """ALTER AGGREGATE … RENAME TO."""
    sql = f"ALTER AGGREGATE {_signature(aggregate)} RENAME TO {quote(name)}"
    return Statement(sql, hazards=(routine.rename_hazard(aggregate),))


_ALTER = Alter(alter, replace_if=renamed_arguments)

KIND = Kind(
    name="aggregate",
    model=Aggregate,
    identity=("schema", "name", "arguments"),
    catalog="pg_proc",
    query=query,
    create=create,
    drop=drop,
    alter={
        "parameters": _ALTER,
        "kind": Replace(),
        "direct_arguments": Replace(),
        "result": Replace(),
        "transition": _ALTER,
        "state": _ALTER,
        "state_size": _ALTER,
        "final": _ALTER,
        "final_extra": _ALTER,
        "final_modify": _ALTER,
        "combine": _ALTER,
        "serialize": _ALTER,
        "deserialize": _ALTER,
        "initial": _ALTER,
        "moving_transition": _ALTER,
        "moving_inverse": _ALTER,
        "moving_state": _ALTER,
        "moving_state_size": _ALTER,
        "moving_final": _ALTER,
        "moving_final_extra": _ALTER,
        "moving_final_modify": _ALTER,
        "moving_initial": _ALTER,
        "sort_operator": _ALTER,
        "parallel": _ALTER,
    },
    in_words={
        "parameters": routine.in_words,
        "kind": words({"n": "plain", "o": "ordered-set", "h": "hypothetical-set"}),
        "final_modify": words(_MODIFY),
        "moving_final_modify": words(_MODIFY),
        "parallel": words(PARALLEL),
    },
    reference=lambda aggregate: f"AGGREGATE {_signature(aggregate)}",
    # GRANT knows no aggregates: they are functions there.
    grantable=lambda aggregate: f"FUNCTION {routine.signature(aggregate)}",
    slots=routine.slots,
    called=routine.called,
    rename=rename,
)
