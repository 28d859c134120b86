"""The private folder in which a server of ours looks for extensions before its own (`extension_control_path`)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.shadow.extensions import Extension, Routine, StandIn
from driftwatch.shadow.known_extensions import BODIES, known_extensions
from driftwatch.sql import dollar_quote, literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.shadow.binaries import Binaries

# Modules of PostgreSQL's own (and pgvector) that only a superuser may install, for what their functions would show or
# reach; the functions themselves check the caller's rights. Their install scripts call nothing that a user could have
# put in their way: they only declare. So that the unprivileged owner of a shadow's database can install them.
DECLARING = """
amcheck autoinc bloom dblink dict_xsyn earthdistance file_fdw insert_username intagg moddatetime pageinspect
pg_buffercache pg_freespacemap pg_prewarm pg_stat_statements pg_visibility pg_walinspect pgrowlocks pgstattuple
postgres_fdw refint sslinfo vector xml2
""".split()

FIRST_WITH_EXTENSION_PATH = 18

WRAPPERS = {"file_fdw": "file_fdw", "postgres_fdw": "postgres_fdw", "dblink": "dblink_fdw"}
"""Foreign-data wrappers: whoever installs the module would, as superuser, also own and so may use its wrapper."""


class ExtensionFolder:
    """Control files and scripts of stand-ins, and of modules that the databases' owner may install.

    Attributes:
        root: What `extension_control_path` names.
        system: The server's own extension folder; None if it wasn't found.
        used: Whether the server looks here.
    """

    def __init__(self, root: Path, binaries: Binaries) -> None:
        """Make the folder, with what can be known before anybody asks.

        Args:
            root: Its files go to `extension` in there.
            binaries: The server's.
        """
        self.root = root
        self.system = system = system_extensions(binaries)
        self.used = True
        self._folder = root / "extension"
        for folder in (root, self._folder):
            folder.mkdir()
            folder.chmod(0o755)  # for the server's account, whatever our umask
        self._stand_ins: dict[str, StandIn] = {}
        if binaries.major < FIRST_WITH_EXTENSION_PATH and system is not None:
            for file in system.iterdir():  # ours is the only folder that the server looks in
                self._link(file)
        for name in filter(self.has, DECLARING):
            self._trust(name)
        for extension in known_extensions(binaries.major):
            self.add(extension)

    def has(self, name: str) -> bool:
        """Whether the server has the real extension."""
        return self.system is not None and (self.system / f"{name}.control").exists()

    def stand_in(self, name: str) -> StandIn | None:
        """The stand-in of that name, if it is one."""
        return self._stand_ins.get(name)

    def add(self, extension: Extension) -> StandIn | None:
        """Write a stand-in, whose version becomes the default one; None when the server has the real extension."""
        if self.has(extension.name):
            return None
        self._write(f"{_safe(extension.name)}.control", _control(extension))
        self._write(f"{extension.name}--{_safe(extension.version)}.sql", _script(extension))
        stand_in = StandIn("extension", extension.name, extension.uncovered)
        self._stand_ins[extension.name] = stand_in
        return stand_in

    def _write(self, name: str, text: str) -> None:
        """In one step, for a server that reads it meanwhile, and never through a link to the server's own file.

        Readable by the server's account; the folder above lets nobody else in.
        """
        making = self._folder / f".{threading.get_ident()}"
        making.write_text(text, encoding="utf-8")
        making.chmod(0o644)
        making.replace(self._folder / name)

    def _link(self, file: Path) -> None:
        link = self._folder / file.name
        link.unlink(missing_ok=True)
        link.symlink_to(file)

    def _trust(self, name: str) -> None:
        """Link the scripts and repeat the control file with `trusted`: owners may install it, as superuser."""
        assert self.system is not None  # noqa: S101 - has() said so
        control = (self.system / f"{name}.control").read_text(encoding="utf-8")
        self._write(f"{name}.control", f"{control}\ntrusted = true\n")
        for script in self.system.glob(f"{name}--*.sql"):
            if name in WRAPPERS and script.stem.count("--") == 1:
                grant = f"GRANT USAGE ON FOREIGN DATA WRAPPER {WRAPPERS[name]} TO @extowner@;\n"
                self._write(script.name, script.read_text(encoding="utf-8") + grant)
            else:
                self._link(script)


def system_extensions(binaries: Binaries) -> Path | None:
    """Where the server's own extensions are; None when not in one of the usual places beside its programs."""
    above = binaries.bin_dir.parent
    shares = [above / "share", above / "share/postgresql", above.parent / f"share/postgresql{binaries.major}"]
    debian = Path("/usr/share/postgresql") / str(binaries.major)
    for share in (*shares, debian):
        if (share / "extension/plpgsql.control").exists():
            return share / "extension"
    return None


def _safe(name: str) -> str:
    """A name that stays in the folder: PostgreSQL allows no slash either (check_valid_extension_name)."""
    if "/" in name or name.startswith(".") or "--" in name:
        raise ValueError(name)
    return name


def _control(extension: Extension) -> str:
    lines = {
        "default_version": literal(extension.version),
        "relocatable": "true" if extension.relocatable else "false",
        "superuser": "true",
        "trusted": "true",
    }
    if extension.comment is not None:
        lines["comment"] = literal(extension.comment)
    if extension.requires:
        lines["requires"] = literal(", ".join(extension.requires))
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


def _script(extension: Extension) -> str:
    # Its scripts run as superuser, but whoever installs it shall be able to use its schemas.
    schemas = [f"CREATE SCHEMA {quote(schema)} AUTHORIZATION @extowner@;\n" for schema in extension.schemas]
    return "".join([*schemas, *map(_routine, extension.routines)])


def _routine(routine: Routine) -> str:
    """The real signature and a body that returns NULL, no row, or what a random generator gives."""
    name = qualify(routine.schema, routine.name) if routine.schema else quote(routine.name)
    value = BODIES.get((routine.name, routine.arguments), "NULL") if routine.returns_value else ""
    body = dollar_quote(f"BEGIN RETURN {value}; END", "stand_in")
    if routine.result is None:
        return f"CREATE PROCEDURE {name} ({routine.arguments}) LANGUAGE plpgsql AS {body};\n"
    strict = " STRICT" if routine.strict else ""
    properties = f"{routine.volatility}{strict} PARALLEL {routine.parallel}"
    return (
        f"CREATE FUNCTION {name} ({routine.arguments}) RETURNS {routine.result} LANGUAGE plpgsql {properties} "
        f"AS {body};\n"
    )
