"""The whole workflow, from a change in dev by hand to a hot-fix in prod that is taken in, in two formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from migrations import made

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")


@pytest.mark.parametrize("name", ["Prisma", "plain SQL"])
def test_the_seed_workflow(call: Call, database: Databases, tmp_path: Path, name: str) -> None:
    dev, prod = database(), database()
    made.SQL_TOOLS[name](tmp_path / "m", made.INIT)
    (tmp_path / "config.yaml").write_text(
        f"""migrations: m
compare: {{desired: dev, actual: prod}}
databases:
  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}
  prod: {{url: {json.dumps(prod.conninfo)}, environment: production}}
""",
        encoding="utf-8",
    )
    for side in ("dev", "prod"):
        assert call("deploy", side).returncode == 0

    dev.execute("ALTER TABLE a ADD COLUMN verified_at timestamptz; CREATE INDEX a_verified ON a (verified_at)")
    assert call("pull", "dev").returncode == 0
    assert "verified_at" in (tmp_path / "schema/public/table/a.sql").read_text(encoding="utf-8")
    assert call("migrate", "dev", "--name", "add_user_verification").returncode == 0
    assert labels(call) == {"column public.a.verified_at": "pending", "index public.a_verified": "pending"}
    assert call("compare", "--no-report", "--fail-on", "hotfix").returncode == 0
    assert call("deploy", "prod").returncode == 0
    assert call("compare", "--no-report").returncode == 0

    prod.execute("CREATE INDEX hot_fix ON a (id, verified_at)")
    assert labels(call) == {"index public.hot_fix": "hot-fix in prod"}
    (finding,) = findings(call)
    backport = finding["backport"]
    assert isinstance(backport, list)
    dev.execute(";".join(backport))
    assert call("compare", "--no-report").returncode == 2  # alike now, and no migration says so
    assert call("migrate", "dev", "--name", "keep_hot_fix").returncode == 0
    newest = min((tmp_path / "m").glob("*keep_hot_fix*")).name.split(".")[0]
    assert call("resolve", newest, "--database", "prod", "--applied").returncode == 0
    for side in ("dev", "prod"):
        status = call("status", side)
        assert status.returncode == 0, status.stdout
    done = call("compare", "--no-report")
    assert done.returncode == 0, done.stdout


def findings(call: Call) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(call("compare", "--format", "json", "--no-report").stdout)["findings"]
    return found


def labels(call: Call) -> dict[object, object]:
    return {finding["key"]: finding["label"] for finding in findings(call)}
