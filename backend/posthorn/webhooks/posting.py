"""Posts to addresses that others chose, without letting them reach what is ours.

The host's addresses are looked up once, checked, and connected to as they were checked: a name
that answers differently the second time (DNS rebinding) gains nothing. No redirect is followed.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 10.0
_ANSWER_BYTES = 1000


class Refused(Exception):
    """An address that must not be posted to; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or none and the reason."""

    status_code: int | None
    error: str
    body: str
    milliseconds: int

    @property
    def accepted(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


def check_url(url: str, *, allow_private: bool) -> None:
    """Raises Refused for what can't be an address of a webhook; looks nothing up."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Refused("It must look like https://example.org/hook.")
    if parts.username or parts.password:
        raise Refused("Leave user name and password out of the address: the signature proves us.")
    try:
        _ = parts.port
    except ValueError:
        raise Refused("Its port must be a number up to 65535.") from None
    if parts.scheme == "http" and not allow_private:
        raise Refused("Use https: what is posted names your campaigns.")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    _refuse_private(literal, allow_private=allow_private)


def post(url: str, *, body: bytes, headers: dict[str, str], allow_private: bool) -> Answer:
    """Post once. Never raises for what the other side does."""
    began = time.monotonic()
    try:
        status_code, answer = _post(url, body, headers, allow_private=allow_private)
        error = "" if 200 <= status_code < 300 else f"It answered {status_code}."
    except (Refused, OSError, HTTPError) as problem:
        status_code, answer, error = None, "", _told(problem)
    return Answer(
        status_code=status_code,
        error=error[:500],
        body=answer,
        milliseconds=round((time.monotonic() - began) * 1000),
    )


def _post(
    url: str, body: bytes, headers: dict[str, str], *, allow_private: bool
) -> tuple[int, str]:
    check_url(url, allow_private=allow_private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address_of(host, port, allow_private=allow_private)
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            retries=False,
            cert_reqs="CERT_REQUIRED",
            server_hostname=host,
            assert_hostname=host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        answer = pool.urlopen(
            "POST",
            target,
            body=body,
            headers={**headers, "Host": parts.netloc},
            redirect=False,
            preload_content=False,
            assert_same_host=False,
        )
        try:
            start = answer.read(_ANSWER_BYTES, decode_content=False)
        finally:
            answer.close()
    # A NUL is no text to PostgreSQL.
    return answer.status, start.decode("utf-8", "replace").replace("\x00", "")


def _address_of(host: str, port: int, *, allow_private: bool) -> str:
    """The first of the host's addresses, all of which must be such as may be posted to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"The host {host} is not known ({error}).") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        _refuse_private(ipaddress.ip_address(address), allow_private=allow_private)
    return addresses[0]


def _refuse_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, allow_private: bool
) -> None:
    mapped = getattr(address, "ipv4_mapped", None) or address
    if not allow_private and (not mapped.is_global or mapped.is_multicast):
        raise Refused(
            f"{address} is not an address of the public internet. Set"
            " POSTHORN_WEBHOOKS_ALLOW_PRIVATE=1 where webhooks may reach your own network."
        )


def _told(problem: Exception) -> str:
    text = str(problem) or type(problem).__name__
    # urllib3 puts the connection's representation in front of what happened.
    return text.rpartition(">: ")[2] if isinstance(problem, HTTPError) else text
