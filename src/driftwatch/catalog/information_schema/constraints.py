"""Table constraints, put together from five of the views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from driftwatch.catalog.information_schema.made import grouped, made
from driftwatch.kinds.constraint import Constraint
from driftwatch.sql import qualify, quote_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.snapshot import Object

    Rows: TypeAlias = Mapping[str, Sequence[tuple[Any, ...]]]
    Checks: TypeAlias = Mapping[tuple[str, str], Sequence[str]]

_BARE_CLAUSE = 170000
"""The first server_version_num whose check_clause is the expression alone."""

_TYPES = {"PRIMARY KEY": "p", "UNIQUE": "u", "FOREIGN KEY": "f", "CHECK": "c"}


def constraints(rows: Rows, checks: Checks, relation: Callable[[Sequence[str]], str]) -> Iterator[Object]:
    """Every constraint of a table.

    Args:
        rows: the answers to `views.selects`.
        checks: what is checked, by schema and constraint: a name may be that of several tables' constraints.
        relation: the kind of a table or view, by schema and name.
    """
    columns = grouped((row[:3], row[3:]) for row in rows["key_column_usage"])
    referential = grouped((row[:2], row[2:]) for row in rows["referential_constraints"])
    keys = {(row[0], row[2]): row[:3] for row in rows["table_constraints"] if row[3] != "FOREIGN KEY"}
    for row in rows["table_constraints"]:
        schema, name, type_ = row[0], row[2], _TYPES[row[3]]
        used = columns.get(row[:3], [])
        if type_ == "c":
            clauses = [f"CHECK ({clause})" for clause in checks.get((schema, name), ()) if not _is_not_null(clause)]
            if not clauses:
                continue
            definition = either(clauses)
        elif type_ == "f":
            rules = referential[schema, name] or [(None,) * 5]
            definition = either(_foreign_key(used, rule, keys.get(rule[:2]), columns) for rule in rules)
        else:
            definition = f"{_key_words(row)} ({quote_list(column for column, _ in used)})"
        yield made(
            Constraint,
            schema=schema,
            table=row[1],
            name=name,
            relation=relation(row[:2]),
            type=type_,
            definition=definition,
            deferrable=row[4] == "YES",
            deferred=row[5] == "YES",
        )


def expression(clause: str, version: int) -> str:
    """What is checked: before 17 the clause is all that follows the word CHECK."""
    if version >= _BARE_CLAUSE or not clause.startswith("("):
        return clause
    return clause[1 : clause.rindex(")")]


def _is_not_null(clause: str) -> bool:
    """NOT NULL shows as a check without the parentheses that every other one has."""
    return clause.endswith(" IS NOT NULL") and not clause.startswith("(")


def _key_words(row: Sequence[Any]) -> str:
    if row[3] == "PRIMARY KEY":
        return "PRIMARY KEY"
    return "UNIQUE NULLS NOT DISTINCT" if row[6] == "NO" else "UNIQUE"


def either(definitions: Iterable[str]) -> str:
    """What a constraint says. Other tables' may have its name, and these views do not tell theirs from it."""
    return " or ".join(sorted(set(definitions)))


def _foreign_key(
    used: Sequence[tuple[str, int | None]],
    rule: Sequence[Any],
    target: tuple[str, ...] | None,
    columns: Mapping[Any, Sequence[tuple[str, int | None]]],
) -> str:
    own = f"FOREIGN KEY ({quote_list(column for column, _ in used)})"
    if target is None:  # it refers to a unique index, or to what the role may not see
        return own
    there = [column for column, _ in columns[target]]
    referenced = quote_list(there[place - 1] for _, place in used if place and place <= len(there))
    words = [f"{own} REFERENCES {qualify(*target[:2])}({referenced})"]
    words += ["MATCH FULL"] if rule[2] == "FULL" else []
    words += [f"ON {event} {action}" for event, action in zip(("UPDATE", "DELETE"), rule[3:5], strict=True)
              if action != "NO ACTION"]  # fmt: skip
    return " ".join(words)
