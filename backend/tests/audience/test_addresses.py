"""Addresses and names, as they are written down."""

from __future__ import annotations

import pytest

from posthorn.audience.addresses import (
    InvalidAddress,
    clean_name,
    encode_domain,
    normalise_address,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("user@münchen.de", "user@xn--mnchen-3ya.de"),
        ("user@MÜNCHEN.de", "user@xn--mnchen-3ya.de"),
        ("user@xn--mnchen-3ya.de", "user@xn--mnchen-3ya.de"),
        ("user@почта。рф", "user@xn--80a1acny.xn--p1ai"),
        ("\ufeffada@example.org\u200b", "ada@example.org"),
        ("jörg@example.org", "jörg@example.org"),
        ("ada@[192.0.2.1]", "ada@[192.0.2.1]"),
    ],
)
def test_an_address_is_written_in_one_way(given: str, kept: str) -> None:
    assert normalise_address(given) == kept


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("ada\u200b@example.org", "invisible"),
        ("ada@exa\u202emple.org", "invisible"),
        ("ada\r\nbcc:eve@example.org", "invisible"),
        ("ada.example.org", "no @"),
        ("@example.org", "no @"),
        ("ada@-ü.org", "can't exist"),
        (f"{'a' * 250}@example.org", "longer"),
    ],
)
def test_an_address_that_no_mail_reaches_is_refused(given: str, fault: str) -> None:
    with pytest.raises(InvalidAddress, match=fault):
        normalise_address(given)


def test_a_sender_keeps_its_case_before_the_domain() -> None:
    assert encode_domain("News@münchen.de") == "News@xn--mnchen-3ya.de"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada\r\nBcc: eve", "Ada Bcc: eve"),
        ("A\u200bda\u202e Love\ufefflace", "Ada Lovelace"),
        ("नि\u200dशि", "नि\u200dशि"),
        ("A\u200dda", "Ada"),
        ("  Zoë  ", "Zoë"),
    ],
)
def test_a_name_keeps_what_can_be_seen(given: str, kept: str) -> None:
    assert clean_name(given) == kept
