"""Where the `database` transport puts what it sends, and the mail servers of the `smtp` one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from posthorn.core.models import TimestampedModel


class MessageEvent(models.Model):
    """A message that the `database` transport sent: as final as an accepted e-mail.

    The delivery's number is the key, so that the database itself refuses a second send.
    """

    delivery_id = models.BigIntegerField(primary_key=True)
    campaign_id = models.BigIntegerField()
    email = models.CharField(max_length=254)
    subject = models.TextField()
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.delivery_id} to {self.email}"


class Security(models.TextChoices):
    NONE = "none", "In clear text"
    STARTTLS = "starttls", "TLS after a greeting in clear text (port 587)"
    TLS = "tls", "TLS from the first byte (port 465)"


class AuthMethod(models.TextChoices):
    BEST = "", "The best that the server offers"
    PLAIN = "plain", "PLAIN"
    LOGIN = "login", "LOGIN"
    XOAUTH2 = "xoauth2", "XOAUTH2, with an access token for the password"


class MailServer(TimestampedModel):
    """An SMTP server that campaigns go out over.

    The password is sealed (`core.sealing`). Each worker process opens up to `max_connections` and
    sends up to `rate` messages a second; the day's limit is shared by all of them. With a warm-up
    the limit is `warmup_from` on the day `warmup_started_on` and grows by `warmup_factor` a day up
    to `daily_limit`.
    """

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=10, choices=Security, default=Security.STARTTLS)
    username = models.CharField(max_length=320, blank=True, default="")
    password = models.TextField(blank=True, default="")
    auth = models.CharField(max_length=10, choices=AuthMethod, blank=True, default=AuthMethod.BEST)
    client_name = models.CharField(max_length=253, blank=True, default="")
    max_connections = models.PositiveIntegerField(default=20)
    rate = models.FloatField(null=True)
    messages_per_connection = models.PositiveIntegerField(default=1000)
    weight = models.PositiveIntegerField(default=1)
    enabled = models.BooleanField(default=True)
    daily_limit = models.PositiveIntegerField(null=True)
    warmup_from = models.PositiveIntegerField(null=True)
    warmup_factor = models.FloatField(null=True)
    warmup_started_on = models.DateField(null=True)

    # What the workers saw last.
    last_success_at = models.DateTimeField(null=True, editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=500, blank=True, default="", editable=False)
    last_error_step = models.CharField(max_length=10, blank=True, default="", editable=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="mail_server_can_send",
                condition=Q(
                    max_connections__gte=1,
                    messages_per_connection__gte=1,
                    weight__gte=1,
                    port__gte=1,
                )
                & (Q(rate=None) | Q(rate__gt=0)),
            ),
            models.CheckConstraint(
                name="mail_server_warmup_is_whole",
                condition=Q(warmup_from=None, warmup_factor=None, warmup_started_on=None)
                | Q(
                    warmup_from__gte=1,
                    warmup_factor__gt=1,
                    warmup_started_on__isnull=False,
                    daily_limit__isnull=False,
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ServerDay(models.Model):
    """How many messages of a day's limit the workers have taken, the day in UTC."""

    server = models.ForeignKey(MailServer, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("server", "day"), name="server_day_once"),)

    def __str__(self) -> str:
        return f"{self.server_id}: {self.taken} on {self.day}"


class DkimAlgorithm(models.TextChoices):
    RSA = "rsa", "RSA with 2048 bits: every receiver knows it"
    ED25519 = "ed25519", "Ed25519, beside an RSA key"


class SigningKey(TimestampedModel):
    """A DKIM key (RFC 6376). The private half is sealed, the public one belongs into DNS."""

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=10, choices=DkimAlgorithm, default=DkimAlgorithm.RSA)
    private_key = models.TextField()
    record = models.TextField()
    active = models.BooleanField(default=False)

    class Meta:
        ordering = ("domain", "pk")
        constraints = (
            models.UniqueConstraint(fields=("domain", "selector"), name="dkim_selector_once"),
            models.UniqueConstraint(
                fields=("domain", "algorithm"),
                condition=Q(active=True),
                name="dkim_one_active_of_each_algorithm",
            ),
        )

    def __str__(self) -> str:
        return self.record_name

    @property
    def record_name(self) -> str:
        """Where DNS is to tell the public half, as a TXT record."""
        return f"{self.selector}._domainkey.{self.domain}"
