"""Signed links: a subject that nobody can make up, good for one purpose alone."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import cache

from django.conf import settings

_SIGNATURE_BYTES = 15


@cache
def _key(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"posthorn.{purpose}".encode(), "sha256")


def _signature(key: bytes, subject: str) -> str:
    digest = hmac.digest(key, subject.encode(), "sha256")[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode()


class Signer:
    """Signs many subjects for one purpose: the settings are looked up once."""

    def __init__(self, purpose: str) -> None:
        self._key = _key(settings.SECRET_KEY, purpose)

    def sign(self, subject: str) -> str:
        """`subject.signature`, safe in a URL when the subject is."""
        return f"{subject}.{_signature(self._key, subject)}"


def read_signed(token: str, *, purpose: str) -> str | None:
    """The subject of a token that was signed for `purpose`, None when it was not.

    Keys that were replaced stay good for reading (`SECRET_KEY_FALLBACKS`).
    """
    subject, _, signature = token.rpartition(".")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        good = _signature(_key(secret, purpose), subject)
        if hmac.compare_digest(good.encode(), signature.encode()):
            return subject
    return None
