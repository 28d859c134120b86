"""Security labels (pg_seclabel), which a loaded label provider gives meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Implied, Statement
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Writing


class SecurityLabel(NamedTuple):
    """One provider's label of an object or a part of it."""

    target: Key
    part: str
    provider: str
    label: str


def query(_version: int) -> str:
    """Every label on an object of this database."""
    rows = "SELECT s.classoid AS classid, s.objoid AS objid, s.objsubid, s.provider, s.label FROM pg_seclabel s"
    return about.placed(rows, "d.provider, d.label")


def _write(label: SecurityLabel, value: str, context: Context) -> Writing:
    subject = about.subject(label.target, label.part, context)
    if subject is None:
        return Implied(by=label.target)
    hazards = about.access(label.target, context, f"{label.provider} decides by its label who may use {label.target}")
    return [Statement(f"SECURITY LABEL FOR {quote(label.provider)} ON {subject} IS {value}", hazards=hazards)]


def create(label: SecurityLabel, context: Context) -> Writing:
    """SECURITY LABEL … IS."""
    return _write(label, literal(label.label), context)


def drop(label: SecurityLabel, context: Context) -> Writing:
    """SECURITY LABEL … IS NULL."""
    return _write(label, "NULL", context)


KIND = Kind(
    name="security_label",
    model=SecurityLabel,
    identity=("target", "part", "provider"),
    query=query,
    create=create,
    drop=drop,
    alter={"label": Alter(lambda _old, new, context: create(new, context))},
    about=True,
    stands_in="pg_seclabel",
)
