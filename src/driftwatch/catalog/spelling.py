"""The settings by which a server writes definitions as text, fixed for a transaction: a database may have others."""

from __future__ import annotations

SPELLING = tuple(
    f"SET LOCAL {setting}"
    for setting in (
        "quote_all_identifiers = off",
        "standard_conforming_strings = on",
        "DateStyle = 'ISO, MDY'",
        "IntervalStyle = 'postgres'",
        "TimeZone = 'UTC'",
        "extra_float_digits = 1",
        "bytea_output = 'hex'",
        "lc_monetary = 'C'",
    )
)
