"""Who can receive mail: subscribers, the lists that they are on, and who must not be mailed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from posthorn.core.models import TimestampedModel


class MailingList(TimestampedModel):
    """A named set of subscribers, with its counts in the same row; `audience.counts` writes them.

    A subscriber is counted as suppressed when its address must not be mailed.
    """

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True, default="", max_length=2000)
    subscriber_count = models.IntegerField(default=0, editable=False)
    suppressed_count = models.IntegerField(default=0, editable=False)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="list_counts_make_sense",
                condition=Q(suppressed_count__gte=0, subscriber_count__gte=F("suppressed_count")),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def mailable_count(self) -> int:
        return self.subscriber_count - self.suppressed_count


class ListTag(models.Model):
    """A word that a mailing list is filed under."""

    mailing_list = models.ForeignKey(
        MailingList, on_delete=models.CASCADE, db_index=False, related_name="tags"
    )
    name = models.CharField(max_length=50, db_index=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("mailing_list", "name"), name="tag_once_a_list"),
        )

    def __str__(self) -> str:
        return self.name


def no_attributes() -> dict[str, Any]:
    return {}


class Subscriber(TimestampedModel):
    """An address that can receive mail. `email` is kept as `normalise_address` writes it."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    attributes = models.JSONField(default=no_attributes, blank=True)
    lists = models.ManyToManyField(MailingList, through="Membership", related_name="subscribers")

    class Meta:
        ordering = ("email",)

    def __str__(self) -> str:
        return self.email


class Membership(models.Model):
    """A subscriber on a mailing list."""

    mailing_list = models.ForeignKey(MailingList, on_delete=models.CASCADE, db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("mailing_list", "subscriber"), name="membership_once_a_list"
            ),
        )


class SuppressionReason(models.TextChoices):
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Complained"
    MANUAL = "manual", "Added by hand"


class SuppressionOrigin(models.TextChoices):
    """Where a suppression came from."""

    HAND = "hand", "By hand"
    IMPORT = "import", "Import"
    UNSUBSCRIBE = "unsubscribe", "Unsubscribe link"
    BOUNCE = "bounce", "Bounce"
    COMPLAINT = "complaint", "Complaint"


class Suppression(models.Model):
    """An address, or a whole domain, that must not be mailed, and why.

    It outlives the subscriber. One of `email` and `domain` is set; a domain stands for exactly
    itself, not for those below it.
    """

    # Absent rather than empty, so that each can be unique.
    email = models.EmailField(max_length=254, unique=True, null=True)  # noqa: DJ001
    domain = models.CharField(max_length=253, unique=True, null=True)  # noqa: DJ001
    reason = models.CharField(max_length=20, choices=SuppressionReason)
    origin = models.CharField(
        max_length=20, choices=SuppressionOrigin, default=SuppressionOrigin.HAND
    )
    note = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email__isnull=False, domain__isnull=True)
                | models.Q(email__isnull=True, domain__isnull=False),
                name="suppression_of_an_address_or_a_domain",
            ),
        )

    def __str__(self) -> str:
        return self.email or f"@{self.domain}"


class Segment(TimestampedModel):
    """A saved filter over subscribers, resolved whenever it is used (`audience.segments`)."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True, default="", max_length=2000)
    filter = models.JSONField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
