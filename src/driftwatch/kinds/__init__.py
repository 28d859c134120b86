"""KINDS: every kind of object that is read, compared and planned, in the order in which they are best created."""

from __future__ import annotations

from driftwatch.kinds import (
    column,
    constraint,
    default,
    index,
    index_partition,
    inheritance,
    partition,
    schema,
    sequence,
    sequence_owner,
    table,
)

KINDS = (
    schema.KIND,
    sequence.KIND,
    table.KIND,
    column.KIND,
    default.KIND,
    inheritance.KIND,
    sequence_owner.KIND,
    constraint.KIND,
    index.KIND,
    partition.KIND,
    index_partition.KIND,
)
