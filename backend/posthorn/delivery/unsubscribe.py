"""Links to unsubscribe: a delivery's number, signed, so that nobody can unsubscribe others."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import cache

from django.conf import settings

_SIGNATURE_BYTES = 15


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"posthorn.unsubscribe", "sha256")


def _sign(number: str, secret: str) -> str:
    digest = hmac.digest(_key(secret), number.encode(), "sha256")[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode()


def make_token(delivery_id: int) -> str:
    """A token for the delivery, safe in an address's path; it does not expire."""
    number = str(delivery_id)
    return f"{number}.{_sign(number, str(settings.SECRET_KEY))}"


def read_token(token: str) -> int | None:
    """The delivery's number, or None when the token is not one of ours."""
    number, _, signature = token.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_sign(number, secret).encode(), signature.encode()):
            return int(number)
    return None


class Links:
    """The addresses to unsubscribe at, for many deliveries: the settings are looked up once."""

    def __init__(self) -> None:
        self._secret = str(settings.SECRET_KEY)
        self._page = f"{settings.ENV.public_url}/unsubscribe/"
        self._one_click = f"{settings.ENV.public_url}/api/v1/public/unsubscribe/"

    def page(self, delivery_id: int) -> str:
        """The page on which a person confirms."""
        number = str(delivery_id)
        return f"{self._page}{number}.{_sign(number, self._secret)}"

    def one_click(self, delivery_id: int) -> str:
        """Where a mail program posts to on its user's behalf (RFC 8058 section 3.1)."""
        number = str(delivery_id)
        return f"{self._one_click}{number}.{_sign(number, self._secret)}/"
