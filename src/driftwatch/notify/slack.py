"""Slack's incoming webhooks, by slack-sdk."""

from __future__ import annotations

import logging
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, cast

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.handler import RetryHandler
from slack_sdk.webhook import WebhookClient

from driftwatch.errors import NotifyError
from driftwatch.notify.blocks import blocks, escaped
from driftwatch.notify.patience import AGAIN, Patience

if TYPE_CHECKING:
    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState

    from driftwatch.notify.message import Message

# What the client logs holds the address, which is the secret.
_SILENT = logging.getLogger("driftwatch.notify.slack.client")
_SILENT.setLevel(logging.CRITICAL + 1)
_SILENT.propagate = False


class _Retry(RetryHandler):
    """Slack-sdk's own handlers know neither 502 and 504 nor timeouts, and wait as long as Retry-After says."""

    def __init__(self, patience: Patience) -> None:
        super().__init__(max_retry_count=patience.attempts - 1)
        self._patience = patience

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  slack-sdk's signature
        request: HttpRequest,  # noqa: ARG002  slack-sdk's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response.status_code in AGAIN if response else isinstance(error, (OSError, HTTPException))

    def prepare_for_next_attempt(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  slack-sdk's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  slack-sdk's signature
    ) -> None:
        """Wait."""
        headers = {name.lower(): values for name, values in response.headers.items()} if response else {}
        asked = next(iter(headers.get("retry-after", [])), None)
        state.next_attempt_requested = True
        time.sleep(self._patience.wait(state.current_attempt, asked))
        state.increment_current_attempt()


def send(url: str, message: Message, patience: Patience) -> None:
    """Post a message.

    Raises:
        NotifyError: Slack refused it, or could not be reached; never with the address, which is the secret.
    """
    client = WebhookClient(
        url,
        timeout=cast("int", patience.timeout),  # handed to urllib, which takes fractions
        logger=_SILENT,
        retry_handlers=[_Retry(patience)],
    )
    try:
        answer = client.send(text=escaped(message.title), blocks=blocks(message))
    except (SlackClientError, OSError, HTTPException, ValueError) as error:
        raise NotifyError(f"Slack could not be reached: {_reason(error)}") from None
    if answer.status_code != 200:  # noqa: PLR2004  OK
        raise NotifyError(f"Slack answered {answer.status_code}: {str(answer.body)[:200]!r}")
    # slack-sdk follows a redirect, by a GET without the message: what is told by its end is that of a sign-in page.
    if str(answer.body).lstrip().startswith("<"):
        raise NotifyError("Slack's webhook_url answered with a web page, not as Slack does: is it the right address?")


def _reason(error: Exception) -> str:
    if isinstance(error, (SlackClientError, ValueError)):
        return "its webhook_url is no http address"
    return str(getattr(error, "reason", "") or error) or type(error).__name__
