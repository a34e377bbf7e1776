"""The plain-text part of a message from its HTML: links, lists, tables and quotes stay readable.
Pure Python."""

from __future__ import annotations

import re
from html import unescape

from posthorn.content.markup import pieces_of

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_SILENT = frozenset(("head", "script", "style", "template", "title", "noscript", "svg"))
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"))
_LINES = frozenset((
    "div", "tr", "section", "article", "header", "footer", "main", "center", "address",
    "dl", "dt", "dd", "figure", "figcaption",
))  # fmt: skip


def text_of(html: str, *, mark: str = "") -> str:
    """Plain text that says what `html` says. Comments that begin with `mark` are kept as they are:
    they stand for the template's conditions."""
    reader = _Reader()
    for piece in pieces_of(html):
        if piece.kind == "open":
            reader.open(piece.name, piece.attributes)
        elif piece.kind == "close":
            reader.close(piece.name)
        elif piece.kind == "text":
            reader.read(unescape(piece.text))
        elif mark and piece.text.startswith(mark):
            reader.keep(f"<!--{piece.text}-->")
    return reader.text()


class _Reader:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []
        self._quotes: list[int] = []
        self._layouts: list[bool] = []
        self._first_cell = True
        self._pre = 0

    def text(self) -> str:
        lines = "".join(self._out).replace("\xa0", " ").split("\n")
        text = "\n".join(line.rstrip() for line in lines)
        return _BLANK_LINES.sub("\n\n", text).strip() + "\n"

    def open(self, tag: str, values: dict[str, str]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._out.append("\n")
        elif tag == "hr":
            self._out.append("\n\n----------\n\n")
        elif tag == "img" and values.get("alt"):
            self._write(f"[{values['alt']}]")
        elif tag == "a":
            self._links.append((values.get("href", "").strip(), len(self._out)))
        elif tag == "blockquote":
            self._break(2)
            self._quotes.append(len(self._out))
        elif tag in ("td", "th"):
            if not self._first_cell and self._layouts and not self._layouts[-1]:
                self._write(" | ")
            self._first_cell = False
        elif tag == "li":
            self._item()
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._begin(tag, values)

    def close(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            self._end_link()
        elif tag == "blockquote" and self._quotes:
            start = self._quotes.pop()
            quoted = _BLANK_LINES.sub("\n\n", "".join(self._out[start:])).strip("\n ")
            self._out[start:] = ["> " + quoted.replace("\n", "\n> "), "\n\n"]
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._break(2 if not self._lists else 1)
        elif tag in _PARAGRAPHS:
            if tag == "table" and self._layouts:
                self._layouts.pop()
            if tag == "pre":
                self._pre = max(0, self._pre - 1)
            self._break(2)
        elif tag in _LINES or tag == "li":
            self._break(1)

    def read(self, data: str) -> None:
        if self._silent:
            return
        if self._pre:
            self._out.append(data)
        else:
            self._write(_SPACE.sub(" ", data))

    def keep(self, comment: str) -> None:
        if not self._silent:
            self._out.append(comment)

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        if tag in ("ul", "ol"):
            self._break(2 if not self._lists else 1)
            self._lists.append(0 if tag == "ol" else None)
            return
        self._break(2 if tag in _PARAGRAPHS else 1)
        if tag == "table":
            self._layouts.append(values.get("role") in ("presentation", "none"))
        elif tag == "tr":
            self._first_cell = True
        elif tag == "pre":
            self._pre += 1

    def _item(self) -> None:
        self._break(1)
        depth = min(len(self._lists), 10)
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        bullet = "- " if number is None else f"{number + 1}. "
        self._out.append("  " * max(0, depth - 1) + bullet)

    def _end_link(self) -> None:
        href, start = self._links.pop()
        label = "".join(self._out[start:]).strip()
        address = href.removeprefix("mailto:")
        if href and not href.startswith("#") and address != label:
            self._write(f" ({address})" if label else address)

    def _write(self, text: str) -> None:
        """Add text; a space at the beginning of a line is none."""
        last = self._out[-1] if self._out else "\n"
        if last.endswith(("\n", " ")):
            text = text.lstrip(" ")
        if text:
            self._out.append(text)

    def _break(self, lines: int) -> None:
        """End the line, with `lines` - 1 empty ones after it."""
        missing = lines
        for piece in reversed(self._out[-3:]):
            trailing = len(piece) - len(piece.rstrip("\n"))
            missing -= trailing
            if trailing < len(piece) or missing <= 0:
                break
        if missing > 0:
            self._out.append("\n" * missing)
