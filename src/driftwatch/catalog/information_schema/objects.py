"""From the rows of the views to objects, with blanks where the views say nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.catalog.information_schema.types import ARRAY, Described, type_text
from driftwatch.kinds.collation import Collation
from driftwatch.kinds.column import Column
from driftwatch.kinds.constraint import Constraint
from driftwatch.kinds.default import Default
from driftwatch.kinds.domain import Domain
from driftwatch.kinds.domain_constraint import DomainConstraint
from driftwatch.kinds.foreign_table import ForeignTable
from driftwatch.kinds.function import Function
from driftwatch.kinds.grant import Grant
from driftwatch.kinds.procedure import Procedure
from driftwatch.kinds.schema import Schema
from driftwatch.kinds.sequence import Sequence as SequenceObject
from driftwatch.kinds.table import Table
from driftwatch.kinds.trigger import Trigger
from driftwatch.kinds.view import View
from driftwatch.model.blank import blanks
from driftwatch.model.key import Key
from driftwatch.sql import qualify, quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from driftwatch.catalog.information_schema.types import Element
    from driftwatch.model.snapshot import Object

SEES: Mapping[str, tuple[str, ...]] = {
    "schema": (),
    "table": (),
    "foreign_table": (),
    "column": ("position", "relation", "type", "collation", "identity", "generated", "expression", "not_null"),
    "default": ("relation", "expression"),
    "constraint": ("relation", "type", "definition", "deferrable", "deferred"),
    "view": ("definition", "columns", "check_option"),
    "function": ("parameters", "result", "language", "body", "security_definer", "volatility", "strict"),
    "procedure": ("parameters", "language", "body", "security_definer"),
    "trigger": ("relation", "definition"),
    "sequence": ("type", "start", "increment", "minimum", "maximum", "cycle"),
    "domain": ("type", "collation", "default", "not_null"),
    "domain_constraint": ("expression",),
    "collation": (),
    "grant": ("granted", "grantable"),
}
"""For each kind that the views know the attributes that they can express, some of them in part."""

_BARE_CLAUSE = 170000
"""The first server_version_num whose check_clause is the expression alone."""

_NOT_NULL = "VALUE IS NOT NULL"
_TYPES = {"PRIMARY KEY": "p", "UNIQUE": "u", "FOREIGN KEY": "f", "CHECK": "c"}
_EVENTS = ("INSERT", "DELETE", "UPDATE")
_MODES = {"IN": "i", "OUT": "o", "INOUT": "b"}
_PUBLIC = "PUBLIC"


# What an object has where nobody said otherwise, so that it reads as PostgreSQL would write it.
_USUAL: Mapping[type[Any], Mapping[str, object]] = {
    Table: {"replica_identity": "d"},
    Column: {"not_null_valid": True, "not_null_local": True, "local": True},
    Constraint: {"enforced": True, "validated": True, "local": True},
    Function: {"parallel": "u"},
    Trigger: {"enabled": "O"},
    SequenceObject: {"cache": 1},
}


def _made(model: type[Any], **values: object) -> Object:
    return model(**{**blanks(model), **_USUAL.get(model, {}), **values})


class Objects:
    """The objects that the answers describe, by key."""

    def __init__(self, rows: Mapping[str, Sequence[tuple[Any, ...]]], version: int) -> None:
        """Takes the rows of each of `views.selects`, by its name, and the server_version_num."""
        self.rows = rows
        self._checks = _grouped((row[:2], _expression(row[2], version)) for row in rows["check_constraints"])
        self.relations = {(row[0], row[1]): row[2] for row in rows["tables"]}
        self._elements: dict[tuple[str, str, str, str], Element] = {row[:4]: row[4:7] for row in rows["element_types"]}

    def all(self) -> dict[Key, Object]:
        """Everything."""
        found = {}
        for kind, read in self._readers().items():
            for item in read():
                identity = _IDENTITIES[kind]
                path = (str(item[0]), *item[1:4]) if kind == "grant" else tuple(item[:identity])
                found[Key(kind, path)] = item
        return found

    def _readers(self) -> Mapping[str, Callable[[], Iterable[Object]]]:
        return {
            "schema": lambda: (Schema(name) for (name,) in self.rows["schemata"]),
            "table": lambda: self._tables("BASE TABLE", Table),
            "foreign_table": lambda: self._tables("FOREIGN", ForeignTable),
            "column": self._columns,
            "default": self._defaults,
            "constraint": self._constraints,
            "view": self._views,
            "function": lambda: (item for item, _ in self._routines() if isinstance(item, Function)),
            "procedure": lambda: (item for item, _ in self._routines() if isinstance(item, Procedure)),
            "trigger": self._triggers,
            "sequence": self._sequences,
            "domain": self._domains,
            "domain_constraint": self._domain_constraints,
            "collation": lambda: (_made(Collation, schema=row[0], name=row[1]) for row in self.rows["collations"]),
            "grant": self._grants,
        }

    # Types

    def _type(self, place: tuple[str, str, str], described: Sequence[Any]) -> str:
        found = Described(*described)
        return type_text(found, self._elements.get((*place, found.identifier)) if found.data_type == ARRAY else None)

    # Tables and their parts

    def _tables(self, sort: str, model: type[Any]) -> Iterator[Object]:
        return (_made(model, schema=path[0], name=path[1]) for path, found in self.relations.items() if found == sort)

    def _relation(self, path: Sequence[str]) -> str:
        return {"FOREIGN": "foreign_table", "VIEW": "view"}.get(self.relations.get((path[0], path[1]), ""), "table")

    def _column_type(self, row: Sequence[Any]) -> str:
        if row[9] is not None:
            return qualify(row[8], row[9])
        return self._type((row[0], row[1], "TABLE"), row[19:])

    def _columns(self) -> Iterator[Object]:
        for row in self.rows["columns"]:
            relation = self._relation(row[:2])
            if relation == "view":
                continue
            yield _made(
                Column,
                schema=row[0],
                table=row[1],
                name=row[2],
                position=row[3],
                relation=relation,
                type=self._column_type(row),
                collation=_collation(row[6], row[7]),
                not_null=row[5] == "NO",
                identity={"ALWAYS": "a", "BY DEFAULT": "d"}.get(row[11] or "", ""),
                identity_sequence=_identity_sequence(row[12:17]) if row[10] == "YES" else (),
                generated="s" if row[17] == "ALWAYS" else "",
                expression=row[18] if row[17] == "ALWAYS" else None,
            )

    def _defaults(self) -> Iterator[Object]:
        for row in self.rows["columns"]:
            if row[4] is not None and row[17] != "ALWAYS":
                yield Default(row[0], row[1], row[2], self._relation(row[:2]), row[4])

    # Constraints

    def _constraints(self) -> Iterator[Object]:
        columns = _grouped((row[:3], row[3:]) for row in self.rows["key_column_usage"])
        referential = _grouped((row[:2], row[2:]) for row in self.rows["referential_constraints"])
        keys = {(row[0], row[2]): row[:3] for row in self.rows["table_constraints"] if row[3] != "FOREIGN KEY"}
        for row in self.rows["table_constraints"]:
            schema, name, type_ = row[0], row[2], _TYPES[row[3]]
            used = columns.get(row[:3], [])
            if type_ == "c":
                clauses = [
                    f"CHECK ({clause})" for clause in self._checks.get((schema, name), ()) if not _is_not_null(clause)
                ]
                if not clauses:
                    continue
                definition = _either(clauses)
            elif type_ == "f":
                rules = referential[schema, name] or [(None,) * 5]
                definition = _either(_foreign_key(used, rule, keys.get(rule[:2]), columns) for rule in rules)
            else:
                definition = f"{_key_words(row)} ({quote_list(column for column, _ in used)})"
            yield _made(
                Constraint,
                schema=schema,
                table=row[1],
                name=name,
                relation=self._relation(row[:2]),
                type=type_,
                definition=definition,
                deferrable=row[4] == "YES",
                deferred=row[5] == "YES",
            )

    # Views, routines, triggers

    def _views(self) -> Iterator[Object]:
        columns = _grouped(
            (row[:2], (row[2], self._column_type(row), _collation(row[6], row[7]) or ""))
            for row in self.rows["columns"]
            if self._relation(row[:2]) == "view"
        )
        for schema, name, definition, check in self.rows["views"]:
            yield _made(
                View,
                schema=schema,
                name=name,
                definition=(definition or "").rstrip(";"),
                columns=tuple(columns.get((schema, name), ())),
                check_option=None if check == "NONE" else check.lower(),
            )

    def _routines(self) -> Iterator[tuple[Object, str]]:
        """Each with its specific name, which is another one in each database."""
        parameters = _grouped((row[:2], self._parameter(row)) for row in self.rows["parameters"])
        for row in self.rows["routines"]:
            given = parameters.get(row[:2], [])
            arguments = ", ".join(type_ for mode, _, type_, _ in given if mode != "o")
            common = {
                "schema": row[0],
                "name": row[2],
                "arguments": arguments,
                "parameters": tuple(given),
                "language": row[5].lower(),
                "body": row[4] or "",
                "security_definer": row[8] == "DEFINER",
            }
            if row[3] == "PROCEDURE":
                yield _made(Procedure, **common), row[1]
                continue
            described = (row[9], *[None] * 5, *row[10:13])
            yield (
                _made(
                    Function,
                    **common,
                    result=self._type((row[0], row[1], "ROUTINE"), described),
                    volatility="i" if row[6] == "YES" else "v",  # stable is not told from volatile
                    strict=row[7] == "YES",
                ),
                row[1],
            )

    def _parameter(self, row: Sequence[Any]) -> tuple[str, str, str, str]:
        type_ = self._type((row[0], row[1], "ROUTINE"), row[5:])
        return _MODES[row[2]], row[3] or "", type_, row[4] or ""

    def _triggers(self) -> Iterator[Object]:
        columns = _grouped((row[:3], row[3]) for row in self.rows["triggered_update_columns"])
        events = _grouped((row[:3], row[3]) for row in self.rows["triggers"])
        for path, rest in {row[:3]: row[4:] for row in self.rows["triggers"]}.items():
            yield _made(
                Trigger,
                schema=path[0],
                table=path[1],
                name=path[2],
                relation=self._relation(path),
                definition=_trigger(path, events[path], columns.get(path, []), rest),
            )

    # The rest

    def _sequences(self) -> Iterator[Object]:
        for schema, name, type_, *numbers, cycle in self.rows["sequences"]:
            names = ("start", "increment", "minimum", "maximum")
            values = dict(zip(names, map(int, numbers), strict=True))
            yield _made(SequenceObject, schema=schema, name=name, type=type_, cycle=cycle == "YES", **values)

    def _domains(self) -> Iterator[Object]:
        not_null = {row[:2] for row, clause in self._domain_checks() if clause == _NOT_NULL}
        for row in self.rows["domains"]:
            yield _made(
                Domain,
                schema=row[0],
                name=row[1],
                type=self._type((row[0], row[1], "DOMAIN"), row[5:]),
                collation=_collation(row[2], row[3]),
                default=row[4],
                not_null=row[:2] in not_null,
            )

    def _domain_constraints(self) -> Iterator[Object]:
        for row, clause in self._domain_checks():
            if clause != _NOT_NULL:
                yield DomainConstraint(*row, expression=clause, validated=True)

    def _domain_checks(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        for schema, domain, name in self.rows["domain_constraints"]:
            if found := self._checks.get((schema, name)):
                yield (schema, domain, name), _either(found)

    def _grants(self) -> Iterator[Object]:
        routines = {(item.schema, specific): item for item, specific in self._routines()}
        given: defaultdict[tuple[Key, str], list[tuple[str, bool]]] = defaultdict(list)
        for schema, name, grantee, privilege, grantable in self.rows["table_privileges"]:
            target = Key(self._relation((schema, name)), (schema, name))
            given[target, _grantee(grantee)].append((privilege, grantable == "YES"))
        for schema, specific, grantee, privilege, grantable in self.rows["routine_privileges"]:
            item = routines.get((schema, specific))
            if item is not None and grantee != _PUBLIC:
                kind = "function" if isinstance(item, Function) else "procedure"
                target = Key(kind, (item.schema, item.name, item.arguments))
                given[target, _grantee(grantee)].append((privilege, grantable == "YES"))
        for (target, grantee), found in given.items():
            yield Grant(
                target,
                part="",
                grantee=grantee,
                grantor="",
                granted=tuple(sorted({name for name, _ in found})),
                grantable=tuple(sorted({name for name, grantable in found if grantable})),
                revoked=(),
            )


_IDENTITIES = {
    "schema": 1, "table": 2, "foreign_table": 2, "column": 3, "default": 3, "constraint": 3, "view": 2, "function": 3,
    "procedure": 3, "trigger": 3, "sequence": 2, "domain": 2, "domain_constraint": 3, "collation": 2, "grant": 4,
}  # fmt: skip


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _collation(schema: str | None, name: str | None) -> str | None:
    if name is None or schema is None:
        return None
    return quote(name) if schema == "pg_catalog" else qualify(schema, name)


def _identity_sequence(row: Sequence[Any]) -> tuple[str, ...]:
    start, increment, minimum, maximum, cycle = row
    return ("", "", start, increment, minimum, maximum, "1", "true" if cycle == "YES" else "false", "false", "")


def _expression(clause: str, version: int) -> str:
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


def _either(definitions: Iterable[str]) -> str:
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


def _trigger(path: tuple[str, str, str], events: Iterable[str], columns: Sequence[str], rest: Sequence[Any]) -> str:
    timing, orientation, condition, statement, old_table, new_table = rest
    fires = [event for event in _EVENTS if event in set(events)]
    if columns:
        fires[-1] += f" OF {quote_list(sorted(columns))}"
    tables = [f"{age} TABLE AS {quote(name)}" for age, name in (("OLD", old_table), ("NEW", new_table)) if name]
    referencing = f"REFERENCING {' '.join(tables)} " if tables else ""
    when = f"WHEN ({condition}) " if condition else ""
    on = qualify(*path[:2])
    return f"{timing} {' OR '.join(fires)} ON {on} {referencing}FOR EACH {orientation} {when}{statement}"


def _grantee(name: str) -> str:
    return "public" if name == _PUBLIC else name
