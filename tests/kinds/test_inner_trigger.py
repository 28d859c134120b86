from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

TABLES = """
    CREATE TABLE p (id int PRIMARY KEY, next int CONSTRAINT "self's" REFERENCES p);
    CREATE TABLE "T t" (id int UNIQUE DEFERRABLE, p int CONSTRAINT "to p" REFERENCES p);
"""


def test_foreign_key_whose_triggers_were_disabled_is_drift_and_works_again_afterwards(
    database: Databases, way: Plans
) -> None:
    way('ALTER TABLE "T t" DISABLE TRIGGER ALL', "", both=TABLES)

    checked = database()
    checked.execute(f'{TABLES}; ALTER TABLE "T t" DISABLE TRIGGER ALL')
    checked.execute('INSERT INTO "T t" VALUES (1, 99)')
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        checked.execute('ALTER TABLE "T t" ENABLE TRIGGER ALL; INSERT INTO "T t" VALUES (2, 99)')


def test_every_state_comes_and_goes(way: Plans) -> None:
    disabled = 'ALTER TABLE "T t" DISABLE TRIGGER ALL; ALTER TABLE p DISABLE TRIGGER ALL'
    always = """DO $$DECLARE name text; BEGIN
        FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'p'::regclass LOOP
            EXECUTE format('ALTER TABLE p ENABLE ALWAYS TRIGGER %I', name);
        END LOOP; END$$"""

    for major in (14, 18):
        way("", disabled, both=TABLES, major=major)
        way(disabled, always, both=TABLES, major=major)


def test_disabled_triggers_go_with_their_constraint_and_their_table(way: Plans) -> None:
    disabled = f'{TABLES}; ALTER TABLE "T t" DISABLE TRIGGER ALL'

    without_constraint = way(
        disabled, f'{TABLES}; ALTER TABLE "T t" DROP CONSTRAINT "to p", DROP CONSTRAINT "T t_id_key"'
    )
    without_table = way(disabled, f'{TABLES}; DROP TABLE "T t"')

    assert {step.key.kind for step in without_constraint.steps} == {"constraint"}
    assert {step.key.kind for step in without_table.steps} == {"table"}


def test_foreign_keys_that_work_are_no_objects(database: Databases, snapshot: Reads) -> None:
    made = database()
    made.execute(TABLES)

    assert "inner_trigger" not in snapshot(made).by_kind
