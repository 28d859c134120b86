"""requirements*.txt: what scripts/setup installs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = {"requirements.txt": ["build"], "requirements-dev.txt": ["build", "dev"]}

files = pytest.mark.parametrize("name", GROUPS)


def pinned(name: str) -> dict[str, tuple[str, int]]:
    """Each package's version and the number of its hashes."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip()):
        package, _, rest = entry.partition("==")
        found[package] = (rest.split()[0], rest.count("--hash=sha256:"))
    return found


@files
def test_every_package_is_pinned_by_hash(name: str) -> None:
    assert [package for package, (_, hashes) in pinned(name).items() if not hashes] == []


@files
def test_no_host_is_named(name: str) -> None:
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links", (ROOT / name).read_text(encoding="utf-8"))


@files
def test_what_the_project_asks_for_is_what_is_pinned(name: str) -> None:
    wanted = PROJECT["project"]["dependencies"] + [
        line for group in GROUPS[name] for line in PROJECT["dependency-groups"][group]
    ]
    versions = pinned(name)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(versions[requirement.name][0]), f"{requirement}: run scripts/lock"
