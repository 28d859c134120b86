"""The exception tree.

DriftwatchError            every error a user can cause or meet; its text is one sentence with the next step
├── ConfigError            config.yaml, .env or the command line
├── SourceError            a source that cannot be found or loaded
│   ├── SqlLoadError       SQL that a server refused: file, line, message
│   └── MigrationError     a migrations directory, or what a database remembers of it
├── ConnectionFailedError  a database that cannot be reached, or was lost
├── UnsupportedServerError a server that is too old
├── SchemaInMotionError    a schema that was changed each time it was read
├── PlanError              a change that cannot be planned, by name
├── ShadowError            no shadow could be had, or it broke
├── ReportError            reports that could not be written
├── HistoryError           a history that can't be read or written
└── NotifyError            a notification that could not be delivered
"""

from __future__ import annotations


class DriftwatchError(Exception):
    """An error told to the user as one clear sentence, without a traceback."""


class ConfigError(DriftwatchError):
    """The configuration or the command line is wrong."""


class SourceError(DriftwatchError):
    """A source cannot be found or loaded."""


class SqlLoadError(SourceError):
    """A server refused the SQL of a source."""


class MigrationError(SourceError):
    """A migrations directory is not as its tool wants it, or does not fit the database."""


class ConnectionFailedError(DriftwatchError):
    """A database cannot be reached, or the connection was lost."""


class UnsupportedServerError(DriftwatchError):
    """The server's major version is not supported."""


class SchemaInMotionError(DriftwatchError):
    """The schema was changed each time it was read."""


class PlanError(DriftwatchError):
    """A change cannot be planned."""


class ShadowError(DriftwatchError):
    """No shadow could be had, or it broke."""


class ReportError(DriftwatchError):
    """A report could not be written."""


class HistoryError(DriftwatchError):
    """The history can't be read or written."""


class NotifyError(DriftwatchError):
    """A notification could not be delivered."""
