"""Reads what mail systems send back: bounces (RFC 3464) and complaints (RFC 5965). Pure.

A report is somebody's claim. It counts only when it names a delivery by something that we signed:
the return path that it was sent to, or the Message-ID of the message that it returns. Everybody can
write a mail that looks like a bounce; nobody else can make these up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

#: Enough for the report and the headers of what it returns; a mail of 50 MB is read no further.
MAX_BYTES = 1_000_000
_MAX_PARTS = 100

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
#: Addresses of the mail itself that may be a return path of ours.
_TO_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;\"]+")


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
        mail = message_from_bytes(data[:MAX_BYTES])
        return _read(mail)
    except Exception:  # the library's parser raises many things on garbage
        return None


def is_hard(status: str, detail: str = "") -> bool:
    """Whether it says that the mailbox does not exist or takes no mail ever again.

    RFC 3463: X.1.x is about the address (but X.1.8, which is about the sender), X.2.1 a mailbox
    that is disabled. A full mailbox, a policy or a broken system may mend.
    """
    if not status.startswith("5."):
        return False
    if status == "5.1.8":
        return False
    if status.startswith("5.1.") or status == "5.2.1":
        return True
    vague = status in ("5.0.0", "5.5.0")
    return vague and bool(re.search(r"(user|mailbox|recipient|address)\W.*(unknown|not found|"
                                    r"not exist|no such)|no such (user|mailbox)|unknown user",
                                    detail, re.IGNORECASE))


def _read(mail: Message) -> Report | None:
    parts = list(_parts(mail))
    kinds = {part.get_content_type() for part in parts}
    if "message/feedback-report" in kinds:
        return _complaint(mail, parts)
    if "message/delivery-status" in kinds:
        return _bounce(mail, parts)
    if _is_automatic_answer(mail):
        return None
    return _unstructured(mail, parts)


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= _MAX_PARTS:
            return
        yield part


def _complaint(mail: Message, parts: list[Message]) -> Report | None:
    fields = _fields(parts, "message/feedback-report")
    kind = _first(fields, "feedback-type").lower()
    # RFC 5965 section 7.3 and RFC 6650: only these say that the reader objected.
    if kind not in ("abuse", "fraud", "opt-out", "opt-out-list", "other"):
        return None
    return Report(
        kind=Kind.COMPLAINT,
        status="",
        detail=f"Complaint ({kind}) by {_first(fields, 'user-agent') or 'a mailbox provider'}"[:500],
        return_paths=(*_own_addresses(mail), *_addresses(_first(fields, "original-mail-from"))),
        message_ids=_returned_ids(parts),
    )


def _bounce(mail: Message, parts: list[Message]) -> Report | None:
    fields = _fields(parts, "message/delivery-status")
    actions = [value.lower() for name, value in fields if name == "action"]
    if "failed" not in actions:
        # Delayed, relayed, delivered, expanded: nothing was lost (RFC 3464 section 2.3.3).
        return None
    found = [match[0] for name, value in fields if name == "status" for match in
             [_STATUS.search(value)] if match]
    status = next((each for each in found if each.startswith("5.")), found[0] if found else "5.0.0")
    detail = _first(fields, "diagnostic-code") or status
    return _bounced(mail, parts, status, detail)


def _unstructured(mail: Message, parts: list[Message]) -> Report | None:
    """Some systems write prose. Only the return path makes it a bounce, and a status in it."""
    own = _own_addresses(mail)
    if not own:
        return None
    text = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
    match = _STATUS.search(text)
    code = _CODE.search(text)
    if match is not None:
        return _bounced(mail, parts, match[0], _line_of(text, match))
    if code is not None:
        return _bounced(mail, parts, f"{code[1][0]}.0.0", _line_of(text, code))
    return None


def _bounced(mail: Message, parts: list[Message], status: str, detail: str) -> Report:
    detail = " ".join(detail.replace("\x00", "").split())[:500]
    return Report(
        kind=Kind.HARD_BOUNCE if is_hard(status, detail) else Kind.SOFT_BOUNCE,
        status=status,
        detail=detail,
        return_paths=_own_addresses(mail),
        message_ids=_returned_ids(parts),
    )


def _is_automatic_answer(mail: Message) -> bool:
    """An absence note goes to the return path too (RFC 3834 section 4)."""
    said = str(mail.get("auto-submitted", "")).lower()
    return said.startswith("auto-replied") or mail.get("x-autoreply") is not None


def _own_addresses(mail: Message) -> tuple[str, ...]:
    """Addresses that this mail was sent to and that may be a return path: those with a `+`."""
    values = (str(value) for field in _TO_FIELDS for value in mail.get_all(field, []))
    return tuple({address for value in values for address in _addresses(value) if "+" in address})


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(_ADDRESS.findall(value[:10_000]))


def _returned_ids(parts: list[Message]) -> tuple[str, ...]:
    """The Message-IDs of what is returned: whole, or its headers alone."""
    found: list[str] = []
    for part in parts[1:]:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner:
                found.append(str(inner[0].get("message-id", "")))
        elif part.get_content_type() == "text/rfc822-headers":
            headers = message_from_bytes(_text(part).encode("utf-8", "replace"))
            found.append(str(headers.get("message-id", "")))
    return tuple(each.strip() for each in found if each.strip())


def _fields(parts: list[Message], content_type: str) -> list[tuple[str, str]]:
    """The machine-readable fields, in order: header blocks within the part."""
    found: list[tuple[str, str]] = []
    for part in parts:
        if part.get_content_type() != content_type:
            continue
        payload = part.get_payload()
        blocks = payload if isinstance(payload, list) else [message_from_bytes(_bytes(part))]
        for block in blocks:
            found += [(name.lower(), str(value)) for name, value in block.items()]
    return found


def _first(fields: list[tuple[str, str]], name: str) -> str:
    return next((value for each, value in fields if each == name), "")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    return _bytes(part).decode("utf-8", "replace")


def _line_of(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else None]
