"""What a service says while it runs: one line an event on stderr, for people or as JSON, never with a password."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from driftwatch.redact import redact


class _Text(logging.Formatter):
    """`2026-11-27 02:30:00 info compared pair=dev/prod`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC)
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return _one_line(f"{at:%Y-%m-%d %H:%M:%S} {record.levelname.lower()} {record.getMessage()}{fields}")


class _Json(logging.Formatter):
    """An object a line: `time`, `level`, `logger`, `event`, and what belongs to the event."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        told = {name: redact(value) if isinstance(value, str) else value for name, value in _fields(record).items()}
        return json.dumps(head | told, ensure_ascii=False, default=str)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = dict(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[1]:
        fields["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
    return fields


def _one_line(text: str) -> str:
    return redact(" ".join(text.split()))


def set_up(how: str) -> None:
    """Log to stderr: `text`, `json`, or `auto` (text on a terminal)."""
    as_text = how == "text" or (how == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(_Text() if as_text else _Json())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("driftwatch").setLevel(logging.INFO)
