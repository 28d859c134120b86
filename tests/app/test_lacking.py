"""An extension that the shadow's server lacks and nothing can stand in for, as PostGIS would be: the rest is proved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from driftwatch.shadow.server import launch
from support.installed import NEWEST, binaries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.conftest import Call, Pair

pytestmark = pytest.mark.usefixtures("one_shadow")


MEMBERS = """
    CREATE TYPE shape AS (width int, height int);
    CREATE FUNCTION area(shape) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.width * $1.height';
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
"""

SHAPES = """
    CREATE EXTENSION shapes;
    CREATE TABLE plots (id int PRIMARY KEY, outline shape, CHECK (area(outline) > 0));
    CREATE VIEW areas AS SELECT id, area(outline) FROM plots;
    CREATE TABLE owners (id int DEFAULT twice(1))
"""


@pytest.fixture(scope="module")
def sides() -> Iterator[Pair]:
    """Two databases on a server that has the extension."""
    with launch(binaries(NEWEST)) as live:
        folder = live.folder / "share/extension"
        (folder / "shapes.control").write_text("default_version = '1.0'\nrelocatable = true\n")
        (folder / "shapes--1.0.sql").write_text(MEMBERS)
        for file in folder.glob("shapes*"):
            file.chmod(0o644)
        made: list[str] = []

        def of(dev: str, prod: str) -> tuple[str, str]:
            for sql in (dev, prod):
                made.append(f"made_{len(made)}")
                with psycopg.connect(live.conninfo(), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {made[-1]} TEMPLATE template0".encode())
                with psycopg.connect(live.conninfo(made[-1]), autocommit=True) as connection:
                    connection.execute(sql.encode())
            return live.conninfo(made[-2]), live.conninfo(made[-1])

        yield of


def compared(call: Call, *arguments: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(call("compare", *arguments, "--format", "json", "--no-report").stdout)


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_what_does_not_need_the_extension_is_proved(call: Call, sides: Pair, depth: str) -> None:
    verdict = compared(call, *sides(f"{SHAPES}; ALTER TABLE plots ADD name text", SHAPES), "--verify", depth)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "quick"), verdict
    (told,) = verdict["not_covered"]
    assert told["what"] == "what depends on extension shapes"
    assert "2 of its members (function public.area(public.shape), type public.shape)" in told["reason"]


def test_what_needs_it_is_not_called_proved(call: Call, sides: Pair) -> None:
    pair = sides(f"{SHAPES}; ALTER TABLE owners ADD home shape, ADD name text", SHAPES)
    report = compared(call, *pair)
    assert report["verdict"]["outcome"] == "not proved"
    assert "extension shapes, so column public.owners.home could not be tried" in report["verdict"]["reason"]
    script = call("compare", *pair, "--format", "sql", "--quiet")
    assert "RAISE EXCEPTION" in script.stdout
    assert "ADD COLUMN" not in script.stdout


def test_what_takes_the_whole_schema_is_refused_with_the_next_step(call: Call, sides: Pair, tmp_path: Path) -> None:
    pair = sides(SHAPES, SHAPES.replace("outline", "edge"))
    file = tmp_path / "migration.sql"
    file.write_text("ALTER TABLE plots RENAME edge TO outline;", encoding="utf-8")
    rename = call("compare", *pair, "--rename", "column public.plots.edge = outline", "--no-report")
    verified = call("verify", str(file), *pair)
    for done in (rename, verified):
        assert done.returncode == 1
        assert "the shadow's server does not have extension shapes" in done.stderr
        assert "name a server that has what they need (shadow: in config.yaml)" in done.stderr


VALIDATED = """
    CREATE FUNCTION judge(options text[], catalog oid) RETURNS void LANGUAGE plpgsql AS $$BEGIN
        IF catalog = 'pg_foreign_server'::regclass AND 'token=7' <> ALL (options) THEN
            RAISE EXCEPTION 'token is 7';
        END IF;
    END$$;
    CREATE FOREIGN DATA WRAPPER judged VALIDATOR judge;
    CREATE SERVER far FOREIGN DATA WRAPPER judged OPTIONS (token '7');
    CREATE FOREIGN TABLE afar (id int) SERVER far;
    CREATE TABLE near (id int)
"""


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_a_validator_that_refuses_the_placeholder_of_a_secret_fails_no_proof(
    call: Call, sides: Pair, depth: str
) -> None:
    changed = f"{VALIDATED}; ALTER TABLE near ADD name text; ALTER SERVER far VERSION '2'"
    there = VALIDATED.replace("id int)", "id int, k int)") + "; ALTER SERVER far VERSION '2'"
    verdict = compared(call, *sides(changed, there), "--verify", depth)["verdict"]
    told = {each["what"]: each["reason"] for each in verdict["not_covered"]}
    assert told["foreign_server far"] == "a placeholder stands for a secret of it, and is refused: token is 7"
    assert verdict["outcome"] == "not proved"
    assert "try them by hand where the secret is known" in verdict["reason"]
