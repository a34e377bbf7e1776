"""Quoted-printable (RFC 2045 section 6.7) of texts of which most is the same in each message."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence

#: How much of what doesn't vary is encoded again beside a value, when no line ends sooner.
_NEAR = 60

#: How a run of lines ends: by itself, in a soft break since its last line goes on, or as the text.
_ITSELF, _SOFT, _TEXT = b"", b"=\r\n", b"\r\n"

#: A line that `b2a_qp` made too long: it keeps no room for a blank at its end (6.7, rule 5).
_OVERFULL = re.compile(rb"^([^\n]{74,})(=(?:20|09))$", re.MULTILINE)

_BLANKS = re.compile(rb"[ \t]+")
_BLANKS_AT_END = re.compile(rb"[ \t]+\r\n")


def relaxed(lines: bytes) -> bytes:
    """Whole lines as DKIM's relaxed body canonicalisation sees them (RFC 6376 section 3.4.4)."""
    return _BLANKS.sub(b" ", _BLANKS_AT_END.sub(b"\r\n", lines))


def encode(text: str) -> bytes:
    """Lines end in CRLF whatever they ended in; the soft breaks of long ones too."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # `b2a_qp` breaks long lines as the first line of its input ends, by LF alone if it has no end:
    # so it is given LF alone, always, and all become CRLF at once (RFC 5321 section 2.3.8).
    data = binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True)
    if b"=20" in data or b"=09" in data:
        data = _OVERFULL.sub(rb"\1=\n\2", data)
    return data.replace(b"\n", b"\r\n")


class Body:
    """One text of a campaign: what doesn't vary is encoded once, when this is made.

    `parts` as `Message.text_parts`: those with an odd index vary. A value is encoded with what
    stands beside it on its line; on a long line soft breaks set it apart.
    """

    def __init__(self, parts: Sequence[str]) -> None:
        self._constants = list(parts[0::2])
        self._plan: list[bytes | tuple[list[str | int], bytes]] = []
        for pieces, ending in _cut(parts):
            constant = [piece for piece in pieces if isinstance(piece, str)]
            if len(constant) == len(pieces):
                self._plan.append(_encode_run("".join(constant), ending))
            else:
                self._plan.append((pieces, ending))
        self._canonical = [relaxed(run) if isinstance(run, bytes) else None for run in self._plan]

    def fits(self, parts: Sequence[str]) -> bool:
        return self._constants == list(parts[0::2])

    def encode(self, parts: Sequence[str]) -> list[bytes]:
        """One message's text, in runs of whole lines."""
        return [
            run
            if isinstance(run, bytes)
            else _encode_run(
                "".join([piece if isinstance(piece, str) else parts[piece] for piece in run[0]]),
                run[1],
            )
            for run in self._plan
        ]

    def canonical(self, runs: Sequence[bytes]) -> list[bytes]:
        """What `encode` made, as DKIM sees it."""
        return [
            relaxed(run) if known is None else known
            for run, known in zip(runs, self._canonical, strict=True)
        ]


def _encode_run(text: str, ending: bytes) -> bytes:
    if ending is _SOFT:
        # With one character more there is room for the soft break, and a blank is not the last.
        return encode(f"{text}x")[:-1] + ending
    return encode(text) + ending


def _cut(parts: Sequence[str]) -> Iterator[tuple[list[str | int], bytes]]:
    """Runs of texts and numbers of parts, cut at the ends of the lines around each value."""
    run: list[str | int] = []
    for index, part in enumerate(parts):
        if index % 2:
            run.append(index)
            continue
        text = part.replace("\r\n", "\n").replace("\r", "\n")
        last = index == len(parts) - 1
        begin, end = _first_end(text) if index else 0, len(text) if last else _last_end(text)
        if begin >= end:
            run.append(text)
            continue
        if index:
            yield [*run, text[:begin]], _ending(text, begin)
        run = [text[begin:end]]
        if not last:
            yield run, _ending(text, end)
            run = [text[end:]]
    yield run, _TEXT


def _first_end(text: str) -> int:
    return text.find("\n", 0, _NEAR) + 1 or min(_NEAR, len(text))


def _last_end(text: str) -> int:
    return text.rfind("\n", max(0, len(text) - _NEAR)) + 1 or max(0, len(text) - _NEAR)


def _ending(text: str, at: int) -> bytes:
    return _ITSELF if text[at - 1] == "\n" else _SOFT
