"""Images and attachments: uploaded once, served for ever under the hash of what they hold."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from posthorn.accounts.actor import Actor
from posthorn.content.images import ImageRefused, reencode
from posthorn.content.models import MediaFile
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record

TOPIC = "media"
MAX_BYTES = 10 * 1024 * 1024

_IMAGES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
#: What may be attached: documents that no program runs when they are opened, and archives.
_ATTACHMENTS = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_EXTENSIONS = {**_IMAGES, **{kind: extension for extension, kind in _ATTACHMENTS.items()}}
_IMAGE_NAMES = frozenset(("png", "jpg", "jpeg", "gif", "webp"))
_BEGINNINGS = {"pdf": b"%PDF-", **dict.fromkeys(("docx", "xlsx", "pptx", "zip"), b"PK"),
               **dict.fromkeys(("odt", "ods", "odp"), b"PK")}  # fmt: skip
_PATH = re.compile(r"([0-9a-f]{64})\.([a-z]{2,4})", re.ASCII)


def media_files() -> QuerySet[MediaFile]:
    """Every file without its content."""
    return MediaFile.objects.defer("data")


def get_media(media_id: int) -> MediaFile:
    """Without its content. Raises NotFound."""
    found = media_files().filter(pk=media_id).first()
    if found is None:
        raise NotFound("There is no such file.")
    return found


def media_path(media: MediaFile) -> str:
    return f"/media/{media.sha256}.{_EXTENSIONS[media.content_type]}"


def media_url(media: MediaFile) -> str:
    """Where everybody can fetch it, as it stands in messages."""
    return f"{settings.ENV.public_url}{media_path(media)}"


def find_media(file: str) -> MediaFile | None:
    """The file behind `<sha256>.<extension>`, with its content."""
    match = _PATH.fullmatch(file)
    if match is None:
        return None
    media = MediaFile.objects.filter(sha256=match[1]).first()
    return media if media is not None and _EXTENSIONS[media.content_type] == match[2] else None


def keep_media(*, name: str, data: bytes, by: Actor) -> MediaFile:
    """Keep an image (by its content) or an attachment (by its name's ending).

    What is there already is returned as it is. Raises InvalidInput.
    """
    name = _plain_name(name)
    extension = name.rpartition(".")[2].lower()
    if len(data) > MAX_BYTES:
        raise _refused(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Send less.")
    if extension in _IMAGE_NAMES:
        try:
            image = reencode(data)
        except ImageRefused as error:
            raise _refused(str(error)) from error
        name = f"{name.rpartition('.')[0]}.{_IMAGES[image.content_type]}"
        media = MediaFile(
            content_type=image.content_type, is_image=True, width=image.width, height=image.height
        )
        data = image.data
    elif extension in _ATTACHMENTS:
        if not data.startswith(_BEGINNINGS.get(extension, b"")):
            raise _refused(f"This is no {extension.upper()}, whatever its name says.")
        media = MediaFile(content_type=_ATTACHMENTS[extension], is_image=False)
    else:
        known = ", ".join(sorted({*_IMAGE_NAMES, *_ATTACHMENTS}))
        raise _refused(f"Files of this kind are not taken. Upload one of {known}.")
    media.sha256 = hashlib.sha256(data).hexdigest()
    media.name, media.data, media.size = name, data, len(data)
    media.created_by_id = by.user_id
    return _keep(media, by)


def _keep(media: MediaFile, by: Actor) -> MediaFile:
    try:
        with transaction.atomic():
            media.save()
            after = {"name": media.name, "sha256": media.sha256}
            record(Entry(by, "create", TOPIC, media.pk, after=after))
    except IntegrityError:
        kept = media_files().filter(sha256=media.sha256).first()
        if kept is None:
            raise
        return kept
    return media


def _plain_name(name: str) -> str:
    """The last part of `name`, on one line and without what no file system likes."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u2028\u2029]+', "_", last).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[:150]}{dot}{extension[:10]}" if stem else plain[:150]


def _refused(detail: str) -> InvalidInput:
    return InvalidInput(FieldError("file", "invalid", detail))
