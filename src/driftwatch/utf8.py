"""Users' SQL files as text: UTF-8, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.errors import SourceError, SqlLoadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[bytes]:
    """A file's lines, each ending in a line feed, checked to be UTF-8.

    Raises:
        SqlLoadError: a line is not.
        SourceError: the file can't be read.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw
                _check(path, number, line)
                yield line if line.endswith(b"\n") else line + b"\n"
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _check(path: Path, number: int, line: bytes) -> None:
    if b"\0" in line or line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SqlLoadError(f"{path}, line {number}: this is no text in UTF-8 (it looks like UTF-16): save it as UTF-8.")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise SqlLoadError(
            f"{path}, line {number}: byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8: "
            "save the file as UTF-8 (pg_dump does with --encoding=UTF8)."
        ) from None


def read_text(path: Path) -> str:
    """The whole file, without a byte order mark.

    Raises:
        SqlLoadError: a line is not UTF-8.
        SourceError: the file can't be read.
    """
    return b"".join(read_lines(path)).decode()
