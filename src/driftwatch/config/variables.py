"""`${NAME}` in a configured value: from the environment, then from the `.env` file beside config.yaml.

Where NAME is in neither, NAME_FILE names a file that holds the value: that is how containers are handed secrets.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(r"\$(?P<escaped>\$\{)|\$\{(?P<name>[A-Za-z_]\w*)(?::-(?P<default>[^{}]*))?\}|(?P<broken>\$\{)")


class UnsetVariableError(ConfigError):
    """A value names a variable that has no value and no default."""


@dataclass(frozen=True)
class Variables:
    """The variables that values may name; the environment wins over the file, and no text of theirs is ever shown."""

    environment: Mapping[str, str] = field(repr=False)
    env_file: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """The value of a variable; empty where it is not set.

        Raises:
            ConfigError: the file that holds it can't be read.
        """
        value = self.environment.get(name) or self.env_file.get(name)
        file = self.environment.get(f"{name}_FILE") or self.env_file.get(f"{name}_FILE")
        return value or (_secret(name, Path(file)) if file else "")

    def expand(self, text: str) -> str:
        """Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`.

        As in a shell, an empty variable counts as unset. What a variable holds is not expanded again, so that a
        password may contain anything.

        Raises:
            UnsetVariableError: a variable without a default is not set.
            ConfigError: a `${` that is not closed, or a default with another variable in it.
        """
        return _REFERENCE.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return "${"
        if match["broken"]:
            raise ConfigError(
                "has a '${' that is not of the form ${NAME} or ${NAME:-default} (write '$${' for the text)"
            )
        value = self.get(match["name"]) or match["default"]
        if value is None:
            raise UnsetVariableError(
                f"needs the variable {match['name']}, which is not set (set it, or put it into .env)"
            )
        return value


def _secret(name: str, path: Path) -> str:
    """A file's content without the line end that editors put behind it."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"needs the file {path}, which {name}_FILE names and can't be read: {reason}") from None


def read_variables(folder: Path) -> Variables:
    """The process's environment, and the folder's `.env` where there is one.

    Raises:
        ConfigError: `.env` cannot be read.
    """
    path = folder / ".env"
    if not path.is_file():
        return Variables(os.environ)
    from dotenv.main import DotEnv

    try:
        values = DotEnv(path, encoding="utf-8-sig", override=False).dict()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{path} cannot be read: {reason}") from error
    return Variables(os.environ, {name: value for name, value in values.items() if value})
