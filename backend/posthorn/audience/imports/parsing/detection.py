"""What a file's beginning tells: its encoding, its delimiter, whether it has a header."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence

from charset_normalizer import from_bytes

from posthorn.audience.imports.parsing.errors import BadFile

#: So many bytes of a file are looked at.
SAMPLE_BYTES = 256 * 1024
MAX_COLUMNS = 500
DELIMITERS = (",", ";", "\t", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CYRILLIC_WORDS = re.compile(rb"[\xc0-\xff\xa8\xb8\xa3\xb3]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_LOOKS_LIKE_ADDRESS = re.compile(r"\s*'?[^@\s]{1,64}@[^@\s]+\.[^@\s]+\s*")


def known_encoding(name: str) -> str:
    """Python's name of an encoding that text can be read in. Raises LookupError."""
    info = codecs.lookup(name)
    is_text = getattr(info, "_is_text_encoding", True)
    if not is_text or info.name in ("idna", "punycode", "undefined"):
        raise LookupError(name)
    return info.name


def detect_encoding(sample: bytes) -> str:
    """The encoding of a file that begins with `sample`. Raises BadFile when it is no text."""
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    if wide := _utf16_without_mark(sample):
        return wide
    try:
        # The sample may end within a character.
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError as error:
        # A few damaged bytes in a text that is UTF-8 otherwise concern their lines alone.
        if _mostly_utf8(sample):
            return "utf-8"
        return _one_byte_encoding(sample, error)
    return "utf-8"


def _utf16_without_mark(sample: bytes) -> str:
    """Latin text in UTF-16 has a zero in nearly every other byte."""
    head = sample[:4096]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return "utf-16-be"
    return ""


def _mostly_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - damaged
    return whole > 2 * damaged


def _one_byte_encoding(sample: bytes, error: UnicodeDecodeError) -> str:
    # Russian is looked for first: the words are runs of letters, capitals first, which tells the
    # two encodings apart; a general guesser mistakes a few names for all sorts of things.
    words = _CYRILLIC_WORDS.findall(sample)
    if sum(map(len, words)) * 2 > len(_HIGH.findall(sample)):
        windows = sum(word[0] < 0xE0 <= word[1] for word in words)
        koi8 = sum(word[1] < 0xE0 <= word[0] for word in words)
        lower = sum(byte >= 0xE0 for word in words for byte in word)
        if windows != koi8:
            return "cp1251" if windows > koi8 else "koi8-r"
        return "cp1251" if lower * 2 > sum(map(len, words)) else "koi8-r"
    guess = from_bytes(sample[: 64 * 1024], enable_fallback=True).best()
    if guess is None:
        raise BadFile(
            "This is no text that Posthorn can read. Save it as CSV in UTF-8 and upload it again."
        ) from error
    return known_encoding(guess.encoding)


def check_text(text: str) -> None:
    """Raises BadFile when `text`, a file's beginning, is garbage rather than a table."""
    odd = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if odd * 20 > len(text):
        raise BadFile(
            "This is no table of text. Upload a CSV file, also packed as .gz or .zip, or an .xlsx"
            " workbook."
        )


def detect_delimiter(text: str) -> str:
    """What separates the cells in a file that begins with `text`: the one that cuts most alike."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in rows_of(lines, delimiter) if row]
        if not widths or widths[0] < 2:
            continue
        score = widths.count(widths[0]) / len(widths) + min(widths[0], 50) / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best


def rows_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The lines' cells, as far as they are CSV: for looking at a beginning, not for importing."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            rows.append(row)
    except csv.Error:
        pass
    return rows


def looks_like_address(cell: str) -> bool:
    return len(cell) <= 320 and _LOOKS_LIKE_ADDRESS.fullmatch(cell) is not None


def has_header(first: Sequence[str]) -> bool:
    """Whether a file's first row names its columns: a row with an address in it is a person's."""
    return not any(map(looks_like_address, first))


def column_names(first: Sequence[str], *, header: bool) -> list[str]:
    """Names of the columns, each once: as the header has them, or their numbers.

    Raises BadFile when there are too many.
    """
    if len(first) > MAX_COLUMNS:
        raise BadFile(
            f"The first line has {len(first):,} columns; at most {MAX_COLUMNS} can be read. Remove"
            " those that you do not need, or check the delimiter."
        )
    names: list[str] = []
    for place, cell in enumerate(first, 1):
        name = " ".join(cell.replace("\0", "").split())[:100] if header else ""
        name = name or f"Column {place}"
        unique, number = name, 1
        while unique in names:
            number += 1
            unique = f"{name} ({number})"
        names.append(unique)
    return names
