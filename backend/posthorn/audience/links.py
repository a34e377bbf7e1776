"""Links to unsubscribe: campaign and subscriber, signed, so that nobody can unsubscribe others.

A link names the subscriber, not the delivery, so that it works for as long as there is somebody
who could be mailed: also when the campaign that carried it has been deleted.
"""

from __future__ import annotations

import re

from django.conf import settings

from posthorn.core.signing import Signer, read_signed

_PURPOSE = "unsubscribe"
#: Numbers that a database takes: up to 18 digits.
_SUBJECT = re.compile(r"[0-9]{1,18}-[0-9]{1,18}", re.ASCII)


def read_token(token: str) -> tuple[int, int] | None:
    """The campaign's and the subscriber's number, or None when the token is not one of ours."""
    subject = read_signed(token, purpose=_PURPOSE)
    if subject is None or _SUBJECT.fullmatch(subject) is None:
        return None
    campaign_id, subscriber_id = subject.split("-")
    return int(campaign_id), int(subscriber_id)


class Links:
    """The addresses to unsubscribe at, for one campaign: the settings are looked up once."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign = f"{campaign_id}-"
        self._signer = Signer(_PURPOSE)
        self._page = f"{settings.ENV.public_url}/unsubscribe/"
        self._one_click = f"{settings.ENV.public_url}/api/v1/public/unsubscribe/"

    def page(self, subscriber_id: int) -> str:
        """The page on which a person confirms."""
        return f"{self._page}{self._token(subscriber_id)}"

    def one_click(self, subscriber_id: int) -> str:
        """Where a mail program posts to on its user's behalf (RFC 8058 section 3.1)."""
        return f"{self._one_click}{self._token(subscriber_id)}/"

    def _token(self, subscriber_id: int) -> str:
        return self._signer.sign(f"{self._campaign}{subscriber_id}")
