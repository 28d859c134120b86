"""Takes passwords out of what is shown.

Where one stands in a URL, behind `password=` or `'password':`, it is hidden whatever it is. A message that repeats it
elsewhere is another matter: hiding each `a` of it would tell a password `a`, "*** authentication failed" one that is
`password`. So elsewhere only what no message has by itself is hidden.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIDDEN = "***"

_IN_URL = re.compile(r"(?P<before>[A-Za-z][\w+.-]*://[^\s:/@'\"]*:)(?P<password>[^\s'\"]+)(?=@)")
_IN_PAIRS = re.compile(
    r"(?P<before>\b(?:\w*password|passwd)(?:\s*=|['\"]\s*:)\s*)"
    r"(?P<password>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s&]+)",
    re.IGNORECASE,
)
_COMMON = re.compile(
    r".{0,3}|[0-9]{4,5}|admin|authentication|connection|database|error|failed|fatal|host|local|localhost|password|port"
    r"|postgres|postgresql|prod|role|root|server|socket|test|user",
    re.DOTALL,
)
"""What a message holds by itself: few letters, a port, the words of refusals and the usual names in them."""


def redact(text: str) -> str:
    """Hides what stands where a password stands: in a URL, behind `password=`."""
    text = _IN_URL.sub(rf"\g<before>{_HIDDEN}", text)
    return _IN_PAIRS.sub(rf"\g<before>{_HIDDEN}", text)


def hide(text: str, passwords: Iterable[str]) -> str:
    """Hides these passwords wherever they stand as words, but for those that could stand there by chance."""
    for password in sorted(passwords, key=len, reverse=True):
        if not _COMMON.fullmatch(password):
            text = re.sub(rf"(?<!\w){re.escape(password)}(?!\w)", _HIDDEN, text)
    return text


def traceback_text(error: BaseException) -> str:
    """An error's traceback, without any password of the command line's or the environment's."""
    return hide(redact("".join(traceback.format_exception(error))), _passwords())


def _passwords() -> set[str]:
    """Every password that this process was told, as written and as meant."""
    told = [*sys.argv, *os.environ.values()]
    found = {
        match["password"].strip("'\"")
        for text in told
        for pattern in (_IN_URL, _IN_PAIRS)
        for match in pattern.finditer(text)
    }
    found |= {value for name, value in os.environ.items() if name.upper().endswith(("PASSWORD", "PGPASSWORD"))}
    return {form for password in found for form in (password, unquote(password)) if form}
