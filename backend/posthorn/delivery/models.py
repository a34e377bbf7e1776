"""The ledger: one row for every subscriber of every campaign, and the batches that cut it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from posthorn.campaigns.models import Campaign


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", "Not tried yet, or waiting for another try"
    SENDING = "sending", "Handed to the transport, outcome not yet recorded"
    SENT = "sent", "Accepted by the transport"
    FAILED = "failed", "Refused for good"
    UNKNOWN = "unknown", "A worker died between handing over and recording"
    SKIPPED = "skipped", "Not sent on purpose"


class Delivery(models.Model):
    """One subscriber in one campaign.

    It keeps the address that it goes to and the subscriber's number, so that it outlives the
    subscriber. The references are not checked by the database: a million checks would double
    the cost of a freeze (docs/adr/0003).
    """

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="deliveries",
    )
    subscriber_id = models.BigIntegerField()
    email = models.CharField(max_length=254)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "subscriber_id"), name="delivery_once_a_campaign"
            ),
            models.CheckConstraint(
                name="delivery_status_known", condition=Q(status__in=DeliveryStatus.values)
            ),
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.subscriber_id}"


class Batch(models.Model):
    """Up to 500 consecutive deliveries of one campaign: what a lane claims by lease.

    `lease` names the holder's claim: who no longer holds it may record nothing.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    number = models.IntegerField()
    first_subscriber_id = models.BigIntegerField()
    last_subscriber_id = models.BigIntegerField()
    done = models.BooleanField(default=False)
    available_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="batch_once_a_campaign"),
        )
        indexes = (
            models.Index(name="batch_open", fields=("campaign", "number"), condition=Q(done=False)),
            models.Index(
                name="batch_leased", fields=("campaign",), condition=Q(lease__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id}#{self.number}"


class SentBucket(models.Model):
    """What a campaign sent and failed in one second: the rate and the chart read these."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    sent = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "at"), name="bucket_once_a_second"),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id}@{self.at}"
