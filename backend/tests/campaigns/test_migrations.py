"""What the migrations do to campaigns that are there already."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import connection

from posthorn.campaigns import migrations
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_what_was_shown_by_default_follows_the_installation_and_what_was_hidden_stays_so() -> None:
    (name,) = (
        module.name
        for module in pkgutil.iter_modules(migrations.__path__)
        if module.name.endswith("_public_as_the_installation_says")
    )
    migration = importlib.import_module(f"{migrations.__name__}.{name}")
    shown, hidden = make_campaign(is_public=True), make_campaign(is_public=False)
    migration.follow_the_installation(apps, connection.schema_editor())
    for campaign, expected in ((shown, None), (hidden, False)):
        campaign.refresh_from_db()
        assert campaign.is_public is expected
