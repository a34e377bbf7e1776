"""What a link to unsubscribe stands for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.links import read_token
from posthorn.audience.models import Subscriber, SuppressionReason
from posthorn.audience.selectors import is_suppressed
from posthorn.audience.services import suppress_addresses
from posthorn.campaigns.models import Campaign
from posthorn.core.errors import NotFound
from posthorn.delivery.models import Delivery
from posthorn.feedback.models import FeedbackKind, FeedbackSource
from posthorn.feedback.services import Claim, record_feedback


@dataclass(frozen=True, slots=True)
class Subscription:
    """The address that a link was sent to, and the campaign that it came with."""

    address: str
    campaign: str
    campaign_id: int
    subscriber_id: int
    #: None once the campaign and its ledger are gone.
    delivery_id: int | None

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
    if numbers is None:
        raise _not_valid()
    campaign_id, subscriber_id = numbers
    sent_to = Delivery.objects.filter(campaign_id=campaign_id, subscriber_id=subscriber_id)
    delivery_id, address = sent_to.values_list("pk", "email").first() or (None, None)
    if address is None:
        # The subscriber's own, once the ledger is gone.
        found = Subscriber.objects.filter(pk=subscriber_id).values_list("email", flat=True)
        address = found.first()
    if address is None:
        raise _not_valid()
    name = Campaign.objects.filter(pk=campaign_id).values_list("name", flat=True).first()
    return Subscription(address, name or "", campaign_id, subscriber_id, delivery_id)


def _not_valid() -> NotFound:
    return NotFound("This link is not valid. Copy it whole from the message.")


def unsubscribe(token: str) -> Subscription:
    """Suppress the address that the link was sent to, and count it. Raises NotFound.

    It suppresses each time, also when somebody lifted the suppression meanwhile; it counts once.
    """
    subscription = subscription_of(token)
    note = f"By the link in the campaign '{subscription.campaign}'."
    with transaction.atomic():
        claim = Claim(
            kind=FeedbackKind.UNSUBSCRIBE,
            email=subscription.address,
            source_id=f"{subscription.campaign_id}-{subscription.subscriber_id}",
            campaign_id=subscription.campaign_id if subscription.delivery_id else None,
            delivery_id=subscription.delivery_id,
            detail=note,
        )
        record_feedback(claims=[claim], source=FeedbackSource.LINK, by=SYSTEM)
        suppress_addresses(
            notes={subscription.address: note}, reason=SuppressionReason.UNSUBSCRIBED, by=SYSTEM
        )
    return subscription
