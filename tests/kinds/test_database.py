from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan

if TYPE_CHECKING:
    from kinds.conftest import Reads
    from support.servers import Databases, Servers


def test_labels_of_the_database_are_set_and_taken_off(database: Databases, snapshot: Reads) -> None:
    plain, labelled = database(), database()
    # No provider of labels comes with PostgreSQL: the label is written as one would.
    labelled.execute("""SET allow_system_table_mods = on; INSERT INTO pg_shseclabel SELECT oid, 'pg_database'::regclass,
                        'my mac', 'it''s' FROM pg_database WHERE datname = current_database()""")
    old, new = snapshot(plain), snapshot(labelled)

    forth, back = (plan(compare(*way, KINDS), *way, KINDS) for way in ((old, new), (new, old)))

    said = [step.statement.sql for both in (forth, back) for step in both.steps]
    assert [sql[: sql.index(" ||")] for sql in said] == [
        """DO $$BEGIN EXECUTE 'SECURITY LABEL FOR "my mac" ON DATABASE '"""
    ] * 2
    assert [sql[sql.rindex("||") :] for sql in said] == ["|| ' IS ''it''''s'''; END$$", "|| ' IS NULL'; END$$"]


def test_what_no_migration_changes_is_information(server: Servers, database: Databases, snapshot: Reads) -> None:
    utf8, latin1 = database(), database()
    latin1.drop()
    server(18).maintain(f"CREATE DATABASE {latin1.name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")

    (change,) = compare(snapshot(utf8), snapshot(latin1), KINDS)

    assert not change.attributes
    assert "encoding" in {attribute.name for attribute in change.information}
