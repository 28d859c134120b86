"""What the service answers, and the container's health check."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from driftwatch.errors import ConfigError
from driftwatch.schedule.endpoint import Told, check, serving
from support.processes import PATIENCE, eventually
from support.program import surroundings

if TYPE_CHECKING:
    from pathlib import Path

WELL = Told(lambda: (True, {"scheduler": True}), lambda: b"a_metric 1\n")
ILL = Told(lambda: (False, {"scheduler": False}), lambda: b"")


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as told:
            return told.status, told.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_answers_as_long_as_it_serves() -> None:
    with serving("127.0.0.1:0", WELL) as port:
        assert answer(port, "/healthz") == (200, '{"scheduler": true}')
        assert answer(port, "/metrics") == (200, "a_metric 1\n")
        assert answer(port, "/etc/passwd")[0] == 404
        assert check(f"127.0.0.1:{port}") == check(f"0.0.0.0:{port}") == 0
        with pytest.raises(ConfigError, match=r"can't listen on .*in use"), serving(f"127.0.0.1:{port}", WELL):
            pass
    assert check(f"127.0.0.1:{port}") == 1


def test_what_is_not_well_is_said() -> None:
    with serving("127.0.0.1:0", ILL) as port:
        assert answer(port, "/healthz")[0] == 503
        assert check(f"127.0.0.1:{port}") == 1


@pytest.mark.parametrize("address", ["", "here", "127.0.0.1:no", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(ConfigError, match="can't listen on"), serving(address, WELL):
        pass
    assert check(address) == 1


def test_the_service_tells_how_it_is(tmp_path: Path) -> None:
    for name in ("dev", "prod"):
        (tmp_path / f"{name}.sql").write_text("CREATE TABLE t (id int);\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text(
        "databases: {dev: dev.sql, prod: prod.sql}\nhistory: history.db\n"
        "schedule: {nightly: {cron: '30 2 1 1 *', desired: dev, actual: prod, verify: off}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "driftwatch", "schedule", "--log", "json"],
        cwd=tmp_path,
        env=surroundings(DRIFTWATCH_LISTEN="127.0.0.1:0"),
        stderr=subprocess.PIPE,
        text=True,
    )
    port = where_it_listens(process)
    assert eventually(lambda: check(f"127.0.0.1:{port}") == 0)
    assert json.loads(answer(port, "/healthz")[1])["scheduler"] is True
    told = 'driftwatch_open_items{level="safe",pair="dev/prod"} 0.0'
    assert eventually(lambda: told in answer(port, "/metrics")[1])
    assert eventually((tmp_path / "reports" / "index.html").exists)
    os.kill(process.pid, signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def where_it_listens(process: subprocess.Popen[str]) -> int:
    """The port, which the log tells before anything can fail."""
    assert process.stderr is not None
    for line in process.stderr:
        if (told := json.loads(line))["event"] == "listening":
            return int(told["port"])
    raise AssertionError("it ended without listening")
