"""Mail servers: written by owners, read by the workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.conf import settings
from django.db import IntegrityError, transaction

from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, FieldError, InvalidInput, NotFound
from posthorn.core.journal import By, Entry, record
from posthorn.core.sealing import SealBroken, seal, unseal
from posthorn.transports import daily
from posthorn.transports.base import TransportUnavailable
from posthorn.transports.models import MailServer
from posthorn.transports.smtp.pool import Health
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import check_server

TOPIC = "mail-servers"
_PURPOSE = "mail-server"


class MailServerFields(TypedDict, total=False):
    """What an owner may give a mail server; what is missing stays as it is."""

    name: str
    host: str
    port: int
    security: str
    username: str
    password: str
    auth: str
    client_name: str
    max_connections: int
    rate: float | None
    messages_per_connection: int
    weight: int
    enabled: bool
    daily_limit: int | None
    warmup_from: int | None
    warmup_factor: float | None
    warmup_started_on: date | None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`step` is where it failed, one of `smtp.opening.STEPS`; empty when all went well."""

    step: str
    detail: str


class ReadOnly(DomainError):
    """The server of POSTHORN_SMTP_URL."""

    code = "read_only"


def environment_row() -> MailServer | None:
    """The server of POSTHORN_SMTP_URL as a row that is in no table: the one with the id 0."""
    if not settings.ENV.smtp_url:
        return None
    server = Server.from_url(settings.ENV.smtp_url)
    return MailServer(
        pk=0,
        name="POSTHORN_SMTP_URL",
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=seal(server.password, purpose=_PURPOSE) if server.password else "",
        auth=server.auth,
        client_name=server.client_name,
        max_connections=server.max_connections,
        rate=server.rate or None,
        messages_per_connection=server.messages_per_connection,
    )


def all_mail_servers() -> list[MailServer]:
    """Every mail server, that of the environment first."""
    first = environment_row()
    return [*([first] if first else []), *MailServer.objects.all()]


def get_mail_server(server_id: int) -> MailServer:
    """Also that of the environment. Raises NotFound."""
    first = environment_row()
    if server_id == 0 and first is not None:
        return first
    server = MailServer.objects.filter(pk=server_id).first()
    if server is None:
        raise NotFound("There is no such mail server.")
    return server


def create_mail_server(*, fields: MailServerFields, by: By) -> MailServer:
    """Raises InvalidInput: a name that is taken, a warm-up without its limit."""
    server = MailServer()
    with transaction.atomic():
        _fill(server, fields)
        _save(server)
        record(Entry(by, "create", TOPIC, server.pk, after=dict(fields)))
    return server


def update_mail_server(*, server_id: int, changes: MailServerFields, by: By) -> MailServer:
    """The workers take it over within a second or two.

    Raises InvalidInput, NotFound, and ReadOnly for the server of the environment.
    """
    _refuse_environment(server_id)
    with transaction.atomic():
        server = MailServer.objects.select_for_update().filter(pk=server_id).first()
        if server is None:
            raise NotFound("There is no such mail server.")
        before = {key: getattr(server, key) for key in changes}
        _fill(server, changes)
        _save(server)
        record(Entry(by, "update", TOPIC, server_id, before=before, after=dict(changes)))
    return server


def delete_mail_server(*, server_id: int, by: By) -> None:
    """Campaigns that chose it go out over the others that they chose.

    Raises NotFound, and ReadOnly for the server of the environment.
    """
    _refuse_environment(server_id)
    with transaction.atomic():
        deleted, _ = MailServer.objects.filter(pk=server_id).delete()
        if not deleted:
            raise NotFound("There is no such mail server.")
        record(Entry(by, "delete", TOPIC, server_id))


def check_mail_server(server: MailServer, *, sender: str = "") -> CheckResult:
    """Connect and sign in now, and ask whether mail from `sender` is taken; sends nothing.

    What came of it is kept as the server's health.
    """
    now = database_now()
    try:
        check_server(to_server(server), sender=sender)
    except SealBroken as error:
        return CheckResult("auth", str(error))
    except TransportUnavailable as error:
        note_health(
            server_id=server.pk, health=Health(error_at=now, error=error.detail, step=error.step)
        )
        return CheckResult(error.step, error.detail)
    note_health(server_id=server.pk, health=Health(success_at=now))
    return CheckResult("", "")


def note_health(*, server_id: int, health: Health) -> None:
    """Write down what was seen of a server; what was not seen stays."""
    seen: dict[str, Any] = {}
    if health.success_at is not None:
        seen["last_success_at"] = health.success_at
    if health.error_at is not None:
        seen |= {
            "last_error_at": health.error_at,
            "last_error": health.error[:500],
            "last_error_step": health.step,
        }
    MailServer.objects.filter(pk=server_id).update(**seen)


def to_server(row: MailServer) -> Server:
    """The row as the `smtp` transport takes it.

    One whose password can't be read any more tries without, and fails at `auth` with a reason.
    """
    try:
        password = unseal(row.password, purpose=_PURPOSE) if row.password else ""
    except SealBroken:
        password = ""
    return Server(
        host=row.host,
        port=row.port,
        security=row.security,
        username=row.username,
        password=password,
        auth=row.auth,
        max_connections=row.max_connections,
        rate=row.rate or 0.0,
        messages_per_connection=row.messages_per_connection,
        client_name=row.client_name,
        id=row.pk,
        weight=row.weight,
        metered=row.daily_limit is not None,
    )


def _refuse_environment(server_id: int) -> None:
    if server_id == 0:
        raise ReadOnly("It is set by POSTHORN_SMTP_URL. Change that variable and restart.")


def _fill(server: MailServer, fields: MailServerFields) -> None:
    for key, value in fields.items():
        if key == "password":
            value = seal(str(value), purpose=_PURPOSE) if value else ""
        setattr(server, key, value)
    if server.warmup_from is None:
        server.warmup_factor = server.warmup_started_on = None
        return
    if server.daily_limit is None:
        raise InvalidInput(
            FieldError("daily_limit", "required", "A warm-up needs the limit that it grows to.")
        )
    server.warmup_factor = server.warmup_factor or 2.0
    server.warmup_started_on = server.warmup_started_on or daily.today()


def _save(server: MailServer) -> None:
    try:
        with transaction.atomic():
            server.save()
    except IntegrityError as error:
        if MailServer.objects.filter(name=server.name).exclude(pk=server.pk).exists():
            raise InvalidInput(
                FieldError("name", "unique", "There is a mail server of this name already.")
            ) from error
        raise
