"""Rows for tests, each valid unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from posthorn.accounts.models import Role, User
from posthorn.audience import counts
from posthorn.audience.models import MailingList, Membership, Segment, Subscriber
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.delivery.freeze import freeze_audience
from posthorn.delivery.models import Delivery, DeliveryStatus

PASSWORD = "the quick brown fox is long enough"

_numbers = count(1)


@cache
def _hashed_password() -> str:
    """Hashed once: it is slow on purpose."""
    return make_password(PASSWORD)


def make_user(*, role: Role = Role.OWNER, **fields: Any) -> User:
    user = User(username=fields.pop("username", f"user{next(_numbers)}"), role=role, **fields)
    user.password = _hashed_password()
    user.save()
    return user


def make_list(subscribers: int = 0, *, name: str | None = None) -> MailingList:
    """A mailing list with so many new subscribers."""
    mailing_list = MailingList.objects.create(name=name or f"List {next(_numbers)}")
    add_subscribers(mailing_list, subscribers)
    return mailing_list


def add_subscribers(mailing_list: MailingList, count: int) -> list[Subscriber]:
    """So many new subscribers on the list."""
    number = next(_numbers)
    people = Subscriber.objects.bulk_create(
        [
            Subscriber(
                email=f"person{each}.{number}@example.org",
                name=f"Person {each}",
                attributes={"city": f"City {each}"},
            )
            for each in range(count)
        ],
        batch_size=500,
    )
    Membership.objects.bulk_create(
        [Membership(mailing_list=mailing_list, subscriber=person) for person in people],
        batch_size=500,
    )
    counts.recount([mailing_list.pk])
    return people


def make_segment(filter_: Any, *, name: str | None = None) -> Segment:
    return Segment.objects.create(name=name or f"Segment {next(_numbers)}", filter=filter_)


def make_subscriber(*, lists: Sequence[MailingList] = (), **fields: Any) -> Subscriber:
    fields.setdefault("email", f"person{next(_numbers)}@example.org")
    subscriber = Subscriber.objects.create(**fields)
    subscriber.lists.set(lists)
    counts.recount([each.pk for each in lists])
    return subscriber


def make_campaign(*more: MailingList, lists: Sequence[MailingList] = (), **fields: Any) -> Campaign:
    """A campaign for these lists, in any status. One that has started has an empty audience."""
    status = Status(fields.setdefault("status", Status.DRAFT))
    now = datetime.now(UTC)
    if status is Status.SCHEDULED:
        fields.setdefault("scheduled_at", now + timedelta(days=1))
    if status in (Status.RUNNING, Status.STOPPED, Status.FINISHED):
        fields.setdefault("started_at", now)
        fields.setdefault("frozen_at", now)
    values: dict[str, Any] = {
        "name": f"Campaign {next(_numbers)}",
        "subject": "Hello {{ name }}",
        "from_name": "The Team",
        "from_email": "team@example.org",
        "body_text": "Hello {{ name }}, leave at {{ unsubscribe_url }}",
        **fields,
    }
    html = values.get("body_html", "")
    values.setdefault("body_kind", "html" if html else "plain")
    values.setdefault("body", html or values["body_text"])
    campaign = Campaign.objects.create(**values)
    campaign.lists.set([*more, *lists])
    return campaign


def make_frozen_campaign(
    *, subscribers: int = 3, status: Status = Status.RUNNING, **fields: Any
) -> Campaign:
    """A campaign whose ledger is written and wholly pending."""
    campaign = make_campaign(
        lists=[make_list(subscribers=subscribers)],
        status=Status.RUNNING,
        started_at=datetime.now(UTC),
        frozen_at=None,
        **fields,
    )
    assert freeze_audience(campaign_id=campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    campaign.refresh_from_db()
    return campaign


def set_delivery(delivery: Delivery, status: DeliveryStatus) -> None:
    """Put one delivery in a status, and its campaign's tally with it."""
    delivery.status = status
    delivery.sent_at = datetime.now(UTC) if status == DeliveryStatus.SENT else None
    delivery.save(update_fields=["status", "sent_at"])
    counted = (
        Delivery.objects.filter(campaign_id=delivery.campaign_id)
        .values_list("status")
        .annotate(rows=Count("*"))
    )
    tally = dict.fromkeys(DeliveryStatus.values, 0) | dict(counted)
    Campaign.objects.filter(pk=delivery.campaign_id).update(**tally)
