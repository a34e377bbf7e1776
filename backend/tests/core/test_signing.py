"""Signed links: good for one purpose, under each key that is known."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies

from posthorn.core.signing import Signer, read_signed


def test_what_was_signed_is_read_for_that_purpose_alone() -> None:
    token = Signer("unsubscribe").sign("7-12")
    assert read_signed(token, purpose="unsubscribe") == "7-12"
    assert read_signed(token, purpose="invitation") is None


def test_a_key_that_was_replaced_still_reads(settings: Any) -> None:
    token = Signer("unsubscribe").sign("7-12")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as the first one was"
    assert read_signed(token, purpose="unsubscribe") == "7-12"
    settings.SECRET_KEY_FALLBACKS = []
    assert read_signed(token, purpose="unsubscribe") is None


@given(strategies.text())
def test_whatever_nobody_signed_is_not_read(token: str) -> None:
    assert read_signed(token, purpose="unsubscribe") is None


def test_a_changed_subject_is_not_read() -> None:
    token = Signer("unsubscribe").sign("7-12")
    assert read_signed(token.replace("7-12", "7-13"), purpose="unsubscribe") is None
