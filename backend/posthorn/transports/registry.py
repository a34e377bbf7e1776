"""Which transports this installation has, by name."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from posthorn.transports.base import Transport
from posthorn.transports.database import DatabaseTransport
from posthorn.transports.log import LogTransport
from posthorn.transports.smtp import Server, SmtpTransport


@cache
def transports() -> dict[str, Transport]:
    """Every transport that can be chosen here, in the order in which it is offered."""
    available: list[Transport] = [
        DatabaseTransport(),
        LogTransport(settings.ENV.log_transport_file),
    ]
    if settings.ENV.smtp_url:
        available.append(SmtpTransport(Server.from_url(settings.ENV.smtp_url)))
    return {transport.name: transport for transport in available}


def get_transport(name: str) -> Transport:
    """Raises KeyError when this installation has no transport of that name."""
    return transports()[name]
