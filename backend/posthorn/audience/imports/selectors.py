"""Reads of imports."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from posthorn.audience.imports.models import Import, ImportStatus, RejectedLine
from posthorn.core.clock import database_now
from posthorn.core.errors import NotFound


def imports() -> QuerySet[Import]:
    """All whose file is there, newest first."""
    return Import.objects.exclude(status=ImportStatus.UPLOADING).prefetch_related("lists")


def get_import(import_id: int) -> Import:
    """Raises NotFound."""
    found = imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def rejected_lines(import_id: int) -> QuerySet[RejectedLine]:
    return RejectedLine.objects.filter(belongs_to=import_id).order_by("line", "pk")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an import goes; None where nothing is known."""

    percent: float
    rows_per_second: float | None
    seconds_left: int | None


def pace_of(job: Import) -> Pace:
    """Of the present or the last run."""
    percent = 100 * job.offset / job.size if job.size and job.unpacked else 0.0
    if job.started_at is None:
        return Pace(percent, None, None)
    seconds = ((job.finished_at or database_now()) - job.started_at).total_seconds()
    if seconds <= 0 or not job.offset:
        return Pace(percent, None, None)
    left = None
    if job.status == ImportStatus.RUNNING:
        left = round(seconds * (job.size - job.offset) / job.offset)
    return Pace(percent, job.rows_read / seconds, left)
