"""What names a delivery in what comes back: its return path and its Message-ID.

Both are signed, so that nobody can forge a bounce for a stranger, and both are the same for each
send of a delivery, so that a resend can be traced.
"""

from __future__ import annotations

import re

from posthorn.core.signing import Signer, read_signed

_BOUNCE = "bounce"
_MESSAGE_ID = "message-id"
#: Numbers that a database takes: up to 18 digits.
_SIGNED = r"([0-9]{1,18}-[0-9]{1,18}\.[\w-]+)"
_LOCAL = re.compile(rf".*\+{_SIGNED}", re.ASCII | re.DOTALL)
_ID = re.compile(rf"<?posthorn\.{_SIGNED}@[^@\s<>]+>?", re.ASCII)


class ReturnPaths:
    """One campaign's: `bounces@example.org` becomes `bounces+7-9.signature@example.org`."""

    def __init__(self, bounce_address: str, campaign_id: int) -> None:
        self._local, _, self._domain = bounce_address.rpartition("@")
        self._campaign_id = campaign_id
        self._signer = Signer(_BOUNCE)

    def of(self, delivery_id: int) -> str:
        token = self._signer.sign(f"{self._campaign_id}-{delivery_id}")
        return f"{self._local}+{token}@{self._domain}"


class MessageIds:
    """One campaign's: `<posthorn.7-9.signature@example.org>`."""

    def __init__(self, domain: str, campaign_id: int) -> None:
        self._domain = domain
        self._campaign_id = campaign_id
        self._signer = Signer(_MESSAGE_ID)

    def of(self, delivery_id: int) -> str:
        token = self._signer.sign(f"{self._campaign_id}-{delivery_id}")
        return f"<posthorn.{token}@{self._domain}>"


def read_return_path(address: str) -> tuple[int, int] | None:
    """The campaign's and the delivery's number, or None when the address is not one of ours."""
    return _numbers(_LOCAL.fullmatch(address.rpartition("@")[0]), _BOUNCE)


def read_message_id(message_id: str) -> tuple[int, int] | None:
    """The campaign's and the delivery's number, or None when the Message-ID is not one of ours."""
    return _numbers(_ID.fullmatch(message_id.strip()), _MESSAGE_ID)


def _numbers(found: re.Match[str] | None, purpose: str) -> tuple[int, int] | None:
    subject = read_signed(found[1], purpose=purpose) if found else None
    if subject is None:
        return None
    campaign_id, delivery_id = subject.split("-")
    return int(campaign_id), int(delivery_id)
