"""Amazon SES, which tells by Amazon SNS: notifications and published events."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate

from posthorn.feedback.adapters import fetching
from posthorn.feedback.adapters.common import (
    NotGenuine,
    Unreadable,
    address,
    check_age,
    instant,
    mappings,
    parse,
    text,
)
from posthorn.feedback.models import FeedbackKind
from posthorn.feedback.naming import Named, named_by
from posthorn.feedback.reports import is_about_sender
from posthorn.feedback.services import Claim, claim_about

#: Where Amazon SNS is; nothing is fetched from anywhere else.
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?")
#: What is signed, in this order; a subject where there is one.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_HASHES = {"1": SHA1, "2": SHA256}


@dataclass(frozen=True, slots=True)
class Notice:
    """What SNS sent: claims, or the address that confirms the subscription."""

    claims: tuple[Claim, ...] = ()
    confirm_url: str = ""


def read(body: bytes, *, topics: Collection[str], now: datetime) -> Notice:
    """Raises NotGenuine, Unreadable."""
    said = parse(body)
    if not isinstance(said, dict):
        raise Unreadable("The body must be a JSON object.")
    if text(said.get("TopicArn")) not in topics:
        raise NotGenuine("The topic is none of those in POSTHORN_SES_TOPICS.")
    check_signature(said)
    sent_at = instant(said.get("Timestamp"))
    if sent_at is None:
        raise NotGenuine("The message has no time.")
    check_age(sent_at, now)
    if said["Type"] == "SubscriptionConfirmation":
        return Notice(confirm_url=_sns_url(said.get("SubscribeURL")))
    if said["Type"] != "Notification":
        return Notice()
    try:
        event = parse(text(said.get("Message")))
    except Unreadable:
        # SES greets a new topic in prose.
        return Notice()
    return Notice(claims=tuple(_claims(event)) if isinstance(event, dict) else ())


def confirm(url: str) -> None:
    """Subscribe, as the one who owns this endpoint. Raises OSError."""
    fetching.fetch(_sns_url(url))


def string_to_sign(said: dict[str, Any]) -> bytes:
    """Names and values, each on a line. Raises NotGenuine for a type that is none of SNS's."""
    names = _SIGNED.get(text(said.get("Type")))
    if names is None:
        raise NotGenuine("This is no message of Amazon SNS.")
    present = [name for name in names if name != "Subject" or said.get(name) is not None]
    return "".join(f"{name}\n{text(said.get(name))}\n" for name in present).encode()


def check_signature(said: dict[str, Any]) -> None:
    """Raises NotGenuine."""
    signed = string_to_sign(said)
    algorithm = _HASHES.get(text(said.get("SignatureVersion")))
    url = _sns_url(said.get("SigningCertURL"))
    if algorithm is None or not urlsplit(url).path.endswith(".pem"):
        raise NotGenuine("It is signed in a way that Amazon SNS does not sign.")
    certificate = certificate_at(url)
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotGenuine("The certificate's key is no RSA key.")
    try:
        signature = b64decode(text(said.get("Signature")), validate=True)
        key.verify(signature, signed, PKCS1v15(), algorithm())
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotGenuine("The signature is not Amazon's for this message.") from None


@lru_cache(maxsize=32)
def certificate_at(url: str) -> Certificate:
    """The certificate at an address of Amazon SNS, fetched once. Raises NotGenuine, OSError."""
    try:
        return load_pem_x509_certificate(fetching.fetch(_sns_url(url)))
    except ValueError:
        raise NotGenuine("There is no certificate at SigningCertURL.") from None


def _sns_url(value: Any) -> str:
    """An https address at Amazon SNS. Raises NotGenuine for any other."""
    url = text(value)
    try:
        parts = urlsplit(url)
        plain = parts.username is None and parts.port in (None, 443) and url.isprintable()
    except ValueError:
        plain = False
    if not (
        plain and parts.scheme == "https" and _HOST.fullmatch(parts.netloc.removesuffix(":443"))
    ):
        raise NotGenuine("It names an address that is none of Amazon SNS.")
    return url


def _claims(event: dict[str, Any]) -> list[Claim]:
    kind = text(event.get("notificationType")) or text(event.get("eventType"))
    mail = event.get("mail")
    named = _named(mail if isinstance(mail, dict) else {})
    if kind == "Bounce" and isinstance(event.get("bounce"), dict):
        return _bounces(event["bounce"], named)
    if kind == "Complaint" and isinstance(event.get("complaint"), dict):
        return _complaints(event["complaint"], named)
    return []


def _named(mail: dict[str, Any]) -> Named | None:
    """By the envelope's sender, or by the Message-ID among the headers that SES kept."""
    ids = [
        text(each.get("value"))
        for each in mappings(mail.get("headers"))
        if text(each.get("name")).lower() == "message-id"
    ]
    common = mail.get("commonHeaders")
    if isinstance(common, dict):
        ids.append(text(common.get("messageId")))
    return named_by(return_paths=[text(mail.get("source"))], message_ids=ids)


def _bounces(bounce: dict[str, Any], named: Named | None) -> list[Claim]:
    permanent = text(bounce.get("bounceType")) == "Permanent"
    claims = []
    for each in mappings(bounce.get("bouncedRecipients")):
        status, detail = text(each.get("status")), text(each.get("diagnosticCode"))
        hard = permanent and not is_about_sender(status, detail)
        kind = FeedbackKind.HARD_BOUNCE if hard else FeedbackKind.SOFT_BOUNCE
        claim = _claim(each, kind, bounce, named)
        if claim is not None:
            claims.append(replace(claim, status=status, detail=detail or claim.detail))
    return claims


def _complaints(complaint: dict[str, Any], named: Named | None) -> list[Claim]:
    # RFC 5965's types; `not-spam` is the contrary.
    if text(complaint.get("complaintFeedbackType")) == "not-spam":
        return []
    found = [
        _claim(each, FeedbackKind.COMPLAINT, complaint, named)
        for each in mappings(complaint.get("complainedRecipients"))
    ]
    return [claim for claim in found if claim is not None]


def _claim(
    recipient: dict[str, Any], kind: FeedbackKind, about: dict[str, Any], named: Named | None
) -> Claim | None:
    email, feedback_id = address(recipient.get("emailAddress")), text(about.get("feedbackId"))
    if not email or not feedback_id:
        return None
    words = (
        about.get("bounceType"),
        about.get("bounceSubType"),
        about.get("complaintFeedbackType"),
    )
    return replace(
        claim_about(named, email=email, kind=kind, source_id=f"{feedback_id} {email}"),
        detail=" ".join(text(word) for word in words if text(word)),
        at=instant(about.get("timestamp")),
    )
