"""Text: complete in a pipe, coloured on a terminal, and no name steers that terminal."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import pytest

from driftwatch.model.statement import Danger
from driftwatch.model.verdict import Failure, Outcome, Verdict
from driftwatch.report.display import visible
from driftwatch.report.text import render, render_line, write
from report.hostile import HOSTILE
from report.made import comparison_of, finding, key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from driftwatch.model.comparison import Comparison, Finding

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(comparison: Comparison, *, quiet: bool = False) -> str:
    """What a terminal is sent; it is read meanwhile, since the kernel keeps only 4 kB for it."""
    reading, writing = os.openpty()
    with ThreadPoolExecutor(1) as pool, os.fdopen(reading, "rb", buffering=0) as terminal:
        sent = pool.submit(lambda: b"".join(_until_hung_up(terminal)))
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            write(comparison, stream, quiet=quiet)
        return sent.result().decode().replace("\r\n", "\n")


def _until_hung_up(terminal: FileIO) -> Iterator[bytes]:
    with suppress(OSError):  # EIO: nobody writes any more
        while sent := terminal.read(1 << 16):
            yield sent


@pytest.fixture(autouse=True)
def a_colour_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def small() -> Comparison:
    column = key("column", "public", "users", "email")
    added = finding(
        "add", column, key("table", "public", "users"), statements=("ALTER TABLE public.users ADD COLUMN email text",)
    )
    return comparison_of((added,))


def test_the_outcome_and_the_counts_come_first(shop: Comparison) -> None:
    assert render(shop).startswith("Breaking drift: 26 changes (6 breaking, 2 blocking, 18 safe), ")


def test_changes_stand_under_their_object_with_hazards_and_lock(shop: Comparison) -> None:
    text = render(shop)
    orders = text[text.index("  table public.orders\n") : text.index("- table public.orders_backup")]
    assert "~ column total  breaking  ACCESS EXCLUSIVE" in orders
    assert "not null: no -> yes" in orders
    assert "! may fail on existing rows: rows where total is null" in orders
    assert "index public.orders_customer_placed_idx  blocking  SHARE" in orders


def test_a_new_table_is_told_once_with_its_parts_counted(shop: Comparison) -> None:
    text = render(shop)
    assert "+ table billing.invoices  safe  ACCESS EXCLUSIVE\n    with 5 columns, 3 constraints\n" in text
    assert "issued_on" not in text.partition("Migration of prod")[0]


def test_every_section_that_has_something_is_there(shop: Comparison) -> None:
    text = render(shop)
    for told in (
        "--rename 'column public.users.mail = email'",
        "column order: id, email, name, created_at -> id, name, email, created_at",
        "publication orders_to_warehouse  differs",
        "prod: subscriptions: pg_subscription needs a superuser",
        "partitions made at run time",
        "the shadow lacks the extension postgis",
        "only by name and signature: extension pgcrypto",
        "read and not compared: grant, owner",
        "proved (quick) on PostgreSQL 18, your server is 15",
    ):
        assert told in text


def test_no_enumeration_is_wider_than_a_terminal(shop: Comparison) -> None:
    certificate = shop.certificate._replace(kinds=("operator family operator", "text search dictionary") * 9)
    told = render(replace(shop, certificate=certificate)).partition("What was compared")[2].partition("Migration")[0]
    assert max(map(len, told.splitlines())) < 80
    assert " ".join(told.split()).count("operator family operator, text search dictionary") == 9


def test_information_that_is_the_same_of_many_objects_is_told_once(shop: Comparison) -> None:
    (change, *_) = shop.information
    many = [replace(change, key=key("table", "public", f"part_{number:03}")) for number in range(400)]
    told = render(replace(shop, information=(*shop.information, *many))).partition("Information")[2]
    assert told.count("column order: id, email") == 1
    assert "public.part_006, public.part_007 and 392 more" in told


def test_only_the_head_of_a_long_migration_is_shown(shop: Comparison) -> None:
    head = render(shop).partition("Migration of prod")[2]
    assert "ALTER TABLE public.orders ADD COLUMN delivery_note text;" in head
    assert "DROP TABLE" not in head
    assert "more lines: --format sql prints all of them" in head


def test_without_drift_the_words_are_only_no_drift_in_what_was_compared(same: Comparison) -> None:
    text = render(same)
    assert text.startswith("No drift in what was compared\n")
    assert text.lower().count("no drift") == 1
    assert "Migration" not in text


def test_quiet_is_one_line(shop: Comparison, same: Comparison) -> None:
    assert render_line(shop).count("\n") == 1
    assert render_line(shop).startswith("dev -> prod: Breaking drift: 26 changes")
    assert render_line(same) == "dev -> prod: No drift in what was compared\n"


def test_a_failed_proof_shows_what_the_server_said_and_the_statement(small: Comparison) -> None:
    failure = Failure("apply", "ALTER TABLE x", 'ERROR: relation "x" does not exist\nLINE 1: ALTER')
    text = render(replace(small, verdict=Verdict(Outcome.FAILED, failures=(failure,))))
    assert '! apply: ERROR: relation "x" does not exist\n      LINE 1: ALTER\n      ALTER TABLE x\n' in text
    assert "FAILED THE PROOF" in text
    assert '  proof    the proof failed: apply: ERROR: relation "x" does not exist\n' in text


def test_no_name_brings_a_control_character_into_a_pipe(hostile: Comparison) -> None:
    assert not {char for char in render(hostile) if not char.isprintable()} - {"\n"}


def test_every_hostile_name_can_still_be_recognised(hostile: Comparison) -> None:
    text = render(hostile)
    assert [name for name in HOSTILE if visible(name).strip() not in text] == []


def test_a_terminal_gets_colours_and_the_same_words(small: Comparison) -> None:
    sent = on_terminal(small)
    assert COLOUR.search(sent)
    assert [line.rstrip() for line in COLOUR.sub("", sent).splitlines()] == render(small).splitlines()


def test_on_a_terminal_the_only_escape_sequences_are_colours(small: Comparison) -> None:
    column = key("column", "public", "users", HOSTILE[5])
    sent = on_terminal(replace(small, findings=(finding("add", column, key("table", "a", HOSTILE[6])),)), quiet=False)
    assert not {char for char in COLOUR.sub("", sent) if not char.isprintable()} - {"\n"}
    assert "evil.example" in sent


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_is_sent_where_none_is_wanted(
    small: Comparison, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert on_terminal(small) == render(small)


def test_a_stream_that_cannot_hold_a_character_gets_its_escape(small: Comparison) -> None:
    raw = BytesIO()
    column = key("column", "public", "users", "prix_€")
    stream = TextIOWrapper(raw, encoding="ascii")
    write(replace(small, findings=(finding("add", column, column),)), stream)
    stream.flush()
    assert rb"prix_\u20ac" in raw.getvalue()


def test_quiet_on_a_terminal_is_one_line_too(small: Comparison, same: Comparison) -> None:
    for comparison in (small, same):
        assert COLOUR.sub("", on_terminal(comparison, quiet=True)) == render_line(comparison)


def test_a_body_that_changed_is_counted_in_lines_not_printed(shop: Comparison) -> None:
    assert "definition: changed (30 lines before, 31 after)" in render(shop)


def parts_of(table: str, column: str, definition: str = "text", **others: object) -> Finding:
    new = f"ALTER TABLE public.{table} ADD COLUMN {column} {definition}"
    return finding("add", key("column", "public", table, column), key("table", "public", table), new=new, **others)  # type: ignore[arg-type]


def test_objects_with_the_same_changes_are_told_once_and_counted() -> None:
    alike = tuple(parts_of(f"event_{n}", f"event_{n}_source") for n in range(12))
    told = render(comparison_of(alike))
    assert told.count("+ column") == 1
    assert "  the same in 11 more: public.event_1, public.event_10, public.event_11 … public.event_9\n" in told


def test_what_differs_in_more_than_its_object_s_name_is_told_by_itself() -> None:
    alike = tuple(parts_of(f"event_{n}", "source") for n in range(4))
    other = (
        parts_of("event_4", "source", "int"),
        parts_of("event_5", "source", hazards=((Danger.REWRITE, "it is written anew"),)),
        parts_of("event_6", "event_5_source"),
        parts_of("a", "cat"),
        parts_of("b", "cbt"),
    )
    told = render(comparison_of((*alike, *other)))
    assert told.count("+ column") == 1 + len(other)
    assert "the same in 3 more: public.event_1, public.event_2, public.event_3\n" in told


def test_few_alike_and_whole_objects_are_told_one_by_one() -> None:
    few = tuple(parts_of(f"event_{n}", "source") for n in range(3))
    tables = tuple(finding("add", table, table) for table in (key("table", "public", f"new_{n}") for n in range(9)))
    told = render(comparison_of((*few, *tables)))
    assert "the same in" not in told
    assert (told.count("+ column"), told.count("+ table")) == (3, 9)


def test_thousands_are_set_off_everywhere_in_the_headline(shop: Comparison) -> None:
    tables = [key("table", "public", f"t{number}") for number in range(1601)]
    many = [finding("add", table, table) for table in tables]
    assert "Drift: 1,601 changes (1,601 safe)" in render_line(replace(shop, findings=tuple(many)))
