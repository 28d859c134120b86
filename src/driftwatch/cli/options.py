"""Options and arguments that commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from driftwatch.cli.invocation import Invocation
from driftwatch.errors import DriftwatchError

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from click.shell_completion import CompletionItem

    from driftwatch.config import Config

Decorated = TypeVar("Decorated", bound="Callable[..., Any] | click.Command")


def common(decorated: Decorated) -> Decorated:
    """Adds `--config`, `--quiet` and `--debug`, which are stored in the context's `Invocation`."""
    options = (
        click.option(
            "--config",
            type=click.Path(dir_okay=False),
            help="The configuration file.  [default: $DRIFTWATCH_CONFIG, config.yaml]",
            callback=_store,
            expose_value=False,
        ),
        click.option(
            "-q", "--quiet", is_flag=True, help="Say only what was asked for.", callback=_store, expose_value=False
        ),
        click.option(
            "--debug",
            is_flag=True,
            is_eager=True,
            help="Show where an error comes from.",
            callback=_store,
            expose_value=False,
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def invocation(context: click.Context) -> Invocation:
    """What the common options said."""
    return context.ensure_object(Invocation)


def configuration(context: click.Context) -> Config:
    """The configuration that this call asks for."""
    from pathlib import Path

    from driftwatch.config import load_config

    named = invocation(context).config
    return load_config(Path(named) if named else None)


def source_argument(name: str, *, required: bool = True) -> Callable[[Decorated], Decorated]:
    """An argument that names a source; completed from the configured databases, then from files."""
    metavar = name.upper() if required else f"[{name.upper()}]"
    return click.argument(name, required=required, metavar=metavar, shell_complete=complete_source)


def complete_source(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001 - click's signature
    """The configured databases that begin so, else files."""
    from click.shell_completion import CompletionItem

    try:
        names = [name for name in configuration(context).databases if name.startswith(incomplete)]
    except DriftwatchError:  # a shell is waiting: a broken configuration completes nothing
        names = []
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


class Words(click.ParamType["frozenset[StrEnum]"]):
    """One or more of a few words, separated by commas; `none`, where there is one, stands for no word."""

    name = "words"

    def __init__(self, choices: type[StrEnum], none: str = "") -> None:
        self._choices = choices
        self._none = none

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """How the value is written in the help."""
        return "|".join([*self._choices, *filter(None, [self._none])]) + ",…"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> frozenset[StrEnum]:
        """Reads the words."""
        if isinstance(value, frozenset):
            return value
        words = [word.strip().lower() for word in str(value).split(",")]
        if words == [self._none]:
            return frozenset()
        for word in words:
            if word not in list(self._choices):
                self.fail(self._unknown(word), param, ctx)
        return frozenset(map(self._choices, words))

    def _unknown(self, word: str) -> str:
        from driftwatch.nearest import did_you_mean

        known = f" (known: {', '.join([*self._choices, *filter(None, [self._none])])})"
        return f"{word!r} is not known{did_you_mean(word, self._choices) or known}"


def as_json(decorated: Decorated) -> Decorated:
    """Adds `--format text|json`, handed over as `json`."""
    return click.option(
        "--format",
        "json",
        type=click.Choice(("text", "json")),
        default="text",
        callback=lambda _context, _parameter, value: value == "json",
        help="What to print on stdout.  [default: text]",
    )(decorated)


def by_whom(decorated: Decorated) -> Decorated:
    """Adds `--by NAME`, by default whoever calls."""
    return click.option("--by", metavar="NAME", callback=_who, help="Who says so.  [default: you]")(decorated)


def _who(context: click.Context, parameter: click.Parameter, value: str | None) -> str:  # noqa: ARG001 - click's signature
    from getpass import getuser

    try:
        return value or getuser()
    except (OSError, KeyError):  # a container's user has no name
        raise click.BadParameter("is needed: this user has no name") from None


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keeps what was given; an option that was not given does not undo one that stood before the command's name."""
    if value and parameter.name:
        setattr(invocation(context), parameter.name, value)


def migrations_option(decorated: Decorated) -> Decorated:
    """Adds `--migrations`, a directory for this call only."""
    from pathlib import Path

    return click.option(
        "--migrations",
        metavar="FOLDER",
        type=click.Path(path_type=Path, file_okay=False),
        help="The migrations directory.  [default: what config.yaml says, else what is usual]",
    )(decorated)
