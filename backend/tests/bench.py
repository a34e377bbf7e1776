"""How fast deliveries go out on this machine, with the whole engine: python -m tests.bench

On DATABASE_URL and REDIS_URL with two worker processes, else embedded: SQLite, worker threads.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="posthorn-bench-") as folder:
        os.environ["POSTHORN_SECRET_KEY"] = "a key for measuring alone, which signs nothing"
        os.environ["POSTHORN_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "posthorn.config.settings"
        import django

        django.setup()
        _measure(options.subscribers, options.workers)


def _measure(subscribers: int, workers: int) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from posthorn.config.broker import EmbeddedWorker
    from tests.engine.conftest import make_campaign, make_list

    call_command("migrate", verbosity=0, interactive=False)
    where = f"{connection.vendor}, {'embedded' if settings.ENV.embedded else f'{workers} workers'}"
    audience = make_list(subscribers)
    processes: list[subprocess.Popen[bytes]] = []
    embedded = EmbeddedWorker() if settings.ENV.embedded else None
    if embedded:
        embedded.start()
    else:
        command = [sys.executable, "manage.py", "worker"]
        backend = Path(__file__).resolve().parents[1]
        processes = [subprocess.Popen(command, cwd=backend) for _ in range(workers)]
    try:
        for transport in ("database", "log"):
            campaign = make_campaign(audience, transport=transport)
            seconds = _time_one(campaign.pk)
            rate = subscribers / seconds
            print(f"{where}: {transport}: {subscribers} in {seconds:.1f} s = {rate:.0f}/s")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
        if embedded:
            embedded.stop()


def _time_one(campaign_id: int) -> float:
    """From the start, the freeze included, until it has finished."""
    from posthorn.campaigns.models import Campaign
    from posthorn.delivery.dispatch import start_campaign

    began = time.monotonic()
    start_campaign(campaign_id=campaign_id, by=None)
    while True:
        now = Campaign.objects.only("status", "stop_reason").get(pk=campaign_id)
        if now.status == "finished":
            return time.monotonic() - began
        if now.status != "running":
            sys.exit(f"The campaign is {now.status}: {now.stop_reason}")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
