"""The report as GitHub-flavoured Markdown: details blocks, fenced SQL, and no name that can break out of its place."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driftwatch.report import overview
from driftwatch.report.difference import unified
from driftwatch.report.display import is_long, moment, plural, shown, spaced, told, visible, visible_block

if TYPE_CHECKING:
    from jinja2 import Template

    from driftwatch.model.change import AttributeChange
    from driftwatch.model.comparison import Comparison, Finding

# What a code span shows as it is, in a table too (where a pipe would end the cell, GFM 4.10).
_PLAIN_CODE = re.compile(r"[^\s`|\\](?:[^`|\\]*[^\s`|\\])?\Z")
_MARKUP = re.compile(r"[\\`*_\[\]<>#~$]")
_STARTS_A_LIST = re.compile(r"^(\d*)([-+.)])")  # or a rule, as `- --` does
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_BACKTICKS = re.compile(r"`+")
_ALERTS = {"no-drift": "TIP", "drift": "WARNING", "breaking-drift": "CAUTION", "incomplete": "WARNING"}


class Ready(str):
    """Markdown that needs no escaping any more."""

    __slots__ = ()


def render(comparison: Comparison) -> str:
    """The whole report as Markdown."""
    return template().render(
        c=comparison,
        alert=_ALERTS[comparison.outcome],
        groups=overview.grouped(comparison.findings),
        kinds=overview.count_kinds(comparison.findings),
        unmodelled=overview.unmodelled_rows(comparison),
    )


def prose(text: str) -> Ready:
    """A text as running words: nothing in it is markup, a link to a person, or the end of a table's cell."""
    escaped = _MARKUP.sub(r"\\\g<0>", visible(text).replace("&", "&amp;"))
    escaped = _STARTS_A_LIST.sub(r"\1\\\2", escaped)
    if escaped.startswith(" "):  # as indentation it would make a list or a block of code
        escaped = f"&#32;{escaped[1:]}"
    # A zero-width space keeps GitHub from calling people; a pipe as an entity is one in a table, too.
    return Ready(_MENTION.sub("@&#8203;", escaped).replace("|", "&#124;"))


def code(text: str) -> Ready:
    """A name or an expression as code in a line; where backticks could not hold it, HTML with nothing but entities."""
    text = visible(text)
    if _PLAIN_CODE.match(text):
        return Ready(f"`{text}`")
    return Ready(f"<code>{''.join(map(_entity, text))}</code>")


def _entity(char: str) -> str:
    return char if char.isalnum() or char == " " else f"&#{ord(char)};"


def markup(text: str) -> Ready:
    """A text inside a line of HTML, such as a summary, where Markdown's own signs mean nothing."""
    return Ready(html.escape(visible(text)))


def fence(text: str, language: str = "sql") -> Ready:
    """A block of code whose fence is longer than any run of backticks in it."""
    text = visible_block(text).rstrip("\n")
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Ready(f"{ticks}{language}\n{text}\n{ticks}")


def attribute(change: AttributeChange) -> Ready:
    """One changed attribute in a line; long values are left to the difference."""
    name = prose(spaced(change.name))
    if change.details:
        return Ready(f"{name}: {code('; '.join(change.details))}")
    if is_long(change):
        return Ready(f"{name}: changed")
    return Ready(f"{name}: {code(shown(change.old))} → {code(shown(change.new))}")


def sql(finding: Finding) -> Ready:
    """The blocks of a change: the difference of its DDL, then the statements it does not show."""
    blocks = []
    if finding.old_sql and finding.new_sql:
        blocks.append(fence(unified(finding.old_sql, finding.new_sql), "diff"))
    elif not finding.statements:
        blocks.append(fence(finding.old_sql or finding.new_sql))
    if statements := [f"{statement};" for statement in finding.statements if not _seen(statement, finding)]:
        blocks.append(fence("\n".join(statements)))
    return Ready("\n\n".join(blocks))


def _seen(statement: str, finding: Finding) -> bool:
    """Whether a statement only repeats the long definition that the difference has shown."""
    return bool(finding.old_sql) and "\n" in finding.new_sql and finding.new_sql in statement


@cache
def template() -> Template:
    """The template, compiled once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from driftwatch.report.compiled import Compiled

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        bytecode_cache=Compiled(),
        autoescape=False,  # noqa: S701 - `finalize` escapes for Markdown whatever is not Ready
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": code,
        "fence": fence,
        "markup": markup,
        "attribute": attribute,
        "sql": sql,
        "spaced": spaced,
        "told": told,
        "plural": plural,
        "moment": moment,
    }
    environment.globals |= {"o": overview}
    return environment.get_template("report.md.j2")


def _finalize(value: Any) -> Any:  # noqa: ANN401 - whatever a template's expression gives
    return value if isinstance(value, Ready | int) else prose(str(value))
