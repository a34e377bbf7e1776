"""The campaign: what is sent, its life, and its tally."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from posthorn.audience.models import MailingList, Segment
from posthorn.campaigns.lifecycle import Status
from posthorn.content.building import KINDS
from posthorn.content.models import Layout, MediaFile
from posthorn.core.models import TimestampedModel

MAX_RATE_LIMIT = 100_000

#: What changes of campaigns are told under.
TOPIC = "campaigns"

#: The sets that make up a campaign's audience.
AUDIENCE_SETS = ("lists", "segments", "excluded_lists", "excluded_segments")

#: The ledger's columns of the tally; their sum is `total` at every instant.
TALLY_FIELDS = ("pending", "sending", "sent", "failed", "unknown", "skipped")


def _counter() -> models.IntegerField[int, int]:
    return models.IntegerField(default=0, editable=False)


def no_servers() -> list[int]:
    return []


class Campaign(TimestampedModel):
    """A campaign, with the tally of its ledger in the same row.

    The counters live here so that one statement can count a slice and check, under the row's lock,
    that the campaign still runs (docs/adr/0002). `delivery.ledger` alone writes them, and
    the status changes only by `delivery.moves` and `campaigns.services`.
    """

    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_email = models.EmailField(max_length=254)
    preheader = models.CharField(max_length=255, blank=True, default="")
    # What was written: a document of blocks as JSON when visual, else text.
    body_kind = models.CharField(
        max_length=10, choices=[(kind, kind) for kind in KINDS], default="plain"
    )
    body = models.TextField(max_length=1_000_000, blank=True, default="")
    layout = models.ForeignKey(
        Layout, null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns"
    )
    text_derived = models.BooleanField(
        default=False, help_text="Whether the plain text follows from the HTML."
    )
    attachments = models.ManyToManyField(MediaFile, related_name="campaigns", blank=True)
    # What was built from it, and goes out.
    body_text = models.TextField(max_length=500_000)
    body_html = models.TextField(max_length=1_000_000, blank=True, default="")
    content_version = models.PositiveIntegerField(default=0, editable=False)
    lists = models.ManyToManyField(MailingList, related_name="campaigns", blank=True)
    segments = models.ManyToManyField(Segment, related_name="campaigns", blank=True)
    excluded_lists = models.ManyToManyField(
        MailingList, related_name="excluding_campaigns", blank=True
    )
    excluded_segments = models.ManyToManyField(
        Segment, related_name="excluding_campaigns", blank=True
    )
    sample_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="So many of the audience; empty for all."
    )
    sample_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A share of the audience; empty for all."
    )
    transport = models.CharField(max_length=20, default="database")
    mail_servers = models.JSONField(
        default=no_servers,
        blank=True,
        help_text="Ids of the mail servers that it goes out over, 0 for that of"
        " POSTHORN_SMTP_URL; empty for all that are enabled.",
    )
    rate_limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RATE_LIMIT)],
        help_text="Messages a second; empty for as fast as the transport takes them.",
    )
    is_public = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether the public page shows the campaign's name and numbers; empty for what"
        " the installation says (POSTHORN_PUBLIC).",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    status = models.CharField(
        max_length=10,
        choices=[(status.value, status.value) for status in Status],
        default=Status.DRAFT,
        editable=False,
    )
    stop_reason = models.CharField(max_length=500, blank=True, default="", editable=False)
    #: Why nothing goes out for now although it runs, and until when.
    waiting_reason = models.CharField(max_length=500, blank=True, default="", editable=False)
    waiting_until = models.DateTimeField(null=True, editable=False)
    scheduled_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    total = _counter()
    pending = _counter()
    sending = _counter()
    sent = _counter()
    failed = _counter()
    unknown = _counter()
    skipped = _counter()

    # The engine's own notes: how often it was started, which ring is the newest and when that was,
    # when a lane last recorded something, the rate limit's clock, since when the transport is down.
    run_number = models.IntegerField(default=0, editable=False)
    lane_epoch = models.IntegerField(default=0, editable=False)
    rung_at = models.DateTimeField(null=True, editable=False)
    active_at = models.DateTimeField(null=True, editable=False)
    paced_until = models.DateTimeField(null=True, editable=False)
    transport_down_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="campaign_tally_adds_up",
                condition=Q(
                    total=F("pending")
                    + F("sending")
                    + F("sent")
                    + F("failed")
                    + F("unknown")
                    + F("skipped")
                ),
            ),
            models.CheckConstraint(
                name="campaign_tally_not_negative",
                condition=Q(**{f"{field}__gte": 0 for field in TALLY_FIELDS}),
            ),
            models.CheckConstraint(
                name="campaign_finished_has_nothing_open",
                condition=~Q(status=Status.FINISHED.value) | Q(pending=0, sending=0),
            ),
            models.CheckConstraint(
                name="campaign_sample_is_one_of_two",
                condition=Q(sample_size=None) | Q(sample_percent=None),
            ),
            models.CheckConstraint(
                name="campaign_sample_in_range",
                condition=(Q(sample_size=None) | Q(sample_size__gte=1))
                & (Q(sample_percent=None) | Q(sample_percent__range=(1, 100))),
            ),
            models.CheckConstraint(
                name="campaign_status_known",
                condition=Q(status__in=[status.value for status in Status]),
            ),
        )
        indexes = (
            models.Index(
                name="campaign_due",
                fields=("scheduled_at",),
                condition=Q(status=Status.SCHEDULED.value),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(
        self,
        *,
        force_insert: Any = False,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Save a new campaign, or the named fields of an old one.

        A save of the whole row would write counters that were read before the engine moved them.
        """
        if not self._state.adding and update_fields is None:
            raise ValueError("Name the update_fields: a whole save would overwrite the tally.")
        super().save(force_insert=force_insert, update_fields=update_fields, **kwargs)


class ContentVersion(models.Model):
    """What a campaign sends from one save to the next that changes it.

    Versions that no run can have sent are forgotten with their successor: `run_number` is the
    campaign's at the save, and a start or a retry counts that up.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    run_number = models.IntegerField()
    subject = models.CharField(max_length=255)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "number"), name="content_version_once_a_campaign"
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"
