"""Which transports this installation has, by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from posthorn.transports.base import Transport
from posthorn.transports.database import DatabaseTransport
from posthorn.transports.log import LogTransport
from posthorn.transports.models import MailServer
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from posthorn.transports.tending import Tender


class UnknownTransport(Exception):
    """A transport that was chosen once and is no longer configured."""


@cache
def all_transports() -> dict[str, Transport]:
    """Every transport that there can be, in the order in which it is offered.

    Raises ImproperlyConfigured when the environment describes one that cannot be.
    """
    transports: tuple[Transport, ...] = (
        DatabaseTransport(),
        LogTransport(settings.ENV.log_transport_file),
        SmtpTransport(*environment_servers()),
    )
    return {transport.name: transport for transport in transports}


@cache
def _tender() -> Tender:
    smtp = all_transports()["smtp"]
    assert isinstance(smtp, SmtpTransport)
    return Tender(smtp, environment_servers())


def forget_transports() -> None:
    """Read the environment anew when they are next asked for."""
    all_transports.cache_clear()
    _tender.cache_clear()


def environment_servers() -> tuple[Server, ...]:
    """The server of POSTHORN_SMTP_URL, if it is set. Raises ImproperlyConfigured."""
    if not settings.ENV.smtp_url:
        return ()
    try:
        return (Server.from_url(settings.ENV.smtp_url),)
    except ValueError as error:
        raise ImproperlyConfigured(f"POSTHORN_SMTP_URL can't be used: {error}.") from error


def transports() -> dict[str, Transport]:
    """Every transport that can be chosen here; `smtp` once there is a mail server."""
    found = dict(all_transports())
    if not settings.ENV.smtp_url and not MailServer.objects.filter(enabled=True).exists():
        del found["smtp"]
    return found


def get_transport(name: str, *, mail_servers: Sequence[int] = ()) -> Transport:
    """The transport of a campaign, over these mail servers if it is `smtp`; none for all.

    Raises UnknownTransport when this installation has none of that name.
    """
    available = transports()
    if name not in available:
        raise UnknownTransport(
            f"This installation has no transport '{name}'. It has {', '.join(available)}."
        )
    transport = available[name]
    return transport.through(mail_servers) if isinstance(transport, SmtpTransport) else transport


def tend() -> None:
    """Tell the `smtp` transport of this process what the database says of its mail servers.

    Called by whoever looks at the database anyway, a few times a second while something is sent.
    """
    _tender().tend()


def rest() -> None:
    """Nothing is being sent any more: give back what was taken of the day's limits."""
    _tender().rest()
