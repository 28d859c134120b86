"""Ignore rules: which objects and attributes the configuration leaves out of the comparison."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.config.values import IgnoreRule
    from driftwatch.model.key import Key


class Reason(NamedTuple):
    """Why something is not compared: the rule as a report names it, and what it is for."""

    rule: str
    reason: str


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any number of characters, `?` for one, everything else for itself."""
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(letter) or re.escape(letter) for letter in text), re.DOTALL)


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` stands for the whole text."""
    return _pattern(pattern).fullmatch(text) is not None


def names(key: Key) -> tuple[str, ...]:
    """The texts a name pattern is held against: the dotted path as SQL quotes it, and without any quotes."""
    quoted = str(key).partition(" ")[2]
    return tuple(dict.fromkeys((quoted, ".".join(key.path))))


def describe(rule: IgnoreRule) -> str:
    """A rule in one line: `table public.audit_*: options`."""
    attribute = f": {rule.attribute}" if rule.attribute else ""
    return f"{rule.kind} {rule.name}{attribute}"


class Rules:
    """The rules of a configuration; of several that fit, the first counts."""

    def __init__(self, rules: Iterable[IgnoreRule]) -> None:
        rules = tuple(rules)
        self.reasons = tuple(Reason(describe(rule), rule.reason) for rule in rules)
        """One for each rule, in their order."""
        told = list(zip(rules, self.reasons, strict=True))
        self._whole = [(rule, reason) for rule, reason in told if not rule.attribute]
        self._partial = [(rule, reason) for rule, reason in told if rule.attribute]

    def whole(self, key: Key, target: Key | None = None) -> Reason | None:
        """The rule that leaves an object out altogether.

        Args:
            key: the object.
            target: for what is said about another object (a comment, a grant): that object, whose name counts too.
        """
        return next((reason for rule, reason in self._whole if _names(rule, key, target)), None)

    def attributes(self, key: Key, wanted: Iterable[str], target: Key | None = None) -> Iterator[tuple[str, Reason]]:
        """Those of an object's attributes that are left out, each with its rule."""
        rules = [(rule, reason) for rule, reason in self._partial if _names(rule, key, target)]
        for name in wanted if rules else ():
            reason = next((reason for rule, reason in rules if fits(rule.attribute, name)), None)
            if reason:
                yield name, reason


def _names(rule: IgnoreRule, key: Key, target: Key | None) -> bool:
    """Whether a rule's kind and name are this object's."""
    if not fits(rule.kind, key.kind):
        return False
    return rule.name == "*" or any(fits(rule.name, name) for item in (key, target) if item for name in names(item))
