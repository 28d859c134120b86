from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

# The templates of PostgreSQL check their options; this INIT function looks at nothing.
TEMPLATE = """
    CREATE FUNCTION anything(internal) RETURNS internal LANGUAGE internal AS 'prsd_lextype';
    CREATE TEXT SEARCH TEMPLATE anything (INIT = anything, LEXIZE = dsimple_lexize)"""
DICTIONARY = "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = {})"
HOSTILE = """anything, "Odd, = name" = 'it''s, a = ''b''', n = 5, f = -1.5, back = E'c:\\\\d', e = '', flag = on"""


def test_options_are_cut_apart_whatever_their_values_hold(database: Databases, snapshot: Reads) -> None:
    """The server keeps them as one text."""
    made = database()
    made.execute(f"{TEMPLATE}; {DICTIONARY.format(HOSTILE)}")

    dictionary = snapshot(made).objects[Key("text_search_dictionary", ("public", "d"))]

    assert dictionary.written == (
        """"Odd, = name" = 'it''s, a = ''b'''""",
        "n = 5",
        "f = -1.5",
        "back = E'c:\\\\d'",
        "e = ''",
        "flag = 'on'",
    )


def test_options_come_go_and_change_in_place(way: Plans) -> None:
    plain = DICTIONARY.format("anything, n = 6, e = 'x', other = 1")

    forth = way(plain, DICTIONARY.format(HOSTILE), both=TEMPLATE)
    back = way(DICTIONARY.format(HOSTILE), plain, both=TEMPLATE)

    assert [step.verb for step in (*forth.steps, *back.steps)] == ["alter", "alter"]


def test_order_of_options_is_no_drift(database: Databases, snapshot: Reads) -> None:
    left, right = database(), database()
    left.execute(DICTIONARY.format("simple, stopwords = 'english', accept = 'false'"))
    right.execute(DICTIONARY.format("simple, accept = 'false', stopwords = 'english'"))

    assert not compare(snapshot(left), snapshot(right), KINDS)
