"""Templates: variables, conditions, and what they refuse."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthorn.content.rendering import Context, Template, TemplateError, compile_content

ADA = Context(
    "ada@example.org", "Ada", "Spring", "https://x/u", {"plan": "pro", "n": 0, "gone": None}
)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% if name %}Dear {{ name }}{% else %}Hello{% endif %}!", "Dear Ada!"),
        ("{% if not name %}Hello{% endif %}!", "!"),
        ("{% if attributes.city %}there{% else %}nowhere{% endif %}", "nowhere"),
        ("{% if attributes.gone %}there{% else %}nowhere{% endif %}", "nowhere"),
        ("{% if attributes.n == '0' %}zero{% endif %}", "zero"),
        ('{% if name == "Bob" %}B{% elif name == "Ada" %}A{% else %}?{% endif %}', "A"),
        ('{% if name != "Ada" %}other{% endif %}', ""),
        ("{% if attributes.plan in [\"team\", 'pro'] %}paid{% endif %}", "paid"),
        ('{% if attributes.plan not in ["free"] %}paid{% endif %}', "paid"),
        ('{%if name%}{% if attributes.plan == "pro" %}both{%endif%}{%endif%}', "both"),
        ("{% if name %}\n{% endif %}", "\n"),
    ],
)
def test_a_condition_chooses_what_is_shown(source: str, shown: str) -> None:
    assert Template(source).render(ADA) == shown


def test_values_are_escaped_in_html_within_conditions_too() -> None:
    template = Template("{% if name %}<b>{{ name }}</b>{% endif %}", html=True)
    assert template.render(ADA._replace(name="<i>")) == "<b>&lt;i&gt;</b>"


@pytest.mark.parametrize(
    ("source", "code", "told"),
    [
        ("a\nb {{ nmae }}", "unknown_variable", "Line 2: Unknown variable 'nmae'"),
        ("{% if nmae %}{% endif %}", "unknown_variable", "nmae"),
        ("a\n\n{% if name %}", "template_syntax", "Line 3: An {% if %} is not closed"),
        ("{% endif %}", "template_syntax", "without an {% if %}"),
        ("{% if name %}{% else %}{% elif name %}{% endif %}", "template_syntax", "after {% else"),
        ("{% for a in b %}{% endfor %}", "template_syntax", "'{% for a in b %}'"),
        ("{% if name == name %}{% endif %}", "template_syntax", "not understood"),
        ("{% if name in [] %}{% endif %}", "template_syntax", "not understood"),
        ("{% else if name %}", "template_syntax", "not understood"),
        ("{{ name", "template_syntax", "Close it with }}"),
        ("name }}", "template_syntax", "Open it with {{"),
        ("{% if name", "template_syntax", "Close it with %}"),
        ("{% if name %}" * 11 + "{% endif %}" * 11, "template_syntax", "more than 10 deep"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(
    source: str, code: str, told: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        Template(source)
    assert refused.value.code == code
    assert told in refused.value.detail


def test_braces_of_css_may_follow_each_other_but_those_of_text_may_not() -> None:
    style = "<style>@media print{p{margin:0}}</style>"
    assert Template(f"{style}{{{{ name }}}}", html=True).render(ADA) == f"{style}Ada"
    with pytest.raises(TemplateError):
        Template(f"{style} name }}}}", html=True)


@pytest.mark.parametrize(
    "piece",
    ["{{", "{%", "}}", "{{ a", "{{ name }}", "<style ", "{% if name %}x{% endif %}", "{% if "],
)
def test_a_megabyte_is_parsed_or_refused_in_one_pass(piece: str) -> None:
    # Anything quadratic would take hours here.
    source = piece * (1_000_000 // len(piece))
    with suppress(TemplateError):
        Template(source, html=True).render(ADA)


def test_the_parts_that_are_the_same_for_everybody_can_be_told_from_those_that_vary() -> None:
    template = Template("a {{ name }} b {% if name %}c{% endif %} d")
    varying = {index for index, _ in (*template.values, *template.choices)}
    assert [part for index, part in enumerate(template.parts) if index not in varying] == [
        "a ",
        " b ",
        " d",
    ]


def test_a_content_knows_what_its_conditions_read_and_what_may_leave_a_gap() -> None:
    content = compile_content(
        subject="{{ name|default:'you' }}",
        body_text="{% if attributes.plan %}{{ attributes.city }}{% endif %}",
        body_html="",
    )
    assert content.uses_attributes
    assert content.lacking == {"attributes.city"}


_PIECES = st.sampled_from(
    ["{% if name %}", "{% elif name %}", "{% else %}", "{% endif %}", "{{ name }}", "x", "{{", "%}"]
)


@given(st.lists(_PIECES, max_size=40))
def test_any_order_of_tags_is_rendered_or_refused(pieces: list[str]) -> None:
    try:
        template = Template("".join(pieces))
    except TemplateError:
        return
    assert pieces.count("{% if name %}") == pieces.count("{% endif %}")
    assert "{" not in template.render(ADA)
