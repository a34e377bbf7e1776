"""What the measurements share: an installation of their own, people to send to, runs to time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

BODY = """Hello {{ name|default:"friend" }},

this month in {{ attributes.city|default:"your city" }}: three stories worth your coffee, and one
invitation that you should not miss.

Unsubscribe: {{ unsubscribe_url }}
"""
SUBJECT = "Your letter, {{ name }}"
PATIENCE = 900.0


def set_up(folder: Path, **environment: str) -> None:
    """Make this process and its children an installation with its data in `folder`."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "posthorn.config.settings",
            "POSTHORN_SECRET_KEY": "a key for measuring alone, which signs nothing of value",
            "POSTHORN_DATA_DIR": str(folder),
            "POSTHORN_LOG_LEVEL": "WARNING",
            **environment,
        }
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def numbers_sql() -> str:
    """SQL of the numbers `n` from 1 to its one parameter."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return "SELECT generate_series(1, %s) AS n"
    return (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %s)"
        " SELECT n FROM c"
    )


def make_people(size: int) -> int:
    """A mailing list with `size` subscribers; returns its id."""
    from django.db import connection, transaction

    from posthorn.audience import counts
    from posthorn.audience.models import MailingList
    from posthorn.core.sessions import Work, work_as

    readers = MailingList.objects.create(name=f"{size} people, list {MailingList.objects.count()}")
    numbers = numbers_sql()
    with transaction.atomic(), connection.cursor() as cursor:
        work_as(Work.BULK)
        cursor.execute(
            "INSERT INTO audience_subscriber (email, name, attributes, created_at, updated_at)"
            " SELECT 'person' || n || '.' || %s || '@example.com', 'Person ' || n,"
            f' \'{{"city": "Riga"}}\', %s, %s FROM ({numbers}) AS numbers',
            [readers.pk, "2026-01-01 00:00:00+00:00", "2026-01-01 00:00:00+00:00", size],
        )
        cursor.execute(
            "INSERT INTO audience_membership (mailing_list_id, subscriber_id)"
            " SELECT %s, id FROM audience_subscriber WHERE email LIKE %s",
            [readers.pk, f"person%.{readers.pk}@example.com"],
        )
        counts.recount([readers.pk])
    vacuum()
    return readers.pk


def vacuum() -> None:
    """Leave the tables as autovacuum would in a quiet moment."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")


def make_campaign(list_id: int, **fields: object) -> int:
    from posthorn.campaigns.models import Campaign

    campaign = Campaign.objects.create(
        **{
            "name": "Measured",
            "subject": SUBJECT,
            "from_email": "news@example.com",
            "body_text": BODY,
            **fields,
        }
    )
    campaign.lists.set([list_id])
    return campaign.pk


def start(campaign_id: int) -> None:
    from posthorn.accounts.actor import SYSTEM
    from posthorn.delivery import moves

    moves.start_campaign(campaign_id=campaign_id, by=SYSTEM)


@dataclass(frozen=True, slots=True)
class Run:
    """One campaign's run: seconds to freeze, seconds from the freeze to the end."""

    size: int
    freeze_seconds: float
    dispatch_seconds: float

    @property
    def rate(self) -> float:
        return self.size / self.dispatch_seconds


def run(list_id: int, **fields: object) -> Run:
    """Start a campaign for the list and wait until the workers have finished it."""
    campaign_id = make_campaign(list_id, **fields)
    start(campaign_id)
    wait_for(campaign_id, status="finished")
    return timing(campaign_id)


def timing(campaign_id: int) -> Run:
    from posthorn.campaigns.models import Campaign

    done = Campaign.objects.get(pk=campaign_id)
    assert done.started_at
    assert done.frozen_at
    assert done.finished_at
    assert done.sent == done.total, f"only {done.sent} of {done.total} were sent"
    return Run(
        size=done.total,
        freeze_seconds=(done.frozen_at - done.started_at).total_seconds(),
        dispatch_seconds=(done.finished_at - done.frozen_at).total_seconds(),
    )


def wait_for(campaign_id: int, *, status: str = "", sent: int = 0) -> None:
    from posthorn.campaigns.models import Campaign

    deadline = time.monotonic() + PATIENCE
    while True:
        row = Campaign.objects.only("status", "sent", "stop_reason").get(pk=campaign_id)
        if (status and row.status == status) or (sent and row.sent >= sent):
            return
        assert time.monotonic() < deadline, f"still {row.status}, {row.sent} sent"
        assert not row.stop_reason, row.stop_reason
        time.sleep(0.02)


@contextmanager
def workers(count: int, *, threads: int = 4) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many worker processes, as production starts them."""
    processes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--threads", str(threads)],
            start_new_session=True,
        )
        for _ in range(count)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


@contextmanager
def web() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """One web process, as production starts it, and its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "web", "--host", "127.0.0.1", "--port", str(port)],
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the web process does not answer"
                time.sleep(0.05)
        yield process, port
    finally:
        process.terminate()
        process.wait()


def peak_memory_of(process: subprocess.Popen[bytes]) -> float:
    """The most memory that the worker's busiest process held, in MB (Linux)."""
    peak = 0.0
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    pids = [str(process.pid), *(children.read_text().split() if children.exists() else [])]
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peak = max(peak, int(line.split()[1]) / 1024)
    return peak
