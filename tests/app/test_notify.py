"""`driftwatch notify --test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notify.receiver import Receiver, receiving

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call


def test_the_channels_are_tried_by_hand(call: Call, tmp_path: Path) -> None:
    with receiving() as receiver:
        tried(call, receiver, tmp_path)


def tried(call: Call, receiver: Receiver, tmp_path: Path) -> None:
    text = f"notify: {{slack: {receiver.url}, webhook: {{url: '{receiver.url}', secret: s}}}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    receiver.ways += ["200", "410"]
    done = call("notify", "--test")
    assert (done.returncode, done.stdout) == (1, "slack: delivered\nwebhook: the webhook answered 410\n")
    assert call("notify", "--test").returncode == 0
    assert call("notify").returncode == 1
    (tmp_path / "config.yaml").write_text("notify: {slack: hooks.slack.com/x}\n", encoding="utf-8")
    done = call("notify", "--test")
    assert "notify.slack must be an address that begins with https://" in done.stderr
