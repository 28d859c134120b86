"""A real Chromium for the page, cut off from every network, and axe-core, which npm fetches once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from driftwatch.report.html import render
from driftwatch.shadow.files import cache_folder
from driftwatch.unpack import unpack
from support.installed import CACHE_VARIABLE
from support.processes import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from driftwatch.model.comparison import Comparison

Scheme = Literal["light", "dark"]

# What Chromium would do by itself on a network has no place in a test of a page that makes no request.
CLOSED_NETWORK = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
)
AXE = "4.14.1"
AXE_SHA512 = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b73"
    "4f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)
SARIF = "1.0.0-beta.0"
SARIF_FILE = "lib/schemas/sarif-2.1.0-rtm.5.json"
SARIF_SHA512 = (
    "0357ce84f77a21ce620e4e05f583f0d6a341e1717eefe22f891ef197caf617a4"
    "33424c7972963d2ec1a4dab1318852047016e3a559d29b058606e9004a4890f4"
)


class MissingToolError(Exception):
    """This machine has no Chromium or no axe-core and cannot get one; the text says why."""


def chromium() -> str:
    """The browser's path.

    Raises:
        MissingToolError: there is none.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise MissingToolError("no Chromium in PATH (Debian: apt-get install chromium)")
    return found


def arguments() -> list[str]:
    """The command line: as root Chromium refuses its sandbox."""
    return [*CLOSED_NETWORK, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def axe() -> str:
    """axe-core's source.

    Raises:
        MissingToolError: it is not in the cache and npm can't fetch it.
    """
    return _of_npm(f"axe-core@{AXE}", AXE_SHA512, "axe.min.js", f"axe-core-{AXE}.js")


def sarif_schema() -> str:
    """The JSON schema of SARIF 2.1.0, as Microsoft's matchers bring it.

    Raises:
        MissingToolError: as `axe`.
    """
    return _of_npm(f"@microsoft/jest-sarif@{SARIF}", SARIF_SHA512, SARIF_FILE, "sarif-2.1.0-rtm.5.json")


def _of_npm(package: str, digest: str, name: str, kept_as: str) -> str:
    """A file of a package, from a cache outside the repository."""
    named = os.environ.get(CACHE_VARIABLE)
    folder = Path(named) if named else cache_folder()
    if folder is None:
        raise MissingToolError(f"no cache folder can be written; name one in {CACHE_VARIABLE}")
    kept = folder / kept_as
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as making:
            (_fetched(Path(making), package, digest) / name).replace(kept)
    return kept.read_text(encoding="utf-8")


def _fetched(folder: Path, package: str, digest: str) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingToolError(f"{package} is not in the cache and npm is not installed")
    command = [npm, "pack", "--silent", "--ignore-scripts", f"--pack-destination={folder}", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=folder)
    archive = next(folder.glob("*.tgz"), None)
    if done.returncode != 0 or archive is None:
        raise MissingToolError(f"npm could not fetch {package}: {done.stderr.strip()[-300:]}")
    if hashlib.sha512(archive.read_bytes()).hexdigest() != digest:
        raise MissingToolError(f"{package} is not the archive that was pinned")
    with tarfile.open(archive) as opened:
        unpack(opened, folder)
    return folder / "package"


@dataclass
class Reader:
    """Somebody who opens reports; what the pages say and ask for is noted."""

    browser: Browser
    folder: Path
    closing: ExitStack = field(default_factory=ExitStack)
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def opens(self, comparison: Comparison, **settings: Any) -> Page:  # noqa: ANN401 - Playwright's context settings
        """The comparison's page, as a file from disk."""
        return self.opens_html(render(comparison), **settings)

    def opens_html(self, document: str, **settings: Any) -> Page:  # noqa: ANN401 - Playwright's context settings
        """A document as a file from disk."""
        path = self.folder / "report.html"
        path.write_text(document, encoding="utf-8", newline="")
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | settings)
        self.closing.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("request", self._asked)
        page.goto(path.as_uri())
        return page

    def _told(self, message: ConsoleMessage) -> None:
        self.messages.append(message.text)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
