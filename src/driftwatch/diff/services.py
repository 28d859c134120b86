"""What belongs to the roles of a managed service: it changes when the service does, and as a rule nobody else may."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from driftwatch.model.change import Change
    from driftwatch.model.snapshot import Snapshot

ROLES = frozenset({
    "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "supabase_realtime_admin",
    "supabase_functions_admin",
    "rdsadmin", "cloud_admin", "cloudsqladmin", "alloydbadmin", "azuresu", "flypgadmin",
})  # fmt: skip
"""Of Supabase, RDS, Neon, Cloud SQL, AlloyDB, Azure, Fly: nobody who uses the service is one of them."""


def of_services(changes: Iterable[Change], *sides: Snapshot) -> Mapping[str, tuple[Key, ...]]:
    """By such a role, what is its own among the changes, or stands in a schema of its own."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for change in changes:
        for role in sorted(ROLES.intersection(_owners(change.key, sides))):
            found[role].append(change.key)
    return {role: tuple(sorted(keys)) for role, keys in sorted(found.items())}


def _owners(key: Key, sides: Iterable[Snapshot]) -> Iterator[str]:
    for side in sides:
        for owned in (key, Key("schema", key.path[:1])):
            owner = side.get(Key("owner", (str(owned),)))
            if owner is not None:
                yield str(getattr(owner, "role", ""))
