"""The audit log: every entry of the journal becomes a row, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import AuditEntry
from posthorn.core.clock import database_now
from posthorn.core.journal import Entry, register_writer
from posthorn.core.origin import current_origin

#: The redaction table: fields whose values are kept. Of every other one it is only kept that it
#: changed: bodies, secrets, addresses, and whatever somebody adds and nobody thought of here.
KEPT = frozenset(
    {
        "bounce_action", "cancelled", "count", "daily_limit", "delivery", "description", "domain",
        "enabled", "excluded_lists", "excluded_segments", "expires_at", "format", "host",
        "is_active", "is_public", "layout", "lists", "mail_servers", "max_connections", "name",
        "original", "port", "priority", "put_back", "rate_limit", "reason", "role", "rows",
        "scheduled_at", "scopes", "security", "segments", "selector", "servers", "sessions",
        "status", "statuses", "stop_reason", "subject", "tags", "transport", "username", "weight",
    }
)  # fmt: skip
NOT_KEPT = "(not kept)"
_LONGEST = 300
_MOST_ITEMS = 100
#: How many old entries one turn of the duty removes.
_PIECE = 5000


def register() -> None:
    """Have every journal entry written down."""
    register_writer(write_entry)


def write_entry(entry: Entry) -> None:
    """A row for the entry. The journal's `record` calls it within the change's transaction."""
    by, origin = entry.by, current_origin()
    AuditEntry.objects.create(
        at=database_now(),
        actor_kind=by.kind,
        actor_id=(by.user_id or by.key_id) if isinstance(by, Actor) else None,
        actor_name=by.name[:150],
        action=entry.action,
        topic=entry.topic,
        object_id=entry.object_id,
        before=redacted(entry.before),
        after=redacted(entry.after),
        address=origin.address,
        request_id=origin.request_id,
    )


def redacted(values: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept of `values`, ready for JSON."""
    return {key: _plain(value) if key in KEPT else NOT_KEPT for key, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in list(value)[:_MOST_ITEMS]]
    if isinstance(value, str):
        return value[:_LONGEST]
    return NOT_KEPT


def audit_entries() -> QuerySet[AuditEntry]:
    """All entries, the newest first."""
    return AuditEntry.objects.order_by("-pk")


def remove_old_entries() -> int:
    """Remove a piece of what is older than the setting says; returns how many there were."""
    end = database_now() - timedelta(days=settings.ENV.audit_days)
    old = AuditEntry.objects.filter(at__lt=end).order_by("at").values("pk")[:_PIECE]
    removed, _ = AuditEntry.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return removed
