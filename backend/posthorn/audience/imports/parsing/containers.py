"""What a file is packed in: .csv, .gz, .zip with one or several CSV files, .xlsx.

Unpacked it is one CSV in UTF-8. How much may come out is bounded before and while it does, so that
a small file that expands without end costs little.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import IO, Any, Final

import openpyxl

from posthorn.audience.imports.parsing.detection import (
    MAX_COLUMNS,
    SAMPLE_BYTES,
    column_names,
    detect_delimiter,
    detect_encoding,
    rows_of,
)
from posthorn.audience.imports.parsing.errors import BadFile
from posthorn.audience.imports.parsing.mapping import treatment
from posthorn.audience.imports.parsing.reader import Reader

PIECE: Final = 1024 * 1024
#: Text packs to a tenth, at best to a thirtieth. What expands more is made to fill a disk.
MAX_RATIO = 200
_SMALL = 10 * 1024 * 1024
_MAX_MEMBERS = 100
_MAX_WORKBOOK_BYTES = 512 * 1024 * 1024
#: Texts that cells share are kept in memory while a workbook is read.
_MAX_SHARED_STRINGS_BYTES = 48 * 1024 * 1024
_MAX_SHEET_ROWS = 1_048_576
#: What the libraries raise when an archive is not what it says.
_DAMAGED = (
    *(OSError, EOFError, ValueError, RuntimeError, OverflowError),
    *(zlib.error, zipfile.BadZipFile, struct.error),
)
_TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")


def container_of(head: bytes, file_name: str) -> str:
    """`csv`, `gz`, `zip` or `xlsx`, by a file's first bytes. Raises BadFile for a known other."""
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx" if file_name.lower().endswith((".xlsx", ".xlsm")) else "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile("This is an old .xls workbook. Save it as .xlsx or CSV and upload that.")
    if head.startswith((b"%PDF", b"\x89PNG", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"BZh")):
        raise BadFile("Upload a CSV file, also packed as .gz or .zip, or an .xlsx workbook.")
    return "csv"


def unpack(
    file: IO[bytes], container: str, *, size: int, encoding: str, most: int
) -> Iterator[bytes]:
    """The file's CSV in UTF-8, in pieces. `file` has `size` bytes and can seek.

    `encoding` is the text's, "" when it shall be found out. Raises BadFile, at any piece, when
    the file is damaged or more than `most` bytes come out.
    """
    limit = min(most, max(size * MAX_RATIO, _SMALL))
    pieces: Iterator[bytes]
    if container == "gz":
        pieces = _transcoded(_gunzipped(file), encoding)
    elif container == "zip":
        pieces = _members(file, encoding, limit)
    elif container == "xlsx":
        pieces = _sheet(file)
    else:
        pieces = _transcoded(iter(lambda: file.read(PIECE), b""), encoding)
    return _bounded(pieces, limit)


def first_bytes(file: IO[bytes], container: str) -> bytes:
    """The beginning of the text in its own encoding; of merged files and workbooks, nothing."""
    file.seek(0)
    if container == "gz":
        return next(_gunzipped(file), b"")[:SAMPLE_BYTES]
    return file.read(SAMPLE_BYTES) if container == "csv" else b""


def _bounded(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise _too_large(limit)
        yield piece


def _too_large(limit: int) -> BadFile:
    return BadFile(
        f"Unpacked the file is larger than {limit // 1024 // 1024} MB. Split it into several."
    )


# --- text ----------------------------------------------------------------------------------------


def _transcoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Text in `encoding` as UTF-8. What can't be read becomes U+FFFD, which the reader rejects."""
    first = next(pieces, b"")
    encoding = encoding or detect_encoding(first[:SAMPLE_BYTES])
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        # Left as it is: the reader tells damaged lines from good ones.
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield _plain_text(decoder.decode(first)).removeprefix(codecs.BOM_UTF8)
    for piece in pieces:
        yield _plain_text(decoder.decode(piece))
    yield _plain_text(decoder.decode(b"", final=True))


def _plain_text(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _gunzipped(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as packed:
        yield from _read_packed(packed)


def _read_packed(packed: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while True:
        try:
            piece = packed.read(PIECE)
        except _DAMAGED as error:
            raise BadFile(
                "The archive is damaged or stops in the middle. Pack and upload it again."
            ) from error
        if not piece:
            return
        yield piece


# --- archives ------------------------------------------------------------------------------------


def _open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGED as error:
        raise BadFile("The archive is damaged. Pack and upload it again.") from error


def _members(file: IO[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    with _open_zip(file) as archive:
        if _is_workbook(archive):
            yield from _sheet(file)
            return
        found = [
            info
            for info in archive.infolist()
            if info.filename.lower().endswith(_TEXT_ENDINGS)
            and not info.filename.startswith("__MACOSX/")
        ]
        _check_members(found, limit)
        if len(found) == 1:
            yield from _member(archive, found[0], encoding)
        else:
            yield from _merged(archive, found, encoding)


def _check_members(found: list[zipfile.ZipInfo], limit: int) -> None:
    if not found:
        raise BadFile("The archive holds no .csv file.")
    if len(found) > _MAX_MEMBERS:
        raise BadFile(f"The archive holds more than {_MAX_MEMBERS} files. Split it into several.")
    if any(info.flag_bits & 1 for info in found):
        raise BadFile("The archive is encrypted. Pack it without a password.")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in found):
        raise BadFile("The archive is packed in a way that is not understood. Use plain zip.")
    if sum(info.file_size for info in found) > limit:
        raise _too_large(limit)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, encoding: str) -> Iterator[bytes]:
    try:
        packed = archive.open(info)
    except _DAMAGED as error:
        raise BadFile("The archive is damaged. Pack and upload it again.") from error
    with packed:
        yield from _transcoded(_read_packed(packed), encoding)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of several CSV files in an archive."""

    info: zipfile.ZipInfo
    delimiter: str
    names: list[str]
    treat_as: str


def _merged(
    archive: zipfile.ZipFile, found: list[zipfile.ZipInfo], encoding: str
) -> Iterator[bytes]:
    """Several files, such as Mailchimp's, as one: all columns, and what each file's rows are."""
    parts = [_look_into(archive, info, encoding) for info in found]
    names = list(dict.fromkeys(name for part in parts for name in part.names))
    told = len({part.treat_as for part in parts}) > 1
    # It knows of each row which file it is from; the files' own columns have other names.
    yield _lines([[*names, "status"]] if told else [names])
    for part in parts:
        places = [part.names.index(name) if name in part.names else None for name in names]
        piece: list[list[str]] = []
        reader = Reader(_pull(_member(archive, part.info, encoding)), delimiter=part.delimiter)
        for line, cells, _ in reader:
            if line == 1:
                continue
            row = ["" if p is None or p >= len(cells) else cells[p] for p in places]
            piece.append([*row, part.treat_as] if told else row)
            if len(piece) == 1000:
                yield _lines(piece)
                piece = []
        yield _lines(piece)


def _look_into(archive: zipfile.ZipFile, info: zipfile.ZipInfo, encoding: str) -> _Part:
    first = next(_member(archive, info, encoding), b"")[:SAMPLE_BYTES]
    text = first.decode("utf-8-sig", "replace")
    delimiter = detect_delimiter(text)
    header = next(iter(rows_of(text.splitlines()[:1], delimiter)), [])
    names = column_names(header, header=True)
    plain = [name.lower() for name in names]
    return _Part(info, delimiter, names, treatment(plain, info.filename))


def _pull(pieces: Iterator[bytes]) -> Callable[[int], bytes]:
    rest = b""

    def pull(most: int) -> bytes:
        nonlocal rest
        while not rest:
            piece = next(pieces, None)
            if piece is None:
                return b""
            rest = piece
        taken, rest = rest[:most], rest[most:]
        return taken

    return pull


def _lines(rows: list[list[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


# --- workbooks -----------------------------------------------------------------------------------


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    return "xl/workbook.xml" in archive.namelist()


def _sheet(file: IO[bytes]) -> Iterator[bytes]:
    """The first sheet's values, read as a stream; a formula counts as its result."""
    with _open_zip(file) as archive:
        members = archive.infolist()
        if sum(info.file_size for info in members) > _MAX_WORKBOOK_BYTES or any(
            info.filename.endswith("sharedStrings.xml")
            and info.file_size > _MAX_SHARED_STRINGS_BYTES
            for info in members
        ):
            raise BadFile("The workbook is too large. Save it as CSV and upload that.")
        if sum(info.file_size for info in members) > MAX_RATIO * max(_size_of(file), 50_000):
            raise BadFile("The workbook expands beyond measure. Save it as CSV and upload that.")
    file.seek(0)
    try:
        yield from _rows_of_sheet(file)
    except BadFile:
        raise
    except Exception as error:
        # Whatever the library meets in a file that only pretends to be a workbook.
        raise BadFile("The workbook is damaged. Save it as CSV and upload that.") from error


def _size_of(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _rows_of_sheet(file: IO[bytes]) -> Iterator[bytes]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        # What the sheet says of its own size is often wrong.
        sheet.reset_dimensions()
        piece: list[list[Any]] = []
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), 1):
            if number > _MAX_SHEET_ROWS:
                raise BadFile("The sheet has more rows than a sheet can have.")
            cells = [_cell(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            # A row is a line, an empty one too, so that lines are counted as the sheet counts.
            piece.append(cells)
            if len(piece) == 1000:
                yield _lines(piece)
                piece = []
        yield _lines(piece)
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split("\n")).replace("\r", " ")
