"""What the environment may say, and what is said when it is wrong."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from posthorn.config.env import read_environment


@pytest.mark.parametrize("policy", ["all", "started", "none"])
def test_the_public_page_s_policy_is_one_of_three(
    monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    assert read_environment().public == "all"
    monkeypatch.setenv("POSTHORN_PUBLIC", policy)
    assert read_environment().public == policy


@pytest.mark.parametrize("name", ["POSTHORN_PUBLIC", "POSTHORN_LOG_FORMAT"])
def test_anything_else_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "some")
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be one of .*, not 'some'"):
        read_environment()
