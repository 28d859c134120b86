"""`reader: information_schema`: compared by what the standard's views show, and never migrated by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Databases


def test_a_comparison_by_the_views_has_drift_and_no_migration(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE TABLE t (id integer PRIMARY KEY, name varchar(40) NOT NULL); CREATE VIEW v AS SELECT id FROM t")
    prod.execute("CREATE TABLE t (id integer PRIMARY KEY, name varchar(20)); CREATE INDEX unseen ON t (name)")
    urls = "".join(f"  {name}: {{url: {json.dumps(each.conninfo)}}}\n" for name, each in (("dev", dev), ("prod", prod)))
    config = tmp_path / "config.yaml"
    config.write_text(f"reader: information_schema\ndatabases:\n{urls}")
    done = call("compare", "dev", "prod", "--format", "json", "--no-report")
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"]) == (2, "breaking-drift")
    assert [change["key"] for change in told["findings"]] == ["column public.t.name", "view public.v"]
    assert told["certificate"]["reader"] == "information_schema"
    assert "index (not in information_schema)" in told["certificate"]["excluded"]
    assert "information_schema shows too little" in told["verdict"]["sentence"]
    sql = call("compare", "dev", "prod", "--format", "sql", "--unproved", "--no-report").stdout
    assert "RAISE EXCEPTION" in sql
    same = call("compare", "dev", "dev", "--no-report")
    assert same.returncode == 0
    call("snapshot", "dev")
    assert call("compare", "dev.snapshot.json", "prod", "--no-report").returncode == 2
    config.write_text(f"databases:\n{urls}")
    mixed = call("compare", "dev.snapshot.json", "prod", "--no-report")
    assert mixed.returncode == 1
    assert "take the snapshot again with the same `reader:`" in mixed.stderr
