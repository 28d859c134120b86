"""From the rows of the views to objects, with blanks where the views say nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.catalog.information_schema.constraints import constraints, either, expression
from driftwatch.catalog.information_schema.made import grouped, made
from driftwatch.catalog.information_schema.types import ARRAY, Described, type_text
from driftwatch.kinds.collation import Collation
from driftwatch.kinds.column import Column
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

_NOT_NULL = "VALUE IS NOT NULL"
_EVENTS = ("INSERT", "DELETE", "UPDATE")
_MODES = {"IN": "i", "OUT": "o", "INOUT": "b"}
_PUBLIC = "PUBLIC"


class Objects:
    """The objects that the answers describe, by key."""

    def __init__(self, rows: Mapping[str, Sequence[tuple[Any, ...]]], version: int) -> None:
        """Takes the rows of each of `views.selects`, by its name, and the server_version_num."""
        self.rows = rows
        self._checks = grouped((row[:2], expression(row[2], version)) for row in rows["check_constraints"])
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
            "constraint": lambda: constraints(self.rows, self._checks, self._relation),
            "view": self._views,
            "function": lambda: (item for item, _ in self._routines() if isinstance(item, Function)),
            "procedure": lambda: (item for item, _ in self._routines() if isinstance(item, Procedure)),
            "trigger": self._triggers,
            "sequence": self._sequences,
            "domain": self._domains,
            "domain_constraint": self._domain_constraints,
            "collation": lambda: (made(Collation, schema=row[0], name=row[1]) for row in self.rows["collations"]),
            "grant": self._grants,
        }

    # Types

    def _type(self, place: tuple[str, str, str], described: Sequence[Any]) -> str:
        found = Described(*described)
        return type_text(found, self._elements.get((*place, found.identifier)) if found.data_type == ARRAY else None)

    # Tables and their parts

    def _tables(self, sort: str, model: type[Any]) -> Iterator[Object]:
        return (made(model, schema=path[0], name=path[1]) for path, found in self.relations.items() if found == sort)

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
            yield made(
                Column,
                schema=row[0],
                table=row[1],
                name=row[2],
                position=row[3],
                relation=relation,
                type=self._column_type(row),
                collation=_collation(self._column_type(row), row[6], row[7]),
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

    # Views, routines, triggers

    def _views(self) -> Iterator[Object]:
        columns = grouped(
            (row[:2], (row[2], self._column_type(row), _collation(self._column_type(row), row[6], row[7]) or ""))
            for row in self.rows["columns"]
            if self._relation(row[:2]) == "view"
        )
        for schema, name, definition, check in self.rows["views"]:
            yield made(
                View,
                schema=schema,
                name=name,
                definition=(definition or "").rstrip(";"),
                columns=tuple(columns.get((schema, name), ())),
                check_option=None if check == "NONE" else check.lower(),
            )

    def _routines(self) -> Iterator[tuple[Object, str]]:
        """Each with its specific name, which is another one in each database."""
        parameters = grouped((row[:2], self._parameter(row)) for row in self.rows["parameters"])
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
                yield made(Procedure, **common), row[1]
                continue
            described = (row[9], *[None] * 5, *row[10:13])
            yield (
                made(
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
        columns = grouped((row[:3], row[3]) for row in self.rows["triggered_update_columns"])
        events = grouped((row[:3], row[3]) for row in self.rows["triggers"])
        for path, rest in {row[:3]: row[4:] for row in self.rows["triggers"]}.items():
            yield made(
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
            yield made(SequenceObject, schema=schema, name=name, type=type_, cycle=cycle == "YES", **values)

    def _domains(self) -> Iterator[Object]:
        not_null = {row[:2] for row, clause in self._domain_checks() if clause == _NOT_NULL}
        for row in self.rows["domains"]:
            type_ = self._type((row[0], row[1], "DOMAIN"), row[5:])
            yield made(
                Domain,
                schema=row[0],
                name=row[1],
                type=type_,
                collation=_collation(type_, row[2], row[3]),
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
                yield (schema, domain, name), either(found)

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


def _collation(of: str, schema: str | None, name: str | None) -> str | None:
    """One that differs from the type's own, which is another than the database's for `name` only."""
    if name is None or schema is None or (of == "name" and name == "C"):
        return None
    return quote(name) if schema == "pg_catalog" else qualify(schema, name)


def _identity_sequence(row: Sequence[Any]) -> tuple[str, ...]:
    start, increment, minimum, maximum, cycle = row
    return ("", "", start, increment, minimum, maximum, "1", "true" if cycle == "YES" else "false", "false", "")


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
