"""What goes in and out at signing in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.accounts.models import Role, User


class UserSerializer(serializers.ModelSerializer[User]):
    """Somebody who signs in."""

    role = serializers.ChoiceField(choices=Role.choices)

    class Meta:
        model = User
        fields = ("id", "username", "role")


class CredentialsSerializer(serializers.Serializer[Any]):
    """A user name and its password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class AccessSerializer(serializers.Serializer[Any]):
    """A fresh access token and whose it is."""

    access = serializers.CharField(help_text="Send as `Authorization: Bearer …`; five minutes.")
    user = UserSerializer()
