"""One way of writing addresses and names, so that one person is one subscriber. Pure Python."""

from __future__ import annotations

import unicodedata

import idna

MAX_LENGTH = 254
#: Joiners have a meaning between letters of some scripts, and in emoji.
_JOINERS = "\u200c\u200d"


class InvalidAddress(ValueError):
    """An address that no mail can reach; `detail` says what is wrong, `code` in one word."""

    def __init__(self, detail: str, *, code: str = "invalid") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


def normalise_address(address: str) -> str:
    """`address` in lower case, its domain in the ASCII form that mail servers know.

    RFC 5321 section 2.4 lets a host tell local parts apart by case but advises against it; no
    mailbox provider does, and a person who is written twice in different case must be mailed once.
    Raises InvalidAddress.
    """
    return encode_domain(address).lower()


def encode_domain(address: str) -> str:
    """`address` without surrounding space, its domain as IDNA A-labels (RFC 5891 section 4).

    Raises InvalidAddress, also for control, zero-width and bidirectional characters anywhere in it.
    """
    address = address.strip().strip("\u200b\u2060\ufeff")
    if any(_is_invisible(character) for character in address):
        raise InvalidAddress("It holds an invisible character. Type the address anew.")
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise InvalidAddress("It has no @ between a name and a domain.")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as error:
            raise InvalidAddress(f"The domain {domain} can't exist: {error}.") from error
    address = f"{local}@{domain}"
    # In lower case it may be longer.
    if len(address.lower()) > MAX_LENGTH:
        raise InvalidAddress(f"It is longer than {MAX_LENGTH} characters.", code="max_length")
    return address


def clean_name(name: str) -> str:
    """`name` on one line, without zero-width, bidirectional and other invisible characters."""
    kept = []
    for place, character in enumerate(name):
        if not _is_invisible(character) or _joins(name, place):
            kept.append(character)
        elif unicodedata.category(character) != "Cf":
            kept.append(" ")
    return " ".join("".join(kept).split())


def _joins(name: str, place: int) -> bool:
    """Whether a joiner stands where it has a meaning: between two characters beyond ASCII."""
    around = name[max(0, place - 1) : place + 2]
    return name[place] in _JOINERS and len(around) == 3 and not any(map(str.isascii, around))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")
