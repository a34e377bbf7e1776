"""The bounce mailbox, on a real IMAP server; and the whole way of a bounce."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from posthorn.accounts.models import User
from posthorn.audience.models import Suppression
from posthorn.delivery import moves
from posthorn.delivery.models import Delivery
from posthorn.feedback.duties import MAILS_A_TURN, poll_mailbox
from posthorn.feedback.mailbox import Mailbox, MailboxUnavailable, read_mails
from posthorn.feedback.models import Feedback, FeedbackTally
from posthorn.feedback.reports import MAX_BYTES
from tests.factories import make_campaign, make_list
from tests.feedback import mails
from tests.feedback.imap import PASSWORD, ImapServer, imap_server
from tests.feedback.test_services import id_of, path_of, sent
from tests.services import free_port
from tests.transports.sink import SinkProcess
from tests.workers import Engine, assert_adds_up, wait_for_status

# Transactions of their own: the database ends one in which nothing happens while a mailbox is slow.


@pytest.fixture
def imap(settings: Any) -> Iterator[ImapServer]:
    """An IMAP server, and an installation that knows its mailbox."""
    with imap_server() as server:
        settings.ENV = dataclasses.replace(settings.ENV, bounce_imap_url=server.url())
        yield server


def with_query(settings: Any, server: ImapServer, query: str) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, bounce_imap_url=server.url(query))


@pytest.mark.django_db(transaction=True)
def test_a_turn_reads_what_is_unseen_and_flags_it(imap: ImapServer) -> None:
    delivery = sent()
    imap.deliver(mails.postfix(to=path_of(delivery)), b"Subject: buy\r\n\r\nspam")
    poll_mailbox()
    assert Suppression.objects.get().email == delivery.email
    assert imap.count("UNSEEN") == 0
    assert imap.count() == 2
    poll_mailbox()
    assert Feedback.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_recognised_is_moved_and_the_rest_stays(imap: ImapServer, settings: Any) -> None:
    with_query(settings, imap, "?folder=Processed")
    first, second = sent(), sent()
    imap.deliver(
        mails.postfix(to=path_of(first)),
        b"Subject: buy\r\n\r\nspam",
        mails.qmail(to=path_of(second)),
    )
    poll_mailbox()
    assert (imap.count("UNDELETED"), imap.count("UNSEEN")) == (1, 0)
    assert imap.count(mailbox="Processed") == 2
    assert Feedback.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_was_recognised_is_deleted_where_that_is_wished(
    imap: ImapServer, settings: Any
) -> None:
    with_query(settings, imap, "?delete=1")
    imap.deliver(mails.postfix(to=path_of(sent())), b"Subject: buy\r\n\r\nspam")
    poll_mailbox()
    assert imap.count("UNDELETED") == 1


@pytest.mark.django_db(transaction=True)
def test_who_dies_between_recording_and_flagging_loses_and_doubles_nothing(
    imap: ImapServer,
) -> None:
    delivery = sent()
    imap.deliver(mails.postfix(to=path_of(delivery)))

    class Died(BaseException):
        pass

    def die(data: bytes) -> bool:
        from posthorn.feedback.mails import take_mail
        from posthorn.feedback.models import FeedbackSource

        assert take_mail(data, source=FeedbackSource.MAILBOX)
        raise Died

    with pytest.raises(Died):
        read_mails(Mailbox.from_url(imap.url()), die, most=100, size=MAX_BYTES)
    assert imap.count("UNSEEN") == 1
    poll_mailbox()
    assert imap.count("UNSEEN") == 0
    assert Feedback.objects.count() == 1
    assert FeedbackTally.objects.get(pk=delivery.campaign_id).bounced == 1


@pytest.mark.django_db(transaction=True)
def test_a_turn_reads_a_hundred_mails_and_the_next_goes_on(imap: ImapServer) -> None:
    delivery = sent()
    imap.deliver(*[b"Subject: garbage\r\n\r\n\xff\x00"[:-1]] * (MAILS_A_TURN + 1))
    imap.deliver(mails.postfix(to=path_of(delivery)))
    poll_mailbox()
    assert imap.count("UNSEEN") == 2
    poll_mailbox()
    assert imap.count("UNSEEN") == 0
    assert Suppression.objects.get().email == delivery.email


@pytest.mark.django_db(transaction=True)
def test_of_a_large_mail_only_the_beginning_is_fetched(imap: ImapServer) -> None:
    delivery = sent()
    bounce = mails.postfix(to=path_of(delivery))
    imap.deliver(bounce + (b"x" * 76 + b"\r\n") * 60_000)
    sizes: list[int] = []

    def measure(data: bytes) -> bool:
        sizes.append(len(data))
        return False

    read_mails(Mailbox.from_url(imap.url()), measure, most=100, size=MAX_BYTES)
    assert sizes == [MAX_BYTES]


def test_a_mailbox_that_is_not_there_is_told_without_its_password() -> None:
    url = f"imap://bounces:secret-word@127.0.0.1:{free_port()}/INBOX"
    with pytest.raises(MailboxUnavailable) as told:
        read_mails(Mailbox.from_url(url), lambda data: True, most=1, size=1)
    assert "127.0.0.1" in str(told.value)
    assert "secret-word" not in str(told.value)


def test_a_wrong_password_and_a_missing_mailbox_are_told(imap: ImapServer) -> None:
    for url in (
        imap.url().replace("word", "wort"),
        imap.url().replace("INBOX", "Nowhere"),
    ):
        with pytest.raises(MailboxUnavailable) as told:
            read_mails(Mailbox.from_url(url), lambda data: True, most=1, size=1)
        assert PASSWORD not in str(told.value)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://a:b@example.org/", "must look like"),
        ("imaps://example.org/INBOX", "must look like"),
        ("imaps://a:b@example.org/INBOX?colour=1", "isn't known"),
        ("imap://a:b@example.org/INBOX?security=maybe", "security"),
        ("imaps://a:b@example.org/INBOX?delete=1&folder=Old", "exclude"),
        ("imaps://a:b@example.org/IN%0d%0aBOX", "printable"),
    ],
)
def test_an_address_that_is_none_names_the_fix(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Mailbox.from_url(url)


def test_an_address_is_read_in_whole() -> None:
    found = Mailbox.from_url("imaps://b%40example.org:p%2Fw@mail.example.org/Old%20ones?folder=X")
    assert (found.username, found.password, found.name) == ("b@example.org", "p/w", "Old ones")
    assert (found.port, found.security, found.folder) == (993, "tls", "X")
    assert Mailbox.from_url("imap://a:b@h?security=starttls").port == 143
    assert "p/w" not in repr(found)


def run_command(
    mail: bytes, *arguments: str, database: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"DATABASE_URL": database} if database else {})}
    return subprocess.run(
        [sys.executable, "manage.py", "process_bounces", *arguments],
        input=mail,
        capture_output=True,
        env=environment,
        check=False,
    )  # type: ignore[return-value]


def test_the_command_asks_to_be_given_the_mail_again_while_the_database_is_away() -> None:
    away = f"postgres://a:b@127.0.0.1:{free_port()}/nothing"
    mail = mails.postfix(to="b+1-1.x@example.org", message_id="<x@y>")
    from posthorn.transports.smtp.verp import ReturnPaths

    named = mails.postfix(to=ReturnPaths("b@example.org", 1).of(1))
    assert run_command(named, database=away).returncode == os.EX_TEMPFAIL
    assert run_command(mail, database=away).returncode == 0, "nothing of ours is asked for"
    assert run_command(b"", "/nowhere/at/all").returncode == os.EX_NOINPUT


def test_the_command_reads_fifty_megabytes_away() -> None:
    began = time.monotonic()
    done = run_command(b"Subject: x\n\n" + b"y" * 50_000_000)
    assert done.returncode == 0
    assert time.monotonic() - began < 60


@pytest.mark.django_db(transaction=True)
def test_the_command_takes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    (tmp_path / "1").write_bytes(mails.arf(to="a@example.org", message_id=id_of(sent())))
    (tmp_path / "2").write_bytes(b"\xff\xfe")
    call_command("process_bounces", str(tmp_path / "1"), str(tmp_path / "2"))
    assert "2 read, 1 of them" in capsys.readouterr().out
    assert Suppression.objects.get().reason == "complained"


@pytest.mark.django_db(transaction=True)
def test_a_bounce_comes_the_whole_way_back(
    sink: SinkProcess,
    engine: Engine,
    imap: ImapServer,
    user: User,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A campaign goes out; one mail system returns its message by what it received."""
    monkeypatch.setenv("POSTHORN_BOUNCE_ADDRESS", "bounces@mail.example.org")
    settings.ENV = dataclasses.replace(settings.ENV, bounce_address="bounces@mail.example.org")
    kept = tmp_path / "kept"
    kept.mkdir()
    sink.behave(keep=str(kept))
    campaign = make_campaign(make_list(3), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    received = message_from_bytes(next(iter(kept.iterdir())).read_bytes())
    imap.deliver(mails.exchange(to="elsewhere@example.org", message_id=str(received["message-id"])))
    poll_mailbox()
    delivery = Delivery.objects.get(
        campaign=campaign, email=str(received["to"]).split("<")[-1].rstrip(">")
    )
    assert delivery.status == "sent"
    assert Suppression.objects.get().email == delivery.email
    assert FeedbackTally.objects.get(pk=campaign.pk).bounced == 1
    assert_adds_up(campaign)


@pytest.mark.django_db(transaction=True)
def test_an_address_that_the_server_does_not_know_is_a_bounce_at_once(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.behave(
        rules=[
            {"at": "rcpt", "to": "person0.", "reply": "550 5.1.1 no such mailbox"},
            {"at": "rcpt", "to": "person1.", "reply": "550 5.7.1 not wanted"},
            {"at": "rcpt", "to": "person2.", "reply": "550 5.1.8 sender's domain does not exist"},
        ]
    )
    campaign = make_campaign(make_list(4), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert wait_for_status(campaign, "finished").failed == 3
    assert str(Suppression.objects.get()).startswith("person0.")
    assert Feedback.objects.get().source == "transport"
    assert FeedbackTally.objects.get(pk=campaign.pk).bounced == 1
    assert_adds_up(campaign)
