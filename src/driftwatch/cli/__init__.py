"""The command `driftwatch`: one module a command, imported only when the command is called."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from driftwatch import __version__
from driftwatch.cli.invocation import Invocation
from driftwatch.errors import DriftwatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

FAILED = 1
INTERRUPTED = 130

_VERSION = (["--version"], ["-V"])


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits.

    Exit codes: 0 nothing that `--fail-on` names, 2 something it names, 130 after Ctrl-C, 1 for everything else.
    """
    _name_stdout()
    _open_what_is_closed()
    code: list[int] = []
    atexit.register(_leave, code)  # the first to be registered is the last to be called
    gc.disable()  # before click is imported: of that the collector would take a twentieth
    code.append(run(sys.argv[1:] if arguments is None else arguments))
    sys.exit(code[0])


def _open_what_is_closed() -> None:
    """Who started us with a stream closed (`>&-`) wants nothing from it: what is written to it goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


class _Out(io.FileIO):
    """Standard output, whose errors say so: those of a descriptor name no file."""

    def write(self, data: Buffer, /) -> int:
        """Writes, or raises an error that names what could not be written."""
        try:
            return super().write(data)
        except OSError as error:
            error.filename = "standard output"
            raise


def _name_stdout() -> None:
    """Has a full disk told with what was being written: one writes to files as well."""
    out = sys.stdout
    buffer = getattr(out, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # with PYTHONUNBUFFERED there is nothing between
    if type(raw) is not io.FileIO or not isinstance(out, io.TextIOWrapper):
        return
    named = _Out(raw.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(
        cast("BinaryIO", named) if buffer is raw else io.BufferedWriter(named),
        out.encoding,
        out.errors,
        line_buffering=out.line_buffering,
        write_through=out.write_through,
    )


def _leave(code: Sequence[int]) -> None:
    """Ends the process at once: to free what was read of a large schema takes longer than to compare it."""
    if code:
        sys.stderr.flush()
        os._exit(code[0])


def run(arguments: Sequence[str]) -> int:
    """Runs the command line.

    Returns:
        The exit code.
    """
    invocation = Invocation()
    try:
        code = _call(list(arguments), invocation)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
        return FAILED
    except BaseException as error:  # noqa: BLE001 - what is no error of ours is told too, or raised again
        return _fail(error, invocation)
    return int(code or 0)


def _call(arguments: list[str], invocation: Invocation) -> int | None:
    """Does what is asked for; the version is told without click, which would take nearly all of the time."""
    if arguments in _VERSION:
        sys.stdout.write(f"driftwatch {__version__}\n")
        return 0
    from driftwatch.cli.commands import driftwatch

    return driftwatch.main(arguments, "driftwatch", standalone_mode=False, obj=invocation)  # type: ignore[no-any-return]


def _fail(error: BaseException, invocation: Invocation) -> int:
    """Tells an error in a sentence (with `--debug` in full) and gives its exit code."""
    import click

    if isinstance(error, click.Abort) or _interrupted(error):
        _say("interrupted")
        return INTERRUPTED
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return FAILED
    if invocation.debug and not isinstance(error, click.ClickException):
        from driftwatch.redact import traceback_text

        sys.stderr.write(traceback_text(error))
    _say(_sentence(error))
    return FAILED


def _interrupted(error: BaseException | None) -> bool:
    """Whether it was Ctrl-C, or came of cleaning up after it: a server that ended first is no error then."""
    if error is None or isinstance(error, KeyboardInterrupt):
        return error is not None
    return _interrupted(error.__cause__) or _interrupted(error.__context__)


def _sentence(error: Exception) -> str:
    import click

    from driftwatch.redact import redact

    if isinstance(error, click.UsageError):
        return f"{error.format_message()} (see: {error.ctx.command_path if error.ctx else 'driftwatch'} --help)"
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, DriftwatchError):
        return redact(str(error))
    if isinstance(error, OSError) and error.strerror:
        return f"{f'{error.filename}: ' if error.filename else ''}{error.strerror}"
    return f"something unexpected happened ({type(error).__name__}); --debug shows where, please report it"


def _say(sentence: str) -> None:
    with suppress(OSError):  # standard error is full as well: the exit code is all that is left
        sys.stderr.write(f"driftwatch: {sentence}\n")


def _close_stdout() -> None:
    """The reader of the pipe has gone; the interpreter must not fail once more when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
