"""A mail server of the test's own, and an installation that knows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posthorn.transports.registry import forget_transports
from tests.transports.sink import SinkProcess


@pytest.fixture
def sink(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SinkProcess]:
    """A sink, and an installation that knows it as its mail server."""
    sink = SinkProcess(tmp_path)
    url = f"smtp://127.0.0.1:{sink.port}"
    settings.ENV = dataclasses.replace(
        settings.ENV, smtp_url=url, retry_seconds=1, transport_patience_seconds=1
    )
    monkeypatch.setenv("POSTHORN_SMTP_URL", url)
    monkeypatch.setenv("POSTHORN_RETRY_SECONDS", "1")
    monkeypatch.setenv("POSTHORN_TRANSPORT_PATIENCE_SECONDS", "1")
    forget_transports()
    yield sink
    sink.stop()
    forget_transports()
