"""HTML and MJML as text: tags of templates put aside, nesting measured, texts escaped. Pure Python.

The libraries that build a body know nothing of `{{ variables }}` and recurse with the markup's
depth until the process dies, so that both are looked after here, before they see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import NamedTuple

#: Deeper than any mail that a person wrote; the libraries give up at some thousands.
MAX_DEPTH = 150

_TEMPLATE_TAG = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*+\}\}|\{%(?:(?!\{%|%\}).)*+%\}", re.DOTALL)
_COMMENT = r"<!--(?:>|->|(?:(?!--!?>).)*+(?:--!?>)?)"
#: What a tag may hold: quotes count only after an equals sign, as browsers read it.
_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["']))|=)*+"""
_ELEMENT = re.compile(
    rf"{_COMMENT}|<[!?][^>]*+>?|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})>?",
    re.DOTALL,
)
# An end that is missing is the text's end, so that nothing is read twice.
_ATTRIBUTE = re.compile(r"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>"']++)))?""")
_PIECE = re.compile(rf"{_COMMENT}|</?[a-zA-Z]{_ATTRIBUTES}>?|{_TEMPLATE_TAG.pattern}", re.DOTALL)
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
))  # fmt: skip
_RAW = frozenset((
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
    "plaintext",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir",
    "div", "dl", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "table", "ul", "td", "th", "tr", "tbody", "thead", "tfoot", "dd", "dt",
))  # fmt: skip
#: Elements that end by themselves where one of these begins.
_ENDED_BY = {
    "p": _BLOCKS,
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "td": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "th": frozenset(("td", "th", "tr", "tbody", "thead", "tfoot")),
    "tr": frozenset(("tr", "tbody", "thead", "tfoot")),
    "tbody": frozenset(("tbody", "thead", "tfoot")),
    "thead": frozenset(("tbody", "thead", "tfoot")),
    "tfoot": frozenset(("tbody", "thead", "tfoot")),
}


@dataclass(frozen=True, slots=True)
class Protected:
    """A source whose template tags are marks that mean nothing to HTML, MJML and Markdown."""

    text: str
    tags: tuple[str, ...]
    mark: str

    def restore(self, built: str) -> str:
        """`built` with the tags in place of their marks."""
        marks = re.compile(rf"<!--{self.mark}(\d+)z-->|{self.mark}(\d+)z")
        return marks.sub(lambda match: self.tags[int(match[1] or match[2])], built)


def protect(source: str, *, by_line: bool = False) -> Protected:
    """Put the template's tags aside.

    A condition between elements becomes a comment, which may stand where text must not (within a
    table, for example); everything else becomes a word. `by_line` is Markdown's way: a condition
    is between elements when it has a line for itself; elsewhere a comment would end the paragraph.
    """
    number = 0
    while f"tag{number}x" in source:
        number += 1
    mark = f"tag{number}x"
    tags: list[str] = []

    def word(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"{mark}{len(tags) - 1}z"

    def piece(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("{{"):
            return word(match)
        if text.startswith("{%") and by_line and not _has_its_line(match):
            return word(match)
        if text.startswith("{%"):
            return f"<!--{word(match)}-->"
        return _TEMPLATE_TAG.sub(word, text)

    return Protected(_PIECE.sub(piece, source), tuple(tags), mark)


def _has_its_line(match: re.Match[str]) -> bool:
    source = match.string
    line = source[source.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not (line + source[match.end() :].partition("\n")[0]).strip()


def escape_text(text: str) -> str:
    """Escape for HTML or MJML, leaving the template's tags as they are."""
    parts: list[str] = []
    end = 0
    for match in _TEMPLATE_TAG.finditer(text):
        parts += (escape(text[end : match.start()]), match[0])
        end = match.end()
    return "".join((*parts, escape(text[end:])))


class Piece(NamedTuple):
    """A part of HTML: an `open` or `close` tag by its name in lower case, `text`, a `comment`."""

    kind: str
    name: str = ""
    text: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """An open tag's, names in lower case, entities decoded."""
        found = ((m[1].lower(), m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(self.text))
        return {name: unescape(value) for name, value in found}


def pieces_of(markup: str) -> Iterator[Piece]:
    """`markup` as browsers cut it, in one pass: the standard library's parser takes hours for a
    megabyte of tags that don't end. What scripts and styles hold is left out."""
    position = 0
    while (match := _ELEMENT.search(markup, position)) is not None:
        if match.start() > position:
            yield Piece("text", text=markup[position : match.start()])
        position = match.end()
        name = (match["name"] or "").lower()
        if not name:
            yield Piece("comment", text=match[0][4:].removesuffix("-->"))
        elif match["close"]:
            yield Piece("close", name)
        else:
            yield Piece("open", name, match["attributes"])
            if name in _RAW:
                end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, position)
                position = end.start() if end else len(markup)
    if position < len(markup):
        yield Piece("text", text=markup[position:])


def depth_of(markup: str) -> int:
    """How deep elements nest, at least as deep as a parser would see it.

    An end tag counts only for the element that is open innermost; others are left open.
    """
    open_: list[str] = []
    deepest = 0
    for kind, name, attributes in pieces_of(markup):
        if kind == "close":
            _close(open_, name)
        elif kind == "open" and name not in _VOID and not _ends_itself(name, attributes):
            while open_ and name in _ENDED_BY.get(open_[-1], ()):
                open_.pop()
            open_.append(name)
            deepest = max(deepest, len(open_))
            if deepest > MAX_DEPTH:
                break
    return deepest


def _ends_itself(name: str, attributes: str) -> bool:
    """Whether a slash at the end is one: MJML's elements are, those of HTML ignore it."""
    return attributes.endswith("/") and name.startswith("mj-")


def _close(open_: list[str], name: str) -> None:
    index = len(open_) - 1
    while index > 0 and open_[index] != name and open_[index] in _ENDED_BY:
        index -= 1
    if index >= 0 and open_[index] == name:
        del open_[index:]
