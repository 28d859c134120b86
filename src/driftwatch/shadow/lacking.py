"""What a server says it lacks, read off its refusals: roles, extensions, collations, tablespaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import Connection

    from driftwatch.shadow.psql import Refusal

# The server's messages in English: private servers have lc_messages = C, and on others nothing is made.
_ROLE = re.compile(r'role "(?P<name>.*)" does not exist')
# A dump says SET default_tablespace, and the detail of its refusal repeats the name.
_TABLESPACE = re.compile(
    r'tablespace "(?P<name>.*)" does not exist|invalid value for parameter "default_tablespace": "(?P<set>.*?)"(?:;|$)'
)
_MAKES_ROLE = re.compile(r'permission denied to create role|role ".*" already exists')
_ROLE_INSIDE = re.compile(
    r'SQL statement "CREATE (?:ROLE|USER|GROUP) (?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>\w+))', re.IGNORECASE
)
_EXTENSION = re.compile(
    r'extension "(?P<name>.*?)" is not available'
    r'|could not open extension control file ".*/(?P<before_15>.*)\.control"'
    r'|extension "(?P<known>.*)" has no installation script nor update path for version "(?P<version>.*)"'
)
_COLLATION = re.compile(r'collation "(?:pg_catalog\.)?(?P<name>.*)" for encoding ".*" does not exist')


# The functions of commands/user.c behind CREATE, ALTER and DROP ROLE, their settings and who is a member of whom.
_ABOUT_ROLES = frozenset({
    "CreateRole", "AlterRole", "AlterRoleSet", "RenameRole", "DropRole", "GrantRole", "AddRoleMems", "DelRoleMems",
    "check_role_membership_authorization", "check_role_grantor",
})  # fmt: skip
_REFUSED = frozenset({"42501", "42710", "0LP01"})
"""insufficient_privilege, duplicate_object where it is there already, invalid_grant_operation where it goes round."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What the server was found to lack, by name; an extension with the version asked for."""

    roles: frozenset[str] = frozenset()
    extensions: frozenset[tuple[str, str | None]] = frozenset()
    collations: frozenset[str] = frozenset()
    tablespaces: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self != Lacking()

    def __and__(self, other: Lacking) -> Lacking:
        return Lacking(
            self.roles & other.roles,
            self.extensions & other.extensions,
            self.collations & other.collations,
            self.tablespaces & other.tablespaces,
        )

    def __or__(self, other: Lacking) -> Lacking:
        return Lacking(
            self.roles | other.roles,
            self.extensions | other.extensions,
            self.collations | other.collations,
            self.tablespaces | other.tablespaces,
        )


def lacked(message: str, context: str = "") -> Lacking:
    """What a refusal's message says is missing; nothing when it is about something else.

    A block that makes a role if there is none goes on where there is one.
    """
    if context and makes_role(message) and (inside := _ROLE_INSIDE.match(context)) is not None:
        quoted, plain = inside["quoted"], inside["plain"]
        return Lacking(roles=frozenset({quoted.replace('""', '"') if quoted else plain.lower()}))
    if (role := _ROLE.match(message)) is not None:
        return Lacking(roles=frozenset({role["name"]}))
    if (collation := _COLLATION.match(message)) is not None:
        return Lacking(collations=frozenset({collation["name"]}))
    if (tablespace := _TABLESPACE.match(message)) is not None:
        return Lacking(tablespaces=frozenset({tablespace["name"] or tablespace["set"]}))
    if (extension := _EXTENSION.match(message)) is not None:
        name = extension["name"] or extension["before_15"] or extension["known"]
        return Lacking(extensions=frozenset({(name, extension["version"])}))
    return Lacking()


def makes_role(message: str) -> bool:
    """Whether a CREATE ROLE was refused, for want of rights or since another side's SQL mentions the role as well."""
    return _MAKES_ROLE.match(message) is not None


def is_about_roles(refusal: Refusal) -> bool:
    """Whether what was refused is a statement of its own about roles, which leaves nothing in the database."""
    if refusal.context or refusal.state not in _REFUSED:
        return False
    comment = refusal.function == "check_object_ownership" and "CREATEROLE" in refusal.message
    return comment or refusal.function in _ABOUT_ROLES


def has_icu(connection: Connection) -> bool:
    """Whether the server was built with ICU: initdb imports its locales then, the root one first."""
    row = connection.execute("SELECT FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu'").fetchone()
    return row is not None
