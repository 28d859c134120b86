"""What functions, procedures and aggregates share (pg_proc): parameters, configuration, body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from driftwatch.kinds.parts.fragments import USER_SCHEMA
from driftwatch.model.statement import Danger, Hazard
from driftwatch.sql import dollar_quote, literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from driftwatch.kinds.aggregate import Aggregate
    from driftwatch.kinds.function import Function
    from driftwatch.kinds.procedure import Procedure
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key

    Bodied: TypeAlias = Function | Procedure
    Routine: TypeAlias = Function | Procedure | Aggregate

Parameter = tuple[str, str, str, str]
"""Mode as in proargmodes (i, o, b, v, t), name ('' without), type, default ('' without)."""

UNTRUSTED = frozenset({"c", "internal", "plperlu", "plpython3u", "pltclu"})
"""The languages in which only superusers may write: those of the server, and by their convention the ones in -u."""

SIGNATURE = """p.oid AS objid, n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS arguments"""
"""The identity: input types alone, without names and modes."""

PARAMETERS = """
    array(SELECT ARRAY[coalesce(p.proargmodes[i], 'i')::text, coalesce(p.proargnames[i], ''), format_type(a, NULL),
                       CASE WHEN p.pronargdefaults > 0 THEN coalesce(pg_get_function_arg_default(p.oid, i::int), '')
                       ELSE '' END]
          FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY u(a, i) ORDER BY i)"""
"""For a query on `pg_proc p`: every parameter as a `Parameter`."""

FROM = """pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang"""

USERS_OWN = f"""{USER_SCHEMA} AND NOT EXISTS (
    SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype IN ('e', 'i'))"""
"""Neither an extension's members nor the constructors that come with a range type (pg_depend, deptype i)."""

BODY = """
    l.lanname AS language, p.prosrc AS body, pg_get_function_sqlbody(p.oid) AS sql_body,
    p.prosqlbody IS NOT NULL AND EXISTS (
        SELECT FROM pg_depend s WHERE s.classid = 'pg_proc'::regclass AND s.objid = p.oid
        AND s.refclassid = 'pg_proc'::regclass AND s.refobjid = p.oid) AS calls_itself, p.probin AS symbol,
    p.prosecdef AS security_definer, coalesce(p.proconfig, '{}') AS config,
    array(SELECT format_type(t, NULL) FROM unnest(p.protrftypes) WITH ORDINALITY u(t, i) ORDER BY i) AS transforms"""
"""The columns from `language` to `transforms`, in the order in which the models have them."""

_MODES = {"i": "", "o": "OUT ", "b": "INOUT ", "v": "VARIADIC ", "t": ""}
# Their values are lists of identifiers (GUC_LIST_QUOTE): one string constant would be taken for one name.
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')
_LISTS = frozenset(
    "local_preload_libraries search_path session_preload_libraries shared_preload_libraries temp_tablespaces"
    " unix_socket_directories".split()
)


def function_name(oid: str) -> str:
    """SQL for a function's qualified name, None for 0: regproc's output depends on what else has the name."""
    return (
        "(SELECT format('%I.%I', fn.nspname, f.proname) FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace"
        f" WHERE f.oid = {oid})"
    )


def is_text(routine: Bodied) -> bool:
    """Whether the body is a text that is understood when it runs."""
    return routine.sql_body is None and routine.language not in {"c", "internal"}


def follows_path(routine: Bodied) -> bool:
    """Whether the body is such a text, with no search_path of its own."""
    return is_text(routine) and not any(setting.lower().startswith("search_path=") for setting in routine.config)


def signature(routine: Routine) -> str:
    """`public.f(integer, text)`, as ALTER and DROP FUNCTION take it."""
    return f"{qualify(routine.schema, routine.name)}({routine.arguments})"


def parameter(item: Parameter) -> str:
    """One parameter as CREATE FUNCTION takes it."""
    mode, name, type_, default = item
    return f"{_MODES[mode]}{f'{quote(name)} ' if name else ''}{type_}{f' DEFAULT {default}' if default else ''}"


def in_words(parameters: Iterable[Parameter]) -> tuple[str, ...]:
    """The parameters for people; the columns of RETURNS TABLE say that they are."""
    return tuple(f"{'TABLE ' if item[0] == 't' else ''}{parameter(item)}" for item in parameters)


def parameter_list(routine: Routine) -> str:
    """The parenthesis of CREATE FUNCTION, without the columns of RETURNS TABLE."""
    return f"({', '.join(parameter(item) for item in routine.parameters if item[0] != 't')})"


def _outputs(routine: Routine) -> list[tuple[str, str]]:
    return [(name, type_) for mode, name, type_, _ in routine.parameters if mode in "obt"]


def _inputs(routine: Routine) -> list[Parameter]:
    return [item for item in routine.parameters if item[0] in "ibv"]


def can_be_redefined(old: Routine, new: Routine, *, row_of: int = 2) -> bool:
    """Whether CREATE OR REPLACE accepts the new parameters (42P13 otherwise).

    It takes neither another row of output parameters (`row_of` is from how many on they are one: functions 2,
    procedures 1), nor another name for a named input, nor the loss of a default, nor another type for a polymorphic
    parameter's default, which the text does not show.
    """
    pairs = list(zip(_inputs(old), _inputs(new), strict=True))
    names_kept = all(before[1] in ("", after[1]) for before, after in pairs)
    defaults_kept = all(after[3] or not before[3] for before, after in pairs)
    polymorphic_kept = all(
        before[3] == after[3] for before, after in pairs if before[3] and before[2].startswith("any")
    )
    rows = [outputs if len(outputs) >= row_of else [] for outputs in (_outputs(old), _outputs(new))]
    return names_kept and defaults_kept and polymorphic_kept and rows[0] == rows[1]


def _names(value: str) -> list[str]:
    """The names in the stored text of a list of identifiers: `"$user", public` are two, `""` is an empty one."""
    return [quoted.replace('""', '"') or plain for quoted, plain in _NAME.findall(value)] or [""]


def configuration(config: Iterable[str]) -> list[str]:
    """The SET clauses of `name=value` as in proconfig."""
    clauses = []
    for text in config:
        name, _, value = text.partition("=")
        values = _names(value) if name in _LISTS else [value]
        clauses.append(f"SET {qualify(*name.split('.'))} TO {', '.join(map(literal, values))}")
    return clauses


def configured_anew(old: Collection[str], new: Collection[str]) -> list[str]:
    """What ALTER says so that the one configuration becomes the other; RESET ALL, because SET takes nothing away."""
    if old == new:
        return []
    return [*(["RESET ALL"] if old else []), *configuration(new)]


def body_clause(routine: Bodied) -> str:
    """The body of SQL's standard, or AS with the text (for C: the library and the symbol)."""
    if routine.sql_body is not None:
        return routine.sql_body
    if routine.symbol is not None:
        return f"AS {literal(routine.symbol)}, {literal(routine.body)}"
    return f"AS {dollar_quote(routine.body, 'function')}"


def language_clause(routine: Bodied) -> str:
    """LANGUAGE, and TRANSFORM where types are converted for it."""
    transforms = ", ".join(f"FOR TYPE {type_}" for type_ in routine.transforms)
    return f"LANGUAGE {quote(routine.language)}{f' TRANSFORM {transforms}' if transforms else ''}"


def create_hazards(routine: Bodied) -> tuple[Hazard, ...]:
    """SECURITY DEFINER lends the owner's rights to whoever may call: at first everybody."""
    if not routine.security_definer:
        return ()
    return (Hazard(Danger.ACCESS, f"{routine.name} runs with its owner's rights; PUBLIC may call it until revoked"),)


def change_hazards(old: Bodied, new: Bodied, key: Key, context: Context) -> tuple[Hazard, ...]:
    """What a change in place means for callers, for the rights in force, and for what stored its results."""
    hazards = [Hazard(Danger.BEHAVIOUR, f"every call of {new.name} follows the new definition from the commit on")]
    if old.security_definer != new.security_definer:
        hazards.append(Hazard(Danger.ACCESS, f"whose rights {new.name} runs with changes"))
    if (old.body, old.sql_body, old.symbol) != (new.body, new.sql_body, new.symbol):
        hazards += _stale(key, context)
    return tuple(hazards)


def _stale(key: Key, context: Context) -> list[Hazard]:
    """Indexes, checks, generated columns and partition keys hold what the old body returned."""
    edges = context.old.dependents.get(key, ())
    users = sorted(str(edge.key) for edge in edges if edge.key.kind in {"index", "constraint", "column", "table"})
    if not users:
        return []
    message = f"what the old body returned stays stored in {', '.join(users)}: reindex, rewrite or validate again"
    return [Hazard(Danger.BEHAVIOUR, message)]


def drop_hazard(routine: Routine, what: str) -> Hazard:
    """A routine that is gone, or has another signature."""
    return Hazard(Danger.BREAKS_CODE, f"{what} {routine.name} is removed or its signature changes; calls of it fail")


def rename_hazard(routine: Routine) -> Hazard:
    """Calls by the old name."""
    return Hazard(Danger.BREAKS_CODE, f"calls of {routine.name} by its old name fail")


def slots(routine: Routine) -> list[tuple[str, ...]]:
    """Functions, procedures and aggregates share one name space."""
    return [("routine", routine.schema, routine.name, routine.arguments)]


def called(routine: Routine) -> list[tuple[str, ...]]:
    """By its name; a call takes whichever of that name fits its arguments best."""
    return [("routine", routine.schema, routine.name)]
