"""What steps look at: the database as it stands, and a source of choices.

A step is a function of the world that gives one SQL statement. What stands in the database is asked of its catalogues,
so a step that comes after a DROP … CASCADE still finds what is there; nothing of driftwatch's reader is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from generator import names
from generator.names import literal, quoted

if TYPE_CHECKING:
    from random import Random

    import psycopg

T = TypeVar("T")

Row = tuple[str, ...]

ROLES = ("alice", "bob", "Carol; O'Hara")

_USERS = """{0} <> 'information_schema' AND {0} NOT LIKE 'pg\\_%'"""

PLAIN_TYPES = (
    "integer",
    "bigint",
    "smallint",
    "text",
    "varchar(10)",
    "varchar(20)",
    "numeric(8,2)",
    "numeric",
    "boolean",
    "date",
    "timestamptz",
    "uuid",
    "jsonb",
    "integer[]",
    "text[]",
    "char(3)",
    "bytea",
    "inet",
    "interval",
    "daterange",
    "float8",
    "bit(4)",
    "point",
)


class NothingThereError(Exception):
    """A step found nothing that it could work on."""


class World:
    """A database that is being filled or changed."""

    def __init__(self, random: Random, connection: psycopg.Connection) -> None:
        self.random, self.connection = random, connection

    @property
    def version(self) -> int:
        """The server's server_version_num."""
        return self.connection.info.server_version

    def rows(self, query: str) -> list[Row]:
        """What a query gives, all of it text."""
        return [tuple(map(str, row)) for row in self.connection.execute(query.encode()).fetchall()]

    def one_of(self, choices: Sequence[T]) -> T:
        """One of several; a step ends when there is none."""
        if not choices:
            raise NothingThereError
        return self.random.choice(choices)

    def maybe(self, text: str) -> str:
        """The text, or nothing."""
        return self.one_of(("", text))

    def number(self, low: int, high: int) -> int:
        """From low to high."""
        return self.random.randint(low, high)

    def row(self, query: str) -> Row:
        """One row of a query. It is sorted, so that the same choices find the same."""
        return self.one_of(sorted(self.rows(query)))

    def pick(self, query: str) -> str:
        """The first column of one row."""
        return self.row(query)[0]

    def name(self) -> str:
        """A new identifier, quoted."""
        return quoted(names.name(self.random))

    def schema(self) -> str:
        """A schema that is there."""
        return self.pick(f"SELECT format('%I', nspname) FROM pg_namespace WHERE {_USERS.format('nspname')}")

    def new(self) -> str:
        """A new name in a schema that is there."""
        return f"{self.schema()}.{self.name()}"

    def text(self) -> str:
        """A string literal."""
        return literal(names.name(self.random))

    def role(self) -> str:
        """A role."""
        return quoted(self.one_of(ROLES))

    def relation(self, relkinds: str) -> str:
        """A relation of these pg_class.relkind."""
        return self.pick(_relations(relkinds))

    def column(self, relation: str, types: str = "") -> str:
        """A column of a relation; with `types`, a regular expression that its type has to match."""
        where = f"AND format_type(atttypid, NULL) ~ {literal(types)}" if types else ""
        return self.pick(
            f"SELECT format('%I', attname) FROM pg_attribute WHERE attrelid = {literal(relation)}::regclass"
            f" AND attnum > 0 AND NOT attisdropped {where}"
        )

    def type(self) -> str:
        """A type for a column: mostly an ordinary one."""
        if self.number(0, 3):
            return self.one_of(PLAIN_TYPES)
        return self.user_type("decr") + self.one_of(("", "", "[]"))

    def user_type(self, typtypes: str) -> str:
        """A type of the user's by pg_type.typtype; `c` are those that are no table's rows."""
        return self.pick(
            f"""SELECT format_type(t.oid, NULL) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
                LEFT JOIN pg_class c ON c.oid = typrelid
                WHERE {_USERS.format("nspname")} AND strpos({literal(typtypes)}, typtype::text) > 0
                  AND coalesce(c.relkind, 'c') = 'c'"""
        )

    def routine(self, prokind: str, returns: str = "") -> str:
        """A routine with its arguments by pg_proc.prokind and, where asked, a pattern of its result's type."""
        where = f"AND format_type(prorettype, NULL) ~ {literal(returns)}" if returns else ""
        return self.pick(
            f"""SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
                WHERE {_USERS.format("nspname")} AND prokind = {literal(prokind)} {where}"""
        )

    def mine(self, catalogue: str, name: str, schema: str) -> str:
        """The qualified name of a user's object of one catalogue with a name and a schema."""
        return self.pick(
            f"""SELECT format('%I.%I', nspname, {name}) FROM pg_catalog.{catalogue}
                JOIN pg_namespace n ON n.oid = {schema} WHERE {_USERS.format("nspname")}"""
        )


Step = Callable[[World], str]


def _relations(relkinds: str) -> str:
    return f"""SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
               WHERE {_USERS.format("nspname")} AND strpos({literal(relkinds)}, relkind::text) > 0"""
