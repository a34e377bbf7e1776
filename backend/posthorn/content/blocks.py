"""The visual body: a JSON document of blocks, checked strictly and written as MJML. Pure Python.

    {"blocks": [{"type": "heading", "level": 1, "text": "Hello {{ name }}"},
                {"type": "text", "text": ["See ", {"text": "this", "href": "https://…"}]}]}

docs/content.md lists the blocks. A `text` is a string or a list of strings and runs, a run being
`{"text", "marks"?, "href"?}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from posthorn.content.markup import MAX_DEPTH, depth_of, escape_text
from posthorn.content.rendering import Template, TemplateError

MAX_BLOCKS = 500
MAX_TEXT = 100_000
MARKS: Mapping[str, str] = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strike": "s",
    "code": "code",
}
NETWORKS = (
    "facebook", "github", "instagram", "linkedin", "medium", "pinterest", "soundcloud", "tumblr",
    "vimeo", "web", "x", "youtube",
)  # fmt: skip
_ALIGNMENTS = ("left", "center", "right")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|#|\{\{)", re.IGNORECASE)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class BlockError(Exception):
    """A document that can't be used: `place` is `blocks.3.text`, `code` as the API tells it."""

    def __init__(self, place: str, detail: str, *, code: str = "invalid") -> None:
        super().__init__(f"{place}: {detail}")
        self.place = place
        self.detail = detail
        self.code = code


class Document:
    """A checked document: `mjml` are its sections, `html` its raw pieces by the mark that stands
    for each of them. Raises BlockError."""

    def __init__(self, document: object, *, mark: str) -> None:
        self.html: dict[str, str] = {}
        self._mark = mark
        self._count = 0
        whole = _object(document, "", required=("blocks",))
        self.mjml = self._sections(_list(whole["blocks"], "blocks"))

    def _sections(self, blocks: Sequence[object]) -> str:
        sections: list[str] = []
        column: list[str] = []
        for number, block in enumerate(blocks):
            place = f"blocks.{number}"
            if isinstance(block, dict) and block.get("type") == "columns":
                if column:
                    sections.append(_section(_column(column)))
                    column = []
                sections.append(self._columns(block, place))
            else:
                column.append(self._block(block, place))
        if column:
            sections.append(_section(_column(column)))
        return "".join(sections)

    def _columns(self, block: dict[str, object], place: str) -> str:
        self._counted(place)
        _object(block, place, required=("type", "columns"))
        columns = _list(block["columns"], f"{place}.columns")
        if not 2 <= len(columns) <= 4:
            raise BlockError(f"{place}.columns", "Give two to four columns, each a list of blocks.")
        written = []
        for number, column in enumerate(columns):
            inner = f"{place}.columns.{number}"
            blocks = enumerate(_list(column, inner))
            written.append(_column([self._block(each, f"{inner}.{n}") for n, each in blocks]))
        return _section("".join(written))

    def _block(self, block: object, place: str) -> str:
        self._counted(place)
        if not isinstance(block, dict):
            raise BlockError(place, 'A block is an object such as {"type": "text", "text": "…"}.')
        kind = block.get("type")
        if kind == "columns":
            raise BlockError(place, "Columns can't stand in columns. Put them below each other.")
        if kind == "html":
            return self._raw(_object(block, place, required=("type", "html")), place)
        write = _WRITERS.get(kind) if isinstance(kind, str) else None
        if write is None:
            known = ", ".join((*_WRITERS, "columns", "html"))
            raise BlockError(
                f"{place}.type", f"Unknown block. Known are {known}.", code="invalid_choice"
            )
        return write(block, place)

    def _raw(self, block: dict[str, Any], place: str) -> str:
        html = _string(block["html"], f"{place}.html", longest=500_000)
        if depth_of(html) > MAX_DEPTH:
            raise BlockError(f"{place}.html", f"Elements nest more than {MAX_DEPTH} deep.")
        mark = f"{self._mark}html{len(self.html)}z"
        self.html[mark] = html
        return f"<mj-text>{mark}</mj-text>"

    def _counted(self, place: str) -> None:
        self._count += 1
        if self._count > MAX_BLOCKS:
            raise BlockError(place, f"There are more than {MAX_BLOCKS} blocks. Use fewer.")


# --- the blocks ----------------------------------------------------------------------------------


def _heading(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "text"), optional=("level", "align"))
    level = _choice(block.get("level", 1), f"{place}.level", (1, 2, 3))
    size = {1: 28, 2: 22, 3: 18}[level]
    return (
        f'<mj-text css-class="heading" font-size="{size}px" line-height="1.25" font-weight="700"'
        f'{_align(block, place)}><h{level} style="margin:0;font-size:{size}px;line-height:1.25">'
        f"{_runs(block['text'], f'{place}.text')}</h{level}></mj-text>"
    )


def _paragraph(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "text"), optional=("align",))
    runs = _runs(block["text"], f"{place}.text")
    return f"<mj-text{_align(block, place)}>{runs}</mj-text>"


def _quote(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "text"))
    runs = _runs(block["text"], f"{place}.text")
    return (
        '<mj-text><blockquote style="margin:0;padding:0 0 0 16px;border-left:3px solid #b8bfc8">'
        f"{runs}</blockquote></mj-text>"
    )


def _items(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "items"), optional=("ordered",))
    ordered = block.get("ordered", False)
    if not isinstance(ordered, bool):
        raise BlockError(f"{place}.ordered", "Write true or false.")
    items = _list(block["items"], f"{place}.items")
    if not 1 <= len(items) <= 200:
        raise BlockError(f"{place}.items", "Give one to 200 items.")
    written = "".join(
        f"<li>{_runs(item, f'{place}.items.{number}')}</li>" for number, item in enumerate(items)
    )
    tag = "ol" if ordered else "ul"
    return f'<mj-text><{tag} style="margin:0;padding-left:24px">{written}</{tag}></mj-text>'


def _image(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "src"), optional=("alt", "href", "width", "align"))
    src = _link(block["src"], f"{place}.src")
    alt = _string(block.get("alt", ""), f"{place}.alt", longest=1000)
    written = f'<mj-image src="{src}" alt="{_attribute(alt)}"{_align(block, place)}'
    if block.get("href") is not None:
        written += f' href="{_link(block["href"], f"{place}.href")}"'
    if block.get("width") is not None:
        written += f' width="{_number(block["width"], f"{place}.width", 1, 1200)}px"'
    return written + " />"


def _button(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "text", "href"), optional=("color", "align"))
    text = _template(_string(block["text"], f"{place}.text", longest=200), f"{place}.text")
    color = block.get("color")
    if color is not None and not (isinstance(color, str) and _COLOR.fullmatch(color)):
        raise BlockError(f"{place}.color", "Write a colour such as #1f5eff.")
    background = f' background-color="{color}"' if color else ""
    href = _link(block["href"], f"{place}.href")
    return (
        f'<mj-button href="{href}"{background}{_align(block, place)}>'
        f"{escape_text(text)}</mj-button>"
    )


def _divider(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type",))
    return '<mj-divider border-width="1px" border-color="#c9ced6" />'


def _spacer(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type",), optional=("height",))
    height = _number(block.get("height", 24), f"{place}.height", 1, 400)
    return f'<mj-spacer height="{height}px" />'


def _social(block: dict[str, Any], place: str) -> str:
    _object(block, place, required=("type", "links"), optional=("align",))
    links = _list(block["links"], f"{place}.links")
    if not 1 <= len(links) <= len(NETWORKS):
        raise BlockError(f"{place}.links", f"Give one to {len(NETWORKS)} links.")
    written = []
    for number, link in enumerate(links):
        inner = f"{place}.links.{number}"
        each = _object(link, inner, required=("network", "href"))
        network = _choice(each["network"], f"{inner}.network", NETWORKS)
        href = _link(each["href"], f"{inner}.href")
        label = "Website" if network == "web" else network.capitalize()
        # Links in words: the icons that MJML knows lie on somebody else's server.
        written.append(f'<a href="{href}">{label}</a>')
    return f"<mj-text{_align(block, place)}>{' · '.join(written)}</mj-text>"


_WRITERS: Mapping[str, Callable[[dict[str, Any], str], str]] = {
    "heading": _heading,
    "text": _paragraph,
    "image": _image,
    "button": _button,
    "divider": _divider,
    "spacer": _spacer,
    "quote": _quote,
    "list": _items,
    "social": _social,
}


# --- what they are made of -----------------------------------------------------------------------


def _runs(value: object, place: str) -> str:
    if isinstance(value, str):
        return _text(value, place)
    runs = _list(value, place)
    if len(runs) > 1000:
        raise BlockError(place, "There are more than 1000 runs. Use several blocks.")
    written = []
    for number, run in enumerate(runs):
        inner = f"{place}.{number}"
        if isinstance(run, str):
            written.append(_text(run, inner))
            continue
        each = _object(run, inner, required=("text",), optional=("marks", "href"))
        text = _text(each["text"], f"{inner}.text")
        for position, mark in enumerate(_list(each.get("marks") or [], f"{inner}.marks")[:10]):
            tag = MARKS[_choice(mark, f"{inner}.marks.{position}", tuple(MARKS))]
            text = f"<{tag}>{text}</{tag}>"
        if each.get("href") is not None:
            text = f'<a href="{_link(each["href"], f"{inner}.href")}">{text}</a>'
        written.append(text)
    return "".join(written)


def _text(value: object, place: str) -> str:
    text = _template(_string(value, place, longest=MAX_TEXT), place)
    return escape_text(text).replace("\n", "<br />")


def _template(text: str, place: str) -> str:
    try:
        Template(text)
    except TemplateError as error:
        raise BlockError(place, error.detail, code=error.code) from error
    return text


def _link(value: object, place: str) -> str:
    text = _template(_string(value, place, longest=2000).strip(), place)
    if not _LINK.match(text):
        raise BlockError(
            place, "A link begins with https://, http://, mailto:, tel: or is a {{ variable }}."
        )
    return _attribute(text)


def _attribute(text: str) -> str:
    return escape_text(" ".join(text.split()))


def _align(block: dict[str, Any], place: str) -> str:
    if block.get("align") is None:
        return ""
    return f' align="{_choice(block["align"], f"{place}.align", _ALIGNMENTS)}"'


def _object(
    value: object, place: str, *, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Any]:
    where = place or "blocks"
    if not isinstance(value, dict):
        raise BlockError(where, f"Send an object with {', '.join(required)}.")
    for key in required:
        if key not in value:
            raise BlockError(f"{place}.{key}".strip("."), "This is missing.", code="required")
    for key in value:
        if key not in required and key not in optional:
            known = ", ".join((*required, *optional))
            name = str(key)[:50]
            raise BlockError(where, f"'{name}' is not known here. Known are {known}.")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise BlockError(place, "Send a list.")
    return value


def _string(value: object, place: str, *, longest: int) -> str:
    if not isinstance(value, str):
        raise BlockError(place, "Send text.")
    if len(value) > longest:
        raise BlockError(place, f"This is longer than {longest} characters.", code="max_length")
    if "\x00" in value:
        raise BlockError(place, "Null characters can't be stored. Remove them.")
    return value


def _number(value: object, place: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BlockError(place, f"Write a whole number from {least} to {most}.")
    return value


def _choice(value: object, place: str, choices: Sequence[Any]) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in choices:
        known = ", ".join(str(choice) for choice in choices)
        raise BlockError(place, f"Choose from {known}.", code="invalid_choice")
    return value


def _section(columns: str) -> str:
    return f"<mj-section>{columns}</mj-section>"


def _column(blocks: Sequence[str]) -> str:
    return f"<mj-column>{''.join(blocks)}</mj-column>"
