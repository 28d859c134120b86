"""What all objects read by these views have in common."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.kinds.column import Column
from driftwatch.kinds.constraint import Constraint
from driftwatch.kinds.function import Function
from driftwatch.kinds.sequence import Sequence
from driftwatch.kinds.table import Table
from driftwatch.kinds.trigger import Trigger
from driftwatch.model.blank import blanks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.snapshot import Object

# What an object has where nobody said otherwise, so that it reads as PostgreSQL would write it.
_USUAL: Mapping[type[Any], Mapping[str, object]] = {
    Table: {"replica_identity": "d"},
    Column: {"not_null_valid": True, "not_null_local": True, "local": True},
    Constraint: {"enforced": True, "validated": True, "local": True},
    Function: {"parallel": "u"},
    Trigger: {"enabled": "O"},
    Sequence: {"cache": 1},
}


def made(model: type[Any], **values: object) -> Object:
    """An object of a kind's model, with blanks for what is not given."""
    return model(**{**blanks(model), **_USUAL.get(model, {}), **values})


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    """The values of each key, in their order."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
