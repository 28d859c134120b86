"""What ALTER DATABASE … SET has set bends neither what is read nor the proof; it is compared when asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.catalog import unmodelled
from driftwatch.kinds import KINDS
from support.servers import Database

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

SPELT = r"""
    CREATE TABLE t (
        id int PRIMARY KEY, at timestamptz DEFAULT '2026-03-04 05:06:07+00', span interval DEFAULT '-1 day 02:03:04',
        f float8 DEFAULT 0.1::float8 + 0.2::float8, b bytea DEFAULT '\xdeadbeef', p text DEFAULT E'a\\b\'c',
        d date DEFAULT '2026-02-01' CHECK (d > '2026-01-02')
    );
    CREATE VIEW v AS SELECT id, at > '2026-03-04 00:00+00' AS late, '\x00ff'::bytea AS bin, 'back\slash' AS s FROM t;
    CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
    CREATE FUNCTION g(a date DEFAULT '2026-12-31', b interval DEFAULT '1-2') RETURNS text LANGUAGE sql
        RETURN a::text || b::text || 'q\z';
"""
OTHERS = {
    "quote_all_identifiers": "on", "DateStyle": "'SQL, DMY'", "IntervalStyle": "sql_standard",
    "extra_float_digits": "-5",
    "bytea_output": "escape", "standard_conforming_strings": "off", "TimeZone": "'America/New_York'",
    "search_path": "pg_temp, public", "statement_timeout": "'5s'", "default_transaction_read_only": "on",
}  # fmt: skip


@pytest.fixture
def sides(database: Databases) -> tuple[str, str]:
    dev, prod = database(), database()
    dev.execute(SPELT)
    prod.execute(SPELT)
    for name, value in OTHERS.items():
        prod.server.maintain(f"ALTER DATABASE {prod.name} SET {name} = {value}")
    return dev.conninfo, prod.conninfo


def compared(call: Call, *arguments: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(call("compare", *arguments, "--format", "json", "--no-report").stdout)


@pytest.mark.parametrize("reader", ["pg_catalog", "information_schema"])
def test_what_a_session_begins_with_bends_nothing_that_is_read(
    call: Call, sides: tuple[str, str], tmp_path: Path, reader: str
) -> None:
    dev, prod = ({"url": url, "reader": reader} for url in sides)
    (tmp_path / "config.yaml").write_text(json.dumps({"databases": {"dev": dev, "prod": prod}}), encoding="utf-8")
    report = compared(call, "dev", "prod")
    assert report["outcome"] == "no-drift", report["changes"]


def test_that_settings_differ_is_told_and_no_drift(call: Call, sides: tuple[str, str]) -> None:
    report = compared(call, *sides)
    assert report["outcome"] == "no-drift"
    (told,) = (warning for warning in report["warnings"] if "settings of the database" in warning)
    assert "DateStyle, IntervalStyle, TimeZone …" in told
    assert "`--include database`" in told


def test_asked_for_they_are_migrated_and_the_copy_that_has_them_is_read_and_written_all_the_same(
    call: Call, sides: tuple[str, str]
) -> None:
    report = compared(call, *sides, "--include", "database", "--verify", "full")
    verdict = report["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict
    assert "RESET statement_timeout" in report["migration"]["sql"]


def test_a_backslash_means_itself_wherever_psql_runs_a_migration(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    dev.execute(SPELT)
    prod.server.maintain(f"ALTER DATABASE {prod.name} SET standard_conforming_strings = off")
    file = tmp_path / "migration.sql"
    file.write_text(compared(call, dev.conninfo, prod.conninfo)["migration"]["sql"], encoding="utf-8")
    prod.load(file)
    assert compared(call, dev.conninfo, prod.conninfo)["outcome"] == "no-drift"


BENT = {
    "transform_null_equals": "on", "array_nulls": "off", "xmloption": "document", "default_tablespace": "elsewhere",
    "standard_conforming_strings": "off", "default_transaction_isolation": "serializable", "row_security": "off",
    "DateStyle": "'SQL, DMY'", "IntervalStyle": "sql_standard", "quote_all_identifiers": "on",
}  # fmt: skip


def test_what_a_session_begins_with_makes_nothing_else_of_a_migration(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    dev.execute(
        SPELT
        + """
        CREATE TABLE u (a text[] DEFAULT '{x,NULL}', x xml DEFAULT 'some <b>text</b>', m money DEFAULT '1.50', n int,
                        UNIQUE (n));
        CREATE INDEX ON u (m);
        CREATE MATERIALIZED VIEW w AS SELECT n = NULL AS never FROM u;
        CREATE SEQUENCE s;
        """
    )
    for name, value in BENT.items():
        prod.server.maintain(f"ALTER DATABASE {prod.name} SET {name} = {value}")
    file = tmp_path / "migration.sql"
    file.write_text(compared(call, dev.conninfo, prod.conninfo)["migration"]["sql"], encoding="utf-8")
    prod.load(file)
    assert prod.execute("SELECT relname FROM pg_class WHERE reltablespace <> 0 AND oid >= 16384") == []
    assert compared(call, dev.conninfo, prod.conninfo)["outcome"] == "no-drift"


def test_every_query_means_the_same_whatever_a_backslash_is() -> None:
    for version in range(140000, 190000, 10000):
        for text in (*(kind.query(version) for kind in KINDS), unmodelled.query(KINDS, version)):
            assert "\\" not in text.replace(r"E'\n'", ""), text


def encoded(there: Database, encoding: str) -> Database:
    """A database like this one, in another encoding; nobody is connected to either."""
    name = f"{there.name}_{encoding.lower()}"
    there.server.maintain(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
    return Database(there.server, name)


def test_psql_makes_the_names_that_are_meant_in_a_database_of_another_encoding(
    call: Call, database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev, prod = (encoded(database(), "LATIN1") for _ in range(2))
    dev.execute("CREATE TABLE straße (größe text DEFAULT 'ü')")
    file = tmp_path / "migration.sql"
    file.write_text(compared(call, dev.conninfo, prod.conninfo)["migration"]["sql"], encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "C")  # psql then goes by the database's encoding
    prod.load(file)
    assert compared(call, dev.conninfo, prod.conninfo)["outcome"] == "no-drift"


def test_bytes_that_are_no_text_are_told_with_what_to_do(call: Call, database: Databases) -> None:
    dev, prod = (encoded(database(), "SQL_ASCII") for _ in range(2))
    dev.execute("""SET client_encoding = 'SQL_ASCII'; CREATE TABLE t (); COMMENT ON TABLE t IS E'gr\\xfc\\xdfe'""")
    done = call("compare", dev.conninfo, prod.conninfo, "--no-report")
    assert done.returncode == 1
    assert "SQL_ASCII, keeps bytes that are no text in UTF-8" in done.stderr
