"""Mail servers as JSON. What they sign in with goes in and never comes out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.mail_servers.choices import CHECK_STEPS
from posthorn.api.strict import StrictSerializer
from posthorn.transports.daily import limit_on, taken_on, today
from posthorn.transports.models import AuthMethod, MailServer, Security

_AUTH = "Empty for the best that the server offers. For `xoauth2` the password is the token."
_STEP = "Where it failed; empty when it didn't."


class MailServerSerializer(serializers.Serializer[Any]):
    """An SMTP server that campaigns go out over. Id 0 is that of `POSTHORN_SMTP_URL`."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    host = serializers.CharField()
    port = serializers.IntegerField()
    security = serializers.ChoiceField(choices=Security.choices)
    username = serializers.CharField()
    has_password = serializers.SerializerMethodField()
    auth = serializers.ChoiceField(choices=AuthMethod.choices, help_text=_AUTH)
    client_name = serializers.CharField()
    max_connections = serializers.IntegerField(help_text="For each worker process.")
    rate = serializers.FloatField(
        allow_null=True, help_text="Messages a second of each worker process; null for no limit."
    )
    messages_per_connection = serializers.IntegerField()
    weight = serializers.IntegerField()
    enabled = serializers.BooleanField()
    from_environment = serializers.SerializerMethodField(
        help_text="That of `POSTHORN_SMTP_URL`, which is read-only."
    )
    daily_limit = serializers.IntegerField(allow_null=True)
    warmup_from = serializers.IntegerField(allow_null=True)
    warmup_factor = serializers.FloatField(allow_null=True)
    warmup_started_on = serializers.DateField(allow_null=True)
    limit_today = serializers.SerializerMethodField(
        help_text="Messages that may go out today (a day of UTC), the warm-up considered; null for"
        " no limit."
    )
    taken_today = serializers.SerializerMethodField(
        help_text="How many of them went out, or were taken ahead by a worker."
    )
    last_success_at = serializers.DateTimeField(allow_null=True)
    last_error_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    last_error_step = serializers.ChoiceField(choices=CHECK_STEPS, help_text=_STEP)
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)

    def get_has_password(self, server: MailServer) -> bool:
        return bool(server.password)

    def get_from_environment(self, server: MailServer) -> bool:
        return server.pk == 0

    def get_limit_today(self, server: MailServer) -> int | None:
        return limit_on(server, today())

    def get_taken_today(self, server: MailServer) -> int:
        taken: dict[int, int] = self.context["taken"]
        return taken.get(server.pk, 0)


class MailServerWriteSerializer(StrictSerializer):
    """What an owner may give a mail server."""

    name = LineField(max_length=100)
    host = LineField(max_length=253)
    port = serializers.IntegerField(min_value=1, max_value=65535, required=False)
    security = serializers.ChoiceField(choices=Security.choices, required=False)
    username = LineField(max_length=320, required=False, allow_blank=True)
    password = serializers.CharField(
        max_length=4000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        write_only=True,
        help_text="Kept encrypted and never returned; left out it stays, empty removes it.",
    )
    auth = serializers.ChoiceField(
        choices=AuthMethod.choices, required=False, allow_blank=True, help_text=_AUTH
    )
    client_name = LineField(
        max_length=253,
        required=False,
        allow_blank=True,
        help_text="What we call ourselves in EHLO; empty for the host's name.",
    )
    max_connections = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    rate = serializers.FloatField(
        min_value=0.01, max_value=100_000, required=False, allow_null=True
    )
    messages_per_connection = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False
    )
    weight = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    enabled = serializers.BooleanField(required=False)
    daily_limit = serializers.IntegerField(
        min_value=1, max_value=1_000_000_000, required=False, allow_null=True
    )
    warmup_from = serializers.IntegerField(
        min_value=1, max_value=1_000_000_000, required=False, allow_null=True
    )
    warmup_factor = serializers.FloatField(
        min_value=1.01, max_value=10, required=False, allow_null=True
    )
    warmup_started_on = serializers.DateField(required=False, allow_null=True)

    def validate_host(self, value: str) -> str:
        if any(each in value for each in " /@") or not value.isascii():
            raise serializers.ValidationError(
                "Write the server's name or address alone, such as smtp.example.org."
            )
        return value.lower()


class CheckMailServerSerializer(StrictSerializer):
    """With a sender, the server is asked whether it takes mail from it."""

    sender = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class CheckResultSerializer(serializers.Serializer[Any]):
    """How far we got."""

    ok = serializers.BooleanField()
    step = serializers.ChoiceField(choices=CHECK_STEPS, help_text=_STEP)
    detail = serializers.CharField(help_text="What went wrong and what to do; empty when ok.")


def as_json(server: MailServer) -> dict[str, Any]:
    """One mail server, ready for JSON."""
    return MailServerSerializer(server, context={"taken": taken_on(today())}).data
