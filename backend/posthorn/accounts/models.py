"""Users and their sign-in sessions."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from posthorn.accounts.actor import Actor


class Role(models.TextChoices):
    ADMIN = "admin", "Manages everything"
    VIEWER = "viewer", "Reads everything, changes nothing"


class User(AbstractUser):
    """Somebody who signs in to manage campaigns. A new user may only read until told otherwise."""

    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)

    @property
    def actor(self) -> Actor:
        """This user as whoever did something."""
        return Actor(kind="user", name=self.get_username(), user_id=self.pk)


class RefreshSession(models.Model):
    """One sign-in on one device, as long as it is kept alive by refreshing.

    `token_id` names the only refresh token that is good now, `previous_token_id` the one before.
    A token older than that shows that a copy is in other hands: the session is revoked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_sessions")
    token_id = models.UUIDField(default=uuid.uuid4)
    previous_token_id = models.UUIDField(null=True)
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
