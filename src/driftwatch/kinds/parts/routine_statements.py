"""The statements that functions and procedures share; what they say in CREATE differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from zlib import crc32

from driftwatch.kinds.parts import routine, user_type
from driftwatch.kinds.parts.on_relation import rebuilt
from driftwatch.model.key import Key
from driftwatch.model.statement import Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.kinds.function import Function
    from driftwatch.kinds.procedure import Procedure
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Hazard, Writing

Bodied = TypeVar("Bodied", "Function", "Procedure")


@dataclass(frozen=True)
class Statements(Generic[Bodied]):
    """CREATE, DROP and RENAME of one kind of routine with a body."""

    kind: str
    definition: Callable[[Bodied, str], str]
    """What follows on CREATE: of the routine, with this as its body."""
    signature: Callable[[Bodied], str]

    def key(self, item: Bodied) -> Key:
        """The routine's identity."""
        return Key(self.kind, (item.schema, item.name, item.arguments))

    def reference(self, item: Bodied) -> str:
        """`FUNCTION public.f(integer)`."""
        return f"{self.kind.upper()} {self.signature(item)}"

    def create(self, item: Bodied, context: Context) -> Writing:
        """CREATE; a body of SQL's standard that calls itself needs itself to be there."""
        if item.calls_itself:
            return [*self.forward(item, context), *self.complete(item, context)]
        sql = f"CREATE {self.definition(item, routine.body_clause(item))}"
        return [Statement(sql, hazards=self._create_hazards(item, context))]

    def forward(self, item: Bodied, context: Context) -> list[Statement]:
        """With an empty text for a body where the body needs what comes later; a text needs nothing anyway."""
        if item.sql_body is None:
            return []
        sql = f"CREATE OR REPLACE {self.definition(item, f'AS ${self.kind}$${self.kind}$')}"
        return [Statement(sql, hazards=self._create_hazards(item, context))]

    def complete(self, item: Bodied, _context: Context) -> list[Statement]:
        """CREATE OR REPLACE, with its own body."""
        return [self.redefine(item)]

    def redefine(self, item: Bodied, hazards: tuple[Hazard, ...] = ()) -> Statement:
        """CREATE OR REPLACE of the whole."""
        return Statement(f"CREATE OR REPLACE {self.definition(item, routine.body_clause(item))}", hazards=hazards)

    def drop(self, item: Bodied, context: Context) -> Writing:
        """DROP."""
        hazards = () if rebuilt(self.key(item), context) else (routine.drop_hazard(item, self.kind),)
        return [Statement(f"DROP {self.reference(item)}", hazards=hazards)]

    def set_aside(self, item: Bodied, _context: Context) -> tuple[Statement, Statement]:
        """Rename it out of the way; drop it under that name when the type that calls it is gone.

        Types of its arguments may have been renamed meanwhile, so that name has to be of this one alone.
        """
        name = user_type.aside_name(f"{item.name}_{crc32(item.arguments.encode()):08x}")
        renamed = Statement(f"ALTER {self.reference(item)} RENAME TO {quote(name)}")
        return renamed, Statement(f"DROP {self.kind.upper()} {qualify(item.schema, name)}")

    def rename(self, item: Bodied, name: str) -> Statement:
        """ALTER … RENAME TO."""
        sql = f"ALTER {self.reference(item)} RENAME TO {quote(name)}"
        return Statement(sql, hazards=(routine.rename_hazard(item),))

    def _create_hazards(self, item: Bodied, context: Context) -> tuple[Hazard, ...]:
        return () if rebuilt(self.key(item), context) else routine.create_hazards(item)
