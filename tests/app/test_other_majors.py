"""What an object is by itself may differ between majors: told apart from what somebody asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.conftest import Call
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

SUBSCRIPTION = """
    CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere.invalid' PUBLICATION pub
    WITH (connect = false, slot_name = NONE{})"""


@pytest.mark.parametrize(
    ("dev_major", "dev", "prod", "outcome", "statement"),
    [
        (18, "", "", "no-drift", ""),
        (18, "", "on", "breaking-drift", "SET (streaming = off)"),
        (18, "off", "", "no-drift", ""),
        (16, "", "parallel", "breaking-drift", "SET (streaming = off)"),
        (16, "parallel", "", "breaking-drift", "SET (streaming = parallel)"),
    ],
)
def test_how_a_subscription_streams_is_proved_on_any_major(  # noqa: PLR0913, PLR0917  fixtures
    dev_major: int, dev: str, prod: str, outcome: str, statement: str, call: Call, database: Databases
) -> None:
    sides = database(dev_major), database(16)
    for side, streaming in zip(sides, (dev, prod), strict=True):
        side.execute(SUBSCRIPTION.format(streaming and f", streaming = {streaming}"))
    done = call("compare", *(side.conninfo for side in sides), "--format", "json", "--no-report")
    report = json.loads(done.stdout)
    assert report["outcome"] == outcome
    if statement:
        assert report["verdict"]["outcome"] == "proved", report["verdict"]
        assert statement in report["migration"]["sql"]
