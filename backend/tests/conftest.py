"""What every test needs: settings from a clean environment, an empty broker, and a last line that
says what the tests ran on.

`make test-backend` runs the suite on SQLite with the in-memory broker, and on PostgreSQL and Redis.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_SERVICES = ("DATABASE_URL", "REDIS_URL")
_DATA_DIR = tempfile.mkdtemp(prefix="posthorn-tests-")

# Whatever the developer's shell says about their own installation stays out of the tests.
for _name in [name for name in os.environ if name.startswith("POSTHORN_")]:
    if not _name.startswith("POSTHORN_TEST_"):
        del os.environ[_name]
os.environ["POSTHORN_SECRET_KEY"] = "a key for tests alone, which signs nothing of value"
os.environ["POSTHORN_DATA_DIR"] = _DATA_DIR
os.environ["DJANGO_SETTINGS_MODULE"] = "posthorn.config.settings"

import django  # noqa: E402

# Here, since other conftest files import models, and before pytest-django would read the settings.
django.setup()

from django.db import connections  # noqa: E402

#: Fixtures that several rooms use: workers that run, clients of the API.
pytest_plugins = ["tests.workers", "tests.api.fixtures", "tests.transports.fixtures"]

if "sqlite" in connections.settings["default"]["ENGINE"]:
    # A file even on SQLite: the engine's threads each open their own connection to it, as they do
    # when it runs.
    connections.settings["default"]["TEST"]["NAME"] = f"{_DATA_DIR}/test.sqlite3"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import settings

    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = random.randrange(2**32)
    settings.register_profile("posthorn", deadline=None, print_blob=True)
    settings.load_profile("posthorn")


def pytest_report_header(config: pytest.Config) -> str:
    seed = config.option.hypothesis_seed
    return f"hypothesis seed: {seed} (to repeat: --hypothesis-seed={seed})"


def pytest_unconfigure() -> None:
    shutil.rmtree(_DATA_DIR, ignore_errors=True)


def _let_tests_empty_the_audit_log() -> None:
    """After a test with transactions of its own Django empties all tables; the log's guard forbids
    that as it should. It is lifted for that moment alone."""
    from django.test import TransactionTestCase

    from tests.audit_guard import lifted_guard

    case: Any = TransactionTestCase
    empty = case._fixture_teardown

    def empty_unguarded(self: TransactionTestCase) -> None:
        with lifted_guard():
            empty(self)

    case._fixture_teardown = empty_unguarded


_let_tests_empty_the_audit_log()


@pytest.fixture(autouse=True)
def _empty_broker() -> Iterator[None]:
    """No test finds the rings of another."""
    yield
    from dramatiq import broker

    if broker.global_broker is not None:
        broker.global_broker.flush_all()


def _ran_on() -> str:
    import sqlite3

    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        broker = "given Redis" if os.environ.get("REDIS_URL") else "in-memory broker"
        return f"SQLite {sqlite3.sqlite_version}, {broker}"
    return os.environ.get("POSTHORN_TEST_SERVERS") or "the PostgreSQL and Redis of the environment"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    counts = ", ".join(
        f"{len(terminalreporter.stats[key])} {key}"
        for key in ("passed", "failed", "error", "skipped", "xfailed", "deselected")
        if terminalreporter.stats.get(key)
    )
    where = "the production stack" if config.option.markexpr == "stack" else _ran_on()
    line = f"posthorn: backend tests ran on {where}: {counts or 'none'}"
    terminalreporter.write_line(line)
    report = os.environ.get("POSTHORN_TEST_REPORT")
    if report:
        with Path(report).open("a") as file:
            file.write(f"{line}\n")
