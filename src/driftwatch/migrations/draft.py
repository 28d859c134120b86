"""A migration that is to be written into a directory, and the number it gets there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from driftwatch.model.key import Key

_TIMESTAMP_FROM = 10**9
"""A number of as many digits is no count of files."""
_NAME_LENGTH = 100
_SAYS_NOTHING = re.compile(r"(update|change|fix|fixes|test|tmp|temp|wip|new|migration|migrate|misc|stuff|db)s?_?\d*\Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """One migration, one transaction (or one statement outside of any).

    Attributes:
        name: As words with underscores between.
        at: When it was asked for; each further one of the same call is a second later.
        place: Which of the call's migrations it is, from 0.
        header: Lines that say what it does, from where to where, and with what dangers; without comment marks.
        up: The statements, each ended by a semicolon, with comments between.
        down: The way back; empty where none is known.
        block: Whether it may run in a transaction.
        made: What is there afterwards and was not before.
        more: Whether another of the same call follows, which needs this one committed.
        up_statements: The same without comments, one by one.
        down_statements: The way back, one by one.
        down_block: Whether the way back may run in a transaction.
    """

    name: str
    at: datetime
    place: int
    header: tuple[str, ...]
    up: str
    down: str
    block: bool
    up_statements: tuple[str, ...] = ()
    down_statements: tuple[str, ...] = ()
    down_block: bool = True
    more: bool = False
    made: tuple[Key, ...] = ()

    @property
    def comment(self) -> str:
        """The header as SQL comments."""
        return "".join(f"-- {line}\n" for line in self.header)

    @property
    def moment(self) -> datetime:
        """Its own second, in UTC."""
        return self.at + timedelta(seconds=self.place)

    @property
    def timestamp(self) -> str:
        """That as 20240131235959."""
        return f"{self.moment:%Y%m%d%H%M%S}"


def next_number(used: Sequence[int], draft: Draft) -> int:
    """The number that comes after those that are used: a timestamp where they are, else a count."""
    last = max(used, default=0)
    if last < _TIMESTAMP_FROM:
        return last + 1
    return max(last + 1, int(draft.timestamp))


def next_timestamp(used: Iterable[int], draft: Draft) -> str:
    """The draft's timestamp, or what comes after a later one that is used already."""
    return str(max([int(draft.timestamp), *(number + 1 for number in used)]))


def check_name(text: str) -> tuple[str, str]:
    """A name as files can bear it, and advice where it says nothing.

    Raises:
        ConfigError: nothing is left of it.
    """
    name = re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")[:_NAME_LENGTH]
    if not name:
        raise ConfigError("give the migration a name that says what it does, such as --name add_user_verification")
    if _SAYS_NOTHING.match(name) or name.isdigit():
        return name, f"{name!r} will tell nobody what it did: a name such as add_user_verification_fields would"
    return name, ""
