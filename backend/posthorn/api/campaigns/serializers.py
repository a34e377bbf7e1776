"""Campaigns as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from posthorn.api.campaigns.audience import AudienceFieldsSerializer
from posthorn.api.campaigns.choices import BODY_KINDS, MOVES, RETRIABLE, STATUSES, TRANSPORTS
from posthorn.api.fields import (
    MAX_ID,
    AddressField,
    BodyField,
    IdField,
    IdsField,
    LineField,
    SenderField,
)
from posthorn.api.strict import StrictSerializer
from posthorn.campaigns.lifecycle import EDITABLE_FIELDS, Move, Status, allowed_moves
from posthorn.campaigns.models import MAX_RATE_LIMIT, Campaign
from posthorn.content.rendering import Template, TemplateError
from posthorn.delivery.numbers import Progress, progress_of
from posthorn.delivery.testing import MAX_ADDRESSES
from posthorn.transports.mail_servers import all_mail_servers
from posthorn.transports.registry import transports

MAIL_SERVERS = (
    "Ids of the mail servers that the `smtp` transport uses for it, 0 for that of"
    " `POSTHORN_SMTP_URL`; empty for all that are enabled."
)
IS_PUBLIC = (
    "Whether the public page shows the name and the numbers; null for as the installation says"
    " (`public` of `GET /api/v1/installation/`)."
)


class TallySerializer(serializers.Serializer[Any]):
    """How many deliveries are in each status; the statuses add up to the total."""

    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    sending = serializers.IntegerField()
    sent = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    skipped = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer[Any]):
    """Where a campaign stands. Reads the tally and the campaign's `progress` in the context."""

    percent = serializers.SerializerMethodField(help_text="Sent of total, floored to a tenth.")
    rate = serializers.SerializerMethodField(help_text="Messages a second just now.")
    eta_seconds = serializers.SerializerMethodField(
        help_text="Seconds until nothing is pending at this rate; null when that can't be told."
    )

    def _progress(self, campaign: Campaign) -> Progress:
        progress: Progress = self.context["progress"][campaign.pk]
        return progress

    def get_percent(self, campaign: Campaign) -> float:
        return self._progress(campaign).percent

    def get_rate(self, campaign: Campaign) -> float:
        return self._progress(campaign).rate

    def get_eta_seconds(self, campaign: Campaign) -> int | None:
        return self._progress(campaign).eta_seconds


class CampaignListItemSerializer(ProgressSerializer):
    """A campaign without its bodies."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    transport = serializers.ChoiceField(choices=TRANSPORTS)
    lists = IdsField(help_text="Ids of the mailing lists that make up the audience.")
    segments = IdsField(help_text="Ids of the segments that make up the audience too.")
    excluded_lists = IdsField(help_text="Ids of the mailing lists that are left out.")
    excluded_segments = IdsField(help_text="Ids of the segments that are left out.")
    sample_size = serializers.IntegerField(
        allow_null=True, help_text="So many of the audience; null for all."
    )
    sample_percent = serializers.IntegerField(
        allow_null=True, help_text="This share of the audience; null for all."
    )
    mail_servers = serializers.ListField(child=serializers.IntegerField(), help_text=MAIL_SERVERS)
    rate_limit = serializers.IntegerField(allow_null=True, help_text="Messages a second.")
    is_public = serializers.BooleanField(allow_null=True, help_text=IS_PUBLIC)
    stop_reason = serializers.CharField(
        help_text="Why the engine stopped the campaign by itself; empty when a person did."
    )
    waiting_reason = serializers.CharField(
        help_text="Why nothing goes out for now although it runs; empty otherwise."
    )
    waiting_until = serializers.DateTimeField(
        allow_null=True, help_text="When it goes on by itself; null when it doesn't wait."
    )
    scheduled_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    tally = TallySerializer(source="*")
    audience_frozen = serializers.SerializerMethodField(
        help_text="Whether the audience was resolved into the ledger; it no longer changes then."
    )
    editable_fields = serializers.SerializerMethodField(
        help_text="Which fields may be changed in this status; another is 409 `not_editable`."
    )
    allowed_moves = serializers.SerializerMethodField()

    def get_audience_frozen(self, campaign: Campaign) -> bool:
        return campaign.frozen_at is not None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_editable_fields(self, campaign: Campaign) -> list[str]:
        return sorted(EDITABLE_FIELDS[Status(campaign.status)])

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=MOVES)))
    def get_allowed_moves(self, campaign: Campaign) -> list[str]:
        nothing_to_retry = not (campaign.failed or campaign.unknown)
        return [
            move.value
            for move in allowed_moves(Status(campaign.status))
            if not (move is Move.RETRY and nothing_to_retry)
        ]


class CampaignSerializer(CampaignListItemSerializer):
    """A campaign with everything."""

    from_name = serializers.CharField()
    from_email = serializers.CharField()
    preheader = serializers.CharField()
    body_kind = serializers.ChoiceField(choices=BODY_KINDS)
    body = BodyField(help_text="What was written.")
    layout = serializers.IntegerField(source="layout_id", allow_null=True)
    text_derived = serializers.BooleanField()
    attachments = IdsField(help_text="Ids of media files.")
    body_text = serializers.CharField(help_text="The plain text that goes out: a template.")
    body_html = serializers.CharField(help_text="The HTML that goes out: a template.")
    content_version = serializers.IntegerField(help_text="Counts what changed what goes out.")


class CampaignWriteSerializer(AudienceFieldsSerializer):
    """What a person may give a campaign. Optional fields that are missing stay as they are."""

    name = LineField(max_length=200)
    subject = LineField(max_length=255, help_text="A template.")
    from_name = LineField(max_length=200, required=False, allow_blank=True)
    from_email = SenderField()
    preheader = LineField(
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="What mail programs show beside the subject: a template.",
    )
    body_kind = serializers.ChoiceField(choices=BODY_KINDS, required=False)
    body = BodyField(
        required=False,
        help_text=(
            "The body in its kind: a document of blocks (an object) for `visual`, text for the"
            " others. The HTML and the plain text that go out are built from it."
        ),
    )
    layout = IdField(
        required=False,
        allow_null=True,
        help_text="The frame; a new visual or Markdown campaign begins with the default one.",
    )
    text_derived = serializers.BooleanField(
        required=False, help_text="Whether the plain text follows from the HTML."
    )
    attachments = IdsField(required=False, help_text="Ids of media files; together at most 10 MB.")
    body_text = serializers.CharField(
        max_length=500_000,
        trim_whitespace=False,
        required=False,
        allow_blank=True,
        help_text=(
            "A template of the plain text; empty to derive it from the HTML. Required when neither"
            " `body` nor `body_html` is given."
        ),
    )
    body_html = serializers.CharField(
        max_length=1_000_000,
        trim_whitespace=False,
        required=False,
        allow_blank=True,
        help_text=(
            "The short way to an `html` body: a template whose values are escaped; empty for plain"
            " text alone. Ignored beside `body`."
        ),
    )
    transport = serializers.ChoiceField(choices=TRANSPORTS, required=False)
    mail_servers = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_ID),
        required=False,
        max_length=100,
        help_text=MAIL_SERVERS,
    )
    rate_limit = serializers.IntegerField(
        min_value=1,
        max_value=MAX_RATE_LIMIT,
        required=False,
        allow_null=True,
        help_text="Messages a second; null for as fast as the transport takes them.",
    )
    is_public = serializers.BooleanField(required=False, allow_null=True, help_text=IS_PUBLIC)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        given = getattr(self, "initial_data", None)
        if isinstance(given, Mapping) and not self.partial:
            fields["body_text"].required = not {"body", "body_html"} & given.keys()
        return fields

    def validate_subject(self, value: str) -> str:
        return _template(value)

    def validate_preheader(self, value: str) -> str:
        return _template(value)

    def validate_body_text(self, value: str) -> str:
        return _template(value)

    def validate_body_html(self, value: str) -> str:
        return _template(value)

    def validate_mail_servers(self, value: list[int]) -> list[int]:
        known = {server.pk for server in all_mail_servers()}
        if missing := sorted(set(value) - known):
            raise serializers.ValidationError(
                f"There is no mail server {missing[0]}. Choose from those of"
                " GET /api/v1/mail-servers/, or none for all.",
                code="does_not_exist",
            )
        return sorted(set(value))

    def validate_transport(self, value: str) -> str:
        if value not in transports():
            raise serializers.ValidationError(
                f"The transport '{value}' is not set up here. Choose from"
                f" {', '.join(transports())}.",
                code="invalid_choice",
            )
        return value


class ScheduleSerializer(StrictSerializer):
    """When the campaign is to start by itself."""

    scheduled_at = serializers.DateTimeField(help_text="A time in the future.")


class RetrySerializer(StrictSerializer):
    """Which deliveries are to be put back."""

    statuses = serializers.ListField(
        child=serializers.ChoiceField(choices=RETRIABLE), allow_empty=False, max_length=2
    )


class PreviewRequestSerializer(StrictSerializer):
    """Whom to render the preview for."""

    subscriber = IdField(
        required=False,
        allow_null=True,
        help_text="A subscriber's id; without one, the first of the campaign's lists.",
    )


class ContentPreviewSerializer(StrictSerializer):
    """A content that is not saved, and whom to render it for."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    subject = serializers.CharField(required=False, allow_blank=True, max_length=255)
    preheader = serializers.CharField(required=False, allow_blank=True, max_length=255)
    body_kind = serializers.ChoiceField(choices=BODY_KINDS)
    body = BodyField()
    layout = IdField(required=False, allow_null=True)
    text_derived = serializers.BooleanField(required=False)
    body_text = serializers.CharField(
        max_length=500_000, trim_whitespace=False, required=False, allow_blank=True
    )
    lists = IdsField(required=False, help_text="Whose first subscriber it is rendered for.")
    subscriber = IdField(required=False, allow_null=True)


class TestRequestSerializer(StrictSerializer):
    """Who gets the test, and as whom."""

    addresses = serializers.ListField(
        child=AddressField(), allow_empty=False, max_length=MAX_ADDRESSES
    )
    subscriber = IdField(
        required=False,
        allow_null=True,
        help_text="Whose values it shows; without one, the first of the campaign's lists.",
    )


class TestOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one test message."""

    email = serializers.CharField()
    sent = serializers.BooleanField()
    detail = serializers.CharField(help_text="The transport's reply when it was not sent.")


class StartSerializer(StrictSerializer):
    """Whether the warnings were seen."""

    confirm_warnings = serializers.BooleanField(
        required=False,
        help_text="False: warnings refuse the start too. Missing: nobody asks for them.",
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """The message as one subscriber would get it."""

    subject = serializers.CharField()
    preheader = serializers.CharField()
    body_text = serializers.CharField()
    body_html = serializers.CharField()
    email = serializers.CharField()


class StatsSerializer(ProgressSerializer):
    """The exact tally and where the campaign stands."""

    tally = TallySerializer(source="*")
    status = serializers.ChoiceField(choices=STATUSES)


class TimelinePointSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="When the bucket begins.")
    sent = serializers.IntegerField()
    failed = serializers.IntegerField()


class TimelineSerializer(serializers.Serializer[Any]):
    """Sent and failed over time in at most 240 buckets; empty buckets are left out."""

    bucket_seconds = serializers.IntegerField()
    points = TimelinePointSerializer(many=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    """Where the tally and the rows part."""

    tally = serializers.IntegerField()
    ledger = serializers.IntegerField()


class ReconciliationSerializer(serializers.Serializer[Any]):
    """The tally beside the ledger's rows, counted in the same instant."""

    consistent = serializers.BooleanField(help_text="Whether the two are equal.")
    tally = TallySerializer()
    ledger = TallySerializer()
    differences = serializers.DictField(
        child=DifferenceSerializer(), help_text="By status; empty when consistent."
    )


def list_items(campaigns: Sequence[Campaign]) -> list[dict[str, Any]]:
    """Rows of the list, ready for JSON; one query for all their progress."""
    context = {"progress": progress_of(campaigns)}
    return list(CampaignListItemSerializer(campaigns, many=True, context=context).data)


def whole(campaign: Campaign) -> dict[str, Any]:
    """One campaign with everything, ready for JSON."""
    return CampaignSerializer(campaign, context={"progress": progress_of([campaign])}).data


def stats(campaign: Campaign) -> dict[str, Any]:
    return StatsSerializer(campaign, context={"progress": progress_of([campaign])}).data


def _template(source: str) -> str:
    try:
        Template(source)
    except TemplateError as error:
        raise serializers.ValidationError(error.detail, code=error.code) from error
    return source
