"""Reads of what came back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from posthorn.feedback.models import Feedback, FeedbackTally


def feedback_of(campaign_id: int) -> QuerySet[Feedback]:
    """What came back of a campaign, the newest first."""
    return Feedback.objects.filter(campaign_id=campaign_id).order_by("-pk")


def tallies_of(campaign_ids: Iterable[int]) -> dict[int, FeedbackTally]:
    """The tally of each campaign by its id, zeros where nothing came back; one query."""
    ids = list(campaign_ids)
    found = FeedbackTally.objects.in_bulk(ids)
    return {pk: found.get(pk) or FeedbackTally(campaign_id=pk) for pk in ids}
