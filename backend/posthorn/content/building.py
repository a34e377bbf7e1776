"""Builds what goes out from what was written, once at each save: never for each message.

visual, MJML and Markdown become mail-safe HTML within a frame, HTML gets its styles put into its
elements, and the plain text follows from the HTML unless it was written. `{{ variables }}` and
conditions come through untouched; `rendering` fills them in for each message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from css_inline import CSSInliner, InlineError
from markdown_it import MarkdownIt
from mjml import mjml2html

from posthorn.content.blocks import BlockError, Document
from posthorn.content.markup import MAX_DEPTH, Protected, depth_of, escape_text, protect
from posthorn.content.plaintext import text_of
from posthorn.content.rendering import Template, TemplateError

KINDS = ("visual", "mjml", "markdown", "html", "plain")
MAX_SOURCE = 1_000_000
#: Markdown takes half a minute for a megabyte of the worst.
MAX_MARKDOWN = 100_000
#: Built from the longest source, a body may be this long, in characters.
MAX_BUILT = 2_000_000

_PLACE = re.compile(r"\{\{\s*(body|logo|footer|brand_color|background_color)\s*\}\}")
_DOCUMENT = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_POSITION = re.compile(r" in root template(?: at position (\d+):\d+)?")
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_INLINER = CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
_HIDDEN = (
    '<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;'
    'line-height:1px;mso-hide:all">{}{}</div>'
)
#: Keeps mail programs from showing the body's first words after a short preheader.
_PADDING = "&#847;&zwnj;&nbsp;" * 40


class BuildError(Exception):
    """A body that can't be built. `place` is within the body: empty for the whole of it."""

    def __init__(self, detail: str, *, place: str = "", code: str = "invalid") -> None:
        super().__init__(detail)
        self.detail = detail
        self.place = place
        self.code = code


@dataclass(frozen=True, slots=True)
class Frame:
    """A layout's part in a message: MJML with a place for the body, and what fills its places."""

    source: str
    brand_color: str = "#1f5eff"
    background_color: str = "#f2f4f7"
    logo_url: str = ""
    logo_alt: str = ""
    footer: str = ""


BARE = Frame(
    """<mjml><mj-head>
<mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
<mj-raw><meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-attributes>
<mj-all font-family="-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" />
<mj-text font-size="16px" line-height="1.5" /><mj-button background-color="{{ brand_color }}" />
</mj-attributes></mj-head><mj-body>{{ body }}</mj-body></mjml>"""
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a person wrote: `source` is a document of blocks for `visual`, text for the others.

    `text` is the plain part when that was written too, None to derive it.
    """

    kind: str
    source: Any
    text: str | None = None
    preheader: str = ""
    frame: Frame | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Built:
    """What goes out: templates of both parts; `html` is empty for plain text alone."""

    html: str
    text: str


def build(body: Body) -> Built:
    """Raises BuildError."""
    if body.kind == "plain":
        text = _checked(_text_source(body), html=False)
        return Built(html="", text=text)
    html = _html(body)
    if len(html) > MAX_BUILT:
        raise BuildError(f"The built HTML is longer than {MAX_BUILT} characters. Write less.")
    text = body.text if body.text is not None else _derive(html)
    return Built(html=_with_preheader(html, body.preheader), text=text)


def check_frame(frame: Frame) -> None:
    """Raises BuildError when `frame` can't hold a body."""
    places = [match[1] for match in _PLACE.finditer(frame.source)]
    if places.count("body") != 1:
        raise BuildError("A layout has exactly one {{ body }}, within <mj-body>.")
    _checked(_PLACE.sub("", frame.source), html=True)
    if "bodyzmark" not in _framed("<mj-section><mj-column><mj-text>bodyzmark</mj-text></mj-column>"
                                  "</mj-section>", frame):  # fmt: skip
        raise BuildError("The {{ body }} must stand within <mj-body>, beside its sections.")


def _html(body: Body) -> str:
    if body.kind == "visual":
        return _visual(body)
    source = _checked(_text_source(body), html=True)
    if body.kind == "mjml":
        if "<mjml" not in source:
            return _framed(source, body.frame or BARE)
        if body.frame is not None:
            raise BuildError(
                "A whole <mjml> document brings its own frame. Choose no layout, or write only"
                " what goes within <mj-body>."
            )
        return _mjml(source)
    if body.kind == "markdown":
        protected = protect(source, by_line=True)
        return _placed(protected.restore(_MARKDOWN.render(protected.text)), body.frame or BARE)
    if body.frame is None:
        return _inlined(source)
    if _DOCUMENT.search(source):
        raise BuildError(
            "A whole HTML document brings its own frame. Choose no layout, or write only what goes"
            " within <body>."
        )
    return _placed(_inlined_fragment(source), body.frame)


def _visual(body: Body) -> str:
    mark = protect(str(body.source)).mark
    try:
        document = Document(body.source, mark=mark)
    except BlockError as error:
        raise BuildError(error.detail, place=error.place, code=error.code) from error
    html = _framed(document.mjml, body.frame or BARE)
    for name, raw in document.html.items():
        html = html.replace(name, raw)
    return _checked(html, html=True)


def _placed(html: str, frame: Frame) -> str:
    """`html` in the place of the body: put in afterwards, since MJML is stricter than HTML."""
    mark = protect(html + frame.source).mark + "body"
    framed = _framed(
        f'<mj-section><mj-column><mj-text css-class="body">{mark}</mj-text></mj-column>'
        "</mj-section>",
        frame,
    )
    return framed.replace(mark, html)


def _framed(mjml: str, frame: Frame) -> str:
    logo = (
        f'<mj-image src="{escape_text(frame.logo_url)}" alt="{escape_text(frame.logo_alt)}"'
        ' width="160px" css-class="logo" />'
    )
    filled = {
        "body": mjml,
        "logo": logo if frame.logo_url else "",
        "footer": escape_text(frame.footer).replace("\n", "<br />"),
        "brand_color": frame.brand_color,
        "background_color": frame.background_color,
    }
    return _mjml(_PLACE.sub(lambda match: filled[match[1]], frame.source))


def _mjml(source: str) -> str:
    protected = protect(source)
    _refuse_depth(protected)
    try:
        return protected.restore(mjml2html(protected.text))
    except ValueError as error:
        raise BuildError(f"The MJML can't be read: {_readable(error, protected.text)}.") from error


def _readable(error: ValueError, source: str) -> str:
    """The library's message with a line instead of an offset."""
    message = str(error)
    match = _POSITION.search(message)
    if match is None:
        return message
    if match[1] is None:
        return message.replace(match[0], "; an element may not be closed")
    line = source.encode()[: int(match[1])].count(b"\n") + 1
    return message.replace(match[0], f" at line {line}")


def _inlined(source: str) -> str:
    """HTML with its styles in its elements; without styles, exactly what was written."""
    if "<style" not in source.lower():
        return source
    protected = protect(source)
    _refuse_depth(protected)
    try:
        return protected.restore(_INLINER.inline(protected.text))
    except InlineError as error:
        raise BuildError(f"The styles can't be read: {error}.") from error


def _inlined_fragment(source: str) -> str:
    """As `_inlined`, for what goes into a frame: without a document of its own around it."""
    inlined = _inlined(source)
    if inlined is source:
        return source
    head, _, rest = inlined.partition("<body>")
    styles = "".join(re.findall(r"<style\b.*?</style>", head, re.DOTALL | re.IGNORECASE))
    return styles + rest.rpartition("</body>")[0]


def _refuse_depth(protected: Protected) -> None:
    if depth_of(protected.text) > MAX_DEPTH:
        raise BuildError(
            f"Elements nest more than {MAX_DEPTH} deep, or many are not closed in the order in"
            " which they were opened. Close them, or write it flatter."
        )


def _derive(html: str) -> str:
    protected = protect(html)
    return protected.restore(text_of(protected.text, mark=protected.mark))


def _with_preheader(html: str, preheader: str) -> str:
    if not preheader:
        return html
    hidden = _HIDDEN.format(escape_text(preheader), _PADDING)
    body = _BODY.search(html)
    if body is None:
        return hidden + html
    return html[: body.end()] + hidden + html[body.end() :]


def _text_source(body: Body) -> str:
    if not isinstance(body.source, str):
        raise BuildError("Send text.")
    longest = MAX_MARKDOWN if body.kind == "markdown" else MAX_SOURCE
    if len(body.source) > longest:
        raise BuildError(f"This is longer than {longest} characters.", code="max_length")
    if not body.source.strip():
        raise BuildError("Write something.", code="blank")
    return body.source


def _checked(source: str, *, html: bool) -> str:
    """`source` if its template's tags are right, so that errors name the place in it."""
    try:
        Template(source, html=html)
    except TemplateError as error:
        raise BuildError(error.detail, code=error.code) from error
    return source
