"""The return path of one delivery: signed, so that nobody can forge a bounce for a stranger."""

from __future__ import annotations

import re

from posthorn.core.signing import Signer, read_signed

_PURPOSE = "bounce"
_LOCAL = re.compile(r".*\+([0-9]{1,18}-[0-9]{1,18}\.[\w-]+)", re.ASCII | re.DOTALL)


class ReturnPaths:
    """One campaign's: `bounces@example.org` becomes `bounces+7-9.signature@example.org`."""

    def __init__(self, bounce_address: str, campaign_id: int) -> None:
        self._local, _, self._domain = bounce_address.rpartition("@")
        self._campaign_id = campaign_id
        self._signer = Signer(_PURPOSE)

    def of(self, delivery_id: int) -> str:
        token = self._signer.sign(f"{self._campaign_id}-{delivery_id}")
        return f"{self._local}+{token}@{self._domain}"


def read_return_path(address: str) -> tuple[int, int] | None:
    """The campaign's and the delivery's number, or None when the address is not one of ours."""
    found = _LOCAL.fullmatch(address.rpartition("@")[0])
    subject = read_signed(found[1], purpose=_PURPOSE) if found else None
    if subject is None:
        return None
    campaign_id, delivery_id = subject.split("-")
    return int(campaign_id), int(delivery_id)
