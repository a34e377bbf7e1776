"""Signatures, verified by another program that is given our public key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posthorn.transports.base import Attachment, Envelope, Unsendable
from posthorn.transports.smtp.dkim import DkimKey, KeyPair, make_key_pair
from posthorn.transports.smtp.mime import Composer
from tests.transports.strict import lint, unwrap
from tests.transports.test_mime import LONG, PART, ROWS, TEXT, interleave, message

RSA = make_key_pair(domain="example.org", selector="one")
ED25519 = make_key_pair(domain="example.org", selector="two", algorithm="ed25519")
ENVELOPE = Envelope(7, "Пост Хорн", "news@example.org", reply_to="desk@example.org")


def signed(pairs: Sequence[KeyPair], envelope: Envelope = ENVELOPE, **fields: object) -> bytes:
    composer = Composer(envelope, [pair.key for pair in pairs])
    raw = unwrap(composer.compose(message(**fields), datetime.now(UTC)).data)
    lint(raw)
    return raw


def verified(raw: bytes, pairs: Sequence[KeyPair]) -> list[bool]:
    """What dkimpy says of each signature in turn."""
    records = {f"{pair.record_name}.".encode(): pair.record.encode() for pair in pairs}

    def dnsfunc(name: bytes, timeout: int = 5) -> bytes | None:
        return records.get(name)

    count = len(re.findall(rb"^DKIM-Signature:", raw, re.MULTILINE))
    return [dkim.DKIM(raw).verify(idx=index, dnsfunc=dnsfunc) for index in range(count)]


@pytest.mark.parametrize(
    "pairs", [[RSA], [ED25519], [RSA, ED25519]], ids=["rsa", "ed25519", "both"]
)
def test_another_program_verifies_each_signature(pairs: list[KeyPair]) -> None:
    raw = signed(pairs, body_html="<p>Hello  there </p>\n\n\n", body_text="Text \t of\n.\n\n\n")
    assert verified(raw, pairs) == [True] * len(pairs)


@given(
    text=st.one_of(LONG, ROWS),
    html=st.one_of(st.just(""), ROWS),
    subject=TEXT,
    name=TEXT,
    constants=st.lists(st.one_of(PART, ROWS), min_size=1, max_size=4),
    values=st.lists(PART, min_size=3, max_size=3),
)
@settings(max_examples=50)
def test_whatever_the_message_holds_it_verifies(
    text: str, html: str, subject: str, name: str, constants: list[str], values: list[str]
) -> None:
    parts = interleave(constants, values)
    raw = signed([ED25519], body_text=text, body_html=html, subject=subject, name=name)
    assert verified(raw, [ED25519]) == [True]
    raw = signed([ED25519], body_text="".join(parts), text_parts=parts)
    assert verified(raw, [ED25519]) == [True]


def test_attachments_are_signed_too() -> None:
    envelope = Envelope(
        7, "", "news@example.org", attachments=(Attachment("a.bin", "x/y", b"abc" * 500),)
    )
    assert verified(signed([RSA], envelope, body_html="<p>x</p>"), [RSA]) == [True]


@pytest.mark.parametrize(
    "field",
    b"From To Subject Date Message-ID Reply-To List-Unsubscribe List-Unsubscribe-Post List-Id"
    b" Feedback-ID MIME-Version Content-Type".split(),
)
def test_a_field_that_was_changed_breaks_the_signature(field: bytes) -> None:
    raw = signed([RSA], body_html="<p>x</p>")
    changed = re.sub(rb"(?m)^" + field + rb":", field + b": x", raw, count=1)
    assert changed != raw
    assert verified(changed, [RSA]) == [False]


def test_nobody_can_add_a_second_sender() -> None:
    assert verified(b"From: other@example.net\r\n" + signed([RSA]), [RSA]) == [False]


def test_only_keys_that_align_with_the_sender_sign() -> None:
    other = make_key_pair(domain="example.net", selector="one")
    parent = make_key_pair(domain="org", selector="up")
    assert b"DKIM-Signature" not in signed([other])
    assert verified(signed([other, parent, RSA]), [RSA]) == [True]


def test_the_record_fits_what_dns_expects() -> None:
    assert RSA.record_name == "one._domainkey.example.org"
    assert RSA.record.startswith("v=DKIM1; k=rsa; p=MIIBIjAN")
    assert ED25519.record.startswith("v=DKIM1; k=ed25519; p=")
    assert "PRIVATE" not in repr(RSA.key)


def test_a_key_that_is_none_stops_the_campaign_with_its_reason() -> None:
    with pytest.raises(Unsendable, match=r"DKIM key of example\.org can't be used"):
        Composer(ENVELOPE, [DkimKey("example.org", "one", "no key at all")])
