"""The migration tools themselves, from npm, kept in a cache outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.shadow.files import locked, replace_folder
from support.installed import MissingServerError, servers_folder, unavailable

if TYPE_CHECKING:
    from support.servers import Database

PACKAGES = {
    "prisma": "7.10.1",
    "@prisma/adapter-pg": "7.10.1",
    "@prisma/driver-adapter-utils": "7.10.1",
    "@prisma/schema-engine-wasm": "7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023",
    "pg": "8",
    "dbmate": "2",
}
ENGINE = Path(__file__).parent / "prisma_engine.mjs"


@cache
def npm_clients() -> Path:
    """The folder whose `node_modules` has them; without npm the test is skipped, or fails in CI."""
    if not shutil.which("npm") or not shutil.which("node"):
        unavailable("npm is not installed: the real migration tools can't be had")
    try:
        place = servers_folder().parent / "test-clients"
    except MissingServerError as error:
        unavailable(str(error))
    wanted = json.dumps({"private": True, "dependencies": PACKAGES})
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.with_suffix(".lock")):
        if not (place / "whole").exists() or (place / "whole").read_text(encoding="utf-8") != wanted:
            _install(place, wanted)
    return place


def _install(place: Path, wanted: str) -> None:
    making = place.with_name(f"{place.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    (making / "package.json").write_text(wanted, encoding="utf-8")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(command, cwd=making, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        unavailable(f"npm could not fetch the migration tools: {done.stderr.strip()[-300:]}")
    (making / "whole").write_text(wanted, encoding="utf-8")
    replace_folder(making, place)


def url(database: Database) -> str:
    """As every client understands it: the socket's folder in the query."""
    from psycopg.conninfo import conninfo_to_dict

    known = conninfo_to_dict(database.conninfo)
    return f"postgresql://{known['user']}@localhost/{known['dbname']}?host={known['host']}&port={known['port']}"


def prisma(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """Prisma's own CLI in a project's folder, with `prisma/migrations` in it."""
    clients = npm_clients()
    for name in ("node_modules",):
        if not (project / name).exists():
            (project / name).symlink_to(clients / name)
    shutil.copy(ENGINE, project / "engine.mjs")
    (project / "engine.mjs").chmod(0o755)
    (project / "prisma").mkdir(exist_ok=True)
    (project / "prisma/schema.prisma").write_text('datasource db {\n  provider = "postgresql"\n}\n', encoding="utf-8")
    (project / "prisma.config.mjs").write_text(
        'import { defineConfig } from "prisma/config";\n'
        'export default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" },'
        " datasource: { url: process.env.DATABASE_URL } });\n",
        encoding="utf-8",
    )
    variables = {"PRISMA_SCHEMA_ENGINE_BINARY": str(project / "engine.mjs"), "CHECKPOINT_DISABLE": "1"}
    return _run(project, database, variables, "node_modules/.bin/prisma", *words)


def dbmate(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """dbmate in a project's folder, with `db/migrations` in it."""
    program = npm_clients() / "node_modules/.bin/dbmate"
    return _run(project, database, {}, str(program), "--no-dump-schema", *words)


def _run(
    project: Path, database: Database, variables: dict[str, str], *command: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url(database), **variables}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def sqitch(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """Sqitch in a project's folder; the system's, which is asked for as Debian packages it."""
    from psycopg.conninfo import conninfo_to_dict

    if not shutil.which("sqitch"):
        unavailable("Sqitch is not installed (apt install sqitch libdbd-pg-perl)")
    known = conninfo_to_dict(database.conninfo)
    variables = {"PGHOST": str(known["host"]), "PGPORT": str(known["port"]), "PGUSER": str(known["user"])}
    variables |= {"SQITCH_FULLNAME": "A B", "SQITCH_EMAIL": "a@b.c"}
    command, *more = words
    return _run(project, database, variables, "sqitch", command, *more, "--target", f"db:pg:{known['dbname']}")
