"""The use cases: what the command line, the scheduler and the tests call."""

from driftwatch.app.acknowledge import acknowledge, baseline
from driftwatch.app.compare import compare
from driftwatch.app.doctor import doctor
from driftwatch.app.history import diff_runs, history, prune, show_run
from driftwatch.app.notify import notify_test
from driftwatch.app.snapshot import snapshot
from driftwatch.app.status import status
from driftwatch.app.verify import verify

__all__ = [
    "acknowledge",
    "baseline",
    "compare",
    "diff_runs",
    "doctor",
    "history",
    "notify_test",
    "prune",
    "show_run",
    "snapshot",
    "status",
    "verify",
]
