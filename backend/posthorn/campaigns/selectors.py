"""Reads of campaigns."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When

from posthorn.campaigns.audience import with_audience_ids
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.content.models import MediaFile
from posthorn.core.errors import NotFound

_BODIES = ("body", "body_text", "body_html")


def campaign_rows() -> QuerySet[Campaign]:
    """Every campaign with its audience's ids, without the bodies: they may be a megabyte each."""
    return with_audience_ids(Campaign.objects.defer(*_BODIES))


def get_campaign(campaign_id: int) -> Campaign:
    """One campaign with everything. Raises NotFound."""
    attachments = Prefetch("attachments", MediaFile.objects.only("id").order_by("pk"))
    campaigns = with_audience_ids(Campaign.objects.prefetch_related(attachments))
    campaign = campaigns.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound("There is no such campaign.")
    return campaign


def require_campaign(campaign_id: int) -> None:
    """Raises NotFound unless there is such a campaign."""
    if not Campaign.objects.filter(pk=campaign_id).exists():
        raise NotFound("There is no such campaign.")


def public_campaigns() -> QuerySet[Campaign]:
    """What everybody may see, running ones first, then the newest."""
    return (
        Campaign.objects.filter(_public())
        .defer(*_BODIES)
        .annotate(rank=Case(When(status=Status.RUNNING.value, then=Value(0)), default=Value(1)))
        .order_by("rank", "-created_at", "-pk")
    )


def get_public_campaign(campaign_id: int) -> Campaign:
    """One of those that everybody may see. Raises NotFound, for a hidden one too."""
    campaign = public_campaigns().filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound("There is no such campaign.")
    return campaign


def _public() -> Q:
    """Campaigns that say so themselves, and those that leave it to the installation and suit it."""
    unsaid = Q(is_public=None)
    by_themselves = {
        "all": unsaid,
        "started": unsaid & ~Q(status=Status.DRAFT.value),
        "none": Q(pk__in=[]),
    }
    return Q(is_public=True) | by_themselves[settings.ENV.public]
