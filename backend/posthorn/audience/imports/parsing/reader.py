"""CSV in UTF-8, a record at a time, with the line and the byte at which each begins.

RFC 4180, and what else is found in the field: any delimiter, line ends of all systems, blank
lines. A line that is no CSV is told as such, and reading goes on behind it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from io import StringIO

_READ_BYTES = 256 * 1024
#: A longer line is no record of a person; what is beyond is skipped without being kept.
MAX_LINE_BYTES = 512 * 1024
#: A cell in quotes may hold line breaks; a quote that never closes would swallow the whole file.
MAX_RECORD_LINES = 100
#: How often reading goes back to the line behind a quote that never closes. Each time costs up to
#: MAX_RECORD_LINES lines anew, so a file of nothing else would take a hundred times as long.
_MAX_RETURNS = 1000

_DAMAGED = re.compile("[\0\ufffd\udc80-\udcff]")


#: The line at which a record begins, its cells, and what is wrong with it if anything is. A plain
#: tuple, since there are millions.
Record = tuple[int, list[str], str]


class _Unclosed(Exception):
    """A quote swallowed too many lines."""


class _TooLong(Exception):
    """A line is longer than any record may be."""


class Reader:
    """Iterates over the records that `pull` delivers: bytes, at most so many, none at the end.

    `offset` and `line` say where the record that follows the last one begins: bytes from the
    file's start, lines counted from 1. A reader that is made with them later goes on there.
    """

    def __init__(
        self, pull: Callable[[int], bytes], *, delimiter: str, offset: int = 0, line: int = 1
    ) -> None:
        self.offset = offset
        self.line = line
        self._pull = pull
        self._delimiter = delimiter
        self._rest = b""
        self._ended = False
        self._begun = offset > 0
        #: Lines that were fetched and not yet read; a number stands for a line of so many bytes
        #: that was too long to keep.
        self._ahead: deque[str | int] = deque()
        #: The lines of the record that is being read.
        self._record: list[str | int] = []
        self._returns = 0
        #: Whether lines that are ahead may hold characters that nobody can store.
        self._damaged = False

    def __iter__(self) -> Iterator[Record]:
        while True:
            rows = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            try:
                for cells in rows:
                    begun, problem = self.line, ""
                    self._pass()
                    if not cells:
                        continue
                    if self._damaged and any(map(_DAMAGED.search, cells)):
                        problem = "It holds bytes that are no text in the file's encoding."
                    yield begun, cells, problem
                return
            except (_TooLong, _Unclosed):
                problem = f"A quote is opened and not closed within {MAX_RECORD_LINES} lines."
            except csv.Error as error:
                problem = f"The quotes are not those of CSV: {error}."
            begun = self.line
            first = self._record[0]
            self._go_back()
            if isinstance(first, int):
                yield begun, [""], f"The line is longer than {MAX_LINE_BYTES // 1024} kB."
            else:
                yield begun, [first[:200]], problem

    def _pass(self) -> None:
        """The record is read: go on behind it."""
        for line in self._record:
            self.offset += _bytes_of(line)
        self.line += len(self._record)
        self._record.clear()

    def _go_back(self) -> None:
        """Give the record's first line up, and read on behind it."""
        if self._returns < _MAX_RETURNS:
            self._returns += 1
            self._ahead.extendleft(reversed(self._record[1:]))
            del self._record[1:]
        self._pass()

    def _lines(self) -> Iterator[str]:
        while self._ahead or self._fetch():
            line = self._ahead.popleft()
            self._record.append(line)
            if isinstance(line, int):
                raise _TooLong
            if len(self._record) > MAX_RECORD_LINES:
                raise _Unclosed
            yield line

    def _fetch(self) -> bool:
        """Have some lines ahead, if there are more."""
        while not self._ended:
            data = self._pull(_READ_BYTES)
            self._ended = not data
            if not self._begun and data:
                self._begun = True
                if data.startswith(b"\xef\xbb\xbf"):
                    self.offset += 3
                    data = data[3:]
            data = self._rest + data
            # A carriage return at the very end may be the first half of a line end.
            cut = len(data) if self._ended else _last_line_end(data)
            self._rest = data[cut:]
            if cut:
                self._split(data[:cut])
                return bool(self._ahead)
            if len(self._rest) > MAX_LINE_BYTES:
                self._skip_line()
                return True
        return False

    def _split(self, data: bytes) -> None:
        # Lines of an unfinished record may be read once more.
        self._damaged = self._damaged and bool(self._record)
        try:
            text = data.decode()
            self._damaged |= "\0" in text or "\ufffd" in text
        except UnicodeDecodeError:
            text = data.decode(errors="surrogateescape")
            self._damaged = True
        # Splits where CSV has line ends and, other than str.splitlines, nowhere else.
        self._ahead.extend(StringIO(text, newline=""))

    def _skip_line(self) -> None:
        """Pass over the rest of a line that is too long, keeping only its length."""
        length, end = len(self._rest), 0
        while not end and not self._ended:
            data = self._pull(_READ_BYTES)
            self._ended = not data
            end = _first_line_end(data)
            length += end or len(data)
            self._rest = data[end:] if end else b""
        self._ahead.append(length)


def _bytes_of(line: str | int) -> int:
    if isinstance(line, int):
        return line
    return len(line) if line.isascii() else len(line.encode(errors="surrogateescape"))


def _last_line_end(data: bytes) -> int:
    """How many bytes lead up to the last line end that is certain to be a whole one."""
    return max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1


def _first_line_end(data: bytes) -> int:
    """How many bytes lead up to the first line end, 0 when there is none."""
    newline = data.find(b"\n") + 1
    if newline:
        return newline
    return data.find(b"\r") + 1
