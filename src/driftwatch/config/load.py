"""From config.yaml to `Config`; one function for each key of the file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from driftwatch.config.renames import Rename, parse_rename
from driftwatch.config.service import history, notify, schedule
from driftwatch.config.values import (
    Config,
    Database,
    Environment,
    FailOn,
    Ignore,
    IgnoreRule,
    Include,
    MigrationsAt,
    Pair,
    Reader,
    Reports,
    Shadow,
    Timeouts,
    Verify,
)
from driftwatch.config.variables import UnsetVariableError, read_variables
from driftwatch.errors import ConfigError
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from driftwatch.config.nodes import Node

FILE_NAME = "config.yaml"
VARIABLE = "DRIFTWATCH_CONFIG"

# A database's name becomes part of a folder's name.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}\Z")
_DATABASE_KEYS = ("url", "direct_url", "environment", "protected", "schemas", "schema_map", "migrations", "reader")


def load_config(path: Path | None = None) -> Config:
    """Reads the configuration: the given file, `DRIFTWATCH_CONFIG`, or `config.yaml` in the working directory.

    Without any of these the configuration is empty: sources can still be named on the command line.

    Raises:
        ConfigError: the file cannot be read, or something in it is wrong; the text says where.
    """
    asked_for = path or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    found = asked_for or Path(FILE_NAME)
    if asked_for is None and not found.exists():
        return Config(base_dir=Path.cwd())
    return read_config(found)


def read_config(path: Path) -> Config:
    """Reads one configuration file, and the `.env` beside it.

    Raises:
        ConfigError: the file cannot be read, or something in it is wrong; the text says where.
    """
    from driftwatch.config.nodes import parse  # yaml takes 40 ms to import

    text = _read(path)
    folder = path.parent.absolute()
    top = parse(text, path, read_variables(folder)).keys(*_READERS)
    values: dict[str, Any] = {key: _READERS[key](node) for key, node in top.items()}
    config = Config(base_dir=folder, file=path, **values)
    _check_references(config, top)
    return config


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"no configuration file {path} ('driftwatch init' writes one)") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start + 1})") from error


def _check_references(config: Config, top: Mapping[str, Node]) -> None:
    """Names of databases must be those of configured ones, wherever they stand."""
    if config.compare:
        for key, node in top["compare"].entries().items():
            _check_name(node, getattr(config.compare, key), config)
    pairs: set[Pair] = set()
    for name, job in config.schedule.items():
        node = top["schedule"].entries()[name]
        for key in Pair._fields:
            _check_name(node.entries()[key], getattr(job.pair, key), config)
        if job.pair in pairs:
            raise node.error("compares a pair that another one compares: write both times into one, or two pairs")
        pairs.add(job.pair)
    if config.shadow.database:
        node = top["shadow"].entries()["database"]
        _check_name(node, config.shadow.database, config)
        if config.databases[config.shadow.database].protected:
            raise node.error(
                "names a protected database, and a shadow may stand beside a development database only:"
                f" if {config.shadow.database} is one, give it `environment: development`"
            )


def _check_name(node: Node, name: str, config: Config) -> None:
    if name not in config.databases:
        raise node.error(f"names no configured database: {name!r}{did_you_mean(name, config.databases)}")


def _databases(node: Node) -> Mapping[str, Database]:
    return MappingProxyType({name: _database(name, entry) for name, entry in node.entries().items()})


def _database(name: str, node: Node) -> Database:
    if not _NAME.match(name):
        raise node.error("has a name that cannot be a file's: use letters, digits, '_', '-' and '.' (63 at most)")
    keys = {"url": node} if node.scalar else node.keys(*_DATABASE_KEYS)
    if "url" not in keys:
        raise node.error("needs a url (a connection URL, an SQL file, a folder or a snapshot)")
    environment = keys["environment"].choice(Environment) if "environment" in keys else None
    return Database(
        name,
        environment=environment,
        protected=_protected(keys, environment),
        schemas=keys["schemas"].texts() if "schemas" in keys else (),
        schema_map=_one_to_one(keys["schema_map"]) if "schema_map" in keys else MappingProxyType({}),
        migrations=_migrations(keys["migrations"]) if "migrations" in keys else None,
        reader=keys["reader"].choice(Reader) if "reader" in keys else None,
        **_location(keys),
    )


def _location(keys: Mapping[str, Node]) -> dict[str, str]:
    """The addresses of a database, or why they are not known: a variable is missed only when it is needed."""
    try:
        url, direct = keys["url"].text(), keys.get("direct_url")
        return {"url": url, "direct_url": direct.optional_text() if direct else ""}
    except UnsetVariableError as error:
        return {"problem": str(error)}


def _protected(keys: Mapping[str, Node], environment: Environment | None) -> bool:
    if "protected" not in keys:
        return environment is not Environment.DEVELOPMENT
    protected = keys["protected"].flag()
    if not protected and environment is Environment.PRODUCTION:
        raise keys["protected"].error("cannot be false for a production database")
    return protected


def _pair(node: Node) -> Pair:
    keys = node.keys("desired", "actual")
    if len(keys) != len(Pair._fields):
        raise node.error("needs both: desired (what the schema should be) and actual (what it is)")
    return Pair(keys["desired"].text(), keys["actual"].text())


def _ignore(node: Node) -> Ignore:
    if node.sequence:
        return Ignore(_rules(node))
    keys = node.keys("builtin", "rules")
    return Ignore(
        _rules(keys["rules"]) if "rules" in keys else (),
        keys["builtin"].flag() if "builtin" in keys else True,
    )


def _rules(node: Node) -> tuple[IgnoreRule, ...]:
    return tuple(_rule(item) for item in node.items())


def _rule(node: Node) -> IgnoreRule:
    keys = node.keys("kind", "name", "attribute", "reason")
    if not keys.keys() - {"reason"}:
        raise node.error("would ignore everything: give a kind, a name or an attribute")
    return IgnoreRule(**{key: value.text() for key, value in keys.items()}, place=node.place)


def _renames(node: Node) -> tuple[Rename, ...]:
    return tuple(_rename(item) for item in node.items())


def _rename(node: Node) -> Rename:
    try:
        return parse_rename(node.text())
    except ConfigError as error:
        raise node.error(f"is wrong: {error}") from None


def _roles(node: Node) -> Mapping[str, str]:
    return MappingProxyType(node.text_map())


def _one_to_one(node: Node) -> Mapping[str, str]:
    names = node.text_map()
    if len(set(names.values())) != len(names):
        raise node.error("maps two names to the same one")
    return MappingProxyType(names)


def _shadow(node: Node) -> Shadow:
    keys = node.keys("url", "database", "trust")
    url, database = (keys[key].optional_text() if key in keys else "" for key in ("url", "database"))
    if url and database:
        raise node.error("has a url and a database: give one of them")
    return Shadow(url, database, trust=keys["trust"].flag() if "trust" in keys else False)


def _reports(node: Node) -> Reports:
    keys = node.keys("directory", "report_url")
    return Reports(
        Path(keys["directory"].text()).expanduser() if "directory" in keys else Reports.directory,
        keys["report_url"].optional_text() if "report_url" in keys else "",
    )


def _migrations(node: Node) -> MigrationsAt:
    if node.scalar:
        return MigrationsAt(node.text())
    keys = node.keys("path", "tool", "placeholders")
    if "path" not in keys:
        raise node.error("needs a path, the folder of the migrations")
    given = keys["placeholders"].text_map() if "placeholders" in keys else {}
    return MigrationsAt(
        keys["path"].text(),
        keys["tool"].text() if "tool" in keys else "",
        tuple(given.items()),
    )


def _timeouts(node: Node) -> Timeouts:
    keys = node.keys("statement", "lock", "connect")
    return Timeouts(**{key: value.seconds() for key, value in keys.items()})


_READERS: dict[str, Callable[[Node], object]] = {
    "databases": _databases,
    "compare": _pair,
    "include": lambda node: node.choices(Include),
    "ignore": _ignore,
    "roles": _roles,
    "renames": _renames,
    "schemas": lambda node: node.texts(),
    "schema_map": _one_to_one,
    "shadow": _shadow,
    "reports": _reports,
    "fail_on": lambda node: node.choices(FailOn),
    "timeouts": _timeouts,
    "verify": lambda node: node.choice(Verify),
    "history": history,
    "notify": notify,
    "reader": lambda node: node.choice(Reader),
    "migrations": _migrations,
    "schedule": schedule,
}
