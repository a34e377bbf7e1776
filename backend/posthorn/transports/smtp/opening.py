"""Opens a connection, step by step: name, TCP, TLS, greeting, EHLO, STARTTLS, AUTH.

What fails is told with its step (one of STEPS), and with what can be done about it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from posthorn.transports.base import TransportUnavailable
from posthorn.transports.smtp.connection import Connection
from posthorn.transports.smtp.replies import NotSmtp, Reply
from posthorn.transports.smtp.server import Server, Timeouts

#: In their order; with STARTTLS, `tls` follows a first `ehlo`.
STEPS = ("resolve", "connect", "tls", "greeting", "ehlo", "auth", "mail")
#: A host that vanished is noticed by what it doesn't acknowledge, though its answer may take long.
_UNACKNOWLEDGED_MS = 60_000


@cache
def _tls() -> ssl.SSLContext:
    """Checks certificates and names."""
    return ssl.create_default_context()


async def open_connection(server: Server, timeouts: Timeouts) -> Connection:
    """Greeted, encrypted and signed in as `server` says.

    Raises TransportUnavailable with a sentence that names the step and what can be done.
    """
    connection = await _connect(server, timeouts)
    try:
        await _introduce(connection, server, timeouts)
        if server.username:
            with _step("auth", f"{server.where} didn't let us sign in"):
                await _sign_in(connection, server, timeouts)
    except BaseException as error:
        connection.drop(str(error))
        raise
    return connection


async def try_sender(connection: Connection, sender: str, timeouts: Timeouts) -> None:
    """Ask whether mail from `sender` is taken; nothing is sent. Raises TransportUnavailable."""
    where = connection.server.where
    with _step("mail", f"{where} refuses mail from {sender}"):
        reply = await connection.ask(f"MAIL FROM:<{sender}>\r\n".encode(), seconds=timeouts.reply)
        if not reply.is_positive:
            raise NotSmtp(f"it said: {reply.text}")


async def _connect(server: Server, timeouts: Timeouts) -> Connection:
    loop = asyncio.get_running_loop()
    secure = server.security == "tls"
    where = server.where
    with _step("connect", f"Can't connect to {where}"):
        try:
            async with asyncio.timeout(timeouts.connect):
                transport, connection = await loop.create_connection(
                    lambda: Connection(server, timeouts),
                    server.host,
                    server.port,
                    ssl=_tls() if secure else None,
                    server_hostname=server.host if secure else None,
                )
        except socket.gaierror as error:
            raise TransportUnavailable(
                f"Can't find the mail server {server.host}: {error.strerror}. Check its name.",
                step="resolve",
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise _untrusted(server, error) from error
        except ssl.SSLError as error:
            raise TransportUnavailable(
                f"{where} doesn't speak TLS from the first byte ({error.reason or error})."
                " Check the port, or choose security=starttls.",
                step="tls",
            ) from error
    _watch_over(transport.get_extra_info("socket"))
    return connection


def _watch_over(sock: socket.socket | None) -> None:
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)


async def _introduce(connection: Connection, server: Server, timeouts: Timeouts) -> None:
    with _step("greeting", f"{server.where} doesn't greet us as a mail server"):
        greeting = await connection.ask(b"", seconds=timeouts.reply)
        if not greeting.is_positive:
            raise NotSmtp(f"it said: {greeting.text}")
    await _hello(connection, server, timeouts)
    if server.security != "starttls":
        return
    if "STARTTLS" not in connection.keywords:
        raise TransportUnavailable(
            f"{server.where} doesn't offer STARTTLS. Check the port, or choose another security.",
            step="tls",
        )
    with _step("tls", f"{server.where} doesn't start TLS"):
        await _start_tls(connection, server, timeouts)
    # What was offered in clear text doesn't count any more (RFC 3207 section 4.2).
    await _hello(connection, server, timeouts)


async def _start_tls(connection: Connection, server: Server, timeouts: Timeouts) -> None:
    reply = await connection.ask(b"STARTTLS\r\n", seconds=timeouts.reply)
    if not reply.is_positive:
        raise NotSmtp(f"it said: {reply.text}")
    if connection.has_unread:
        # Somebody in between would have it taken for what came encrypted.
        raise NotSmtp("it said more in clear text after it had agreed to TLS")
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeouts.connect):
            transport = await loop.start_tls(
                connection.transport, connection, _tls(), server_hostname=server.host
            )
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(server, error) from error
    if transport is None:
        raise ConnectionError("it closed the connection")
    connection.exchange(transport)


async def _hello(connection: Connection, server: Server, timeouts: Timeouts) -> None:
    name = server.client_name or _client_name(connection)
    with _step("ehlo", f"{server.where} refuses EHLO"):
        reply = await connection.ask(f"EHLO {name}\r\n".encode(), seconds=timeouts.reply)
        if reply.is_permanent:
            # A server of before 1995 (RFC 5321 section 3.2).
            reply = await connection.ask(f"HELO {name}\r\n".encode(), seconds=timeouts.reply)
            reply = reply._replace(lines=())
        if not reply.is_positive:
            raise NotSmtp(f"it said: {reply.text}")
    for line in reply.lines[1:]:
        keyword, _, values = line.partition(" ")
        connection.keywords[keyword.upper()] = values.strip()


def _client_name(connection: Connection) -> str:
    """The host's full name, else its address as RFC 5321 section 4.1.3 writes it."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    own = connection.transport.get_extra_info("sockname")
    address = str(own[0]) if own else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


async def _sign_in(connection: Connection, server: Server, timeouts: Timeouts) -> None:
    offered = connection.keywords.get("AUTH", "").upper().split()
    wanted = [server.auth.upper()] if server.auth else ["PLAIN", "LOGIN", "XOAUTH2"]
    mechanism = next((each for each in wanted if each in offered), None)
    if mechanism is None:
        raise TransportUnavailable(
            f"{server.where} doesn't offer to sign in by {' or '.join(wanted)}; it offers"
            f" {' '.join(offered) or 'nothing'}. Check security: many servers offer it over TLS"
            " alone.",
            step="auth",
        )

    async def ask(text: str) -> Reply:
        return await connection.ask(f"{text}\r\n".encode(), seconds=timeouts.reply)

    if mechanism == "PLAIN":
        credentials = f"\0{server.username}\0{server.password}"
        reply = await ask(f"AUTH PLAIN {_base64(credentials)}")
    elif mechanism == "LOGIN":
        reply = await ask("AUTH LOGIN")
        if reply.code == 334:
            reply = await ask(_base64(server.username))
        if reply.code == 334:
            reply = await ask(_base64(server.password))
    else:
        token = f"user={server.username}\x01auth=Bearer {server.password}\x01\x01"
        reply = await ask(f"AUTH XOAUTH2 {_base64(token)}")
        if reply.code == 334:
            # It tells why it refuses in a challenge of its own, and waits for an empty answer.
            reply = await ask("")
    if reply.code != 235:
        raise TransportUnavailable(
            f"{server.where} refuses the user name or the password of '{server.username}':"
            f" {reply.text}",
            step="auth",
        )


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _untrusted(server: Server, error: ssl.SSLCertVerificationError) -> TransportUnavailable:
    return TransportUnavailable(
        f"The certificate of {server.where} can't be trusted: {error.verify_message.rstrip('.')}."
        f" It must be valid and made out to {server.host}.",
        step="tls",
    )


@contextmanager
def _step(step: str, sentence: str) -> Iterator[None]:
    """Whatever goes wrong within is told as `sentence`, with the cause behind it."""
    try:
        yield
    except TimeoutError as error:
        raise TransportUnavailable(f"{sentence}: no answer in time.", step=step) from error
    except OSError as error:
        raise TransportUnavailable(f"{sentence}: {_told(error)}.", step=step) from error
    except NotSmtp as error:
        raise TransportUnavailable(f"{sentence}: {error}", step=step) from error


def _told(error: OSError) -> str:
    text = (error.strerror or str(error) or type(error).__name__).strip()
    return text.rstrip(".")
