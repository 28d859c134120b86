"""Reading a database into a snapshot: all kinds' queries in one round trip, in one read-only transaction.

The batch is a multi-statement simple query: it needs no parameters, works through every pooler, and its COMMIT at the
end releases the locks that deparsers such as pg_get_viewdef take. Those functions look at the newest catalogue instead
of the transaction's snapshot, so a fingerprint is taken in the batch and, unless the whole server was at rest, again
afterwards: when it moved, the schema was changed meanwhile and is read again. So it is where a writer and a deparser
stood in each other's way.
"""

from __future__ import annotations

import logging
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.catalog import commits, dependencies, temporary
from driftwatch.catalog.commits import Commits
from driftwatch.catalog.connection import plain
from driftwatch.catalog.dependencies import CatalogEdges, CatalogRows
from driftwatch.catalog.intake import Intake, Result
from driftwatch.catalog.patience import ATTEMPTS, at_rest, limits
from driftwatch.catalog.spelling import SPELLING
from driftwatch.errors import ConnectionFailedError, SchemaInMotionError
from driftwatch.model.snapshot import Server, Snapshot, Unmodelled, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

    from driftwatch.catalog.connection import Timeouts
    from driftwatch.catalog.intake import Pool
    from driftwatch.model.kind import Kind

    Rows = Sequence[tuple[Any, ...]]

_log = logging.getLogger(__name__)

_SHORT_LIMIT = 1.0
"""Seconds: a role's `statement_timeout` up to that can end a batch before ours is set."""

# While the first stays the same no transaction that writes ends, in any database. A standby does not list those that
# run. What the snapshot does not show yet was written by the second or a later transaction (manual, 9.28.7).
_AT_REST = """SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_snapshot()::text END AS at_rest,
    pg_snapshot_xmin(pg_current_snapshot())::xid::text AS since"""
_OWN = "pg_snapshot_xmin(pg_current_snapshot())::xid"

# What initdb made (oids below 16384) stays as it is, save schemas and comments on them.
_CHANGING = (
    ("pg_class", "oid", "oid >= 16384"),
    ("pg_attribute", "ctid", "attrelid >= 16384 AND t.attnum > 0"),
    ("pg_constraint", "oid", "oid >= 16384"),
    ("pg_proc", "oid", "oid >= 16384"),
    ("pg_type", "oid", "oid >= 16384"),
    ("pg_rewrite", "oid", "oid >= 16384"),
    ("pg_trigger", "oid", "oid >= 16384"),
    ("pg_namespace", "oid", ""),
    ("pg_attrdef", "oid", "oid >= 16384"),
    ("pg_policy", "oid", "oid >= 16384"),
    ("pg_index", "indexrelid", "indexrelid >= 16384"),
    ("pg_description", "ctid", ""),
)

_UNMODELLED = "unmodelled"


class _Asked(NamedTuple):
    """What is asked of a database: the kinds' queries, and those that are no kind's."""

    kinds: Mapping[str, Kind]
    queries: Mapping[str, str]
    timeouts: Timeouts
    pool: Pool | None
    key: str
    stumbles: list[str]
    """What deparsers refused, a message an attempt."""

    def take(self, name: str, result: Result, answer: Answer) -> None:
        """The rows of one of the queries."""
        if name in self.kinds:
            answer.intake.take(self.kinds[name], result)
        else:
            answer.rest[name] = result


class Answer(NamedTuple):
    """The answer to one batch."""

    at_rest: Result
    fingerprint: Result
    intake: Intake
    rest: dict[str, Result]
    """What is no kind's: dependencies, what no kind reads."""
    unreadable: tuple[Unreadable, ...] = ()


def read(  # noqa: PLR0913  whatever is not always wanted has a default
    connection: Connection,
    kinds: Sequence[Kind],
    timeouts: Timeouts,
    *,
    unmodelled: str = "",
    pool: Pool | None = None,
    age: float | None = None,
    key: str = "",
) -> Snapshot:
    """The snapshot of a connected database.

    Args:
        connection: from `driftwatch.catalog.connection.connect`.
        kinds: what to read.
        timeouts: for the statements and their locks.
        unmodelled: SQL whose rows are (what, name, digest) of everything that no kind reads.
        pool: what another side of the same comparison shares with this one.
        key: by which secrets become digests; empty: they are present, not compared.
        age: for how many seconds back the commit times of what was written are read; None: nobody wants them.

    Raises:
        SchemaInMotionError: the schema was being changed at each attempt.
        ConnectionFailedError: the connection was lost, or a query failed for another reason than rights.
    """
    version = connection.info.server_version
    asked = _Asked(
        kinds={kind.name: kind for kind in kinds if kind.minimum <= version},
        queries={kind.name: kind.query(version) for kind in kinds if kind.minimum <= version}
        | {dependencies.NAME: dependencies.QUERY, temporary.NAME: temporary.QUERY}
        | ({_UNMODELLED: unmodelled} if unmodelled else {}),
        timeouts=timeouts,
        pool=pool,
        key=key,
        stumbles=[],
    )
    try:
        return _snapshot(connection, kinds, *at_rest(connection, timeouts, lambda: _attempt(connection, asked, age)))
    except SchemaInMotionError:
        if len(asked.stumbles) == ATTEMPTS and len(set(asked.stumbles)) == 1:
            raise ConnectionFailedError(
                f"reading {connection.info.dbname} failed each of {ATTEMPTS} times: {asked.stumbles[0]}; where nobody"
                " is changing the schema, its catalogue holds what the server can't print: find it by name or number"
            ) from None
        raise


def _attempt(connection: Connection, asked: _Asked, age: float | None) -> tuple[Answer, Rows] | None:
    """The answer and the commit times; None where the schema moved meanwhile."""
    answer = _ask(connection, asked)
    # In between: where nothing has moved afterwards, they are those of what was read.
    written = () if age is None else _written(connection, age, asked.timeouts)
    return None if answer is None or _moved(connection, answer, asked.timeouts) else (answer, written)


def _begin(timeouts: Timeouts) -> str:
    return (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
        f"{';'.join(limits(timeouts))};"
        "SET LOCAL search_path = '';"
        f"{';'.join(SPELLING)};"
        # A row security policy on a catalogue-like table must fail rather than hide rows.
        "SET LOCAL row_security = off;"
        # Thousands of tables are joined in memory; other processors are left to those whose database it is.
        "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0;"
        # Of a small schema's reading most is planning. These two never paid here, and cost a fifth of it to consider.
        "SET LOCAL enable_mergejoin = off; SET LOCAL enable_memoize = off"
    )


def _fingerprint(since: str) -> str:
    """Cheap and telling: how many rows the catalogues have that a schema change touches, and which versions of late.

    A row that comes or goes changes the number. One that is written anew is a version of a transaction that the first
    of two readings did not show: `since`, the same for both, is the oldest of those. xids go round: of versions that
    are frozen some may count as late, the same ones in both readings.
    """
    late = f"age(t.xmin) <= (SELECT age({since}))"
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*),"
        f" coalesce(sum(hash_record_extended(ROW(t.{column}, t.xmin), 0)) FILTER (WHERE {late}), 0)"
        f" FROM {name} t{f' WHERE t.{own}' if own else ''}"
        for name, column, own in _CHANGING
    )


def _moved(connection: Connection, answer: Answer, timeouts: Timeouts) -> bool:
    """Whether the schema is another one by now."""
    before, since = _rest(answer.at_rest)
    now, _ = _rest(_one(connection, _AT_REST, timeouts))
    if before is not None and before == now:
        return False
    return answer.fingerprint.rows != _one(connection, _fingerprint(since), timeouts).rows


def _rest(result: Result) -> tuple[str | None, str]:
    """Of a snapshot: its text, and the oldest transaction that it does not show, as SQL."""
    ((at_rest, since),) = result.rows
    return at_rest, f"'{since}'::xid"


def _written(connection: Connection, age: float, timeouts: Timeouts) -> Rows:
    """The commit times that the server has; they are worth no failed comparison."""
    from psycopg import errors

    try:
        return _one(connection, commits.query(connection.info.server_version, age), timeouts).rows
    except (errors.ObjectNotInPrerequisiteState, errors.InsufficientPrivilege, errors.QueryCanceled) as error:
        # A standby of a primary that does not keep them; a function that was taken from PUBLIC; too many to look at.
        connection.rollback()
        _log.debug("no commit times of %s: %s", connection.info.dbname, plain(error))
        return ()


def _one(connection: Connection, query: str, timeouts: Timeouts) -> Result:
    (result,) = _results(connection, f"{_begin(timeouts)};{query};COMMIT")
    return result


def _results(connection: Connection, batch: str) -> Iterator[Result]:
    """The results with rows of a multi-statement query, each as soon as it is there: the server works on the next."""
    from psycopg.adapt import Transformer
    from psycopg.errors import error_from_result
    from psycopg.generators import fetch, send
    from psycopg.pq import ExecStatus

    connection.pgconn.send_query(batch.encode())
    connection.wait(send(connection.pgconn))
    refused = None
    while result := connection.wait(fetch(connection.pgconn)):
        if result.status == ExecStatus.TUPLES_OK:
            transformer = Transformer(connection)
            transformer.set_pgresult(result)
            names = tuple((result.fname(n) or b"").decode() for n in range(result.nfields))
            yield Result(names, result.ntuples, partial(transformer.load_rows, make_row=tuple))
        elif result.status != ExecStatus.COMMAND_OK:
            refused = error_from_result(result)
    if refused:
        raise refused


def _ask(connection: Connection, asked: _Asked, *, apart: bool = False) -> Answer | None:
    """All queries at once; one by one where a right is missing; None where the catalogue moved under a deparser.

    Args:
        connection: where to.
        asked: what.
        apart: whether the transaction begins in a query of its own. The server runs a `statement_timeout` that the role
            has while it parses all of the batch, and until ours is set.
    """
    from psycopg import errors

    queries = [_AT_REST, _fingerprint(_OWN), *asked.queries.values(), "COMMIT"]
    batch = ";".join(queries if apart else [_begin(asked.timeouts), *queries])
    begun = monotonic()
    try:
        if apart:
            connection.execute(_begin(asked.timeouts).encode())
        results = _results(connection, batch)
        answer = Answer(next(results), next(results), Intake(asked.pool, asked.key), {})
        for name, result in zip(asked.queries, results, strict=True):
            asked.take(name, result, answer)
    except errors.InsufficientPrivilege:
        connection.rollback()
        return _ask_one_by_one(connection, asked)
    except (errors.InternalError_, errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedObject) as error:
        # "cache lookup failed", "relation … does not exist" (XX000, 42P01): dropped between snapshot and deparser.
        connection.rollback()
        asked.stumbles.append(plain(error))
        return None
    except errors.QueryCanceled:
        # By somebody, or by our own limit, which is longer than that.
        if apart or monotonic() - begun > _SHORT_LIMIT:
            raise
        connection.rollback()
        return _ask(connection, asked, apart=True)
    except errors.DeadlockDetected:
        # Deparsers lock what they describe in no order that a writer could know (40P01).
        connection.rollback()
        return None
    return answer


def _ask_one_by_one(connection: Connection, asked: _Asked) -> Answer:
    from psycopg import errors

    unreadable = []
    at_rest = _one(connection, _AT_REST, asked.timeouts)
    # Of a transaction of its own, and yet with the rows since the same one as afterwards.
    fingerprint = _one(connection, _fingerprint(_rest(at_rest)[1]), asked.timeouts)
    answer = Answer(at_rest, fingerprint, Intake(asked.pool, asked.key), {})
    for name, query in asked.queries.items():
        try:
            result = _one(connection, query, asked.timeouts)
        except errors.InsufficientPrivilege as error:
            connection.rollback()
            unreadable.append(Unreadable(name, plain(error)))
        else:
            asked.take(name, result, answer)
    return answer._replace(unreadable=tuple(unreadable))


def _snapshot(connection: Connection, kinds: Sequence[Kind], answer: Answer, written: Rows) -> Snapshot:
    addresses = answer.intake.addresses
    ties = CatalogRows(answer.rest[dependencies.NAME].rows if dependencies.NAME in answer.rest else ())
    unmodelled = answer.rest[_UNMODELLED].rows if _UNMODELLED in answer.rest else ()
    over_temporary = answer.rest[temporary.NAME].rows if temporary.NAME in answer.rest else ()
    found = Snapshot(
        objects=answer.intake.objects,
        server=Server(
            connection.info.server_version,
            connection.info.dbname,
            superuser={"on": True, "off": False}.get(connection.info.parameter_status("is_superuser") or ""),
        ),
        read_edges=lambda snapshot: CatalogEdges(kinds, snapshot, addresses, ties),
        unmodelled=tuple(sorted(Unmodelled(*row) for row in unmodelled)),
        unreadable=answer.unreadable,
        written=Commits(written, addresses, {kind.name: kind for kind in kinds}, answer.intake.objects).of,
    )
    return temporary.left_out(found, over_temporary, addresses)
