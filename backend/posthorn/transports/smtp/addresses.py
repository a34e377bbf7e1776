"""Addresses as the wire wants them: domains in A-labels (RFC 5891), nothing that could inject."""

from __future__ import annotations

import re
from functools import lru_cache

import idna

# RFC 5321 section 4.1.2, and RFC 6531 section 3.3 for what is not ASCII. Two dots in a row are
# forbidden there and yet in use (docomo.ne.jp), so that is left to the server.
_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u00a1-\U0010ffff]+")
_QUOTED_STRING = re.compile(r'"(?:[ !#-\[\]-~\u00a1-\U0010ffff]|\\[ -~])*"')
_DOMAIN = re.compile(r"(?=.{1,255}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_LITERAL = re.compile(r"\[(?:[0-9.]{7,15}|IPv6:[0-9A-Fa-f:.]{2,45})\]")
_UNPRINTABLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class BadAddress(ValueError):
    """An address that can't be written in a mail; says which and why."""


def to_wire(address: str) -> str:
    """`address` with its domain in A-labels; the local part keeps what is not ASCII.

    What is not `isascii()` then needs a server with SMTPUTF8 (RFC 6531). Raises BadAddress.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local:
        raise BadAddress(f"'{address}' isn't an address: it must look like name@example.org.")
    if len(local.encode("utf-8", "replace")) > 64:
        raise BadAddress(f"'{address}' isn't an address: more than 64 bytes stand before the @.")
    fits = _DOT_STRING.fullmatch(local) or _QUOTED_STRING.fullmatch(local)
    if not fits or _UNPRINTABLE.search(local):
        raise BadAddress(f"'{address}' isn't an address: '{local}' can't stand before the @.")
    return f"{local}@{to_a_labels(domain)}"


@lru_cache(maxsize=10_000)
def to_a_labels(domain: str) -> str:
    """`domain` as DNS knows it: `münchen.de` is `xn--mnchen-3ya.de`. Raises BadAddress."""
    if _LITERAL.fullmatch(domain):
        return domain
    try:
        ascii_ = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadAddress(f"'{domain}' isn't a domain: {error}.") from error
    if not _DOMAIN.fullmatch(ascii_) or ".." in ascii_:
        raise BadAddress(f"'{domain}' isn't a domain.")
    return ascii_
