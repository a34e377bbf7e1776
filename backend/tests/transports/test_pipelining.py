"""What becomes of each message when the server does what servers do: nothing doubled, nothing
called sent that was not, nothing called unknown that is known."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posthorn.transports.base import (
    Envelope,
    Message,
    Refused,
    Returned,
    Sent,
    Skipped,
    TransportUnavailable,
    Uncertain,
    Verdict,
)
from posthorn.transports.smtp.server import Server, Timeouts
from posthorn.transports.smtp.transport import SmtpTransport
from tests.transports.handing import BareHandover
from tests.transports.sink import FEATURES, SinkProcess

ENVELOPE = Envelope(campaign_id=7, from_name="News", from_email="news@example.org")
#: One or the other: with a round trip commands of a group arrive together, without they may not.
DISTANCES = [0.0, 0.004]
STEP_BY_STEP = [name for name in FEATURES if name != "PIPELINING"]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SinkProcess]:
    sink = SinkProcess(tmp_path)
    yield sink
    sink.stop()


def messages(count: int, *, first: int = 1, size: int = 0) -> list[Message]:
    return [
        Message(
            delivery_id=number,
            email=f"reader{number}@example.com",
            name=f"Reader {number}",
            subject="Hello",
            body_text="A text.\n.\n" + "x" * size,
            body_html="",
            one_click_url=f"https://example.org/u/{number}",
        )
        for number in range(first, first + count)
    ]


def transport_to(
    sink: SinkProcess, *, timeouts: Timeouts | None = None, **fields: Any
) -> SmtpTransport:
    fields = {"max_connections": 4, **fields}
    return SmtpTransport(Server("127.0.0.1", sink.port, **fields), timeouts=timeouts)


def send(transport: SmtpTransport, handover: BareHandover) -> BareHandover:
    transport.send(ENVELOPE, handover)
    return handover


def assert_exact(handover: BareHandover, sink: SinkProcess) -> None:
    """Each message has one outcome, and the sink's own log agrees with it."""
    outcomes = Counter(outcome.delivery_id for outcome in handover.outcomes)
    assert set(outcomes) == handover.given
    assert set(outcomes.values()) <= {1}
    accepted = sink.accepted()[7]
    assert set(accepted.values()) <= {1}, "doubled"
    uncertain = ids(handover, Uncertain)
    assert ids(handover, Sent) <= set(accepted), "called sent and was not"
    assert set(accepted) <= ids(handover, Sent) | uncertain, "accepted and not called so"


def ids(handover: BareHandover, kind: type) -> set[int]:
    return {outcome.delivery_id for outcome in handover.outcomes if isinstance(outcome, kind)}


def replies(handover: BareHandover) -> set[str]:
    return {outcome.reply for outcome in handover.outcomes if isinstance(outcome, Refused)}


@pytest.mark.parametrize("rtt", DISTANCES)
@pytest.mark.parametrize("features", [FEATURES, STEP_BY_STEP], ids=["pipelined", "step by step"])
def test_everybody_is_mailed_once_and_nothing_needless_is_said(
    sink: SinkProcess, rtt: float, features: list[str]
) -> None:
    sink.behave(rtt=rtt, features=list(features))
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(300), transport))
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 300}
    seen = sink.seen()
    assert (seen["MAIL"], seen["RCPT"], seen["DATA"]) == (300, 300, 300)
    assert seen["RSET"] == seen["bare line ends"] == 0
    assert seen["peak"] <= 4


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
@pytest.mark.parametrize("reply", ["450 4.2.1 busy", "451 4.3.0 later", "452 4.2.2 full"])
@pytest.mark.parametrize("features", [FEATURES, STEP_BY_STEP], ids=["pipelined", "step by step"])
def test_a_refusal_for_now_concerns_one_message_and_keeps_the_reply(
    sink: SinkProcess, stage: str, reply: str, features: list[str]
) -> None:
    sink.behave(features=list(features))
    sink.rules({"at": stage, "reply": reply, "share": 0.3})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(60), transport))
    assert_exact(handover, sink)
    assert not ids(handover, Uncertain)
    assert len(ids(handover, Sent)) + len(ids(handover, Refused)) == 60
    assert replies(handover) == {reply}
    assert {o.kind.value for o in handover.outcomes if isinstance(o, Refused)} == {"transient"}


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
@pytest.mark.parametrize("reply", ["550 5.1.1 nobody", "552 5.3.4 too big", "554 5.7.1 spam"])
def test_a_refusal_for_good_concerns_one_message_and_keeps_the_reply(
    sink: SinkProcess, stage: str, reply: str
) -> None:
    sink.rules({"at": stage, "reply": reply, "share": 0.3})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(60), transport))
    assert_exact(handover, sink)
    assert not ids(handover, Uncertain)
    assert replies(handover) == {reply}
    assert {o.kind.value for o in handover.outcomes if isinstance(o, Refused)} == {"permanent"}


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
def test_a_server_that_closes_by_421_in_mid_group_loses_nothing(
    sink: SinkProcess, stage: str
) -> None:
    sink.rules({"at": stage, "reply": "421 4.7.0 closing", "cut": True, "share": 0.2})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(60), transport))
    assert_exact(handover, sink)
    assert not ids(handover, Uncertain), "what was refused is known"
    assert replies(handover) <= {"421 4.7.0 closing"}
    assert len(ids(handover, Sent)) + len(ids(handover, Refused)) == 60


@pytest.mark.parametrize("rtt", DISTANCES)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_connection_cut_before_the_text_makes_nothing_unknown(
    sink: SinkProcess, stage: str, rtt: float
) -> None:
    sink.behave(rtt=rtt)
    sink.rules({"at": stage, "cut": True, "share": 0.1})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(80), transport))
    assert_exact(handover, sink)
    # Only a message whose end stood before the cut in the same connection may be unknown; the sink
    # has accepted those.
    assert ids(handover, Uncertain) <= set(sink.accepted()[7])
    assert len(ids(handover, Sent)) > 40


@pytest.mark.parametrize("rtt", DISTANCES)
@pytest.mark.parametrize("accept", [True, False], ids=["after it accepted", "before"])
def test_a_connection_cut_at_the_final_dot_leaves_that_message_unknown_alone(
    sink: SinkProcess, rtt: float, accept: bool
) -> None:
    sink.behave(rtt=rtt)
    sink.rules({"at": "end", "cut": True, "accept": accept, "share": 0.1})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(80), transport))
    assert_exact(handover, sink)
    assert handover.by_kind().keys() <= {"Sent", "Uncertain"}
    unsure = ids(handover, Uncertain)
    assert unsure
    assert bool(unsure & set(sink.accepted()[7])) is accept
    # Behind each of them on its connection another had begun, and came through all the same.
    assert len(ids(handover, Sent)) + len(unsure) == 80


def test_data_that_goes_on_without_recipients_is_ended_by_a_lone_dot(sink: SinkProcess) -> None:
    sink.rules({"at": "rcpt", "reply": "550 5.1.1 nobody", "share": 0.5}, {"at": "354 anyway"})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(60), transport))
    assert_exact(handover, sink)
    assert len(ids(handover, Sent)) + len(ids(handover, Refused)) == 60
    assert sink.seen()["lone dots"] == len(ids(handover, Refused)) > 0


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
def test_answers_out_of_step_never_make_something_sent_that_was_not(
    sink: SinkProcess, stage: str
) -> None:
    sink.rules({"at": stage, "twice": True, "share": 0.2})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(60), transport))
    assert_exact(handover, sink)


def test_a_final_answer_that_does_not_come_is_unknown_after_its_time(sink: SinkProcess) -> None:
    sink.rules({"at": "end", "silent": True, "to": "reader3@"})
    transport = transport_to(sink, timeouts=Timeouts(final=0.5))
    handover = send(transport, BareHandover(messages(10), transport))
    assert ids(handover, Uncertain) == {3}
    assert len(ids(handover, Sent)) == 9


def test_a_slow_answer_is_waited_for(sink: SinkProcess) -> None:
    sink.rules({"at": "end", "stall": 0.7, "times": 3})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(20), transport))
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 20}


def test_a_connection_that_was_closed_while_it_rested_is_replaced_without_a_word(
    sink: SinkProcess,
) -> None:
    transport = transport_to(sink)
    # Some of the connections may never have had a message.
    send(transport, BareHandover(messages(8), transport, window=4))
    sink.behave(**{"cut all": True})
    handover = send(transport, BareHandover(messages(8, first=20), transport))
    assert_exact_of(handover)
    assert handover.by_kind() == {"Sent": 8}


def assert_exact_of(handover: BareHandover) -> None:
    assert Counter(o.delivery_id for o in handover.outcomes) == dict.fromkeys(handover.given, 1)


def test_connections_are_replaced_after_so_many_messages(sink: SinkProcess) -> None:
    transport = transport_to(sink, max_connections=2, messages_per_connection=10)
    handover = send(transport, BareHandover(messages(100), transport))
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 100}
    seen = sink.seen()
    assert 10 <= seen["connections"] <= 12
    assert seen["peak"] <= 2
    assert seen["QUIT"] >= 8


def test_a_message_too_big_for_the_server_fails_alone(sink: SinkProcess) -> None:
    sink.behave(features=["PIPELINING", "SIZE 5000"])
    transport = transport_to(sink)
    both = [*messages(1, size=9000), *messages(1, first=2)]
    handover = send(transport, BareHandover(both, transport))
    assert ids(handover, Refused) == {1}
    assert "takes 5,000 at the most" in replies(handover).pop()
    assert ids(handover, Sent) == {2}


def test_a_large_message_is_ended_when_it_has_left(sink: SinkProcess) -> None:
    sink.behave(rtt=0.004)
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(6, size=3_000_000), transport))
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 6}


def test_an_address_beyond_ascii_goes_where_it_is_taken_and_fails_alone_elsewhere(
    sink: SinkProcess,
) -> None:
    unusual = [message._replace(email="почта@пример.рф") for message in messages(1)]
    transport = transport_to(sink)
    assert send(transport, BareHandover(unusual, transport)).by_kind() == {"Sent": 1}
    sink.behave(features=["PIPELINING"], **{"cut all": True})
    handover = send(transport, BareHandover([*unusual, *messages(1, first=2)], transport))
    assert ids(handover, Refused) == {1}
    assert "SMTPUTF8" in replies(handover).pop()
    assert ids(handover, Sent) == {2}


def test_an_address_that_cannot_be_written_fails_alone(sink: SinkProcess) -> None:
    wrong = [message._replace(email="nobody at all") for message in messages(1)]
    transport = transport_to(sink)
    handover = send(transport, BareHandover([*wrong, *messages(3, first=2)], transport))
    assert ids(handover, Refused) == {1}
    assert ids(handover, Sent) == {2, 3, 4}


def test_a_halt_lets_nothing_more_begin(sink: SinkProcess) -> None:
    transport = transport_to(sink)
    begun: set[int] = set()

    def verdict(message: Message) -> Verdict:
        if len(begun) >= 30 and message.delivery_id not in begun:
            return Verdict.HALT
        begun.add(message.delivery_id)
        return Verdict.SEND

    handover = send(transport, BareHandover(messages(90), transport, verdict=verdict))
    assert_exact(handover, sink)
    assert len(ids(handover, Sent)) == 30
    assert len(ids(handover, Returned)) == 60


def test_what_is_halted_behind_a_slow_answer_is_not_sent_when_that_comes(sink: SinkProcess) -> None:
    """The next message's envelope stands at the server already; its text must not follow."""
    sink.rules({"at": "end", "stall": 0.5, "times": 1})
    transport = transport_to(sink, max_connections=1)
    halted = threading.Event()
    asked: Counter[int] = Counter()

    def verdict(message: Message) -> Verdict:
        asked[message.delivery_id] += 1
        if message.delivery_id == 2:
            halted.set()
        return Verdict.HALT if asked[2] > 1 else Verdict.SEND

    handover = send(transport, BareHandover(messages(2), transport, verdict=verdict, window=2))
    assert halted.is_set()
    assert ids(handover, Sent) == {1}
    assert ids(handover, Returned) == {2}
    assert list(sink.accepted()[7]) == [1]


def test_what_is_skipped_is_not_sent(sink: SinkProcess) -> None:
    transport = transport_to(sink)
    handover = send(
        transport,
        BareHandover(
            messages(40),
            transport,
            verdict=lambda m: Verdict.SKIP if m.delivery_id % 2 else Verdict.SEND,
        ),
    )
    assert_exact(handover, sink)
    assert ids(handover, Skipped) == set(range(1, 41, 2))
    assert ids(handover, Sent) == set(range(2, 41, 2))


@pytest.mark.parametrize("reply", ["550 5.7.1 not you", "451 4.7.1 not now"])
@pytest.mark.parametrize("features", [FEATURES, STEP_BY_STEP], ids=["pipelined", "step by step"])
def test_a_refused_sender_stops_all_and_fails_nobody(
    sink: SinkProcess, reply: str, features: list[str]
) -> None:
    sink.behave(features=list(features))
    sink.rules({"at": "mail", "reply": reply, "skip": 20})
    transport = transport_to(sink)
    handover = BareHandover(messages(90), transport)
    with pytest.raises(TransportUnavailable, match=f"refuses the sender news@example.org: {reply}"):
        transport.send(ENVELOPE, handover)
    assert handover.by_kind().keys() <= {"Sent", "Returned"}
    assert ids(handover, Sent) == set(sink.accepted()[7])
    assert len(ids(handover, Sent)) == 20


def test_a_server_that_goes_away_for_good_is_said_to_be_down(sink: SinkProcess) -> None:
    transport = transport_to(sink)
    source = iter(messages(5000))

    def until_it_is_gone() -> Iterator[Message]:
        for message in source:
            if message.delivery_id == 200:
                sink.stop()
            yield message

    handover = BareHandover(until_it_is_gone(), transport)
    with pytest.raises(TransportUnavailable, match=r"Can't connect to|doesn't greet us"):
        transport.send(ENVELOPE, handover)
    accepted = set(sink.accepted()[7])
    assert ids(handover, Sent) <= accepted
    assert accepted <= ids(handover, Sent) | ids(handover, Uncertain)


def test_a_server_that_lets_in_and_takes_nothing_is_down_and_fails_nobody_for_it(
    sink: SinkProcess,
) -> None:
    sink.rules({"at": "mail", "cut": True})
    transport = transport_to(sink)
    handover = BareHandover(messages(500), transport)
    with pytest.raises(TransportUnavailable, match="lets us in and takes no message"):
        transport.send(ENVELOPE, handover)
    assert len(ids(handover, Refused)) <= 2


def test_a_server_with_room_for_fewer_connections_gets_fewer(sink: SinkProcess) -> None:
    sink.rules({"at": "greeting", "reply": "421 4.7.0 too many", "cut": True, "skip": 2})
    transport = transport_to(sink)
    handover = send(transport, BareHandover(messages(100), transport))
    assert_exact(handover, sink)
    assert handover.by_kind() == {"Sent": 100}


def test_handovers_share_the_connections_message_by_message(sink: SinkProcess) -> None:
    sink.behave(rtt=0.004)
    transport = transport_to(sink, max_connections=2)
    long = BareHandover(messages(600), transport)
    short = BareHandover(messages(60, first=1000), transport)
    threads = [
        threading.Thread(target=transport.send, args=(replace(ENVELOPE, campaign_id=n), each))
        for n, each in ((1, long), (2, short))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert long.by_kind() == {"Sent": 600}
    assert short.by_kind() == {"Sent": 60}
    order = [campaign for campaign, _ in sink.order()]
    ended = len(order) - 1 - order[::-1].index(2)
    assert ended < 400, "the short one had waited for the long one"


def test_a_rate_limit_holds(sink: SinkProcess) -> None:
    transport = transport_to(sink, rate=200.0)
    handover = send(transport, BareHandover(messages(300), transport))
    assert_exact(handover, sink)
    times = sorted(outcome.at for outcome in handover.outcomes if isinstance(outcome, Sent))
    rate = 299 / (times[-1] - times[0]).total_seconds()
    assert rate <= 204
