"""A message as a JSON document to any address, signed so that the receiver knows who sent it and when.

Headers: `X-Driftwatch-Timestamp` (Unix seconds), `X-Driftwatch-Delivery` (the same for each attempt at one message),
and with a secret `X-Driftwatch-Signature: sha256=<hex>`, the HMAC of `<timestamp>.<body>`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from driftwatch.errors import NotifyError
from driftwatch.notify.patience import AGAIN, Patience

if TYPE_CHECKING:
    from driftwatch.notify.message import Message


class NoRedirect(HTTPRedirectHandler):
    """A redirected POST would arrive as a GET without its document, and a page elsewhere would answer for it."""

    def redirect_request(self, *_: object) -> None:
        """Never."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What stands in `X-Driftwatch-Signature`."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send(url: str, secret: str, message: Message, patience: Patience, delivery: str) -> None:
    """Post a message.

    Raises:
        NotifyError: the receiver refused it, or could not be reached; never with the address.
    """
    body = json.dumps(message.as_data(), ensure_ascii=False).encode("utf-8", "backslashreplace")
    problem = ""
    for attempt in range(patience.attempts):
        wait, problem = _attempt(_request(url, secret, body, delivery), patience, attempt)
        if wait is None:
            break
        if attempt + 1 < patience.attempts:
            time.sleep(wait)
    if problem:
        raise NotifyError(f"the webhook {problem}")


def _request(url: str, secret: str, body: bytes, delivery: str) -> Request:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "driftwatch",
        "X-Driftwatch-Timestamp": timestamp,
        "X-Driftwatch-Delivery": delivery,
    }
    if secret:
        headers["X-Driftwatch-Signature"] = signature(secret, timestamp, body)
    return Request(url, data=body, headers=headers, method="POST")  # noqa: S310  the configuration takes http addresses only


def _attempt(request: Request, patience: Patience, attempt: int) -> tuple[float | None, str]:
    """How long to wait before the next attempt (None: there is none to be made), and what went wrong."""
    try:
        with build_opener(NoRedirect).open(request, timeout=patience.timeout) as answer:
            answer.read()
    except HTTPError as error:
        with error:
            again = error.code in AGAIN
            wait = patience.wait(attempt, error.headers.get("Retry-After")) if again else None
            return wait, f"answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", "") or error) or type(error).__name__
        return patience.wait(attempt), f"could not be reached: {reason}"
    return None, ""
