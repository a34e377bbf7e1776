from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandParser

from posthorn.ops.connections import BoundedConnection


class Command(BaseCommand):
    help = "Serve the API and the event streams; in embedded mode the workers and the SPA too."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="0.0.0.0")  # noqa: S104  # a container's own network
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        serve(options["host"], options["port"], grace_seconds=5)


def serve(host: str, port: int, *, grace_seconds: int) -> None:
    """Run the web process until it is told to end."""
    uvicorn.run(
        "posthorn.config.asgi:application",
        host=host,
        port=port,
        http=BoundedConnection,
        lifespan="on",
        access_log=False,
        # Its lines go the way of all others, in the same form.
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=grace_seconds,
    )
