"""Writes messages as RFC 5322 and MIME (RFC 2045 to 2049), composed once a campaign.

What doesn't vary between the messages is written, encoded and put in canonical form when the
Composer is made; a message costs what its own values cost, and its signature.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

from posthorn.transports.base import Attachment, Envelope, Message, Unsendable
from posthorn.transports.smtp import headers
from posthorn.transports.smtp.addresses import BadAddress, to_wire
from posthorn.transports.smtp.dkim import DkimKey, canonical_field, signers_for
from posthorn.transports.smtp.quoted import Body, relaxed
from posthorn.transports.smtp.verp import ReturnPaths

_QUOTED = "Content-Transfer-Encoding: quoted-printable"
_PLAIN = f"Content-Type: text/plain; charset=utf-8\r\n{_QUOTED}"
_HTML = f"Content-Type: text/html; charset=utf-8\r\n{_QUOTED}"
#: RFC 8058 section 3.1: one click, without a page in between.
_ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_ATOM_LABEL = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_CONTENT_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]+")


@dataclass(slots=True)
class Mail:
    """One message for the wire. `data` has its dots doubled and its end mark (RFC 5321, 4.5.2)."""

    sender: str
    recipient: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether the envelope needs a server with SMTPUTF8 (RFC 6531)."""
        return not (self.recipient.isascii() and self.sender.isascii())


class Composer:
    """Composes one campaign's messages. Raises Unsendable when what they share can't be written.

    May be used by several threads at once.
    """

    def __init__(self, envelope: Envelope, keys: Sequence[DkimKey] = ()) -> None:
        self._envelope = envelope
        try:
            self._sender = to_wire(envelope.from_email)
            self._fields = self._shared_fields(envelope)
            bounce = to_wire(envelope.bounce_address) if envelope.bounce_address else ""
        except ValueError as error:
            raise Unsendable(f"The campaign can't be sent as mail: {error}") from error
        if not self._sender.isascii():
            raise Unsendable(
                f"The sender {self._sender} can't be written for every server. Use ASCII before"
                " the @."
            )
        self._domain = self._sender.rpartition("@")[2]
        self._paths = ReturnPaths(bounce, envelope.campaign_id) if bounce else None
        try:
            self._signers = signers_for(self._domain, keys)
        except ValueError as error:
            raise Unsendable(f"The DKIM key of {self._domain} can't be used: {error}") from error
        self._canonical = _canonical(self._fields)
        self._layouts = {html: _Layout(envelope.attachments, html=html) for html in (False, True)}

    def compose(self, message: Message, date: datetime) -> Mail:
        """Raises BadAddress when the message can't be written to its address."""
        recipient = to_wire(message.email)
        own = [
            headers.address_field("To", message.name, recipient),
            headers.text_field("Subject", message.subject),
            headers.date_field(date),
            f"Message-ID: {self._message_id(message.delivery_id)}",
        ]
        if message.one_click_url:
            own += [headers.url_field("List-Unsubscribe", message.one_click_url), _ONE_CLICK]
        layout = self._layouts[bool(message.body_html)]
        body, canonical = layout.write(message, canonical=bool(self._signers))
        lines = [*own, *self._fields, *layout.fields]
        if self._signers:
            signed = _canonical(own) | self._canonical | layout.canonical_fields
            digest, at = sha256(canonical).digest(), int(date.timestamp())
            lines = [s.sign(signed, digest, at=at) for s in self._signers] + lines
        data = "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + body
        if b"\n." in data:
            data = data.replace(b"\n.", b"\n..")
        sender = self._paths.of(message.delivery_id) if self._paths else self._sender
        return Mail(sender, recipient, data + b".\r\n")

    def _message_id(self, delivery_id: int) -> str:
        """The same for each send of a delivery, so that a resend can be traced."""
        return f"<posthorn.{self._envelope.campaign_id}.{delivery_id}@{self._domain}>"

    def _shared_fields(self, envelope: Envelope) -> list[str]:
        local, _, domain = self._sender.rpartition("@")
        label = f"{local}.{domain}" if _ATOM_LABEL.fullmatch(local) else f"list.{domain}"
        list_id = envelope.list_id or label
        if not _ATOM_LABEL.fullmatch(list_id):
            raise BadAddress(f"'{list_id}' can't be a List-Id: it must look like news.example.org.")
        fields = [
            headers.address_field("From", envelope.from_name, self._sender),
            headers.fold("List-Id", [f"<{list_id}>"]),
            # Campaign, domain, kind and sender, as Gmail's feedback loop reads them.
            headers.fold("Feedback-ID", [f"{envelope.campaign_id}:{domain}:campaign:posthorn"]),
        ]
        if envelope.reply_to:
            fields.append(headers.reply_to_field(envelope.reply_to))
        return fields + [headers.extra_field(name, value) for name, value in envelope.headers]


class _Layout:
    """How the parts of a message stand in each other, with or without HTML.

    Text alone, or `alternative` of text and HTML; the HTML in `related` with the images that it
    shows (RFC 2387); all of it in `mixed` with the attachments.
    """

    def __init__(self, attachments: Sequence[Attachment], *, html: bool) -> None:
        self._html = html
        self._bodies: dict[bool, Body] = {}
        mark = token_hex(12)
        images = [each for each in attachments if each.content_id and html]
        files = [each for each in attachments if not (each.content_id and html)]
        #: What stands before the text, between it and the HTML, and after both.
        before, between, after = "", "", ""
        head = _PLAIN
        if html:
            inner = _HTML
            if images:
                inner = _multipart("related", f"r-{mark}")
                between += f"--r-{mark}\r\n{_HTML}\r\n\r\n"
                after += _files(images, f"r-{mark}")
            before = f"--a-{mark}\r\n{_PLAIN}\r\n\r\n"
            between = f"--a-{mark}\r\n{inner}\r\n\r\n{between}"
            after += f"--a-{mark}--\r\n"
            head = _multipart("alternative", f"a-{mark}")
        if files:
            before = f"--m-{mark}\r\n{head}\r\n\r\n{before}"
            after += _files(files, f"m-{mark}")
            head = _multipart("mixed", f"m-{mark}")
        self._around = [each.encode() for each in (before, between, after)]
        self._canonical_around = [relaxed(each) for each in self._around]
        self.fields = ["MIME-Version: 1.0", *_unfolded(head)]
        self.canonical_fields = _canonical(self.fields)

    def write(self, message: Message, *, canonical: bool) -> tuple[bytes, bytes]:
        """The body, and its canonical form if that is asked for."""
        before, between, after = self._around
        parts = message.text_parts or ("", message.body_text, "")
        text = self._body(parts, html=False)
        runs = text.encode(parts)
        if not self._html:
            raw = b"".join([before, *runs, after])
            return raw, self._seen(text.canonical(runs)) if canonical else b""
        html_parts = message.html_parts or ("", message.body_html, "")
        html = self._body(html_parts, html=True)
        html_runs = html.encode(html_parts)
        raw = b"".join([before, *runs, between, *html_runs, after])
        if not canonical:
            return raw, b""
        return raw, self._seen(text.canonical(runs), html.canonical(html_runs))

    def _seen(self, text: list[bytes], html: Sequence[bytes] = ()) -> bytes:
        before, between, after = self._canonical_around
        whole = b"".join([before, *text, between, *html, after])
        # RFC 6376 section 3.4.4: empty lines at the end don't count.
        return whole.rstrip(b"\r\n") + b"\r\n" if whole.strip(b"\r\n") else b""

    def _body(self, parts: Sequence[str], *, html: bool) -> Body:
        body = self._bodies.get(html)
        if body is None or not body.fits(parts):
            body = self._bodies[html] = Body(parts)
        return body


def _multipart(kind: str, boundary: str) -> str:
    return f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"'


def _files(attachments: Sequence[Attachment], boundary: str) -> str:
    parts = []
    for each in attachments:
        kind = each.content_type if _TYPE.fullmatch(each.content_type) else ""
        if not kind or kind.lower().startswith(("message/", "multipart/")):
            # RFC 2046 section 5: these must not be in base64.
            kind = "application/octet-stream"
        placed = "inline" if each.content_id else "attachment"
        fields = [
            f"Content-Type: {kind}",
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: {placed}{headers.parameter('filename', each.filename)}",
        ]
        if each.content_id:
            if not _CONTENT_ID.fullmatch(each.content_id):
                raise Unsendable(f"'{each.content_id}' can't be the id of an image.")
            fields.append(f"Content-ID: <{each.content_id}>")
        data = encodebytes(each.data).decode().replace("\n", "\r\n")
        parts.append(f"--{boundary}\r\n" + "\r\n".join(fields) + f"\r\n\r\n{data}")
    return "".join(parts) + f"--{boundary}--\r\n"


def _unfolded(head: str) -> list[str]:
    """The fields that `head` holds, each with its folds."""
    return re.split(r"\r\n(?! )", head)


def _canonical(fields: Sequence[str]) -> dict[str, bytes]:
    return {each.partition(":")[0].lower(): canonical_field(each) for each in fields}
