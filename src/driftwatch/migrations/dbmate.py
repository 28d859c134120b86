"""dbmate: `-- migrate:up` and `-- migrate:down` in one file, versions in `schema_migrations`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Table
from driftwatch.migrations.draft import next_timestamp
from driftwatch.migrations.model import Migration
from driftwatch.migrations.tool import Tool, has_line, number_of, section, sql_files

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.model import Piece
    from driftwatch.migrations.placeholders import Place

UP, DOWN = "-- migrate:up", "-- migrate:down"


class Dbmate(Tool):
    """`db/migrations/<version>_<name>.sql`."""

    name = "dbmate"
    homes = ("db/migrations", "migrations")
    tables = (Table("schema_migrations", "version"),)
    ddl = "CREATE TABLE {} (version character varying NOT NULL PRIMARY KEY)"
    outside = "the line '-- migrate:up transaction:false'"

    def owns(self, folder: Path) -> bool:
        """A file has its marker line."""
        return any(has_line(file, UP) for file in sql_files(folder))

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By file name; the version is the number in front."""
        files = [file for file in sql_files(folder) if number_of(file.name)[0] >= 0]
        return tuple(Migration(file.stem, _digits(file.name), file) for file in files)

    def piece(self, migration: Migration, place: Place) -> Piece:
        """The part behind `-- migrate:up`; `transaction:false` on that line keeps it out of a transaction."""
        del place
        return section(migration.path, [UP], [DOWN])

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """One file with both ways."""
        version = next_timestamp((int(each.version) for each in directory.migrations), draft)
        parts = [
            f"{marker}{'' if block else ' transaction:false'}\n{text}"
            for marker, block, text in (
                (UP, draft.block, f"{draft.comment}\n{draft.up}"),
                (DOWN, draft.down_block, draft.down),
            )
        ]
        return {directory.path / f"{version}_{draft.name}.sql": "\n".join(parts)}


def _digits(name: str) -> str:
    return name[: len(name) - len(name.lstrip("0123456789"))]


TOOL = Dbmate()
