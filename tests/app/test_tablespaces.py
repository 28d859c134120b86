"""Tablespaces are the server's: a shadow of ours has those that are named, on a user's server none is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.installed import MAJORS

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call, Pair
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

MOVED = "CREATE TABLE t (id int PRIMARY KEY USING INDEX TABLESPACE elsewhere) TABLESPACE elsewhere"
PLAIN = "CREATE TABLE t (id int PRIMARY KEY)"


def compared(call: Call, *arguments: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(call("compare", *arguments, "--format", "json", "--no-report").stdout)


def outcome(report: Any) -> tuple[str, str]:  # noqa: ANN401  JSON
    return report["verdict"]["outcome"], report["verdict"]["depth"]


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_a_move_is_proved_where_the_shadow_is_ours(call: Call, pair: Pair, depth: str) -> None:
    report = compared(call, *pair(MOVED, PLAIN), "--verify", depth)
    assert outcome(report) == ("proved", depth), report["verdict"]
    assert "ALTER TABLE public.t SET TABLESPACE elsewhere" in report["migration"]["sql"]
    assert "ALTER INDEX public.t_pkey SET TABLESPACE elsewhere" in report["migration"]["sql"]


@pytest.mark.parametrize("said", [MOVED, f"SET default_tablespace = elsewhere; {PLAIN}"])
def test_sql_files_name_tablespaces_as_dumps_do(call: Call, pair: Pair, tmp_path: Path, said: str) -> None:
    file = tmp_path / "schema.sql"
    file.write_text(said, encoding="utf-8")
    assert compared(call, str(file), pair(MOVED, MOVED)[1])["outcome"] == "no-drift"


def test_a_tablespace_is_made_for_the_setting_that_names_it(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text(f"SET default_tablespace = named_by_this_test_alone; {PLAIN}", encoding="utf-8")
    assert compared(call, str(file), str(file))["outcome"] == "no-drift"


def test_what_is_named_like_the_databases_own_is_there_already(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    dev.execute(MOVED)
    prod.server.maintain(f"ALTER DATABASE {prod.name} SET TABLESPACE elsewhere")
    prod.execute(PLAIN)
    assert compared(call, dev.conninfo, prod.conninfo)["outcome"] == "no-drift"


def test_a_move_to_the_databases_own_names_it_and_is_not_called_tried(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    dev.execute(PLAIN)
    prod.server.maintain(f"ALTER DATABASE {prod.name} SET TABLESPACE elsewhere")
    prod.execute(f"{PLAIN} TABLESPACE pg_default")
    report = compared(call, dev.conninfo, prod.conninfo)
    assert "ALTER TABLE public.t SET TABLESPACE elsewhere" in report["migration"]["sql"]
    assert {"tablespace pg_default", "table public.t"} <= {item["what"] for item in report["verdict"]["not_covered"]}
    prod.execute(report["migration"]["sql"])
    assert compared(call, dev.conninfo, prod.conninfo)["outcome"] == "no-drift"


def test_on_a_users_server_it_is_tried_in_the_databases_own_and_said(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    both = "CREATE TABLE u (id int) TABLESPACE elsewhere;"
    dev.execute(f"{both} ALTER TABLE u ADD name text; {MOVED}")
    prod.execute(f"{both} {PLAIN}")
    bare = database(min(MAJORS))
    bare.server.maintain("ALTER TABLESPACE elsewhere RENAME TO nowhere")
    try:
        sides = {"dev": {"url": dev.conninfo}, "prod": {"url": prod.conninfo}}
        config = {"databases": sides, "shadow": {"url": bare.conninfo}}
        (tmp_path / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
        report = compared(call, "dev", "prod", "--verify", "full")
    finally:
        bare.server.maintain("ALTER TABLESPACE nowhere RENAME TO elsewhere")
    assert outcome(report) == ("proved", "quick"), report["verdict"]
    told = {item["what"] for item in report["verdict"]["not_covered"]}
    assert {"tablespace elsewhere", "table public.t", "constraint public.t.t_pkey"} <= told
    assert "SET TABLESPACE elsewhere" in report["migration"]["sql"]
