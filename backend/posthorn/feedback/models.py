"""What came back: each claim once, and how many deliveries of a campaign have something of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class FeedbackKind(models.TextChoices):
    HARD_BOUNCE = "hard_bounce", "The mailbox does not exist"
    SOFT_BOUNCE = "soft_bounce", "It could not be delivered, which may mend"
    COMPLAINT = "complaint", "The reader called it spam"
    UNSUBSCRIBE = "unsubscribe", "The reader unsubscribed"


class FeedbackSource(models.TextChoices):
    MAILBOX = "mailbox", "The mailbox that bounces go to"
    COMMAND = "command", "The command process_bounces"
    API = "api", "The API"
    SES = "ses", "Amazon SES"
    SENDGRID = "sendgrid", "SendGrid"
    POSTMARK = "postmark", "Postmark"
    TRANSPORT = "transport", "The mail server's own refusal"
    LINK = "link", "The link in a message"


class Feedback(models.Model):
    """One thing that came back about an address, and about the delivery where that is known.

    The delivery's row stays as it is: `sent` means that the transport took it. `source_id` is the
    source's own name for the claim, so that one told twice counts once. `status` is RFC 3463's,
    empty where none was given; `detail` is for people.
    """

    kind = models.CharField(max_length=12, choices=FeedbackKind)
    source = models.CharField(max_length=10, choices=FeedbackSource)
    source_id = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    campaign_id = models.BigIntegerField(null=True)
    delivery_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("source", "source_id"), name="feedback_once_a_source"),
            models.CheckConstraint(
                name="feedback_kind_known", condition=Q(kind__in=FeedbackKind.values)
            ),
        )
        indexes = (
            models.Index(name="feedback_of_campaign", fields=("campaign_id", "id")),
            models.Index(name="feedback_of_delivery", fields=("delivery_id",)),
            # How often an address bounced lately.
            models.Index(name="feedback_of_address", fields=("email", "at")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.email}"


class FeedbackTally(models.Model):
    """How many of a campaign's deliveries something came back of, each counted once a column.

    Its row's lock orders what is counted at the same moment.
    """

    campaign_id = models.BigIntegerField(primary_key=True)
    bounced = models.IntegerField(default=0)
    complained = models.IntegerField(default=0)
    unsubscribed = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.bounced}/{self.complained}/{self.unsubscribed}"
