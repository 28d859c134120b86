"""The identity of an object: its kind and its path, and the text that stands for both."""

from __future__ import annotations

import re
from typing import NamedTuple

from driftwatch.sql import quote

# A path whose last part is no identifier is written with that part in parentheses, so that the text can be read back.
_ARGUMENTS = frozenset({"function", "procedure", "aggregate", "operator", "cast"})

# A path whose parts are set off by words; an empty part goes without its word. A target is another key's text.
_TARGET = "on "
_WORDS = {
    "comment": (_TARGET, ": "),
    "owner": (_TARGET,),
    "grant": (_TARGET, ": ", " to ", " by "),
    "system_grant": (_TARGET, ": ", " to ", " by "),
    "security_label": (_TARGET, ": ", " for "),
    "extension_dependency": (_TARGET, ": ", " of "),
    "database_setting": ("", " for "),
    "default_privilege": ("for ", " in ", " on ", " to "),
}
_QUOTED = re.compile('"(?:[^"]|"")*"')


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
        if self.kind in _WORDS:
            parts = zip(_WORDS[self.kind], self.path, strict=True)
            text = "".join(word + (part if word == _TARGET else quote(part)) for word, part in parts if part)
            return f"{self.kind} {text}"
        return f"{self.kind} {_dotted(self.path)}"


def _dotted(path: tuple[str, ...] | list[str]) -> str:
    return ".".join(map(quote, path))


def is_worded(key: Key) -> bool:
    """Whether the path is no name in a schema, or below one."""
    return key.kind in _WORDS


def parse_key(text: str) -> Key:
    """The key that `str(key)` wrote.

    Raises:
        ValueError: the text is not `kind path`.
    """
    kind, _, rest = text.strip().partition(" ")
    if not rest:
        raise ValueError(f"not a key: {text!r} (a key is a kind and a path, such as: column public.users.email)")
    if kind in _WORDS:
        return Key(kind, _worded(rest, _WORDS[kind]))
    if kind in _ARGUMENTS:
        name, end = _names(rest) if not rest.startswith("(") else ([], 0)
        return Key(kind, (*name, rest[end + 1 : -1]))
    return Key(kind, tuple(_names(rest)[0]))


def _worded(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The parts behind the words, '' behind one that does not occur; a word inside of quotes is none."""
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    starts = [bare.find(word) for word in words]
    parts = []
    for word, start in zip(words, starts, strict=True):
        end = min((other for other in starts if other > start), default=len(text))
        part = text[start + len(word) : end] if start >= 0 else ""
        parts.append(part if word == _TARGET or not part else _name(part, 0)[0])
    return tuple(parts)


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
