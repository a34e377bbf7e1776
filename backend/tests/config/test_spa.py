"""The built SPA, as the embedded mode's web process serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from posthorn.config.spa import single_page_application

Ask = Callable[[str, str], httpx.Response]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1a2b.js").write_text("run()")
    (tmp_path / "index.html").write_text("the page")
    transport = httpx.ASGITransport(single_page_application(tmp_path))

    async def request(method: str, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path)

    return lambda method, path: asyncio.run(request(method, path))


@pytest.mark.parametrize("path", ["/", "/manage/lists", "/unsubscribe/77.s4dvYY5urpOu"])
def test_every_path_of_the_application_gets_the_page(ask: Ask, path: str) -> None:
    response = ask("GET", path)
    assert (response.status_code, response.text) == (200, "the page")
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
