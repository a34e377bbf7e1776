"""Users as JSON, as owners see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.accounts.models import Role, User
from posthorn.api.auth.serializers import has_second_factor
from posthorn.api.fields import AddressField, LineField, NameField
from posthorn.api.strict import StrictSerializer


class ManagedUserSerializer(serializers.Serializer[Any]):
    """A user, as owners see it."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    is_active = serializers.BooleanField(help_text="Whether the user may sign in.")
    invited = serializers.SerializerMethodField(
        help_text="Whether the user was invited and has chosen no password yet."
    )
    second_factor = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="date_joined")

    def get_invited(self, user: User) -> bool:
        return not user.has_usable_password()

    def get_second_factor(self, user: User) -> bool:
        return has_second_factor(user)


class InviteSerializer(StrictSerializer):
    """Somebody to invite."""

    username = LineField(max_length=150, help_text="Letters, digits and @ . + - _ only.")
    email = AddressField(help_text="The invitation goes there; no two users have the same.")
    role = serializers.ChoiceField(choices=Role.choices)


class UserChangeSerializer(StrictSerializer):
    """What owners may change of a user."""

    username = LineField(max_length=150, required=False)
    email = AddressField(required=False)
    first_name = NameField(max_length=150, required=False, allow_blank=True)
    last_name = NameField(max_length=150, required=False, allow_blank=True)
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    is_active = serializers.BooleanField(required=False)


class InvitationSerializer(serializers.Serializer[Any]):
    """What became of an invitation."""

    mailed = serializers.BooleanField(help_text="Whether a mail server is set up to send it.")
    link = serializers.CharField(
        help_text="Without a mail server: the link to hand over, good once and for seven days;"
        " otherwise empty."
    )
