"""One small file by HTTPS, from a host that the caller has checked."""

from __future__ import annotations

import urllib3
from urllib3.exceptions import HTTPError

_MOST = 100_000
_TIMEOUT = urllib3.Timeout(connect=3.0, read=5.0)


def fetch(url: str, *, ca_certs: str | None = None) -> bytes:
    """The first 100 kB at `url`. No redirect is followed. Raises OSError."""
    pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=ca_certs, timeout=_TIMEOUT)
    try:
        with pool:
            answer = pool.request("GET", url, redirect=False, retries=False, preload_content=False)
            body = answer.read(_MOST)
            answer.close()
    except HTTPError as error:
        raise OSError(f"{url}: {error}") from error
    if answer.status != 200:
        raise OSError(f"{url} answered {answer.status}.")
    return body
