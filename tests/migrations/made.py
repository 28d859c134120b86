"""Migration directories of every tool, made for a test."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INIT = "CREATE TABLE public.a (id int PRIMARY KEY)"
MORE = "ALTER TABLE public.a ADD COLUMN name text"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def prisma(folder: Path, *statements: str) -> Path:
    files = {f"2024010{n}000000_step{n}/migration.sql": f"{sql};\n" for n, sql in enumerate(statements, 1)}
    return write(folder, {"migration_lock.toml": 'provider = "postgresql"\n', **files})


def plain(folder: Path, *statements: str) -> Path:
    return write(folder, {f"000{n}_step{n}.sql": f"{sql};\n" for n, sql in enumerate(statements, 1)})


def dbmate(folder: Path, *statements: str) -> Path:
    return write(
        folder,
        {
            f"2024010{n}000000_step{n}.sql": f"-- migrate:up\n{sql};\n\n-- migrate:down\nSELECT 1/0;\n"
            for n, sql in enumerate(statements, 1)
        },
    )


def golang(folder: Path, *statements: str) -> Path:
    ups = {f"{n}_step{n}.up.sql": f"{sql};\n" for n, sql in enumerate(statements, 1)}
    return write(folder, {**ups, **{f"{n}_step{n}.down.sql": "SELECT 1/0;" for n in range(1, len(statements) + 1)}})


def flyway(folder: Path, *statements: str) -> Path:
    return write(folder, {f"V{n}__step{n}.sql": f"{sql};\n" for n, sql in enumerate(statements, 1)})


def sqitch(folder: Path, *statements: str) -> Path:
    head = "%syntax-version=1.0.0\n%project=test\n\n"
    lines = [f"step{n} 2024-01-0{n}T00:00:00Z A B <a@b.c> # step\n" for n in range(1, len(statements) + 1)]
    files = {f"deploy/step{n}.sql": f"BEGIN;\n{sql};\nCOMMIT;\n" for n, sql in enumerate(statements, 1)}
    return write(folder, {"sqitch.plan": head + "".join(lines), "sqitch.conf": "[core]\n\tengine = pg\n", **files})


def yoyo(folder: Path, *statements: str) -> Path:
    files: dict[str, str] = {}
    for n, sql in enumerate(statements, 1):
        files[f"000{n}_step{n}.sql"] = f"-- depends: {f'000{n - 1}_step{n - 1}' if n > 1 else ''}\n{sql};\n"
        files[f"000{n}_step{n}.rollback.sql"] = "SELECT 1/0;\n"
    return write(folder, files)


def node_pg(folder: Path, *statements: str) -> Path:
    return write(
        folder,
        {
            f"170000000000{n}_step{n}.sql": f"-- Up Migration\n{sql};\n\n-- Down Migration\nSELECT 1/0;\n"
            for n, sql in enumerate(statements, 1)
        },
    )


def graphile(folder: Path, *statements: str) -> Path:
    before, files = "", {"current.sql": "SELECT 1/0;\n"}
    for n, sql in enumerate(statements, 1):
        body = f"{sql};\n"
        digest = f"sha1:{sha1(f'{before}{body}'.encode(), usedforsecurity=False).hexdigest()}"
        head = f"--! Previous: {before.strip() or '-'}\n--! Hash: {digest}\n--! Message: step{n}\n"
        files[f"committed/00000{n}-step{n}.sql"] = f"{head}\n{body}"
        before = f"{digest}\n"
    return write(folder, files)


def liquibase(folder: Path, *statements: str) -> Path:
    return write(
        folder,
        {
            f"000{n}_step{n}.sql": f"--liquibase formatted sql\n\n--changeset alice:{n} splitStatements:false\n"
            f"{sql};\n--rollback SELECT 1/0;\n"
            for n, sql in enumerate(statements, 1)
        },
    )


ENV = """
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def alembic(folder: Path, *statements: str) -> Path:
    """The project's folder is the one above."""
    files = {"env.py": ENV, "script.py.mako": ""}
    for n, sql in enumerate(statements, 1):
        before = f"rev{n - 1}" if n > 1 else None
        files[f"versions/rev{n}_step{n}.py"] = (
            f"from alembic import op\n\nrevision = 'rev{n}'\ndown_revision = {before!r}\n\n\n"
            f"def upgrade() -> None:\n    op.execute({sql!r})\n\n\ndef downgrade() -> None:\n    pass\n"
        )
    write(folder.parent, {"alembic.ini": f"[alembic]\nscript_location = %(here)s/{folder.name}\n"})
    return write(folder, files)


SQL_TOOLS = {
    "Prisma": prisma,
    "plain SQL": plain,
    "dbmate": dbmate,
    "golang-migrate": golang,
    "Flyway": flyway,
    "Sqitch": sqitch,
    "yoyo": yoyo,
    "node-pg-migrate": node_pg,
    "graphile-migrate": graphile,
    "Liquibase": liquibase,
}
"""By the tool's name: those whose directories driftwatch runs by itself on the shadow."""
