"""The folder is layered: commands on top of nights, nights on comparisons, those on what is built on the shadow."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import driftwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(driftwatch.__file__).parent / "app"
GROUND = {"session", "progress"}
LAYERS = ("proving", "migrating", "comparison", "remembering", "night")  # each may import those before it


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_what_is_below_it(layer: str) -> None:
    below = {*GROUND, *LAYERS[: LAYERS.index(layer) + 1]}
    needed = set(chain.from_iterable(imported(path) for path in (FOLDER / layer).glob("*.py")))
    assert needed
    assert not needed - below - ({"notify"} if layer == "night" else set())  # a night tells by the command's channels


def test_the_ground_imports_no_layer() -> None:
    assert not set(chain.from_iterable(imported(FOLDER / f"{name}.py") for name in GROUND)) - GROUND


def test_each_folder_is_a_layer() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/__init__.py")} == set(LAYERS)


def imported(path: Path) -> Iterator[str]:
    """What of `app` the module needs when it runs: its folders and files by name."""
    for node in running(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("driftwatch.app"):
            _, _, *rest = node.module.split(".")
            yield from rest[:1] or [name.name for name in node.names]


def running(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, but for what only a type checker reads."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from running(child)
