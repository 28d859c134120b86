"""Renames that the user has confirmed: `column public.users.email = mail`."""

from __future__ import annotations

from typing import NamedTuple

from driftwatch.errors import ConfigError
from driftwatch.model.key import Key, parse_key

_EXAMPLE = "write: kind old.path = new, such as: column public.users.email = mail"


class Rename(NamedTuple):
    """An object of the actual schema that has another name in the desired one."""

    old: Key
    new: str


def parse_rename(text: str) -> Rename:
    """Reads `kind old.path = new`, names quoted as in SQL.

    Raises:
        ConfigError: the text has another form.
    """
    cut = _equals_sign(text)
    if cut is None:
        raise ConfigError(f"{text!r} is no rename; {_EXAMPLE}")
    return Rename(_key(text[:cut].strip()), _name(text[cut + 1 :].strip()))


def _equals_sign(text: str) -> int | None:
    """Where the last `=` outside of quotes is; one in a name stands in quotes, since no plain identifier has it."""
    signs = [at for at, letter in enumerate(text) if letter == "=" and not text.count('"', 0, at) % 2]
    return signs[-1] if signs else None


def _key(text: str) -> Key:
    try:
        key = parse_key(text)
    except ValueError:
        raise ConfigError(f"{text!r} does not name an object; {_EXAMPLE}") from None
    if not all(key.path):
        raise ConfigError(f"{text!r} has an empty name in it; {_EXAMPLE}")
    return key


def _name(text: str) -> str:
    try:
        path = parse_key(f"name {text}").path
    except ValueError:
        path = ()
    if len(path) != 1 or not path[0]:
        raise ConfigError(f"{text!r} is no single name; {_EXAMPLE}")
    return path[0]
