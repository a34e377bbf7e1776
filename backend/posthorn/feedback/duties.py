"""Reads the mailbox that bounces come to, turn by turn."""

from __future__ import annotations

import logging

from django.conf import settings

from posthorn.core.duties import register_duty
from posthorn.feedback.mailbox import Mailbox, MailboxUnavailable, read_mails
from posthorn.feedback.mails import take_mail
from posthorn.feedback.models import FeedbackSource
from posthorn.feedback.reports import MAX_BYTES

logger = logging.getLogger(__name__)

#: How long the mailbox rests between two turns.
POLL_SECONDS = 15.0
#: How many mails one turn reads.
MAILS_A_TURN = 100


def register() -> None:
    """Have the leader poll the mailbox, where one is set."""
    if settings.ENV.bounce_imap_url:
        register_duty("bounces", every_seconds=POLL_SECONDS, work=poll_mailbox)


def poll_mailbox() -> None:
    """One turn: read what is unseen. An outage of the mailbox is logged and waited out."""
    try:
        read, recognised = read_mails(
            Mailbox.from_url(settings.ENV.bounce_imap_url),
            lambda data: take_mail(data, source=FeedbackSource.MAILBOX),
            most=MAILS_A_TURN,
            size=MAX_BYTES,
        )
    except MailboxUnavailable as error:
        logger.warning("The bounce mailbox can't be read, the next turn tries again: %s", error)
        return
    if read:
        logger.info("The bounce mailbox: %s mails, %s of them about deliveries", read, recognised)
