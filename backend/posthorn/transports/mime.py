"""Writes messages as RFC 5322 and MIME (RFC 2045, 2046) from a skeleton made once a campaign."""

from __future__ import annotations

import binascii
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from secrets import token_hex

from posthorn.transports.base import Envelope, Message

_PLAIN = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
_HTML = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"


class Composer:
    """Composes one campaign's messages, ready for DATA with the dots doubled and the end mark."""

    def __init__(self, envelope: Envelope) -> None:
        self._campaign_id = envelope.campaign_id
        self._domain = envelope.from_email.rpartition("@")[2]
        self._from = formataddr((_one_line(envelope.from_name), envelope.from_email))
        self._boundary = f"posthorn-{token_hex(12)}"

    def compose(self, message: Message, date: datetime) -> bytes:
        headers = [
            f"From: {self._from}",
            f"To: {formataddr((_one_line(message.name), message.email))}",
            f"Subject: {_subject(message.subject)}",
            f"Date: {format_datetime(date)}",
            f"Message-ID: {message_id(self._campaign_id, message.delivery_id, self._domain)}",
            f"List-Unsubscribe: <{message.one_click_url}>",
            # RFC 8058 section 3.1: one click, without a page in between.
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "MIME-Version: 1.0",
        ]
        if message.body_html:
            boundary = self._boundary
            headers.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
            body = (
                f"--{boundary}\r\n{_PLAIN}\r\n\r\n{_quoted(message.body_text)}\r\n"
                f"--{boundary}\r\n{_HTML}\r\n\r\n{_quoted(message.body_html)}\r\n"
                f"--{boundary}--\r\n"
            )
        else:
            headers.append(_PLAIN)
            body = f"{_quoted(message.body_text)}\r\n"
        text = "\r\n".join(headers) + "\r\n\r\n" + body
        # RFC 5321 section 4.5.2: a line that begins with a dot gets another one.
        return text.replace("\r\n.", "\r\n..").encode("ascii", "replace") + b".\r\n"


def message_id(campaign_id: int, delivery_id: int, domain: str) -> str:
    """The same for each send of a delivery, so that a resend can be traced (RFC 5322, 3.6.4)."""
    return f"<posthorn.{campaign_id}.{delivery_id}@{domain}>"


def _one_line(text: str) -> str:
    """`text` on one line, so that no value can add a header (RFC 5322 section 2.2)."""
    return " ".join(text.split())


def _subject(subject: str) -> str:
    subject = _one_line(subject)
    return Header(subject, None if subject.isascii() else "utf-8", header_name="Subject").encode(
        linesep="\r\n"
    )


def _quoted(text: str) -> str:
    lines = "\r\n".join(text.splitlines())
    return binascii.b2a_qp(lines.encode(), istext=True).decode("ascii")
