"""A plain dump, cut into the entries of its table of contents.

`pg_dump` writes a comment before each entry, `-- Name: …; Type: …; Schema: …; Owner: …`, with line breaks in names
turned into spaces and nothing quoted (sanitize_line() in pg_backup_archiver.c). Names, strings and function bodies
may look just the same, so a header counts only outside of quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.observer.errors import ObserverError
from driftwatch.observer.lexer import QUOTED, outer

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENT = re.compile(
    QUOTED + r"|--(?<![^\n]--)\n-- (?:Name: (?P<name>[^\n]*)|PostgreSQL database dump(?P<complete> complete)?)\n--\n"
    r"(?P<header>)"
    r"|--[^\n]*(?P<comment>)"
    r"|\\(?<![^\n]\\)(?:un)?restrict [^\n]*(?P<restrict>)"  # psql's, since 15.14, 16.10, 17.6
    r"|;(?P<end>)",
    re.DOTALL,
)
# Greedy: a name may itself hold "; Type: …", and what pg_dump adds comes last.
_FIELDS = re.compile(
    r"(?P<name>.*); Type: (?P<kind>[A-Z ]+); Schema: (?P<schema>.*?); Owner: (?P<owner>.*?)"
    r"(?:; Tablespace: (?P<tablespace>.*))?",
)
_METHOD = re.compile(r"SET default_table_access_method = (.*);", re.DOTALL)
_TABLESPACE = re.compile(r"SET default_tablespace = .*;", re.DOTALL)
_STORED = frozenset({"TABLE", "MATERIALIZED VIEW"})
_BROKEN = "pg_dump's output is not whole; look for a full disk or a lost connection, then repeat"


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as `pg_dump` writes it; names as in its comment line, `-` for a schema or owner that it has not.

    `statements` begin with the settings that its place depends on, where they are not the defaults. The owner does not
    count in comparisons: where it can differ, a statement says it, and dependents (comments, indexes) only repeat it.
    """

    kind: str
    schema: str
    name: str
    owner: str = field(compare=False)
    statements: tuple[str, ...] = field(repr=False)  # may hold passwords until `internals.normal` has hidden them

    @property
    def sql(self) -> str:
        """The statements as one text."""
        return "\n".join(self.statements)


class _Section(NamedTuple):
    header: str
    method: str
    statements: list[str]


def entries(dump: str) -> tuple[Entry, ...]:
    """The entries of a plain schema dump, in its order; none for an empty text.

    Raises:
        ObserverError: the text is no whole dump.
    """
    # pg_dump sets the access method when it changes, before the header of the entry that needs it.
    sections, method = [_Section("", "", [])], "heap"
    for what, text in _cut(dump):
        if what == "header":
            sections.append(_Section(text, method, []))
        elif setting := _METHOD.fullmatch(text):
            method = setting[1]
        elif not _TABLESPACE.fullmatch(text):  # the header says it again
            sections[-1].statements.append(text)
    return tuple(_entry(section) for section in sections if section.header)


def _cut(dump: str) -> Iterator[tuple[str, str]]:
    """`("header", its line)`, empty for the dump's own, and `("statement", text)`, in order."""
    start, complete = 0, not dump
    for match in _EVENT.finditer(dump):
        what = match.lastgroup
        if what == "end":
            yield "statement", dump[start : match.end()].strip()
            start = match.end()
        elif what in {"header", "comment", "restrict"} and not dump[start : match.start()].strip():
            start = match.end()
            complete |= match["complete"] is not None
            if what == "header":
                yield what, match["name"] or ""
    if dump[start:].strip() or not complete:
        raise ObserverError(_BROKEN)


def _entry(section: _Section) -> Entry:
    fields = _FIELDS.fullmatch(section.header)
    if fields is None:
        raise ObserverError(f"pg_dump wrote an entry in an unknown form: {section.header!r}; use its newest release")
    places = [f"SET default_tablespace = {fields['tablespace']};"] if fields["tablespace"] else []
    if fields["kind"] in _STORED and section.method != "heap" and not _partitioned(section.statements):
        places.append(f"SET default_table_access_method = {section.method};")
    names = (fields["kind"], fields["schema"], fields["name"], fields["owner"])
    return Entry(*names, (*places, *section.statements))


def _partitioned(statements: list[str]) -> bool:
    words = [piece.text for piece in outer(statements[0])]
    return ("PARTITION", "BY") in pairwise(words)
