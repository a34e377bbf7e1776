"""Faults of our own in the sending of mail: nobody is left waiting, nothing is guessed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Message,
    Refused,
    Sent,
    TransportUnavailable,
    Uncertain,
    Verdict,
)
from posthorn.transports.smtp.connection import Connection
from posthorn.transports.smtp.mime import Composer
from posthorn.transports.smtp.opening import open_connection
from posthorn.transports.smtp.pool import Pool
from posthorn.transports.smtp.server import Timeouts
from posthorn.transports.smtp.transport import SmtpTransport
from tests.transports.handing import BareHandover
from tests.transports.sink import SinkProcess
from tests.transports.test_pipelining import ENVELOPE, assert_exact, ids, messages, transport_to

#: Long for a machine that is busy with other things; a hang is longer.
PATIENCE = 30.0


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SinkProcess]:
    sink = SinkProcess(tmp_path)
    yield sink
    sink.stop()


class Failing:
    """Calls what it stands for, but for some of the calls."""

    def __init__(self, real: Callable[..., Any], fails: Callable[[int], bool]) -> None:
        self._real, self._fails, self._calls = real, fails, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._calls += 1
        if self._fails(self._calls):
            raise RuntimeError("a planted fault")
        return self._real(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any) -> Callable[..., Any]:
        return lambda *args, **kwargs: self(instance, *args, **kwargs)


def send_in_time(transport: SmtpTransport, handover: BareHandover) -> Exception | None:
    """What `send` raised; fails when it doesn't return."""
    raised: list[Exception] = []

    def send() -> None:
        try:
            transport.send(ENVELOPE, handover)
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), f"left waiting after {handover.by_kind()}"
    return raised[0] if raised else None


def assert_known(handover: BareHandover, sink: SinkProcess, error: Exception | None) -> None:
    """As `assert_exact`; but what has no outcome when `send` raises must never have begun."""
    if error is None:
        assert_exact(handover, sink)
        return
    assert isinstance(error, TransportUnavailable)
    told = Counter(outcome.delivery_id for outcome in list(handover.outcomes))
    assert set(told.values()) <= {1}
    assert not (handover.given - set(told)) & set(sink.accepted()[7])
    assert ids(handover, Sent) <= set(sink.accepted()[7])
    assert set(sink.accepted()[7]) <= ids(handover, Sent) | ids(handover, Uncertain)


@pytest.mark.parametrize(
    "step",
    ["_envelope", "_hear_mail", "_hear_rcpt", "_hear_data", "_send_text", "_hear_end", "_go_on"],
)
def test_a_step_that_breaks_ends_its_connection_and_leaves_no_message_without_outcome(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    failing = Failing(getattr(Connection, step), lambda call: call % 23 == 0)
    monkeypatch.setattr(Connection, step, failing)
    handed = {
        key: Failing(value, lambda call: call % 23 == 0)
        for key, value in Connection._STEPS.items()
        if value.__name__ == step
    }
    monkeypatch.setattr(Connection, "_STEPS", {**Connection._STEPS, **handed})
    transport = transport_to(sink)
    handover = BareHandover(messages(100), transport)
    error = send_in_time(transport, handover)
    assert_known(handover, sink, error)
    assert ids(handover, Sent)
    assert len(ids(handover, Sent)) < 100 or error is None


def test_what_was_not_ended_when_a_step_broke_is_not_called_unknown(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text had not begun: it is known that nobody received it."""
    monkeypatch.setattr(
        "posthorn.transports.smtp.connection.learnt_now", Failing(learnt_now, lambda _: True)
    )
    transport = transport_to(sink)
    handover = BareHandover(messages(8), transport)
    assert_known(handover, sink, send_in_time(transport, handover))
    assert not ids(handover, Uncertain)
    assert not sink.accepted()[7]


@pytest.mark.parametrize("step", ["_go_on", "_use", "take"])
def test_a_pool_that_breaks_gives_up_and_says_why(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(Pool, step, Failing(getattr(Pool, step), lambda _: True))
    transport = transport_to(sink)
    handover = BareHandover(messages(60), transport)
    error = send_in_time(transport, handover)
    assert isinstance(error, TransportUnavailable)
    assert "a planted fault" in error.detail or "a fault of ours" in error.detail
    assert_known(handover, sink, error)


def test_opening_that_breaks_gives_up_and_says_why(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "posthorn.transports.smtp.pool.open_connection", Failing(open_connection, lambda _: True)
    )
    transport = transport_to(sink)
    handover = BareHandover(messages(5), transport)
    error = send_in_time(transport, handover)
    assert isinstance(error, TransportUnavailable)
    assert "a planted fault" in error.detail
    assert handover.by_kind().keys() <= {"Returned"}
    assert_known(handover, sink, error)


def test_time_is_still_looked_after_when_that_broke_once(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Failing(Connection.check_time, lambda call: call == 1)
    monkeypatch.setattr(Connection, "check_time", failing)
    sink.rules({"at": "end", "silent": True, "to": "reader3@"})
    transport = transport_to(sink, timeouts=Timeouts(final=1.0))
    handover = BareHandover(messages(10), transport)
    send_in_time(transport, handover)
    assert_exact(handover, sink)
    assert ids(handover, Uncertain) == {3}


def test_a_gate_that_breaks_leaves_nobody_waiting(sink: SinkProcess) -> None:
    calls = iter(range(1, 10_000))

    def verdict(message: Message) -> Verdict:
        if next(calls) % 31 == 0:
            raise RuntimeError("a planted fault")
        return Verdict.SEND

    transport = transport_to(sink)
    handover = BareHandover(messages(60), transport, verdict=verdict)
    assert_known(handover, sink, send_in_time(transport, handover))


def test_a_composer_that_breaks_fails_its_message_alone(
    sink: SinkProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Composer, "compose", Failing(Composer.compose, lambda call: call % 5 == 0))
    transport = transport_to(sink)
    handover = BareHandover(messages(50), transport)
    assert send_in_time(transport, handover) is None
    assert_exact(handover, sink)
    assert len(ids(handover, Refused)) == 10
    assert len(ids(handover, Sent)) == 40


def test_more_connections_are_opened_though_only_one_is_opened_at_first(sink: SinkProcess) -> None:
    """The second is wanted the moment that the first has come, and nothing else would ask."""
    sink.rules({"at": "end", "stall": 5.0, "to": "reader1@"})
    transport = transport_to(sink, max_connections=2)
    handover = BareHandover(messages(3), transport, window=3)
    assert send_in_time(transport, handover) is None
    assert sink.seen()["peak"] == 2
    # The third did not wait behind the first.
    assert [delivery for _, delivery in sink.order()][-1] != 3


def test_a_server_is_not_called_useless_for_faults_long_ago(sink: SinkProcess) -> None:
    """Three connections are cut at their first envelope, and others do well in between."""
    cuts = [{"at": "mail", "cut": True, "skip": skip, "times": 1} for skip in (3, 6, 9)]
    sink.rules(*cuts)
    transport = transport_to(sink, max_connections=1, messages_per_connection=3)
    handover = BareHandover(messages(40), transport, window=40)
    assert send_in_time(transport, handover) is None
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 40}
    assert sink.seen()["MAIL"] == 43
