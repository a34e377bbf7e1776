"""What a mail server says at once: a mailbox that does not exist is a bounce before it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from posthorn.accounts.actor import SYSTEM
from posthorn.delivery.ledger import listen_to_failures
from posthorn.delivery.models import Delivery
from posthorn.delivery.statements import Record
from posthorn.feedback.models import FeedbackKind, FeedbackSource
from posthorn.feedback.reports import is_about_sender
from posthorn.feedback.services import Claim, record_feedback

#: A permanent refusal of the address (RFC 3463 section 3.2).
_ADDRESS = re.compile(r"5\d\d[ -](5\.1\.\d{1,3})\b")


def register() -> None:
    """Have refusals of addresses counted as hard bounces."""
    listen_to_failures(note_refusals)


def note_refusals(campaign_id: int, failed: Sequence[Record]) -> None:
    """Record those of the failed deliveries whose address does not exist as hard bounces."""
    statuses = {}
    for entry in failed:
        found = _ADDRESS.match(entry.detail)
        if found is not None and not is_about_sender(found[1], entry.detail):
            statuses[entry.delivery_id] = (found[1], entry.detail)
    if not statuses:
        return
    emails = Delivery.objects.filter(pk__in=statuses).values_list("pk", "email")
    claims = [
        Claim(
            kind=FeedbackKind.HARD_BOUNCE,
            email=email,
            source_id=str(pk),
            campaign_id=campaign_id,
            delivery_id=pk,
            status=statuses[pk][0],
            detail=statuses[pk][1],
        )
        for pk, email in emails
    ]
    record_feedback(claims=claims, source=FeedbackSource.TRANSPORT, by=SYSTEM)
