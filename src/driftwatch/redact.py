"""Takes passwords out of what is shown."""

from __future__ import annotations

import os
import re
import sys
import traceback
from urllib.parse import unquote

_HIDDEN = "***"

_IN_URL = re.compile(r"(?P<before>[A-Za-z][\w+.-]*://[^\s:/@'\"]*:)(?P<password>[^\s'\"]+)(?=@)")
_IN_PAIRS = re.compile(
    r"(?P<before>\b(?:\w*password|passwd)\s*=\s*)(?P<password>'(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE
)


def redact(text: str) -> str:
    """Hides what stands where a password stands: in a URL, behind `password=`."""
    text = _IN_URL.sub(rf"\g<before>{_HIDDEN}", text)
    return _IN_PAIRS.sub(rf"\g<before>{_HIDDEN}", text)


def traceback_text(error: BaseException) -> str:
    """An error's traceback, without any password of the command line's or the environment's."""
    text = redact("".join(traceback.format_exception(error)))
    for password in sorted(_passwords(), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(password)}(?!\w)", _HIDDEN, text)
    return text


def _passwords() -> set[str]:
    """Every password that this process was told, as written and as meant."""
    told = [*sys.argv, *os.environ.values()]
    found = {
        match["password"].strip("'")
        for text in told
        for pattern in (_IN_URL, _IN_PAIRS)
        for match in pattern.finditer(text)
    }
    found |= {value for name, value in os.environ.items() if name.upper().endswith(("PASSWORD", "PGPASSWORD"))}
    return {form for password in found for form in (password, unquote(password)) if form}
