"""Which delivery a claim is about: by what we signed, never by what anybody could write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posthorn.delivery.models import Delivery
from posthorn.transports.smtp.verp import read_message_id, read_return_path


@dataclass(frozen=True, slots=True)
class Named:
    """A delivery, and the address that it went to."""

    campaign_id: int
    delivery_id: int
    email: str


def named_by(*, return_paths: Iterable[str] = (), message_ids: Iterable[str] = ()) -> Named | None:
    """The delivery that one of these names, None when no signature is good or it is gone."""
    numbers = [read_return_path(each) for each in return_paths]
    numbers += [read_message_id(each) for each in message_ids]
    for pair in numbers:
        named = delivery_of(*pair) if pair is not None else None
        if named is not None:
            return named
    return None


def delivery_of(campaign_id: int, delivery_id: int) -> Named | None:
    """The delivery with its address, None when the ledger has it no more."""
    email = (
        Delivery.objects.filter(pk=delivery_id, campaign_id=campaign_id)
        .values_list("email", flat=True)
        .first()
    )
    return Named(campaign_id, delivery_id, email) if email else None
