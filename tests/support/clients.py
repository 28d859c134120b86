"""The migration tools themselves, from npm, Maven, Go and PyPI, kept in a cache outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.shadow.files import locked, replace_folder
from support.installed import MissingServerError, servers_folder, unavailable
from support.relay import relay

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.servers import Database

PACKAGES = {
    "prisma": "7.10.1",
    "@prisma/adapter-pg": "7.10.1",
    "@prisma/driver-adapter-utils": "7.10.1",
    "@prisma/schema-engine-wasm": "7.10.0-7.561d7b42579a2459cc8edf3788918b626c640023",
    "pg": "8",
    "dbmate": "2",
    "node-pg-migrate": "9.0.0",
    "graphile-migrate": "1.4.1",
}
GOLANG_MIGRATE = "github.com/golang-migrate/migrate/v4/cmd/migrate@v4.17.1"
JAVA = Path(__file__).parent / "java"
ENGINE = Path(__file__).parent / "prisma_engine.mjs"


def _cached(name: str, wanted: str, install: Callable[[Path], subprocess.CompletedProcess[str]]) -> Path:
    """A folder of the cache, made anew when something else is wanted in it; without a way the test is skipped."""
    try:
        place = servers_folder().parent / name
    except MissingServerError as error:
        unavailable(str(error))
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.with_suffix(".lock")):
        if not (place / "whole").exists() or (place / "whole").read_text(encoding="utf-8") != wanted:
            making = place.with_name(f"{name}.making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            done = install(making)
            if done.returncode != 0:
                unavailable(f"{name} could not be fetched: {(done.stderr or done.stdout).strip()[-300:]}")
            (making / "whole").write_text(wanted, encoding="utf-8")
            replace_folder(making, place)
    return place


def _called(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@cache
def npm_clients() -> Path:
    """The folder whose `node_modules` has them; without npm the test is skipped, or fails in CI."""
    if not shutil.which("npm") or not shutil.which("node"):
        unavailable("npm is not installed: the real migration tools can't be had")
    wanted = json.dumps({"private": True, "dependencies": PACKAGES})

    def install(making: Path) -> subprocess.CompletedProcess[str]:
        (making / "package.json").write_text(wanted, encoding="utf-8")
        return _called(making, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")

    return _cached("test-clients", wanted, install)


@cache
def _java_clients() -> Path:
    """The folder with Flyway, Liquibase and the class that calls them."""
    if not shutil.which("mvn") or not shutil.which("javac"):
        unavailable("Flyway and Liquibase want a JDK and Maven (apt install maven default-jdk-headless)")
    sources = [(JAVA / name).read_text(encoding="utf-8") for name in ("pom.xml", "Client.java")]

    def install(making: Path) -> subprocess.CompletedProcess[str]:
        for file in JAVA.iterdir():
            shutil.copy(file, making)
        done = _called(making, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
        return done if done.returncode else _called(making, "javac", "-cp", "lib/*", "Client.java")

    return _cached("test-java-clients", "\n".join(sources), install)


@cache
def _golang_migrate() -> Path:
    """The folder with golang-migrate's `migrate`."""
    if not shutil.which("go"):
        unavailable("golang-migrate wants Go (apt install golang-go)")

    def install(making: Path) -> subprocess.CompletedProcess[str]:
        return _called(making, "go", "install", "-tags", "postgres", GOLANG_MIGRATE, GOBIN=str(making))

    return _cached("test-go-clients", GOLANG_MIGRATE, install)


def url(database: Database) -> str:
    """As every client understands it: the socket's folder in the query."""
    from psycopg.conninfo import conninfo_to_dict

    known = conninfo_to_dict(database.conninfo)
    return f"postgresql://{known['user']}@localhost/{known['dbname']}?host={known['host']}&port={known['port']}"


def prisma_project(project: Path) -> dict[str, str]:
    """A project's folder in which Prisma's own CLI can be called, and the variables that it wants."""
    if not (project / "node_modules").exists():
        (project / "node_modules").symlink_to(npm_clients() / "node_modules")
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
    return {"PRISMA_SCHEMA_ENGINE_BINARY": str(project / "engine.mjs"), "CHECKPOINT_DISABLE": "1"}


def prisma(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """Prisma's own CLI in a project's folder, with `prisma/migrations` in it."""
    return _run(project, database, prisma_project(project), "node_modules/.bin/prisma", *words)


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


def yoyo(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """yoyo in a project's folder, with `m` in it; the one that is installed beside the tests."""
    command, *more = words
    target = url(database).replace("postgresql:", "postgresql+psycopg:").replace("@localhost/", "@/")
    at = ("--batch", "--no-config-file", "--database", target, *more, "m")
    return _run(project, database, {}, sys.executable, "-m", "yoyo", command, *at)


def node_pg_migrate(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """node-pg-migrate in a project's folder, with `m` in it."""
    program = npm_clients() / "node_modules/.bin/node-pg-migrate"
    return _run(project, database, {}, str(program), *words, "--migrations-dir", "m")


def graphile_migrate(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """graphile-migrate in a project's folder, with `migrations` in it."""
    (project / ".gmrc").write_text("{}", encoding="utf-8")
    program = npm_clients() / "node_modules/.bin/graphile-migrate"
    return _run(project, database, {}, str(program), *words)


def golang_migrate(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """golang-migrate's command in a project's folder, with `m` in it."""
    program = str(_golang_migrate() / "migrate")
    target = f"{url(database)}&sslmode=disable".replace("@localhost/", "@/")
    return _run(project, database, {}, program, "-path", "m", "-database", target, *words)


def java(project: Path, database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """Flyway on the project's `m`, or Liquibase on its `master.yaml`: the tool, and what it has to do."""
    from psycopg.conninfo import conninfo_to_dict

    tool, command = words
    known = conninfo_to_dict(database.conninfo)
    folder = project / "m" if tool == "flyway" else project
    with relay(f"{known['host']}/.s.PGSQL.{known['port']}") as port:
        target = f"jdbc:postgresql://127.0.0.1:{port}/{known['dbname']}?user={known['user']}"
        path = f"{_java_clients()}/lib/*:{_java_clients()}"
        return _run(project, database, {}, "java", "-cp", path, "Client", tool, target, str(folder), command)
