"""Writes what came back, and suppresses who must not be mailed again for it."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from posthorn.accounts.actor import SYSTEM, Actor
from posthorn.audience.addresses import normalise_address
from posthorn.audience.models import SuppressionReason
from posthorn.audience.services import suppress_address
from posthorn.campaigns.models import TOPIC
from posthorn.core.clock import database_now
from posthorn.core.events import publish_on_commit
from posthorn.delivery.models import Delivery
from posthorn.feedback.models import Feedback, FeedbackKind, FeedbackSource, FeedbackTally
from posthorn.feedback.reports import Report
from posthorn.transports.smtp.identity import read_message_id, read_return_path

logger = logging.getLogger(__name__)

_COLUMNS = {
    FeedbackKind.HARD_BOUNCE: "bounced",
    FeedbackKind.SOFT_BOUNCE: "bounced",
    FeedbackKind.COMPLAINT: "complained",
    FeedbackKind.UNSUBSCRIBE: "unsubscribed",
}
_BOUNCES = (FeedbackKind.HARD_BOUNCE, FeedbackKind.SOFT_BOUNCE)


@dataclass(frozen=True, slots=True)
class Known:
    """A delivery that a claim is about: verified, or named by somebody who may."""

    campaign_id: int
    delivery_id: int
    email: str


def record_report(*, report: Report, source: FeedbackSource, source_id: str) -> bool:
    """Record a claim out of a mail if it names a delivery by what we signed; whether it counted.

    Everybody can send a mail that looks like a bounce, so the address in it counts for nothing:
    the one that counts is the delivery's own.
    """
    known = find_delivery(report)
    if known is None:
        return False
    return record_feedback(
        kind=FeedbackKind(report.kind),
        email=known.email,
        known=known,
        status=report.status,
        detail=report.detail,
        source=source,
        source_id=source_id,
        by=SYSTEM,
    )


def find_delivery(report: Report) -> Known | None:
    """The delivery that the report names by a signed return path or Message-ID."""
    named = [read_return_path(address) for address in report.return_paths]
    named += [read_message_id(each) for each in report.message_ids]
    for numbers in named:
        if numbers is not None:
            known = delivery_of(campaign_id=numbers[0], delivery_id=numbers[1])
            if known is not None:
                return known
    return None


def delivery_of(*, campaign_id: int, delivery_id: int) -> Known | None:
    """The delivery with its address, None when the ledger has it no more."""
    email = (
        Delivery.objects.filter(pk=delivery_id, campaign_id=campaign_id)
        .values_list("email", flat=True)
        .first()
    )
    return Known(campaign_id, delivery_id, email) if email else None


def record_feedback(
    *,
    kind: FeedbackKind,
    email: str,
    source: FeedbackSource,
    source_id: str,
    by: Actor,
    known: Known | None = None,
    status: str = "",
    detail: str = "",
    at: datetime | None = None,
) -> bool:
    """Record what came back about an address; False when it was told before.

    A hard bounce and a complaint suppress the address at once, a soft bounce once there are
    `POSTHORN_SOFT_BOUNCES` of them within `POSTHORN_SOFT_BOUNCE_DAYS`.
    """
    email = normalise_address(email)
    with transaction.atomic():
        counted_before = _counts_already(kind, known)
        row = Feedback(
            kind=kind,
            source=source,
            source_id=_short(source_id),
            email=email,
            campaign_id=known.campaign_id if known else None,
            delivery_id=known.delivery_id if known else None,
            status=status[:12],
            detail=detail.replace("\x00", "")[:500],
            at=at or database_now(),
        )
        before = Feedback.objects.filter(source=row.source, source_id=row.source_id)
        if before.exists():
            return False
        Feedback.objects.bulk_create([row], ignore_conflicts=True)
        # Told twice at the same moment: one of the two rows is there, and it may not be this one.
        if not before.filter(created_at=row.created_at).exists():
            return False
        if known is not None and not counted_before:
            _count(known.campaign_id, _COLUMNS[kind])
        _suppress(kind, email, detail or status, by)
    return True


def _counts_already(kind: FeedbackKind, known: Known | None) -> bool:
    """Whether the delivery stands in this column of its campaign's tally; locks the tally."""
    if known is None:
        return False
    FeedbackTally.objects.bulk_create(
        [FeedbackTally(campaign_id=known.campaign_id)], ignore_conflicts=True
    )
    FeedbackTally.objects.select_for_update().get(pk=known.campaign_id)
    alike = [each for each, column in _COLUMNS.items() if column == _COLUMNS[kind]]
    return Feedback.objects.filter(
        campaign_id=known.campaign_id, delivery_id=known.delivery_id, kind__in=alike
    ).exists()


def _count(campaign_id: int, column: str) -> None:
    FeedbackTally.objects.filter(pk=campaign_id).update(**{column: F(column) + 1})
    publish_on_commit(TOPIC, campaign_id)


def _suppress(kind: FeedbackKind, email: str, why: str, by: Actor) -> None:
    if kind == FeedbackKind.COMPLAINT:
        suppress_address(
            email=email, reason=SuppressionReason.COMPLAINED, note=why, by=by
        )
    elif kind == FeedbackKind.UNSUBSCRIBE:
        suppress_address(
            email=email, reason=SuppressionReason.UNSUBSCRIBED, note=why, by=by
        )
    elif kind == FeedbackKind.HARD_BOUNCE or _bounces_too_often(email):
        suppress_address(email=email, reason=SuppressionReason.BOUNCED, note=why, by=by)


def _bounces_too_often(email: str) -> bool:
    since = database_now() - timedelta(days=settings.ENV.soft_bounce_days)
    bounced = Feedback.objects.filter(email=email, kind__in=_BOUNCES, at__gte=since)
    return bounced.count() >= settings.ENV.soft_bounces


def _short(source_id: str) -> str:
    """As it is where it fits its column, else its hash."""
    if len(source_id) <= 200 and "\x00" not in source_id:
        return source_id
    return hashlib.sha256(source_id.encode("utf-8", "replace")).hexdigest()
