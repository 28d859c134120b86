"""Slack and the webhook against a receiver that misbehaves."""

from __future__ import annotations

import hashlib
import hmac
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from driftwatch.config import Notify, Webhook
from driftwatch.errors import NotifyError
from driftwatch.notify import slack, webhook
from driftwatch.notify.message import trial_message
from driftwatch.notify.patience import Patience
from support.processes import PATIENCE, eventually

if TYPE_CHECKING:
    from notify.receiver import Receiver

ATTEMPTS = 3
PATIENT = Patience(ATTEMPTS, timeout=PATIENCE, first_wait=0.001, longest_wait=0.002)
AT_ONCE = replace(PATIENT, timeout=0.2)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MESSAGE = trial_message(NOW)


class Post(Protocol):
    def __call__(self, url: str, patience: Patience = PATIENT) -> None: ...


def by_slack(url: str, patience: Patience = PATIENT) -> None:
    slack.send(url, MESSAGE, patience)


def by_webhook(url: str, patience: Patience = PATIENT) -> None:
    webhook.send(url, "key", MESSAGE, patience, "1")


both = pytest.mark.parametrize("post", [by_slack, by_webhook])


@both
@pytest.mark.parametrize(
    "ways",
    [
        [],
        ["429 1"],
        ["429 86400", "429"],
        ["429 soon"],
        ["429 Fri, 01 Jan 2100 00:00:00 GMT"],
        ["500", "503"],
        ["502"],
        ["504"],
        ["drop"],
        ["drop", "drop"],
    ],
)
def test_what_passes_is_tried_again(post: Post, ways: list[str], receiver: Receiver) -> None:
    receiver.ways += ways
    post(receiver.url)
    assert len(receiver.received) == 1
    assert receiver.ways == []


@both
def test_whoever_hangs_is_given_up_and_tried_again(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, times = socket.create_connection, [AT_ONCE.timeout]

    def connected(address: tuple[str, int], _timeout: float, *more: Any) -> socket.socket:  # noqa: ANN401  as it is
        # The second attempt has all the time that a busy machine may want, and meets what follows the first.
        assert times or eventually(lambda: not receiver.ways)
        return connect(address, times.pop() if times else PATIENCE, *more)

    monkeypatch.setattr(socket, "create_connection", connected)
    receiver.ways += ["hang"]
    post(receiver.url)
    assert len(receiver.received) == 1


@both
@pytest.mark.parametrize(
    ("way", "said"), [("503", "answered 503"), ("drop", "could not be reached"), ("hang", "could not be reached")]
)
def test_it_ends_after_some_attempts(post: Post, way: str, said: str, receiver: Receiver) -> None:
    receiver.ways += [way] * 9
    with pytest.raises(NotifyError, match=said) as caught:
        post(receiver.url, AT_ONCE if way == "hang" else PATIENT)
    assert "secret" not in str(caught.value)
    assert eventually(lambda: len(receiver.ways) == 9 - ATTEMPTS)


@both
@pytest.mark.parametrize("way", ["400", "403", "404", "302 http://127.0.0.1:9/"])
def test_what_will_not_pass_is_not_tried_again(post: Post, way: str, receiver: Receiver) -> None:
    receiver.ways += [way] * 3
    with pytest.raises(NotifyError):
        post(receiver.url)
    assert receiver.received == []
    if not way.startswith("302"):
        assert len(receiver.ways) == 2


@both
def test_a_redirect_to_a_page_is_not_taken_for_having_been_told(post: Post, receiver: Receiver) -> None:
    receiver.ways.append(f"302 {receiver.url}")
    with pytest.raises(NotifyError, match=r"web page|answered 302"):
        post(receiver.url)
    assert receiver.received == []


@both
def test_nobody_is_there(post: Post) -> None:
    with pytest.raises(NotifyError, match=r"could not be reached: .*refused"):
        post("http://127.0.0.1:9/secret")


def test_the_webhook_is_signed(receiver: Receiver) -> None:
    by_webhook(receiver.url)
    headers, body = receiver.headers[0], receiver.bodies[0]
    signed = headers["X-Driftwatch-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"key", signed, hashlib.sha256).hexdigest()
    assert headers["X-Driftwatch-Signature"] == f"sha256={expected}"
    assert headers["X-Driftwatch-Delivery"] == "1"
    assert (receiver.received[0]["version"], receiver.received[0]["reasons"]) == (1, ["test"])


def test_addresses_are_not_shown() -> None:
    notify = Notify(
        slack="https://hooks/secret", webhook=Webhook("https://x/secret", "secret"), apprise=("x://secret",)
    )
    assert "secret" not in repr(notify)
