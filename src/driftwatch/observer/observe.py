"""The whole observation: dump both, cut, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.observer.compare import Disagreement, compare
from driftwatch.observer.dump import DumpOptions, dump_schemas
from driftwatch.observer.entries import entries
from driftwatch.observer.masking import copied

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.observer.dump import Conninfo


def observe(  # noqa: PLR0913  what is held against what, and three ways of looking
    left: Conninfo,
    right: Conninfo,
    pg_dump: Path,
    options: DumpOptions = DumpOptions(),  # noqa: B008 - frozen
    *,
    not_null_names: bool = True,
    copy: bool = False,
) -> tuple[Disagreement, ...]:
    """What two databases disagree on, dumped at the same time by the same `pg_dump`; nothing when they are alike.

    Args:
        left: what should be.
        right: what is held against it.
        pg_dump: the program, of the newer server's major or newer.
        options: what is dumped, and how long it may take.
        not_null_names: whether the names of 18's not-null constraints count.
        copy: whether the second is a copy of the first that driftwatch made, with placeholders for secrets.

    Raises:
        ObserverDeniedError: a role may not read every table.
        ObserverError: a database could not be dumped for another reason.
    """
    dumps = dump_schemas(pg_dump, (left, right), options)
    lefts, rights = map(entries, dumps)
    found = compare(lefts, rights, not_null_names=not_null_names)
    return tuple(each for each in found if not (copy and copied(each.left, each.right)))
