"""What goes on in all campaigns together: reads that are bounded however much there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncHour

from posthorn.audience.models import Subscriber, Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import campaign_rows
from posthorn.core.clock import database_now
from posthorn.delivery.models import SentBucket

WEEK = timedelta(days=7)
_MOST_RUNNING = 20
_MOST = 10
#: Of so many campaigns, those that were at work last, the week's sending is summed up.
_SUMMED = 200


def running_campaigns() -> list[Campaign]:
    return list(
        campaign_rows().filter(status=Status.RUNNING).order_by("-started_at")[:_MOST_RUNNING]
    )


def coming_campaigns() -> list[Campaign]:
    return list(campaign_rows().filter(status=Status.SCHEDULED).order_by("scheduled_at")[:_MOST])


def attention_campaigns() -> list[Campaign]:
    """Those that a person should look at: stopped by themselves, unknown, or lately failed."""
    lately = database_now() - WEEK
    wanted = (
        Q(status__in=[Status.STOPPED, Status.DRAFT]) & ~Q(stop_reason="")
        | Q(unknown__gt=0)
        | Q(failed__gt=0, active_at__gte=lately)
    )
    return list(campaign_rows().filter(wanted).order_by("-updated_at")[:_MOST])


@dataclass(frozen=True, slots=True)
class SentHour:
    at: datetime
    sent: int
    failed: int


def sent_by_hour() -> list[SentHour]:
    """What went out in the last seven days, oldest hour first; empty hours left out."""
    since = database_now() - WEEK
    lately = Campaign.objects.filter(active_at__gte=since).order_by("-active_at")
    rows = (
        SentBucket.objects.filter(
            campaign_id__in=list(lately.values_list("pk", flat=True)[:_SUMMED]), at__gte=since
        )
        .annotate(hour=TruncHour("at"))
        .values("hour")
        .annotate(sum_sent=Sum("sent"), sum_failed=Sum("failed"))
        .order_by("hour")
    )
    return [SentHour(row["hour"], row["sum_sent"], row["sum_failed"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Growth:
    """All there are, and those of the last seven days."""

    subscribers: int
    new_subscribers: int
    suppressions: int
    new_suppressions: int


def audience_growth() -> Growth:
    new = Q(created_at__gte=database_now() - WEEK)
    people = Subscriber.objects.aggregate(all=Count("pk"), new=Count("pk", filter=new))
    kept_out = Suppression.objects.aggregate(all=Count("pk"), new=Count("pk", filter=new))
    return Growth(people["all"], people["new"], kept_out["all"], kept_out["new"])
