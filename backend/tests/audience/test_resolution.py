"""Who belongs to an audience: what is chosen, what is left out, and samples."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from posthorn.audience import counts
from posthorn.audience.models import Suppression
from posthorn.audience.resolution import (
    AudienceCount,
    AudienceSpec,
    audience_query,
    count_audience,
    has_audience,
)
from tests.factories import make_list, make_subscriber

pytestmark = pytest.mark.django_db
RIGA = {"field": "attributes.city", "op": "eq", "value": "Riga"}
NOBODY: dict[str, Any] = {"any": []}


def resolved(spec: AudienceSpec) -> list[tuple[int, str]]:
    """What would be written into the ledger; the count must say the same."""
    sql = audience_query(spec)
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        rows = cursor.fetchall()
    assert count_audience(spec).subscribers == len(rows)
    assert has_audience(spec) is bool(rows)
    assert len({pk for pk, _ in rows}) == len(rows)
    return sorted(rows)


def names(spec: AudienceSpec) -> str:
    return "".join(sorted(email[0] for _, email in resolved(spec)))


def test_lists_and_segments_less_lists_and_segments() -> None:
    first, second, third = make_list(), make_list(), make_list()
    for name, lists, city in (
        ("a", [first], "Riga"),
        ("b", [first, second], "Bern"),
        ("c", [second], "Bern"),
        ("d", [third], "Riga"),
        ("e", [], "Riga"),
        ("f", [first, second], "Riga"),
    ):
        make_subscriber(email=f"{name}@example.org", lists=lists, attributes={"city": city})
    Suppression.objects.create(email="f@example.org", reason="manual")
    counts.recount()
    one, two, three = first.pk, second.pk, third.pk
    assert names(AudienceSpec(lists=(one,))) == "ab"
    assert names(AudienceSpec(lists=(one, two))) == "abc"
    assert names(AudienceSpec(segments=(RIGA,))) == "ade"
    assert names(AudienceSpec(lists=(one, two), segments=(RIGA,))) == "abcde"
    assert names(AudienceSpec(lists=(two,), segments=(RIGA, NOBODY))) == "abcde"
    assert names(AudienceSpec(lists=(one, two), excluded_lists=(two, three))) == "a"
    assert names(AudienceSpec(lists=(one, two), excluded_segments=(RIGA,))) == "bc"
    both = AudienceSpec(
        lists=(one,),
        segments=(RIGA,),
        excluded_lists=(three,),
        excluded_segments=(NOBODY, {"not": RIGA}),
    )
    assert names(both) == "ae"
    assert names(AudienceSpec(segments=(NOBODY,))) == ""
    assert count_audience(AudienceSpec(lists=(one, two))) == AudienceCount(3, 1)
    assert count_audience(AudienceSpec(lists=(one,), segments=(RIGA,))) == AudienceCount(4, 1)


def test_nothing_chosen_is_nobody() -> None:
    excluded = AudienceSpec(excluded_lists=(make_list(subscribers=1).pk,))
    assert excluded.chooses_nobody
    assert not has_audience(excluded)
    assert count_audience(excluded) == AudienceCount(0, 0)


@pytest.mark.parametrize(
    ("sample", "size"),
    [
        ({"sample_size": 1}, 1),
        ({"sample_size": 40}, 40),
        ({"sample_size": 1000}, 99),
        ({"sample_percent": 1}, 1),
        ({"sample_percent": 50}, 50),
        ({"sample_percent": 100}, 99),
    ],
)
def test_a_sample_has_the_size_that_was_asked_for(sample: dict[str, Any], size: int) -> None:
    mailing_list = make_list(subscribers=100)
    suppressed = mailing_list.subscribers.first()
    assert suppressed is not None
    Suppression.objects.create(email=suppressed.email, reason="manual")
    counts.recount()
    rows = resolved(AudienceSpec(lists=(mailing_list.pk,), seed=7, **sample))
    assert len(rows) == size


def test_a_sample_is_the_same_each_time_and_another_for_another_campaign() -> None:
    mailing_list = make_list(subscribers=200)

    def sample(seed: int) -> list[tuple[int, str]]:
        return resolved(AudienceSpec(lists=(mailing_list.pk,), sample_size=50, seed=seed))

    assert sample(1) == sample(1)
    samples = [{pk for pk, _ in sample(seed)} for seed in range(1, 9)]
    for at, each in enumerate(samples):
        for other in samples[:at]:
            # By chance 12.5 of 50 are in both.
            assert 2 <= len(each & other) <= 25


def test_a_sample_takes_from_everywhere() -> None:
    """Not the oldest subscribers, nor every fourth."""
    mailing_list = make_list(subscribers=400)
    ids = [pk for pk, _ in resolved(AudienceSpec(lists=(mailing_list.pk,)))]
    chosen = {
        pk for pk, _ in resolved(AudienceSpec(lists=(mailing_list.pk,), sample_size=100, seed=3))
    }
    for part in (ids[at::4] for at in range(4)):
        assert 10 <= len(chosen & set(part)) <= 40
    for begin in range(0, 400, 100):
        assert 10 <= len(chosen & set(ids[begin : begin + 100])) <= 40
