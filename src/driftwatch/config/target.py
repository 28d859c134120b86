"""From what the command line names to what is compared: a configured database, or any source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from driftwatch.errors import ConfigError, SourceError
from driftwatch.model.snapshot import INFORMATION_SCHEMA, PG_CATALOG
from driftwatch.nearest import did_you_mean
from driftwatch.sources.conninfo import is_conninfo
from driftwatch.sources.locate import LiveSource, Source, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from driftwatch.config.values import Config, Database, Pair

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """A source, what it is called, and what the configuration says of it."""

    name: str
    """The configured name, else `host-database` or the file's name: safe as a part of a file's name."""
    source: Source
    protected: bool = True
    direct: LiveSource | None = None
    """The way around a pooler, where one was configured."""
    schemas: tuple[str, ...] = ()
    """Patterns of the schemas in scope, in this source's own names; none: all of the user's."""
    reader: str = PG_CATALOG
    """By what it is read."""

    @property
    def location(self) -> str:
        """Where it is, without a password."""
        return self.source.display


@dataclass(frozen=True)
class TargetPair:
    """The two sides of a comparison."""

    desired: Target
    actual: Target
    schema_map: Mapping[str, str] = field(hash=False)
    """What each schema of the desired side is called in the actual one; those not named keep their names."""

    @property
    def carried_over(self) -> tuple[str, ...]:
        """The patterns of the desired side, in the names of the actual one."""
        return _carried_over(self.desired.schemas, self.schema_map)


def common_reader(targets: Iterable[Target]) -> str:
    """By what all of them are read: `information_schema` where one of them has to be, since only like is compared."""
    return INFORMATION_SCHEMA if any(target.reader == INFORMATION_SCHEMA for target in targets) else PG_CATALOG


def find_target(text: str, config: Config, by_hand: Sequence[str] = (), general: Sequence[str] | None = None) -> Target:
    """A configured database by its name, else the source that the text names (paths: from the working directory).

    Its scope is the first of: patterns given by hand, the database's own, the general ones (those of the
    configuration unless given), Prisma's `?schema=`.

    Raises:
        ConfigError: it is neither a configured database nor a source, or its configuration misses a variable.
        SourceError: the source is not there, or its URL is malformed.
    """
    general = config.schemas if general is None else general
    if text in config.databases:
        database = config.database(text)
        target = _configured(database, config)
        return _scoped(target, by_hand or database.schemas or general)
    if _is_bare_name(text):
        known = f" (configured: {', '.join(config.databases)})" if config.databases else ""
        hint = did_you_mean(text, config.databases) or known
        raise ConfigError(f"{text!r} is neither a configured database nor a file or folder here{hint}")
    source = parse_source(text, Path.cwd())
    return _scoped(Target(_name_of(source), source, reader=config.reader), by_hand or general)


def find_pair(config: Config, desired: str | None, actual: str | None, schemas: Sequence[str] = ()) -> TargetPair:
    """The two sides of a comparison, by default those that the configuration names.

    `schemas` are patterns given by hand; they and the configuration's general ones are in the desired side's names,
    and are carried over to the actual side by the schema map.

    Raises:
        ConfigError: one side only was given, no pair is configured, a side is unknown, or the schema maps contradict
            each other.
        SourceError: a source is not there, or its URL is malformed.
    """
    if desired is None and actual is None:
        desired, actual = _configured_pair(config)
    if desired is None or actual is None:
        raise ConfigError("give both sides, DESIRED and ACTUAL, or none")
    schema_map = _joined(_own_map(desired, config), _own_map(actual, config), config.schema_map)
    return TargetPair(
        find_target(desired, config, schemas),
        find_target(actual, config, _carried_over(schemas, schema_map), _carried_over(config.schemas, schema_map)),
        schema_map,
    )


def _configured(database: Database, config: Config) -> Target:
    source = _parse(database, database.url, config)
    reader = database.reader or config.reader
    return Target(database.name, source, database.protected, _direct(database, config), reader=reader)


def _direct(database: Database, config: Config) -> LiveSource | None:
    if not database.direct_url:
        return None
    source = _parse(database, database.direct_url, config)
    if not isinstance(source, LiveSource):
        raise ConfigError(f"the direct_url of {database.name!r} must be a connection URL")
    return source


def _scoped(target: Target, patterns: Sequence[str]) -> Target:
    own = target.source.schemas if isinstance(target.source, LiveSource) else ()
    return replace(target, schemas=tuple(patterns) or own)


def _parse(database: Database, text: str, config: Config) -> Source:
    try:
        return parse_source(text, config.base_dir)
    except SourceError as error:
        raise SourceError(f"database {database.name!r}: {error}") from None


def _is_bare_name(text: str) -> bool:
    return bool(text.strip()) and not (is_conninfo(text) or re.search(r"[./\\:=@]", text) or Path(text).exists())


def _name_of(source: Source) -> str:
    text = source.display if isinstance(source, LiveSource) else source.path.resolve().stem
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:63] or "source"


def _configured_pair(config: Config) -> Pair:
    if config.compare:
        return config.compare
    if config.file is None:
        raise ConfigError(
            "name two sources, or write down a pair: there is no config.yaml here ('driftwatch init' makes one)"
        )
    raise ConfigError(
        f"name two sources, or write a pair into {config.file}, such as compare: {{desired: dev, actual: prod}}"
    )


def _own_map(name: str, config: Config) -> Mapping[str, str]:
    return config.databases[name].schema_map if name in config.databases else _NOTHING


def _joined(desired: Mapping[str, str], actual: Mapping[str, str], general: Mapping[str, str]) -> Mapping[str, str]:
    """Desired names to actual names, by way of the names that both sides' own maps lead to."""
    back = {shared: own for own, shared in actual.items()}
    joined = {own: back.get(shared, shared) for own, shared in desired.items()}
    joined |= {shared: own for shared, own in back.items() if shared not in desired.values()}
    joined |= general
    if len(set(joined.values())) != len(joined):
        raise ConfigError("the schema maps lead two schemas to one of the same name: check schema_map")
    return MappingProxyType({own: other for own, other in joined.items() if own != other})


def _carried_over(patterns: Sequence[str], schema_map: Mapping[str, str]) -> tuple[str, ...]:
    """Patterns for the desired side, in the names of the actual one."""
    kept = [pattern for pattern in patterns if pattern not in schema_map]
    mapped = [other for own, other in schema_map.items() if any(fnmatchcase(own, pattern) for pattern in patterns)]
    return tuple(dict.fromkeys(kept + mapped))
