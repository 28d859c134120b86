"""What is being done, on a terminal's last line; nothing in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_CLEAR = "\r\x1b[K"


class Progress:
    """One line on stderr that is overwritten by the next stage, and wiped at the end."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty()

    def stage(self, text: str) -> None:
        """Say what begins now."""
        if self._shown:
            sys.stderr.write(f"{_CLEAR}{text} …")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
