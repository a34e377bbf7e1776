"""Bodies in their five kinds, built; and what would hurt, refused."""

from __future__ import annotations

import html as html_module
import re
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

import pytest
from css_inline import CSSInliner
from hypothesis import given, settings
from hypothesis import strategies as st

from posthorn.content.building import BARE, Body, BuildError, Frame, build, check_frame
from posthorn.content.markup import MAX_DEPTH, depth_of, protect
from posthorn.content.rendering import Context, Template
from posthorn.content.shipped import shipped_layouts

NOBODY = Context("", "", "", "https://x/u", {})
ADA = Context("ada@example.org", "Ada", "Spring", "https://x/u?a=1", {"plan": "pro"})
EVERY_BLOCK: list[dict[str, Any]] = [
    {"type": "heading", "level": 2, "text": 'Hello {{ name|default:"<you>" }}', "align": "center"},
    {"type": "text", "text": ["See ", {"text": "here", "href": "{{ unsubscribe_url }}"}, " & go"]},
    {"type": "text", "text": [{"text": "loud", "marks": ["bold", "italic"]}]},
    {"type": "columns", "columns": [[{"type": "image", "src": "https://x/a.png", "alt": '"A"'}],
                                    [{"type": "button", "text": "Buy", "href": "https://x/?a&b"}]]},
    {"type": "divider"},
    {"type": "spacer", "height": 10},
    {"type": "quote", "text": "Wise\nwords"},
    {"type": "list", "ordered": True, "items": ["one", [{"text": "two"}]]},
    {"type": "social", "links": [{"network": "github", "href": "https://github.com/x"}]},
    {"type": "html", "html": "<p>raw<br>{{ name }}</p>"},
]  # fmt: skip


def visual(*blocks: Any) -> Body:
    return Body("visual", {"blocks": list(blocks)})


def shown(source: str, context: Context = ADA) -> str:
    return Template(source, html=True).render(context)


def test_every_block_becomes_mail_safe_html_and_readable_text() -> None:
    built = build(visual(*EVERY_BLOCK))
    page = shown(built.html)
    for piece in (
        "Hello Ada</h2>",
        'href="https://x/u?a=1"',
        "<strong>",
        "raw<br>Ada",
        " &amp; go",
    ):
        assert piece in page
    assert "mj-" not in re.sub(r"<style.*?</style>|class=\"[^\"]*\"", "", page, flags=re.DOTALL)
    text = Template(built.text).render(NOBODY)
    assert text.splitlines()[0] == "Hello <you>"
    for piece in (
        "See here (https://x/u) & go",
        '["A"]',
        "Buy (https://x/?a&b)",
        "> Wise",
        "2. two",
    ):
        assert piece in text


@pytest.mark.parametrize(
    ("block", "place", "code"),
    [
        ({"type": "video"}, "blocks.0.type", "invalid_choice"),
        ({"type": ["text"]}, "blocks.0.type", "invalid_choice"),
        ({}, "blocks.0.type", "invalid_choice"),
        ("text", "blocks.0", "invalid"),
        ({"type": "text"}, "blocks.0.text", "required"),
        ({"type": "text", "text": "x", "onclick": "y"}, "blocks.0", "invalid"),
        ({"type": "text", "text": ["a", {"text": "{{ nmae }}"}]}, "blocks.0.text.1.text",
         "unknown_variable"),
        ({"type": "text", "text": "{% if name %}"}, "blocks.0.text", "template_syntax"),
        ({"type": "text", "text": [{"text": "x", "href": "javascript:alert(1)"}]},
         "blocks.0.text.0.href", "invalid"),
        ({"type": "text", "text": [{"text": "x", "marks": ["blink"]}]}, "blocks.0.text.0.marks.0",
         "invalid_choice"),
        ({"type": "heading", "level": True, "text": "x"}, "blocks.0.level", "invalid_choice"),
        ({"type": "image", "src": "data:image/png;base64,x"}, "blocks.0.src", "invalid"),
        ({"type": "spacer", "height": 10**9}, "blocks.0.height", "invalid"),
        ({"type": "button", "text": "x", "href": "https://x", "color": 'red" x="'},
         "blocks.0.color", "invalid"),
        ({"type": "columns", "columns": [[], [{"type": "columns", "columns": [[], []]}]]},
         "blocks.0.columns.1.0", "invalid"),
        ({"type": "html", "html": "<b>" * 5000}, "blocks.0.html", "invalid"),
    ],
)  # fmt: skip
def test_a_wrong_block_is_refused_by_its_place(block: Any, place: str, code: str) -> None:
    with pytest.raises(BuildError) as refused:
        build(visual(block))
    assert (refused.value.place, refused.value.code) == (place, code)


def test_ten_thousand_blocks_are_refused() -> None:
    with pytest.raises(BuildError) as refused:
        build(visual(*[{"type": "divider"}] * 10_000))
    assert refused.value.place == "blocks.500"


@pytest.mark.parametrize("document", [None, [], "x", {}, {"blocks": {}}, {"blocks": 1, "x": 2}])
def test_what_is_no_document_is_refused(document: Any) -> None:
    with pytest.raises(BuildError):
        build(Body("visual", document))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "href", "items", "blocks"]), inner)
    ),
    max_leaves=8,
)


@given(st.lists(st.sampled_from(EVERY_BLOCK).flatmap(
    lambda block: st.dictionaries(st.sampled_from(sorted(block)), _json, max_size=2).map(
        lambda changes: {**block, **changes})), max_size=4))  # fmt: skip
def test_any_document_is_built_or_refused(blocks: list[Any]) -> None:
    try:
        built = build(visual(*blocks))
    except BuildError:
        return
    shown(built.html)


def test_text_in_blocks_cannot_become_markup() -> None:
    evil = '<script>"&{{ name }}'
    image = {"type": "image", "src": f"https://x/{evil}", "alt": evil}
    built = build(visual({"type": "text", "text": evil}, image))
    page = shown(built.html, ADA._replace(name='"><script>'))
    assert "<script" not in page
    assert html_module.escape('<script>"&"><script>') in page


def test_markdown_goes_into_the_frame_with_its_variables_and_conditions() -> None:
    source = (
        '# Hi {{ name|default:"you" }}\n\n[leave]({{ unsubscribe_url }}) *now*\n\n'
        '{% if attributes.plan == "pro" %}\n\n- a\n- b\n\n{% endif %}\n\n|x|y|\n|-|-|\n|1|2|\n'
    )
    built = build(Body("markdown", source, preheader="For {{ name }}"))
    page = shown(built.html)
    for piece in (
        "<h1>Hi Ada</h1>",
        '<a href="https://x/u?a=1">leave</a>',
        "<li>a</li>",
        "For Ada",
    ):
        assert piece in page
    assert "<li>" not in shown(built.html, NOBODY)
    text = Template(built.text).render(ADA)
    assert text.startswith("Hi Ada\n\nleave (https://x/u?a=1) now\n")
    assert "- a\n- b" in text
    assert "x | y\n1 | 2" in text
    assert "For Ada" not in text


def test_html_without_styles_goes_out_as_it_was_written() -> None:
    source = "<p>Hello {{ name }}<br>odd & unclosed <b>"
    assert build(Body("html", source)).html == source


def test_styles_of_html_go_into_its_elements_and_conditions_stay_in_their_tables() -> None:
    source = (
        "<style>td{color:red} @media (prefers-color-scheme: dark){td{color:blue}}</style>"
        "<table>{% if name %}<tr><td>{{ name }}</td></tr>{% endif %}</table>"
    )
    page = build(Body("html", source)).html
    assert '<td style="color: red;">{{ name }}</td>' in page
    assert "prefers-color-scheme" in page
    assert page.index("<table>") < page.index("{% if name %}") < page.index("<td")


def test_mjml_is_a_whole_document_or_what_goes_within_a_frame() -> None:
    section = "<mj-section><mj-column><mj-text>Hi {{ name }}</mj-text></mj-column></mj-section>"
    for source in (section, f"<mjml><mj-body>{section}</mj-body></mjml>"):
        assert "Hi Ada" in shown(build(Body("mjml", source)).html)
    with pytest.raises(BuildError, match="Choose no layout"):
        build(Body("mjml", f"<mjml><mj-body>{section}</mj-body></mjml>", frame=BARE))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("<mj-section>", "not be closed"),
        ("<mjml>\n<mj-body>\n<mj-include path='/etc/passwd' /></mj-body></mjml>", "line 3"),
        ("<mj-section>" * 5000, "deep"),
    ],
)
def test_mjml_that_cannot_be_read_is_refused(source: str, told: str) -> None:
    with pytest.raises(BuildError, match=told):
        build(Body("mjml", source))


@pytest.mark.parametrize("opening", ["<div>", "<li><dd>", "<b><div></b>", "<div><table></div>"])
def test_nesting_that_would_kill_the_process_is_refused(opening: str) -> None:
    with pytest.raises(BuildError, match="deep"):
        build(Body("html", "<style>p{color:red}</style>" + opening * 20_000))


class _Depth(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.now = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("br", "img", "hr", "input"):
            self.now += 1
            self.deepest = max(self.deepest, self.now)

    def handle_endtag(self, tag: str) -> None:
        self.now -= 1


_NAMES = st.sampled_from(
    [
        "div",
        "p",
        "b",
        "i",
        "a",
        "li",
        "ul",
        "dd",
        "dt",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "span",
        "button",
        "select",
        "option",
        "svg",
        "h1",
        "form",
    ]
)
_SOUP = st.lists(
    _NAMES.map("<{}>".format)
    | _NAMES.map("</{}>".format)
    | st.sampled_from(["x", "<br>", "<!-- <b> -->", '<a title="</div>">', "<!-->", "<b/>"]),
    max_size=60,
)
_INLINER = CSSInliner()


@settings(max_examples=300)
@given(_SOUP)
def test_no_parser_sees_markup_nested_much_deeper_than_it_was_measured(soup: list[str]) -> None:
    """Against the parser that it protects: its output is well-formed, so that depth is countable.

    What a parser adds of its own (html, head, body, tbody, tr) is a few levels, and formatting
    elements that it opens again in each paragraph stay within those that were left open.
    """
    markup = "".join(soup)
    reader = _Depth()
    reader.feed(_INLINER.inline(markup))
    assert reader.deepest <= 2 * depth_of(markup) + 5


def test_deep_but_honest_html_is_taken() -> None:
    rows = "<table><tr><td>" * 20 + "x" + "</table>" * 20
    assert depth_of(rows) == 60 < MAX_DEPTH
    unclosed = "<ul>" + "<li>one<p>two" * 500 + "</ul>" + "<p>three" * 500
    assert depth_of(unclosed) < MAX_DEPTH // 2 or "one" in build(Body("html", unclosed)).html


@given(st.text(alphabet="{}%< >a\"'=!-/\n", max_size=80))
def test_what_is_put_aside_comes_back(source: str) -> None:
    protected = protect(source)
    assert protected.restore(protected.text) == source


@pytest.mark.parametrize("kind", ["markdown", "html", "mjml"])
@pytest.mark.parametrize("piece", ["<", "<a ", "[", "`", "> ", "<!--", '<a ="', "**a ", "{{", "{%"])
def test_a_megabyte_of_anything_is_answered(kind: str, piece: str) -> None:
    source = piece * ((100_000 if kind == "markdown" else 1_000_000) // len(piece))
    with suppress(BuildError):
        build(Body(kind, source))


@pytest.mark.parametrize("fields", shipped_layouts(), ids=lambda fields: str(fields["name"]))
def test_every_shipped_layout_holds_every_kind(fields: dict[str, str]) -> None:
    frame = Frame(
        **{key: value for key, value in fields.items() if key != "name"},
        logo_url="https://x/logo.png",
        footer="Street 1\nBern & Co",
    )
    check_frame(frame)
    bodies = (
        Body("visual", {"blocks": EVERY_BLOCK}, frame=frame),
        Body("markdown", "# One\n\nTwo", frame=frame),
        Body("html", "<style>p{color:red}</style><p>One", frame=frame),
        Body("mjml", "<mj-section><mj-column></mj-column></mj-section>", frame=frame),
    )
    for body in bodies:
        page = shown(build(body).html)
        assert "https://x/u?a=1" in page
        assert "Street 1<br />Bern &amp; Co" in page
        assert fields["brand_color"] in page
        assert "prefers-color-scheme: dark" in page
        assert len(page.encode()) < 30_000


@pytest.mark.parametrize(
    "source",
    [
        "<mjml><mj-body></mj-body></mjml>",
        "<mjml><mj-body>{{ body }}{{ body }}</mj-body></mjml>",
        "<mjml><mj-head><mj-title>{{ body }}</mj-title></mj-head><mj-body></mj-body></mjml>",
        "<p>{{ body }}</p>",
        "<mjml><mj-body>{{ body }}{{ nmae }}</mj-body></mjml>",
    ],
)
def test_a_layout_without_a_place_for_the_body_is_refused(source: str) -> None:
    with pytest.raises(BuildError):
        check_frame(Frame(source))
