"""Takes one bounce or complaint from a mail server's pipe, or several from files."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from posthorn.feedback.mails import take_mail
from posthorn.feedback.models import FeedbackSource
from posthorn.feedback.reports import MAX_BYTES

_PIECE = 1 << 16


class Command(BaseCommand):
    help = (
        "Reads one mail from standard input, or each of the files named. Ends with 0 whatever the"
        " mail holds, with 75 (EX_TEMPFAIL) when it should be given again later."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="Mails, one each.")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        recognised = 0
        try:
            for data in map(_read, files) if files else [_read_all_of_stdin()]:
                recognised += take_mail(data, source=FeedbackSource.COMMAND)
        except DatabaseError as error:
            # sysexits.h: the mail server keeps the mail and tries again.
            raise CommandError(
                f"The database is away: {error}", returncode=os.EX_TEMPFAIL
            ) from error
        count = len(files) or 1
        self.stdout.write(f"{count} read, {recognised} of them about deliveries.")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise CommandError(str(error), returncode=os.EX_NOINPUT) from error


def _read_all_of_stdin() -> bytes:
    """The first of it; the rest is read away, since a closed pipe would look like a failure."""
    data = sys.stdin.buffer.read(MAX_BYTES)
    while sys.stdin.buffer.read(_PIECE):
        pass
    return data
