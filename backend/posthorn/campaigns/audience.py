"""What makes up a campaign's audience until it is frozen: sets of lists and segments, a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from posthorn.audience.models import MailingList, Segment
from posthorn.audience.resolution import AudienceSpec
from posthorn.audience.services import check_lists, check_segments
from posthorn.campaigns.models import AUDIENCE_SETS, Campaign
from posthorn.core.errors import FieldError, InvalidInput


def audience_of(campaign: Campaign) -> AudienceSpec:
    """What the campaign's audience is resolved from, as it is saved now."""
    return _spec(
        lists=campaign.lists.all(),
        segments=campaign.segments.all(),
        excluded_lists=campaign.excluded_lists.all(),
        excluded_segments=campaign.excluded_segments.all(),
        sample_size=campaign.sample_size,
        sample_percent=campaign.sample_percent,
        seed=campaign.pk,
    )


def spec_of(fields: Mapping[str, Any]) -> AudienceSpec:
    """The same for what a person would give a campaign.

    Ids that are not there select nobody. Raises InvalidInput when two samples are given.
    """
    size, percent = fields.get("sample_size"), fields.get("sample_percent")
    refuse_two_samples(size, percent)
    lists, segments = MailingList.objects, Segment.objects
    return _spec(
        lists=lists.filter(pk__in=fields.get("lists", ())),
        segments=segments.filter(pk__in=fields.get("segments", ())),
        excluded_lists=lists.filter(pk__in=fields.get("excluded_lists", ())),
        excluded_segments=segments.filter(pk__in=fields.get("excluded_segments", ())),
        sample_size=size,
        sample_percent=percent,
        seed=0,
    )


def _spec(
    *,
    lists: QuerySet[MailingList],
    segments: QuerySet[Segment],
    excluded_lists: QuerySet[MailingList],
    excluded_segments: QuerySet[Segment],
    sample_size: int | None,
    sample_percent: int | None,
    seed: int,
) -> AudienceSpec:
    return AudienceSpec(
        lists=tuple(lists.order_by("pk").values_list("pk", flat=True)),
        segments=tuple(segments.order_by("pk").values_list("filter", flat=True)),
        excluded_lists=tuple(excluded_lists.order_by("pk").values_list("pk", flat=True)),
        excluded_segments=tuple(excluded_segments.order_by("pk").values_list("filter", flat=True)),
        sample_size=sample_size,
        sample_percent=sample_percent,
        seed=seed,
    )


def check_sets(fields: Mapping[str, Any]) -> dict[str, list[int]]:
    """The sets that are given, locked against deletion until the transaction ends.

    Raises InvalidInput, naming each place whose id is not there.
    """
    check = {"lists": check_lists, "excluded_lists": check_lists}
    return {
        name: check.get(name, check_segments)(fields[name], field=name)
        for name in AUDIENCE_SETS
        if name in fields
    }


def set_audience(campaign: Campaign, sets: Mapping[str, list[int]]) -> None:
    """Give the campaign these sets, which `check_sets` has checked."""
    for name, ids in sets.items():
        getattr(campaign, name).set(ids)


def ids_in(campaign: Campaign, name: str) -> list[int]:
    """The ids in one of the campaign's sets, in order."""
    return sorted(getattr(campaign, name).values_list("pk", flat=True))


def with_audience_ids(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """These campaigns with the ids of their sets, a query for each set."""
    models = {"lists": MailingList, "excluded_lists": MailingList}
    return campaigns.prefetch_related(
        *(
            Prefetch(name, models.get(name, Segment)._default_manager.only("id").order_by("pk"))
            for name in AUDIENCE_SETS
        )
    )


def refuse_two_samples(size: int | None, percent: int | None) -> None:
    """Raises InvalidInput when both are given."""
    if size is not None and percent is not None:
        raise InvalidInput(
            FieldError("sample_percent", "invalid", "Give a number or a percentage, not both.")
        )
