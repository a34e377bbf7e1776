"""The audience at real size: pages, search, counts, segments and the freeze of a million.

On PostgreSQL with a million subscribers and a thousand campaigns, on SQLite with a tenth of it.
Requests go through the whole API in this process, as the 95th percentile of many.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from django.test import Client

    from tests.bench.__main__ import Bench

REQUESTS = 40
_FIRST = ("anna", "boris", "clara", "daniel", "elena", "felix", "galina", "hugo", "irina", "jonas")
_LAST = ("adler", "bauer", "cohen", "dubois", "eriksen", "fischer", "garcia", "horvath", "ivanova")
_CITIES = ("Amsterdam", "Berlin", "Kazan", "Lisbon", "Moscow", "Prague", "Riga", "Vienna")
_LISTS = 200


def measure(bench: Bench, size: int, *, database: str) -> None:
    """Note every figure, with `database` in front of it."""
    from django.db import connection

    from tests.bench import installation

    large, small, excluded = make_audience(size)
    client = _signed_in()
    campaign = installation.make_campaign(large)
    installation.start(campaign)
    from posthorn.delivery.freeze import freeze_audience

    freeze_audience(campaign_id=campaign)
    installation.vacuum()
    chance = random.Random(9)
    _pages(bench, client, database, chance, large, campaign)
    if connection.vendor != "postgresql":
        return
    _searches(bench, client, database, chance)
    _note(bench, f"{database}: lists with counts", _times(client, ["lists/?page_size=100"]), 50)
    _segments(bench, client, database, large)
    _freezes(bench, database, large, small, excluded)


def _pages(
    bench: Bench, client: Client, database: str, chance: random.Random, readers: int, campaign: int
) -> None:
    for what, path in (
        ("subscribers", "subscribers/?"),
        ("a list's subscribers", f"subscribers/?list={readers}&"),
        ("deliveries", f"campaigns/{campaign}/deliveries/?"),
    ):
        last = -(-client.get(f"/api/v1/{path}").json()["count"] // 25)
        pages = [chance.randint(1, last) for _ in range(REQUESTS)]
        orders = [path]
        if "subscribers/?" in path:
            orders.append(f"{path}ordering=created_at&")
        if path == "subscribers/?":
            orders.append(f"{path}ordering=-email&")
        paths = [f"{order}page={page}" for order in orders for page in (1, last, *pages)]
        _note(bench, f"{database}: any page of {what}", _times(client, paths), 100)


def _searches(bench: Bench, client: Client, database: str, chance: random.Random) -> None:
    hits = [
        chance.choice(
            [
                f"{chance.choice(_FIRST)}.{chance.choice(_LAST)}",
                str(chance.randint(100, 99_999)),
                chance.choice(_LAST)[:4],
                f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
                "@example",
            ]
        )
        for _ in range(REQUESTS)
    ]
    misses = [f"nobody{number}" for number in range(REQUESTS)]
    for what, words in (("that finds", hits), ("that finds nothing", misses)):
        paths = [f"subscribers/?{urlencode({'search': word})}" for word in words]
        _note(bench, f"{database}: search {what}", _times(client, paths), 100)


def _segments(bench: Bench, client: Client, database: str, readers: int) -> None:
    body = json.dumps({"filter": two_attributes_and_a_list(readers)})
    path = "/api/v1/segments/preview/"
    times = _timed(lambda: client.post(path, body, content_type="application/json"), REQUESTS // 4)
    _note(bench, f"{database}: a segment of two attributes and a list", times, 500)


def _freezes(bench: Bench, database: str, large: int, small: int, excluded: int) -> None:
    from posthorn.audience.models import Segment
    from posthorn.campaigns.models import Campaign
    from posthorn.delivery.freeze import freeze_audience
    from tests.bench import installation

    segment = Segment.objects.create(
        name="Measured", filter={"field": "attributes.age", "op": "gte", "value": 60}
    )
    seconds: dict[str, list[float]] = {"plain": [], "rich": []}
    sizes = {}
    for _ in range(3):
        for kind, each in seconds.items():
            campaign_id = installation.make_campaign(large)
            if kind == "rich":
                campaign = Campaign.objects.get(pk=campaign_id)
                campaign.lists.set([large, small])
                campaign.excluded_lists.set([excluded])
                campaign.segments.set([segment])
            installation.start(campaign_id)
            began = time.perf_counter()
            freeze_audience(campaign_id=campaign_id)
            each.append(time.perf_counter() - began)
            sizes[kind] = Campaign.objects.get(pk=campaign_id).total
            bench.forget(campaign_id)
    plain, rich = (sorted(each)[1] / sizes[kind] for kind, each in seconds.items())
    bench.note(
        f"{database}: freeze of two lists, less one, with a segment",
        f"{1e6 * rich:.1f} µs each of {sizes['rich']:,}, {rich / plain:.2f} of the plain one",
        "≤ 2 of the plain one",
        rich / plain <= 2,
    )


def two_attributes_and_a_list(list_id: int) -> dict[str, Any]:
    return {
        "all": [
            {"field": "attributes.city", "op": "eq", "value": "Riga"},
            {"field": "attributes.age", "op": "gte", "value": 40},
            {"field": "list", "op": "in", "value": [list_id]},
        ]
    }


def make_audience(size: int) -> tuple[int, int, int]:
    """`size` subscribers with names and attributes; lists of most, of a third, and of a tenth.

    A thousand campaigns and two hundred small lists stand beside them.
    """
    from django.db import connection, transaction

    from posthorn.audience import counts
    from posthorn.audience.models import MailingList
    from posthorn.core.sessions import Work, work_as
    from tests.bench import installation

    lists = [
        MailingList.objects.create(name=f"Audience {number:03}").pk for number in range(_LISTS)
    ]
    postgresql = connection.vendor == "postgresql"
    first = _word("n * 7 + n / 13", _FIRST)
    last = _word("n / 10 + n / 101", _LAST)
    city = _word("n / 3 + n / 1009", _CITIES)
    attributes = (
        f"jsonb_build_object('city', {city}, 'age', 18 + n %% 60, 'vip', n %% 10 = 0,"
        " 'since', '20' || (10 + n %% 15) || '-05-01')"
        if postgresql
        else f"json_object('city', {city}, 'age', 18 + n %% 60, 'vip', json(iif(n %% 10, 'false',"
        " 'true')), 'since', '20' || (10 + n %% 15) || '-05-01')"
    )
    numbers = installation.numbers_sql()
    with transaction.atomic(), connection.cursor() as cursor:
        work_as(Work.BULK)
        cursor.execute(
            "INSERT INTO audience_subscriber (email, name, attributes, created_at, updated_at)"
            f" SELECT {first} || '.' || {last} || '.' || n || '@example.com',"
            f" {first} || ' ' || {last}, {attributes}, %s, %s FROM ({numbers}) AS numbers",
            ["2026-01-01 00:00:00", "2026-01-01 00:00:00", size],
        )
        for list_id, condition in (
            (lists[0], "id %% 10 < 8"),
            (lists[1], "id %% 3 = 0"),
            (lists[2], "id %% 10 = 5"),
            *((pk, f"id %% 1000 = {at}") for at, pk in enumerate(lists[3:])),
        ):
            cursor.execute(
                "INSERT INTO audience_membership (mailing_list_id, subscriber_id)"
                f" SELECT %s, id FROM audience_subscriber WHERE {condition}",
                [list_id],
            )
        cursor.execute(
            "INSERT INTO audience_suppression (email, reason, origin, note, created_at)"
            " SELECT email, 'bounced', 'bounce', '', created_at FROM audience_subscriber"
            " WHERE id %% 50 = 0",
            [],
        )
        counts.recount()
    installation.vacuum()
    for _ in range(1000):
        installation.make_campaign(lists[3])
    return lists[0], lists[1], lists[2]


def _word(number: str, words: Sequence[str]) -> str:
    """SQL of the word that a number stands for."""
    cases = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"CASE ({number}) %% {len(words)} {cases} END"


def _signed_in() -> Client:
    from django.test import Client

    from posthorn.accounts.actor import SYSTEM
    from posthorn.accounts.keys import create_key

    _, secret = create_key(name="bench", scopes=("read",), expires_at=None, by=SYSTEM)
    return Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {secret}"})


def _times(client: Client, paths: Sequence[str]) -> list[float]:
    times = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(f"/api/v1/{path}")
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.content
    return times


def _timed(work: Callable[[], Any], count: int) -> list[float]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.content
    return times


def _note(bench: Bench, what: str, times: list[float], most: int) -> None:
    ordered = sorted(1000 * each for each in times)
    p95 = ordered[int(0.95 * len(ordered))]
    bench.note(
        what,
        f"p95 {p95:.0f} ms, median {ordered[len(ordered) // 2]:.0f}, worst {ordered[-1]:.0f}",
        f"p95 ≤ {most} ms",
        p95 <= most,
    )
