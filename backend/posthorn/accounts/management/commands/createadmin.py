"""`manage.py createadmin`: the first user of an installation, created at most once."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.models import Role
from posthorn.accounts.services import create_user
from posthorn.core.errors import InvalidInput


class Command(BaseCommand):
    help = (
        "Create an owner, who manages everything, or with --viewer one who only reads. Does nothing"
        " when the name is taken, so it may run at every start. Name and password come from the"
        " options or from POSTHORN_ADMIN_USERNAME and POSTHORN_ADMIN_PASSWORD; in a terminal it"
        " asks for what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default=settings.ENV.admin_username)
        parser.add_argument("--password", default=settings.ENV.admin_password)

        parser.add_argument(
            "--viewer", action="store_true", help="a user who reads everything and changes nothing"
        )

    def handle(
        self, *args: Any, username: str, password: str, viewer: bool, **options: Any
    ) -> None:
        if sys.stdin.isatty():
            username = username or input("User name: ")
            password = password or _ask_for_password()
        missing = [
            f"--{name} (or POSTHORN_ADMIN_{name.upper()})"
            for name, value in (("username", username), ("password", password))
            if not value
        ]
        if missing:
            raise CommandError(f"Say {' and '.join(missing)}.")
        try:
            created = create_user(
                username=username,
                password=password,
                role=Role.VIEWER if viewer else Role.OWNER,
                by=SYSTEM,
            )
        except InvalidInput as error:
            problems = " ".join(f"{problem.field}: {problem.detail}" for problem in error.errors)
            raise CommandError(problems) from error
        if created:
            self.stdout.write(
                self.style.SUCCESS(f"Created the {'viewer' if viewer else 'owner'} '{username}'.")
            )
        else:
            self.stdout.write(f"The user '{username}' exists already; nothing was changed.")


def _ask_for_password() -> str:
    """Twice, and shown neither time, nor kept in the shell's history."""
    password = getpass("Password: ")
    if password != getpass("The same again: "):
        raise CommandError("The two passwords differ.")
    return password
