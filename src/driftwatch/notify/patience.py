"""How often and how long a delivery is tried, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""


@dataclass(frozen=True)
class Patience:
    """All in seconds."""

    attempts: int = 4
    timeout: float = 10.0
    """Of one attempt."""
    first_wait: float = 1.0
    longest_wait: float = 30.0

    def wait(self, attempt: int, retry_after: str | None = None) -> float:
        """How long to wait after the attempt with this number, counted from 0.

        Whoever asks for more patience than there is gets what there is: the message is sent with the next run.
        """
        asked = _seconds(retry_after) if retry_after else None
        return min(self.first_wait * 2**attempt if asked is None else asked, self.longest_wait)


def _seconds(retry_after: str) -> float | None:
    """Retry-After is a number of seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
