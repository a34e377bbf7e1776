"""Writes what came back, and suppresses who must not be mailed again for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from posthorn.accounts.actor import SYSTEM, Actor
from posthorn.audience.models import SuppressionReason
from posthorn.audience.services import suppress_addresses
from posthorn.campaigns.models import TOPIC
from posthorn.core.clock import database_now
from posthorn.core.events import publish_on_commit
from posthorn.core.inserting import insert_new
from posthorn.feedback.models import Feedback, FeedbackKind, FeedbackSource, FeedbackTally
from posthorn.feedback.naming import Named, named_by
from posthorn.feedback.reports import Report

COLUMNS = {
    FeedbackKind.HARD_BOUNCE: "bounced",
    FeedbackKind.SOFT_BOUNCE: "bounced",
    FeedbackKind.COMPLAINT: "complained",
    FeedbackKind.UNSUBSCRIBE: "unsubscribed",
}
_BOUNCES = (FeedbackKind.HARD_BOUNCE, FeedbackKind.SOFT_BOUNCE)
#: What suppresses an address at once, and as what.
_AT_ONCE = {
    FeedbackKind.HARD_BOUNCE: SuppressionReason.BOUNCED,
    FeedbackKind.COMPLAINT: SuppressionReason.COMPLAINED,
    FeedbackKind.UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that somebody who may says of an address, and of the delivery if that is known.

    `email` is normalised. `source_id` is the source's own name for it: told twice it counts once.
    """

    kind: FeedbackKind
    email: str
    source_id: str
    campaign_id: int | None = None
    delivery_id: int | None = None
    status: str = ""
    detail: str = ""
    at: datetime | None = None


def record_report(*, report: Report, source: FeedbackSource, source_id: str) -> bool:
    """Record a mail's claim; False when it names no delivery by something that we signed.

    Everybody can send a mail that looks like a bounce, so the addresses in it count for nothing:
    the one that counts is the delivery's own.
    """
    named = named_by(return_paths=report.return_paths, message_ids=report.message_ids)
    if named is None:
        return False
    claim = Claim(
        kind=FeedbackKind(report.kind),
        email=named.email,
        source_id=source_id,
        campaign_id=named.campaign_id,
        delivery_id=named.delivery_id,
        status=report.status,
        detail=report.detail,
    )
    record_feedback(claims=[claim], source=source, by=SYSTEM)
    return True


def claim_about(named: Named | None, *, email: str, kind: FeedbackKind, source_id: str) -> Claim:
    """A claim about the delivery where one is named, whose address then counts, else `email`."""
    if named is None:
        return Claim(kind, email, source_id)
    return Claim(kind, named.email, source_id, named.campaign_id, named.delivery_id)


def record_feedback(*, claims: Sequence[Claim], source: FeedbackSource, by: Actor) -> int:
    """Record claims that were not told before, in one transaction; returns how many that were.

    A hard bounce, a complaint and an unsubscribe suppress the address at once, a soft bounce once
    there are `POSTHORN_SOFT_BOUNCES` of them within `POSTHORN_SOFT_BOUNCE_DAYS`.
    """
    now = database_now()
    rows = [
        Feedback(
            kind=claim.kind,
            source=source,
            source_id=_short(claim.source_id),
            email=claim.email,
            campaign_id=claim.campaign_id,
            delivery_id=claim.delivery_id,
            status=_plain(claim.status)[:12],
            detail=_plain(claim.detail)[:500],
            at=min(claim.at or now, now),
        )
        for claim in claims
    ]
    with transaction.atomic():
        _lock_tallies({row.campaign_id for row in rows if row.campaign_id is not None})
        new = insert_new(rows, unique=("source", "source_id"))
        _count([row for row in new if row.delivery_id is not None])
        _suppress(new, now, by)
    return len(new)


def _lock_tallies(campaign_ids: set[int]) -> None:
    """Until the transaction ends nobody else counts for these campaigns."""
    insert_new(
        [FeedbackTally(campaign_id=campaign_id) for campaign_id in campaign_ids],
        unique=("campaign_id",),
    )
    locked = FeedbackTally.objects.filter(pk__in=campaign_ids).order_by("pk").select_for_update()
    list(locked.values_list("pk"))


def _count(new: Sequence[Feedback]) -> None:
    """Add to the tallies what stands in no column of theirs yet."""
    if not new:
        return
    before = Feedback.objects.filter(delivery_id__in={row.delivery_id for row in new}).exclude(
        pk__in=[row.pk for row in new]
    )
    counted = {
        (delivery_id, COLUMNS[FeedbackKind(kind)])
        for delivery_id, kind in before.values_list("delivery_id", "kind")
    }
    more: dict[int, Counter[str]] = {}
    for row in new:
        column = COLUMNS[FeedbackKind(row.kind)]
        if row.campaign_id is not None and (row.delivery_id, column) not in counted:
            counted.add((row.delivery_id, column))
            more.setdefault(row.campaign_id, Counter())[column] += 1
    for campaign_id, columns in more.items():
        changes = {column: F(column) + count for column, count in columns.items()}
        FeedbackTally.objects.filter(pk=campaign_id).update(**changes)
        publish_on_commit(TOPIC, campaign_id)


def _suppress(new: Sequence[Feedback], now: datetime, by: Actor) -> None:
    notes: dict[SuppressionReason, dict[str, str]] = {}
    soft = {row.email: row for row in new if row.kind == FeedbackKind.SOFT_BOUNCE}
    too_often = _bouncing_too_often(list(soft), now)
    for row in new:
        reason = _AT_ONCE.get(FeedbackKind(row.kind))
        if reason is None and row.email in too_often:
            reason = SuppressionReason.BOUNCED
        if reason is not None:
            notes.setdefault(reason, {})[row.email] = row.detail or row.status
    for reason in sorted(notes):
        suppress_addresses(notes=notes[reason], reason=reason, by=by)


def _bouncing_too_often(emails: Sequence[str], now: datetime) -> set[str]:
    """Those of the addresses whose bounces are enough by now, each delivery counted once."""
    if not emails:
        return set()
    since = now - timedelta(days=settings.ENV.soft_bounce_days)
    bounces = (
        Feedback.objects.filter(email__in=emails, kind__in=_BOUNCES, at__gte=since)
        .order_by()
        .values_list("email")
        .annotate(
            count=Count("delivery_id", distinct=True) + Count("pk", filter=Q(delivery_id=None))
        )
    )
    return {email for email, count in bounces if count >= settings.ENV.soft_bounces}


def _short(source_id: str) -> str:
    """As it is where it fits its column, else its hash."""
    if len(source_id) <= 200 and source_id.isprintable():
        return source_id
    return hashlib.sha256(source_id.encode("utf-8", "replace")).hexdigest()


def _plain(text: str) -> str:
    """On one line, and such as every database takes."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split())
