"""Secrets that must be read again (a mail server's password, a second factor), sealed at rest.

Encrypted and authenticated by Fernet with a key of the purpose's own, which is derived from
`SECRET_KEY`: what was sealed for one purpose opens for no other. Keys that were replaced stay good
for opening (`SECRET_KEY_FALLBACKS`); what must only be recognised again is hashed instead.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """Sealed with a key that is known no longer, for another purpose, or changed since."""


@cache
def _fernet(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    label = f"posthorn.seal.{purpose}".encode()
    keys = [hmac.digest(secret.encode(), label, "sha256") for secret in secrets]
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])


def _current(purpose: str) -> MultiFernet:
    return _fernet((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


def seal(text: str, *, purpose: str) -> str:
    """`text` so that only `unseal` with the same purpose reads it; about a third longer, ASCII."""
    return _current(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for `purpose`. Raises SealBroken."""
    try:
        return _current(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken(
            f"A secret ({purpose}) can't be read: was POSTHORN_SECRET_KEY changed without keeping"
            " the old one in POSTHORN_SECRET_KEY_FALLBACKS? Enter the secret again."
        ) from None
