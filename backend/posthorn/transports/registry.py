"""Which transports this installation has, by name."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from posthorn.transports.base import Transport
from posthorn.transports.database import DatabaseTransport
from posthorn.transports.log import LogTransport
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport


class UnknownTransport(Exception):
    """A transport that was chosen once and is no longer configured."""


@cache
def transports() -> dict[str, Transport]:
    """Every transport that can be chosen here, in the order in which it is offered.

    Raises ImproperlyConfigured when the environment describes one that cannot be.
    """
    available: list[Transport] = [
        DatabaseTransport(),
        LogTransport(settings.ENV.log_transport_file),
    ]
    if settings.ENV.smtp_url:
        available.append(SmtpTransport(_mail_server()))
    return {transport.name: transport for transport in available}


def default_transport() -> str:
    """What a campaign goes through that names none: a mail server, where there is one."""
    return "smtp" if "smtp" in transports() else "database"


def _mail_server() -> Server:
    try:
        return Server.from_url(settings.ENV.smtp_url)
    except ValueError as error:
        raise ImproperlyConfigured(f"POSTHORN_SMTP_URL can't be used: {error}.") from error


def get_transport(name: str) -> Transport:
    """Raises UnknownTransport when this installation has none of that name."""
    try:
        return transports()[name]
    except KeyError:
        raise UnknownTransport(
            f"This installation has no transport '{name}'. It has {', '.join(transports())}."
        ) from None
