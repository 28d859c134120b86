"""The configuration: `config.yaml` and `.env` as frozen values.

values     what can be configured, with its defaults
load       the file's keys, one function each
service    the same for the nightly service's keys
nodes      YAML values that know their line and column
variables  `${NAME}` from the environment and `.env`
renames    `kind old.path = new`
target     what the command line names, as something to read
request    what a user asks for, complete
workflow   the same around migrations
"""

from driftwatch.config.load import FILE_NAME, VARIABLE, load_config, read_config
from driftwatch.config.renames import Rename, parse_rename
from driftwatch.config.request import (
    AckRequest,
    Color,
    CompareRequest,
    DiffRequest,
    Format,
    HistoryRequest,
    OnceRequest,
    PruneRequest,
    ScheduleRequest,
    ShowRequest,
    SnapshotRequest,
    VerifyRequest,
)
from driftwatch.config.target import Target, TargetPair, common_reader, find_pair, find_target
from driftwatch.config.values import (
    Config,
    Database,
    Environment,
    FailOn,
    History,
    Ignore,
    IgnoreRule,
    Include,
    Job,
    MigrationsAt,
    Notify,
    NotifyOn,
    Pair,
    Reader,
    Reports,
    Shadow,
    Timeouts,
    Verify,
    Webhook,
)

__all__ = [
    "FILE_NAME",
    "VARIABLE",
    "AckRequest",
    "Color",
    "CompareRequest",
    "Config",
    "Database",
    "DiffRequest",
    "Environment",
    "FailOn",
    "Format",
    "History",
    "HistoryRequest",
    "Ignore",
    "IgnoreRule",
    "Include",
    "Job",
    "MigrationsAt",
    "Notify",
    "NotifyOn",
    "OnceRequest",
    "Pair",
    "PruneRequest",
    "Reader",
    "Rename",
    "Reports",
    "ScheduleRequest",
    "Shadow",
    "ShowRequest",
    "SnapshotRequest",
    "Target",
    "TargetPair",
    "Timeouts",
    "Verify",
    "VerifyRequest",
    "Webhook",
    "common_reader",
    "find_pair",
    "find_target",
    "load_config",
    "parse_rename",
    "read_config",
]
