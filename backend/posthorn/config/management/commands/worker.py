import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from posthorn.config.broker import POLL_MS


class Command(BaseCommand):
    help = "Run worker processes of the distributed mode until they are told to end."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=1)
        parser.add_argument("--threads", type=int, default=settings.ENV.worker_threads)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.embedded:
            raise CommandError(
                "Without REDIS_URL the workers run inside the web process; there is nothing to"
                " start. Set REDIS_URL and DATABASE_URL to run workers of their own."
            )
        threads = options["threads"]
        environment = {
            **os.environ,
            "dramatiq_queue_prefetch": str(threads),
            "dramatiq_worker_timeout": str(POLL_MS),
        }
        # The worker takes this process's place, so that signals reach it.
        os.execve(  # noqa: S606  # no shell is wanted
            sys.executable,
            [
                *(sys.executable, "-m", "dramatiq", "posthorn.config.worker"),
                *("--processes", str(options["processes"])),
                *("--threads", str(threads)),
                *("--worker-shutdown-timeout", "20000"),
                "--skip-logging",
            ],
            environment,
        )
