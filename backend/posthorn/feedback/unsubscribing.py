"""What a link to unsubscribe stands for."""

from __future__ import annotations

from dataclasses import dataclass

from posthorn.audience.links import read_token
from posthorn.audience.models import Subscriber
from posthorn.audience.selectors import is_suppressed
from posthorn.audience.services import unsubscribe_address
from posthorn.campaigns.models import Campaign
from posthorn.core.errors import NotFound
from posthorn.delivery.models import Delivery


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
        return is_suppressed(self.address)


def subscription_of(token: str) -> Subscription:
    """Raises NotFound when the link is not one of ours or nobody is left to whom it went."""
    numbers = read_token(token)
    address = _address_of(*numbers) if numbers else None
    if numbers is None or address is None:
        raise NotFound("This link is not valid. Copy it whole from the message.")
    name = Campaign.objects.filter(pk=numbers[0]).values_list("name", flat=True).first()
    return Subscription(address=address, campaign=name or "")


def _address_of(campaign_id: int, subscriber_id: int) -> str | None:
    """The address that the message went to; the subscriber's own once the ledger is gone."""
    sent_to = Delivery.objects.filter(campaign_id=campaign_id, subscriber_id=subscriber_id)
    return (
        sent_to.values_list("email", flat=True).first()
        or Subscriber.objects.filter(pk=subscriber_id).values_list("email", flat=True).first()
    )


def unsubscribe(token: str) -> Subscription:
    """Suppress the address that the link was sent to. Raises NotFound."""
    subscription = subscription_of(token)
    unsubscribe_address(
        email=subscription.address, note=f"By the link in the campaign '{subscription.campaign}'."
    )
    return subscription
