"""Header fields: one line each whatever the values hold, folded, and encoded where needed.

RFC 5322 section 2.2, RFC 2047 and RFC 2231. Each function returns text that may stand on the wire
as it is: CRLF in folds alone, 7 bits but for addresses that need SMTPUTF8.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote

from posthorn.transports.smtp.addresses import to_wire

#: Where a line can be broken: RFC 5322 section 2.1.1 wants 78 characters at the most, RFC 2047
#: section 2 wants 76 where there are encoded words.
LINE = 76
_UNBREAKABLE = 500

# What ends or could end a line anywhere; no-break spaces stay, typography needs them.
_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_URL = re.compile(r"[!#-;=?-\[\]_a-z~]+")
#: 39 bytes make a word of 64 characters: it fits behind every field name of ours (RFC 2047
#: section 2 allows 75 a word and 76 a line).
_WORD_BYTES = 39
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")
_ALLOWED = frozenset(
    [
        "auto-submitted",
        "comments",
        "importance",
        "keywords",
        "organization",
        "precedence",
        "priority",
        "sensitivity",
    ]
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(text: str) -> str:
    """`text` on one line, so that no value can add a header."""
    return _BREAKS.sub(" ", text).strip(" ")


def encoded_words(text: str) -> list[str]:
    """`text` as encoded words of RFC 2047, cut between characters."""
    words, chunk = [], b""
    for character in text:
        data = character.encode("utf-8", "replace")
        if len(chunk) + len(data) > _WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += data
    return [f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, chunk]]


def text_field(name: str, text: str) -> str:
    """An unstructured field such as Subject."""
    text = one_line(text)
    if text.isascii() and len(name) + len(text) + 2 <= LINE and "=?" not in text:
        return f"{name}: {text}"
    words = text.split(" ")
    if not text.isascii() or "=?" in text or max(map(len, words)) > _UNBREAKABLE:
        words = encoded_words(text)
    return fold(name, words)


def fold(name: str, words: list[str]) -> str:
    """`name: words…`, broken at the blanks between words."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LINE and line.strip():
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join([*lines, line])


def address_field(field: str, name: str, wire: str) -> str:
    """A field with one mailbox; `wire` is an address that `to_wire` has passed."""
    name = one_line(name)
    if not name:
        return fold(field, [wire])
    fits = len(field) + len(name) + len(wire) + 5 <= LINE
    if fits and _ATOMS.fullmatch(name) and "=?" not in name:
        return f"{field}: {name} <{wire}>"
    return fold(field, [*_phrase(name), f"<{wire}>"])


def _phrase(name: str) -> list[str]:
    if name.isascii() and len(name) <= 60 and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{quoted}"']
    return encoded_words(name)


def url_field(name: str, url: str) -> str:
    """A field with an address of the web in angle brackets (RFC 2369 section 2)."""
    if not _URL.fullmatch(url):
        url = quote(url.encode("utf-8", "replace"), safe="!#$%&'()*+,-./:;=?@[]_~")
    return fold(name, [f"<{url}>"])


def date_field(date: datetime) -> str:
    """RFC 5322 section 3.3, in UTC."""
    d = date.astimezone(UTC)
    return (
        f"Date: {_DAYS[d.weekday()]}, {d.day:02} {_MONTHS[d.month - 1]} {d.year:04}"
        f" {d.hour:02}:{d.minute:02}:{d.second:02} +0000"
    )


def parameter(name: str, value: str) -> str:
    """`; name=value` of Content-Type and Content-Disposition, on lines of its own (RFC 2231)."""
    value = one_line(value)
    if value.isascii() and len(value) <= LINE - 12:
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{quoted}"'
    encoded = [quote(character.encode("utf-8", "replace"), safe="") for character in value]
    parts, part = [], ""
    for character in encoded:
        if len(part) + len(character) > LINE - 22:
            parts.append(part)
            part = ""
        part += character
    parts.append(part)
    if len(parts) == 1:
        return f";\r\n {name}*=utf-8''{parts[0]}"
    marks = [f"{name}*{number}*=" for number in range(len(parts))]
    marks[0] += "utf-8''"
    return "".join(f";\r\n {mark}{part}" for mark, part in zip(marks, parts, strict=True))


def extra_field(name: str, value: str) -> str:
    """A field that a campaign adds. Raises ValueError for one that it may not set."""
    if not _NAME.fullmatch(name) or not (name.lower() in _ALLOWED or name.lower().startswith("x-")):
        raise ValueError(
            f"A campaign can't set the header '{one_line(name)}'. It may set those that begin with"
            f" X- and {', '.join(sorted(_ALLOWED))}."
        )
    return text_field(name, value)


def reply_to_field(address: str) -> str:
    """Raises BadAddress."""
    return address_field("Reply-To", "", to_wire(address))
