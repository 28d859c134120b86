"""No password is shown, and none is given away by what is hidden."""

from __future__ import annotations

import pytest

from driftwatch.redact import hide, redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:a@db/app is away", "postgresql://me:***@db/app is away"),
        ("postgresql+psycopg://me:p@ss@db/app", "postgresql+psycopg://me:***@db/app"),
        ("host=db password=a dbname=a", "host=db password=*** dbname=a"),
        ("host=db password='a b' dbname=a", "host=db password=*** dbname=a"),
        ("{'host': 'a', 'password': 'a', 'user': 'a'}", "{'host': 'a', 'password': ***, 'user': 'a'}"),
        ('{"password": "a, b"}', '{"password": ***}'),
        ("PGPASSWORD=a psql", "PGPASSWORD=*** psql"),
        ('password authentication failed for user "a"', 'password authentication failed for user "a"'),
    ],
)
def test_where_a_password_stands_it_is_hidden_whatever_it_is(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_a_long_password_is_hidden_wherever_it_stands() -> None:
    assert hide("no s3cret-1, not xs3cret-1", ["s3cret-1"]) == "no ***, not xs3cret-1"
    assert hide("both one 23 and one 234", ["one 23", "one 234"]) == "both *** and ***"


@pytest.mark.parametrize("password", ["summer", "correcthorse", "12345678"])
def test_a_weak_one_is_hidden_like_any_other(password: str) -> None:
    assert hide(f'no host "{password}@db"', [password]) == 'no host "***@db"'


@pytest.mark.parametrize("password", ["a", "", "ab1", "5432", "54321", "password", "postgres"])
def test_one_that_a_message_may_have_by_chance_is_not_told_by_hiding_it(password: str) -> None:
    text = f'port 5432: password authentication failed for user "a" of postgres ({password})'
    assert hide(text, [password]) == text
