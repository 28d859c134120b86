"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A clause for the end of an error: `, did you mean 'x'?`; empty where nothing is near."""
    import difflib

    by_lower = {choice.lower(): str(choice) for choice in choices}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f", did you mean {by_lower[near[0]]!r}?" if near else ""
