"""`kind old.path = new`."""

from __future__ import annotations

import pytest

from driftwatch.config import parse_rename
from driftwatch.errors import ConfigError
from driftwatch.model.key import Key


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("column public.users.email = mail", Key("column", ("public", "users", "email")), "mail"),
        ("table public.a=b", Key("table", ("public", "a")), "b"),
        ('table public."User" = "Person"', Key("table", ("public", "User")), "Person"),
        ('column public.t."a = b" = "c = d"', Key("column", ("public", "t", "a = b")), "c = d"),
        ('index public."q"" = x" = y', Key("index", ("public", 'q" = x')), "y"),
        (
            "function public.total(integer, text) = sum_all",
            Key("function", ("public", "total", "integer, text")),
            "sum_all",
        ),
    ],
)
def test_a_rename_is_read(text: str, old: Key, new: str) -> None:
    assert parse_rename(text) == (old, new)


@pytest.mark.parametrize(
    "text", ["", "=", "table a", "table public.a =", "= b", "users = people", "table public..a = b", "table a = b.c"]
)
def test_what_is_no_rename_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match=r"such as: column public\.users\.email = mail"):
        parse_rename(text)
