"""Bodies, layouts, previews, checks and tests of a campaign over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rest_framework.test import APIClient

from posthorn.accounts.actor import SYSTEM
from posthorn.api.campaigns.serializers import CampaignWriteSerializer
from posthorn.audience.services import create_suppression
from posthorn.campaigns.content import attachments_of
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign, ContentVersion
from posthorn.content.building import BARE
from posthorn.content.models import Layout
from posthorn.delivery.models import Delivery
from posthorn.delivery.moves import start_campaign
from posthorn.transports.models import MessageEvent
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_subscriber

URL = "/api/v1/campaigns/"
NEW: dict[str, Any] = {"name": "Spring", "subject": "Hi", "from_email": "team@example.org"}
VISUAL: dict[str, Any] = {"blocks": [{"type": "text", "text": "Hello {{ name }}"}]}
LAYOUT = {"name": "Frame", "source": BARE.source}


def create(client: APIClient, **fields: Any) -> dict[str, Any]:
    response = client.post(URL, {**NEW, **fields})
    assert response.status_code == 201, response.json()
    body: dict[str, Any] = response.json()
    return body


# --- bodies --------------------------------------------------------------------------------------


def test_a_visual_campaign_is_built_within_the_default_layout(admin: APIClient) -> None:
    body = create(admin, body_kind="visual", body=VISUAL, preheader="For {{ name }}")
    assert body["body"] == VISUAL
    assert body["layout"] == Layout.objects.get(is_default=True).pk
    assert body["text_derived"] is True
    assert body["body_text"].startswith("Hello {{ name }}")
    for piece in ("For {{ name }}", "{{ unsubscribe_url }}", "Hello {{ name }}"):
        assert piece in body["body_html"]
    assert admin.get(f"{URL}{body['id']}/").json() == body


@pytest.mark.parametrize(
    ("fields", "kind", "html"),
    [
        ({"body_text": "Hello"}, "plain", ""),
        ({"body_kind": "plain", "body": "Hello"}, "plain", ""),
        ({"body_text": "Hello", "body_html": "<p>Hello"}, "html", "<p>Hello"),
        ({"body_html": "<p>Hello"}, "html", "<p>Hello"),
        ({"body_kind": "html", "body": "<p>Hello"}, "html", "<p>Hello"),
    ],
)
def test_the_short_ways_to_plain_text_and_html_stay(
    admin: APIClient, fields: dict[str, Any], kind: str, html: str
) -> None:
    body = create(admin, **fields)
    assert (body["body_kind"], body["body_html"], body["body_text"].strip()) == (
        kind,
        html,
        "Hello",
    )
    assert body["layout"] is None


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"body_kind": "visual", "body": {"blocks": [{"type": "x"}]}}, "body.blocks.0.type",
         "invalid_choice"),
        ({"body_kind": "visual", "body": "text"}, "body.blocks", "invalid"),
        ({"body_kind": "markdown", "body": VISUAL}, "body", "invalid"),
        ({"body_kind": "markdown", "body": ""}, "body", "blank"),
        ({"body_kind": "mjml", "body": "<mj-text>"}, "body", "invalid"),
        ({"body_kind": "html", "body": "a\n{{ nmae }}"}, "body", "unknown_variable"),
        ({"body_kind": "html"}, "body_text", "required"),
        ({"body_kind": "letter", "body": "x"}, "body_kind", "invalid_choice"),
        ({"body_kind": "html", "body": [1]}, "body", "invalid"),
        ({"body_kind": "markdown", "body": "x", "layout": 999}, "layout", "does_not_exist"),
        ({"body_text": "x", "attachments": [999]}, "attachments.0", "does_not_exist"),
        ({"body_text": "x", "preheader": "{{"}, "preheader", "template_syntax"),
        ({"body_text": " "}, "body_text", "blank"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_refused_by_its_place(
    admin: APIClient, fields: dict[str, Any], field: str, code: str
) -> None:
    assert_field(admin.post(URL, {**NEW, **fields}), field, code)
    assert not Campaign.objects.exists()


def test_a_written_plain_part_stays_until_it_is_to_follow_again(admin: APIClient) -> None:
    body = create(admin, body_kind="markdown", body="# One", body_text="By hand")
    url = f"{URL}{body['id']}/"
    assert (body["text_derived"], body["body_text"]) == (False, "By hand")
    body = admin.patch(url, {"body": "# Two"}).json()
    assert "Two</h1>" in body["body_html"]
    assert body["body_text"] == "By hand"
    body = admin.patch(url, {"text_derived": True}).json()
    assert body["body_text"].startswith("Two")


def test_plain_text_that_becomes_visual_is_no_longer_the_plain_part(admin: APIClient) -> None:
    body = create(admin, body_text="Old words")
    url = f"{URL}{body['id']}/"
    body = admin.patch(url, {"body_kind": "visual", "body": VISUAL}).json()
    assert body["body_text"].startswith("Hello {{ name }}")
    assert_field(admin.patch(url, {"body_kind": "mjml"}), "body", "required")


@pytest.mark.parametrize("kind", ["visual", "markdown", "html"])
def test_sending_a_whole_campaign_back_changes_nothing(admin: APIClient, kind: str) -> None:
    source = VISUAL if kind == "visual" else "<style>p{color:red}</style><p>Hello {{ name }}"
    body = create(admin, body_kind=kind, body=source, lists=[make_list().pk])
    Campaign.objects.filter(pk=body["id"]).update(status=Status.RUNNING)
    Layout.objects.update(source=BARE.source)
    given = {field: body[field] for field in body if field in CampaignWriteSerializer().fields}
    response = admin.put(f"{URL}{body['id']}/", given)
    assert response.status_code == 200
    assert response.json()["body_html"] == body["body_html"]
    assert response.json()["content_version"] == 1


def test_a_running_campaigns_body_is_locked(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    for change in ({"body": "x"}, {"layout": None, "body_kind": "html", "body": "x"}):
        response = admin.patch(f"{URL}{campaign.pk}/", change)
        assert "body" in assert_problem(response, 409, "not_editable")["detail"]


def test_a_duplicate_keeps_the_source_the_layout_and_the_attachments(admin: APIClient) -> None:
    media = upload(admin, "a.txt", b"x").json()
    body = create(admin, body_kind="visual", body=VISUAL, attachments=[media["id"]])
    copy = admin.post(f"{URL}{body['id']}/duplicate/").json()
    for field in ("body_kind", "body", "layout", "body_html", "attachments", "text_derived"):
        assert copy[field] == body[field]


# --- versions ------------------------------------------------------------------------------------


def test_a_save_that_changes_what_goes_out_is_a_version(admin: APIClient) -> None:
    body = create(admin, body_text="One")
    url = f"{URL}{body['id']}/"
    assert body["content_version"] == 1
    assert admin.patch(url, {"name": "Other", "rate_limit": 5}).json()["content_version"] == 1
    assert admin.patch(url, {"subject": "Other"}).json()["content_version"] == 2


def test_versions_that_a_run_may_have_sent_are_kept_and_others_forgotten(admin: APIClient) -> None:
    body = create(admin, body_text="One", lists=[make_list(subscribers=1).pk])
    url = f"{URL}{body['id']}/"
    admin.patch(url, {"subject": "Two"})
    start_campaign(campaign_id=body["id"], by=SYSTEM)
    admin.post(f"{url}stop/")
    for subject in ("Three", "Four"):
        admin.patch(url, {"subject": subject})
    kept = ContentVersion.objects.order_by("number").values_list("number", "subject")
    assert list(kept) == [(2, "Two"), (4, "Four")]
    admin.post(f"{url}cancel/")
    assert admin.delete(url).status_code == 204
    assert not ContentVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_campaigns_from_before_keep_their_bodies_as_html_or_plain_text() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("campaigns", "0002_public_as_the_installation_says")])
    old = executor.loader.project_state(
        [("campaigns", "0002_public_as_the_installation_says")]
    ).apps
    before = old.get_model("campaigns", "Campaign").objects
    both = before.create(name="a", from_email="a@b.c", body_text="T", body_html="<p>H")
    text = before.create(name="b", from_email="a@b.c", body_text="T")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    rows = Campaign.objects.order_by("pk").values_list("pk", "body_kind", "body", "body_text")
    assert list(rows) == [(both.pk, "html", "<p>H", "T"), (text.pk, "plain", "T", "T")]
    assert Campaign.objects.get(pk=both.pk).body_html == "<p>H"
    # What the migrations of this test made is nobody else's.
    Campaign.objects.all().delete()


# --- layouts -------------------------------------------------------------------------------------


def test_an_installation_begins_with_three_layouts_of_which_one_is_the_default(
    viewer: APIClient,
) -> None:
    body = viewer.get("/api/v1/layouts/").json()
    assert {row["name"] for row in body["results"]} == {"Announcement", "Letter", "Newsletter"}
    assert sum(row["is_default"] for row in body["results"]) == 1


def test_a_changed_layout_builds_waiting_campaigns_anew_and_leaves_others(
    admin: APIClient,
) -> None:
    layout = admin.post("/api/v1/layouts/", {**LAYOUT, "brand_color": "#111111"}).json()
    bodies = {"body_kind": "visual", "layout": layout["id"]}
    body = {"blocks": [{"type": "button", "text": "Go", "href": "https://example.org"}]}
    draft, sent = (create(admin, **bodies, body=body)["id"] for _ in range(2))
    Campaign.objects.filter(pk=sent).update(status=Status.FINISHED)
    response = admin.patch(f"/api/v1/layouts/{layout['id']}/", {"brand_color": "#222222"})
    assert response.json()["version"] == 2
    assert "#222222" in admin.get(f"{URL}{draft}/").json()["body_html"]
    assert admin.get(f"{URL}{draft}/").json()["content_version"] == 2
    assert "#222222" not in admin.get(f"{URL}{sent}/").json()["body_html"]


def test_another_default_takes_the_place_of_the_last(admin: APIClient) -> None:
    former = Layout.objects.get(is_default=True)
    layout = admin.post("/api/v1/layouts/", {**LAYOUT, "is_default": True}).json()
    assert list(Layout.objects.filter(is_default=True)) == [Layout.objects.get(pk=layout["id"])]
    response = admin.patch(f"/api/v1/layouts/{layout['id']}/", {"is_default": False})
    assert_field(response, "is_default", "invalid")
    assert_problem(admin.delete(f"/api/v1/layouts/{layout['id']}/"), 409, "in_use")
    assert admin.delete(f"/api/v1/layouts/{former.pk}/").status_code == 204


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"source": "<mjml><mj-body></mj-body></mjml>"}, "source", "invalid"),
        ({"source": "<mjml><mj-body>{{ body }}{{ x }}</mj-body></mjml>"}, "source",
         "unknown_variable"),
        ({"name": "Letter"}, "name", "unique"),
        ({"brand_color": "red"}, "brand_color", "invalid"),
        ({"logo_url": "javascript:alert(1)"}, "logo_url", "invalid"),
    ],
)  # fmt: skip
def test_a_layout_that_cannot_hold_a_body_is_refused(
    admin: APIClient, change: dict[str, str], field: str, code: str
) -> None:
    assert_field(admin.post("/api/v1/layouts/", {**LAYOUT, **change}), field, code)


def test_a_layout_in_use_is_not_deleted(admin: APIClient) -> None:
    layout = admin.post("/api/v1/layouts/", LAYOUT).json()
    campaign = create(admin, body_kind="markdown", body="x", layout=layout["id"])
    url = f"/api/v1/layouts/{layout['id']}/"
    assert "Spring" in assert_problem(admin.delete(url), 409, "in_use")["detail"]
    admin.patch(f"{URL}{campaign['id']}/", {"layout": None})
    assert admin.delete(url).status_code == 204
    assert_problem(admin.get(url), 404, "not_found")


# --- media ---------------------------------------------------------------------------------------


def upload(client: APIClient, name: str, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, data)
    return client.post("/api/v1/media/", {"file": file}, format="multipart")


def pixel() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    return out.getvalue()


def test_an_image_is_kept_once_and_served_to_everybody_for_ever(
    admin: APIClient, anonymous: APIClient
) -> None:
    first, second = upload(admin, "logo.png", pixel()), upload(admin, "other.webp", pixel())
    assert first.status_code == second.status_code == 201
    body = first.json()
    assert second.json() == body
    assert (body["width"], body["height"], body["is_image"]) == (3, 2, True)
    path = body["url"].removeprefix(settings.ENV.public_url)
    response = anonymous.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in response
    assert anonymous.get(path, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
    assert anonymous.get(path.replace(".png", ".gif")).status_code == 404
    assert anonymous.get("/media/nothing.png").status_code == 404
    assert anonymous.post(path).status_code == 405


def test_an_attachment_is_downloaded_and_goes_out_by_its_name(
    admin: APIClient, anonymous: APIClient
) -> None:
    media = upload(admin, "../Programm für alle.pdf", b"%PDF-1.7 x").json()
    assert media["name"] == "Programm für alle.pdf"
    response = anonymous.get(media["url"].removeprefix(settings.ENV.public_url))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Programm")
    campaign = create(admin, body_text="x", attachments=[media["id"]])
    (attachment,) = attachments_of(campaign["id"])
    assert (attachment.content_type, attachment.data) == ("application/pdf", b"%PDF-1.7 x")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b"<svg/>"),
        ("a.png", b"<svg/>"),
        ("a.html", b"<script>"),
        ("a.exe", b"MZ"),
        ("a.pdf", b"MZ"),
        ("noname", b"x"),
        ("a.txt", b""),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1)),
    ],
)
def test_what_mail_programs_would_not_show_is_refused(
    admin: APIClient, name: str, data: bytes
) -> None:
    response = upload(admin, name, data)
    assert_problem(response, 400, "invalid")
    assert response.json()["errors"][0]["field"] == "file"


def test_a_file_that_something_shows_is_not_deleted(admin: APIClient) -> None:
    image = upload(admin, "a.png", pixel()).json()
    url = f"/api/v1/media/{image['id']}/"
    body = {"blocks": [{"type": "image", "src": image["url"], "alt": "A"}]}
    campaign = create(admin, body_kind="visual", body=body)
    assert_problem(admin.delete(url), 409, "in_use")
    admin.delete(f"{URL}{campaign['id']}/")
    assert admin.delete(url).status_code == 204
    assert_problem(admin.delete(url), 404, "not_found")


# --- previews ------------------------------------------------------------------------------------


def test_what_is_not_saved_can_be_looked_at(admin: APIClient) -> None:
    ada = make_subscriber(name="<Ada>", attributes={"plan": "pro"})
    body = admin.post(
        "/api/v1/content/preview/",
        {
            "subject": "Hi {{ name }}",
            "preheader": "{{ attributes.plan }}",
            "body_kind": "markdown",
            "body": '{% if attributes.plan == "pro" %}**{{ name }}**{% endif %}',
            "subscriber": ada.pk,
        },
    ).json()
    assert (body["subject"], body["preheader"]) == ("Hi <Ada>", "pro")
    assert "<strong>&lt;Ada&gt;</strong>" in body["body_html"]
    assert body["body_text"].startswith("<Ada>")
    assert not Campaign.objects.exists()


def test_a_preview_that_cannot_be_built_says_where(admin: APIClient) -> None:
    given = {"body_kind": "visual", "body": {"blocks": [{"type": "x"}]}}
    response = admin.post("/api/v1/content/preview/", given)
    assert_field(response, "body.blocks.0.type", "invalid_choice")


# --- checks --------------------------------------------------------------------------------------


def findings(client: APIClient, campaign: Campaign) -> dict[str, dict[str, str]]:
    rows = client.get(f"{URL}{campaign.pk}/checks/").json()
    return {row["code"]: row for row in rows}


def test_a_good_campaign_has_nothing_to_look_at(viewer: APIClient) -> None:
    campaign = make_campaign(lists=[make_list(subscribers=2)])
    assert findings(viewer, campaign) == {}


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"body_text": "Hello"}, "no_unsubscribe_link", "body"),
        ({"subject": "x" * 71}, "subject_long", "subject"),
        ({"from_email": "a@gmail.com"}, "from_domain_not_aligned", "from_email"),
        ({"body_html": "<a href='www.example.org'>x</a>"}, "link_broken", "www.example.org"),
        ({"body_html": "<a href='#'>x</a>"}, "link_broken", "#"),
        ({"body_html": "<a href='javascript:x'>x</a>"}, "link_broken", "javascript:x"),
        ({"body_html": "<a href='http://a.org'>x</a>"}, "link_insecure", "http://a.org"),
        ({"body_html": "<img src='https://a.org/{{ name }}'>"}, "image_without_alt",
         "https://a.org/{{ name }}"),
        ({"body_html": "<form>x</form>"}, "active_content", "<form>"),
        ({"body_html": "<b onclick='x'>x</b>"}, "active_content", "<b onclick>"),
        ({"body_html": "<b style='position : fixed'>x</b>"}, "escaping_style", "<b>"),
        ({"body_html": "x" * 105_000}, "clipped", "body"),
        ({"body_text": "{{ attributes.plan }} {{ unsubscribe_url }}"}, "variable_lacking",
         "attributes.plan"),
        ({"body_text": " ", "body_html": "{{ unsubscribe_url }}"}, "text_empty", "body_text"),
        ({"transport": "smtp"}, "transport_unknown", "transport"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_its_fix(
    viewer: APIClient, fields: dict[str, str], code: str, place: str
) -> None:
    campaign = make_campaign(lists=[make_list(subscribers=2)], **fields)
    found = findings(viewer, campaign)[code]
    assert found["place"] == place
    assert found["fix"]


def test_links_that_are_whole_or_variables_are_no_finding(viewer: APIClient) -> None:
    links = ("https://a.org/?x={{ name }}", "{{ unsubscribe_url }}", "mailto:a@b.org", "#top")
    html = "".join(f'<a href="{link}">x</a>' for link in links)
    campaign = make_campaign(lists=[make_list(subscribers=1)], body_html=html)
    assert findings(viewer, campaign) == {}


def test_subscribers_without_a_value_are_counted_and_a_default_answers_it(
    viewer: APIClient,
) -> None:
    mailing_list = make_list(subscribers=2)
    make_subscriber(lists=[mailing_list], attributes={"city": ""})
    shown = "{{ attributes.city }} {{ attributes.town|default:'x' }} {{ unsubscribe_url }}"
    campaign = make_campaign(lists=[mailing_list], body_text=shown, subject="Hi")
    found = findings(viewer, campaign)
    assert found.keys() == {"variable_lacking"}
    assert found["variable_lacking"]["detail"].startswith("1 of 3 subscribers")


def test_an_audience_that_is_suppressed_or_slow_is_told(viewer: APIClient) -> None:
    nobody = make_list()
    person = make_subscriber(lists=[nobody])
    create_suppression(email=person.email, by=SYSTEM)
    assert "empty_audience" in findings(viewer, make_campaign(lists=[nobody]))
    assert "no_lists" in findings(viewer, make_campaign())
    frozen = make_frozen_campaign(status=Status.STOPPED, rate_limit=1)
    Campaign.objects.filter(pk=frozen.pk).update(pending=200_000, total=200_000)
    assert "2.3 days" in findings(viewer, frozen)["slow"]["detail"]


def test_errors_refuse_the_start_and_warnings_only_when_they_are_asked_for(
    admin: APIClient,
) -> None:
    campaign = make_campaign(lists=[make_list(subscribers=1)], body_text="Hello")
    url = f"{URL}{campaign.pk}/start/"
    body = assert_problem(admin.post(url, {"confirm_warnings": False}), 409, "checks_failed")
    assert [each["code"] for each in body["findings"]] == ["no_unsubscribe_link"]
    Campaign.objects.filter(pk=campaign.pk).update(body_text="{{ nmae }}")
    body = assert_problem(admin.post(url, {"confirm_warnings": True}), 409, "checks_failed")
    assert body["findings"][0]["code"] == "unknown_variable"
    Campaign.objects.filter(pk=campaign.pk).update(body_text="Hello")
    assert admin.post(url, {"confirm_warnings": True}).json()["status"] == "running"


# --- tests ---------------------------------------------------------------------------------------


def test_a_test_goes_out_marked_and_outside_the_ledger(admin: APIClient) -> None:
    mailing_list = make_list()
    make_subscriber(lists=[mailing_list], name="Ada")
    campaign = make_campaign(lists=[mailing_list])
    given = {"addresses": ["me@example.org", "You@Example.org"]}
    body = admin.post(f"{URL}{campaign.pk}/test/", given).json()
    assert body == [
        {"email": "me@example.org", "sent": True, "detail": ""},
        {"email": "you@example.org", "sent": True, "detail": ""},
    ]
    events = MessageEvent.objects.order_by("email")
    assert [event.subject for event in events] == ["[Test] Hello Ada"] * 2
    assert all(event.delivery_id < 0 for event in events)
    assert not Delivery.objects.exists()
    campaign.refresh_from_db()
    assert (campaign.total, campaign.status) == (0, Status.DRAFT)


def test_the_log_tells_of_a_test_as_one(admin: APIClient) -> None:
    campaign = make_campaign(transport="log")
    admin.post(f"{URL}{campaign.pk}/test/", {"addresses": ["me@example.org"]})
    line = json.loads(settings.ENV.log_transport_file.read_text().splitlines()[-1])
    assert (line["campaign"], line["subject"]) == (campaign.pk, "[Test] Hello Ada Example")


@pytest.mark.parametrize("addresses", [[], ["nobody"], ["a@example.org"] * 11])
def test_a_test_goes_to_one_to_ten_addresses(admin: APIClient, addresses: list[str]) -> None:
    response = admin.post(f"{URL}{make_campaign().pk}/test/", {"addresses": addresses})
    assert_problem(response, 400, "invalid")
    assert not MessageEvent.objects.exists()
