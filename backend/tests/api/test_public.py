"""What everybody may see and do: numbers without subscribers, and unsubscribing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import override_settings
from rest_framework.test import APIClient

from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber, Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket
from tests.api.clients import send_bytes
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, set_delivery

URL = "/api/v1/public/campaigns/"
ROW = {
    "id", "name", "status", "total", "sent", "failed", "unknown", "skipped", "percent", "rate",
    "eta_seconds", "scheduled_at", "started_at", "stopped_at", "finished_at", "cancelled_at",
    "updated_at",
}  # fmt: skip


def unsubscribe_url(delivery: Delivery) -> str:
    return urlsplit(Links(delivery.campaign_id).one_click(delivery.subscriber_id)).path


def test_rows_hold_names_states_counts_and_times_alone(anonymous: APIClient) -> None:
    campaign = make_frozen_campaign(subscribers=3, name="Shown")
    delivery = Delivery.objects.filter(campaign=campaign).first()
    assert delivery is not None
    set_delivery(delivery, DeliveryStatus.SENT)
    body = anonymous.get(URL).json()
    (row,) = body["results"]
    assert row.keys() == ROW
    assert (row["name"], row["status"], row["total"], row["sent"], row["percent"]) == (
        "Shown",
        "running",
        3,
        1,
        33.3,
    )


def test_one_campaign_is_told_as_in_the_list(anonymous: APIClient) -> None:
    campaign = make_frozen_campaign(subscribers=3)
    first, second, _ = Delivery.objects.filter(campaign=campaign).order_by("pk")
    set_delivery(first, DeliveryStatus.SENT)
    set_delivery(second, DeliveryStatus.FAILED)
    response = anonymous.get(f"{URL}{campaign.pk}/")
    assert response["Cache-Control"] == "public, max-age=1"
    assert response.json() == anonymous.get(URL).json()["results"][0]
    assert (response.json()["sent"], response.json()["failed"]) == (1, 1)
    again = anonymous.get(f"{URL}{campaign.pk}/", HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


def test_one_campaigns_timeline_is_that_of_the_management(
    anonymous: APIClient, admin: APIClient
) -> None:
    campaign = make_frozen_campaign()
    at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    SentBucket.objects.create(campaign=campaign, at=at, sent=7, failed=2)
    timeline = anonymous.get(f"{URL}{campaign.pk}/timeline/").json()
    assert timeline == {
        "bucket_seconds": 1,
        "points": [{"at": "2026-11-24T12:00:00Z", "sent": 7, "failed": 2}],
    }
    assert timeline == admin.get(f"/api/v1/campaigns/{campaign.pk}/timeline/").json()


@pytest.mark.parametrize("part", ["", "timeline/", "head/"])
def test_a_hidden_campaign_is_not_there_in_any_part(anonymous: APIClient, part: str) -> None:
    hidden = make_campaign(is_public=False)
    assert_problem(anonymous.get(f"{URL}{hidden.pk}/{part}"), 404, "not_found")


def test_the_totals_add_up_what_everybody_may_see(anonymous: APIClient) -> None:
    counts: dict[str, Any] = {"total": 10, "failed": 3, "sent": 7}
    running = make_campaign(status=Status.RUNNING, **counts)
    make_campaign(status=Status.FINISHED, **counts)
    make_campaign(status=Status.RUNNING, is_public=False, **counts)
    second = database_now().replace(microsecond=0) - timedelta(seconds=2)
    SentBucket.objects.create(campaign=running, at=second, sent=6)
    assert anonymous.get("/api/v1/public/totals/").json() == {
        "campaigns": 2,
        "running": 1,
        "sent": 14,
        "rate": 3.0,
    }


def test_the_totals_of_nothing_are_nothing(anonymous: APIClient, db: None) -> None:
    totals = anonymous.get("/api/v1/public/totals/").json()
    assert totals == {"campaigns": 0, "running": 0, "sent": 0, "rate": 0.0}


def test_a_link_to_a_campaign_has_a_preview(anonymous: APIClient) -> None:
    campaign = make_campaign(
        name='<b>"Spring" & more', status=Status.RUNNING, total=3000, pending=2570, sent=430
    )
    head = anonymous.get(f"{URL}{campaign.pk}/head/").content.decode()
    assert "<title>&lt;b&gt;&quot;Spring&quot; &amp; more · Posthorn</title>" in head
    assert 'content="430 of 3,000 messages sent. A mailing campaign, running."' in head
    assert f'"og:url" content="{settings.ENV.public_url}/c/{campaign.pk}"' in head
    assert f'"og:image" content="{settings.ENV.public_url}/preview.png"' in head


def test_nothing_about_subscribers_content_or_users_leaks(anonymous: APIClient) -> None:
    campaign = make_frozen_campaign(
        subject="Secret subject", body_text="Secret body", stop_reason="Secret reason"
    )
    delivery = Delivery.objects.filter(campaign=campaign).first()
    assert delivery is not None
    address = delivery.email
    answers = [
        anonymous.get(url).content.decode()
        for url in (
            URL,
            f"{URL}?search=Campaign",
            f"{URL}?ordering=-sent",
            f"{URL}{campaign.pk}/",
            f"{URL}{campaign.pk}/timeline/",
            f"{URL}{campaign.pk}/head/",
            unsubscribe_url(delivery),
        )
    ]
    for answer in answers:
        assert address not in answer
        assert "Secret" not in answer
        assert "Person" not in answer
        assert "City" not in answer
        assert "team@example.org" not in answer


@pytest.mark.parametrize("query", ["search=secret", "search=team@example.org"])
def test_the_search_does_not_feel_for_what_is_hidden(anonymous: APIClient, query: str) -> None:
    make_campaign(subject="Secret subject")
    assert anonymous.get(f"{URL}?{query}").json()["count"] == 0


@pytest.mark.parametrize("query", ["ordering=subject", "ordering=from_email"])
def test_the_order_does_not_tell_what_is_hidden(anonymous: APIClient, query: str) -> None:
    assert_field(anonymous.get(f"{URL}?{query}"), "ordering", "invalid_choice")


def test_hidden_campaigns_are_not_there(anonymous: APIClient) -> None:
    make_campaign(is_public=False)
    assert anonymous.get(URL).json()["count"] == 0


@pytest.mark.parametrize(
    ("policy", "seen"),
    [
        ("all", {"draft", "scheduled", "running", "finished", "shown draft"}),
        ("started", {"scheduled", "running", "finished", "shown draft"}),
        ("none", {"shown draft"}),
    ],
)
def test_what_says_nothing_itself_is_shown_as_the_installation_says(
    anonymous: APIClient, admin: APIClient, settings: Any, policy: str, seen: set[str]
) -> None:
    settings.ENV = replace(settings.ENV, public=policy)
    for status in (Status.DRAFT, Status.SCHEDULED, Status.RUNNING, Status.FINISHED):
        make_campaign(name=status, status=status)
        make_campaign(name="hidden", status=status, is_public=False)
    make_campaign(name="shown draft", is_public=True)
    assert {row["name"] for row in anonymous.get(URL).json()["results"]} == seen
    assert admin.get("/api/v1/installation/").json() == {"public": policy}


def test_running_ones_come_first_then_the_newest(anonymous: APIClient) -> None:
    running = make_campaign(status=Status.RUNNING)
    older, newer = make_campaign(), make_campaign(status=Status.FINISHED)
    ids = [row["id"] for row in anonymous.get(URL).json()["results"]]
    assert ids == [running.pk, newer.pk, older.pk]


def test_rows_are_filtered_by_status_and_ordered_by_request(anonymous: APIClient) -> None:
    make_campaign(status=Status.RUNNING)
    b, a = make_campaign(name="B"), make_campaign(name="A")
    rows = anonymous.get(f"{URL}?status=draft&ordering=name").json()["results"]
    assert [row["id"] for row in rows] == [a.pk, b.pk]


def test_no_answer_repeats_the_host_of_a_request(anonymous: APIClient, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for _ in range(3):
        make_campaign()
    page = anonymous.get(f"{URL}?page=2&page_size=1&search=c", HTTP_HOST="evil.example").json()
    assert page["next"] == f"{URL}?page=3&page_size=1&search=c"
    assert page["previous"] == f"{URL}?page_size=1&search=c"
    last = anonymous.get(page["next"]).json()
    assert (len(last["results"]), last["next"]) == (1, None)


def test_an_unchanged_page_is_not_sent_again(anonymous: APIClient) -> None:
    campaign = make_campaign()
    first = anonymous.get(URL)
    assert first["Cache-Control"] == "public, max-age=1"
    again = anonymous.get(URL, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    Campaign.objects.filter(pk=campaign.pk).update(total=1, pending=1)
    changed = anonymous.get(URL, HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.fixture
def delivery(db: None) -> Delivery:
    found = Delivery.objects.filter(campaign=make_frozen_campaign(name="Spring")).first()
    assert found is not None
    Delivery.objects.filter(pk=found.pk).update(email="ada@example.org")
    found.refresh_from_db()
    return found


def test_looking_at_the_link_changes_nothing(anonymous: APIClient, delivery: Delivery) -> None:
    response = anonymous.get(unsubscribe_url(delivery))
    assert response.json() == {
        "email": "a***@example.org",
        "campaign": "Spring",
        "unsubscribed": False,
    }
    assert response["Cache-Control"] == "no-store"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            b"One-Click\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (b"", "application/json"),
        (b"{}", "application/json"),
        (b"anything", "text/plain"),
    ],
)
def test_unsubscribing_takes_one_click_however_it_is_sent(
    anonymous: APIClient, delivery: Delivery, body: bytes, content_type: str
) -> None:
    response = send_bytes(anonymous, "POST", unsubscribe_url(delivery), body, content_type)
    assert response.status_code == 200
    assert response.json()["unsubscribed"] is True
    suppression = Suppression.objects.get()
    assert (suppression.email, suppression.reason) == ("ada@example.org", "unsubscribed")
    assert "Spring" in suppression.note


def test_unsubscribing_twice_is_no_error(anonymous: APIClient, delivery: Delivery) -> None:
    for _ in range(2):
        assert anonymous.post(unsubscribe_url(delivery)).json()["unsubscribed"] is True
    assert anonymous.get(unsubscribe_url(delivery)).json()["unsubscribed"] is True
    assert Suppression.objects.count() == 1


def test_an_address_that_bounced_stays_marked_as_bounced(
    anonymous: APIClient, delivery: Delivery
) -> None:
    Suppression.objects.create(email="ada@example.org", reason="bounced")
    assert anonymous.post(unsubscribe_url(delivery)).status_code == 200
    assert Suppression.objects.get().reason == "bounced"


def test_the_link_works_after_the_subscriber_and_the_campaign_are_gone(
    anonymous: APIClient, delivery: Delivery
) -> None:
    url = unsubscribe_url(delivery)
    Subscriber.objects.all().delete()
    Campaign.objects.update(status=Status.STOPPED)
    Campaign.lists.through.objects.all().delete()
    Campaign.objects.all()._raw_delete("default")
    assert anonymous.post(url).json() == {
        "email": "a***@example.org",
        "campaign": "",
        "unsubscribed": True,
    }


@pytest.mark.parametrize(
    "token", ["1-1.x", "x", "1.x", "1-1.", ".", "0-0.AAAA", "1-" + "9" * 30 + ".A", "1-1.%00"]
)
def test_a_link_that_is_not_ours_is_not_found(anonymous: APIClient, token: str) -> None:
    url = f"/api/v1/public/unsubscribe/{token}/"
    assert_problem(anonymous.get(url), 404, "not_found")
    assert_problem(anonymous.post(url), 404, "not_found")


def test_a_link_for_another_delivery_cannot_be_made_up(
    anonymous: APIClient, delivery: Delivery
) -> None:
    url = unsubscribe_url(delivery)
    other = url.replace(f"-{delivery.subscriber_id}.", f"-{delivery.subscriber_id + 1}.")
    assert other != url
    assert_problem(anonymous.post(other), 404, "not_found")
    assert not Suppression.objects.exists()


def test_links_outlive_a_change_of_the_secret_key(
    anonymous: APIClient, delivery: Delivery, settings: Any
) -> None:
    url = unsubscribe_url(delivery)
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="n" * 40, SECRET_KEY_FALLBACKS=[old]):
        assert anonymous.get(url).status_code == 200
    with override_settings(SECRET_KEY="n" * 40, SECRET_KEY_FALLBACKS=[]):
        assert_problem(anonymous.get(url), 404, "not_found")


def test_a_link_works_after_its_campaign_was_deleted(
    anonymous: APIClient, delivery: Delivery
) -> None:
    url = unsubscribe_url(delivery)
    address = Subscriber.objects.get(pk=delivery.subscriber_id).email
    Delivery.objects.all().delete()
    Campaign.objects.filter(pk=delivery.campaign_id).delete()
    answer = anonymous.post(url)
    assert (answer.status_code, answer.json()["campaign"]) == (200, "")
    assert Suppression.objects.get().email == address
