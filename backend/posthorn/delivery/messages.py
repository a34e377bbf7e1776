"""Rows of the ledger on their way to becoming messages."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from posthorn.audience.models import Subscriber
from posthorn.audience.suppressions import suppressed, suppression_reason_sql
from posthorn.delivery.ledger import Claim, Span
from posthorn.delivery.models import Delivery, DeliveryStatus


class BatchRow(NamedTuple):
    """A pending delivery with what rendering needs, as its subscriber is now."""

    id: int
    subscriber_id: int
    email: str
    attempts: int
    deferred: bool
    subscriber: int | None
    suppression: str | None
    name: str | None
    attributes: str | None

    @property
    def skip_reason(self) -> str:
        """Why it must not be sent although the audience was frozen with it; mostly empty."""
        if self.suppression:
            return f"The address was suppressed since the start: {self.suppression}."
        if self.subscriber is None:
            return "The subscriber was deleted since the start."
        return ""


def read_batch(claim: Claim, *, due: datetime, with_attributes: bool) -> list[BatchRow]:
    """The batch's pending deliveries in order; `deferred` are those not yet due at `due`."""
    deliveries, subscribers = (model._meta.db_table for model in (Delivery, Subscriber))
    attributes = "s.attributes" if with_attributes else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.subscriber_id, d.email, d.attempts,"
            " d.next_attempt_at IS NOT NULL AND d.next_attempt_at > %s, s.id,"
            f" {suppression_reason_sql('d.email')}, s.name, {attributes} FROM {deliveries} d"
            f" LEFT JOIN {subscribers} s ON s.id = d.subscriber_id"
            " WHERE d.campaign_id = %s AND d.subscriber_id BETWEEN %s AND %s"
            f" AND d.status = '{DeliveryStatus.PENDING}' ORDER BY d.subscriber_id",
            [
                connection.ops.adapt_datetimefield_value(due),
                claim.campaign_id,
                claim.first,
                claim.last,
            ],
        )
        return [BatchRow(*row) for row in cursor.fetchall()]


def suppressed_in(span: Span) -> set[int]:
    """The deliveries of `span` whose address is suppressed now."""
    return set(
        Delivery.objects.filter(
            suppressed(),
            campaign_id=span.campaign_id,
            subscriber_id__range=(span.first, span.last),
        ).values_list("pk", flat=True)
    )
