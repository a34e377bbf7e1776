"""The actor of imports: a shell that takes an id. What it drops, the duty finds."""

from __future__ import annotations

import dramatiq

from posthorn.audience.imports.running import run_slice
from posthorn.core.logs import log_context
from posthorn.core.rings import QUEUE, ring


@dramatiq.actor(actor_name="import", queue_name=QUEUE)
def run_import(import_id: int) -> None:
    with log_context(import_id=import_id):
        if run_slice(import_id=import_id):
            ring("import", import_id)
