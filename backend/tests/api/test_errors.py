"""Every error is problem details, whoever raised it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from posthorn.api.permissions import Anyone
from posthorn.config import urls as real
from tests.api.clients import send_bytes
from tests.api.problems import assert_field, assert_problem

URL = "/api/v1/campaigns/"


class Broken(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    def get(self, request: Request) -> Response:
        raise RuntimeError("the secret is 42")


class Busy(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    def get(self, request: Request) -> Response:
        raise OperationalError("database is locked")


# This module as a URL conf: two views that fail, and the real handlers.
urlpatterns = [
    path("api/broken/", Broken.as_view()),
    path("api/busy/", Busy.as_view()),
    *real.urlpatterns,
]
handler400, handler403 = real.handler400, real.handler403
handler404, handler500 = real.handler404, real.handler500


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/campaigns/", "/api/v1/campaigns/x/", "/api/v1/nothing"]
)
@pytest.mark.parametrize("debug", [True, False])
def test_unknown_paths_are_not_found(anonymous: APIClient, path: str, debug: bool) -> None:
    with override_settings(DEBUG=debug):
        assert_problem(anonymous.get(path), 404, "not_found")
        assert_problem(anonymous.post(path), 404, "not_found")


def test_a_forgotten_slash_is_pointed_out(admin: APIClient) -> None:
    body = assert_problem(admin.post("/api/v1/campaigns", {}), 404, "not_found")
    assert "/api/v1/campaigns/" in body["detail"]


@pytest.mark.parametrize("url", ["/api/docs/", "/api/schema/", "/api/schema/?format=yaml"])
def test_pages_that_speak_no_json_tell_errors_alike(anonymous: APIClient, url: str) -> None:
    assert_problem(anonymous.post(url, {}), 405, "method_not_allowed")


def test_a_method_that_is_not_there_says_which_are(admin: APIClient) -> None:
    response = admin.delete(URL)
    assert_problem(response, 405, "method_not_allowed")
    assert "POST" in response["Allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"{'a': 1}", b"\xff\xfe", b'{"a": NaN}', b"[" * 200_000, b"1" * 5000]
)
def test_malformed_json_is_told(admin: APIClient, body: bytes) -> None:
    response = send_bytes(admin, "POST", URL, body)
    assert_problem(response, 400, "malformed")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"12", b"null", b"true"])
def test_json_that_is_no_object_is_told(admin: APIClient, body: bytes) -> None:
    response = send_bytes(admin, "POST", URL, body)
    assert_field(response, "non_field_errors", "null" if body == b"null" else "invalid")


@pytest.mark.parametrize("url", ["/api/v1/auth/token/", URL, "/api/v1/subscribers/"])
@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"'])
def test_no_endpoint_breaks_on_json_of_another_shape(
    admin: APIClient, url: str, body: bytes
) -> None:
    response = send_bytes(admin, "POST", url, body)
    assert_problem(response, 400, "invalid")


def test_a_body_that_is_no_json_is_refused(admin: APIClient) -> None:
    response = send_bytes(admin, "POST", URL, b"a=1", "text/plain")
    assert_problem(response, 415, "unsupported_media_type")


def test_a_body_without_bounds_is_refused(admin: APIClient) -> None:
    body = b'{"name": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    response = send_bytes(admin, "POST", URL, body)
    assert_problem(response, 413, "too_large")


def test_a_host_that_is_not_ours_is_refused(anonymous: APIClient) -> None:
    response = anonymous.get("/api/v1/public/campaigns/", HTTP_HOST="evil.example.org")
    assert_problem(response, 400, "malformed")


@pytest.mark.parametrize("url", [URL, "/api/v1/subscribers/", "/api/v1/nothing/"])
def test_answers_are_kept_nowhere_unless_they_say_so(admin: APIClient, url: str) -> None:
    assert admin.get(url)["Cache-Control"] == "no-store"


@override_settings(ROOT_URLCONF=__name__)
def test_what_nobody_foresaw_tells_no_secrets(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/api/broken/")
    body = assert_problem(response, 500, "error")
    assert "42" not in str(body)


@override_settings(ROOT_URLCONF=__name__)
def test_a_busy_database_is_unavailable_and_says_when_to_come_back(client: Client) -> None:
    response = client.get("/api/busy/")
    body: dict[str, Any] = assert_problem(response, 503, "unavailable")
    assert "locked" not in body["detail"]
    assert int(response["Retry-After"]) > 0
