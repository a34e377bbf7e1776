"""Templates of campaigns: whitelisted variables and conditions on them, nothing that can loop, call
or read. Pure Python.

`{{ name }}` is replaced by the subscriber's value, `{{ name|default:"friend" }}` by the default
where that is empty. `{% if name %}…{% elif attributes.plan in ["pro", "team"] %}…{% else %}…
{% endif %}` chooses a part; a condition asks whether a variable is empty (`name`, `not name`),
equals (`name == "Ada"`, `!=`) or is one of (`in`, `not in`). A template is parsed once a campaign
and rendered by joining strings, so that its author can neither hang a worker nor eat its memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

VARIABLES = ("email", "name", "campaign_name", "unsubscribe_url", "attributes.<key>")
#: How deep conditions may stand in each other.
MAX_NESTING = 10

# A tag ends before the next one begins, so that a megabyte of opening braces is read but once.
_TAG = re.compile(
    r"\{\{(?P<value>(?:(?!\{\{|\}\}).)*+)\}\}|\{%(?P<control>(?:(?!\{%|%\}).)*+)%\}", re.DOTALL
)
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
_ADVICE = {
    "{{": "Close it with }}.",
    "}}": "Open it with {{.",
    "{%": "Close it with %}.",
    "%}": "Open it with {%.",
}
_EXPRESSION = re.compile(
    r"""\s*(?P<variable>[\w.-]+)\s*(?:\|\s*default\s*:\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\s*)?""",
)
_STRING = r"""(?:"[^"]*"|'[^']*')"""
_CONDITION = re.compile(
    rf"""\s*(?:(?P<negated>not\s+)?(?P<bare>[\w.-]+)
    |(?P<equals>[\w.-]+)\s*(?P<sign>==|!=)\s*(?P<value>{_STRING})
    |(?P<member>[\w.-]+)\s+(?P<without>not\s+)?in\s*\[\s*(?P<values>{_STRING}(?:\s*,\s*{_STRING})*)\s*\]
    )\s*""",
    re.VERBOSE,
)
_STYLE = re.compile(r"<style\b(?:(?!</style).)*+", re.DOTALL | re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class TemplateError(Exception):
    """A template that can't be used. `code` is `template_syntax` or `unknown_variable`.

    `detail` names the line when the template has more than one.
    """

    def __init__(self, detail: str, *, code: str = "template_syntax") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class Context(NamedTuple):
    """What a template may read about one subscriber."""

    email: str
    name: str
    campaign_name: str
    unsubscribe_url: str
    attributes: dict[str, Any]


Reader = Callable[[Context], str]


def _text(value: object) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _attribute(path: tuple[str, ...]) -> Reader:
    def read(context: Context) -> str:
        value: object = context.attributes
        for key in path:
            if not isinstance(value, dict):
                return ""
            value = value.get(key)
        return "" if isinstance(value, dict | list) else _text(value)

    return read


_PLAIN: Mapping[str, Reader] = {
    "email": lambda context: context.email,
    "name": lambda context: context.name,
    "campaign_name": lambda context: context.campaign_name,
    "unsubscribe_url": lambda context: context.unsubscribe_url,
}


def reader(variable: str) -> Reader:
    """What reads `variable` from a context. Raises TemplateError when there is none."""
    head, *path = variable.split(".")
    if variable in _PLAIN:
        return _PLAIN[variable]
    if head == "attributes" and path and all(path):
        return _attribute(tuple(path))
    raise TemplateError(
        f"Unknown variable '{variable}'. Known are {', '.join(VARIABLES)}.",
        code="unknown_variable",
    )


def _value(expression: str) -> tuple[str, str, Reader]:
    """The variable, its default and what reads it."""
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise TemplateError(
            f"'{{{{{expression}}}}}' is not understood. Write {{{{ name }}}} or"
            ' {{ name|default:"friend" }}.'
        )
    read = reader(match["variable"])
    default = match["double"] if match["double"] is not None else match["single"]
    if not default:
        return match["variable"], "", read
    return match["variable"], default, lambda context: read(context) or default


def _condition(expression: str) -> tuple[str, Callable[[Context], bool]]:
    """The variable and the question about it."""
    match = _CONDITION.fullmatch(expression)
    if match is None:
        raise TemplateError(
            f"'{{% if {expression.strip()} %}}' is not understood. Write {{% if name %}},"
            ' {% if not name %}, {% if name == "Ada" %} or'
            ' {% if attributes.plan in ["pro", "team"] %}.'
        )
    variable = match["bare"] or match["equals"] or match["member"]
    read = reader(variable)
    if match["bare"]:
        if match["negated"]:
            return variable, lambda context: not read(context)
        return variable, lambda context: bool(read(context))
    if match["equals"]:
        wanted = frozenset((match["value"][1:-1],))
        inverted = match["sign"] == "!="
    else:
        wanted = frozenset(each[1:-1] for each in re.findall(_STRING, match["values"]))
        inverted = bool(match["without"])
    if inverted:
        return variable, lambda context: read(context) not in wanted
    return variable, lambda context: read(context) in wanted


class Sequence:
    """A run of constant `parts` with places for what varies.

    `values` fill the parts of their index by a subscriber's value, `choices` by the branch that
    their conditions choose. What has neither is the same for everybody.
    """

    def __init__(self, *, html: bool) -> None:
        self.parts: list[str] = []
        self.values: list[tuple[int, Reader]] = []
        self.choices: list[tuple[int, Choice]] = []
        self.html = html

    def render(self, context: Context) -> str:
        if len(self.parts) == 1:
            return self.parts[0]
        return "".join(self.fill(context))

    def fill(self, context: Context) -> list[str]:
        """The parts whose sum `render` is; those with an even index are the same for everybody."""
        parts = self.parts.copy()
        if self.html:
            for index, value in self.values:
                parts[index] = escape(value(context))
        else:
            for index, value in self.values:
                parts[index] = value(context)
        for index, choice in self.choices:
            parts[index] = choice.render(context)
        return parts


class Choice:
    """An `if` with its branches; the last one's condition may be None: `else`."""

    def __init__(self) -> None:
        self.branches: list[tuple[Callable[[Context], bool] | None, Sequence]] = []

    @property
    def has_else(self) -> bool:
        return self.branches[-1][0] is None

    def render(self, context: Context) -> str:
        for condition, sequence in self.branches:
            if condition is None or condition(context):
                return sequence.render(context)
        return ""


class Template(Sequence):
    """A parsed template. Raises TemplateError when `source` can't be parsed.

    `variables` are all that it reads, `bare` those that it shows without a default.
    """

    def __init__(self, source: str, *, html: bool = False) -> None:
        super().__init__(html=html)
        variables: set[str] = set()
        bare: set[str] = set()
        # Braces of CSS may well follow each other: @media print {p {margin: 0}}
        prose = _STYLE.sub(lambda style: " " * len(style[0]), source) if html else source
        # The sequence that is being filled, and the conditions around it with their sequences.
        current: Sequence = self
        around: list[tuple[Sequence, Choice]] = []
        end = 0
        for match in _TAG.finditer(source):
            _refuse_strays(prose, end, match.start())
            current.parts.append(source[end : match.start()])
            end = match.end()
            try:
                if match["value"] is not None:
                    variable, default, read = _value(match["value"])
                    current.values.append((len(current.parts), read))
                    current.parts.append("")
                    variables.add(variable)
                    if not default:
                        bare.add(variable)
                else:
                    current = _control(match["control"].strip(), current, around, variables)
            except TemplateError as error:
                raise _placed(error, source, match.start()) from None
        _refuse_strays(prose, end, len(source))
        current.parts.append(source[end:])
        if around:
            unclosed = TemplateError("An {% if %} is not closed. Close it with {% endif %}.")
            raise _placed(unclosed, source, len(source))
        self.variables = frozenset(variables)
        self.bare = frozenset(bare)


def _control(
    words: str, current: Sequence, around: list[tuple[Sequence, Choice]], variables: set[str]
) -> Sequence:
    """Follow `{% words %}` and return the sequence to go on with."""
    word, _, rest = words.partition(" ")
    if word == "if":
        if len(around) == MAX_NESTING:
            raise TemplateError(f"Conditions stand more than {MAX_NESTING} deep in each other.")
        choice = Choice()
        current.choices.append((len(current.parts), choice))
        current.parts.append("")
        around.append((current, choice))
    elif word not in ("elif", "else", "endif") or (word in ("else", "endif") and rest):
        raise TemplateError(
            f"'{{% {words} %}}' is not understood. There are {{% if %}}, {{% elif %}},"
            " {% else %} and {% endif %}."
        )
    elif not around:
        raise TemplateError(f"'{{% {word} %}}' stands without an {{% if %}} before it.")
    elif word == "endif":
        return around.pop()[0]
    elif around[-1][1].has_else:
        raise TemplateError(f"'{{% {word} %}}' stands after {{% else %}}, which must be the last.")
    question = None
    if word != "else":
        variable, question = _condition(rest)
        variables.add(variable)
    branch = Sequence(html=current.html)
    around[-1][1].branches.append((question, branch))
    return branch


def _refuse_strays(prose: str, start: int, end: int) -> None:
    stray = _STRAY.search(prose, start, end)
    if stray is not None:
        mark = stray[0]
        error = TemplateError(f"'{mark}' stands alone in the template. {_ADVICE[mark]}")
        raise _placed(error, prose, stray.start())


def _placed(error: TemplateError, source: str, position: int) -> TemplateError:
    """`error` with its line in front when there are several."""
    if "\n" not in source:
        return error
    line = source.count("\n", 0, position) + 1
    return TemplateError(f"Line {line}: {error.detail}", code=error.code)


@dataclass(frozen=True, slots=True)
class Content:
    """The parsed subject and bodies of one campaign, and what they read."""

    subject: Template
    body_text: Template
    body_html: Template | None

    @property
    def uses_attributes(self) -> bool:
        return any(variable.startswith("attributes.") for variable in self._variables())

    @property
    def uses_unsubscribe_url(self) -> bool:
        return "unsubscribe_url" in self._variables()

    @property
    def lacking(self) -> frozenset[str]:
        """The variables that are shown without a default: a gap where a subscriber has none."""
        html = self.body_html.bare if self.body_html else frozenset[str]()
        return self.subject.bare | self.body_text.bare | html

    def _variables(self) -> frozenset[str]:
        html = self.body_html.variables if self.body_html else frozenset()
        return self.subject.variables | self.body_text.variables | html

    def render(self, context: Context) -> tuple[str, str, str]:
        """Subject, plain text and HTML for one subscriber.

        The subject stays one line whatever the values hold (RFC 5322 section 2.2: a header field
        must not contain a bare CR or LF), so that a value can't add a header.
        """
        subject, text, html = self.fill(context)
        return subject, "".join(text), "".join(html)

    def fill(self, context: Context) -> tuple[str, list[str], list[str]]:
        """The same with both bodies in parts (see `Template.fill`), for who encodes them once."""
        subject = self.subject.render(context)
        if _CONTROL.search(subject):
            subject = _CONTROL.sub(" ", subject)
        html = self.body_html.fill(context) if self.body_html else []
        return subject, self.body_text.fill(context), html


def compile_content(*, subject: str, body_text: str, body_html: str) -> Content:
    """Parse a campaign's templates; raises TemplateError."""
    return Content(
        subject=Template(subject),
        body_text=Template(body_text),
        body_html=Template(body_html, html=True) if body_html else None,
    )
