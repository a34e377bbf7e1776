"""Clients in each role.

Pytest may read this file before Django is set up, so whatever needs models is imported late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient


@pytest.fixture(autouse=True)
def _forget_attempts() -> None:
    """Tries are counted across tests if nobody forgets them."""
    from posthorn.core.brakes import counters

    counters().forget()


@pytest.fixture
def admin(db: None) -> APIClient:
    from tests.api.clients import client_of
    from tests.factories import make_user

    return client_of(make_user())


@pytest.fixture
def viewer(db: None) -> APIClient:
    from posthorn.accounts.models import Role
    from tests.api.clients import client_of
    from tests.factories import make_user

    return client_of(make_user(role=Role.VIEWER))


@pytest.fixture
def anonymous(db: None) -> APIClient:
    from rest_framework.test import APIClient

    return APIClient()
