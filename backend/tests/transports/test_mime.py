"""Messages as they go over the wire, read by a strict linter and by the standard library."""

from __future__ import annotations

import email.policy
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posthorn.content.rendering import Context, compile_content
from posthorn.transports.base import Attachment, Envelope, Message, Unsendable
from posthorn.transports.smtp.addresses import BadAddress, to_wire
from posthorn.transports.smtp.mime import Composer
from posthorn.transports.smtp.quoted import Body
from posthorn.transports.smtp.verp import read_return_path
from tests.transports.strict import lint, unwrap

ENVELOPE = Envelope(campaign_id=7, from_name="Пост Хорн", from_email="news@example.org")
NOW = datetime(2026, 11, 4, 9, 5, 6, tzinfo=UTC)


def message(**fields: Any) -> Message:
    given_: dict[str, Any] = {
        "delivery_id": 9,
        "email": "eve@example.com",
        "name": "Eve",
        "subject": "Hello",
        "body_text": "Text",
        "body_html": "",
        "one_click_url": "https://example.org/u/1",
        **fields,
    }
    return Message(**given_)


def compose(given_envelope: Envelope | None = None, /, **fields: Any) -> tuple[bytes, EmailMessage]:
    """The raw message, linted, and as the standard library reads it."""
    mail = Composer(given_envelope or ENVELOPE).compose(message(**fields), NOW)
    raw = unwrap(mail.data)
    lint(raw, seven_bit=not mail.needs_utf8)
    parsed = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return raw, parsed


def content(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    text = str(part.get_content()).replace("\r\n", "\n")
    # The line end before a boundary belongs to the boundary; without one it ends the text.
    return text if parsed.is_multipart() else text.removesuffix("\n")


def plain(text: str) -> str:
    """Line ends as a reader sees them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_a_message_reads_back_as_it_was_written() -> None:
    text = "Добрый день,\n.a line with a dot\nand a very long one: " + "слово " * 300
    raw, parsed = compose(
        name='Ёж, "Ö"', subject="Приглашение на праздник " * 6, body_text=text, body_html="<b>Ж</b>"
    )
    assert parsed["subject"].strip() == ("Приглашение на праздник " * 6).strip()
    assert parsed["to"].addresses[0].display_name == 'Ёж, "Ö"'
    assert parsed["from"].addresses[0].display_name == "Пост Хорн"
    assert parsed["message-id"] == "<posthorn.7.9@example.org>"
    assert parsed["date"].datetime == NOW
    assert parsed["list-unsubscribe"] == "<https://example.org/u/1>"
    assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert parsed["list-id"] == "<news.example.org>"
    assert parsed["feedback-id"] == "7:example.org:campaign:posthorn"
    assert content(parsed, "plain") == text
    assert content(parsed, "html") == "<b>Ж</b>"
    assert raw.isascii()


def test_a_body_of_one_long_line_has_no_bare_line_end() -> None:
    long = "word " * 400
    _, parsed = compose(body_text=long, body_html=f"<p>{long}</p>")
    assert content(parsed, "plain") == long
    assert content(parsed, "html") == f"<p>{long}</p>"


def test_a_message_without_html_is_plain_text() -> None:
    _, parsed = compose()
    assert parsed.get_content_type() == "text/plain"
    assert parsed.get_content().strip() == "Text"


TEXT = st.text(st.characters(exclude_characters="\0"), max_size=200)
LONG = st.builds(lambda text, times: text * times, TEXT, st.integers(1, 30))
ROWS = st.lists(
    st.one_of(TEXT, st.sampled_from([".", "..", ".hidden", "From me", " ", "\t", "=", "x" * 200])),
    max_size=8,
).map("\n".join)


@given(text=st.one_of(LONG, ROWS), html=st.one_of(LONG, ROWS), subject=TEXT, name=TEXT, url=TEXT)
@settings(max_examples=60)
def test_whatever_the_values_hold_the_message_is_well_formed_and_means_the_same(
    text: str, html: str, subject: str, name: str, url: str
) -> None:
    _, parsed = compose(
        body_text=text, body_html=html, subject=subject, name=name, one_click_url=url
    )
    assert content(parsed, "plain") == plain(text).encode("utf-8", "replace").decode()
    if html:
        assert content(parsed, "html") == plain(html).encode("utf-8", "replace").decode()
    assert parsed["to"].addresses[0].addr_spec == "eve@example.com"
    expected = {"from", "to", "subject", "date", "message-id", "list-id", "feedback-id"}
    expected |= {"mime-version", "content-type", "content-transfer-encoding"}
    if url:
        expected |= {"list-unsubscribe", "list-unsubscribe-post"}
    if html:
        expected -= {"content-transfer-encoding"}
    assert {key.lower() for key in parsed.keys()} == expected  # noqa: SIM118


PART = st.text(st.characters(exclude_characters="\0\r"), max_size=150)


@given(
    constants=st.lists(st.one_of(PART, ROWS), min_size=1, max_size=5),
    values=st.lists(PART, min_size=4, max_size=4),
)
def test_what_is_encoded_once_reads_as_what_is_encoded_each_time(
    constants: list[str], values: list[str]
) -> None:
    parts = interleave(constants, values)
    template = Body(interleave(constants, ["something else"] * 4))
    assert template.fits(parts)
    _, parsed = compose(body_text="".join(parts), text_parts=parts)
    assert content(parsed, "plain") == plain("".join(parts)).encode("utf-8", "replace").decode()


def interleave(constants: Sequence[str], values: Sequence[str]) -> list[str]:
    parts = [constants[0]]
    for constant, value in zip(constants[1:], values, strict=False):
        parts += [value, constant]
    return parts


def test_one_composer_writes_the_messages_of_a_campaign_each_with_its_own_values() -> None:
    templates = compile_content(
        subject="For {{ name }}",
        body_text="Dear {{ name }},\n\n" + "news " * 100 + "{{ email }}",
        body_html="<p>{{ name }}</p>" * 40,
    )
    composer = Composer(ENVELOPE)
    for name in ("Ann", "Жанна & Co", ""):
        context = Context(f"{len(name)}@example.org", name, "May", "", {})
        subject, text, html = templates.fill(context)
        mail = composer.compose(
            message(
                subject=subject,
                body_text="".join(text),
                body_html="".join(html),
                text_parts=text,
                html_parts=html,
            ),
            NOW,
        )
        raw = unwrap(mail.data)
        lint(raw)
        parsed = message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        assert (subject, content(parsed, "plain"), content(parsed, "html")) == (
            templates.render(context)
        )


@pytest.mark.parametrize("field", ["subject", "name", "one_click_url", "body_text"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\v", "\x85", "\u2028"])
def test_a_value_cannot_add_a_header(field: str, end: str) -> None:
    fields: dict[str, Any] = {field: f"Hi{end}Bcc: everybody@example.com"}
    _, parsed = compose(**fields)
    assert parsed["bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "eve",
        "@example.com",
        "eve@",
        "eve@exa mple.com",
        "eve@example..com",
        "eve@-example.com",
        "e ve@example.com",
        "eve@example.com>\r\nDATA",
        "eve\r\n@example.com",
        "eve>@example.com",
        "eve\u200b@example.com",
        f"{'e' * 65}@example.com",
        "eve@" + "ü" * 70 + ".de",
    ],
)
def test_an_address_that_cannot_be_written_is_refused_by_itself(address: str) -> None:
    with pytest.raises(BadAddress):
        Composer(ENVELOPE).compose(message(email=address), NOW)


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("user@münchen.de", "user@xn--mnchen-3ya.de"),
        ("user@ПРИМЕР.рф", "user@xn--e1afmkfd.xn--p1ai"),
        ('"a b"@example.org', '"a b"@example.org'),
        ("o'hara+x=y@example.org", "o'hara+x=y@example.org"),
        ("user@[192.0.2.1]", "user@[192.0.2.1]"),
        ("почта@пример.рф", "почта@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_domains_become_a_labels(address: str, wire: str) -> None:
    assert to_wire(address) == wire


def test_a_message_to_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    mail = Composer(ENVELOPE).compose(message(email="почта@пример.рф"), NOW)
    assert mail.needs_utf8
    fields = lint(unwrap(mail.data), seven_bit=False)
    assert "почта@xn--e1afmkfd.xn--p1ai".encode() in fields[b"to"]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"from_email": "news@"}, "isn't"),
        ({"from_email": "jörg@example.org"}, "ASCII before the @"),
        ({"reply_to": "nobody"}, "isn't an address"),
        ({"list_id": "a b"}, "can't be a List-Id"),
        ({"bounce_address": "x@y z"}, "isn't a domain"),
        ({"headers": (("Bcc", "all@example.org"),)}, "can't set the header 'Bcc'"),
        ({"headers": (("X-A: b\r\nBcc", "all@example.org"),)}, "can't set the header"),
    ],
)
def test_what_a_campaign_shares_and_cannot_be_written_says_so(
    wrong: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Unsendable, match=fault):
        Composer(Envelope(**{"campaign_id": 1, "from_name": "", "from_email": "a@b.org", **wrong}))


def test_a_campaign_may_add_headers_and_a_reply_address() -> None:
    envelope = Envelope(
        campaign_id=7,
        from_name="News",
        from_email="news@münchen.de",
        reply_to="desk@example.org",
        list_id="weekly.example.org",
        headers=(("X-Team", "Größe\r\nBcc: all@example.org"), ("Precedence", "bulk")),
    )
    _, parsed = compose(envelope)
    assert parsed["from"].addresses[0].addr_spec == "news@xn--mnchen-3ya.de"
    assert parsed["reply-to"] == "desk@example.org"
    assert parsed["list-id"] == "<weekly.example.org>"
    assert parsed["x-team"] == "Größe Bcc: all@example.org"
    assert parsed["precedence"] == "bulk"
    assert parsed["bcc"] is None


def test_files_and_images_go_with_the_message() -> None:
    picture, paper = bytes(range(256)) * 20, b"%PDF-1.7 \n.\n" * 50
    name = "Приложение, чьё имя очень, очень длинно.pdf"
    envelope = Envelope(
        campaign_id=7,
        from_name="",
        from_email="a@example.org",
        attachments=(
            Attachment("logo.png", "image/png", picture, content_id="logo@posthorn"),
            Attachment(name, "application/pdf", paper),
        ),
    )
    raw, parsed = compose(envelope, body_html='<img src="cid:logo@posthorn">')
    assert parsed.get_content_type() == "multipart/mixed"
    assert content(parsed, "html") == '<img src="cid:logo@posthorn">'
    parts = {part.get_content_type(): part for part in parsed.walk()}
    assert parts["application/pdf"].get_content() == paper
    assert parts["application/pdf"].get_filename() == name
    assert parts["image/png"]["content-id"] == "<logo@posthorn>"
    assert b64decode(str(parts["image/png"].get_payload())) == picture
    assert "multipart/related" in parts
    assert raw.isascii()


def test_the_return_path_names_the_delivery_and_nobody_can_make_one_up() -> None:
    envelope = Envelope(7, "", "a@example.org", bounce_address="bounces@mail.example.org")
    path = Composer(envelope).compose(message(), NOW).sender
    assert path.startswith("bounces+7-9.")
    assert path.endswith("@mail.example.org")
    assert read_return_path(path) == (7, 9)
    assert read_return_path(path.replace("7-9", "7-8")) is None
    assert read_return_path("bounces@mail.example.org") is None
