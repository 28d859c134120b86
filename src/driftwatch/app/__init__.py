"""The use cases: what the command line, the scheduler and the tests call."""

from driftwatch.app.compare import compare
from driftwatch.app.doctor import doctor
from driftwatch.app.snapshot import snapshot
from driftwatch.app.verify import verify

__all__ = ["compare", "doctor", "snapshot", "verify"]
