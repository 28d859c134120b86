from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.model.key import Key, parse_key

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases, Servers


@pytest.fixture(autouse=True)
def roles(server: Servers) -> None:
    server(18).ensure_roles(["app_reader"])


SETTINGS = [
    ("work_mem", "'5MB'"),
    ("search_path", """"$user", public, "we""ird", "select" """),
    ("search_path", "''"),
    ("app.motto", "'it''s {1} %I $$ _'"),
]


@pytest.mark.parametrize("of", ["DATABASE {0}", "ROLE app_reader IN DATABASE {0}"])
@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_setting_reaches_a_database_of_another_name(name: str, value: str, of: str, way: Plans) -> None:
    alter = f"""DO $do$ BEGIN EXECUTE 'ALTER ' || format('{of.replace("{0}", "%I")}', current_database())
                || $set$ SET {name} TO {value} $set$; END $do$"""

    way("", alter)
    way(alter, "")


def test_own_mark_is_no_setting_of_the_users(database: Databases, snapshot: Reads) -> None:
    made = database()
    made.execute(f"ALTER DATABASE {made.name} SET driftwatch.environment = 'development'")
    made.execute(f"ALTER DATABASE {made.name} SET work_mem = '5MB'")

    read = [key for key in snapshot(made).objects if key.kind == "database_setting"]

    assert read == [Key("database_setting", ("work_mem", ""))]


def test_its_key_names_the_setting_and_whose_it_is() -> None:
    for path, text in ((("work_mem", ""), "work_mem"), (("my.flag", "a for b"), '"my.flag" for "a for b"')):
        key = Key("database_setting", path)
        assert str(key) == f"database_setting {text}"
        assert parse_key(str(key)) == key
