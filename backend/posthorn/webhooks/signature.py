"""How a post is signed: Standard Webhooks, symmetric (https://www.standardwebhooks.com). Pure."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from secrets import token_bytes

_PREFIX = "whsec_"


def make_secret() -> str:
    """A new secret: 32 random bytes, as receivers' libraries expect to be given it."""
    return _PREFIX + b64encode(token_bytes(32)).decode()


def sign(*, secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header: one `v1` signature for each secret that is good now."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return b64encode(hmac.digest(key, signed, "sha256")).decode()
