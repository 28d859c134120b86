"""The bookkeeping of migration tools: which migrations ran here is data of this database, no drift.

A table is recognised by its name and its columns, whatever its schema; with it goes all that is a part of it or stands
on it. A schema that a tool makes for itself is recognised when it holds that tool's tables and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.diff.ignore import Reason
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from driftwatch.model.snapshot import Snapshot


class Table(NamedTuple):
    """A table: its name, the columns that it always has, and those that some versions of the tool give it."""

    name: str
    columns: str
    optional: str = ""

    def fits(self, columns: frozenset[str]) -> bool:
        """Whether a table of this name with these columns is the tool's."""
        always = frozenset(self.columns.split())
        return always <= columns <= always | frozenset(self.optional.split())


class Tool(NamedTuple):
    """A migration tool: its tables, and the schema that it makes for them, if it makes one."""

    name: str
    tables: tuple[Table, ...]
    schema: str = ""


_FLYWAY = "installed_rank version description type script checksum installed_by installed_on execution_time success"
_SQITCH = "project note committed_at committer_name committer_email planned_at planner_name planner_email"

TOOLS = (
    Tool("Alembic", (Table("alembic_version", "version_num"),)),
    Tool("Atlas", (
        Table("atlas_schema_revisions",
              "version description type applied total executed_at execution_time error hash operator_version",
              "error_stmt partial_hashes"),
    ), schema="atlas_schema_revisions"),
    Tool("Diesel", (Table("__diesel_schema_migrations", "version run_on"),)),
    Tool("Django", (Table("django_migrations", "id app name applied"),)),
    Tool("Doctrine", (Table("doctrine_migration_versions", "version executed_at execution_time"),)),
    Tool("driftwatch", (
        Table("version", "version"),
        Table("snapshot", "fingerprint content"),
        Table("run",
              "id pair scheduled_for started_at finished_at state outcome counts verdict proof error report "
              "desired_snapshot actual_snapshot ledger"),
        Table("item",
              "id pair key verb level digest note first_seen last_seen gone_at returns moved told"),
        Table("event", "id pair run previous_run key what verb level digest note moved at"),
        Table("acknowledgement", "pair key digest reason by at until"),
        Table("claim", "pair scheduled_for holder heartbeat_at state"),
        Table("message", "id pair channel content created_at taken_at sent_at attempts error"),
    ), schema="driftwatch"),
    Tool("Drizzle", (Table("__drizzle_migrations", "id hash created_at", "name applied_at"),), schema="drizzle"),
    Tool("driftwatch, plain SQL", (Table("driftwatch_migrations", "name checksum applied_at"),)),
    Tool("Ecto", (Table("schema_migrations", "version inserted_at"),)),
    Tool("Entity Framework", (
        Table("__EFMigrationsHistory", "MigrationId ProductVersion"),
        Table("__EFMigrationsHistory", "migration_id product_version"),
    )),
    Tool("Flyway", (
        Table("flyway_schema_history", _FLYWAY),
        Table("schema_version", _FLYWAY, "version_rank"),  # before Flyway 5, version_rank before 4
    )),
    Tool("golang-migrate", (Table("schema_migrations", "version dirty"),)),
    Tool("goose", (Table("goose_db_version", "id version_id is_applied tstamp"),)),
    Tool("graphile-migrate", (
        Table("migrations", "hash previous_hash filename date"),
        Table("current", "filename content date"),
    ), schema="graphile_migrate"),
    Tool("Knex", (
        Table("knex_migrations", "id name batch migration_time"),
        Table("knex_migrations_lock", "index is_locked"),
    )),
    Tool("Kysely", (Table("kysely_migration", "name timestamp"), Table("kysely_migration_lock", "id is_locked"))),
    Tool("Laravel", (Table("migrations", "id migration batch"),)),
    Tool("Liquibase", (
        Table("databasechangelog",
              "id author filename dateexecuted orderexecuted exectype md5sum description comments tag liquibase",
              "contexts labels deployment_id"),
        Table("databasechangeloglock", "id locked lockgranted lockedby"),
    )),
    Tool("MikroORM", (Table("mikro_orm_migrations", "id name executed_at"),)),
    Tool("node-pg-migrate", (Table("pgmigrations", "id name run_on"),)),
    Tool("Phinx", (Table("phinxlog", "version start_time end_time", "migration_name breakpoint"),)),
    Tool("Prisma", (
        Table("_prisma_migrations",
              "id checksum finished_at migration_name logs rolled_back_at started_at applied_steps_count"),
    )),
    Tool("Rails", (Table("ar_internal_metadata", "key value", "created_at updated_at"),)),
    Tool("Rails or dbmate", (Table("schema_migrations", "version"),)),
    Tool("refinery", (Table("refinery_schema_history", "version name applied_on checksum"),)),
    Tool("Sequelize", (Table("SequelizeMeta", "name"),)),
    Tool("Sqitch", (
        Table("releases", "version installed_at installer_name installer_email"),
        Table("projects", "project uri created_at creator_name creator_email"),
        Table("changes", f"change_id change {_SQITCH}", "script_hash"),
        Table("tags", f"tag_id tag change_id {_SQITCH}"),
        Table("dependencies", "change_id type dependency dependency_id"),
        Table("events", f"event change_id change requires conflicts tags {_SQITCH}"),
    ), schema="sqitch"),
    Tool("SQLx", (Table("_sqlx_migrations", "version description installed_on success checksum execution_time"),)),
    Tool("Supabase", (
        Table("schema_migrations", "version statements", "name created_by idempotency_key rollback"),
        Table("seed_files", "path hash"),
    ), schema="supabase_migrations"),
    Tool("tern", (Table("schema_version", "version"),)),
    Tool("TypeORM", (
        Table("migrations", "id timestamp name"),
        Table("typeorm_metadata", "type database schema table name value"),
    )),
    Tool("yoyo", (
        Table("_yoyo_migration", "migration_hash migration_id applied_at_utc"),
        Table("_yoyo_log", "id migration_hash migration_id operation username hostname comment created_at_utc"),
        Table("_yoyo_version", "version installed_at_utc"),
        Table("yoyo_lock", "locked ctime pid"),
    )),
)  # fmt: skip

_ONLY_AT_HOME = frozenset({"driftwatch", "graphile-migrate", "Sqitch", "Supabase"})
"""Tools whose tables have such everyday names that they are recognised in the tool's own schema only."""


class Recognised:
    """What of the tools' bookkeeping is in two snapshots."""

    def __init__(self, snapshots: Sequence[Snapshot], *, enabled: bool = True) -> None:
        """Look for it.

        Args:
            snapshots: both sides; what stands on both must be recognised on both.
            enabled: False: nothing is recognised.
        """
        self._found: dict[Key, Tool] = {}
        for snapshot in snapshots if enabled else ():
            self._found |= dict(_tables(snapshot))
        for snapshot in snapshots:
            for key in [key for key in self._found if key in snapshot.objects and not _tool(key, snapshot)]:
                del self._found[key]
        for tool in {tool.name: tool for tool in self._found.values() if tool.schema}.values():
            if all(_owns_schema(tool, snapshot, self._found) for snapshot in snapshots):
                self._found[Key("schema", (tool.schema,))] = tool

    def __bool__(self) -> bool:
        return bool(self._found)

    def reason(self, key: Key) -> Reason | None:
        """The rule that leaves a table or a schema out of the comparison."""
        tool = self._found.get(key)
        return Reason(f"built-in: {tool.name}", "the bookkeeping of a migration tool") if tool else None


_NAMES = frozenset(table.name for tool in TOOLS for table in tool.tables)


def _tables(snapshot: Snapshot) -> Iterator[tuple[Key, Tool]]:
    for key in snapshot.keys_by_kind.get("table", ()):
        if key.path[1] in _NAMES and (tool := _tool(key, snapshot)):
            yield key, tool


def _tool(key: Key, snapshot: Snapshot) -> Tool | None:
    """The tool whose table this is."""
    schema, name = key.path
    columns = frozenset(column.name for column in snapshot.parts(key, "column"))
    for tool in TOOLS:
        at_home = schema == tool.schema or tool.name not in _ONLY_AT_HOME
        if at_home and any(table.name == name and table.fits(columns) for table in tool.tables):
            return tool
    return None


def _owns_schema(tool: Tool, snapshot: Snapshot, found: Iterable[Key]) -> bool:
    """Whether nothing else is in the tool's schema; sequences are its tables' own."""
    tables = {key.path for key in found if key.path[0] == tool.schema}
    return all(
        key.path[:2] in tables or key.kind == "sequence" or (tool.schema, getattr(item, "table", "")) in tables
        for key, item in snapshot.objects.items()
        if key.path[0] == tool.schema and len(key.path) > 1
    )
