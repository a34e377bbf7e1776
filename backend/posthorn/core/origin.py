"""Where a request came from: bound by the middleware, read by whoever writes that down."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """The client's address and the request's id, both empty outside of a request."""

    address: str = ""
    request_id: str = ""


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("posthorn_origin", default=_NOWHERE)


def current_origin() -> Origin:
    return _origin.get()


@contextmanager
def origin(address: str, request_id: str) -> Iterator[None]:
    """What is done within is done for that request."""
    token = _origin.set(Origin(address, request_id))
    try:
        yield
    finally:
        _origin.reset(token)


def client_address(meta: Mapping[str, Any], *, trusted_proxies: int) -> str:
    """The address of whoever asks, as the outermost of our own proxies saw it.

    `X-Forwarded-For` is taken at its word for as many of its last entries as there are proxies of
    ours: what stands before them anybody can make up. Empty when that is no address.
    """
    found = str(meta.get("REMOTE_ADDR") or "")
    forwarded = meta.get("HTTP_X_FORWARDED_FOR")
    if trusted_proxies and forwarded:
        hops = str(forwarded).split(",")
        found = hops[-min(trusted_proxies, len(hops))].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What one client has for itself: an IPv4 address, the /64 of an IPv6 one (RFC 6177)."""
    if ":" not in address:
        return address
    parsed = ipaddress.IPv6Address(address)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))
