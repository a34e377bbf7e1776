"""What a link to unsubscribe stands for."""

from __future__ import annotations

from dataclasses import dataclass

from posthorn.audience.addresses import normalise_address
from posthorn.audience.selectors import is_suppressed
from posthorn.audience.services import unsubscribe_address
from posthorn.campaigns.models import Campaign
from posthorn.core.errors import NotFound
from posthorn.delivery.models import Delivery
from posthorn.delivery.unsubscribe import read_token


@dataclass(frozen=True, slots=True)
class Subscription:
    """The address that a link was sent to, and the campaign that it came with."""

    address: str
    campaign: str

    @property
    def email(self) -> str:
        """The address as a page may show it to whoever holds the link."""
        local, _, host = self.address.rpartition("@")
        return f"{local[:1]}***@{host}"

    @property
    def unsubscribed(self) -> bool:
        return is_suppressed(normalise_address(self.address))


def subscription_of(token: str) -> Subscription:
    """Raises NotFound when the link is not one of ours or its delivery is gone."""
    delivery_id = read_token(token)
    delivery = Delivery.objects.filter(pk=delivery_id).first() if delivery_id else None
    if delivery is None:
        raise NotFound("This link is not valid. Copy it whole from the message.")
    name = Campaign.objects.filter(pk=delivery.campaign_id).values_list("name", flat=True).first()
    return Subscription(address=delivery.email, campaign=name or "")


def unsubscribe(token: str) -> Subscription:
    """Suppress the address that the link was sent to. Raises NotFound."""
    subscription = subscription_of(token)
    unsubscribe_address(
        email=subscription.address, note=f"By the link in the campaign '{subscription.campaign}'."
    )
    return subscription
