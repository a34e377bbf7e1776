"""A request can be followed through the logs, into the worker."""

from __future__ import annotations

import json
import logging

import dramatiq
from dramatiq.brokers.stub import StubBroker

from posthorn.core.logs import JsonFormatter, LogContext, TextFormatter, log_context


def _line(text: str = "hello", **extra: object) -> dict[str, object]:
    record = logging.makeLogRecord({"msg": text, "levelname": "INFO", "name": "test", **extra})
    line: dict[str, object] = json.loads(JsonFormatter().format(record))
    return line


def test_a_line_is_one_json_object_whatever_it_says() -> None:
    line = _line('two\nlines "quoted" Привет')
    assert line["message"] == 'two\nlines "quoted" Привет'
    assert str(line["time"]).endswith("+00:00")


def test_what_is_bound_is_on_every_line_within_and_on_none_after() -> None:
    with log_context(request_id="r1"):
        with log_context(campaign_id=7, batch=3):
            inner = _line()
        outer = _line()
    assert (inner["request_id"], inner["campaign_id"], inner["batch"]) == ("r1", 7, 3)
    assert "batch" not in outer
    assert "request_id" not in _line()


def test_an_exception_is_on_the_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        line = _line(exc_info=(type(error), error, error.__traceback__))
    assert "ValueError: broken" in str(line["exception"])


def test_text_for_people_ends_with_what_is_bound() -> None:
    record = logging.makeLogRecord({"msg": "hello", "levelname": "INFO", "name": "test"})
    with log_context(batch=3):
        assert TextFormatter("{message}", style="{").format(record) == "hello [batch=3]"


def test_the_request_id_reaches_the_worker_and_what_it_rings_next() -> None:
    broker = StubBroker(middleware=[LogContext()])
    seen: list[dict[str, object]] = []

    @dramatiq.actor(broker=broker, queue_name="q")
    def first(number: int) -> None:
        seen.append(_line())
        second.send(number)

    @dramatiq.actor(broker=broker, queue_name="q")
    def second(number: int) -> None:
        with log_context(campaign_id=number):
            seen.append(_line())

    with log_context(request_id="r42"):
        first.send(7)
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    try:
        broker.join("q")
        worker.join()
    finally:
        worker.stop()
    # What the number of a ring stands for, its actor alone knows: a campaign, an import, a user.
    assert [(s["actor"], s["request_id"], s.get("campaign_id")) for s in seen] == [
        ("first", "r42", None),
        ("second", "r42", 7),
    ]


def test_nothing_is_bound_by_default() -> None:
    assert set(_line()) == {"time", "level", "logger", "message"}


def test_no_message_forges_a_line_of_the_text() -> None:
    said = "gone\n2026-01-01 INFO all is well\r\x1b[2J\u2028\u202e Привет"
    record = logging.makeLogRecord({"msg": said, "levelname": "INFO", "name": "test"})
    line = TextFormatter("{message}", style="{").format(record)
    assert line == "gone\\n2026-01-01 INFO all is well\\r\\x1b[2J\\u2028\\u202e Привет"
