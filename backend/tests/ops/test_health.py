"""Health and metrics, as a probe and Prometheus see them."""

from __future__ import annotations

import uuid
from typing import Any

import dramatiq
import pytest
from django.db import OperationalError
from django.test import Client

from posthorn.core import leadership
from posthorn.core.duties import JOB
from posthorn.core.leadership import lead
from posthorn.core.metrics import count_deliveries
from posthorn.core.models import Leader

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_once_a_worker_leads(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json()["missing"]) == {"workers"}
    lead(job=JOB, holder=uuid.uuid4())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "missing": {}}


def test_who_needs_less_may_ask_for_less(client: Client) -> None:
    assert client.get("/readyz?needs=database,broker").status_code == 200


def test_an_absent_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(Leader.objects, "exists", fail, raising=False)
    monkeypatch.setattr(leadership, "database_now", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json()["missing"]) == {"database", "workers"}


def test_metrics_tell_of_queues_deliveries_and_requests(client: Client) -> None:
    dramatiq.get_broker().declare_queue("default")
    count_deliveries("log", sent=3, others=["failed", "failed", "pending"])
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'posthorn_queue_messages{queue="now"} 0.0' in text
    assert 'posthorn_deliveries_total{outcome="failed",transport="log"}' in text
    assert 'outcome="pending"' not in text
    assert 'route="/healthz"' in text


def test_made_up_paths_make_no_series(client: Client) -> None:
    client.get("/api/v1/no-such-thing-4711/")
    assert "no-such-thing" not in client.get("/metrics").content.decode()


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "line\tbreak-12345"])
def test_an_unfit_request_id_is_replaced(client: Client, given: str) -> None:
    returned = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert returned != given
    assert len(returned) == 32


def test_the_proxys_request_id_is_kept(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "a-proxy-made-this-1"})
    assert answer["X-Request-ID"] == "a-proxy-made-this-1"


def test_reconcile_says_that_all_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("reconcile")
    assert "campaigns add up." in capsys.readouterr().out
