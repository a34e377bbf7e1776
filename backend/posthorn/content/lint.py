"""What is wrong with a message before anybody gets it, found without a network. Pure Python."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from posthorn.content.markup import pieces_of, protect

#: Gmail cuts a message off after so many bytes of HTML.
CLIP_BYTES = 102 * 1024
#: Phones show about so many characters of a subject.
SUBJECT_LENGTH = 70
#: So many of a kind are told; a body with a thousand says enough by then.
_MOST = 10
_ACTIVE = frozenset(("script", "form", "iframe", "frame", "object", "embed", "applet", "base"))
#: Their DMARC policies let nobody else send in their names.
_FREE_MAIL = frozenset((
    "gmail.com", "googlemail.com", "yahoo.com", "outlook.com", "hotmail.com", "live.com",
    "aol.com", "icloud.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru",
    "proton.me",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: `code` is stable, `place` where it is, `fix` what to do."""

    code: str
    severity: str  # error: it can't start; warning: a person decides
    place: str
    detail: str
    fix: str


def lint(
    *, subject: str, from_email: str, body_text: str, body_html: str, leaves: bool
) -> list[Finding]:
    """Findings on a content's templates, errors first. `leaves`: to mailboxes, not a file."""
    found = [*_subject(subject), *_sender(from_email), *_parts(body_text, body_html, leaves)]
    if body_html:
        reader = _Reader(body_html)
        found += reader.findings
    return sorted(found, key=lambda finding: finding.severity)


def _subject(subject: str) -> list[Finding]:
    if len(subject) <= SUBJECT_LENGTH:
        return []
    return [
        _warning(
            "subject_long",
            "subject",
            f"The subject has {len(subject)} characters.",
            f"Phones show about {SUBJECT_LENGTH}: put what matters first, or shorten it.",
        )
    ]


def _sender(from_email: str) -> list[Finding]:
    domain = from_email.rpartition("@")[2]
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if "." not in ascii_domain:
        return [
            _warning(
                "from_domain_invalid",
                "from_email",
                f"'{domain}' is no domain that mail can come from.",
                "Write an address at your own domain.",
            )
        ]
    if ascii_domain.lower() in _FREE_MAIL:
        return [
            _warning(
                "from_domain_not_aligned",
                "from_email",
                f"{domain} lets nobody else send in its name (DMARC).",
                "Write an address at your own domain.",
            )
        ]
    return []


def _parts(body_text: str, body_html: str, leaves: bool) -> list[Finding]:
    found = []
    if "unsubscribe_url" not in body_text + body_html:
        finding = Finding(
            code="no_unsubscribe_link",
            severity="error" if leaves else "warning",
            place="body",
            detail="Nobody can unsubscribe by the message.",
            fix="Add a link to {{ unsubscribe_url }}, or choose a layout that has one.",
        )
        found.append(finding)
    if not body_text.strip():
        found.append(
            _warning(
                "text_empty",
                "body_text",
                "The plain-text part is empty.",
                "Write one, or let it follow from the HTML.",
            )
        )
    size = len(body_html.encode())
    if size > CLIP_BYTES:
        found.append(
            _warning(
                "clipped",
                "body",
                f"The HTML has {size // 1024} kB; Gmail cuts it off at 102 kB.",
                "Shorten it. Link to images instead of writing them into it.",
            )
        )
    return found


class _Reader:
    """Collects what stands in the HTML; variables in it are marks."""

    def __init__(self, html: str) -> None:
        protected = protect(html)
        self._restore = protected.restore
        self._mark = protected.mark
        self._counts: dict[str, int] = {}
        self.findings: list[Finding] = []
        for piece in pieces_of(protected.text):
            if piece.kind == "open":
                self._open(piece.name, piece.attributes)

    def _open(self, tag: str, values: dict[str, str]) -> None:
        if tag in _ACTIVE:
            self._add(
                "active_content",
                f"<{tag}>",
                f"Mail programs remove <{tag}>, or take the message for an attack.",
                "Take it out; link to a page instead.",
            )
        for name in values:
            if name.startswith("on"):
                self._add(
                    "active_content",
                    f"<{tag} {name}>",
                    f"Mail programs remove '{name}'; scripts never run.",
                    "Take it out.",
                )
        if tag == "img" and "alt" not in values:
            self._add(
                "image_without_alt",
                self._restore(values.get("src", ""))[:200],
                "An image has no alternative text; many read without images, or by ear.",
                'Say what it shows in alt, or alt="" where it is decoration.',
            )
        style = "".join(values.get("style", "").lower().split())
        if "position:fixed" in style or "position:absolute" in style:
            self._add(
                "escaping_style",
                f"<{tag}>",
                "Mail programs remove 'position'.",
                "Lay it out by tables or columns.",
            )
        if tag == "a" and "href" in values:
            self._link(values["href"].strip())

    def _link(self, href: str) -> None:
        if self._mark in href:
            return
        trouble = _broken(href)
        if trouble:
            self._add("link_broken", href[:200], trouble, "Write the whole address: https://…")
        elif href.lower().startswith("http://"):
            self._add(
                "link_insecure",
                href[:200],
                "This link is not encrypted; spam filters count that.",
                "Write https:// if the site has it.",
            )

    def _add(self, code: str, place: str, detail: str, fix: str) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] <= _MOST:
            self.findings.append(_warning(code, place, detail, fix))


def _broken(href: str) -> str:
    if not href or href == "#":
        return "This link leads nowhere."
    try:
        parts = urlsplit(href)
    except ValueError:
        return "This is no address."
    if parts.scheme in ("mailto", "tel"):
        return "" if parts.path else "This link leads nowhere."
    if href.startswith("#"):
        return ""
    if parts.scheme not in ("http", "https"):
        return f"Mail programs don't follow {parts.scheme or 'relative'} links."
    if not parts.hostname or any(character.isspace() for character in href):
        return "This is no whole address."
    return ""


def _warning(code: str, place: str, detail: str, fix: str) -> Finding:
    return Finding(code, "warning", place, detail, fix)
