"""The API's ways in: our own JSON, and the webhooks of SendGrid, Amazon SES and Postmark."""

from __future__ import annotations

import dataclasses
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from rest_framework.test import APIClient

from posthorn.audience.models import Suppression
from posthorn.feedback.adapters import fetching, sendgrid, ses
from posthorn.feedback.adapters.common import NotGenuine
from posthorn.feedback.models import Feedback, FeedbackTally
from tests.api.clients import client_with_key
from tests.feedback.test_services import id_of, path_of, sent
from tests.webhooks.receiver import receive

pytestmark = pytest.mark.django_db

API = "/api/v1/feedback/"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem"


def set_up(settings: Any, **changes: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, **changes)


# --- our own -------------------------------------------------------------------------------------


def test_a_report_is_recorded_once_however_often_it_is_sent() -> None:
    client, delivery = client_with_key("feedback"), sent()
    items = [
        {"id": "1", "kind": "hard_bounce", "message_id": id_of(delivery), "status": "5.1.1"},
        {"id": "2", "kind": "complaint", "email": "Ada@Example.com"},
    ]
    answer = client.post(API, {"items": items}, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {"received": 2, "recorded": 2}
    assert client.post(API, {"items": items}, format="json").json()["recorded"] == 0
    assert {row.email for row in Suppression.objects.all()} == {delivery.email, "ada@example.com"}
    assert FeedbackTally.objects.get(pk=delivery.campaign_id).bounced == 1


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        ([{"id": "1", "kind": "hard_bounce"}], "items.0.email"),
        ([{"id": "1", "kind": "gone", "email": "a@b.example"}], "items.0.kind"),
        ([{"kind": "complaint", "email": "a@b.example"}], "items.0.id"),
        ([{"id": "1", "kind": "complaint", "message_id": "<a@b>"}], "items.0.message_id"),
        ([{"id": "1", "kind": "complaint", "email": "a@b.example"}] * 1001, "items"),
    ],
)
def test_a_report_that_is_none_names_the_field(items: list[dict[str, str]], field: str) -> None:
    answer = client_with_key("feedback").post(API, {"items": items}, format="json")
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Feedback.objects.exists()


def test_a_campaign_tells_what_came_back(viewer: APIClient) -> None:
    client, delivery = client_with_key("feedback"), sent()
    kinds = ["hard_bounce", "complaint", "unsubscribe"]
    items = [{"id": kind, "kind": kind, "message_id": id_of(delivery)} for kind in kinds]
    client.post(API, {"items": items}, format="json")
    campaign = viewer.get(f"/api/v1/campaigns/{delivery.campaign_id}/").json()
    assert [campaign[key] for key in ("bounced", "complained", "unsubscribed")] == [1, 1, 1]
    assert campaign["tally"]["sent"] == 1
    row = viewer.get("/api/v1/campaigns/").json()["results"][0]
    assert row["bounced"] == 1
    listed = f"/api/v1/campaigns/{delivery.campaign_id}/feedback/"
    assert viewer.get(listed).json()["count"] == 3
    page = viewer.get(listed, {"kind": "complaint"}).json()
    assert [(each["kind"], each["email"]) for each in page["results"]] == [
        ("complaint", delivery.email)
    ]
    assert viewer.get(listed + "export/")["Content-Type"].startswith("text/csv")
    assert viewer.get("/api/v1/campaigns/999999/feedback/").status_code == 404


@pytest.mark.parametrize("provider", ["sendgrid", "ses", "postmark"])
def test_a_provider_that_is_not_set_up_is_not_there(anonymous: APIClient, provider: str) -> None:
    answer = anonymous.post(f"{API}{provider}/", {}, format="json")
    assert answer.status_code == 404
    assert "POSTHORN_" in answer.json()["detail"]


# --- SendGrid ------------------------------------------------------------------------------------

# The example that SendGrid's own libraries are tested with.
SENDGRID_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2f"
    "NNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
SENDGRID_SIGNATURE = (
    "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM"
    "+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
)
SENDGRID_BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJv'
    b'cC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.fil'
    b'terdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0'
    b'039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
)


def test_sendgrids_published_example_is_genuine_and_old() -> None:
    given = {"signature": SENDGRID_SIGNATURE, "timestamp": "1600112502", "key": SENDGRID_KEY}
    then = datetime.fromtimestamp(1600112502, UTC)
    (claim,) = sendgrid.read(SENDGRID_BODY, now=then, **given)
    assert (claim.kind, claim.email) == ("hard_bounce", "hello@world.com")
    with pytest.raises(NotGenuine):
        sendgrid.read(SENDGRID_BODY + b" ", now=then, **given)
    with pytest.raises(NotGenuine):
        sendgrid.read(SENDGRID_BODY, now=then, **{**given, "timestamp": "1600112503"})
    with pytest.raises(NotGenuine, match="too long ago"):
        sendgrid.read(SENDGRID_BODY, now=then + timedelta(days=2), **given)


def test_sendgrids_events_are_recorded(anonymous: APIClient, settings: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    set_up(settings, sendgrid_key=b64encode(public).decode())
    first, second = sent(), sent()
    at = int(time.time())
    events: list[Any] = [
        {"event": "bounce", "type": "bounce", "email": first.email, "sg_event_id": "1",
         "smtp-id": id_of(first), "status": "5.1.1", "timestamp": at},
        {"event": "bounce", "type": "blocked", "email": second.email, "sg_event_id": "2",
         "timestamp": at},
        {"event": "spamreport", "email": second.email, "sg_event_id": "3", "timestamp": at},
        {"event": "open", "email": "eve@example.org", "sg_event_id": "4"},
        {"event": "bounce", "email": 5, "sg_event_id": None}, "x", None,
    ]  # fmt: skip
    body = json.dumps(events).encode()
    signature = b64encode(key.sign(str(at).encode() + body, ec.ECDSA(SHA256()))).decode()

    def post(signature: str) -> Any:
        return anonymous.generic(
            "POST", f"{API}sendgrid/", body,  # type: ignore[arg-type]
            content_type="application/json",
            headers={sendgrid.SIGNATURE: signature, sendgrid.TIMESTAMP: str(at)},
        )  # fmt: skip

    assert post(b64encode(b"x").decode()).status_code == 403
    assert post("").json()["code"] == "not_genuine"
    assert not Feedback.objects.exists()
    assert post(signature).json() == {"received": 3, "recorded": 3}
    assert post(signature).json()["recorded"] == 0, "a replay counts for nothing"
    reasons = dict(Suppression.objects.values_list("email", "reason"))
    assert reasons == {first.email: "bounced", second.email: "complained"}
    assert FeedbackTally.objects.get(pk=first.campaign_id).bounced == 1


# --- Amazon SES ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issued() -> trustme.LeafCert:
    """Made before a test's transaction begins: keys take their time."""
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    return authority.issue_cert("sns.amazonaws.com", key_type=trustme.KeyType.RSA)


@pytest.fixture
def amazon(
    issued: trustme.LeafCert, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Amazon]:
    """Amazon SNS with a key of the test's own; what it is asked for over the net is noted."""
    set_up(settings, ses_topics=[TOPIC])
    amazon = Amazon(issued)
    monkeypatch.setattr(fetching, "fetch", amazon.answer)
    ses.certificate_at.cache_clear()
    yield amazon
    ses.certificate_at.cache_clear()


class Amazon:
    def __init__(self, issued: trustme.LeafCert) -> None:
        self._key: Any = load_pem_private_key(issued.private_key_pem.bytes(), None)
        self._certificate = issued.cert_chain_pems[0].bytes()
        self.asked: list[str] = []

    def answer(self, url: str) -> bytes:
        self.asked.append(url)
        return self._certificate if url.endswith(".pem") else b"<ok/>"

    def message(self, version: str = "2", **fields: Any) -> dict[str, Any]:
        said = {
            "Type": "Notification",
            "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
            "TopicArn": TOPIC,
            "Message": "{}",
            "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE_URL,
            **fields,
        }
        hashing = SHA1() if version == "1" else SHA256()
        signature = self._key.sign(ses.string_to_sign(said), padding.PKCS1v15(), hashing)
        return {**said, "Signature": b64encode(signature).decode()}


def post_ses(client: APIClient, said: dict[str, Any]) -> Any:
    return client.generic("POST", f"{API}ses/", json.dumps(said), content_type="text/plain")


def bounce_of(email: str, source: str = "team@example.org") -> str:
    recipient = {"emailAddress": email, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1"}
    bounce = {
        "feedbackId": f"0100-{email}",
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [recipient],
        "timestamp": "2026-11-24T10:00:00.000Z",
    }
    return json.dumps({"notificationType": "Bounce", "bounce": bounce, "mail": {"source": source}})


def test_what_sns_signs_is_what_its_documentation_shows() -> None:
    said = {
        "Type": "Notification",
        "MessageId": "4d4dc071-ddbf-465d-bba8-08f81c89da64",
        "TopicArn": "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P",
        "Subject": "My subject",
        "Message": "My Test Message",
        "Timestamp": "2019-01-31T04:37:04.321Z",
        "SigningCertURL": "not signed",
    }
    assert ses.string_to_sign(said).decode() == (
        "Message\nMy Test Message\nMessageId\n4d4dc071-ddbf-465d-bba8-08f81c89da64\n"
        "Subject\nMy subject\nTimestamp\n2019-01-31T04:37:04.321Z\nTopicArn\n"
        "arn:aws:sns:us-east-2:123456789012:s4-MySNSTopic-1G1WEFCOXTC0P\nType\nNotification\n"
    )


@pytest.mark.parametrize("version", ["1", "2"])
def test_ses_bounces_are_recorded(anonymous: APIClient, amazon: Amazon, version: str) -> None:
    delivery = sent()
    said = amazon.message(version, Message=bounce_of("x@example.com", path_of(delivery)))
    assert post_ses(anonymous, said).json() == {"received": 1, "recorded": 1}
    assert post_ses(anonymous, said).json()["recorded"] == 0
    assert Suppression.objects.get().email == delivery.email
    assert amazon.asked == [CERTIFICATE_URL], "fetched once"


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": bounce_of("victim@example.com")},
        {"TopicArn": TOPIC + "x"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"Signature": "AAAA"},
        {"Signature": 7},
        {"Type": "Other"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem"},
        {"SigningCertURL": "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com:99999/a.pem"},
        {"SigningCertURL": "https://s3.amazonaws.com/a.pem"},
        {"SigningCertURL": None},
    ],
)
def test_what_is_not_amazons_is_refused(
    anonymous: APIClient, amazon: Amazon, changes: dict[str, Any]
) -> None:
    answer = post_ses(anonymous, {**amazon.message(), **changes})
    assert answer.status_code == 403, answer.json()
    assert not Suppression.objects.exists()
    assert set(amazon.asked) <= {CERTIFICATE_URL}


def test_a_stale_message_is_refused(anonymous: APIClient, amazon: Amazon) -> None:
    for days in (-2, 2):
        at = datetime.now(UTC) + timedelta(days=days)
        said = amazon.message(Message=bounce_of("a@example.com"), Timestamp=at.isoformat())
        assert post_ses(anonymous, said).status_code == 403
    assert not Suppression.objects.exists()


def test_a_subscription_is_confirmed_at_amazon_alone(anonymous: APIClient, amazon: Amazon) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    fields = {"Type": "SubscriptionConfirmation", "Token": "2336", "Message": "You have chosen"}
    assert post_ses(anonymous, amazon.message(**fields, SubscribeURL=url)).status_code == 200
    assert url in amazon.asked
    elsewhere = amazon.message(**fields, SubscribeURL="https://evil.example/?Token=2336")
    assert post_ses(anonymous, elsewhere).status_code == 403
    assert "https://evil.example/?Token=2336" not in amazon.asked


@pytest.mark.parametrize("body", ["", "[]", "{", "7", '"x"', '{"TopicArn": 7}', "[" * 100_000])
def test_garbage_is_refused_in_words(anonymous: APIClient, amazon: Amazon, body: str) -> None:
    answer = anonymous.generic("POST", f"{API}ses/", body, content_type="text/plain")
    assert answer.status_code in (400, 403)
    assert answer["Content-Type"] == "application/problem+json"


def test_fetching_follows_no_redirect_and_trusts_no_stranger() -> None:
    with receive() as receiver, pytest.raises(OSError, match="answered"):
        fetching.fetch(receiver.url)
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        fetching.fetch("https://127.0.0.1:9/a.pem")


# --- Postmark ------------------------------------------------------------------------------------


def test_postmarks_events_are_recorded_for_who_knows_the_password(
    anonymous: APIClient, settings: Any
) -> None:
    set_up(settings, postmark_credentials="postmark:a long password")
    events: list[Any] = [
        {"RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "TypeCode": 1,
         "Email": "john@example.com", "BouncedAt": "2026-11-24T01:01:01Z",
         "Details": "smtp;550 5.1.1 unknown", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483"},
        {"RecordType": "SpamComplaint", "ID": 43, "Type": "SpamComplaint",
         "Email": "jane@example.com", "BouncedAt": "2026-11-24T01:01:01Z"},
        {"RecordType": "SubscriptionChange", "Recipient": "jim@example.com",
         "SuppressSending": True, "SuppressionReason": "ManualSuppression",
         "ChangedAt": "2026-11-24T01:01:01Z", "MessageID": "883953f4"},
        {"RecordType": "Bounce", "ID": 44, "Type": "AutoResponder", "Email": "away@example.com"},
        {"RecordType": "Open", "Email": "eve@example.com"},
    ]  # fmt: skip

    def post(event: Any, password: str) -> Any:
        token = b64encode(f"postmark:{password}".encode()).decode()
        return anonymous.post(
            f"{API}postmark/", event, format="json", headers={"Authorization": f"Basic {token}"}
        )

    assert post(events[0], "another password").status_code == 403
    assert anonymous.post(f"{API}postmark/", events[0], format="json").status_code == 403
    assert not Feedback.objects.exists()
    told = [post(event, "a long password").json()["recorded"] for event in events + events]
    assert told == [1, 1, 1, 0, 0] + [0] * 5
    assert dict(Suppression.objects.values_list("email", "reason")) == {
        "john@example.com": "bounced",
        "jane@example.com": "complained",
        "jim@example.com": "unsubscribed",
    }
