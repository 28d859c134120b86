"""config.yaml: every key read, every mistake told with its place."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from driftwatch.config import (
    Config,
    Environment,
    FailOn,
    IgnoreRule,
    Include,
    Pair,
    Rename,
    Timeouts,
    Verify,
    load_config,
    read_config,
)
from driftwatch.errors import ConfigError
from driftwatch.model.key import Key

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "PROD_DATABASE_URL", "DRIFTWATCH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, text: str) -> Config:
    (folder / "config.yaml").write_text(dedent(text), encoding="utf-8")
    return load_config()


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value)


def test_every_key_is_read(folder: Path) -> None:
    config = read(
        folder,
        """
        databases:
          dev: {url: dev.sql, environment: development, schemas: public}
          prod:
            url: postgresql://reader:secret@db/app
            direct_url: postgresql://reader:secret@db:5433/app
            environment: production
            schemas: [public, "app_*"]
            schema_map: {app: public}
        compare: {desired: dev, actual: prod}
        include: [owners, grants]
        ignore:
          builtin: false
          rules:
            - {kind: table, name: public.audit_*, reason: made by a job}
        roles: {dev_app: prod_app}
        renames: [column public.users.email = mail]
        schemas: [public]
        schema_map: {public: app}
        shadow: {database: dev, trust: true}
        reports: {directory: out, report_url: "https://example.com/r/"}
        fail_on: [drift, breaking]
        timeouts: {statement: 2min, lock: 500ms, connect: 0}
        verify: full
        """,
    )
    dev, prod = config.databases["dev"], config.databases["prod"]
    assert (dev.url, dev.environment, dev.protected, dev.schemas) == (
        "dev.sql",
        Environment.DEVELOPMENT,
        False,
        ("public",),
    )
    assert (prod.direct_url, prod.protected) == ("postgresql://reader:secret@db:5433/app", True)
    assert (prod.schemas, prod.schema_map) == (("public", "app_*"), {"app": "public"})
    assert config.compare == Pair("dev", "prod")
    assert config.include == {Include.OWNERS, Include.GRANTS}
    assert not config.ignore.builtin
    assert config.ignore.rules == (IgnoreRule("table", "public.audit_*", reason="made by a job"),)
    assert config.roles == {"dev_app": "prod_app"}
    assert config.renames == (Rename(Key("column", ("public", "users", "email")), "mail"),)
    assert (config.schemas, config.schema_map) == (("public",), {"public": "app"})
    assert (config.shadow.database, config.shadow.trust) == ("dev", True)
    assert (config.reports.directory, config.reports.report_url) == (Path("out"), "https://example.com/r/")
    assert config.fail_on == {FailOn.DRIFT, FailOn.BREAKING}
    assert config.timeouts == Timeouts(statement=120.0, lock=0.5, connect=0.0)
    assert config.verify is Verify.FULL
    assert (config.base_dir, config.file) == (folder, Path("config.yaml"))


def test_an_empty_file_is_a_configuration_of_defaults(folder: Path) -> None:
    config = read(folder, "# nothing yet\n")
    assert config == Config(base_dir=folder, file=Path("config.yaml"))
    assert (config.fail_on, config.verify, config.timeouts.lock) == (frozenset({FailOn.DRIFT}), Verify.QUICK, 10.0)


def test_no_file_is_a_configuration_without_databases(folder: Path) -> None:
    assert load_config() == Config(base_dir=folder)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("databses: {}", "line 1, column 1: 'databses' is not a known key at the top, did you mean 'databases'?"),
        (
            "compare:\n  desired: dev\n  actaul: prod",
            "line 3, column 3: 'actaul' is not a known key under compare, did you mean 'actual'?",
        ),
        (
            "databases:\n  dev:\n    urls: x",
            "line 3, column 5: 'urls' is not a known key under databases.dev, did you mean 'url'?",
        ),
        (
            "shadow:\n  zebra: 1",
            "line 2, column 3: 'zebra' is not a known key under shadow (known: url, database, trust)",
        ),
        ("ignore:\n  rules:\n    - {knd: table}", "line 3, column 8: 'knd' is not a known key under ignore.rules[1]"),
        ("verify: quik", "line 1, column 9: verify does not know 'quik', did you mean 'quick'?"),
        ("include: [owners, grant]", "line 1, column 10: include does not know 'grant', did you mean 'grants'?"),
        ("fail_on: drfit,breaking", "fail_on does not know 'drfit', did you mean 'drift'?"),
        ("verify: quick\nverify: full", "line 2, column 1: the file has the key 'verify' twice"),
        ("databases: [dev]", "line 1, column 12: databases must be a mapping"),
        ("schemas: {public: 1}", "line 1, column 10: schemas must be a list"),
        ("- dev", "line 1, column 1: the file must be a mapping"),
        ("verify: [quick]", "verify must be a text"),
        ("shadow: {trust: maybe}", "line 1, column 17: shadow.trust must be true or false"),
        ("timeouts: {lock: 5}", "line 1, column 18: timeouts.lock must be a duration with its unit"),
        ("databases: {dev: {environment: test}}", "databases.dev needs a url"),
        ("databases: {dev: }", "databases.dev needs a url"),
        ("databases: {a/b: x.sql}", "databases.a/b has a name that cannot be a file's"),
        ("databases: {[a, b]: x.sql}", "databases has a key that is not a text"),
        (
            "databases: {p: {url: x, environment: production, protected: false}}",
            "databases.p.protected cannot be false",
        ),
        ("databases: {dev: dev.sql}\ncompare: {desired: dev}", "line 2, column 10: compare needs both"),
        (
            "databases: {dev: dev.sql, prod: p.sql}\ncompare: {desired: dev, actual: prdo}",
            "line 2, column 33: compare.actual names no configured database: 'prdo', did you mean 'prod'?",
        ),
        ("shadow: {database: dev}", "shadow.database names no configured database: 'dev'"),
        (
            "databases: {p: p.sql}\nshadow: {database: p}",
            "line 2, column 20: shadow.database names a protected database",
        ),
        ("shadow: {url: x, database: y}", "shadow has a url and a database"),
        ("ignore: [{reason: none}]", "ignore[1] would ignore everything"),
        ("renames: [users = people]", "line 1, column 11: renames[1] is wrong: 'users' does not name an object"),
        ("schema_map: {a: c, b: c}", "schema_map maps two names to the same one"),
        (
            "verify: ${NOT_SET_ANYWHERE}",
            "line 1, column 9: verify needs the variable NOT_SET_ANYWHERE, which is not set",
        ),
        ("verify: ${open", "verify has a '${' that is not of the form"),
        ("verify: quick\n\tlock: 1", "line 2, column 1: not valid YAML: found character '\\t'"),
        ("a: b: c", "line 1, column 5: not valid YAML: mapping values are not allowed here"),
        ("a: *nothing", "not valid YAML: found undefined alias"),
        ("a: 'open", "not valid YAML: found unexpected end of stream"),
        ("verify: quick\0", "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Path, text: str, sentence: str) -> None:
    message = refused(folder, text)
    assert sentence in message
    assert message.startswith("config.yaml")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("written", "meant"), [("never", set()), ("none", set()), ("[]", set()), ("drift", {FailOn.DRIFT})]
)
def test_fail_on_may_be_one_word_a_list_or_never(folder: Path, written: str, meant: set[FailOn]) -> None:
    assert read(folder, f"fail_on: {written}").fail_on == meant


def test_off_is_the_word_and_not_yaml_s_false(folder: Path) -> None:
    assert read(folder, "verify: off").verify is Verify.OFF


def test_ignore_may_be_a_list_of_rules_alone(folder: Path) -> None:
    ignore = read(folder, "ignore:\n  - {kind: index, attribute: options}").ignore
    assert ignore.builtin
    assert ignore.rules == (IgnoreRule("index", "*", "options"),)
    assert str(ignore.rules[0].place) == "config.yaml, line 2, column 5"


def test_a_rule_for_a_kind_that_does_not_exist_is_told_with_its_place(folder: Path) -> None:
    config = read(folder, "ignore:\n  - {kind: tabel}")
    with pytest.raises(ConfigError, match=r"line 2, column 5: there is no kind 'tabel', did you mean 'table'\?"):
        config.check_kinds({"table", "index"})


@pytest.mark.parametrize("kind", ["table", "tab*", "*"])
def test_a_rule_for_a_kind_that_exists_is_accepted(folder: Path, kind: str) -> None:
    config = read(folder, f"ignore:\n  - {{kind: '{kind}', name: x}}")
    config.check_kinds({"table", "index"})


@pytest.mark.parametrize(
    ("written", "protected"),
    [
        ("x.sql", True),
        ("{url: x.sql}", True),
        ("{url: x.sql, environment: staging}", True),
        ("{url: x.sql, environment: development}", False),
        ("{url: x.sql, environment: development, protected: true}", True),
        ("{url: x.sql, protected: no}", False),
    ],
)
def test_a_database_is_protected_unless_it_is_for_development(folder: Path, written: str, *, protected: bool) -> None:
    assert read(folder, f"databases: {{a: {written}}}").databases["a"].protected is protected


def test_a_variable_that_is_not_set_is_an_error_only_for_the_database_that_needs_it(folder: Path) -> None:
    config = read(folder, "databases:\n  dev: dev.sql\n  prod: ${PROD_DATABASE_URL}")
    assert config.database("dev").url == "dev.sql"
    with pytest.raises(
        ConfigError,
        match=r"config.yaml, line 3, column 9: databases.prod needs the variable PROD_DATABASE_URL, which is not set",
    ):
        config.database("prod")


def test_optional_addresses_may_come_to_nothing(folder: Path) -> None:
    config = read(
        folder,
        """
        databases: {dev: {url: dev.sql, direct_url: "${DIRECT_URL:-}"}}
        shadow: {url: "${SHADOW_URL:-}"}
        """,
    )
    assert config.databases["dev"].direct_url == ""
    assert config.shadow.url == ""


def test_an_unknown_database_is_told_with_the_nearest_name(folder: Path) -> None:
    config = read(folder, "databases: {staging: s.sql}")
    with pytest.raises(ConfigError, match=r"no database 'stagin' is configured, did you mean 'staging'\?"):
        config.database("stagin")


def test_the_file_is_found_by_the_option_then_by_the_variable_then_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("config.yaml", "by-variable.yaml", "by-option.yaml"):
        (folder / name).write_text("", encoding="utf-8")
    assert load_config().file == Path("config.yaml")
    monkeypatch.setenv("DRIFTWATCH_CONFIG", "by-variable.yaml")
    assert load_config().file == Path("by-variable.yaml")
    assert load_config(Path("by-option.yaml")).file == Path("by-option.yaml")


def test_a_file_that_was_asked_for_must_be_there(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file other.yaml \('driftwatch init' writes one\)"):
        load_config(Path("other.yaml"))
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(folder)


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "config.yaml").write_bytes(b"verify: qu\xefck\n")
    with pytest.raises(ConfigError, match=r"config.yaml is not UTF-8 \(byte 11\)"):
        load_config()


def test_anchors_and_a_byte_order_mark_are_understood(folder: Path) -> None:
    (folder / "config.yaml").write_text("databases:\n  a: &shared {url: x.sql}\n  b: *shared\n", encoding="utf-8-sig")
    config = load_config()
    assert config.databases["b"].url == config.databases["a"].url == "x.sql"


def test_no_password_is_in_the_representation_of_a_configuration(folder: Path) -> None:
    config = read(
        folder,
        """
        databases:
          a: {url: "postgresql://u:hunter2@h/d", direct_url: "host=h password=hunter2"}
        shadow: {url: "postgresql://u:hunter2@h/d"}
        """,
    )
    assert "hunter2" not in repr(config)


@pytest.mark.usefixtures("folder")
def test_the_shipped_configuration_runs_the_example() -> None:
    config = read_config(ROOT / "config.yaml")
    assert config.compare == Pair("dev", "prod")
    assert [(ROOT / config.databases[name].url).is_file() for name in config.compare] == [True, True]


@pytest.mark.usefixtures("folder")
def test_the_shipped_configuration_runs_a_project_by_two_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://dev/app")
    monkeypatch.setenv("PROD_DATABASE_URL", "postgresql://prod/app")
    config = read_config(ROOT / "config.yaml")
    assert [config.database(name).url for name in ("dev", "prod")] == ["postgresql://dev/app", "postgresql://prod/app"]


def test_the_template_is_the_shipped_configuration_without_the_example() -> None:
    template = (ROOT / "src/driftwatch/config/template.yaml").read_text(encoding="utf-8")
    shipped = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert re.sub(r":-examples/shop/\w+\.sql", "", shipped) == template
    assert (ROOT / ".env.example").read_bytes() == (ROOT / "src/driftwatch/config/template.env").read_bytes()


def test_what_the_template_has_in_comments_is_valid_too(folder: Path) -> None:
    template = (ROOT / "src/driftwatch/config/template.yaml").read_text(encoding="utf-8")
    full = re.sub(r"(?m)^(\s*)# ( *(?:\w+: ?|- ).*)$", r"\1\2", template)
    with_one_shadow = re.sub(r"(?m)^  database: .*$", "", full)
    variables = "".join(f"{name}=x\n" for name in re.findall(r"\$\{(\w+_URL)\}", full))
    (folder / ".env").write_text(variables, encoding="utf-8")
    config = read(folder, with_one_shadow)
    assert len(config.ignore.rules) == 2
    assert (config.shadow.url, config.databases["prod"].direct_url) == ("x", "x")
    assert (config.renames[0].new, config.roles, config.reports.report_url) == (
        "mail",
        {"dev_app": "prod_app"},
        "https://example.com/driftwatch/",
    )
