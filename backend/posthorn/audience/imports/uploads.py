"""Files kept in the database, in pieces: written and read as streams, in bounded memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Final

from posthorn.audience.imports.models import UploadPiece

PIECE_BYTES: Final = 1024 * 1024


def in_pieces(data: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PIECE_BYTES, the last one shorter."""
    rest = bytearray()
    for part in data:
        rest += part
        while len(rest) >= PIECE_BYTES:
            yield bytes(rest[:PIECE_BYTES])
            del rest[:PIECE_BYTES]
    if rest:
        yield bytes(rest)


def store_piece(*, import_id: int, unpacked: bool, number: int, data: bytes) -> None:
    UploadPiece.objects.create(belongs_to_id=import_id, unpacked=unpacked, number=number, data=data)


def open_upload(import_id: int, *, unpacked: bool, size: int) -> io.BufferedReader:
    """The file, for reading and seeking."""
    return io.BufferedReader(_Pieces(import_id, unpacked, size), buffer_size=256 * 1024)


class _Pieces(io.RawIOBase):
    """Holds one piece at a time."""

    def __init__(self, import_id: int, unpacked: bool, size: int) -> None:
        self._pieces = UploadPiece.objects.filter(belongs_to_id=import_id, unpacked=unpacked)
        self._size = size
        self._position = 0
        self._number = -1
        self._data = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._position >= self._size:
            return 0
        number, within = divmod(self._position, PIECE_BYTES)
        if number != self._number:
            data = self._pieces.filter(number=number).values_list("data", flat=True).get()
            self._number, self._data = number, memoryview(data)
        part = self._data[within : within + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
