"""Users, their sign-in sessions and second factors, API keys, the audit log, remembered answers."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from posthorn.accounts.access import ROLES, SCOPES, Capability
from posthorn.accounts.access import Role as Role
from posthorn.accounts.access import Scope as Scope
from posthorn.accounts.actor import Actor


class User(AbstractUser):
    """Somebody who signs in to manage campaigns. A new user may only read until told otherwise."""

    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="user_email_unique"
            ),
        ]

    @property
    def capabilities(self) -> frozenset[Capability]:
        return ROLES[self.role]

    @property
    def actor(self) -> Actor:
        """This user as whoever did something."""
        return Actor(kind="user", name=self.get_username(), user_id=self.pk, may=self.capabilities)


class RefreshSession(models.Model):
    """One sign-in on one device, as long as it is kept alive by refreshing.

    `token_id` names the only refresh token that is good now, `previous_token_id` the one before.
    A token older than that shows that a copy is in other hands: the session is revoked. Access
    tokens name their session, so that they end with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_sessions")
    token_id = models.UUIDField(default=uuid.uuid4)
    previous_token_id = models.UUIDField(null=True)
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    #: Where it was opened from, as its user sees it in the list of sessions.
    address = models.CharField(max_length=45, blank=True, default="")
    user_agent = models.CharField(max_length=300, blank=True, default="")


class SecondFactor(models.Model):
    """A user's generator of one-time passwords (RFC 6238)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    #: `core.sealing`, purpose `totp`.
    sealed_secret = models.TextField()
    #: None until a first code showed that the generator was set up.
    confirmed_at = models.DateTimeField(null=True)
    #: The last time step of which a code was taken: none is good twice (RFC 6238 section 5.2).
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """Good once instead of a one-time password; kept as SHA-256 of 80 random bits."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_unique")
        ]


class ApiKey(models.Model):
    """A machine's credential. It belongs to the installation, not to whoever made it."""

    name = models.CharField(max_length=100)
    #: The beginning of the key, by which people recognise it.
    prefix = models.CharField(max_length=12)
    #: SHA-256 of the key; of 256 random bits, so that nothing slower is needed.
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    #: Requests a minute; None for the general limit.
    rate_limit = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    #: What DRF asks of whoever stands behind a request.
    is_authenticated = True

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(SCOPES[scope] for scope in self.scopes)

    @property
    def actor(self) -> Actor:
        """This key as whoever did something."""
        return Actor(kind="api_key", name=self.name, key_id=self.pk, may=self.capabilities)


class AuditEntry(models.Model):
    """Who did what to which object when. The database refuses to change or to remove a young one.

    Refers to nothing by foreign key, so that it outlives users, keys and objects.
    """

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "object_id", "at"], name="audit_object"),
            models.Index(fields=["actor_kind", "actor_id", "at"], name="audit_actor"),
        ]


class IdempotentAnswer(models.Model):
    """The answer to a request that carried an `Idempotency-Key`, so that it is done once."""

    #: `user:7` or `key:3`.
    principal = models.CharField(max_length=30)
    key = models.CharField(max_length=255)
    #: SHA-256 of method, address and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    #: `core.sealing`, purpose `idempotent-answer`.
    sealed_body = models.TextField(default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotent_answer_unique")
        ]
