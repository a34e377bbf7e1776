"""A strict reader of mail: RFC 5321, 5322 and 2045, without the code that wrote it."""

from __future__ import annotations

import re

_FIELD = re.compile(rb"[!-9;-~]+:(?: |$|\r\n )")
_WORD = re.compile(rb"=\?[^?]+\?[bBqQ]\?[^?]*\?=")
_QP_ROW = re.compile(rb"(?:[\t !-<>-~]|=[0-9A-F]{2})*=?")


def unwrap(data: bytes) -> bytes:
    """The message that DATA carried: its end mark taken off and its dots undoubled."""
    assert data.endswith(b"\r\n.\r\n"), data[-20:]
    lines = data[:-5].split(b"\r\n")
    for line in lines:
        assert line[:1] != b"." or line[:2] == b"..", f"a lone dot would end it: {line!r}"
    return b"\r\n".join(line[1:] if line[:1] == b"." else line for line in lines) + b"\r\n"


def lint(message: bytes, *, seven_bit: bool = True) -> dict[bytes, bytes]:
    """Fail on whatever a strict server or reader would refuse; returns the unfolded header."""
    without_ends = message.replace(b"\r\n", b"")
    assert b"\r" not in without_ends, "a bare CR"
    assert b"\n" not in without_ends, "a bare LF"
    assert b"\0" not in message
    if seven_bit:
        assert message.isascii(), "8-bit"
    lines = message.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    head, blank, body = message.partition(b"\r\n\r\n")
    assert blank, "no end of the header"
    fields = _unfold(head)
    _lint_entity(fields, body)
    return fields


def _unfold(head: bytes) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    for part in re.split(rb"\r\n(?![ \t])", head):
        assert _FIELD.match(part), f"not a field: {part!r}"
        for row in part.split(b"\r\n"):
            assert row.strip(), f"a blank row in {part!r}"
            # What has no blank inside can't be folded.
            assert len(row) <= 78 or b" " not in row.strip(), f"too long, could be folded: {row!r}"
            if _WORD.search(row):
                assert len(row) <= 76, f"RFC 2047 section 2: {row!r}"
        for word in _WORD.findall(part):
            assert len(word) <= 75
        name, _, value = part.partition(b":")
        assert name.lower() not in fields or name.lower() == b"dkim-signature", f"twice: {name!r}"
        fields[name.lower()] = value.replace(b"\r\n", b"").strip()
    return fields


def _lint_entity(fields: dict[bytes, bytes], body: bytes) -> None:
    kind = fields[b"content-type"]
    if not kind.startswith(b"multipart/"):
        if fields.get(b"content-transfer-encoding") == b"quoted-printable":
            for row in body.split(b"\r\n"):
                assert len(row) <= 76, row
                assert _QP_ROW.fullmatch(row), row
                assert not row.endswith((b" ", b"\t")), row
        else:
            assert fields[b"content-transfer-encoding"] == b"base64"
            assert all(len(row) <= 76 for row in body.split(b"\r\n"))
        return
    found = re.search(rb'boundary="([^"]{1,70})"', kind)
    assert found
    parts = (b"\r\n" + body).split(b"\r\n--" + found[1])
    assert parts[-1].startswith(b"--"), "not closed"
    assert len(parts) >= 3
    for part in parts[1:-1]:
        assert part.startswith(b"\r\n")
        inner, blank, rest = part[2:].partition(b"\r\n\r\n")
        assert blank
        _lint_entity(_unfold(inner), rest)
