"""Opening a connection: what is checked, and at which step it is said to have failed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posthorn.transports.smtp import opening
from posthorn.transports.smtp.replies import Concern, NotSmtp, ReplyReader, concern_of
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from tests.services import free_port
from tests.transports.certificates import make_certificate
from tests.transports.handing import BareHandover
from tests.transports.sink import FEATURES, SinkProcess
from tests.transports.test_pipelining import ENVELOPE, messages

OpenSink = Callable[..., SinkProcess]


@pytest.fixture
def open_sink(tmp_path: Path) -> Iterator[OpenSink]:
    sinks = []

    def start(**options: Any) -> SinkProcess:
        sinks.append(SinkProcess(tmp_path, **options))
        return sinks[-1]

    yield start
    for sink in sinks:
        sink.stop()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Trust a certificate in this process, as an operator would."""

    def trust(certificate: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        opening._tls.cache_clear()

    yield trust
    opening._tls.cache_clear()


def check(sink: SinkProcess, **fields: Any) -> str:
    return SmtpTransport(Server("127.0.0.1", sink.port, **fields)).check()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_server_is_used_over_tls(
    open_sink: OpenSink, trusted: Callable[[Path], None], tmp_path: Path, security: str
) -> None:
    certificate = make_certificate(tmp_path / "good.pem")
    sink = open_sink(certificate=certificate, implicit=security == "tls")
    sink.behave(features=[*FEATURES, "STARTTLS"] if security == "starttls" else list(FEATURES))
    trusted(certificate)
    server = Server("127.0.0.1", sink.port, security=security, max_connections=2)
    transport = SmtpTransport(server)
    handover = BareHandover(messages(20, size=200_000), transport)
    transport.send(ENVELOPE, handover)
    assert handover.by_kind() == {"Sent": 20}
    if security == "starttls":
        seen = sink.seen()
        assert seen["STAR"] == seen["connections"]
        assert seen["EHLO"] == 2 * seen["connections"], "what clear text offered doesn't count"


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("certificate", "trust", "fault"),
    [
        ({}, False, "self-signed|self signed"),
        ({"host": "mail.example.org"}, True, "mismatch"),
        ({"expired": True}, True, "expired"),
    ],
    ids=["untrusted", "another name", "expired"],
)
def test_a_certificate_that_cannot_be_trusted_is_told(
    open_sink: OpenSink,
    trusted: Callable[[Path], None],
    tmp_path: Path,
    security: str,
    certificate: dict[str, Any],
    trust: bool,
    fault: str,
) -> None:
    path = make_certificate(tmp_path / "bad.pem", **certificate)
    sink = open_sink(certificate=path, implicit=security == "tls")
    sink.behave(features=[*FEATURES, "STARTTLS"])
    trusted(path if trust else Path(os.devnull))
    told = check(sink, security=security)
    assert re.search(r"The certificate of 127\.0\.0\.1:\d+ can't be trusted", told), told
    assert re.search(fault, told), told


def test_tls_to_a_port_without_it_says_so(open_sink: OpenSink) -> None:
    told = check(open_sink(), security="tls")
    assert "doesn't speak TLS from the first byte" in told
    assert "starttls" in told


def test_starttls_is_insisted_on(open_sink: OpenSink) -> None:
    assert "doesn't offer STARTTLS" in check(open_sink(), security="starttls")


def test_what_comes_in_clear_text_behind_the_consent_to_tls_is_refused(
    open_sink: OpenSink, tmp_path: Path
) -> None:
    sink = open_sink(certificate=make_certificate(tmp_path / "c.pem"))
    sink.behave(features=["STARTTLS"])
    sink.rules({"at": "starttls", "reply": "220 ok\r\n250 injected"})
    assert "doesn't start TLS" in check(sink, security="starttls")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "XOAUTH2"])
def test_signing_in(open_sink: OpenSink, mechanism: str) -> None:
    sink = open_sink()
    sink.behave(features=[*FEATURES, f"AUTH {mechanism}"], users={"anna": "schön & gut"})
    assert check(sink, username="anna", password="schön & gut") == ""
    told = check(sink, username="anna", password="wrong")
    assert "refuses the user name or the password of 'anna': 535 5.7.8" in told
    assert "wrong password" in told


def test_a_way_to_sign_in_that_is_not_offered_is_told(open_sink: OpenSink) -> None:
    sink = open_sink()
    assert "it offers nothing" in check(sink, username="anna", password="x")
    sink.behave(features=["AUTH CRAM-MD5 PLAIN"])
    told = check(sink, username="anna", password="x", auth="xoauth2")
    assert "doesn't offer to sign in by XOAUTH2; it offers CRAM-MD5 PLAIN" in told


def test_no_server_at_all() -> None:
    port = free_port()
    assert SmtpTransport(Server("127.0.0.1", port)).check() == (
        f"Can't connect to 127.0.0.1:{port}: Connection refused."
    )


def test_a_name_that_is_none() -> None:
    told = SmtpTransport(Server("mail.invalid", 25)).check()
    assert told.startswith("Can't find the mail server mail.invalid:")


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"at": "greeting", "reply": "554 5.3.2 not today"}, "it said: 554 5.3.2 not today"),
        ({"at": "greeting", "reply": "HTTP/1.1 400 Bad Request"}, "it said: HTTP/1.1 400"),
        ({"at": "greeting", "flood": 10_000_000}, "a line of more than 4096 bytes"),
        ({"at": "greeting", "endless": True}, "a reply of more than 128 lines"),
        ({"at": "greeting", "cut": True}, "closed the connection"),
        ({"at": "greeting", "silent": True}, "no answer in time"),
        ({"at": "ehlo", "endless": True}, "refuses EHLO: it doesn't talk as a mail server"),
        ({"at": "ehlo", "reply": "421 4.3.2 too busy"}, "refuses EHLO: it said: 421 4.3.2"),
    ],
)
def test_a_server_that_is_none_is_told_and_costs_nothing(
    open_sink: OpenSink, rule: dict[str, Any], fault: str
) -> None:
    sink = open_sink()
    sink.rules(rule)
    began = time.monotonic()
    told = check(sink)
    assert fault in told, told
    assert time.monotonic() - began < 10


def test_a_server_that_knows_no_ehlo_is_greeted_the_old_way(open_sink: OpenSink) -> None:
    sink = open_sink()
    sink.rules({"at": "ehlo", "reply": "502 5.5.1 what?"})
    transport = SmtpTransport(Server("127.0.0.1", sink.port, max_connections=2))
    handover = BareHandover(messages(10), transport)
    transport.send(ENVELOPE, handover)
    assert handover.by_kind() == {"Sent": 10}


@pytest.mark.parametrize(
    ("reply", "concern"),
    [
        ("550 5.1.1 no such mailbox", Concern.ADDRESS),
        ("552 5.2.2 mailbox full", Concern.MAILBOX),
        ("451 4.3.0 queue trouble", Concern.SYSTEM),
        ("450 4.4.1 no route", Concern.NETWORK),
        ("550 5.7.1 spam", Concern.POLICY),
        ("421 4.7.28 rate limited", Concern.POLICY),
        ("550 no such user", Concern.MAILBOX),
        ("421 closing", Concern.SYSTEM),
        ("554 no", Concern.POLICY),
        ("599 5.9.9 odd", Concern.OTHER),
        ("", Concern.OTHER),
    ],
)
def test_what_a_refusal_is_about(reply: str, concern: Concern) -> None:
    assert concern_of(reply) is concern


def test_replies_in_any_pieces() -> None:
    data = b"250-one\r\n250 two\r\n354 go\r\n250\r\n"
    whole = ReplyReader().feed(data)
    reader = ReplyReader()
    pieces = [reply for byte in data for reply in reader.feed(bytes([byte]))]
    assert pieces == whole
    assert [reply.text for reply in whole] == ["250 one two", "354 go", "250"]
    with pytest.raises(NotSmtp):
        reader.feed(b"hello\r\n")
