"""A refused connection is told in one sentence that ends in what to do next, without a password."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.refusals import in_one_sentence
from driftwatch.errors import ConnectionFailedError
from support.installed import NEWEST, binaries
from support.servers import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = """
local all driftwatch_superuser,nobody_knows,clerk,full trust
local all pw,guest scram-sha-256
local all banned reject
"""
ROLES = """
    CREATE ROLE clerk LOGIN; CREATE ROLE pw LOGIN PASSWORD 'sesame'; CREATE ROLE guest; CREATE ROLE banned LOGIN;
    CREATE ROLE full LOGIN CONNECTION LIMIT 0; ALTER ROLE guest PASSWORD 'sesame'
"""


@pytest.fixture(scope="module")
def strict() -> Iterator[LiveServer]:
    """A server that refuses some."""
    with LiveServer.started(binaries(NEWEST)) as running:
        running.maintain(ROLES)
        running.maintain("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
        running.maintain("CREATE DATABASE closed TEMPLATE template0")
        running.maintain("CREATE DATABASE shut TEMPLATE template0 ALLOW_CONNECTIONS false")
        running.maintain("REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
        (running.data / "pg_hba.conf").write_text(RULES, encoding="utf-8")
        running.maintain("SELECT pg_reload_conf()")
        yield running


def refusal(server: LiveServer, database: str, user: str, password: str = "") -> str:
    given = conninfo_to_dict(server.conninfo(database)) | {"user": user} | ({"password": password} if password else {})
    parameters = {name: str(value) for name, value in given.items() if value}
    with pytest.raises(ConnectionFailedError) as raised:
        connect(parameters, "prod", Timeouts()).close()
    said = str(raised.value)
    assert said.startswith("can't connect to prod: ")
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("user", "database", "advice"),
    [
        ("full", "postgres", 'too many connections for role "full": try again when other sessions have ended'),
        ("nobody_knows", "postgres", 'role "nobody_knows" does not exist: check the user in the URL'),
        ("stranger", "postgres", "no encryption: have user, address and database let in there"),
        ("banned", "postgres", "no encryption: have user, address and database let in there"),
        ("pw", "postgres", "no password supplied: put it into the URL by a variable of .env"),
        ("clerk", "closed", "User does not have CONNECT privilege: GRANT CONNECT ON DATABASE"),
        ("clerk", "shut", "is not currently accepting connections: ALTER DATABASE"),
        ("clerk", "nosuch", 'database "nosuch" does not exist: check the database\'s name'),
    ],
)
def test_what_a_server_refuses(strict: LiveServer, user: str, database: str, advice: str) -> None:
    assert advice in refusal(strict, database, user)


def test_a_wrong_password_is_not_repeated(strict: LiveServer) -> None:
    said = refusal(strict, "postgres", "pw", "open sesame")
    assert 'password authentication failed for user "pw": check user and password' in said
    assert "open sesame" not in said
    assert "is not permitted to log in: name another user" in refusal(strict, "postgres", "guest", "sesame")


def test_a_server_that_is_full(strict: LiveServer) -> None:
    with ExitStack() as sessions:
        conninfo = strict.conninfo().replace("driftwatch_superuser", "clerk")
        with suppress(psycopg.OperationalError):
            while True:
                sessions.enter_context(psycopg.connect(conninfo))
        assert "remaining connection slots are reserved" in refusal(strict, "postgres", "clerk")
        assert "try again when other sessions have ended" in refusal(strict, "postgres", "clerk")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("FATAL: the database system is starting up", "try again in a moment"),
        ("FATAL: the database system is not yet accepting connections", "try again in a moment"),
        (
            'FATAL: no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption',
            "add sslmode=require",
        ),
        ("server does not support SSL, but SSL was required", "leave sslmode out"),
        ("FATAL: Tenant or user not found", "check user and password"),
    ],
)
def test_what_takes_another_network_or_moment(words: str, advice: str) -> None:
    assert in_one_sentence(words).startswith(f"{words}: {advice}")


def test_the_address_is_repeated_only_where_several_were_tried() -> None:
    first, second = 'connection to server at "a", port 1 failed: ', 'connection to server at "b" (::1), port 2 failed: '
    assert in_one_sentence(f"{first}no {first}never") == "no; never"
    assert in_one_sentence(f"{first}no {second}never") == f"{first}no {second}never"
    assert in_one_sentence("FATAL: das Datenbanksystem startet") == "FATAL: das Datenbanksystem startet"
