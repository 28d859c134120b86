"""A message in Slack's Block Kit: at most 50 blocks, 150 characters a header, 3,000 a text, mrkdwn escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driftwatch.notify.message import ack_command
from driftwatch.report.display import plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.notify.message import Line, Message

HEADER = 150
TEXT = 3000
NAME = 200
"""Of one name in a line; a note gets as much. Ten lines stay far below 3,000 so."""

Block = dict[str, Any]

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SIGNS = {"add": "+", "drop": "\u2212", "alter": "~", "declare": "="}
_MARKS = {"breaking": "🔴", "blocking": "🟠", "safe": "🟢", "unmodelled": "⚪"}


def blocks(message: Message) -> list[Block]:
    """The message's blocks, in the order of importance."""
    return list(_blocks(message))


def _blocks(message: Message) -> Iterator[Block]:
    yield {"type": "header", "text": {"type": "plain_text", "text": cut(visible(message.title), HEADER)}}
    if message.error:
        yield _section(f"*Why:* {escaped(message.error, NAME * 5)}")
    if facts := _facts(message):
        yield {"type": "section", "fields": [_mrkdwn(fact) for fact in facts]}
    # A section a line: ten of them can't outgrow one text's limit together.
    yield from (_section(_told(line, message.pair)) for line in message.lines)
    more = sum(message.counts.get(name, 0) for name in ("new", "changed", "resolved"))
    more -= sum(1 + line.parts for line in message.lines)
    if more > 0:
        yield _context(f"and {more:,} more in the report")
    if message.report:
        yield _section(f"<{_link(message.report)}|Open the report>")
    command = ack_command(message)
    if command and len(command) < TEXT // 6 and visible(command) == command and "`" not in command:
        yield _context(f"Known, and fine? `{escaped(command)}`")
    run = f", run {message.run}" if message.run else ""  # a test message is of none
    yield _context(escaped(f"{message.at}{run}, told because: {', '.join(message.reasons)}"))


def _facts(message: Message) -> list[str]:
    facts = []
    if message.levels:
        levels = ", ".join(f"{_MARKS.get(name, '')} {number:,} {name}" for name, number in message.levels.items())
        facts.append(f"*Differences*\n{levels}")
    if message.labels:
        who = ", ".join(f"{number:,} {name}" for name, number in message.labels.items())
        facts.append(f"*Who moved*\n{escaped(who, NAME)}")
    if any(message.counts.values()):
        told = ", ".join(f"{number:,} {name}" for name, number in message.counts.items() if number)
        facts.append(f"*Since last told*\n{told}")
    if message.verdict:
        facts.append(f"*Migration*\n{escaped(message.verdict, NAME * 2)}")
    return facts


def _told(line: Line, pair: str) -> str:
    mark = "✅" if line.what == "resolved" else _MARKS.get(line.level, "⚪")
    who = f", {escaped(cut(line.who(pair), NAME))}" if line.who(pair) else ""
    parts = f" and {plural(line.parts, 'part')} of it" if line.parts else ""
    note = f"\n{escaped(line.note, NAME)}" if line.note and line.what != "resolved" else ""
    # A sign says what the migration would do: of what is resolved there is none.
    sign = "" if line.what == "resolved" else f"{_SIGNS.get(line.verb, '~')} "
    return f"{mark} *{line.what}* {sign}{code(line.key)}{parts}{who}{note}"


def code(text: str) -> str:
    """A name as code; a backtick would end it, and is shown as another character that looks like one."""
    shown = escaped(text, NAME).replace("`", "\u02cb")
    return f"`{shown}`"


def escaped(text: str, length: int = TEXT) -> str:
    """The three characters that mean something in Slack's texts, and whatever steers what is shown.

    Not longer than this as it is sent: `&` alone takes five characters.
    """
    parts: list[str] = []
    size = 0
    for char in visible(cut(text, length)):
        part = _ENTITIES.get(char, char)
        size += len(part)
        if size >= length:
            return "".join([*parts, "…"])
        parts.append(part)
    return "".join(parts)


def cut(text: str, length: int) -> str:
    """Not longer than this, with a mark where something was left out."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _link(address: str) -> str:
    return escaped(address).replace("|", "%7C")


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}
