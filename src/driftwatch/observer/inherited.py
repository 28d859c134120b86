"""What a child table says again of its parents' columns and constraints.

`pg_dump` lists what a child declares by itself (attislocal, conislocal) also where it inherits the same. That decides
only what is left when the parent's is dropped, and PostgreSQL has no command to change it: information, not drift.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from driftwatch.observer.entries import Entry
from driftwatch.observer.internals import elements, unnamed_not_null
from driftwatch.observer.lexer import clause, list_after, outer, rewrite, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Tables = dict[str, str]
_TYPE = "CREATE TYPE "
_REQUIRED = "NOT NULL "
_NOT_VALID = " NOT VALID;"
_OWN = (" NO INHERIT;", " NO INHERIT NOT VALID;", " NO INHERIT NOT ENFORCED;")


def without_repeats(entries: Iterable[Entry], everything: Iterable[Entry]) -> list[Entry]:
    """These entries, their tables without what the parents say as well.

    Args:
        entries: some of a dump.
        everything: all of it, parents included.
    """
    entries = list(entries)
    if not any("INHERITS (" in entry.sql or _is_added(entry) for entry in entries):
        return entries
    everything = tuple(everything)
    tables = {_name(sql): sql for entry in everything for sql in entry.statements if _says_columns(sql)}
    added = {_check(entry) for entry in everything if _is_added(entry)}
    kept = (entry for entry in entries if not (_is_added(entry) and _repeats_check(entry, tables, added)))
    return [part for entry in kept for part in _parted(entry, tables)]


def _is_added(entry: Entry) -> bool:
    """Whether it is a check or a not-null (18) that is written behind its table, as those that are NOT VALID are."""
    return entry.kind == "CHECK CONSTRAINT" or (entry.kind == "CONSTRAINT" and entry.sql.endswith(_NOT_VALID))


def _check(entry: Entry) -> tuple[str, str]:
    """The table of such a one, and what is added there."""
    table, _, element = entry.sql.removeprefix("ALTER TABLE ").partition("\n    ADD ")
    return table, element


def _repeats_check(entry: Entry, tables: _Tables, added: set[tuple[str, str]]) -> bool:
    """Whether a parent of the table has the same one: then it is there by inheritance as well."""
    table, element = _check(entry)
    return not element.endswith(_OWN) and any(
        (above, element) in added for above in _ancestors(tables.get(table, ""), tables)
    )


def _ancestors(create: str, tables: _Tables) -> Iterator[str]:
    parents = list_after(create, "INHERITS")
    for parent in parents.items if parents else ():
        yield parent
        yield from _ancestors(tables.get(parent, ""), tables)


def _parted(entry: Entry, tables: _Tables) -> Iterator[Entry]:
    """The entry without repeats; what it says of inherited columns (a default, NOT NULL) as entries of their own.

    That is how the default of a column is written which the child does not declare again, while its NOT NULL is an
    element of the table since 18, and a statement behind it before.
    """
    create = next((sql for sql in entry.statements if list_after(sql, "INHERITS") and elements(sql)), "")
    own, above = (elements(create), _inherited(create, tables)) if create else (None, set())
    if own is None:
        yield entry
        return
    items, required = [], []
    for item in own.items:
        column, default = _without_default(_plain(item))
        constraint, nameless = _nameless(column)
        if nameless.startswith(_REQUIRED):
            required += [] if _repeats(column, above) else [(nameless.removeprefix(_REQUIRED), constraint)]
            continue
        if not _repeats(_optional(nameless), above):
            items.append(item)
            continue
        name = outer(column)[0].text
        required += [] if _repeats(column, above) else [(name, constraint)]
        if default:
            yield _of_column("DEFAULT", entry, create, name, f"SET DEFAULT {default}")
    begins, ends = f"ALTER TABLE ONLY {_name(create)} ALTER COLUMN ", " SET NOT NULL;"
    behind = [sql for sql in entry.statements if sql.startswith(begins) and sql.endswith(ends)]
    required += [(sql.removeprefix(begins).removesuffix(ends), "") for sql in behind]
    for name, constraint in required:
        yield _of_column("NOT NULL", entry, create, name, f"SET {constraint}NOT NULL")
    shorter = rewrite(create, own, items)
    rest = (shorter if sql == create else sql for sql in entry.statements if sql not in behind)
    yield replace(entry, statements=tuple(rest))


def _of_column(what: str, table: Entry, create: str, name: str, change: str) -> Entry:
    """What is said of a table's column as an entry."""
    sql = f"ALTER TABLE ONLY {_name(create)} ALTER COLUMN {name} {change};"
    return Entry(what, table.schema, f"{table.name} {unquoted(name)}", table.owner, (sql,))


def _plain(element: str) -> str:
    """An element without a name that PostgreSQL made up: a column that was added takes it from the parent's table."""
    return unnamed_not_null(element, any_name=False)


def _without_default(item: str) -> tuple[str, str]:
    """A column without its DEFAULT, and that expression; what else may follow stays with the column."""
    words = iter(piece for piece in outer(item) if piece.text in {"DEFAULT", "COLLATE", "CONSTRAINT", "NOT"})
    start = next((word.start for word in words if word.text == "DEFAULT"), None)
    if start is None:
        return item, ""
    end = next((word.start for word in words), len(item))
    return f"{item[:start].rstrip()} {item[end:]}".rstrip(), item[start + len("DEFAULT") : end].strip()


def _optional(column: str) -> str:
    """A column without its NOT NULL, which pg_dump writes before a COLLATE."""
    words = outer(column)
    for no, null in pairwise(words):
        if (no.text, null.text) == ("NOT", "NULL"):
            return column[: no.start].rstrip() + column[null.start + len("NULL") :]
    return column


def _nameless(element: str) -> tuple[str, str]:
    """The `CONSTRAINT name ` of a NOT NULL, and the element, a column or a constraint of the table, without it."""
    words = outer(element)
    for said, _, no, null in zip(words, words[1:], words[2:], words[3:], strict=False):
        if (said.text, no.text, null.text) == ("CONSTRAINT", "NOT", "NULL"):
            return element[said.start : no.start], element[: said.start] + element[no.start :]
    return "", element


def _says_columns(sql: str) -> bool:
    """Whether it creates a table, or a composite type, which has the columns of typed tables."""
    return elements(sql) is not None or _type_of(sql) is not None or (sql.startswith(_TYPE) and _attributes(sql) != ())


def _name(create: str) -> str:
    """The table's, or type's, name as INHERITS, or OF, would write it."""
    word = _TYPE if create.startswith(_TYPE) else "TABLE "
    end = next(piece.start for piece in outer(create) if piece.text in {"(", "OF", "AS"})
    return create[create.index(word) + len(word) : end].rstrip()


def _type_of(create: str) -> str | None:
    """The type of a typed table."""
    found = clause(create, "OF", {"(", "PARTITION", "WITH", ";"}) if "TABLE " in create and " OF " in create else None
    return found.items[0] if found else None


def _attributes(create: str) -> tuple[str, ...]:
    """The attributes of a composite type."""
    found = list_after(create, "AS")
    return found.items if found else ()


def _inherited(sql: str, tables: _Tables) -> set[str]:
    """The columns and constraints of a table's parents, of theirs, and so on."""
    found: set[str] = set()
    parents = list_after(sql, "INHERITS")
    for parent in parents.items if parents else ():
        create = tables.get(parent, "")
        own = elements(create) if create else None
        for item in map(_plain, own.items) if own else ():
            found |= {item, _without_default(item)[0]}
        found |= {*_attributes(tables.get(_type_of(create) or "", ""))}
        found |= _inherited(create, tables) if create else set()
    return found


def _repeats(item: str, above: set[str]) -> bool:
    """Whether it is one of the parents' columns or constraints, or no more than what one of them begins with."""
    if item in above or any(other.startswith(f"{item} ") for other in above):
        return True
    if item.startswith("NOT NULL "):
        return any(_requires(other, item.removeprefix("NOT NULL ")) for other in above)
    column = _optional(item)
    return column != item and _repeats(column, above) and any(_requires(e, outer(item)[0].text) for e in above)


def _requires(element: str, column: str) -> bool:
    """Whether a column, or a constraint of its table, says that this column is NOT NULL."""
    words = [piece.text for piece in outer(element)]
    pairs = list(pairwise(words))
    if ("NOT", "NULL") not in pairs:
        return False
    return column in {words[0], *words[pairs.index(("NOT", "NULL")) + 2 :][:1]}
