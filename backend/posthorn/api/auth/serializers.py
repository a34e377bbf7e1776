"""What goes in and out at signing in, and of one's own account."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from posthorn.accounts.access import Capability
from posthorn.accounts.models import RefreshSession, Role, User
from posthorn.api.fields import AddressField, LineField, NameField
from posthorn.api.strict import StrictSerializer

_MAX_PASSWORD = 1000
CAPABILITIES = [(each.value, each.value) for each in Capability]


class UserSerializer(serializers.Serializer[Any]):
    """Somebody who signs in, and what that user may do."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    may = serializers.SerializerMethodField(help_text="The role's capabilities.")
    second_factor = serializers.SerializerMethodField(
        help_text="Whether a one-time password is asked for at signing in."
    )

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=CAPABILITIES)))
    def get_may(self, user: User) -> list[str]:
        return sorted(user.capabilities)

    def get_second_factor(self, user: User) -> bool:
        return has_second_factor(user)


class CredentialsSerializer(StrictSerializer):
    """A user name, its password, and the second factor of those who have one."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)
    code = LineField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="The one-time password of the authenticator app, or a recovery code.",
    )


class AccessSerializer(serializers.Serializer[Any]):
    """A fresh access token and whose it is."""

    access = serializers.CharField(help_text="Send as `Authorization: Bearer …`; five minutes.")
    user = UserSerializer()


class ProfileSerializer(StrictSerializer):
    """What everybody may change of themselves."""

    email = AddressField(required=False, help_text="Needs `present`: links to sign in go there.")
    present = serializers.CharField(
        max_length=_MAX_PASSWORD,
        trim_whitespace=False,
        required=False,
        help_text="The present password; for another address alone.",
    )
    first_name = NameField(max_length=150, required=False, allow_blank=True)
    last_name = NameField(max_length=150, required=False, allow_blank=True)


class PasswordChangeSerializer(StrictSerializer):
    """The present password and the next."""

    present = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)
    password = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)


class ResetRequestSerializer(StrictSerializer):
    """Whose password is to be chosen anew."""

    name = serializers.CharField(max_length=254, help_text="A user name or an address.")


class ChoosePasswordSerializer(StrictSerializer):
    """A link's token and the password to set."""

    token = LineField(max_length=200, help_text="What follows `/choose-password/` in the link.")
    password = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)


class CodeSerializer(StrictSerializer):
    """What the authenticator app shows now."""

    code = LineField(max_length=40)


class PresentPasswordSerializer(StrictSerializer):
    """The present password, asked again before what weakens the account."""

    present = serializers.CharField(max_length=_MAX_PASSWORD, trim_whitespace=False)


class SetupSerializer(serializers.Serializer[Any]):
    """What an authenticator app needs; shown once."""

    secret = serializers.CharField()
    uri = serializers.CharField(help_text="The same as a QR code's text.")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    """Each is good once, when the authenticator app is lost; shown once."""

    recovery_codes = serializers.ListField(child=serializers.CharField())


class SessionSerializer(serializers.Serializer[Any]):
    """Somewhere where the user is signed in."""

    id = serializers.UUIDField()
    address = serializers.CharField(help_text="Where it was opened from; empty when unknown.")
    user_agent = serializers.CharField()
    created_at = serializers.DateTimeField()
    seen_at = serializers.SerializerMethodField(help_text="When it was last refreshed.")
    expires_at = serializers.DateTimeField()
    current = serializers.SerializerMethodField(help_text="Whether this request belongs to it.")

    def get_seen_at(self, session: RefreshSession) -> str:
        moment = session.rotated_at or session.created_at
        return moment.isoformat().replace("+00:00", "Z")

    def get_current(self, session: RefreshSession) -> bool:
        return bool(session.pk == self.context["current"])


def has_second_factor(user: User) -> bool:
    """Whether the user confirmed one."""
    factor = getattr(user, "second_factor", None)
    return factor is not None and factor.confirmed_at is not None
