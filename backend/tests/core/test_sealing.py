"""Secrets are sealed for one purpose and outlive a change of the key."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from posthorn.core.sealing import SealBroken, seal, unseal

SECRET = "pässword \N{KEY}"


def test_what_was_sealed_opens_again_and_shows_nothing() -> None:
    sealed = seal(SECRET, purpose="smtp")
    assert unseal(sealed, purpose="smtp") == SECRET
    assert "ssword" not in sealed
    assert sealed.isascii()
    assert seal(SECRET, purpose="smtp") != sealed


def test_another_purpose_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(SECRET, purpose="smtp"), purpose="totp")


@pytest.mark.parametrize("place", [0, 12, 40, -2])
def test_a_changed_seal_is_broken(place: int) -> None:
    sealed = seal(SECRET, purpose="smtp")
    other = "B" if sealed[place] != "B" else "C"
    changed = sealed[:place] + other + sealed[place:][1:]
    with pytest.raises(SealBroken):
        unseal(changed, purpose="smtp")


def test_a_replaced_key_still_opens_while_it_is_kept(settings: Settings) -> None:
    sealed = seal(SECRET, purpose="smtp")
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new key that is long enough for anybody"
    with pytest.raises(SealBroken, match="POSTHORN_SECRET_KEY_FALLBACKS"):
        unseal(sealed, purpose="smtp")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, purpose="smtp") == SECRET
    assert unseal(seal(SECRET, purpose="smtp"), purpose="smtp") == SECRET
