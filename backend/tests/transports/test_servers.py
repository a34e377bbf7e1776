"""Several mail servers: shared by weight, followed when they change, limited by the day."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.models import User
from posthorn.core.clock import database_now
from posthorn.core.errors import InvalidInput
from posthorn.delivery import moves
from posthorn.delivery.models import Delivery
from posthorn.delivery.testing import send_test
from posthorn.transports import daily
from posthorn.transports.base import Envelope, Message, TransportResting, TransportUnavailable
from posthorn.transports.daily import Waiting
from posthorn.transports.mail_servers import create_mail_server, update_mail_server
from posthorn.transports.models import MailServer, ServerDay
from posthorn.transports.registry import forget_transports
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from tests.factories import make_campaign, make_list
from tests.services import free_port
from tests.transports.handing import BareHandover
from tests.transports.sink import SinkProcess
from tests.workers import Engine, assert_adds_up, reread, wait_for, wait_for_status

ENVELOPE = Envelope(campaign_id=7, from_name="News", from_email="news@example.org")


@pytest.fixture
def make_sink(tmp_path: Path) -> Iterator[Callable[[], SinkProcess]]:
    sinks: list[SinkProcess] = []

    def make() -> SinkProcess:
        folder = tmp_path / str(len(sinks))
        folder.mkdir()
        sinks.append(SinkProcess(folder))
        return sinks[-1]

    forget_transports()
    yield make
    for sink in sinks:
        sink.stop()
    forget_transports()


def messages(count: int) -> list[Message]:
    return [
        Message(number, f"reader{number}@example.com", "", "Hello", "A text.", "", "")
        for number in range(1, count + 1)
    ]


def server_at(port: int, number: int, **fields: Any) -> Server:
    fields = {"max_connections": 2, **fields}
    return Server("127.0.0.1", port, id=number, **fields)


def add_server(sink: SinkProcess, **fields: Any) -> MailServer:
    fields = {"name": f"Server {sink.port}", "security": "none", "max_connections": 4, **fields}
    return create_mail_server(
        fields={"host": "127.0.0.1", "port": sink.port, **fields},  # type: ignore[typeddict-item]
        by=SYSTEM,
    )


def test_messages_are_shared_by_weight(make_sink: Callable[[], SinkProcess]) -> None:
    one, three = make_sink(), make_sink()
    transport = SmtpTransport(
        server_at(one.port, 1, weight=1, max_connections=20),
        server_at(three.port, 2, weight=3, max_connections=20),
    )
    # So few at once that neither is at its limit.
    transport.send(ENVELOPE, handover := BareHandover(messages(400), transport, window=10))
    assert handover.by_kind() == {"Sent": 400}
    assert len(one.addresses()) + len(three.addresses()) == 400
    assert 80 <= len(one.addresses()) <= 120


def test_a_dead_servers_share_goes_to_the_others(make_sink: Callable[[], SinkProcess]) -> None:
    sink = make_sink()
    transport = SmtpTransport(server_at(free_port(), 1), server_at(sink.port, 2))
    transport.send(ENVELOPE, handover := BareHandover(messages(50), transport))
    assert handover.by_kind() == {"Sent": 50}
    assert "Can't connect" in transport.health()[1].error
    assert transport.health()[1].step == "connect"
    assert transport.health()[2].success_at is not None


def test_when_all_are_dead_the_transport_is_down() -> None:
    transport = SmtpTransport(server_at(free_port(), 1), server_at(free_port(), 2))
    handover = BareHandover(messages(10), transport)
    with pytest.raises(TransportUnavailable, match="Can't connect"):
        transport.send(ENVELOPE, handover)
    assert set(handover.by_kind()) <= {"Returned"}


def test_a_stalled_server_leaves_the_rest_to_the_others(
    make_sink: Callable[[], SinkProcess],
) -> None:
    stalled, good = make_sink(), make_sink()
    stalled.rules({"at": "end", "silent": True})
    transport = SmtpTransport(server_at(stalled.port, 1), server_at(good.port, 2)).through(())
    handover = BareHandover(messages(300), transport)
    sending = threading.Thread(target=transport.send, args=(ENVELOPE, handover), daemon=True)
    sending.start()
    # Two connections, each with a message that waits for its answer and one behind it.
    wait_for(lambda: len(good.addresses()) >= 296, "all that the stalled one doesn't hold")
    stalled.stop()
    sending.join(30)
    assert not sending.is_alive()
    assert handover.by_kind()["Sent"] == len(good.addresses())
    assert sum(handover.by_kind().values()) == 300
    assert handover.by_kind()["Uncertain"] <= 2


def test_a_campaign_goes_over_the_servers_that_it_chose(
    make_sink: Callable[[], SinkProcess],
) -> None:
    one, two = make_sink(), make_sink()
    transport = SmtpTransport(server_at(one.port, 1), server_at(two.port, 2))
    chosen = transport.through((2,))
    assert chosen.window == 2
    chosen.send(ENVELOPE, handover := BareHandover(messages(20), chosen))
    assert handover.by_kind() == {"Sent": 20}
    assert (len(one.addresses()), len(two.addresses())) == (0, 20)


def test_a_changed_server_is_used_while_a_campaign_goes_out(
    make_sink: Callable[[], SinkProcess],
) -> None:
    old, new = make_sink(), make_sink()
    old.behave(rtt=0.02)
    transport = SmtpTransport(server_at(old.port, 1))
    handover = BareHandover(messages(400), transport)
    sending = threading.Thread(target=transport.send, args=(ENVELOPE, handover), daemon=True)
    sending.start()
    wait_for(lambda: len(old.addresses()) >= 20, "some by the former server")
    transport.configure([server_at(new.port, 1)])
    sending.join(30)
    assert handover.by_kind()["Sent"] == len(old.addresses()) + len(new.addresses()) == 400
    assert len(new.addresses()) > 200


def test_a_metered_server_sends_what_it_is_granted_and_no_more(
    make_sink: Callable[[], SinkProcess],
) -> None:
    sink = make_sink()
    transport = SmtpTransport(server_at(sink.port, 1, metered=True))
    handover = BareHandover(messages(100), transport)
    told: list[BaseException] = []

    def send() -> None:
        try:
            transport.send(ENVELOPE, handover)
        except TransportResting as error:
            told.append(error)

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    wait_for(lambda: 1 in transport.budgets(), "the pool")
    transport.grant(1, 30, last=False)
    wait_for(lambda: len(sink.addresses()) == 30, "what was granted")
    transport.grant(1, 7, last=True)
    sending.join(30)
    assert told
    assert len(sink.addresses()) == 37
    assert handover.by_kind()["Sent"] == 37


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (date(2026, 3, 1), 50),
        (date(2026, 3, 2), 75),
        (date(2026, 3, 4), 168),
        (date(2027, 1, 1), 1000),
    ],
)
def test_a_warm_up_grows_to_the_limit(day: date, limit: int) -> None:
    server = MailServer(
        daily_limit=1000, warmup_from=50, warmup_factor=1.5, warmup_started_on=date(2026, 3, 1)
    )
    assert daily.limit_on(server, day) == limit


@pytest.mark.django_db
def test_a_warm_up_needs_the_limit_that_it_grows_to() -> None:
    with pytest.raises(InvalidInput) as refused:
        create_mail_server(
            fields={"name": "New", "host": "mail.example.org", "warmup_from": 50}, by=SYSTEM
        )
    assert refused.value.errors[0].field == "daily_limit"


@pytest.mark.django_db(transaction=True)
def test_what_is_over_the_day_waits_for_the_next_and_the_campaign_says_so(
    make_sink: Callable[[], SinkProcess], engine: Engine, user: User
) -> None:
    sink = make_sink()
    server = add_server(sink, daily_limit=120)
    campaigns = [make_campaign(make_list(100), transport="smtp") for _ in range(2)]
    engine.start(workers=2)
    for campaign in campaigns:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)

    def waits() -> bool:
        found = [reread(campaign) for campaign in campaigns]
        return any(each.waiting_reason for each in found) and sum(e.sent for e in found) == 120

    wait_for(waits, "the day's limit reached")
    assert len(sink.addresses()) == 120
    (waiting,) = [each for each in map(reread, campaigns) if each.status == "running"][-1:]
    wait_for(lambda: bool(reread(waiting).waiting_reason), "the reason")
    waiting = reread(waiting)
    assert waiting.waiting_reason.endswith(f"{server.name} 120.")
    midnight = datetime.combine(database_now().date() + timedelta(days=1), time(), UTC)
    assert waiting.waiting_until == midnight
    assert set(Delivery.objects.filter(status="pending").values_list("attempts", flat=True)) == {0}
    for campaign in campaigns:
        assert_adds_up(campaign)
    # A new day, or a higher limit: it goes on by itself.
    update_mail_server(server_id=server.pk, changes={"daily_limit": 1000}, by=SYSTEM)
    for campaign in campaigns:
        assert wait_for_status(campaign, "finished").sent == 100
    assert len(set(sink.addresses())) == len(sink.addresses()) == 200


@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_was_stopped_waits_for_nothing(user: User) -> None:
    campaign = make_campaign(make_list(1), status="running")
    tomorrow = Waiting("Enough for today.", database_now() + timedelta(days=1))
    moves.note_waiting(campaign=campaign, waiting=tomorrow)
    assert reread(campaign).waiting_until == tomorrow.until
    moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
    # A lane that had looked before it was stopped.
    moves.note_waiting(campaign=campaign, waiting=tomorrow)
    stopped = reread(campaign)
    assert (stopped.waiting_reason, stopped.waiting_until) == ("", None)


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_ahead_of_the_day_is_given_back(
    make_sink: Callable[[], SinkProcess], engine: Engine, user: User
) -> None:
    add_server(make_sink(), daily_limit=10_000)
    campaign = make_campaign(make_list(30), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    wait_for(lambda: ServerDay.objects.get().taken == 30, "what was not used given back")


@pytest.mark.django_db(transaction=True)
def test_a_stalled_server_holds_up_no_campaign_of_another(
    make_sink: Callable[[], SinkProcess], engine: Engine, user: User
) -> None:
    stalled, good = make_sink(), make_sink()
    stalled.rules({"at": "end", "silent": True})
    slow = add_server(stalled)
    fast = add_server(good)
    held = make_campaign(make_list(50), transport="smtp", mail_servers=[slow.pk])
    free = make_campaign(make_list(200), transport="smtp", mail_servers=[fast.pk])
    engine.start()
    moves.start_campaign(campaign_id=held.pk, by=user.actor)
    wait_for(lambda: reread(held).sending > 0, "the slow one at work")
    moves.start_campaign(campaign_id=free.pk, by=user.actor)
    assert wait_for_status(free, "finished", seconds=20).sent == 200
    assert reread(held).sent == 0
    moves.cancel_campaign(campaign_id=held.pk, by=user.actor)


@pytest.mark.django_db(transaction=True)
def test_workers_follow_a_row_that_changes_and_tell_how_the_server_fares(
    make_sink: Callable[[], SinkProcess], engine: Engine, user: User
) -> None:
    sink = make_sink()
    server = add_server(sink, port=free_port())
    campaign = make_campaign(make_list(20), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for(lambda: bool(MailServer.objects.get().last_error), "the error told")
    assert MailServer.objects.get().last_error_step == "connect"
    update_mail_server(server_id=server.pk, changes={"port": sink.port}, by=SYSTEM)
    assert wait_for_status(campaign, "finished").sent == 20


@pytest.mark.django_db(transaction=True)
def test_a_test_message_goes_over_a_server_with_a_limit_and_takes_no_more_than_itself(
    make_sink: Callable[[], SinkProcess], user: User
) -> None:
    sink = make_sink()
    add_server(sink, daily_limit=100)
    readers = make_list(1)
    reader = readers.subscribers.get()
    campaign = make_campaign(readers, transport="smtp")
    outcomes = send_test(
        campaign=campaign, addresses=["me@example.org"], subscriber=reader, by=user.actor
    )
    assert [outcome.detail for outcome in outcomes] == [""]
    assert sink.addresses() == ["me@example.org"]
    assert ServerDay.objects.get().taken == 1
