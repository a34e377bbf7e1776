import socket
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from posthorn.config.management.commands.web import serve
from posthorn.demo.data import PASSWORD, USERNAME, seed_demo

BANNER = """
  Posthorn is running.

    public page   {url}/
    management    {url}/manage
    API           {url}/api/docs/
    sign in       {username} / {password}

  Ctrl-C ends it; `make demo` goes on where it was, `make demo-reset` begins anew.
"""


class Command(BaseCommand):
    help = "Run everything in one process on SQLite, with demo data."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} can't be used ({error.strerror}). Choose another:"
                    f" make demo PORT={port + 1000}"
                ) from error
        call_command("migrate", verbosity=0, interactive=False)
        if seed_demo():
            self.stdout.write("Made the demo's user, lists and campaigns.")
        self.stdout.write(
            BANNER.format(url=f"http://127.0.0.1:{port}", username=USERNAME, password=PASSWORD)
        )
        self.stdout.flush()
        serve("127.0.0.1", port, grace_seconds=1)
