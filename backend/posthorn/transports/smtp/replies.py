"""What the server says: read within bounds, and judged (RFC 5321 section 4.2, RFC 3463)."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

#: RFC 5321 section 4.5.3.1.5 allows 512 octets a line; who sends more than this is no mail server.
MAX_LINE = 4096
MAX_LINES = 128

_ENHANCED = re.compile(r"[245]\d\d[ -]([245])\.(\d{1,3})\.(\d{1,3})\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class NotSmtp(Exception):
    """What came isn't SMTP, or isn't what can come now."""


class Reply(NamedTuple):
    """`text` is the whole reply on one line, as it is kept and shown; `lines` lack the code."""

    code: int
    text: str
    lines: tuple[str, ...] = ()

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_refusal(self) -> bool:
        return 400 <= self.code < 600

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


class Concern(Enum):
    """What a refusal is about (RFC 3463 section 3)."""

    ADDRESS = "address"
    MAILBOX = "mailbox"
    SYSTEM = "system"
    NETWORK = "network"
    PROTOCOL = "protocol"
    CONTENT = "content"
    POLICY = "policy"
    OTHER = "other"


_BY_SUBJECT = (
    *(Concern.OTHER, Concern.ADDRESS, Concern.MAILBOX, Concern.SYSTEM),
    *(Concern.NETWORK, Concern.PROTOCOL, Concern.CONTENT, Concern.POLICY),
)
#: For servers without enhanced codes, by RFC 5321 section 4.2.3.
_BY_CODE = {
    **dict.fromkeys((421, 451, 452), Concern.SYSTEM),
    **dict.fromkeys((450, 550, 551, 552), Concern.MAILBOX),
    553: Concern.ADDRESS,
    **dict.fromkeys((454, 530, 534, 535, 554), Concern.POLICY),
    **dict.fromkeys((455, 500, 501, 502, 503, 504, 555), Concern.PROTOCOL),
}


def concern_of(reply: str) -> Concern:
    """What a kept reply is about, by its enhanced code or else by its plain one."""
    enhanced = _ENHANCED.match(reply)
    if enhanced is not None:
        subject = int(enhanced[2])
        return _BY_SUBJECT[subject] if subject < len(_BY_SUBJECT) else Concern.OTHER
    return _BY_CODE.get(int(reply[:3]), Concern.OTHER) if reply[:3].isdigit() else Concern.OTHER


def is_about_size(reply: str) -> bool:
    """Whether the message is too big for the server (RFC 1870 section 6), not the sender bad."""
    enhanced = _ENHANCED.match(reply)
    if enhanced is not None:
        return (enhanced[2], enhanced[3]) in (("3", "4"), ("2", "3"))
    return reply.startswith("552")


class ReplyReader:
    """Makes replies of what arrives."""

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[bytes] = []

    @property
    def is_empty(self) -> bool:
        return not (self._buffer or self._lines)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are whole now. Raises NotSmtp, and remembers nothing endless."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        if len(self._buffer) > MAX_LINE:
            raise NotSmtp(f"it sent a line of more than {MAX_LINE} bytes")
        replies = []
        for line in lines:
            if len(line) > MAX_LINE:
                raise NotSmtp(f"it sent a line of more than {MAX_LINE} bytes")
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"\r", b""):
                raise NotSmtp(f"it said: {_readable(line)[:80]}")
            self._lines.append(line)
            if line[3:4] != b"-":
                replies.append(self._reply())
            elif len(self._lines) == MAX_LINES:
                raise NotSmtp(f"it sent a reply of more than {MAX_LINES} lines")
        return replies

    def _reply(self) -> Reply:
        lines, self._lines = self._lines, []
        if len(lines) == 1:
            return _reply_of(lines[0])
        texts = tuple(_readable(line[4:]) for line in lines)
        code = int(lines[-1][:3])
        return Reply(code, f"{code} {' '.join(texts)}", texts)


@lru_cache(maxsize=64)
def _reply_of(line: bytes) -> Reply:
    """A server says the same few things over and over."""
    return Reply(int(line[:3]), _readable(line))


def _readable(line: bytes) -> str:
    return _CONTROL.sub(" ", line.decode("utf-8", "replace")).strip()
