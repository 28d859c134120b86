"""Functions and window functions (pg_proc, prokind f and w)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.kinds.parts import routine
from driftwatch.kinds.parts.letters import PARALLEL, or_default, words
from driftwatch.kinds.parts.routine_statements import Statements
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

_VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
_DEFAULTS: dict[str, Any] = {
    "volatility": "v",
    "strict": False,
    "security_definer": False,
    "leakproof": False,
    "parallel": "u",
    "cost": None,
    "rows": None,
}


class Function(NamedTuple):
    """A function; cost and rows are None where they are what CREATE FUNCTION would choose."""

    schema: str
    name: str
    arguments: str
    parameters: tuple[routine.Parameter, ...]
    result: str
    returns_set: bool
    language: str
    body: str
    sql_body: str | None
    calls_itself: bool
    symbol: str | None
    security_definer: bool
    config: tuple[str, ...]
    transforms: tuple[str, ...]
    window: bool
    volatility: str
    strict: bool
    leakproof: bool
    parallel: str
    cost: str | None
    rows: str | None
    support: str | None


def query(_version: int) -> str:
    """Every function that is neither a procedure nor an aggregate."""
    return f"""
        SELECT {routine.SIGNATURE}, {routine.PARAMETERS} AS parameters,
               format_type(p.prorettype, NULL) AS result, p.proretset AS returns_set, {routine.BODY},
               p.prokind = 'w' AS window, p.provolatile AS volatility, p.proisstrict AS strict,
               p.proleakproof AS leakproof, p.proparallel AS parallel,
               nullif(p.procost, CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END)::text AS cost,
               nullif(p.prorows, CASE WHEN p.proretset THEN 1000 ELSE 0 END)::text AS rows,
               CASE WHEN p.prosupport <> 0 THEN {routine.function_name("p.prosupport")} END AS support
        FROM {routine.FROM} WHERE p.prokind IN ('f', 'w') AND {routine.USERS_OWN}"""


def _returns(function: Function) -> str:
    table = [item for item in function.parameters if item[0] == "t"]
    if table:
        return f"RETURNS TABLE({', '.join(f'{quote(name)} {type_}' for _, name, type_, _ in table)})"
    return f"RETURNS {'SETOF ' if function.returns_set else ''}{function.result}"


def _options(function: Function) -> list[str]:
    """What both CREATE and ALTER FUNCTION can say, in full."""
    cost = "1" if function.language in ("c", "internal") else "100"
    rows = [f"ROWS {function.rows or '1000'}"] if function.returns_set else []
    return [
        _VOLATILITY[function.volatility],
        "STRICT" if function.strict else "CALLED ON NULL INPUT",
        "SECURITY DEFINER" if function.security_definer else "SECURITY INVOKER",
        "LEAKPROOF" if function.leakproof else "NOT LEAKPROOF",
        f"PARALLEL {PARALLEL[function.parallel]}",
        f"COST {function.cost or cost}",
        *rows,
    ]


def _definition(function: Function, body: str) -> str:
    implicit = _options(function._replace(**_DEFAULTS))
    options = [option for option in _options(function) if option not in implicit]
    clauses = [
        f"FUNCTION {qualify(function.schema, function.name)}{routine.parameter_list(function)}",
        _returns(function),
        " ".join([routine.language_clause(function), *(["WINDOW"] if function.window else []), *options]),
        function.support and f"SUPPORT {function.support}",
        *routine.configuration(function.config),
        body,
    ]
    return "\n".join(filter(None, clauses))


STATEMENTS = Statements("function", _definition, routine.signature)


def alter(old: Function, new: Function, context: Context) -> Writing:
    """ALTER FUNCTION where only options differ, else CREATE OR REPLACE FUNCTION."""
    hazards = routine.change_hazards(old, new, STATEMENTS.key(new), context)
    if _fixed(old) != _fixed(new):
        return [STATEMENTS.redefine(new, hazards)]
    actions = [option for option in _options(new) if option not in _options(old)]
    actions += routine.configured_anew(old.config, new.config)
    return [Statement(f"ALTER {STATEMENTS.reference(new)} {' '.join(actions)}", hazards=hazards)]


def _fixed(function: Function) -> Function:
    """The function with all that ALTER FUNCTION can change taken out."""
    return function._replace(config=(), **_DEFAULTS)


def must_be_replaced(old: Function, new: Function, _context: Context) -> bool:
    """Whether CREATE OR REPLACE FUNCTION would be refused (42P13)."""
    returns = (old.result, old.returns_set) != (new.result, new.returns_set)
    return returns or not routine.can_be_redefined(old, new)


_ALTER = Alter(alter, replace_if=must_be_replaced)

KIND = Kind(
    name="function",
    model=Function,
    identity=("schema", "name", "arguments"),
    catalog="pg_proc",
    query=query,
    needs_superuser=lambda item, _version: (
        item.language in routine.UNTRUSTED or item.leakproof or item.support is not None
    ),
    opaque=routine.is_text,
    follows_path=routine.follows_path,
    create=STATEMENTS.create,
    drop=STATEMENTS.drop,
    alter={
        "parameters": _ALTER,
        "result": _ALTER,
        "returns_set": _ALTER,
        "language": _ALTER,
        "body": _ALTER,
        "sql_body": _ALTER,
        "calls_itself": Ignore("follows from the body", told=False),
        "symbol": _ALTER,
        "security_definer": _ALTER,
        "config": _ALTER,
        "transforms": _ALTER,
        "window": Replace(),
        "volatility": _ALTER,
        "strict": _ALTER,
        "leakproof": _ALTER,
        "parallel": _ALTER,
        "cost": _ALTER,
        "rows": _ALTER,
        "support": _ALTER,
    },
    in_words={
        "parameters": routine.in_words,
        "volatility": words(_VOLATILITY),
        "parallel": words(PARALLEL),
        "cost": or_default,
        "rows": or_default,
    },
    reference=STATEMENTS.reference,
    grantable=STATEMENTS.reference,
    slots=routine.slots,
    called=routine.called,
    forward=STATEMENTS.forward,
    loosen=STATEMENTS.forward,
    complete=STATEMENTS.complete,
    set_aside=STATEMENTS.set_aside,
    code=frozenset({"parameters", "result", "body", "sql_body", "support", "transforms"}),
    rename=STATEMENTS.rename,
)
