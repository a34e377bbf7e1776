"""A worker's own small door for health and metrics, since it serves no HTTP otherwise."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import close_old_connections, connection
from dramatiq import Middleware, Worker
from dramatiq.broker import Broker
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

import posthorn.ops.metrics  # noqa: F401  # registers what is read at each scrape
from posthorn.ops.health import find_missing

logger = logging.getLogger(__name__)


class Observing(Middleware):
    """Serves /healthz, /readyz and /metrics of this worker process on `port`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: ThreadingHTTPServer | None = None

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        class Handler(_Handler):
            observed = worker

        try:
            self._server = ThreadingHTTPServer(("", self._port), Handler)
        except OSError as error:
            logger.error("No metrics from this worker: port %s: %s", self._port, error)
            return
        threading.Thread(target=self._server.serve_forever, name="observe", daemon=True).start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    observed: Worker

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        close_old_connections()
        try:
            if path == "/metrics":
                self._answer(200, generate_latest(REGISTRY), CONTENT_TYPE_LATEST)
            elif path == "/healthz":
                alive = _alive(self.observed)
                self._answer(200 if alive else 503, b"ok\n" if alive else b"dead threads\n")
            elif path == "/readyz":
                missing = find_missing(["database", "broker"])
                if not _alive(self.observed):
                    missing["threads"] = "some have died"
                body = json.dumps({"ready": not missing, "missing": missing}).encode()
                self._answer(503 if missing else 200, body, "application/json")
            else:
                self._answer(404, b"")
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
        """Not worth a line."""


def _alive(worker: Worker) -> bool:
    """Whether every thread that fetches or works still runs."""
    return all(t.is_alive() for t in [*worker.consumers.values(), *worker.workers])
