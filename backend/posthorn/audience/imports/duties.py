"""What keeps imports going when workers die, and clears their files away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet

from posthorn.audience.imports.models import (
    Import,
    ImportStatus,
    SeenSubscriber,
    UploadPiece,
)
from posthorn.core.clock import database_now
from posthorn.core.duties import register_duty
from posthorn.core.rings import ring

EVERY_SECONDS = 5.0
#: A running import that nobody holds and that has done nothing for so long is rung for again.
SILENCE = timedelta(seconds=10)
#: An upload that never came to its end.
_BROKEN_OFF = timedelta(hours=1)
#: A file that nobody started to import.
_FORGOTTEN = timedelta(days=7)
_PIECES_AT_ONCE = 50
_ROWS_AT_ONCE = 10_000

_OVER = (ImportStatus.FINISHED, ImportStatus.CANCELLED, ImportStatus.FAILED)


def ring_silent() -> None:
    """Ring for running imports that no worker holds."""
    now = database_now()
    for import_id in Import.objects.filter(
        Q(lease__isnull=True, active_at__lt=now - SILENCE) | Q(lease_until__lt=now),
        status=ImportStatus.RUNNING,
    ).values_list("pk", flat=True):
        ring("import", import_id)


def clear_away() -> None:
    """Delete some of the files that nobody needs any more."""
    now = database_now()
    Import.objects.filter(status=ImportStatus.UPLOADED, created_at__lt=now - _FORGOTTEN).update(
        status=ImportStatus.CANCELLED,
        finished_at=now,
        reason="Nobody started it within seven days.",
    )
    broken_off = Import.objects.filter(
        status=ImportStatus.UPLOADING, created_at__lt=now - _BROKEN_OFF
    )
    over = Import.objects.filter(Q(status__in=_OVER) | Q(pk__in=broken_off.values("pk")))
    _delete_some(UploadPiece.objects.filter(belongs_to__in=over), _PIECES_AT_ONCE)
    _delete_some(SeenSubscriber.objects.filter(belongs_to__in=over), _ROWS_AT_ONCE)
    broken_off.filter(uploadpiece__isnull=True).delete()


def _delete_some(rows: QuerySet[Any], most: int) -> None:
    model: type[Model] = rows.model
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    if found:
        model._default_manager.filter(pk__in=found).delete()


def register() -> None:
    """Have the leader do this room's duties."""
    register_duty("imports", every_seconds=EVERY_SECONDS, work=ring_silent)
    register_duty("uploads", every_seconds=EVERY_SECONDS, work=clear_away)
