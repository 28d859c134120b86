"""What is told, and when; and Slack's limits, whatever the names are."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.config import NotifyOn
from driftwatch.config.values import Notify
from driftwatch.history.news import News
from driftwatch.history.values import Item, Run, State
from driftwatch.notify.blocks import blocks
from driftwatch.notify.message import Before, ack_command, compose, from_data, trial_message
from history.made import PAIR, night

ON = Notify.on
WELL = Before(State.DONE, night(0))


def an_item(key: str = "table public.t", level: str = "safe", note: str = "") -> Item:
    return Item(key, "add", level, "d", note, night(0), night(1), None, 0, "actual")


def a_run(state: State = State.DONE, **values: Any) -> Run:  # noqa: ANN401  whatever a run holds
    made = Run(
        id=7,
        pair=PAIR,
        scheduled_for=night(1),
        started_at=night(1),
        finished_at=night(1),
        state=state,
        outcome="" if state is State.FAILED else "drift",
        counts={"safe": 1},
        verdict="proved (full) on PostgreSQL 18",
        proof="proved",
        error="prod cannot be reached" if state is State.FAILED else "",
        report="20260302T023000Z-dev-prod",
        desired_snapshot="",
        actual_snapshot="",
        ledger=True,
    )
    return made._replace(**values)


NEW, SOLVED, SAME = News(new=(an_item(),)), News(resolved=(an_item(),)), News(still=(an_item(),))
FAILED = Before(State.FAILED, night(0))


@pytest.mark.parametrize(
    ("state", "news", "before", "reasons"),
    [
        (State.DONE, NEW, WELL, ("new",)),
        (State.DONE, News(changed=(an_item(),)), WELL, ("new",)),
        (State.DONE, SOLVED, WELL, ("resolved",)),
        (State.DONE, SAME, WELL, None),
        (State.DONE, News(acknowledged=(an_item(),)), WELL, None),
        (State.DONE, News(), Before(None, None), None),
        (State.FAILED, News(), WELL, ("failed",)),
        (State.FAILED, News(), FAILED, None),
        (State.INCOMPLETE, SAME, WELL, ("failed",)),
        (State.DONE, SAME, FAILED, ("recovered",)),
        (State.DONE, NEW, FAILED, ("recovered", "new")),
    ],
)
def test_only_a_change_of_state_is_told(
    state: State, news: News, before: Before, reasons: tuple[str, ...] | None
) -> None:
    message = compose(a_run(state), news, before, ON)
    assert (message.reasons if message else None) == reasons


PROOF_FAILED = Before(State.DONE, night(0), "failed")


@pytest.mark.parametrize(
    ("proof", "news", "before", "told"),
    [
        ("failed", SAME, WELL, (("failed",), "dev/prod: 1 difference open, the migration's proof fails")),
        ("failed", NEW, WELL, (("failed", "new"), "dev/prod: 1 new, 1 difference open, the migration's proof fails")),
        ("failed", SAME, PROOF_FAILED, None),
        ("proved", SAME, PROOF_FAILED, (("recovered",), "dev/prod: no failing proof any more: 1 difference open")),
        ("", SOLVED, PROOF_FAILED, (("recovered", "resolved"), "no failing proof any more: 1 resolved, no open drift")),
        ("failed", SAME, FAILED, (("failed", "recovered"), "dev/prod: compared again: 1 difference open, the migra")),
    ],
)
def test_a_proof_that_fails_is_told_when_it_begins_and_when_it_ends(
    proof: str, news: News, before: Before, told: tuple[tuple[str, ...], str] | None
) -> None:
    message = compose(a_run(proof=proof), news, before, ON)
    assert (message.reasons if message else None) == (told[0] if told else None)
    assert message is None or (told or ((), ""))[1] in message.title


def test_always_and_weekly_are_told_when_asked_for() -> None:
    assert compose(a_run(), SAME, WELL, {NotifyOn.ALWAYS})
    assert compose(a_run(), SAME, WELL, {NotifyOn.WEEKLY}) is None
    assert compose(a_run(), SAME, Before(State.DONE, night(1) - timedelta(days=7)), {NotifyOn.WEEKLY})


def test_a_failed_night_is_never_told_as_no_drift() -> None:
    message = compose(a_run(State.FAILED, counts={}), News(), WELL, ON)
    assert message
    assert (message.title, message.error) == ("dev/prod: the comparison failed", "prod cannot be reached")
    assert "no open drift" not in json.dumps(blocks(message))


def test_the_worst_come_first_and_ten_are_named() -> None:
    listed = (*(an_item(f"table public.t{n:02}") for n in range(20)), an_item("table x", "breaking"))
    message = compose(a_run(), News(new=listed), WELL, ON, "https://example.com/r/")
    assert message
    assert [line.key for line in message.lines][:2] == ["table x", "table public.t00"]
    assert len(message.lines) == 10
    assert message.report == "https://example.com/r/20260302T023000Z-dev-prod/report.html"
    text = json.dumps(blocks(message), ensure_ascii=False)
    assert "and 11 more in the report" in text
    assert "driftwatch ack 'table x' --pair dev/prod" in text
    assert "prod moved" in text


def test_what_came_with_its_parts_is_one_line() -> None:
    keys = (
        "column public.orders.id",
        "constraint public.orders.orders_pkey",
        'column public."Or.ders".id',
        "function public.orders(integer)",
        "index public.orders_total",
        "table public.orders",
        "column public.t.a",
        "default public.t.a",
    )
    listed = [an_item(key) for key in keys]
    listed[0] = listed[0]._replace(level="breaking")
    altered = an_item("column public.orders.total")._replace(verb="alter")
    message = compose(a_run(), News(new=(*listed, altered)), WELL, ON)
    assert message
    assert [(line.key, line.level, line.parts) for line in message.lines] == [
        ("table public.orders", "breaking", 2),
        ('column public."Or.ders".id', "safe", 0),
        ("column public.orders.total", "safe", 0),
        ("column public.t.a", "safe", 1),
        ("function public.orders(integer)", "safe", 0),
        ("index public.orders_total", "safe", 0),
    ]
    text = json.dumps(blocks(message), ensure_ascii=False)
    assert "`table public.orders` and 2 parts of it, prod moved" in text
    assert "more in the report" not in text


def test_a_table_s_line_says_why_its_worst_part_is_dangerous() -> None:
    table = an_item("table public.orders", note="writes wait")
    part = an_item("constraint public.orders.orders_fk", "breaking", "rows without a match make it fail")
    for whole in (table, table._replace(note="")):
        message = compose(a_run(), News(new=(part, whole)), WELL, ON)
        assert message
        assert [(line.level, line.note) for line in message.lines] == [("breaking", part.note)]
    alike = compose(a_run(), News(new=(part._replace(level="safe"), table)), WELL, ON)
    assert alike
    assert [line.note for line in alike.lines] == ["writes wait"]


@pytest.mark.parametrize(
    ("whole", "about"),
    [
        ("table public.t_2026", "partition public.t_2026"),
        ("index public.t_a_idx", "index_partition public.t_a_idx"),
        ("sequence public.t_id_seq", "sequence_owner public.t_id_seq"),
    ],
)
def test_what_bears_the_name_of_what_it_is_about_is_a_part_of_it(whole: str, about: str) -> None:
    message = compose(a_run(), News(new=(an_item(whole), an_item(about))), WELL, ON)
    assert message
    assert [(line.key, line.parts) for line in message.lines] == [(whole, 1)]


def test_a_test_message_is_of_no_run() -> None:
    assert "run 0" not in json.dumps(blocks(trial_message(night(0))))


def test_a_message_survives_the_outbox() -> None:
    message = compose(a_run(), NEW, WELL, ON)
    assert message
    assert from_data(json.loads(json.dumps(message.as_data()))) == message


def test_slack_s_markup_in_names_is_shown_as_it_is() -> None:
    message = compose(a_run(), News(new=(an_item("table public.<!channel>`*&"),)), WELL, ON)
    assert message
    text = json.dumps(blocks(message), ensure_ascii=False)
    assert "<!channel>" not in text
    assert "`table public.&lt;!channel&gt;\u02cb*&amp;`" in text
    assert "driftwatch ack" not in text  # what can't be copied is not offered


ANY_TEXT = st.builds(
    lambda piece, times: piece * times, st.text(max_size=5) | st.sampled_from("&<`\U000e0001"), st.integers(0, 4000)
)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=30), ANY_TEXT, ANY_TEXT)
def test_every_message_is_within_slack_s_limits(names: list[tuple[str, str]], error: str, verdict: str) -> None:
    listed = tuple(an_item(key, "breaking", note) for key, note in names)
    run = a_run(error=error, verdict=verdict, pair=error[:500] + "/prod")
    message = compose(run, News(new=listed), WELL, {NotifyOn.ALWAYS})
    assert message
    check(blocks(message))
    assert not names or len(ack_command(message)) > 0


def check(made: list[dict[str, Any]]) -> None:
    """Slack's documented limits of the blocks that are used."""
    assert 1 <= len(made) <= 50
    for block in made:
        if block["type"] == "header":
            assert block["text"]["type"] == "plain_text"
            assert 1 <= len(block["text"]["text"]) <= 150
        elif block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
            assert all(
                element["type"] == "mrkdwn" and 1 <= len(element["text"]) <= 3000 for element in block["elements"]
            )
        else:
            assert block["type"] == "section"
            assert "text" in block or "fields" in block
            assert len(block.get("fields", [])) <= 10
            assert all(len(field["text"]) <= 2000 for field in block.get("fields", []))
            assert "text" not in block or 1 <= len(block["text"]["text"]) <= 3000
