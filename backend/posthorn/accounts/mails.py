"""The few mails that Posthorn itself writes to its users."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage

from posthorn.accounts.models import User
from posthorn.accounts.passwords import INVITATION_LIFE, RESET_LIFE, password_link

logger = logging.getLogger(__name__)

_INVITATION = """\
Hello {name},

you are invited to Posthorn at {site}. Choose a password here, within seven days:

{link}

Your user name is {username}.
"""

_RESET = """\
Hello {name},

somebody, probably you, asked for a new password at {site}. Choose one here, within an hour:

{link}

If it was not you, there is nothing to do: your password stays as it is.
"""


def mail_invitation(user_id: int) -> None:
    """Invite a user who has not chosen a password yet."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        link = password_link(user, life=INVITATION_LIFE)
        _send(user, "You are invited to Posthorn", _INVITATION, link)


def mail_password_reset(user_id: int) -> None:
    """Send a user the link to choose a new password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        link = password_link(user, life=RESET_LIFE)
        _send(user, "Choose a new password for Posthorn", _RESET, link)


def _send(user: User, subject: str, text: str, link: str) -> None:
    if not settings.ENV.smtp_url:
        if settings.ENV.embedded:
            # One process on somebody's own machine: its log is the mail.
            logger.warning("No mail server is set up. %s: %s", subject, link)
        else:
            logger.warning(
                "User %s can't be mailed: POSTHORN_SMTP_URL is not set. An owner gets the link"
                " from POST /api/v1/users/%s/invitation/.", user.pk, user.pk
            )  # fmt: skip
        return
    body = text.format(
        name=user.get_full_name() or user.get_username(),
        username=user.get_username(),
        site=settings.ENV.public_url,
        link=link,
    )
    EmailMessage(subject, body, to=[user.email]).send()
