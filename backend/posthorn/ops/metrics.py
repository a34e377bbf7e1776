"""The metrics' door, and the figures that are read when they are asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import dramatiq
from django.db import DatabaseError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.rings import QUEUE

logger = logging.getLogger(__name__)


def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class Depths(Collector):
    """How much there is to do. What can't be read is left out, never guessed."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is read at registration."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        rings = GaugeMetricFamily(
            "posthorn_queue_messages", "Rings that wait in the broker", labels=["queue"]
        )
        try:
            for name, depth in _queue_depths().items():
                rings.add_metric([name], depth)
            yield rings
        except RedisError as error:
            logger.debug("No queue depth: %s", error)
        campaigns = GaugeMetricFamily(
            "posthorn_campaigns", "Campaigns, by status", labels=["status"]
        )
        waiting = GaugeMetricFamily(
            "posthorn_deliveries_waiting", "Pending deliveries of the running campaigns"
        )
        try:
            running = Campaign.objects.filter(status=Status.RUNNING)
            waiting.add_metric([], running.aggregate(n=Sum("pending"))["n"] or 0)
            for status in (Status.SCHEDULED, Status.RUNNING, Status.STOPPED):
                campaigns.add_metric([status.value], Campaign.objects.filter(status=status).count())
            yield waiting
            yield campaigns
        except (DatabaseError, PoolTimeout) as error:
            logger.debug("No campaign figures: %s", error)


def _queue_depths() -> dict[str, int]:
    broker = dramatiq.get_broker()
    names = {"now": QUEUE, "delayed": f"{QUEUE}.DQ"}
    if isinstance(broker, RedisBroker):
        depths = {kind: broker.client.llen(f"{broker.namespace}:{n}") for kind, n in names.items()}
        return {kind: int(depth) for kind, depth in depths.items()}
    if isinstance(broker, StubBroker):
        return {k: broker.queues[n].qsize() for k, n in names.items() if n in broker.queues}
    return {}


REGISTRY.register(Depths())
