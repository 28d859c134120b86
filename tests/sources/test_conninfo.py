"""The ways to write where a server is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.errors import SourceError
from driftwatch.sources.conninfo import KEYWORDS, describe, is_conninfo, parse_conninfo


@pytest.fixture(autouse=True)
def no_libpq_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


# What libpq itself reads out of the same text is what we must read: it is asked, not quoted.
@pytest.mark.parametrize(
    "text",
    [
        "postgresql://",
        "postgres://db",
        "postgresql://db/app",
        "postgresql://user@db:5433/app",
        "postgresql://us%40er:p%2Fa%3Fs%23s%25@db/my%20app",
        "postgresql://user:@db/app",
        "postgresql://[::1]:5433/app",
        "postgresql://[fe80::1%25eth0]/app",
        "postgresql://a:1,b:2,[::1]/app?target_session_attrs=read-write",
        "postgresql:///app?host=/run/postgresql&port=5433",
        "postgresql://%2Frun%2Fpostgresql/app",
        "postgresql://db/app?sslmode=require&channel_binding=require&connect_timeout=3",
        "postgresql://db/app?user=other&password=p%26w",
        "postgresql://db/app?ssl=true",
        "postgresql://db/app?options=-c%20search_path%3Da",
        "host=db dbname=app",
        "host = db  port= 5433",
        r"dbname='my app' password='it\'s \\ here' user=u",
        r"password=a\ b\'c host=db",
        "password='' host=db",
        "service=mine",
    ],
)
def test_a_connection_is_read_as_libpq_reads_it(text: str) -> None:
    theirs = {key: value for key, value in conninfo_to_dict(text).items() if value != ""}
    ours = {key: value for key, value in parse_conninfo(text).parameters.items() if value != ""}
    assert ours == theirs


@given(
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
)
def test_whatever_libpq_s_own_writer_makes_is_read_back(password: str, dbname: str) -> None:
    text = make_conninfo(host="db", password=password, dbname=dbname)
    assert parse_conninfo(text).parameters == {"host": "db", "password": password, "dbname": dbname}


def test_every_keyword_of_this_libpq_is_known() -> None:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    assert known <= KEYWORDS


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg", "PostgreSQL"])
def test_the_driver_that_sqlalchemy_writes_is_left_out(scheme: str) -> None:
    assert parse_conninfo(f"{scheme}://u:p@db/app").parameters == {
        "user": "u",
        "password": "p",
        "host": "db",
        "dbname": "app",
    }


def test_an_unescaped_at_sign_in_a_password_is_understood() -> None:
    found = [parse_conninfo(f"postgresql://{who}@db/app").parameters for who in ("u:p@ss@word", "u@azure:pw")]
    assert [(one["user"], one["password"]) for one in found] == [("u", "p@ss@word"), ("u@azure", "pw")]


def test_prisma_s_parameters_are_understood_and_not_passed_on() -> None:
    found = parse_conninfo(
        "postgresql://u:p@db/app?schema=billing&connection_limit=5&pgbouncer=true&pool_timeout=2&socket_timeout=3"
        "&statement_cache_size=0&single_use_connections=true&connect_timeout=7&application_name=web"
    )
    assert found.schemas == ("billing",)
    assert found.pooled
    assert found.parameters == {
        "user": "u",
        "password": "p",
        "host": "db",
        "dbname": "app",
        "connect_timeout": "7",
        "application_name": "web",
    }


def test_a_pooler_is_one_only_when_the_url_says_so() -> None:
    assert not parse_conninfo("postgresql://db/app?pgbouncer=false").pooled
    assert not parse_conninfo("postgresql://db/app").pooled


@pytest.mark.parametrize(
    ("query", "tls"),
    [
        ("schema=a&sslcert=ca.pem", {"sslrootcert": "ca.pem"}),
        ("sslaccept=strict&sslcert=ca.pem", {"sslmode": "verify-full", "sslrootcert": "ca.pem"}),
        ("sslaccept=strict&sslmode=require", {"sslmode": "verify-full", "sslrootcert": "system"}),
        ("sslaccept=accept_invalid_certs&sslmode=require", {"sslmode": "require"}),
        ("sslidentity=client.p12&sslpassword=x", {}),
        ("schema=a&sslcert=client.crt&sslkey=client.key", {"sslcert": "client.crt", "sslkey": "client.key"}),
        ("sslcert=client.crt", {"sslcert": "client.crt"}),
    ],
)
def test_prisma_s_tls_is_said_in_libpq_s_words_and_never_weaker(query: str, tls: dict[str, str]) -> None:
    assert parse_conninfo(f"postgresql://db/app?{query}").parameters == {"host": "db", "dbname": "app"} | tls


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("postgresql://db/app?sslmod=require", "unknown parameter 'sslmod', did you mean 'sslmode'?"),
        ("postgresql://db/app?zebra=1", r"unknown parameter 'zebra' \(neither libpq nor Prisma has it\)"),
        ("host=db usr=me", "unknown parameter 'usr', did you mean 'user'?"),
        ("postgresql://db:port/app", "is not host:port"),
        ("postgresql://db:123456/app", "is not host:port"),
        ("postgresql://::1/app", "is not host:port"),
        ("postgresql://db/app#frag", "cannot be taken apart"),
        ("postgresql://db/app?user=%00", "%00"),
        ("postgresql://db/%ff", "not UTF-8"),
        ("host=db password='open", "not key=value throughout"),
        ("host=db and more", "not key=value throughout"),
    ],
)
def test_a_malformed_connection_is_one_clear_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        parse_conninfo(text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:hunter2/x@db/app",
        "postgresql://u:hunter2?x=1@db/app",
        "postgresql://u:hunter2#@db/app",
        "postgresql://u:1/hunter2@db/app",
        "postgresql://u:1?hunter2@db/app",
        "postgresql://u:1?hunter2&x@db/app",
        "postgresql://u:%ffhunter2@db/app",
        "password=1 hunter2 host=db",
        "password=1 hunter2=x",
        "host=db password='hunter2",
    ],
)
def test_a_badly_escaped_password_is_not_shown(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_conninfo(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("postgresql://u:p@db/app", "db/app"),
        ("postgresql://u:p@db:5432/app", "db/app"),
        ("postgresql://u:p@db:5433/app", "db:5433/app"),
        ("postgresql://u@a,b/app", "a,b/app"),
        ("postgresql://u@db", "db/u"),
        ("postgresql://", "local socket/?"),
        ("host=/run/pg dbname=app", "/run/pg/app"),
        ("hostaddr=10.0.0.1 dbname=app", "10.0.0.1/app"),
        ("service=mine dbname=app", "service mine/app"),
    ],
)
def test_a_connection_is_described_without_its_password(text: str, where: str) -> None:
    assert describe(parse_conninfo(text).parameters) == where


def test_the_description_follows_libpq_s_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATABASE", "app")
    assert describe({}) == "elsewhere:6000/app"


@pytest.mark.parametrize("text", ["schema.sql", "my=file.sql", "./host", "dev", "mysql://db/app", "C:\\x"])
def test_a_path_is_no_connection(text: str) -> None:
    assert not is_conninfo(text)
