"""SendGrid's Signed Event Webhook."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from posthorn.feedback.adapters.common import (
    NotGenuine,
    address,
    check_age,
    instant,
    mappings,
    parse,
    text,
)
from posthorn.feedback.models import FeedbackKind
from posthorn.feedback.naming import named_by
from posthorn.feedback.reports import is_about_sender
from posthorn.feedback.services import Claim, claim_about

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

_KINDS = {
    "spamreport": FeedbackKind.COMPLAINT,
    "unsubscribe": FeedbackKind.UNSUBSCRIBE,
    "group_unsubscribe": FeedbackKind.UNSUBSCRIBE,
}
#: Why it did not even try: what it knows of the address from before.
_DROPPED = {
    "bounced address": FeedbackKind.HARD_BOUNCE,
    "invalid": FeedbackKind.HARD_BOUNCE,
    "spam reporting address": FeedbackKind.COMPLAINT,
    "unsubscribed address": FeedbackKind.UNSUBSCRIBE,
}


def read(body: bytes, *, signature: str, timestamp: str, key: str, now: datetime) -> list[Claim]:
    """The claims in a request; events that tell of nothing of the kind are left out.

    `key` is the verification key as SendGrid shows it. Raises NotGenuine, Unreadable.
    """
    check_signature(body, signature=signature, timestamp=timestamp, key=key)
    check_age(datetime.fromtimestamp(int(timestamp), now.tzinfo), now)
    claims = (_claim(event) for event in mappings(parse(body)))
    return [claim for claim in claims if claim is not None]


def check_signature(body: bytes, *, signature: str, timestamp: str, key: str) -> None:
    """ECDSA over the timestamp and the body as it came. Raises NotGenuine."""
    public = load_der_public_key(b64decode(key))
    assert isinstance(public, EllipticCurvePublicKey)
    try:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise InvalidSignature
        public.verify(
            b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256())
        )
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotGenuine("The signature is not SendGrid's for this body.") from None


def _claim(event: dict[str, Any]) -> Claim | None:
    kind, email = _kind(event), address(event.get("email"))
    source_id = text(event.get("sg_event_id"))
    if kind is None or not email or not source_id:
        return None
    # SendGrid keeps the Message-ID that a mail came with by SMTP.
    named = named_by(message_ids=[text(event.get("smtp-id"))])
    return replace(
        claim_about(named, email=email, kind=kind, source_id=source_id),
        status=text(event.get("status")),
        detail=text(event.get("reason")) or text(event.get("response")),
        at=instant(event.get("timestamp")),
    )


def _kind(event: dict[str, Any]) -> FeedbackKind | None:
    name, status = text(event.get("event")), text(event.get("status"))
    if name == "bounce":
        about_sender = is_about_sender(status, text(event.get("reason")))
        soft = text(event.get("type")) == "blocked" or status.startswith("4.") or about_sender
        return FeedbackKind.SOFT_BOUNCE if soft else FeedbackKind.HARD_BOUNCE
    if name == "dropped":
        return _DROPPED.get(text(event.get("reason")).lower())
    return _KINDS.get(name)
