"""Templates of campaigns: whitelisted variables, nothing that can loop, call or read. Pure Python.

`{{ name }}` is replaced by the subscriber's value, `{{ name|default:"friend" }}` by the default
where that is empty. A template is parsed once a campaign and rendered by joining strings, so that
the author of a template can neither hang a worker nor eat its memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

VARIABLES = ("email", "name", "campaign_name", "unsubscribe_url", "attributes.<key>")

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_EXPRESSION = re.compile(
    r"""\s*(?P<variable>[\w.-]+)\s*(?:\|\s*default\s*:\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\s*)?""",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class TemplateError(Exception):
    """A template that can't be used. `code` is `template_syntax` or `unknown_variable`."""

    def __init__(self, detail: str, *, code: str) -> None:
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


_Value = Callable[[Context], str]


def _text(value: object) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _attribute(path: tuple[str, ...]) -> _Value:
    def read(context: Context) -> str:
        value: object = context.attributes
        for key in path:
            if not isinstance(value, dict):
                return ""
            value = value.get(key)
        return "" if isinstance(value, dict | list) else _text(value)

    return read


_PLAIN: Mapping[str, _Value] = {
    "email": lambda context: context.email,
    "name": lambda context: context.name,
    "campaign_name": lambda context: context.campaign_name,
    "unsubscribe_url": lambda context: context.unsubscribe_url,
}


def _value(expression: str) -> _Value:
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise TemplateError(
            f"'{{{{{expression}}}}}' is not understood. Write {{{{ name }}}} or"
            ' {{ name|default:"friend" }}.',
            code="template_syntax",
        )
    variable = match["variable"]
    head, *path = variable.split(".")
    if variable in _PLAIN:
        read = _PLAIN[variable]
    elif head == "attributes" and path and all(path):
        read = _attribute(tuple(path))
    else:
        raise TemplateError(
            f"Unknown variable '{variable}'. Known are {', '.join(VARIABLES)}.",
            code="unknown_variable",
        )
    default = match["double"] if match["double"] is not None else match["single"]
    if not default:
        return read
    return lambda context: read(context) or default


class Template:
    """A parsed template. Raises TemplateError when `source` can't be parsed."""

    def __init__(self, source: str, *, html: bool = False) -> None:
        self._parts: list[str] = []
        self._values: list[tuple[int, _Value]] = []
        self._html = html
        self.variables = frozenset(
            match[1].strip().split("|")[0].strip() for match in _TAG.finditer(source)
        )
        end = 0
        for match in _TAG.finditer(source):
            self._literal(source[end : match.start()])
            self._values.append((len(self._parts), _value(match[1])))
            self._parts.append("")
            end = match.end()
        self._literal(source[end:])

    def _literal(self, text: str) -> None:
        for mark, advice in (
            ("{{", "Close it with }}."),
            ("}}", "Open it with {{."),
            ("{%", "Only {{ variable }} is understood."),
        ):
            if mark in text:
                raise TemplateError(
                    f"'{mark}' stands alone in the template. {advice}", code="template_syntax"
                )
        self._parts.append(text)

    def render(self, context: Context) -> str:
        if not self._values:
            return self._parts[0]
        return "".join(self.fill(context))

    def fill(self, context: Context) -> list[str]:
        """The parts whose sum `render` is; those with an even index are the same for everybody."""
        parts = self._parts.copy()
        if self._html:
            for index, value in self._values:
                parts[index] = escape(value(context))
        else:
            for index, value in self._values:
                parts[index] = value(context)
        return parts


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
