"""YAML values that know where they stand, so that every mistake in config.yaml is told with its line and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import yaml

from driftwatch.errors import ConfigError
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from enum import StrEnum
    from pathlib import Path

    from driftwatch.config.variables import Variables

Choice = TypeVar("Choice", bound="StrEnum")

_NULL = "tag:yaml.org,2002:null"
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|min|h|d)\Z")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True)
class Place:
    """A position in a file, counted from 1 as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Node:
    """One value of the file: what it is called (`databases.dev.url`), where it stands, and how to read it.

    Scalars are read as the text that stands in the file: YAML's own idea of `off` (a boolean) or `5432` (a number)
    never gets in the way.
    """

    yaml_node: yaml.Node
    name: str
    file: str
    variables: Variables

    @property
    def place(self) -> Place:
        """Where the value starts."""
        mark = self.yaml_node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    @property
    def empty(self) -> bool:
        """Whether nothing stands behind the key."""
        return self.yaml_node.tag == _NULL

    @property
    def scalar(self) -> bool:
        """Whether the value is a single text."""
        return isinstance(self.yaml_node, yaml.ScalarNode) and not self.empty

    @property
    def sequence(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.yaml_node, yaml.SequenceNode)

    def error(self, sentence: str) -> ConfigError:
        """An error about this value, with its place."""
        return ConfigError(f"{self.place}: {self.name or 'the file'} {sentence}")

    def entries(self) -> dict[str, Node]:
        """A mapping whose keys are names of the user's own.

        Raises:
            ConfigError: it is no mapping, or a key stands in it twice.
        """
        if self.empty:
            return {}
        if not isinstance(self.yaml_node, yaml.MappingNode):
            raise self.error("must be a mapping (key: value)")
        found: dict[str, Node] = {}
        for key_node, value_node in self.yaml_node.value:
            key = self._key(key_node)
            if key in found:
                raise self._at(key_node, self.name).error(f"has the key {key!r} twice")
            found[key] = self._at(value_node, f"{self.name}.{key}".lstrip("."))
        return found

    def keys(self, *known: str) -> dict[str, Node]:
        """A mapping whose keys are driftwatch's; those with nothing behind them are left out.

        Raises:
            ConfigError: a key is not known.
        """
        found = self.entries()
        for key_node in [] if self.empty else [key for key, _ in self.yaml_node.value]:
            if key_node.value not in known:
                hint = did_you_mean(key_node.value, known) or f" (known: {', '.join(known)})"
                where = f"under {self.name}" if self.name else "at the top"
                raise ConfigError(
                    f"{self._at(key_node, '').place}: {key_node.value!r} is not a known key {where}{hint}"
                )
        return {key: node for key, node in found.items() if not node.empty}

    def items(self) -> list[Node]:
        """The members of a list."""
        if self.empty:
            return []
        if not isinstance(self.yaml_node, yaml.SequenceNode):
            raise self.error("must be a list (- item)")
        return [self._at(item, f"{self.name}[{n}]") for n, item in enumerate(self.yaml_node.value, 1)]

    def text(self) -> str:
        """A text with its variables replaced.

        Raises:
            UnsetVariableError: a variable in it is not set.
            ConfigError: it is a list or mapping, or empty.
        """
        text = self.optional_text()
        if not text:
            raise self.error("is empty")
        return text

    def optional_text(self) -> str:
        """The same, where `${NAME:-}` may come to nothing."""
        if not self.scalar:
            raise self.error("must be a text")
        try:
            return self.variables.expand(str(self.yaml_node.value)).strip()
        except ConfigError as error:
            raise type(error)(f"{self.place}: {self.name} {error}") from None

    def address(self) -> str:
        """An http address, or nothing where `${NAME:-}` came to nothing; it may be a secret, and is not told."""
        text = self.optional_text()
        if text and not text.startswith(("http://", "https://")):
            raise self.error("must be an address that begins with https:// or http://")
        return text

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or one text alone."""
        return (self.text(),) if self.scalar else tuple(item.text() for item in self.items())

    def text_map(self) -> dict[str, str]:
        """A mapping of texts to texts."""
        return {key: node.text() for key, node in self.entries().items()}

    def flag(self) -> bool:
        """`true` or `false`."""
        text = self.text().lower()
        if text not in _FLAGS:
            raise self.error("must be true or false")
        return _FLAGS[text]

    def number(self) -> int:
        """A whole number that is not negative."""
        text = self.text()
        if not text.isdecimal():
            raise self.error("must be a whole number")
        return int(text)

    def choice(self, choices: type[Choice]) -> Choice:
        """One of a few words."""
        return self._choose(self.text(), choices)

    def choices(self, choices: type[Choice]) -> frozenset[Choice]:
        """Any number of a few words, as a list or separated by commas; `never` and `none` stand for no word."""
        words = [word.strip() for text in self.texts() for word in text.split(",")]
        if words in (["never"], ["none"]):
            return frozenset()
        return frozenset(self._choose(word, choices) for word in words)

    def seconds(self) -> float:
        """A duration with its unit (`500ms`, `30s`, `5min`, `1h`, `90d`), in seconds; `0` means without limit."""
        text = self.text()
        match = _DURATION.match(text)
        if match:
            return float(match["number"]) * _SECONDS[match["unit"]]
        if text != "0":
            raise self.error("must be a duration with its unit: 500ms, 30s, 5min, 1h or 90d (0: without limit)")
        return 0.0

    def _choose(self, word: str, choices: type[Choice]) -> Choice:
        known = [choice.value for choice in choices]
        if word not in known:
            hint = did_you_mean(word, known) or f" (known: {', '.join(known)})"
            raise self.error(f"does not know {word!r}{hint}")
        return choices(word)

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._at(node, self.name).error("has a key that is not a text")
        return str(node.value)

    def _at(self, node: yaml.Node, name: str) -> Node:
        return Node(node, name, self.file, self.variables)


def parse(text: str, path: Path, variables: Variables) -> Node:
    """The top of a YAML file.

    Raises:
        ConfigError: the text is not YAML.
    """
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else path
        raise ConfigError(f"{place}: not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {str(error).splitlines()[0]}") from None
    return Node(top or yaml.ScalarNode(_NULL, "", _start(path), _start(path)), "", str(path), variables)


def _start(path: Path) -> yaml.Mark:
    return yaml.Mark(str(path), 0, 0, 0, None, 0)
