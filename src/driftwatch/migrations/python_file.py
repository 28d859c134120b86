"""Python migrations: what their modules assign is read without running anything, and by which Python they are run."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import MigrationError
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def python_of(folder: Path, command: str) -> str:
    """The Python beside a project's command: its virtual environment's, the one on PATH, else ours."""
    names = [folder / ".venv/bin/python", folder / "venv/bin/python"]
    program = shutil.which(command)
    if program:
        names.append(Path(program).parent / "python")
    return str(next((name for name in names if (name.parent / command).exists()), sys.executable))


def names_in(value: object) -> tuple[str, ...]:
    """A name, or several."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, set | frozenset):
        return tuple(sorted(map(str, value)))
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


def assigned(file: Path, wanted: Collection[str]) -> Mapping[str, object]:
    """The constants of these names that a module assigns at its top.

    Raises:
        MigrationError: the file is no Python, or one of them is not written out.
    """
    try:
        module = ast.parse(read_text(file), str(file))
    except SyntaxError as error:
        raise MigrationError(f"{file}, line {error.lineno}: this is no Python: {error.msg}") from None
    found: dict[str, object] = {}
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and target.id in wanted:
                found[target.id] = _constant(statement.value, file) if statement.value else None  # type: ignore[attr-defined]
    return found


def _constant(value: ast.expr, file: Path) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise MigrationError(
            f"{file}, line {value.lineno}: its revision is worked out, it must be written out"
        ) from None
