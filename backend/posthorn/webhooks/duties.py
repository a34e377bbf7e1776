"""Empties the outbox: posts what is due, tries again with backoff, gives up after a day."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from posthorn.accounts.actor import SYSTEM
from posthorn.core.clock import database_now
from posthorn.core.duties import register_duty
from posthorn.core.journal import Entry, record
from posthorn.core.sealing import SealBroken
from posthorn.webhooks import outbox, posting
from posthorn.webhooks.models import Attempt, Post, PostStatus, Webhook
from posthorn.webhooks.services import TOPIC, secrets_of
from posthorn.webhooks.signature import sign

logger = logging.getLogger(__name__)

POST_SECONDS = 1.0
DIGEST_SECONDS = 60.0
#: Pauses after the first, second, … failed try: a day in all.
BACKOFF = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 3600, 2 * 3600, 4 * 3600, 6 * 3600, 10 * 3600)
)
#: Longer than a post may take, so that a leader that thaws finds what it held in other hands.
_LEASE = timedelta(seconds=60)
_AT_ONCE = 8
_KEEP = timedelta(days=30)


def empty_outbox() -> None:
    """Post what is due, the oldest of each webhook first; a slow receiver delays its own alone."""
    waiting = Post.objects.filter(status=PostStatus.WAITING, next_try_at__lte=database_now())
    due: dict[int, list[Post]] = {}
    for post in waiting.order_by("created_at", "pk").select_related("webhook")[:200]:
        due.setdefault(post.webhook_id, []).append(post)
    if not due:
        return
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="webhooks") as threads:
        for _ in threads.map(_post_in_turn, due.values()):
            pass


def _post_in_turn(posts: list[Post]) -> None:
    try:
        for post in posts:
            if not _post(post):
                # Whoever is away now will be away for the next one too.
                return
    except Exception:
        logger.exception("Posting to webhook %s failed", posts[0].webhook_id)
    finally:
        connection.close()


def _post(post: Post) -> bool:
    """One try; whether the receiver took it."""
    now = database_now()
    mine = Q(lease_until=None) | Q(lease_until__lt=now)
    held = Post.objects.filter(mine, pk=post.pk, status=PostStatus.WAITING, tries=post.tries)
    if not post.webhook.enabled or not held.update(lease_until=now + _LEASE):
        return False
    timestamp = int(now.timestamp())
    body = json.dumps(
        {"type": post.type, "timestamp": post.created_at.isoformat(), "data": post.payload},
        separators=(",", ":"),
    ).encode()
    try:
        secrets = secrets_of(post.webhook)
    except SealBroken as error:
        answer = posting.Answer(status_code=None, error=str(error), body="", milliseconds=0)
    else:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Posthorn-Webhooks",
            "webhook-id": str(post.pk),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(
                secrets=secrets, message_id=str(post.pk), timestamp=timestamp, body=body
            ),
        }
        answer = posting.post(
            post.webhook.url,
            body=body,
            headers=headers,
            allow_private=settings.ENV.webhooks_allow_private,
        )
    _note(post, answer)
    return answer.accepted


def _note(post: Post, answer: posting.Answer) -> None:
    now = database_now()
    tries = post.tries + 1
    with transaction.atomic():
        Attempt.objects.create(
            post=post,
            at=now,
            milliseconds=answer.milliseconds,
            status_code=answer.status_code,
            error=answer.error,
            answer=answer.body,
        )
        row = Post.objects.filter(pk=post.pk)
        if answer.accepted:
            row.update(status=PostStatus.DELIVERED, tries=tries, lease_until=None, next_try_at=None)
        elif tries <= len(BACKOFF) and answer.status_code != 410:
            row.update(tries=tries, lease_until=None, next_try_at=now + BACKOFF[tries - 1])
        else:
            row.update(status=PostStatus.FAILED, tries=tries, lease_until=None, next_try_at=None)
            _switch_off(post.webhook, answer)


def _switch_off(webhook: Webhook, answer: posting.Answer) -> None:
    gone = answer.status_code == 410
    reason = (
        "The receiver answered 410: it wants no more."
        if gone
        else f"An event could not be posted for a day: {answer.error}"
    )
    switched_off = Webhook.objects.filter(pk=webhook.pk, enabled=True).update(
        enabled=False, switched_off_reason=reason[:500], updated_at=database_now()
    )
    if switched_off:
        record(Entry(SYSTEM, "switch_off", TOPIC, webhook.pk, after={"enabled": False}))
    logger.error("Webhook %s is switched off: %s", webhook.pk, reason)


def clear_outbox() -> None:
    """Forget what was posted, and its log, after thirty days; a bounded piece a turn."""
    old = Post.objects.exclude(status=PostStatus.WAITING).filter(
        created_at__lt=database_now() - _KEEP
    )
    Post.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()


def register() -> None:
    """Have the leader do this room's duties."""
    register_duty("webhooks", every_seconds=POST_SECONDS, work=empty_outbox)
    register_duty("webhook digests", every_seconds=DIGEST_SECONDS, work=outbox.write_digests)
    register_duty("webhook log", every_seconds=3600, work=clear_outbox)
