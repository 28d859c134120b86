"""Reading a database into a snapshot: all kinds' queries in one round trip, in one read-only transaction.

The batch is a multi-statement simple query: it needs no parameters, works through every pooler, and its COMMIT at the
end releases the locks that deparsers such as pg_get_viewdef take. Those functions look at the newest catalogue instead
of the transaction's snapshot, so a fingerprint is taken in the batch and again afterwards: when it moved, the schema
was changed meanwhile and is read again. So it is where a writer and a deparser stood in each other's way.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.catalog import dependencies
from driftwatch.catalog.connection import Timeouts, plain
from driftwatch.errors import ConnectionFailedError, SchemaInMotionError
from driftwatch.model.key import Key
from driftwatch.model.snapshot import Server, Snapshot, Unmodelled, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection, Cursor

    from driftwatch.catalog.dependencies import Addresses
    from driftwatch.model.kind import Kind

ATTEMPTS = 3

# Cheap and telling: which rows of the catalogues that a schema change touches are there, in which version.
_FINGERPRINT = " UNION ALL ".join(
    f"SELECT '{name}', count(*), coalesce(sum(hash_record_extended(ROW(t.{column}, t.xmin), 0)), 0) FROM {name} t"
    for name, column in {
        "pg_class": "oid",
        "pg_attribute": "ctid",
        "pg_constraint": "oid",
        "pg_proc": "oid",
        "pg_type": "oid",
        "pg_rewrite": "oid",
        "pg_trigger": "oid",
        "pg_namespace": "oid",
        "pg_attrdef": "oid",
        "pg_policy": "oid",
        "pg_index": "indexrelid",
        "pg_description": "ctid",
    }.items()
)


class Result(NamedTuple):
    """The rows of one query, and the names of their columns."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Read(NamedTuple):
    """The answer to one batch."""

    fingerprint: Result
    results: dict[str, Result]
    unreadable: tuple[Unreadable, ...]


def read(
    connection: Connection,
    kinds: Sequence[Kind],
    timeouts: Timeouts,
    *,
    unmodelled: str = "",
) -> Snapshot:
    """The snapshot of a connected database.

    Args:
        connection: from `driftwatch.catalog.connection.connect`.
        kinds: what to read.
        timeouts: for the statements and their locks.
        unmodelled: SQL whose rows are (what, name, digest) of everything that no kind reads.

    Raises:
        SchemaInMotionError: the schema was being changed at each attempt.
        ConnectionFailedError: the connection was lost, or a query failed for another reason than rights.
    """
    version = connection.info.server_version
    queries = {kind.name: kind.query(version) for kind in kinds if kind.minimum <= version}
    queries[dependencies.NAME] = dependencies.QUERY
    if unmodelled:
        queries["unmodelled"] = unmodelled
    for _ in range(ATTEMPTS):
        with _told(connection):
            answer = _ask(connection, queries, timeouts)
            moved = answer is None or answer.fingerprint.rows != _fingerprint(connection, timeouts)
        if answer is not None and not moved:
            return _snapshot(connection, kinds, answer)
    raise SchemaInMotionError(
        f"the schema of {connection.info.dbname} was changed each of the {ATTEMPTS} times it was read: try again later"
    )


@contextmanager
def _told(connection: Connection) -> Iterator[None]:
    """What the server refuses, or a lost connection, in a sentence."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise ConnectionFailedError(f"reading {connection.info.dbname} failed: {plain(error)}") from None


def _begin(timeouts: Timeouts) -> str:
    return (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
        f"SET LOCAL statement_timeout = {int(timeouts.statement * 1000)};"
        f"SET LOCAL lock_timeout = {int(timeouts.lock * 1000)};"
        "SET LOCAL search_path = '';"
        # What the deparsers and casts to text write depends on these.
        "SET LOCAL quote_all_identifiers = off; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';"
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';"
        # A row security policy on a catalogue-like table must fail rather than hide rows.
        "SET LOCAL row_security = off;"
        # Thousands of tables are joined in memory; other processors are left to those whose database it is.
        "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0"
    )


def _fingerprint(connection: Connection, timeouts: Timeouts) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return _results(cursor, f"{_begin(timeouts)};{_FINGERPRINT};COMMIT")[0].rows


def _results(cursor: Cursor, batch: str) -> list[Result]:
    """The results with rows of a multi-statement query."""
    cursor.execute(batch.encode())
    results = []
    while True:
        if cursor.description is not None:
            results.append(Result(tuple(column.name for column in cursor.description), cursor.fetchall()))
        if not cursor.nextset():
            return results


def _ask(connection: Connection, queries: dict[str, str], timeouts: Timeouts) -> Read | None:
    """All queries at once; one by one where a right is missing; None where the catalogue moved under a deparser."""
    from psycopg import errors

    batch = ";".join([_begin(timeouts), _FINGERPRINT, *queries.values(), "COMMIT"])
    try:
        with connection.cursor() as cursor:
            fingerprint, *results = _results(cursor, batch)
        return Read(fingerprint, dict(zip(queries, results, strict=True)), ())
    except errors.InsufficientPrivilege:
        connection.rollback()
        return _ask_one_by_one(connection, queries, timeouts)
    except (errors.InternalError_, errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedObject):
        # "cache lookup failed", "relation … does not exist" (XX000, 42P01): dropped between snapshot and deparser.
        connection.rollback()
        return None
    except errors.DeadlockDetected:
        # Deparsers lock what they describe in no order that a writer could know (40P01).
        connection.rollback()
        return None


def _ask_one_by_one(connection: Connection, queries: dict[str, str], timeouts: Timeouts) -> Read:
    from psycopg import errors

    results, unreadable = {}, []
    fingerprint = Result((), _fingerprint(connection, timeouts))
    for name, query in queries.items():
        try:
            with connection.cursor() as cursor:
                results[name] = _results(cursor, f"{_begin(timeouts)};{query};COMMIT")[0]
        except errors.InsufficientPrivilege as error:
            connection.rollback()
            unreadable.append(Unreadable(name, plain(error)))
    return Read(fingerprint, results, tuple(unreadable))


def _snapshot(connection: Connection, kinds: Sequence[Kind], answer: Read) -> Snapshot:
    objects: dict[Key, Any] = {}
    addresses: Addresses = {}
    for kind in kinds:
        result = answer.results.pop(kind.name, None)  # the rows are let go one kind after the other
        if result is None:
            continue
        if kind.about:
            _read_about(kind, result, objects, addresses)
        else:
            _read_kind(kind, result, objects, addresses)
    ties = answer.results.pop(dependencies.NAME, None)
    return Snapshot(
        objects=objects,
        server=Server(connection.info.server_version, connection.info.dbname),
        read_edges=lambda snapshot: dependencies.edges(kinds, snapshot, addresses, ties.rows if ties else []),
        unmodelled=tuple(sorted(Unmodelled(*row) for row in answer.results.get("unmodelled", Result((), [])).rows)),
        unreadable=answer.unreadable,
    )


def _read_kind(kind: Kind, result: Result, objects: dict[Key, Any], addresses: Addresses) -> None:
    """Column by column, since loops over a million values are best left to the interpreter."""
    start = 2 if result.names[1:2] == ("objsubid",) else 1
    _check_names(kind, result.names[start:], kind.model._fields)
    if not result.rows:
        return
    places, values = _columns(kind, result, start)
    items = list(map(partial(tuple.__new__, kind.model), zip(*values, strict=True)))
    if kind.clean:
        items = list(map(kind.clean, items))
    paths = zip(*values[: len(kind.identity)], strict=True)
    keys = [tuple.__new__(Key, (kind.name, path)) for path in paths]
    objects.update(zip(keys, items, strict=True))
    if kind.catalog:
        parts = places[1] if start > 1 else repeat(0, len(keys))
        addresses.update(zip(zip(repeat(kind.catalog, len(keys)), places[0], parts, strict=True), keys, strict=True))


def _read_about(kind: Kind, result: Result, objects: dict[Key, Any], addresses: Addresses) -> None:
    _check_names(kind, result.names[3:], kind.model._fields[1:])
    if not result.rows:
        return
    places, values = _columns(kind, result, 3)
    for place, row in zip(zip(*places, strict=True), zip(*values, strict=True), strict=True):
        target = dependencies.find(addresses, place)
        if target is not None:
            item = kind.model._make((target, *row))
            objects[kind.key(item)] = item


def _check_names(kind: Kind, names: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """A query and its model must agree, also when no row comes back."""
    if names != fields:
        raise TypeError(f"kind {kind.name}: the query gives {names}, the model has {fields}")


def _columns(kind: Kind, result: Result, start: int) -> tuple[list[Any], list[Any]]:
    """A result's columns: those before `start` as they came, those after it as the model has them."""
    columns = list(zip(*result.rows, strict=True))
    annotations = [kind.model.__annotations__[name] for name in result.names[start:]]
    return columns[:start], [
        # NamedTuple keeps what `from __future__ import annotations` made strings as ForwardRef.
        _as_annotated(getattr(annotation, "__forward_arg__", str(annotation)), column)
        for annotation, column in zip(annotations, columns[start:], strict=True)
    ]


def _as_annotated(annotation: str, column: Sequence[Any]) -> Sequence[Any]:
    """Tuples for lists, and for NULL the empty one, where the model has tuples.

    Most arrays in the catalogues are NULL, which takes a fraction of the time that `{}` takes to be sent and loaded.
    """
    if not annotation.startswith("tuple"):
        return column
    empty = None if annotation.endswith("None") else ()
    return [empty if value is None else frozen(value) for value in column]


def frozen(value: Any) -> Any:  # noqa: ANN401  anything that psycopg loads
    """Lists as tuples, all the way down."""
    return tuple(map(frozen, value)) if isinstance(value, list) else value
