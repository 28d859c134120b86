"""Procedures (pg_proc, prokind p)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import routine
from driftwatch.kinds.parts.routine_statements import Statements
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Procedure(NamedTuple):
    """A procedure; its `arguments` are those that go in, as for a function."""

    schema: str
    name: str
    arguments: str
    parameters: tuple[routine.Parameter, ...]
    language: str
    body: str
    sql_body: str | None
    calls_itself: bool
    symbol: str | None
    security_definer: bool
    config: tuple[str, ...]
    transforms: tuple[str, ...]


def query(_version: int) -> str:
    """Every procedure."""
    return f"""
        SELECT {routine.SIGNATURE}, {routine.PARAMETERS} AS parameters, {routine.BODY}
        FROM {routine.FROM} WHERE p.prokind = 'p' AND {routine.USERS_OWN}"""


def _signature(procedure: Procedure) -> str:
    """With IN before each type: without modes, 14 and later also look for one whose outputs are among the types."""
    inputs = [type_ for mode, _, type_, _ in procedure.parameters if mode in "ibv"]
    return f"{qualify(procedure.schema, procedure.name)}({', '.join(f'IN {type_}' for type_ in inputs)})"


def _definition(procedure: Procedure, body: str) -> str:
    security = " SECURITY DEFINER" if procedure.security_definer else ""
    clauses = [
        f"PROCEDURE {qualify(procedure.schema, procedure.name)}{routine.parameter_list(procedure)}",
        f"{routine.language_clause(procedure)}{security}",
        *routine.configuration(procedure.config),
        body,
    ]
    return "\n".join(clauses)


STATEMENTS = Statements("procedure", _definition, _signature)


def alter(old: Procedure, new: Procedure, context: Context) -> Writing:
    """ALTER PROCEDURE where only security or configuration differ, else CREATE OR REPLACE PROCEDURE."""
    hazards = routine.change_hazards(old, new, STATEMENTS.key(new), context)
    if old._replace(security_definer=new.security_definer, config=new.config) != new:
        return [STATEMENTS.redefine(new, hazards)]
    actions = []
    if old.security_definer != new.security_definer:
        actions.append("SECURITY DEFINER" if new.security_definer else "SECURITY INVOKER")
    actions += routine.configured_anew(old.config, new.config)
    return [Statement(f"ALTER {STATEMENTS.reference(new)} {' '.join(actions)}", hazards=hazards)]


def must_be_replaced(old: Procedure, new: Procedure, _context: Context) -> bool:
    """Whether CREATE OR REPLACE PROCEDURE would be refused (42P13)."""
    return not routine.can_be_redefined(old, new, row_of=1)


_ALTER = Alter(alter, replace_if=must_be_replaced)

KIND = Kind(
    name="procedure",
    model=Procedure,
    identity=("schema", "name", "arguments"),
    catalog="pg_proc",
    query=query,
    needs_superuser=lambda item, _version: item.language in routine.UNTRUSTED,
    opaque=routine.is_text,
    follows_path=routine.follows_path,
    create=STATEMENTS.create,
    drop=STATEMENTS.drop,
    alter={
        "parameters": _ALTER,
        "language": _ALTER,
        "body": _ALTER,
        "sql_body": _ALTER,
        "calls_itself": Ignore("follows from the body", told=False),
        "symbol": _ALTER,
        "security_definer": _ALTER,
        "config": _ALTER,
        "transforms": _ALTER,
    },
    in_words={"parameters": routine.in_words},
    reference=STATEMENTS.reference,
    grantable=STATEMENTS.reference,
    slots=routine.slots,
    called=routine.called,
    forward=STATEMENTS.forward,
    complete=STATEMENTS.complete,
    code=frozenset({"parameters", "body", "sql_body", "transforms"}),
    rename=STATEMENTS.rename,
)
