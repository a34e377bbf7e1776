"""Dramatiq's actors: mails to users, written outside of any request. A link that got lost is asked
for again by a person, so none of them is retried."""

from __future__ import annotations

import dramatiq

from posthorn.accounts import mails
from posthorn.core.logs import log_context
from posthorn.core.rings import QUEUE


@dramatiq.actor(actor_name="mail_invitation", queue_name=QUEUE)
def mail_invitation(user_id: int) -> None:
    with log_context(user_id=user_id):
        mails.mail_invitation(user_id)


@dramatiq.actor(actor_name="mail_password_reset", queue_name=QUEUE)
def mail_password_reset(user_id: int) -> None:
    with log_context(user_id=user_id):
        mails.mail_password_reset(user_id)
