"""What is to be told waits in the history until it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from driftwatch.history.prune import prune
from driftwatch.notify import slack
from driftwatch.notify.message import trial_message
from driftwatch.notify.outbox import GIVEN_UP, TAKEN, deliver, enqueue, failures, last_told
from driftwatch.notify.patience import Patience
from notify.receiver import Receiver, receiving
from support.processes import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.history.engine import History

ONCE = Patience(attempts=1, timeout=PATIENCE)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MESSAGE = trial_message(NOW)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as there:
        yield there


def send_all(history: History, now: datetime, url: str) -> list[str]:
    return [
        failed.reason for failed in deliver(history, {"slack": lambda message, _: slack.send(url, message, ONCE)}, now)
    ]


def test_what_could_not_be_delivered_is_sent_with_the_next_run(place: History, receiver: Receiver) -> None:
    with place.writing() as connection:
        enqueue(connection, MESSAGE._replace(title="first"), ["slack"], NOW)
        enqueue(connection, MESSAGE._replace(title="second"), ["slack", "webhook"], NOW)
    receiver.ways += ["404"]
    assert send_all(place, NOW, receiver.url) == ["Slack answered 404: 'no'"]
    with place.reading() as connection:
        assert (failures(connection), last_told(connection, "dev/prod")) == (1, NOW)
    assert send_all(place, NOW, receiver.url) == []
    assert len(receiver.received) == 2  # the webhook's waits for its own channel
    assert send_all(place, NOW, receiver.url) == []
    assert len(receiver.received) == 2
    with place.reading() as connection:
        assert failures(connection) == 0


def test_a_message_is_sent_once_however_many_deliver(place: History) -> None:
    with place.writing() as connection:
        enqueue(connection, MESSAGE, ["slack"], NOW)
    sent = []

    def slow(_message: object, number: str) -> None:
        sent.append(number)
        assert deliver(place, {"slack": slow}, NOW) == ()

    deliver(place, {"slack": slow}, NOW)
    assert len(sent) == 1


def test_a_message_of_a_container_that_died_is_taken_over(place: History) -> None:
    with place.writing() as connection:
        enqueue(connection, MESSAGE, ["slack"], NOW)

    class DiedError(Exception):
        pass

    def die(_message: object, _number: str) -> None:
        raise DiedError

    with pytest.raises(DiedError):
        deliver(place, {"slack": die}, NOW)
    sent: list[str] = []
    deliver(place, {"slack": lambda _, number: sent.append(number)}, NOW + TAKEN / 2)
    assert sent == []
    deliver(place, {"slack": lambda _, number: sent.append(number)}, NOW + TAKEN)
    assert len(sent) == 1


def test_old_news_is_given_up(place: History) -> None:
    with place.writing() as connection:
        enqueue(connection, MESSAGE, ["slack"], NOW)
    sent: list[str] = []
    deliver(place, {"slack": lambda _, number: sent.append(number)}, NOW + GIVEN_UP + timedelta(seconds=1))
    assert sent == []


def test_old_messages_are_pruned(place: History) -> None:
    with place.writing() as connection:
        enqueue(connection, MESSAGE, ["slack"], NOW)
        prune(connection, NOW + timedelta(days=1))
        assert last_told(connection, "dev/prod") is None
