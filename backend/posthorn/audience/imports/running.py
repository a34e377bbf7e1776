"""The work of an import: slices of about a second, on any worker, a batch a transaction.

A worker holds the import by a lease. Checkpoint, counters and rows of a batch commit together and
only under that lease: a worker that dies, hangs or comes back late neither loses nor doubles a row.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    transaction,
)
from django.db.models import F, Q

from posthorn.accounts.actor import SYSTEM
from posthorn.audience import counts
from posthorn.audience.addresses import normalise_address
from posthorn.audience.imports.models import (
    COUNTERS,
    TOPIC,
    Import,
    ImportMode,
    ImportStatus,
    RejectedLine,
    SeenSubscriber,
    UploadPiece,
)
from posthorn.audience.imports.parsing.containers import unpack
from posthorn.audience.imports.parsing.errors import BadFile
from posthorn.audience.imports.parsing.reader import Reader, Record
from posthorn.audience.imports.parsing.records import Batch, Plan, rows_to_write
from posthorn.audience.imports.services import columns_of, largest_unpacked
from posthorn.audience.imports.uploads import in_pieces, open_upload, store_piece
from posthorn.audience.imports.writing import count_people, write_people
from posthorn.audience.models import Membership, Subscriber, Suppression, SuppressionOrigin
from posthorn.core.clock import database_now
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record
from posthorn.core.sessions import Work, work_as

logger = logging.getLogger(__name__)

BATCH: Final = 10_000
SLICE_SECONDS: Final = 1.0
LEASE: Final = timedelta(seconds=20)
#: More rejected lines than anybody reads are counted and not kept.
MAX_REJECTED_KEPT: Final = 100_000
_REMOVED_AT_ONCE = 10_000


class LeaseLost(Exception):
    """Somebody else has the import now, or it runs no more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An import that this worker holds, as it was then."""

    job: Import
    lease: uuid.UUID
    lists: list[int]

    def record(self, **changes: object) -> None:
        """Write to the import and keep the lease. Raises LeaseLost."""
        now = database_now()
        held = Import.objects.filter(
            pk=self.job.pk, lease=self.lease, status=ImportStatus.RUNNING
        ).update(lease_until=now + LEASE, active_at=now, **changes)
        if not held:
            raise LeaseLost
        publish_on_commit(TOPIC, self.job.pk)


def run_slice(*, import_id: int) -> bool:
    """Go on with an import for about a second; True when there is more to do."""
    claim = _claim(import_id)
    if claim is None:
        return False
    try:
        return _work(claim)
    except LeaseLost:
        return False
    except BadFile as error:
        _end(claim, ImportStatus.FAILED, reason=str(error))
    except (OperationalError, InterfaceError, InternalError, IntegrityError):
        # An outage, a session that was ended for idling, a list that was deleted meanwhile: the
        # duty rings again once the lease is over.
        logger.warning("Import %s waits for the database", import_id, exc_info=True)
    except Exception:
        # An import is never `running` while nothing can run.
        logger.exception("Import %s failed", import_id)
        _end(
            claim,
            ImportStatus.FAILED,
            reason="Something went wrong on the server. It has been logged.",
        )
    return False


def _claim(import_id: int) -> Claim | None:
    now, lease = database_now(), uuid.uuid4()
    free = Q(lease__isnull=True) | Q(lease_until__lt=now)
    if not Import.objects.filter(free, pk=import_id, status=ImportStatus.RUNNING).update(
        lease=lease, lease_until=now + LEASE, active_at=now
    ):
        return None
    job = Import.objects.get(pk=import_id)
    return Claim(job, lease, sorted(job.lists.values_list("pk", flat=True)))


def _work(claim: Claim) -> bool:
    if not claim.job.unpacked:
        _unpack(claim)
        return _release(claim)
    until = time.monotonic() + SLICE_SECONDS
    with open_upload(claim.job.pk, unpacked=True, size=claim.job.size) as file:
        file.seek(claim.job.offset)
        reader = Reader(
            file.read, delimiter=claim.job.delimiter, offset=claim.job.offset, line=claim.job.line
        )
        records = iter(reader)
        plan = _plan(claim.job)
        if claim.job.header and claim.job.offset == 0:
            next(records, None)
        while batch := _next_batch(plan, records):
            write_batch(claim, batch, offset=reader.offset, line=reader.line)
            if time.monotonic() > until:
                return _release(claim)
    return not _finish(claim)


def _next_batch(plan: Plan, records: Iterator[Record]) -> Batch | None:
    batch = plan.read(records, most=BATCH)
    return batch if batch.read else None


def _release(claim: Claim) -> bool:
    """Let another worker go on."""
    return bool(
        Import.objects.filter(pk=claim.job.pk, lease=claim.lease).update(
            lease=None, active_at=database_now()
        )
    )


def _end(claim: Claim, status: ImportStatus, *, reason: str = "") -> None:
    now = database_now()
    with transaction.atomic():
        ended = Import.objects.filter(pk=claim.job.pk, lease=claim.lease).update(
            status=status, reason=reason[:500], finished_at=now, lease=None
        )
        if ended and status is not ImportStatus.UPLOADED:
            told = Import.objects.values("status", "reason", *COUNTERS).get(pk=claim.job.pk)
            record(Entry(SYSTEM, "finish", TOPIC, claim.job.pk, after=told))
        publish_on_commit(TOPIC, claim.job.pk)


# --- unpacking -----------------------------------------------------------------------------------


def _unpack(claim: Claim) -> None:
    """Have the file as plain CSV in UTF-8. Killed in between it begins anew."""
    job, size = claim.job, 0
    UploadPiece.objects.filter(belongs_to=job, unpacked=True).delete()
    with open_upload(job.pk, unpacked=False, size=job.file_size) as file:
        pieces = unpack(
            file,
            job.container,
            size=job.file_size,
            encoding=job.encoding,
            most=largest_unpacked(),
        )
        for number, data in enumerate(in_pieces(pieces)):
            with transaction.atomic():
                claim.record()
                store_piece(import_id=job.pk, unpacked=True, number=number, data=data)
            size += len(data)
    with transaction.atomic():
        claim.record(unpacked=True, size=size)


# --- batches -------------------------------------------------------------------------------------

#: Most addresses are of this shape, which is how they are kept; they need no closer look.
_PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]{1,64}(?:\.[a-z0-9_+-]{1,64}){0,5}"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,63}"
)


def read_address(given: str) -> str:
    """The address as it is kept. Raises ValueError with what is wrong with it."""
    if len(given) <= 64 and _PLAIN_ADDRESS.fullmatch(given):
        return given
    if not given.strip():
        raise ValueError("The address is missing.")
    address = normalise_address(given)
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"'{address[:100]}' is no e-mail address.") from None
    return address


def _plan(job: Import) -> Plan:
    return Plan(
        columns_of(job.mapping),
        treat_as=job.treat_as,
        read_address=read_address,
        first_wins=job.mode == ImportMode.ADD,
    )


def write_batch(claim: Claim, batch: Batch, *, offset: int, line: int) -> None:
    """Write a batch with its checkpoint, all or nothing. Raises LeaseLost."""
    rows = rows_to_write(batch)
    update = claim.job.mode != ImportMode.ADD
    with transaction.atomic():
        work_as(Work.BULK)
        # First, so that a worker who lost its lease waits for nobody and stops nobody.
        claim.record()
        if claim.job.dry_run:
            new, updated = count_people(rows, lists=claim.lists, update=update)
        else:
            written = write_people(rows, lists=claim.lists, update=update, now=database_now())
            new, updated = len(written.new), len(written.updated)
            _suppress(batch, note=f"Imported from {claim.job.file_name}")
            if claim.job.mode == ImportMode.REPLACE_LIST:
                _note_seen(claim.job, rows, batch)
        _keep_rejected(claim.job, batch)
        suppressed = len(batch.suppressed) + len(batch.suppressed_domains)
        claim.record(
            offset=offset,
            line=line,
            rows_read=F("rows_read") + batch.read,
            new=F("new") + new,
            updated=F("updated") + updated,
            unchanged=F("unchanged")
            + (batch.read - new - updated - suppressed - len(batch.rejected)),
            suppressed=F("suppressed") + suppressed,
            rejected=F("rejected") + len(batch.rejected),
        )
    claim.job.rejected += len(batch.rejected)


def _suppress(batch: Batch, *, note: str) -> None:
    """What is suppressed already keeps its reason."""
    rows = [
        *(Suppression(email=key, reason=why) for key, why in sorted(batch.suppressed.items())),
        *(
            Suppression(domain=key, reason=why)
            for key, why in sorted(batch.suppressed_domains.items())
        ),
    ]
    for row in rows:
        row.origin, row.note = SuppressionOrigin.IMPORT, note
    with counts.changing(Subscriber.objects.filter(email__in=batch.suppressed)):
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    if batch.suppressed_domains:
        counts.recount()


def _keep_rejected(job: Import, batch: Batch) -> None:
    room = max(0, MAX_REJECTED_KEPT - job.rejected)
    RejectedLine.objects.bulk_create(
        RejectedLine(
            belongs_to=job,
            line=each.line,
            address=each.address.replace("\0", "\ufffd").encode(errors="replace").decode(),
            reason=each.reason.replace("\0", "\ufffd").encode(errors="replace").decode()[:300],
        )
        for each in batch.rejected[:room]
    )


def _note_seen(job: Import, rows: list[tuple[str, str, str]], batch: Batch) -> None:
    addresses = [row[0] for row in rows] + sorted(batch.rejected_addresses)
    ids = Subscriber.objects.filter(email__in=addresses).values_list("pk", flat=True)
    SeenSubscriber.objects.bulk_create(
        (SeenSubscriber(belongs_to=job, subscriber_id=pk) for pk in sorted(ids)),
        ignore_conflicts=True,
    )


# --- the end -------------------------------------------------------------------------------------


def _finish(claim: Claim) -> bool:
    """End the import; False when there is more to do first."""
    job = claim.job
    job.refresh_from_db()
    if job.dry_run:
        _end(claim, ImportStatus.UPLOADED)
        return True
    if job.mode == ImportMode.REPLACE_LIST:
        if job.rows_read == job.rejected:
            raise BadFile("No line could be read, so nobody was taken off the lists.")
        if not _remove_unseen(claim):
            _release(claim)
            return False
    _end(claim, ImportStatus.FINISHED)
    return True


def _remove_unseen(claim: Claim) -> bool:
    """Take off the lists whoever the file doesn't hold, for about a second; True when done."""
    until = time.monotonic() + SLICE_SECONDS
    seen = SeenSubscriber.objects.filter(belongs_to=claim.job)
    unseen = Membership.objects.filter(mailing_list__in=claim.lists).exclude(
        subscriber_id__in=seen.values("subscriber_id")
    )
    while time.monotonic() < until:
        with transaction.atomic():
            claim.record()
            counts.lock()
            found = dict(unseen.order_by("pk").values_list("pk", "subscriber")[:_REMOVED_AT_ONCE])
            if not found:
                return True
            with counts.changing(Subscriber.objects.filter(pk__in=set(found.values()))):
                removed, _ = Membership.objects.filter(pk__in=found).delete()
            claim.record(removed=F("removed") + removed)
    return False
