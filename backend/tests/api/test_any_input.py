"""Whatever JSON is sent, the answer is a success or says what is wrong; never a 500."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.api.clients import send_bytes
from tests.factories import make_campaign, make_list

FIELDS: dict[str, dict[str, Any]] = {
    "campaigns/": {
        "name": "Spring",
        "subject": "Hello",
        "from_name": "Team",
        "from_email": "team@example.org",
        "body_text": "Hello",
        "body_html": "",
        "preheader": "",
        "layout": None,
        "text_derived": False,
        "attachments": [],
        "lists": [1],
        "segments": [],
        "excluded_lists": [],
        "excluded_segments": [],
        "sample_size": None,
        "sample_percent": 5,
        "transport": "log",
        "rate_limit": 5,
        "is_public": True,
    },
    "lists/": {"name": "News", "description": ""},
    "subscribers/": {
        "email": "ada@example.org",
        "name": "Ada",
        "attributes": {"city": "Bern"},
        "lists": [1],
    },
    "segments/": {
        "name": "Locals",
        "description": "",
        "filter": {"all": [{"field": "attributes.city", "op": "eq", "value": "Bern"}]},
    },
    "segments/preview/": {"filter": {"any": [{"field": "list", "op": "in", "value": [1]}]}},
    "audience/preview/": {
        "lists": [1],
        "segments": [],
        "excluded_lists": [],
        "excluded_segments": [],
        "sample_size": None,
        "sample_percent": 5,
    },
    "suppressions/": {"email": "ada@example.org", "reason": "manual", "note": ""},
    "campaigns/{campaign}/schedule/": {"scheduled_at": "2090-01-01T00:00:00Z"},
    "campaigns/{campaign}/retry/": {"statuses": ["failed"]},
    "campaigns/{campaign}/preview/": {"subscriber": 1},
    "campaigns/{campaign}/start/": {"confirm_warnings": True},
    "campaigns/{campaign}/test/": {"addresses": ["ada@example.org"], "subscriber": None},
    "content/preview/": {
        "name": "",
        "subject": "Hello",
        "preheader": "",
        "body_kind": "visual",
        "body": {"blocks": [{"type": "text", "text": "Hello"}]},
        "layout": None,
        "text_derived": True,
        "body_text": "",
        "lists": [1],
        "subscriber": None,
    },
    "layouts/": {
        "name": "Frame",
        "source": "<mjml><mj-body>{{ body }}</mj-body></mjml>",
        "brand_color": "#112233",
        "background_color": "#ffffff",
        "logo_url": "",
        "logo_alt": "",
        "footer": "",
        "is_default": False,
    },
}

# Text of any code points, half pairs of surrogates and null characters too.
text = st.text(st.characters(exclude_categories=()), max_size=20)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63 - 2, 2**64)
    | st.floats()
    | text
    | st.sampled_from(["0001-01-01T00:00+23:59", "9999-12-31T23:59:59.999999-23:59", "{{", "a@b.c"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("path", list(FIELDS))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_json_is_more_than_the_api_can_answer(
    admin: APIClient, path: str, data: st.DataObject
) -> None:
    fields = FIELDS[path]
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), anything, max_size=3))
    body = json.dumps({**fields, **changed}).encode()
    with transaction.atomic():
        mailing_list = make_list()
        campaign = make_campaign(lists=[mailing_list])
        body = body.replace(b"[1]", b"[%d]" % mailing_list.pk)
        url = f"/api/v1/{path.format(campaign=campaign.pk)}"
        response = send_bytes(admin, "POST", url, body)
        assert_understood(response)
        transaction.set_rollback(True)


PARAMETERS = (
    "page", "page_size", "search", "ordering", "status", "list", "transport", "reason", "format",
    "segment", "filter", "tag",
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "campaigns/",
        "public/campaigns/",
        "lists/",
        "segments/",
        "subscribers/",
        "suppressions/",
        "deliveries",
    ],
)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(
        st.tuples(st.sampled_from(PARAMETERS), st.one_of(text, st.integers())), max_size=4
    )
)
def test_no_query_is_more_than_the_api_can_answer(
    admin: APIClient, path: str, query: list[tuple[str, str | int]]
) -> None:
    with transaction.atomic():
        campaign = make_campaign()
        where = f"campaigns/{campaign.pk}/deliveries/" if path == "deliveries" else path
        response = admin.get(f"/api/v1/{where}?{urlencode(query, errors='surrogatepass')}")
        assert_understood(response)
        transaction.set_rollback(True)


def assert_understood(response: Any) -> None:
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("depth", [101, 900, 100_000])
def test_a_body_that_is_nested_too_deeply_is_refused_before_it_is_read(
    admin: APIClient, depth: int
) -> None:
    body = b'{"name": ' + b"[" * depth + b"]" * depth + b"}"
    response = send_bytes(admin, "POST", "/api/v1/lists/", body)
    assert response.status_code == 400
    assert response.json()["code"] == "malformed"
    assert "nested too deeply" in response.json()["detail"]


@pytest.mark.django_db
def test_brackets_in_texts_are_no_nesting(admin: APIClient) -> None:
    created = admin.post("/api/v1/lists/", {"name": "x", "description": '"[' * 500})
    assert created.status_code == 201
