"""The `smtp` transport: RFC 5321, over one connection a handover.

SMTP cannot be exactly once (RFC 5321 section 6.1, RFC 1047): when the connection breaks after the
end of the data, nobody can know whether the message was accepted. Such a delivery is
Uncertain; its Message-ID comes from the delivery, so that a person can trace it.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Envelope,
    Handover,
    Message,
    Outcome,
    Refusal,
    Refused,
    Returned,
    Sent,
    Skipped,
    TransportUnavailable,
    Uncertain,
    Unsendable,
    Verdict,
)
from posthorn.transports.mime import Composer

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
#: RFC 5321 section 4.5.3.2.6 asks for ten minutes; what takes longer than this is UNCERTAIN.
FINAL_REPLY_SECONDS = 120.0
#: A connection that rested longer is asked whether it still lives: servers close idle ones.
TRUSTED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect; `security` is `none`, `starttls` or `tls`."""

    host: str
    port: int
    security: str
    username: str
    password: str

    @classmethod
    def from_url(cls, url: str) -> Server:
        """From `smtp://user:password@host:587?security=starttls` or `smtps://host:465`.

        Raises ValueError when the address can't be understood.
        """
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        default = "tls" if parts.scheme == "smtps" else "none"
        security = query.get("security", [default])[0]
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("it must look like smtp://user:password@host:587?security=starttls")
        if security not in ("none", "starttls", "tls"):
            raise ValueError(f"security must be none, starttls or tls, not {security!r}")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if security == "tls" else 587),
            security=security,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class _Session:
    """One connection in the hands of one lane."""

    def __init__(self, client: smtplib.SMTP, envelope: Envelope) -> None:
        self._client = client
        self._sender = envelope.from_email
        self._composer = Composer(envelope)

    def deliver(self, message: Message) -> Outcome:
        """Raises OSError or SMTPException when the connection is gone before the message was."""
        client, number = self._client, message.delivery_id
        try:
            data = self._composer.compose(message, learnt_now())
            address = message.email.encode("ascii").decode()
        except (ValueError, LookupError) as error:
            return Refused(number, Refusal.PERMANENT, f"It can't be written as mail: {error}")
        code, reply = client.mail(self._sender)
        if code != 250:
            # The sender is the same for all: this is no fault of one subscriber's address.
            client.rset()
            raise TransportUnavailable(f"The sender was refused: {_text(code, reply)}")
        code, reply = client.rcpt(address)
        if code not in (250, 251):
            return self._refused(number, code, reply)
        code, reply = client.docmd("DATA")
        if code != 354:
            return self._refused(number, code, reply)
        begun = learnt_now()
        client.send(data)
        try:
            code, reply = self._final_reply()
        except (OSError, smtplib.SMTPException) as error:
            return Uncertain(
                number, f"No answer after the whole message had been handed over: {_read(error)}"
            )
        if code != 250:
            return self._refused(number, code, reply)
        return Sent(number, begun)

    def _final_reply(self) -> tuple[int, bytes]:
        """The answer to the end of the data; without one, nobody knows."""
        sock = self._client.sock
        assert sock is not None
        sock.settimeout(FINAL_REPLY_SECONDS)
        try:
            return self._client.getreply()
        except (OSError, smtplib.SMTPException):
            _close(self._client)
            raise
        finally:
            if self._client.sock is not None:
                self._client.sock.settimeout(REPLY_SECONDS)

    def _refused(self, number: int, code: int, reply: bytes) -> Outcome:
        if code == 421:
            raise TransportUnavailable(f"The server is closing: {_text(code, reply)}")
        with suppress(smtplib.SMTPException, OSError):
            self._client.rset()
        refusal = Refusal.PERMANENT if code >= 500 else Refusal.TRANSIENT
        return Refused(number, refusal, _text(code, reply))


class _Connection:
    """An open connection that closes when nobody holds it any more: its handover has ended."""

    def __init__(self, client: smtplib.SMTP) -> None:
        if client.sock is not None:
            client.sock.settimeout(REPLY_SECONDS)
        self.client = client
        self.used_at = time.monotonic()

    def __del__(self) -> None:
        _close(self.client)

    def is_good(self) -> bool:
        """Whether the next message may use it; asks the server when it rested for a while."""
        if self.client.sock is None:
            return False
        now = time.monotonic()
        rested, self.used_at = now - self.used_at, now
        if rested < TRUSTED_SECONDS:
            return True
        with suppress(smtplib.SMTPException, OSError):
            return self.client.rset()[0] == 250
        return False


class SmtpTransport:
    name = "smtp"
    in_database = False
    window = 1

    def __init__(self, server: Server) -> None:
        self._server = server

    def send(self, envelope: Envelope, handover: Handover) -> None:
        if not envelope.from_email.isascii():
            raise Unsendable(
                f"The sender {envelope.from_email} can't be written in a mail. Use ASCII before the"
                " @ and the domain's form with xn-- after it."
            )
        connection: _Connection | None = None
        for messages in handover:
            for message in messages:
                verdict = handover.may_begin(message)
                if verdict is Verdict.SKIP:
                    handover.report(Skipped(message.delivery_id))
                    continue
                if verdict is Verdict.HALT:
                    handover.report(Returned(message.delivery_id))
                    continue
                if connection is None or not connection.is_good():
                    connection = _Connection(_connect(self._server, timeout=CONNECT_SECONDS))
                session = _Session(connection.client, envelope)
                try:
                    outcome = session.deliver(message)
                except (OSError, smtplib.SMTPException) as error:
                    # Nothing was accepted: the data had not ended yet (RFC 5321 section 4.1.1.4).
                    # If the server is gone for good, the next connection will tell.
                    outcome = Refused(message.delivery_id, Refusal.TRANSIENT, _read(error))
                    connection = None
                handover.report(outcome)

    def check(self) -> str:
        try:
            client = _connect(self._server, timeout=3.0)
        except TransportUnavailable as error:
            return error.detail
        _close(client)
        return ""


def _connect(server: Server, *, timeout: float) -> smtplib.SMTP:
    """An open, greeted and authenticated connection. Raises TransportUnavailable."""
    context = ssl.create_default_context()
    where = f"{server.host}:{server.port}"
    try:
        client = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
            if server.security == "tls"
            else smtplib.SMTP(server.host, server.port, timeout=timeout)
        )
    except (OSError, smtplib.SMTPException) as error:
        raise TransportUnavailable(f"Can't connect to {where}: {_read(error)}") from error
    try:
        if server.security == "starttls":
            client.starttls(context=context)
        if server.username:
            client.login(server.username, server.password)
        client.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        _close(client)
        raise TransportUnavailable(f"{where} refused to talk: {_read(error)}") from error
    return client


def _close(client: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        client.close()


def _text(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}"


def _read(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return _text(error.smtp_code, reply if isinstance(reply, bytes) else reply.encode())
    return str(error) or type(error).__name__
