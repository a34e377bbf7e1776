"""Demo data: what a newcomer sees first. Only `manage.py demo` and the demo profile call it."""

from __future__ import annotations

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from posthorn.accounts.models import Role, User
from posthorn.audience import counts
from posthorn.audience.models import MailingList, Membership, Subscriber
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.delivery import lane, moves
from posthorn.delivery.freeze import freeze_audience

USERNAME, PASSWORD = "admin", "posthorn-demo"  # the demo's, printed at its start

_LISTS = (
    ("Newsletter", "Everybody who asked for our monthly letter.", 3000),
    ("Product news", "People who use the product.", 1500),
    ("Клуб друзей", "Участники клуба: приглашения и подарки.", 500),
)
_FIRST = (
    *("Anna", "Boris", "Clara", "Daniel", "Elena", "Felix", "Galina", "Hugo", "Irina", "Jonas"),
    *("Katya", "Leo", "Maria", "Nikolai", "Olga", "Pavel", "Rosa", "Sergei", "Tatiana", "Viktor"),
)
_LAST = (
    *("Adler", "Bauer", "Cohen", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvath", "Ivanova"),
    *("Jensen", "Kuznetsov", "Lindgren", "Moreau", "Novak", "Orlova", "Petrov", "Rossi", "Silva"),
)
_CITIES = ("Amsterdam", "Berlin", "Kazan", "Lisbon", "Moscow", "Prague", "Riga", "Vienna")
_TEXT = """Hello {{ name|default:"friend" }},

this month in {{ attributes.city|default:"your city" }}: three stories worth your coffee, and one
invitation that you should not miss.

Yours, the Posthorn team

Unsubscribe: {{ unsubscribe_url }}
"""
_HTML = """<p>Hello <strong>{{ name|default:"friend" }}</strong>,</p>
<p>this month in {{ attributes.city|default:"your city" }}: three stories worth your coffee, and
one invitation that you should not miss.</p>
<p>Yours, the Posthorn team</p>
<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
"""


def seed_demo() -> bool:
    """Make the demo's user, lists and campaigns unless there are any; True when it made them.

    Raises RuntimeError outside demo mode: its password is known to everybody.
    """
    if not settings.ENV.demo:
        raise RuntimeError("The demo is seeded only with POSTHORN_DEMO=1.")
    if User.objects.filter(username=USERNAME).exists() or Campaign.objects.exists():
        return False
    with transaction.atomic():
        user = User.objects.create_user(USERNAME, password=PASSWORD, role=Role.OWNER)
        newsletter, product, club = _seed_lists()
        _campaign(user, "Winter sale preview", "A first look, {{ name }}", [product])
        scheduled = _campaign(user, "Новогоднее приглашение", "{{ name }}, приходите!", [club])
        running = _campaign(
            user, "December newsletter", "Your December letter", [newsletter], rate_limit=5
        )
        stopped = _campaign(user, "Customer survey", "Two minutes, {{ name }}?", [product])
        finished = _campaign(user, "Welcome to Posthorn", "Welcome!", [newsletter, product, club])
        cancelled = _campaign(user, "Autumn webinar", "Join us on Thursday", [product, club])
    moves.schedule_campaign(
        campaign_id=scheduled.pk, at=database_now() + timedelta(days=7), by=user.actor
    )
    _run(finished, user)
    for campaign, share in ((stopped, 900), (cancelled, 1200)):
        _run(campaign, user, about=share)
    moves.stop_campaign(campaign_id=stopped.pk, by=user.actor)
    moves.cancel_campaign(campaign_id=cancelled.pk, by=user.actor)
    _run(cancelled, user)
    moves.start_campaign(campaign_id=running.pk, by=user.actor)
    return True


def _seed_lists() -> list[MailingList]:
    chance = random.Random(1840)  # the same people in every demo
    lists, number = [], 0
    for name, description, size in _LISTS:
        mailing_list = MailingList.objects.create(name=name, description=description)
        people = []
        for _ in range(size):
            number += 1
            first, last = chance.choice(_FIRST), chance.choice(_LAST)
            people.append(
                Subscriber(
                    email=f"{first}.{last}.{number}@example.com".lower(),
                    name=f"{first} {last}",
                    attributes={"city": chance.choice(_CITIES)},
                )
            )
        Subscriber.objects.bulk_create(people, batch_size=500)
        Membership.objects.bulk_create(
            (Membership(mailing_list=mailing_list, subscriber=person) for person in people),
            batch_size=500,
        )
        lists.append(mailing_list)
    counts.recount()
    for mailing_list in lists:
        mailing_list.refresh_from_db()
    return lists


def _campaign(
    user: User,
    name: str,
    subject: str,
    lists: list[MailingList],
    *,
    rate_limit: int | None = None,
) -> Campaign:
    campaign = Campaign.objects.create(
        name=name,
        subject=subject,
        from_name="Posthorn",
        from_email="news@example.com",
        body_text=_TEXT,
        body_kind="html",
        body=_HTML,
        body_html=_HTML,
        rate_limit=rate_limit,
        created_by=user,
    )
    campaign.lists.set(lists)
    return campaign


def _run(campaign: Campaign, user: User, *, about: int | None = None) -> None:
    """Send here and now, with the engine itself: everything, or `about` so many."""
    if Campaign.objects.get(pk=campaign.pk).status == Status.DRAFT:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
        freeze_audience(campaign_id=campaign.pk)
    while True:
        moves.ring_campaign(campaign_id=campaign.pk)
        now = Campaign.objects.get(pk=campaign.pk)
        enough = about is not None and now.sent >= about
        if enough or not (now.pending or now.status == Status.RUNNING):
            return
        # One batch at a time, so as to end near the number that is wanted.
        lane.run(campaign_id=campaign.pk, epoch=now.lane_epoch, seconds=0)
