"""A first look at a file: what it is, and what its columns seem to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from posthorn.audience.imports.parsing.containers import container_of, first_bytes, unpack
from posthorn.audience.imports.parsing.detection import (
    SAMPLE_BYTES,
    check_text,
    column_names,
    detect_delimiter,
    detect_encoding,
    has_header,
    known_encoding,
)
from posthorn.audience.imports.parsing.errors import BadFile
from posthorn.audience.imports.parsing.mapping import Suggestion, suggest_mapping
from posthorn.audience.imports.parsing.reader import Reader

PREVIEW_ROWS = 20
_SAMPLE_ROWS = 500
_PREVIEW_CELL = 200


@dataclass(frozen=True, slots=True)
class Look:
    """`plain` files can be read as they are; others are unpacked into CSV in UTF-8 first."""

    container: str
    encoding: str
    delimiter: str
    header: bool
    columns: list[str]
    preview: list[list[str]]
    suggestion: Suggestion

    @property
    def plain(self) -> bool:
        return self.container == "csv" and self.encoding == "utf-8"


def look_at(
    file: IO[bytes],
    *,
    size: int,
    file_name: str,
    most: int,
    encoding: str = "",
    delimiter: str = "",
) -> Look:
    """Look at a file's beginning; what is given is taken, the rest is found out.

    Raises BadFile when nothing can be made of it.
    """
    file.seek(0)
    container = container_of(file.read(16), file_name)
    encoding = _encoding(file, container, encoding)
    file.seek(0)
    text, complete = _beginning(file, container, size=size, encoding=encoding, most=most)
    check_text(text)
    delimiter = delimiter or detect_delimiter(text)
    rows = _rows(text, delimiter, complete=complete)
    if not rows:
        raise BadFile("The file is empty. Upload one with a line for each address.")
    header = has_header(rows[0])
    columns = column_names(rows[0], header=header)
    rows = rows[1:] if header else rows
    return Look(
        container,
        encoding,
        delimiter,
        header,
        columns,
        [list(map(_shown, row)) for row in rows[:PREVIEW_ROWS]],
        suggest_mapping(columns, rows, file_name=file_name),
    )


def _shown(cell: str) -> str:
    return cell[:_PREVIEW_CELL].replace("\0", "\ufffd")


def _encoding(file: IO[bytes], container: str, given: str) -> str:
    if container == "xlsx":
        return "utf-8"
    if given:
        try:
            return known_encoding(given)
        except LookupError:
            raise BadFile(f"There is no encoding '{given}'. Try utf-8 or windows-1251.") from None
    return "" if container == "zip" else detect_encoding(first_bytes(file, container))


def _beginning(
    file: IO[bytes], container: str, *, size: int, encoding: str, most: int
) -> tuple[str, bool]:
    """Some text, and whether it is all there is."""
    head = b""
    for piece in unpack(file, container, size=size, encoding=encoding, most=most):
        head += piece
        if len(head) >= SAMPLE_BYTES:
            return head[:SAMPLE_BYTES].decode("utf-8-sig", "replace"), False
    return head.decode("utf-8-sig", "replace"), True


def _rows(text: str, delimiter: str, *, complete: bool) -> list[list[str]]:
    data = text.encode("utf-8", "replace")
    pieces = iter([data])
    reader = Reader(lambda _: next(pieces, b""), delimiter=delimiter)
    rows: list[list[str]] = []
    for _, cells, problem in reader:
        if not complete and reader.offset >= len(data):
            # It may go on behind the sample.
            break
        if not problem or not rows:
            rows.append(cells)
        if len(rows) > _SAMPLE_ROWS:
            break
    return rows
