"""The built SPA, as the embedded mode's web process serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from posthorn.config.spa import single_page_application
from posthorn.core.errors import NotFound

Ask = Callable[[str, str], httpx.Response]


PAGE = (
    '<!--# block name="head" --><title>Posthorn</title><!--# endblock -->'
    '<!--# include virtual="/x" stub="head" --> the page'
)


def head_of(campaign_id: int) -> str:
    if campaign_id != 7:
        raise NotFound("There is no such campaign.")
    return "<title>Seven \\1</title>"


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1a2b.js").write_text("run()")
    (tmp_path / "index.html").write_text(PAGE)
    transport = httpx.ASGITransport(single_page_application(tmp_path, head_of))

    async def request(method: str, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path)

    return lambda method, path: asyncio.run(request(method, path))


@pytest.mark.parametrize("path", ["/", "/manage/lists", "/unsubscribe/77.s4dvYY5urpOu"])
def test_every_path_of_the_application_gets_the_page(ask: Ask, path: str) -> None:
    response = ask("GET", path)
    assert (response.status_code, response.text) == (200, PAGE)
    assert response.headers["Cache-Control"] == "no-cache"


def test_an_asset_is_kept_for_good(ask: Ask) -> None:
    response = ask("GET", "/assets/app-1a2b.js")
    assert response.text == "run()"
    assert "immutable" in response.headers["Cache-Control"]


def test_an_asset_of_another_release_is_not_found(ask: Ask) -> None:
    response = ask("GET", "/assets/app-0000.js")
    assert response.status_code == 404
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_pages_are_only_read(ask: Ask) -> None:
    assert ask("POST", "/manage").status_code == 405


def test_the_page_of_a_campaign_carries_its_title(ask: Ask) -> None:
    response = ask("GET", "/c/7")
    assert (response.status_code, response.text) == (200, "<title>Seven \\1</title> the page")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/c/8", "/c/x", "/c/" + "9" * 40, "/c/7/x"])
def test_a_campaign_that_is_not_there_gets_the_plain_page(ask: Ask, path: str) -> None:
    assert ask("GET", path).text == PAGE


def test_only_the_embedded_page_may_be_shown_in_a_frame(ask: Ask) -> None:
    embed = ask("GET", "/embed/7")
    assert embed.text == PAGE
    assert "frame-ancestors *" in embed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed.headers
    assert ask("GET", "/").headers["X-Frame-Options"] == "DENY"
