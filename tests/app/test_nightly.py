"""Nights with a clock that is moved by hand: two real databases, a real receiver, real histories."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from driftwatch.app.comparison.comparing import compare_sides
from driftwatch.app.night import nightly
from driftwatch.app.night.heart import ping
from driftwatch.app.night.nightly import Nights
from driftwatch.app.night.once import once
from driftwatch.app.remembering.due import missed
from driftwatch.app.remembering.remember import record_run
from driftwatch.config import OnceRequest, read_config
from driftwatch.errors import ConfigError
from driftwatch.history.claims import Claimed, Night, claim
from driftwatch.history.items import acknowledge, items
from driftwatch.history.runs import runs
from driftwatch.history.values import Ack
from history.conftest import url_of
from notify.receiver import Receiver, receiving
from support.installed import NEWEST, binaries
from support.processes import PATIENCE
from support.servers import LiveServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from driftwatch.config import Config
    from support.servers import Database, Databases, Servers

FIRST = datetime(2028, 2, 10, 1, 30, tzinfo=UTC)
"""02:30 in Berlin; thirty nights on comes the leap day, and 16 days more summer time."""

CONFIGURATION = """
databases: {{dev: "{dev}", prod: "{prod}"}}
history: {history}
reports: {{report_url: "https://reports.example.com"}}
notify: {{webhook: "{hook}"}}
schedule:
  nightly: {{cron: "{cron}", timezone: Europe/Berlin, desired: dev, actual: prod, verify: off, retries: {retries},
             backoff: 1ms, ping_url: "{ping}"}}
"""


@dataclass
class Service:
    """A scheduled pair, and the time."""

    folder: Path
    dev: Database
    prod: Database
    receiver: Receiver
    now: datetime = FIRST
    history: str = "history.db"
    retries: int = 0
    cron: str = "30 2 * * *"
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        hook = self.receiver.url
        text = CONFIGURATION.format(
            dev=self.dev.conninfo,
            prod=self.prod.conninfo,
            history=self.history,
            hook=hook,
            retries=self.retries,
            cron=self.cron,
            ping=f"http://127.0.0.1:{self.receiver.port}/ping",
        )
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")
        return read_config(self.folder / "config.yaml")

    def nights(self) -> Nights:
        return Nights(self.config, lambda: self.now)

    def night(self, *sql: tuple[Database, str], days: int = 1) -> tuple[int, list[str]]:
        """The exit code of the next night after some changes, and why something was told."""
        for database, statement in sql:
            database.execute(statement)
        before = len(self.receiver.received)
        code = once(OnceRequest(if_due=True), self.config, self.nights())
        self.now += timedelta(days=days)
        return code, [" ".join(message["reasons"]) for message in self.receiver.received[before:]]

    def runs(self) -> list[tuple[str, str]]:
        with self.nights().history.reading() as connection:
            return [(run.state.value, run.outcome) for run in reversed(runs(connection))]


@pytest.fixture
def service(tmp_path: Path, database: Databases) -> Iterator[Service]:
    with receiving() as receiver:
        yield Service(tmp_path, database(), database(), receiver)


def test_thirty_nights_are_told_as_they_passed(service: Service) -> None:
    dev, prod = service.dev, service.prod
    story: dict[int, tuple[list[tuple[Database, str]], list[tuple[str, str]]]] = {
        2: ([(dev, "CREATE TABLE a (id int)")], [("new", "table public.a")]),
        5: ([(prod, "CREATE TABLE a (id int)")], [("resolved", "table public.a")]),
        6: ([(prod, "ALTER TABLE a ADD hot int")], [("new", "column public.a.hot")]),
        9: ([(prod, "ALTER TABLE a ALTER hot TYPE text")], [("changed", "column public.a.hot")]),
        10: ([(dev, "COMMENT ON TABLE a IS 'x'")], [("new", "comment on table public.a")]),
        14: ([(dev, "ALTER TABLE a ADD hot text")], [("resolved", "column public.a.hot")]),
        15: ([(dev, "COMMENT ON TABLE a IS NULL")], [("resolved", "comment on table public.a")]),
        19: ([(dev, "COMMENT ON TABLE a IS 'x'")], [("new", "comment on table public.a")]),
        25: (
            [(prod, "COMMENT ON TABLE a IS 'x'"), (prod, "CREATE INDEX i ON a (id)")],
            [("new", "index public.i"), ("resolved", "comment on table public.a")],
        ),
    }
    for number in range(1, 31):
        statements, expected = story.get(number, ([], []))
        before = len(service.receiver.received)
        code, _ = service.night(*statements)
        messages = service.receiver.received[before:]
        told = [(line["what"], line["key"]) for message in messages for line in message["lines"]]
        assert sorted(told) == sorted(expected), f"night {number}"
        assert len(messages) == bool(expected), f"night {number}"
        # A table comes with its column, which has no line of its own.
        named = sum(1 + line["parts"] for message in messages for line in message["lines"])
        assert named == len(expected) + sum(key == "table public.a" for _, key in expected)
        assert code == (2 if service.runs()[-1][1] != "no-drift" else 0)
    assert len(service.runs()) == 30
    assert len(service.receiver.pings) == 30
    moved = {line["key"]: line["moved"] for message in service.receiver.received for line in message["lines"]}
    assert moved["column public.a.hot"] == "desired"  # which ended it
    assert moved["index public.i"] == "actual"
    assert all(message["report"].startswith("https://reports.example.com/") for message in service.receiver.received)


def test_a_night_tells_when_the_change_was_committed(service: Service, keeping: Servers) -> None:
    service.prod = keeping(NEWEST).create()
    service.night()
    told = service.night((service.prod, "CREATE TABLE hot (id int)"))
    ((at,),) = service.prod.execute("SELECT pg_xact_commit_timestamp(xmin) FROM pg_class WHERE relname = 'hot'")
    assert isinstance(at, datetime)
    assert told == (2, ["new"])
    assert {line["moved_at"] for line in service.receiver.received[-1]["lines"]} == {at.isoformat(timespec="seconds")}
    (report,) = service.folder.glob("reports/latest/report.json")
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    assert {finding["key"]: finding["written"] for finding in findings}["table public.hot"] == {
        "actual": at.isoformat()
    }
    service.prod.execute("DROP TABLE hot")
    service.night()
    with service.nights().history.reading() as connection:
        assert items(connection, "dev/prod")["table public.hot"].moved == "actual"
        assert items(connection, "dev/prod")["table public.hot"].moved_at is None  # it has left no row
    service.prod.drop()


def test_a_failed_night_is_told_once_and_the_next_one_runs(service: Service) -> None:
    service.night()
    service.dev.execute("CREATE TABLE a (id int)")
    name = service.prod.name
    service.dev.execute(f"ALTER DATABASE {name} RENAME TO away")
    assert service.night() == (1, ["failed"])
    assert service.night() == (1, [])
    service.dev.execute(f"ALTER DATABASE away RENAME TO {name}")
    assert service.night() == (2, ["recovered new"])
    assert service.runs() == [("done", "no-drift"), ("failed", ""), ("failed", ""), ("done", "drift")]
    failed, recovered = service.receiver.received
    assert failed["title"] == "dev/prod: the comparison failed"
    assert f'database "{name}" does not exist' in failed["error"]
    assert recovered["title"].startswith("dev/prod: compared again: 2 new")
    assert len(service.receiver.pings) == 2


def test_a_night_that_trips_over_a_bug_has_failed_and_the_log_says_where(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    service.night()
    monkeypatch.setattr(nightly, "compare_sides", lambda *_: 1 / 0)
    assert service.night() == (1, ["failed"])
    assert service.receiver.received[-1]["error"] == "something unexpected (ZeroDivisionError): the log says where"
    assert "compare_sides" in str([record.__dict__.get("fields") for record in caplog.records])
    monkeypatch.undo()
    assert service.night() == (0, ["recovered"])
    assert len(service.receiver.pings) == 2


def test_a_dead_mans_switch_that_leads_elsewhere_was_not_told(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    job = replace(service.config.schedule["nightly"], ping_url=f"http://127.0.0.1:{service.receiver.port}/moved")
    ping(job)
    assert service.receiver.pings == ["/moved"]
    told = str([record.__dict__.get("fields") for record in caplog.records])
    assert "answered 302, which leads elsewhere" in told
    assert "secret" not in told


def test_a_database_without_an_address_fails_the_night(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.night()
    monkeypatch.setattr(Service, "config", property(lambda _: read_config(service.folder / "config.yaml")))
    text = (service.folder / "config.yaml").read_text(encoding="utf-8").replace(service.prod.conninfo, "${NOWHERE}")
    (service.folder / "config.yaml").write_text(text, encoding="utf-8")
    assert service.night() == (1, ["failed"])
    assert "needs the variable NOWHERE" in service.receiver.received[-1]["error"]


def test_what_fails_is_tried_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.retries = 2
    name, waits = service.prod.name, []
    service.dev.execute(f"ALTER DATABASE {name} RENAME TO away")

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            service.dev.execute(f"ALTER DATABASE away RENAME TO {name}")

    monkeypatch.setattr("driftwatch.app.night.nightly.time.sleep", wait)
    assert service.night()[0] == 0
    assert waits == [0.001, 0.002]
    assert service.runs() == [("done", "no-drift")]


def test_a_night_that_was_missed_runs_once_and_the_others_are_named(service: Service) -> None:
    service.night()
    service.now += timedelta(days=3, hours=7)
    assert service.night()[0] == 0
    assert len(service.runs()) == 2
    with service.nights().history.reading() as connection:
        gaps = missed(connection, list(service.config.schedule.values()), FIRST, service.now)
        last = next(iter(runs(connection)))
    assert last.scheduled_for == FIRST + timedelta(days=4)
    assert [[(at - FIRST).days for at in gap.nights] for gap in gaps] == [[1, 2, 3], [5]]


def test_nights_of_another_schedule_are_not_missed(service: Service) -> None:
    service.cron = "0 2 * * *"
    for _ in range(3):
        service.night()
    service.now += timedelta(days=2)
    service.cron = "0 * * * *"  # whose times the nights before had too
    service.night()
    service.now += timedelta(hours=2)
    service.night()
    with service.nights().history.reading() as connection:
        gaps = missed(connection, list(service.config.schedule.values()), FIRST - timedelta(9), service.now)
    assert all(at > FIRST + timedelta(days=5) for gap in gaps for at in gap.nights)
    assert {len(gap.nights) for gap in gaps} == {25, 24}


def test_nothing_is_due_twice(service: Service) -> None:
    service.night(days=0)
    service.now += timedelta(hours=3)
    assert service.night(days=0) == (0, [])
    assert len(service.runs()) == 1
    assert once(OnceRequest(("nightly",)), service.config, service.nights()) == 0
    assert len(service.runs()) == 2
    with pytest.raises(ConfigError, match="did you mean 'nightly'"):
        once(OnceRequest(("nightli",)), service.config, service.nights())


def test_the_clock_changes_of_a_year_make_no_night_twice(service: Service) -> None:
    for start in (datetime(2028, 3, 25, tzinfo=UTC), datetime(2028, 10, 28, tzinfo=UTC)):
        service.now = start
        service.night(days=0)
        count = len(service.runs())
        for _ in range(3 * 24 * 2):
            service.now += timedelta(minutes=30)
            with service.nights().history.reading():
                pass
            if service.now.minute == 30 and 0 <= service.now.hour <= 3:
                service.night(days=0)
        assert len(service.runs()) - count == 3


def test_acknowledged_drift_is_not_told_until_its_day(service: Service) -> None:
    service.night()
    service.dev.execute("CREATE TABLE a (id int)")
    assert service.night() == (2, ["new"])
    until = service.now + timedelta(days=1)
    with service.nights().history.writing() as connection:
        for key in ("table public.a", "column public.a.id"):
            item = items(connection, "dev/prod")[key]
            acknowledge(connection, "dev/prod", [Ack(key, item.digest, "known", "me", service.now, until)])
    assert service.night() == (2, [])
    assert service.night() == (2, ["new"])
    assert service.night() == (2, [])


def test_what_slack_did_not_take_comes_with_the_next_night(service: Service) -> None:
    service.night()
    service.receiver.ways += ["404"]
    assert service.night((service.dev, "CREATE TABLE a (id int)")) == (2, [])
    assert service.night() == (2, ["new"])


def test_without_a_history_the_report_is_written_and_the_night_is_not_taken_for_well(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    (service.folder / "history.db").write_bytes(b"broken" * 200)
    assert once(OnceRequest(), service.config, service.nights()) == 1
    assert (service.folder / "reports" / "latest" / "report.html").exists()
    assert "no history" in caplog.messages


def test_a_history_that_dies_in_the_night_is_said(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:

    def dies(*arguments: Any) -> Any:  # noqa: ANN401  as the original
        (service.folder / "history.db").write_bytes(b"broken" * 200)
        return compare_sides(*arguments)

    monkeypatch.setattr(nightly, "compare_sides", dies)
    assert once(OnceRequest(), service.config, service.nights()) == 1
    assert (service.folder / "reports" / "latest" / "report.html").exists()


@pytest.fixture
def remembering(service: Service) -> Iterator[Database]:
    """The service's history on a server of its own, with a first night in it."""
    with LiveServer.started(binaries(NEWEST)) as server:
        database = server.create()
        # A private server forgets its last commits when it is killed; a history's does not.
        database.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = on")
        service.history = url_of(database.conninfo)
        assert service.night() == (0, [])
        yield database


def killed(_history: Database, backend: int) -> None:
    """As the kernel does where memory ends: the server throws everybody out and recovers."""
    os.kill(backend, signal.SIGKILL)


def cut_off(history: Database, backend: int) -> None:
    """As a firewall or an administrator does."""
    history.execute(f"SELECT pg_terminate_backend({backend})")


@pytest.mark.parametrize("breaks", [killed, cut_off])
def test_a_history_s_server_that_breaks_between_two_writes_is_tried_again(
    service: Service, remembering: Database, monkeypatch: pytest.MonkeyPatch, breaks: Callable[[Database, int], None]
) -> None:
    def breaking(connection: Connection, *rest: Any) -> Any:  # noqa: ANN401  as the original
        monkeypatch.setattr(nightly, "record_run", record_run)
        recorded = record_run(connection, *rest)
        breaks(remembering, connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        return recorded

    monkeypatch.setattr(nightly, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(nightly, "WRITES", int(PATIENCE / 0.1))  # a server that was killed is back when it can
    monkeypatch.setattr(nightly, "record_run", breaking)
    assert service.night((service.dev, "CREATE TABLE a (id int)")) == (2, ["new"])
    assert service.runs() == [("done", "no-drift"), ("done", "drift")]
    assert service.night() == (2, [])


def read_only(history: Database) -> str:
    history.execute(f"ALTER DATABASE {history.name} SET default_transaction_read_only = on")
    return f"ALTER DATABASE {history.name} SET default_transaction_read_only = off"


def full(history: Database) -> str:
    """Says what a server says whose disk is full (53100)."""
    history.execute("""
        CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;
        CREATE TRIGGER fails BEFORE INSERT ON driftwatch.run EXECUTE FUNCTION public.fails()""")
    return "DROP TRIGGER fails ON driftwatch.run"


def away(history: Database) -> str:
    history.server.maintain(f"ALTER DATABASE {history.name} ALLOW_CONNECTIONS false")
    return f"ALTER DATABASE {history.name} ALLOW_CONNECTIONS true"


@pytest.mark.parametrize(
    "way",
    [
        (read_only, "cannot execute UPDATE in a read-only transaction"),
        (full, "could not extend file: No space left on device"),
        (away, "is not currently accepting connections"),
    ],
)
def test_a_history_s_server_that_takes_nothing_any_more_is_said_and_the_next_night_is_right(
    service: Service,
    remembering: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    way: tuple[Callable[[Database], str], str],
) -> None:
    (breaks, said), mended = way, []

    def breaking(*arguments: Any) -> Any:  # noqa: ANN401  as the original
        mended.append(breaks(remembering))
        return compare_sides(*arguments)

    monkeypatch.setattr(nightly, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(nightly, "compare_sides", breaking)
    assert service.night((service.dev, "CREATE TABLE a (id int)")) == (1, [])
    monkeypatch.undo()
    assert "the night is not remembered" in caplog.messages
    assert said in str([record.__dict__.get("fields") for record in caplog.records])
    report = json.loads((service.folder / "reports" / "latest" / "report.json").read_text(encoding="utf-8"))
    assert report["outcome"] == "drift"
    # While it is broken from the start it is no better, and no worse.
    assert service.night() == (1, [])
    mend = remembering.server.maintain if "ALTER DATABASE" in mended[0] else remembering.execute
    mend(mended[0])
    assert service.night((service.dev, "CREATE TABLE b (id int)")) == (2, ["new"])
    assert service.runs() == [("done", "no-drift"), ("done", "drift")]
    told = {line["key"] for line in service.receiver.received[-1]["lines"]}
    assert told == {"table public.a", "table public.b"}


def test_an_interrupted_night_is_given_back(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nightly, "compare_sides", interrupted)
    with pytest.raises(KeyboardInterrupt):
        service.night(days=0)
    monkeypatch.undo()
    assert service.night() == (0, [])
    assert len(service.runs()) == 1


def test_two_containers_on_one_history_run_a_night_once(
    service: Service, database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.history = url_of(database().conninfo)
    first, second = service.nights(), service.nights()
    monkeypatch.setattr(nightly, "POLL_SECONDS", 0.01)
    codes = []

    def meanwhile(*arguments: Any) -> Any:  # noqa: ANN401  as the original
        monkeypatch.setattr(nightly, "compare_sides", compare_sides)
        with second.history.writing() as connection:
            answer = claim(connection, Night("dev/prod", FIRST, second.holder), service.now)
        codes.append(answer)
        return compare_sides(*arguments)

    monkeypatch.setattr(nightly, "compare_sides", meanwhile)
    assert once(OnceRequest(), service.config, first) == 0
    assert codes == [Claimed.BUSY]
    assert once(OnceRequest(), service.config, second) == 0
    assert len(service.runs()) == 1


def test_a_container_that_was_thought_dead_writes_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:

    def sleeps(*arguments: Any) -> Any:  # noqa: ANN401  as the original
        monkeypatch.setattr(nightly, "compare_sides", compare_sides)
        service.now += timedelta(minutes=10)
        assert once(OnceRequest(), service.config, service.nights()) == 0  # takes the night over
        return compare_sides(*arguments)

    monkeypatch.setattr(nightly, "compare_sides", sleeps)
    assert once(OnceRequest(), service.config, service.nights()) == 0
    with sqlite3.connect(service.folder / "history.db") as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (1,)
    connection.close()
