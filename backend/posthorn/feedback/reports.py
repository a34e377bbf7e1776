"""Reads what mail systems send back: bounces (RFC 3464) and complaints (RFC 5965). Pure.

A report is somebody's claim. It counts only when it names a delivery by something that we signed:
the return path that it was sent to, or the Message-ID of the message that it returns. Everybody can
write a mail that looks like a bounce; nobody else can make these up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

#: Enough for the report and the headers of what it returns; a mail of 50 MB is read no further.
MAX_BYTES = 1_000_000
_MAX_PARTS = 100
_MAX_DETAIL = 500

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
#: A reply's code where one is quoted: at a line's start, or behind a colon.
_CODE = re.compile(r"(?:^|: ?)([45]\d\d)[ -]", re.MULTILINE)
_MESSAGE_ID = re.compile(r"<posthorn\.[\w.-]{1,80}@[^\s<>@]{1,255}>", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;\"]+")
_DAEMON = re.compile(r"mailer-?daemon|mail-daemon|postmaster|mail delivery", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(delay|delayed|warning|not yet)\b", re.IGNORECASE)
_UNKNOWN_USER = re.compile(
    r"(user|mailbox|recipient|address|account)\b.{0,80}\b(unknown|not found|not exist|no such)"
    r"|(no such|unknown) (user|mailbox|recipient|address)|no mailbox here",
    re.IGNORECASE,
)
#: Fields of the mail itself that may hold the address that it was sent to.
_TO_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_MESSAGE_TYPES = ("message/rfc822", "message/global")
_HEADER_TYPES = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
#: RFC 5965 section 7.3, RFC 6650: those that say that the reader objected.
_OBJECTIONS = ("abuse", "fraud", "opt-out", "opt-out-list", "other")


class Kind(StrEnum):
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Report:
    """One claim: `status` is RFC 3463's, empty where none was given; `detail` is for people.

    `return_paths` and `message_ids` are what might name the delivery, to be verified by whoever
    holds the key.
    """

    kind: Kind
    status: str
    detail: str
    return_paths: tuple[str, ...]
    message_ids: tuple[str, ...]


def read_report(data: bytes) -> Report | None:
    """The claim in a mail, None when it holds none (a person's answer, an absence note, spam).

    Reads `MAX_BYTES` at most and never raises, whatever the mail holds.
    """
    try:
        return _read(message_from_bytes(data[:MAX_BYTES]))
    except Exception:  # the library's parser raises many things on garbage
        return None


def is_hard(status: str, detail: str = "") -> bool:
    """Whether it says that the mailbox does not exist or takes no mail ever again.

    RFC 3463: X.1.x is about the address, X.2.1 a mailbox that is disabled. A full mailbox, a policy
    or a broken system may mend.
    """
    if not status.startswith("5.") or is_about_sender(status, detail):
        return False
    if status.startswith("5.1.") or status == "5.2.1":
        return True
    return status in ("5.0.0", "5.5.0") and bool(_UNKNOWN_USER.search(detail))


def is_about_sender(status: str, detail: str) -> bool:
    """Whether a refusal of an address means the sender's: that is no subscriber's fault.

    RFC 3463 section 3.2: X.1.7 and X.1.8. Postfix says X.1.0 of a sender that it doesn't know.
    """
    return status in ("5.1.7", "5.1.8") or (status == "5.1.0" and "sender" in detail.lower())


def _read(mail: Message) -> Report | None:
    parts = list(_parts(mail))
    kinds = {part.get_content_type() for part in parts}
    if "message/feedback-report" in kinds:
        return _complaint(mail, parts)
    if kinds.intersection(_STATUS_TYPES):
        return _bounce(mail, parts)
    return _prose(mail, parts)


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= _MAX_PARTS:
            return
        yield part


def _complaint(mail: Message, parts: list[Message]) -> Report | None:
    fields = _fields(parts, ("message/feedback-report",))
    kind = _first(fields, "feedback-type").strip().lower()
    if kind not in _OBJECTIONS:
        return None
    by = _first(fields, "user-agent") or "a mailbox provider"
    return Report(
        kind=Kind.COMPLAINT,
        status="",
        detail=_one_line(f"Complaint ({kind}) by {by}"),
        return_paths=(*_own_addresses(mail), *_addresses(_first(fields, "original-mail-from"))),
        message_ids=_returned_ids(parts),
    )


def _bounce(mail: Message, parts: list[Message]) -> Report | None:
    fields = _fields(parts, _STATUS_TYPES)
    actions = [value.strip().lower() for name, value in fields if name == "action"]
    if "failed" not in actions:
        # Delayed, relayed, delivered, expanded: nothing was lost (RFC 3464 section 2.3.3).
        return None
    detail = _first(fields, "diagnostic-code")
    statuses = [match[0] for name, value in fields if name == "status"
                for match in _STATUS.finditer(value)]  # fmt: skip
    status = next((each for each in statuses if each.startswith("5.")), "")
    status = status or next(iter(statuses), "5.0.0")
    if status.endswith(".0.0"):
        # Some put the server's own word beside their vague one.
        said = [match[0] for match in _STATUS.finditer(detail) if match[1] == status[0]]
        status = next(iter(said), status)
    return _bounced(mail, parts, status, detail or status)


def _prose(mail: Message, parts: list[Message]) -> Report | None:
    """Some systems write prose: a daemon's mail with a status or a reply's code in it."""
    if _is_automatic_answer(mail) or not _is_of_daemon(mail):
        return None
    if _NOT_YET.search(str(mail.get("subject", ""))):
        return None
    text = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
    match, code = _STATUS.search(text), _CODE.search(text)
    if match is not None and match[1] != "2":
        return _bounced(mail, parts, match[0], _line_of(text, match))
    if code is not None:
        return _bounced(mail, parts, f"{code[1][0]}.0.0", _line_of(text, code))
    return None


def _bounced(mail: Message, parts: list[Message], status: str, detail: str) -> Report:
    detail = _one_line(detail)
    return Report(
        kind=Kind.HARD_BOUNCE if is_hard(status, detail) else Kind.SOFT_BOUNCE,
        status=status,
        detail=detail,
        return_paths=_own_addresses(mail),
        message_ids=_returned_ids(parts),
    )


def _is_automatic_answer(mail: Message) -> bool:
    """An absence note goes to the return path too (RFC 3834 section 4). Exim's bounces call
    themselves automatic answers, but name the addresses that failed."""
    if mail.get("x-failed-recipients"):
        return False
    said = str(mail.get("auto-submitted", "")).strip().lower()
    return said.startswith("auto-replied") or mail.get("x-autoreply") is not None


def _is_of_daemon(mail: Message) -> bool:
    return bool(_DAEMON.search(str(mail.get("from", ""))[:1000]))


def _own_addresses(mail: Message) -> tuple[str, ...]:
    """Addresses that this mail was sent to and that may be a return path: those with a `+`."""
    values = (str(value) for field in _TO_FIELDS for value in mail.get_all(field, []))
    found = [address for value in values for address in _addresses(value) if "+" in address]
    return tuple(dict.fromkeys(found))[:10]


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(_ADDRESS.findall(value[:10_000]))


def _returned_ids(parts: list[Message]) -> tuple[str, ...]:
    """The Message-IDs of what is returned: whole, its headers alone, or copied into the prose."""
    found: list[str] = []
    for part in parts[1:]:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in _MESSAGE_TYPES + _HEADER_TYPES and isinstance(payload, list):
            found += [
                str(each.get("message-id", "")) for each in payload if isinstance(each, Message)
            ]
        elif kind in _HEADER_TYPES:
            found.append(str(message_from_string(_text(part)).get("message-id", "")))
    for part in parts:
        if part.get_content_type() == "text/plain":
            found += _MESSAGE_ID.findall(_text(part))[:10]
    return tuple(dict.fromkeys(each.strip() for each in found if each.strip()))[:10]


def _fields(parts: list[Message], kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """The machine-readable fields, in order: header blocks within the part."""
    found: list[tuple[str, str]] = []
    for part in parts:
        if part.get_content_type() not in kinds:
            continue
        payload = part.get_payload()
        blocks = list(payload) if isinstance(payload, list) else [message_from_bytes(_bytes(part))]
        while blocks and len(found) < 1000:
            block = blocks.pop(0)
            found += [(name.lower(), str(value)) for name, value in block.items()]
            # What the library took for a message's body are the fields of the next block.
            rest = block.get_payload()
            if block.keys() and isinstance(rest, str) and rest.strip():
                blocks.insert(0, message_from_string(rest.lstrip("\r\n")))
    return found


def _first(fields: list[tuple[str, str]], name: str) -> str:
    return next((value for each, value in fields if each == name), "")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    return _bytes(part).decode("utf-8", "replace")


def _line_of(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start() + 1) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else None]


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:_MAX_DETAIL]
