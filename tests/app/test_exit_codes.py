"""One table: what was found, what is asked for, and how the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.conftest import Call, Pair

pytestmark = pytest.mark.usefixtures("one_shadow")

SAME = "CREATE TABLE t (id int)"
SAFE = f"{SAME}; COMMENT ON TABLE t IS 'things'"
BREAKING = "CREATE TABLE u (id int)"


@pytest.mark.parametrize(
    ("dev", "fail_on", "code"),
    [
        (SAME, "drift", 0),
        (SAME, "breaking", 0),
        (SAFE, "drift", 2),
        (SAFE, "breaking", 0),
        (SAFE, "never", 0),
        (BREAKING, "breaking", 2),
        (BREAKING, "drift,breaking", 2),
        (BREAKING, "never", 0),
    ],
)
def test_the_exit_code_is_2_for_what_is_asked_for(call: Call, pair: Pair, dev: str, fail_on: str, code: int) -> None:
    done = call("compare", *pair(dev, SAME), "--fail-on", fail_on, "--no-verify", "--no-report")
    assert (done.returncode, done.stderr) == (code, "")


def test_no_drift_is_said_of_what_was_compared(call: Call, pair: Pair) -> None:
    done = call("compare", *pair(SAME, SAME), "--no-report")
    assert done.stdout.startswith("No drift in what was compared")


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--include", "grants"), 2)])
def test_what_no_kind_reads_is_drift_where_it_differs(
    call: Call, pair: Pair, options: tuple[str, ...], code: int
) -> None:
    # A right on a system function: pg_dump writes it, no kind reads system objects.
    granted = f"{SAME}; GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO pg_monitor WITH GRANT OPTION"
    done = call("compare", *pair(granted, SAME), "--no-report", "--no-verify", *options)
    assert done.returncode == code, done.stdout
    assert ("pg_ls_waldir" in done.stdout) == (code == 2)


def test_a_usage_error_is_1_and_not_click_s_2(call: Call) -> None:
    assert call("compare", "--no-such-option").returncode == 1
