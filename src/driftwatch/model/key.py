"""The identity of an object: its kind and its path, and the text that stands for both."""

from __future__ import annotations

from typing import NamedTuple

from driftwatch.sql import quote

# A path whose last part is no identifier is written with that part set off by words, so that the text can be read back.
_ARGUMENTS = frozenset({"function", "procedure", "aggregate"})
_ON_TARGET = frozenset({"comment", "owner", "security_label", "grant"})


class Key(NamedTuple):
    """Kind + path, the only identity.

    The path of a routine ends in its argument types; the path of what is said *about* another object (a comment, a
    grant) begins with the text of that object's key.
    """

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        if self.kind in _ARGUMENTS:
            *name, arguments = self.path
            return f"{self.kind} {_dotted(name)}({arguments})"
        if self.kind in _ON_TARGET:
            target, *rest = self.path
            return f"{self.kind} on {target}" + "".join(f" to {quote(part)}" for part in rest)
        return f"{self.kind} {_dotted(self.path)}"


def _dotted(path: tuple[str, ...] | list[str]) -> str:
    return ".".join(map(quote, path))


def parse_key(text: str) -> Key:
    """The key that `str(key)` wrote.

    Raises:
        ValueError: the text is not `kind path`.
    """
    kind, _, rest = text.strip().partition(" ")
    if not rest:
        raise ValueError(f"not a key: {text!r} (a key is a kind and a path, such as: column public.users.email)")
    if kind in _ON_TARGET:
        return Key(kind, _target_path(rest.removeprefix("on "), has_grantee=kind in {"grant", "security_label"}))
    if kind in _ARGUMENTS:
        name, end = _names(rest)
        return Key(kind, (*name, rest[end + 1 : -1]))
    return Key(kind, tuple(_names(rest)[0]))


def _target_path(text: str, *, has_grantee: bool) -> tuple[str, ...]:
    if not has_grantee:
        return (text,)
    target, _, grantee = text.rpartition(" to ")
    while target.count('"') % 2:  # the " to " stood inside a quoted grantee
        target, _, head = target.rpartition(" to ")
        grantee = f"{head} to {grantee}"
    return (target, *_names(grantee)[0])


def _names(text: str) -> tuple[list[str], int]:
    """The dotted names at the start of a text, and where they end."""
    names, at = [], 0
    while True:
        name, at = _name(text, at)
        names.append(name)
        if at >= len(text) or text[at] != ".":
            return names, at
        at += 1


def _name(text: str, at: int) -> tuple[str, int]:
    if not text.startswith('"', at):
        end = at
        while end < len(text) and text[end] not in ".(":
            end += 1
        return text[at:end], end
    end = at + 1
    while not (text[end : end + 1] == '"' and text[end + 1 : end + 2] != '"'):
        if end >= len(text):
            raise ValueError(f"unclosed quote in {text!r}")
        end += 2 if text[end] == '"' else 1
    return text[at + 1 : end].replace('""', '"'), end + 1
