"""What is new for `--fail-on new`: held against a baseline file, else against the drift ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from driftwatch.app.remembering.drift_items import baseline_items, drift_items
from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from driftwatch.config import CompareRequest, Config
    from driftwatch.history.values import Seen
    from driftwatch.model.comparison import Comparison


def unknown(comparison: Comparison, request: CompareRequest, config: Config) -> Sequence[Seen]:
    """The drift that is not known, in the comparison's order.

    Raises:
        DriftwatchError: there is neither a baseline nor a history, or it can't be read.
    """
    known = _listed(request) or _remembered(request, config)
    return [seen for seen in drift_items(comparison) if not known(seen)]


def _listed(request: CompareRequest) -> Callable[[Seen], bool] | None:
    if request.baseline is None:
        return None
    listed = baseline_items(request.baseline)
    return lambda seen: listed.get(seen.key) == seen.digest


def _remembered(request: CompareRequest, config: Config) -> Callable[[Seen], bool]:
    if config.history is None:
        raise ConfigError(
            "--fail-on new needs something to hold it against: --baseline FILE, or history: in config.yaml"
        )
    from driftwatch.app.remembering.remember import open_history, pair_name
    from driftwatch.history.items import acks, items

    now = datetime.now(UTC)
    history = open_history(config)
    if not history.exists:
        return lambda _: False
    with history.reading() as connection:
        there = items(connection, pair_name(request.pair))
        given = acks(connection, pair_name(request.pair))

    def known(seen: Seen) -> bool:
        item, ack = there.get(seen.key), given.get(seen.key)
        is_open = item is not None and item.gone_at is None and item.digest == seen.digest
        return is_open or (ack is not None and ack.holds(seen.digest, now))

    return known
