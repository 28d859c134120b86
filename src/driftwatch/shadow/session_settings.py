"""What ALTER DATABASE or ALTER ROLE may have set, and would get in the way of building and reading a copy."""

from __future__ import annotations

SETTINGS = (
    "idle_session_timeout = 0",
    "idle_in_transaction_session_timeout = 0",
    "statement_timeout = 0",
    "lock_timeout = 0",
    "default_transaction_read_only = off",
)


def as_options() -> str:
    """As libpq's `options`: sent at connect, they win over what a database or a role has set."""
    return " ".join(f"-c {setting.replace(' = ', '=')}" for setting in SETTINGS)
