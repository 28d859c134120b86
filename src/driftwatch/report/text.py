"""The report in a terminal or a pipe: one layout, coloured by rich where a terminal shows it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from driftwatch.report.display import visible
from driftwatch.report.text_sections import all_lines, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.comparison import Comparison
    from driftwatch.report.text_changes import Line, Span


def render(comparison: Comparison) -> str:
    """The whole report as plain text."""
    return _plain(all_lines(comparison))


def render_line(comparison: Comparison) -> str:
    """The report in one line: outcome, sides, counts and proof."""
    return _plain(iter([one_line(comparison)]))


def write(comparison: Comparison, stream: TextIO, *, quiet: bool = False, color: bool | None = None) -> None:
    """Prints the report, coloured if `color` says so.

    Where it says nothing: on a terminal, unless NO_COLOR is set (no-color.org); plain in a pipe.
    """
    lines = iter([one_line(comparison)]) if quiet else all_lines(comparison)
    if _wants_color(stream) if color is None else color:
        _write_coloured(lines, stream)
    else:
        stream.write(_encodable(_plain(lines), stream))


def _wants_color(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write_coloured(lines: Iterator[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
    for line in lines:
        styled = ((_encodable(text, stream), style) for text, style in _shown_spans(line))
        console.print(Text.assemble(*styled), soft_wrap=True)


def _plain(lines: Iterator[Line]) -> str:
    return "".join("".join(text for text, _ in _shown_spans(line)).rstrip() + "\n" for line in lines)


def _shown_spans(line: Line) -> Iterator[Span]:
    """Every span passes here on its way out: no name can steer the terminal."""
    return ((visible(text), style) for text, style in line)


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
