"""KINDS: every kind of object that is read, compared and planned, in the order in which they are best created."""

from __future__ import annotations

from driftwatch.kinds import schema, sequence, sequence_owner

KINDS = (
    schema.KIND,
    sequence.KIND,
    sequence_owner.KIND,
)
