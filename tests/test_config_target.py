"""What the command line names, and the schemas in scope on each side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.config import Config, Database, Pair, find_pair, find_target
from driftwatch.errors import ConfigError, SourceError
from driftwatch.sources.locate import SqlSource

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A configuration in one folder, used from another."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    (project / "dev.sql").touch()
    (elsewhere / "schema.sql").touch()
    monkeypatch.chdir(elsewhere)
    databases = {
        "dev": Database("dev", "dev.sql", protected=False),
        "prod": Database("prod", "postgresql://u:hunter2@db/app?schema=app", direct_url="postgresql://db:5433/app"),
        "lost": Database("lost", problem="databases.lost needs the variable X, which is not set"),
    }
    return Config(base_dir=project, databases=databases, compare=Pair("dev", "prod"))


def test_a_configured_path_is_relative_to_the_configuration(config: Config) -> None:
    target = find_target("dev", config)
    assert isinstance(target.source, SqlSource)
    assert target.source.path == config.base_dir / "dev.sql"
    assert (target.name, target.protected, target.location) == ("dev", False, "dev.sql")


def test_a_path_on_the_command_line_is_relative_to_the_working_directory(config: Config, tmp_path: Path) -> None:
    target = find_target("schema.sql", config)
    assert isinstance(target.source, SqlSource)
    assert target.source.path == tmp_path / "elsewhere" / "schema.sql"
    assert (target.name, target.protected) == ("schema", True)


def test_the_way_around_a_pooler_is_kept(config: Config) -> None:
    target = find_target("prod", config)
    assert target.direct
    assert target.direct.display == "db:5433/app"
    assert "hunter2" not in repr(target)


def test_a_direct_url_must_be_a_connection(config: Config) -> None:
    config = replace(config, databases={"dev": Database("dev", "dev.sql", direct_url="dev.sql")})
    with pytest.raises(ConfigError, match="direct_url of 'dev' must be a connection URL"):
        find_target("dev", config)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgresql://u:p@db.example.com:5433/app", "db.example.com-5433-app"),
        ("postgresql://[::1]/app", "1-app"),
        ("host=/run/postgresql dbname='my app'", "run-postgresql-my-app"),
        (".", "elsewhere"),
    ],
)
def test_a_source_without_a_name_is_named_for_files(config: Config, text: str, name: str) -> None:
    assert find_target(text, config).name == name


def test_an_unknown_name_is_told_with_the_nearest_configured_one(config: Config) -> None:
    with pytest.raises(
        ConfigError, match="'prdo' is neither a configured database nor a file or folder here, did you mean 'prod'"
    ):
        find_target("prdo", config)
    with pytest.raises(ConfigError, match=r"\(configured: dev, prod, lost\)"):
        find_target("zzz", config)


def test_a_database_whose_variable_is_not_set_is_told_when_it_is_asked_for(config: Config) -> None:
    with pytest.raises(ConfigError, match=r"databases\.lost needs the variable X"):
        find_target("lost", config)


def test_a_configured_file_that_is_missing_is_told_with_the_database(config: Config) -> None:
    (config.base_dir / "dev.sql").rename(config.base_dir / "develop.sql")
    with pytest.raises(
        SourceError, match=r"database 'dev': there is no file 'dev\.sql' in .*, did you mean 'develop\.sql'"
    ):
        find_target("dev", config)


def test_the_configured_pair_is_compared_by_default(config: Config) -> None:
    pair = find_pair(config, None, None)
    assert (pair.desired.name, pair.actual.name, pair.schema_map) == ("dev", "prod", {})


def test_without_a_pair_two_sources_are_asked_for(config: Config) -> None:
    with pytest.raises(ConfigError, match=r"name two sources, or write down a pair: there is no config\.yaml"):
        find_pair(replace(config, compare=None), None, None)


def test_the_scope_is_by_hand_then_the_database_s_then_the_general_then_the_url_s(config: Config) -> None:
    assert find_target("prod", config).schemas == ("app",)
    config = replace(config, schemas=("general",))
    assert find_target("prod", config).schemas == ("general",)
    own = {"prod": replace(config.databases["prod"], schemas=("own",))}
    config = replace(config, databases={**config.databases, **own})
    assert find_target("prod", config).schemas == ("own",)
    assert find_target("prod", config, ("hand",)).schemas == ("hand",)
    assert find_target("schema.sql", config).schemas == ("general",)


def test_the_scope_is_carried_over_by_the_schema_map(config: Config) -> None:
    config = replace(config, schemas=("public", "b_*"), schema_map={"public": "app", "b_one": "c_one"})
    pair = find_pair(config, "dev", "prod")
    assert pair.desired.schemas == ("public", "b_*")
    assert pair.actual.schemas == ("b_*", "app", "c_one")
    assert find_pair(config, "dev", "prod", ("public",)).actual.schemas == ("app",)


def _with_maps(config: Config, dev: dict[str, str], prod: dict[str, str]) -> Config:
    databases = dict(config.databases)
    databases["dev"] = replace(databases["dev"], schema_map=dev)
    databases["prod"] = replace(databases["prod"], schema_map=prod)
    return replace(config, databases=databases)


@pytest.mark.parametrize(
    ("dev", "prod", "joined"),
    [
        ({"dev_app": "app"}, {"prod_app": "app"}, {"dev_app": "prod_app"}),
        ({"dev_app": "app"}, {}, {"dev_app": "app"}),
        ({}, {"prod_app": "app"}, {"app": "prod_app"}),
        ({"a": "x"}, {"a": "x"}, {}),
    ],
)
def test_the_maps_of_both_sides_are_joined(
    config: Config, dev: dict[str, str], prod: dict[str, str], joined: dict[str, str]
) -> None:
    assert find_pair(_with_maps(config, dev, prod), "dev", "prod").schema_map == joined


def test_maps_that_lead_two_schemas_to_one_are_refused(config: Config) -> None:
    config = replace(_with_maps(config, {"a": "x"}, {}), schema_map={"b": "x"})
    with pytest.raises(ConfigError, match="lead two schemas to one"):
        find_pair(config, "dev", "prod")
