"""The `smtp` transport: RFC 5321, over connections that each worker thread keeps open.

SMTP cannot be exactly once (RFC 5321 section 6.1, RFC 1047): when the connection breaks after the
end of the data, nobody can know whether the message was accepted. Such a delivery is told
UNCERTAIN; its Message-ID comes from the delivery, so that a person can trace it.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from posthorn.core.clock import database_now
from posthorn.transports.base import (
    Envelope,
    Gate,
    Message,
    Outcome,
    Refusal,
    Session,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.mime import Composer

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
#: RFC 5321 section 4.5.3.2.6 asks for ten minutes; what takes longer than this is UNCERTAIN.
FINAL_REPLY_SECONDS = 120.0
#: A kept connection older than this is not trusted: servers close idle ones.
IDLE_SECONDS = 30.0


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


class SmtpSession:
    def __init__(self, client: smtplib.SMTP, envelope: Envelope) -> None:
        self._client = client
        self._sender = envelope.from_email
        self._composer = Composer(envelope)

    def send(self, messages: Sequence[Message], gate: Gate) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        for message in messages:
            verdict = gate(message)
            if verdict is Verdict.HALT:
                break
            if verdict is Verdict.SKIP:
                outcomes.append(Outcome())
                continue
            try:
                outcomes.append(self._deliver(message))
            except TransportUnavailable as error:
                raise TransportUnavailable(error.detail, outcomes=outcomes) from error
            except _Uncertain as error:
                outcomes.append(Outcome(refusal=Refusal.UNCERTAIN, detail=str(error)))
                break
            except (OSError, smtplib.SMTPException) as error:
                # Nothing was accepted: the data had not ended yet (RFC 5321 section 4.1.1.4). If
                # the server is gone for good, the next connection will tell.
                outcomes.append(Outcome(refusal=Refusal.TRANSIENT, detail=_read(error)))
                _close(self._client)
                break
        return outcomes

    def _deliver(self, message: Message) -> Outcome:
        client = self._client
        data = self._composer.compose(message, database_now())
        code, reply = client.mail(self._sender)
        if code != 250:
            # The sender is the same for all: this is no fault of one subscriber's address.
            client.rset()
            raise TransportUnavailable(f"The sender was refused: {_text(code, reply)}")
        code, reply = client.rcpt(message.email)
        if code not in (250, 251):
            return self._refused(code, reply)
        code, reply = client.docmd("DATA")
        if code != 354:
            return self._refused(code, reply)
        begun = database_now()
        client.send(data)
        code, reply = self._final_reply()
        if code != 250:
            return self._refused(code, reply)
        return Outcome(sent_at=begun)

    def _final_reply(self) -> tuple[int, bytes]:
        """The answer to the end of the data; without one, nobody knows."""
        sock = self._client.sock
        assert sock is not None
        sock.settimeout(FINAL_REPLY_SECONDS)
        try:
            return self._client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            _close(self._client)
            raise _Uncertain(
                f"No answer after the whole message had been handed over: {_read(error)}"
            ) from error
        finally:
            if self._client.sock is not None:
                self._client.sock.settimeout(REPLY_SECONDS)

    def _refused(self, code: int, reply: bytes) -> Outcome:
        if code == 421:
            raise TransportUnavailable(f"The server is closing: {_text(code, reply)}")
        with suppress(smtplib.SMTPException, OSError):
            self._client.rset()
        refusal = Refusal.PERMANENT if code >= 500 else Refusal.TRANSIENT
        return Outcome(refusal=refusal, detail=_text(code, reply))


class _Uncertain(Exception):
    pass


class _Connection:
    """An open connection that closes when nobody holds it any more: its thread has ended."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self.client = client
        self.used_at = time.monotonic()

    def __del__(self) -> None:
        _close(self.client)


class _Kept(threading.local):
    connection: _Connection | None = None


class SmtpTransport:
    name = "smtp"
    slice_size = 50
    in_database = False

    def __init__(self, server: Server) -> None:
        self._server = server
        self._kept = _Kept()

    @contextmanager
    def open(self, envelope: Envelope) -> Iterator[Session]:
        connection = self._connection()
        try:
            yield SmtpSession(connection.client, envelope)
        except BaseException:
            self._kept.connection = None
            raise
        connection.used_at = time.monotonic()

    def check(self) -> str:
        try:
            client = _connect(self._server, timeout=3.0)
        except TransportUnavailable as error:
            return error.detail
        _close(client)
        return ""

    def _connection(self) -> _Connection:
        """This thread's connection if it is still good, else a new one."""
        kept = self._kept.connection
        if kept is not None and time.monotonic() - kept.used_at < IDLE_SECONDS:
            with suppress(smtplib.SMTPException, OSError):
                if kept.client.rset()[0] == 250:
                    return kept
        self._kept.connection = None
        client = _connect(self._server, timeout=CONNECT_SECONDS)
        if client.sock is not None:
            client.sock.settimeout(REPLY_SECONDS)
        self._kept.connection = _Connection(client)
        return self._kept.connection


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
