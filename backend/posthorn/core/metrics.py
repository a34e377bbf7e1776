"""What Prometheus may read, counted where it happens. docs/operations.md says what to watch."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]

DELIVERIES = Counter(
    "posthorn_deliveries",
    "Deliveries that reached an outcome, by transport and outcome",
    ["transport", "outcome"],
)
LANE_SECONDS = Histogram(
    "posthorn_lane_seconds",
    "How long a lane worked on one batch",
    ["transport"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
LEASES_TAKEN_BACK = Counter(
    "posthorn_leases_taken_back", "Batches taken back from workers that died"
)
LEADER = Gauge("posthorn_leader", "1 in the process that does this job, else 0", ["job"])
LIVE_VIEWERS = Gauge("posthorn_live_viewers", "Open event streams of this process")
PUBLIC_ANSWERS = Counter(
    "posthorn_public_answers",
    "Answers of the public list: read, or given again within the tick",
    ["how"],
)
REQUEST_SECONDS = Histogram(
    "posthorn_http_request_seconds",
    "How long requests took, by route; event streams are not among them",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count_deliveries(transport: str, *, sent: int = 0, others: Iterable[str] = ()) -> None:
    """Count what became final: so many sent, and the outcomes of `others`.

    What went back to wait is no outcome.
    """
    outcomes = Tally(others)
    outcomes["sent"] += sent
    for outcome, count in outcomes.items():
        if count and outcome != "pending":
            DELIVERIES.labels(transport, outcome).inc(count)
