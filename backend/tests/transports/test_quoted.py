"""Quoted-printable: no line over 76 characters, whatever stands at its end."""

from __future__ import annotations

import quopri

import pytest

from posthorn.transports.smtp.quoted import encode


@pytest.mark.parametrize("blank", [" ", "\t", "  ", ""])
@pytest.mark.parametrize("end", ["\n", "", "\nmore\n"])
@pytest.mark.parametrize("letter", ["a", "é", "€", "\x1f"])
def test_a_blank_at_the_end_of_a_long_line_gets_a_line_of_its_own(
    blank: str, end: str, letter: str
) -> None:
    for length in range(160):
        text = "a" * (length % 3) + letter * length + blank + end
        encoded = encode(text)
        assert all(len(line) <= 76 for line in encoded.split(b"\r\n")), (length, encoded)
        assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == text
