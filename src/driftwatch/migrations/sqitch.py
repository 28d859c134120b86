"""Sqitch: changes in the order of `sqitch.plan`, scripts in deploy/, revert/ and verify/; Sqitch itself deploys."""

from __future__ import annotations

import getpass
import os
import re
import shutil
from hashlib import sha1
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.existence import checks
from driftwatch.migrations.model import Fate, Migration, Record
from driftwatch.migrations.tool import Program, Runs, Tool
from driftwatch.utf8 import read_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft

PLAN = "sqitch.plan"
_WHO = "committed_at committer_name committer_email planned_at planner_name planner_email"


class Sqitch(Tool):
    """A project's folder, the one with the plan."""

    name = "Sqitch"
    homes = (".", "sqitch", "db")
    tables = (Table("changes", f"change_id change project note {_WHO}", "script_hash"),)
    runs = Runs.PSQL

    def owns(self, folder: Path) -> bool:
        """It has the plan."""
        return (folder / PLAN).is_file()

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """As planned; the older form of a reworked change has its tag behind its name."""
        names: list[str] = []
        for number, line in enumerate(read_lines(folder / PLAN), 1):
            words = line.decode().split("#")[0].split()
            if not words or words[0].startswith("%"):
                continue
            if words[0].startswith("@"):
                names = [name if "@" in name else f"{name}@?{words[0]}" for name in names]
            elif re.match(r"[+-]?[^\s\[\]@:]+\Z", words[0]):
                names.append(words[0].lstrip("+"))
            else:
                raise MigrationError(f"{folder / PLAN}, line {number}: {words[0]!r} is no change and no tag")
        return tuple(_migration(folder, name, names[n + 1 :]) for n, name in enumerate(names))

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """Three scripts, and a line at the end of the plan."""
        name = draft.name
        if any(each.name == name for each in directory.migrations):
            raise MigrationError(f"the plan has a change {name} already: choose another name")
        bodies = {"deploy": (draft.up, draft.block), "revert": (draft.down, draft.down_block)}
        files = {
            directory.path / way / f"{name}.sql": f"-- {way} {name}\n{draft.comment}\n{_wrapped(text, block=block)}"
            for way, (text, block) in bodies.items()
        }
        there = "".join(f"{check};\n" for check in checks(draft.made)) or "SELECT 1; -- it makes nothing new\n"
        files[directory.path / "verify" / f"{name}.sql"] = f"-- verify {name}\nBEGIN;\n\n{there}\nROLLBACK;\n"
        plan = (directory.path / PLAN).read_text(encoding="utf-8").rstrip("\n")
        who = os.environ.get("SQITCH_FULLNAME") or getpass.getuser()
        mail = os.environ.get("SQITCH_EMAIL") or f"{getpass.getuser()}@localhost"
        line = f"{name} {draft.at:%Y-%m-%dT%H:%M:%SZ} {who} <{mail}> # {draft.header[0]}"
        return files | {directory.path / PLAN: f"{plan}\n{line}\n"}

    def find(self, connection: Connection, schema: str | None) -> Found | None:
        """Always in its own schema."""
        del schema
        return super().find(connection, "sqitch")

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """The changes that stand, and failures that nothing followed."""
        del migrations
        hashed = "script_hash" if "script_hash" in table.columns else "''"
        rows = connection.execute(
            f"""SELECT change::text, coalesce({hashed}, '')::text, committed_at FROM {table.sql}
                ORDER BY committed_at""".encode()
        ).fetchall()
        failed = connection.execute(
            b"""SELECT e.change::text, e.committed_at FROM sqitch.events e WHERE e.event = 'fail' AND NOT EXISTS (
                    SELECT FROM sqitch.events l WHERE l.change = e.change AND l.committed_at > e.committed_at)"""
        ).fetchall()
        done = [Record(name, Fate.APPLIED, checksum, at) for name, checksum, at in rows]
        return (*done, *(Record(name, Fate.FAILED, at=at) for name, at in failed))

    def targets(self, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
        """The last: the plan says what comes before it."""
        return tuple(migrations[-1:])

    def program(self, folder: Path, parameters: Mapping[str, str], upto: str) -> Program:
        """`sqitch deploy --to-change`."""
        if not shutil.which("sqitch"):
            raise MigrationError("Sqitch deploys its own changes, and 'sqitch' is not installed here: install it")
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        variables = {variable: parameters[key] for key, variable in names.items() if key in parameters}
        target = f"db:pg:{parameters.get('dbname', '')}"
        return Program(("sqitch", "deploy", "--target", target, "--to-change", upto), variables, folder)


def _wrapped(text: str, *, block: bool) -> str:
    return f"BEGIN;\n\n{text}\nCOMMIT;\n" if block else text


def _migration(folder: Path, name: str, later: Sequence[str]) -> Migration:
    change, _, tag = name.partition("@?")
    reworked = any(other.partition("@?")[0] == change for other in later)
    file = folder / "deploy" / f"{change}{tag if reworked else ''}.sql"
    if not file.is_file():
        raise MigrationError(f"{folder / PLAN} names the change {change}, and {file} is not there")
    # Not for safety: Sqitch's own choice.
    return Migration(change, change, file, sha1(file.read_bytes(), usedforsecurity=False).hexdigest())


TOOL = Sqitch()
