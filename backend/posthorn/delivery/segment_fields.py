"""What segments may ask about campaigns: who was in one, and what became of the delivery."""

from __future__ import annotations

from posthorn.audience.segments import register_reference
from posthorn.delivery.models import Delivery, DeliveryStatus


def register() -> None:
    """Add the fields `campaign.any` (in the audience of) and `campaign.<status>`."""
    in_campaign = (
        f"EXISTS (SELECT 1 FROM {Delivery._meta.db_table} d"
        " WHERE d.subscriber_id = {s}.id AND d.campaign_id IN ({ids})"
    )
    register_reference("campaign.any", f"{in_campaign})")
    for status in DeliveryStatus.values:
        register_reference(f"campaign.{status}", f"{in_campaign} AND d.status = '{status}')")
