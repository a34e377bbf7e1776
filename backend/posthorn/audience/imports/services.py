"""What people do with imports: upload a file, say what it means, start, cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any, TypedDict

from django.conf import settings
from django.db import transaction

from posthorn.accounts.actor import Actor
from posthorn.audience.imports.models import (
    COUNTERS,
    TOPIC,
    Import,
    ImportMode,
    ImportStatus,
    RejectedLine,
)
from posthorn.audience.imports.parsing.errors import BadFile, BadMapping
from posthorn.audience.imports.parsing.look import Look, look_at
from posthorn.audience.imports.parsing.mapping import Column, check_mapping
from posthorn.audience.imports.uploads import in_pieces, open_upload, store_piece
from posthorn.audience.services import check_lists
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, FieldError, InvalidInput, NotFound
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record
from posthorn.core.rings import ring_on_commit
from posthorn.core.sessions import Work, work_as

#: Unpacked, a file may be so many times as large as an upload may be.
_UNPACKED = 4


class WrongStatus(DomainError):
    """The import's status doesn't allow this."""

    code = "wrong_status"


class ImportOptions(TypedDict, total=False):
    """What an import may be told; what is missing stays as it is, or is found out."""

    encoding: str
    delimiter: str
    mapping: Sequence[Mapping[str, str]]
    treat_as: str
    mode: str
    lists: Sequence[int]


def largest_upload() -> int:
    """Bytes."""
    return int(settings.ENV.import_max_mb) * 1024 * 1024


def largest_unpacked() -> int:
    """Bytes."""
    return _UNPACKED * largest_upload()


def upload_import(
    *,
    file: IO[bytes],
    size: int,
    pieces: Iterable[bytes],
    file_name: str,
    options: ImportOptions,
    by: Actor,
) -> int:
    """Keep a file of `size` bytes for an import and return the import's id.

    `file` is looked at first; then `pieces`, the same bytes, are stored. It appears when the last
    of them is there. Raises InvalidInput, naming `file` or the option that is wrong.
    """
    if size > largest_upload():
        most = settings.ENV.import_max_mb
        raise InvalidInput(
            FieldError("file", "max_length", f"The file is larger than {most} MB. Split it.")
        )
    found = _look(file, size, file_name, options)
    given = _checked(options.get("mapping"), found.columns)
    columns = given or _as_json(found.suggestion.columns)
    with transaction.atomic():
        lists = check_lists(options.get("lists", ()))
        created = Import.objects.create(
            created_by=str(by)[:200],
            file_name=file_name[-200:],
            file_size=size,
            **_of_look(found),
            mapping=columns,
            treat_as=options.get("treat_as", found.suggestion.treat_as),
            mode=options.get("mode", ImportMode.ADD),
            unpacked=found.plain,
            size=size,
        )
        created.lists.set(lists)
    for number, data in enumerate(in_pieces(pieces)):
        store_piece(import_id=created.pk, unpacked=found.plain, number=number, data=data)
    with transaction.atomic():
        Import.objects.filter(pk=created.pk).update(status=ImportStatus.UPLOADED)
        record(Entry(by, "create", TOPIC, created.pk, after={"file_name": created.file_name}))
        publish_on_commit(TOPIC, created.pk)
    return created.pk


def update_import(*, import_id: int, options: ImportOptions, by: Actor) -> None:
    """Tell an import that has not started what its file means.

    Another encoding or delimiter looks at the file anew, and suggests a mapping if none is given.
    Raises InvalidInput, NotFound, WrongStatus.
    """
    with transaction.atomic():
        # To look at the file anew takes a while, in which the session is idle.
        work_as(Work.BULK)
        job = _locked(import_id)
        _require(job, ImportStatus.UPLOADED)
        fields: dict[str, Any] = {
            key: options[key] for key in ("treat_as", "mode") if key in options
        }
        if "encoding" in options or "delimiter" in options:
            found = _look_again(job, options)
            fields |= _of_look(found)
            fields["mapping"] = _as_json(found.suggestion.columns)
            _forget_unpacked(job)
            # The same bytes; whether a worker has to unpack them is another matter now.
            job.uploadpiece_set.update(unpacked=found.plain)
            fields |= {"unpacked": found.plain, "size": job.file_size}
        if columns := _checked(options.get("mapping"), fields.get("columns", job.columns)):
            fields["mapping"] = columns
        if "lists" in options:
            job.lists.set(check_lists(options["lists"]))
        Import.objects.filter(pk=import_id).update(**_nothing_done(), **fields)
        record(Entry(by, "update", TOPIC, import_id, after=dict.fromkeys(options, "changed")))
        publish_on_commit(TOPIC, import_id)


def start_import(*, import_id: int, dry_run: bool = False, by: Actor) -> None:
    """Have a worker import the file, or only count what would become of it.

    Raises InvalidInput when something is missing, NotFound, WrongStatus.
    """
    with transaction.atomic():
        job = _locked(import_id)
        _require(job, ImportStatus.UPLOADED)
        _check_complete(job)
        RejectedLine.objects.filter(belongs_to=job).delete()
        now = database_now()
        Import.objects.filter(pk=import_id).update(
            **{
                **_nothing_done(),
                "status": ImportStatus.RUNNING,
                "dry_run": dry_run,
                "started_at": now,
                "active_at": now,
            }
        )
        record(Entry(by, "start", TOPIC, import_id, after={"dry_run": dry_run}))
        ring_on_commit("import", import_id)
        publish_on_commit(TOPIC, import_id)


def cancel_import(*, import_id: int, by: Actor) -> None:
    """Import nothing more of the file; what is imported stays. Raises NotFound, WrongStatus."""
    with transaction.atomic():
        job = _locked(import_id)
        _require(job, ImportStatus.UPLOADED, ImportStatus.RUNNING)
        Import.objects.filter(pk=import_id).update(
            status=ImportStatus.CANCELLED, finished_at=database_now(), lease=None
        )
        record(Entry(by, "cancel", TOPIC, import_id))
        publish_on_commit(TOPIC, import_id)


def _nothing_done() -> dict[str, Any]:
    return {
        **dict.fromkeys(COUNTERS, 0),
        "rows_read": 0,
        "removed": 0,
        "offset": 0,
        "line": 1,
        "dry_run": False,
        "started_at": None,
        "finished_at": None,
    }


def _locked(import_id: int) -> Import:
    job = (
        Import.objects.select_for_update()
        .exclude(status=ImportStatus.UPLOADING)
        .filter(pk=import_id)
        .first()
    )
    if job is None:
        raise NotFound("There is no such import.")
    return job


def _require(job: Import, *allowed: ImportStatus) -> None:
    if job.status not in allowed:
        raise WrongStatus(
            f"The import is {job.status}; this needs one that is {' or '.join(allowed)}."
        )


def _check_complete(job: Import) -> None:
    columns = columns_of(job.mapping)
    try:
        check_mapping(columns, complete=True)
    except BadMapping as error:
        raise _bad_mapping(error) from None
    if job.mode == ImportMode.REPLACE_LIST and not job.lists.exists():
        raise InvalidInput(
            FieldError("lists", "no_lists", "Choose the lists whose subscribers are replaced.")
        )


def _forget_unpacked(job: Import) -> None:
    """What a dry run has unpacked was read by other options."""
    if not job.plain:
        job.uploadpiece_set.filter(unpacked=True).delete()


def columns_of(mapping: Sequence[dict[str, str]]) -> list[Column]:
    return [Column(**each) for each in mapping]


def _as_json(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [asdict(column) for column in columns]


def _of_look(found: Look) -> dict[str, Any]:
    return {
        "container": found.container,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "header": found.header,
        "columns": found.columns,
        "preview": found.preview,
        "source": found.suggestion.source,
    }


def _checked(
    given: Sequence[Mapping[str, str]] | None, names: Sequence[str]
) -> list[dict[str, str]]:
    """The mapping with the columns' names; nothing when none is given."""
    if not given:
        return []
    try:
        if len(given) != len(names):
            raise BadMapping(f"The file has {len(names)} columns; map each, in their order.")
        columns = [
            Column(name, each["target"], each.get("attribute", ""), each.get("type") or "text")
            for each, name in zip(given, names, strict=True)
        ]
        check_mapping(columns)
    except BadMapping as error:
        raise _bad_mapping(error) from None
    return _as_json(columns)


def _bad_mapping(error: BadMapping) -> InvalidInput:
    field = "mapping" if error.column is None else f"mapping.{error.column}"
    return InvalidInput(FieldError(field, "invalid", error.detail))


def _look(file: IO[bytes], size: int, file_name: str, options: ImportOptions) -> Look:
    try:
        return look_at(
            file,
            size=size,
            file_name=file_name,
            most=largest_unpacked(),
            encoding=options.get("encoding", ""),
            delimiter=options.get("delimiter", ""),
        )
    except BadFile as error:
        raise InvalidInput(FieldError("file", "invalid", str(error))) from error


def _look_again(job: Import, options: ImportOptions) -> Look:
    given = ImportOptions(
        encoding=options.get("encoding", job.encoding),
        delimiter=options.get("delimiter", job.delimiter),
    )
    with open_upload(job.pk, unpacked=job.plain, size=job.file_size) as file:
        return _look(file, job.file_size, job.file_name, given)
