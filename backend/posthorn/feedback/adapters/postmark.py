"""Postmark's webhooks for bounces, spam complaints and subscription changes."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode
from dataclasses import replace
from typing import Any

from posthorn.feedback.adapters.common import (
    NotGenuine,
    Unreadable,
    address,
    instant,
    parse,
    text,
)
from posthorn.feedback.models import FeedbackKind
from posthorn.feedback.naming import named_by
from posthorn.feedback.services import Claim, claim_about

#: Postmark's types of bounces; what is not here (an absence note, a challenge) is none.
_BOUNCES = {
    "HardBounce": FeedbackKind.HARD_BOUNCE,
    "BadEmailAddress": FeedbackKind.HARD_BOUNCE,
    "ManuallyDeactivated": FeedbackKind.HARD_BOUNCE,
    "SoftBounce": FeedbackKind.SOFT_BOUNCE,
    "DnsError": FeedbackKind.SOFT_BOUNCE,
    "SpamNotification": FeedbackKind.SOFT_BOUNCE,
    "Blocked": FeedbackKind.SOFT_BOUNCE,
    "DMARCPolicy": FeedbackKind.SOFT_BOUNCE,
    "Undeliverable": FeedbackKind.SOFT_BOUNCE,
    "SpamComplaint": FeedbackKind.COMPLAINT,
    "Unsubscribe": FeedbackKind.UNSUBSCRIBE,
}
_SUPPRESSED = {
    "HardBounce": FeedbackKind.HARD_BOUNCE,
    "SpamComplaint": FeedbackKind.COMPLAINT,
    "ManualSuppression": FeedbackKind.UNSUBSCRIBE,
}


def read(body: bytes, *, authorization: str, credentials: str) -> list[Claim]:
    """The claim in a request, if there is one. `credentials` are `user:password`.

    Postmark signs nothing: who knows the password is believed. Raises NotGenuine, Unreadable.
    """
    check_credentials(authorization, credentials)
    event = parse(body)
    if not isinstance(event, dict):
        raise Unreadable("The body must be a JSON object.")
    claim = _claim(event)
    return [] if claim is None else [claim]


def check_credentials(authorization: str, credentials: str) -> None:
    """Basic authentication (RFC 7617). Raises NotGenuine."""
    scheme, _, given = authorization.partition(" ")
    try:
        said = b64decode(given.strip(), validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        said = b""
    if not hmac.compare_digest(said, credentials.encode()):
        raise NotGenuine("The user name or the password is not the one that is set here.")


def _claim(event: dict[str, Any]) -> Claim | None:
    record = text(event.get("RecordType"))
    if record == "SubscriptionChange":
        if event.get("SuppressSending") is not True:
            return None
        kind = _SUPPRESSED.get(text(event.get("SuppressionReason")))
        email, at = address(event.get("Recipient")), event.get("ChangedAt")
        source_id = f"{text(event.get('MessageID'))} {email} {text(at)}"
    elif record in ("Bounce", "SpamComplaint"):
        named = "SpamComplaint" if record == "SpamComplaint" else text(event.get("Type"))
        kind = _BOUNCES.get(named)
        email, at = address(event.get("Email")), event.get("BouncedAt")
        source_id = str(event.get("ID") or "")
    else:
        return None
    if kind is None or not email or not source_id:
        return None
    delivery = named_by(message_ids=[_own_id(event)])
    return replace(
        claim_about(delivery, email=email, kind=kind, source_id=source_id),
        detail=text(event.get("Details")) or text(event.get("Description")),
        at=instant(at),
    )


def _own_id(event: dict[str, Any]) -> str:
    """Our Message-ID, where the campaign's mail server keeps it (`X-PM-KeepID`)."""
    message_id = text(event.get("MessageID"))
    return message_id if message_id.startswith("posthorn.") else ""
