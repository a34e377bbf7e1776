"""What the log says of a request: its route, and nothing that a stranger wrote."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "posthorn.request")
    return caplog


def test_the_route_is_told_with_its_numbers(
    client: Client, lines: pytest.LogCaptureFixture
) -> None:
    client.post("/api/v1/campaigns/42/start/")
    assert "POST /api/v1/campaigns/42/start/ 401 in" in lines.text


def test_what_is_asked_for_beside_the_route_is_not_told(
    client: Client, lines: pytest.LogCaptureFixture
) -> None:
    client.post("/api/v1/campaigns/42/start/?x=s3cr3t")
    assert "POST /api/v1/campaigns/42/start/ 400 in" in lines.text
    assert "s3cr3t" not in lines.text


@pytest.mark.parametrize("end", ["/", ""])
def test_no_token_of_a_link_is_told(
    client: Client, lines: pytest.LogCaptureFixture, end: str
) -> None:
    client.get(f"/api/v1/public/unsubscribe/7-8.s3cr3t{end}")
    assert "s3cr3t" not in lines.text
    assert "GET /api/" in lines.text


def test_what_has_no_route_is_not_repeated(client: Client, lines: pytest.LogCaptureFixture) -> None:
    client.get("/healthz%0a2026-01-01%20INFO%20all%20is%20well")
    client.get("/api/v1/campaigns/%0aforged/")
    assert "forged" not in lines.text
    assert "all is well" not in lines.text
    assert len(lines.messages) == 2
