"""What holds for a whole call of the program."""

from __future__ import annotations


class Invocation:
    """What holds for a whole call of the program; its options may stand before or behind the command's name.

    Neither dataclasses nor pathlib are imported for it: together they are a fifth of what `--help` takes.
    """

    config: str | None = None
    debug: bool = False
    quiet: bool = False
