"""`manage.py createadmin`."""

from __future__ import annotations

import dataclasses
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from posthorn.accounts.models import Role, User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def createadmin(*arguments: str) -> str:
    output = StringIO()
    call_command("createadmin", *arguments, stdout=output)
    return output.getvalue()


def test_it_creates_a_user_who_manages_everything() -> None:
    said = createadmin("--username", "ada", "--password", PASSWORD)
    assert "Created" in said
    assert PASSWORD not in said
    user = User.objects.get()
    assert (user.username, user.role, user.is_active) == ("ada", Role.OWNER, True)
    assert user.check_password(PASSWORD)


def test_a_second_run_changes_nothing() -> None:
    existing = make_user(username="ada", role=Role.VIEWER)
    assert "exists already" in createadmin("--username", "ada", "--password", "another " * 3)
    user = User.objects.get()
    assert user.password == existing.password
    assert user.role == Role.VIEWER


def test_it_takes_name_and_password_from_the_environment(settings: Any) -> None:
    settings.ENV = dataclasses.replace(
        settings.ENV, admin_username="grace", admin_password=PASSWORD
    )
    createadmin()
    assert User.objects.get().username == "grace"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--username (or POSTHORN_ADMIN_USERNAME) and --password"),
        (("--username", "ada"), "--password (or POSTHORN_ADMIN_PASSWORD)"),
        (("--username", "ada", "--password", "12345678"), "too common"),
        (("--username", "ada", "--password", "short"), "at least 8 characters"),
        (("--username", "lovelace", "--password", "lovelace1"), "too similar"),
        (("--username", "a b", "--password", PASSWORD), "username"),
        (("--username", "x" * 151, "--password", PASSWORD), "username"),
    ],
)
def test_it_says_what_is_wrong(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError) as refusal:
        createadmin(*arguments)
    assert said in str(refusal.value)
    assert not User.objects.exists()


def test_a_viewer_may_be_made_too(db: None) -> None:
    said = createadmin("--username", "eve", "--password", PASSWORD, "--viewer")
    assert "Created the viewer 'eve'." in said
    assert User.objects.get(username="eve").role == "viewer"
