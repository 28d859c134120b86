"""A comparison's drift as items of the ledger; from the report's data, so that a saved report.json gives the same."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.errors import ConfigError
from driftwatch.history.values import LEVELS, Seen
from driftwatch.model.comparison import Label
from driftwatch.model.statement import Level
from driftwatch.report.display import spaced
from driftwatch.report.json import SCHEMA_VERSION, findings_data, undeclared_data, unmodelled_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from driftwatch.model.comparison import Comparison

UNMODELLED = "unmodelled"
"""The level of what no kind reads: nobody knows how dangerous it is."""

DECLARE = "declare"
"""The verb of what both sides have alike and no migration says."""

_DIFFERENCE = ("verb", "old_sql", "new_sql", "attributes")


def drift_items(comparison: Comparison) -> tuple[Seen, ...]:
    """What drifted, one item an object."""
    return _of_data(
        {
            "findings": findings_data(comparison),
            "unmodelled": unmodelled_data(comparison),
            "undeclared": undeclared_data(comparison),
        }
    )


def baseline_items(path: Path) -> Mapping[str, str]:
    """What a saved report.json lists, as the digest of each key.

    Raises:
        ConfigError: the file can't be read, or is no report of driftwatch's.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema_version"] != SCHEMA_VERSION:
            raise ConfigError(f"{path} was written by another version of driftwatch: make the baseline again")
        return {seen.key: seen.digest for seen in _of_data(data)}
    except OSError as error:
        raise ConfigError(f"the baseline {path} can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} is no report.json: 'driftwatch compare --format json > FILE' makes one") from None


def counts_of(found: Sequence[Seen]) -> Mapping[str, int]:
    """The items by level, from the worst, the levels that there are."""
    numbers = Counter(seen.level for seen in found)
    return {level: numbers[level] for level in LEVELS if numbers[level]}


def _of_data(data: Mapping[str, Any]) -> tuple[Seen, ...]:
    return (
        *map(_finding, data["findings"]),
        *_unmodelled(data["unmodelled"]),
        *map(_undeclared, data.get("undeclared", {}).get("keys", ())),
    )


def _finding(finding: Mapping[str, Any]) -> Seen:
    difference = [finding[name] for name in _DIFFERENCE]
    hazards = [f"{hazard['title']}: {hazard['message']}" for hazard in finding["hazards"]]
    changed = ", ".join(spaced(attribute["name"]) for attribute in finding["attributes"])
    note = hazards[0] if hazards else changed
    label = finding.get("label") or ""
    return Seen(finding["key"], finding["verb"], finding["level"], _digest(difference), note, label)


def _undeclared(key: str) -> Seen:
    """What is alike on both sides changes nothing: to declare it is safe, and it stays the same until that is done."""
    return Seen(key, DECLARE, str(Level.SAFE), _digest(str(Label.IN_BOTH)), "no migration says so", str(Label.IN_BOTH))


def _unmodelled(rows: Sequence[Mapping[str, str]]) -> Iterator[Seen]:
    sides: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["side"] != "both":
            sides[row["what"], row["name"]][row["side"]] = row["digest"]
    for (what, name), found in sides.items():
        verb = {"desired": "add", "actual": "drop"}["".join(found)] if len(found) == 1 else "alter"
        yield Seen(f"unmodelled {what} {name}", verb, UNMODELLED, _digest(sorted(found.items())), "no kind reads it")


def _digest(difference: object) -> str:
    text = json.dumps(difference, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
