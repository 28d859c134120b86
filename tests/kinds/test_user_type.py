from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds.parts.user_type import aside_name

if TYPE_CHECKING:
    from kinds.conftest import Plans

LONGEST = 63


@pytest.mark.parametrize("name", ["mood", "m" * LONGEST, "€" * 21, "x" + "é" * 31])
def test_name_of_a_type_set_aside_fits_in_63_bytes_and_cuts_no_character(name: str) -> None:
    aside = aside_name(name)

    assert len(aside.encode()) <= LONGEST
    assert aside.endswith("__driftwatch_old")
    kept = aside.removesuffix("__driftwatch_old")
    assert name.startswith(kept if name == "mood" else kept[: -len("_0123abcd")])


def test_long_names_that_begin_alike_are_set_aside_apart() -> None:
    assert aside_name("m" * LONGEST) != aside_name("m" * (LONGEST - 1) + "n")


def test_types_with_the_longest_names_are_replaced_under_their_columns(way: Plans) -> None:
    table = f'CREATE TABLE t (a "{"a" * LONGEST}", b "{"a" * (LONGEST - 1)}b")'
    old = f"""CREATE TYPE "{"a" * LONGEST}" AS ENUM ('x', 'y'); CREATE DOMAIN "{"a" * (LONGEST - 1)}b" AS int"""
    new = f"""CREATE TYPE "{"a" * LONGEST}" AS ENUM ('y'); CREATE DOMAIN "{"a" * (LONGEST - 1)}b" AS int"""

    way(f"{old}; {table}", f"{new}; {table}")
