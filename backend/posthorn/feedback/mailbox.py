"""The mailbox that bounces come to, by IMAP (RFC 9051): read in bounded pieces, never lost.

A mail is flagged only after what it says was recorded. Who dies in between finds it again, and a
claim that is told twice counts once. Knows neither Django nor what a bounce is.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_TIMEOUT_SECONDS = 30.0
#: How many numbers one search looks at: its answer is a line, and lines are bounded.
_WINDOW = 20_000
_UID = re.compile(rb"UID (\d+)")
_KNOWN = frozenset(("security", "delete", "folder"))


class MailboxUnavailable(Exception):
    """It can't be read now; the text says why, and holds no password."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it is. `security` is tls, starttls or none. What was recognised is deleted, or moved to
    `folder`, or stays, flagged as seen like everything that was read."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    security: str = "tls"
    name: str = "INBOX"
    delete: bool = False
    folder: str = ""

    @classmethod
    def from_url(cls, url: str) -> Mailbox:
        """From `imaps://user:password@host:993/INBOX?folder=Processed`.

        Raises ValueError, with the fix, when the address can't be understood.
        """
        parts = urlsplit(url)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise ValueError("it must look like imaps://user:password@host/INBOX")
        if unknown := query.keys() - _KNOWN:
            raise ValueError(
                f"'{min(unknown)}' isn't known after the ?; {', '.join(sorted(_KNOWN))} are"
            )
        security = query.get("security", "tls" if parts.scheme == "imaps" else "none")
        if security not in ("tls", "starttls", "none"):
            raise ValueError(f"security must be tls, starttls or none, not {security!r}")
        mailbox = cls(
            host=parts.hostname,
            port=parts.port or (993 if security == "tls" else 143),
            username=unquote(parts.username),
            password=unquote(parts.password or ""),
            security=security,
            name=unquote(parts.path.strip("/")) or "INBOX",
            delete=query.get("delete", "") == "1",
            folder=query.get("folder", ""),
        )
        for what in (mailbox.name, mailbox.folder, mailbox.username, mailbox.password):
            if not (what.isascii() and (what.isprintable() or not what)):
                raise ValueError("names and the password must be printable ASCII")
        if mailbox.delete and mailbox.folder:
            raise ValueError("delete and folder exclude each other")
        return mailbox


def read_mails(
    mailbox: Mailbox, handle: Callable[[bytes], bool], *, most: int, size: int
) -> tuple[int, int]:
    """Have `handle` read up to `most` unseen mails, `size` bytes of each.

    It answers whether it recognised the mail. Returns how many were read, and how many of them
    recognised. Raises MailboxUnavailable, and what `handle` raises: that mail stays unseen.
    """
    with _opened(mailbox) as client:
        counted = _must(client.select(_quoted(mailbox.name)), f"open {mailbox.name}")
        numbers = _unseen(client, int(counted[0]), most)
        recognised = 0
        for number in numbers:
            known = handle(_fetch(client, number, size))
            recognised += known
            _put_away(client, mailbox, number, known=known)
    return len(numbers), recognised


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    client: imaplib.IMAP4 | None = None
    try:
        client = _connect(mailbox)
        client.login(_quoted(mailbox.username), mailbox.password)
        # Servers tell most of what they can only to those who have signed in.
        said = _must(client.capability(), "say what it can")
        client.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())
        yield client
    except (OSError, imaplib.IMAP4.error) as error:
        told = str(error).replace(mailbox.password, "…") if mailbox.password else str(error)
        raise MailboxUnavailable(f"{mailbox.host}:{mailbox.port}: {told}") from None
    finally:
        if client is not None:
            _leave(client)


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=_TIMEOUT_SECONDS
        )
    client = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_TIMEOUT_SECONDS)
    if mailbox.security == "starttls":
        client.starttls(context)
    return client


def _leave(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (OSError, imaplib.IMAP4.error):
        # It is closed all the same, and everything was said before.
        client.shutdown()


def _unseen(client: imaplib.IMAP4, last: int, most: int) -> list[bytes]:
    """The UIDs of the first `most` mails that nobody has seen, the oldest of all `last` first."""
    found: list[bytes] = []
    for first in range(1, last + 1, _WINDOW):
        window = f"{first}:{min(first + _WINDOW - 1, last)}"
        data = _must(client.search(None, window, "UNSEEN", "UNDELETED"), "search")
        found += b" ".join(part for part in data if part).split()
        if len(found) >= most:
            break
    if not found:
        return []
    # Numbers shift when somebody expunges, but not between these two (RFC 9051 section 7.5.1).
    numbers = b",".join(found[:most]).decode()
    told = _must(client.fetch(numbers, "(UID)"), "tell the numbers")
    return [match[1] for line in told if (match := _UID.search(line if line else b""))]


def _fetch(client: imaplib.IMAP4, number: bytes, size: int) -> bytes:
    """The mail's first `size` bytes; peeking, so that it stays unseen."""
    data = _must(client.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{size}>)"), "fetch a mail")
    return b"".join(part[1] for part in data if isinstance(part, tuple))[:size]


def _put_away(client: imaplib.IMAP4, mailbox: Mailbox, number: bytes, *, known: bool) -> None:
    uid = number.decode()
    _must(client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "flag a mail")
    if not known or not (mailbox.delete or mailbox.folder):
        return
    if mailbox.folder:
        # It fails when it is there already; whether it is there, moving will tell.
        client.create(_quoted(mailbox.folder))
        if "MOVE" in client.capabilities:
            _must(client.uid("MOVE", uid, _quoted(mailbox.folder)), f"move to {mailbox.folder}")
            return
        _must(client.uid("COPY", uid, _quoted(mailbox.folder)), f"copy to {mailbox.folder}")
    _must(client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "delete a mail")
    if "UIDPLUS" in client.capabilities:
        # Without it others' mails that are marked would go too; ours then wait for them.
        _must(client.uid("EXPUNGE", uid), "expunge a mail")


def _must(answer: tuple[str, list[Any]], what: str) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        said = b" ".join(part for part in data if isinstance(part, bytes)).decode(
            "utf-8", "replace"
        )
        raise imaplib.IMAP4.error(f"it would not {what}: {said}")
    return data


def _quoted(text: str) -> str:
    """As a quoted string (RFC 9051 section 4.3)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
