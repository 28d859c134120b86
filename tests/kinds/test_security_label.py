from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan

if TYPE_CHECKING:
    from kinds.conftest import Reads
    from support.servers import Database, Databases

MADE = """
    CREATE TABLE t (id int); CREATE VIEW v AS SELECT 1 AS x;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"""


# No provider of labels comes with PostgreSQL, and SECURITY LABEL wants one: the labels are written as it would.
def label(database: Database, classid: str, objid: str, objsubid: int, text: str) -> None:
    values = f"'{objid}'::{classid}::oid, '{'pg_proc' if classid == 'regproc' else 'pg_class'}'::regclass, {objsubid}"
    database.execute(f"SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES ({values}, 'my mac', '{text}')")


@pytest.fixture
def labelled(database: Databases) -> Database:
    made = database()
    made.execute(MADE)
    label(made, "regclass", "t", 0, "it''s")
    label(made, "regclass", "t", 1, "column")
    label(made, "regclass", "v", 1, "part")
    label(made, "regproc", "f", 0, "routine")
    return made


def test_labels_are_written_on_objects_and_parts_and_taken_off(
    labelled: Database, database: Databases, snapshot: Reads
) -> None:
    bare = database()
    bare.execute(MADE)
    with_labels, without = snapshot(labelled), snapshot(bare)

    forth = plan(drift(compare(without, with_labels, KINDS)), without, with_labels, KINDS)
    back = plan(drift(compare(with_labels, without, KINDS)), with_labels, without, KINDS)

    said = [f'SECURITY LABEL FOR "my mac" ON {what} IS {{}}' for what in ("COLUMN public.t.id", "FUNCTION public.f()")]
    said += [f'SECURITY LABEL FOR "my mac" ON {what} IS {{}}' for what in ("TABLE public.t", "COLUMN public.v.x")]
    labels = ["'column'", "'routine'", "'it''s'", "'part'"]
    expected = [text.format(value) for text, value in zip(said, labels, strict=True)]
    assert sorted(step.statement.sql for step in forth.steps) == sorted(expected)
    assert sorted(step.statement.sql for step in back.steps) == sorted(text.format("NULL") for text in said)
