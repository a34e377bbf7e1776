"""DKIM keys: made here, published by people, switched by selector."""

from __future__ import annotations

from django.db import transaction

from posthorn.core.errors import DomainError, FieldError, InvalidInput, NotFound
from posthorn.core.journal import By, Entry, record
from posthorn.core.sealing import SealBroken, seal, unseal
from posthorn.transports.models import SigningKey
from posthorn.transports.smtp.dkim import DkimKey, make_key_pair

TOPIC = "dkim-keys"
_PURPOSE = "dkim"


class KeyInUse(DomainError):
    """The key signs what is sent now."""

    code = "key_in_use"


def get_signing_key(key_id: int) -> SigningKey:
    """Raises NotFound."""
    key = SigningKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such DKIM key.")
    return key


def create_signing_key(*, domain: str, selector: str, algorithm: str, by: By) -> SigningKey:
    """Make a key pair. It signs nothing before it is activated: its record comes first.

    Raises InvalidInput when the domain has a key of this selector.
    """
    domain, selector = domain.lower(), selector.lower()
    if SigningKey.objects.filter(domain=domain, selector=selector).exists():
        raise InvalidInput(
            FieldError(
                "selector",
                "unique",
                f"{domain} has a key of this selector already. Choose another, such as the month.",
            )
        )
    pair = make_key_pair(domain=domain, selector=selector, algorithm=algorithm)
    with transaction.atomic():
        key = SigningKey.objects.create(
            domain=domain,
            selector=selector,
            algorithm=algorithm,
            private_key=seal(pair.key.private_key, purpose=_PURPOSE),
            record=pair.record,
        )
        after = {"domain": domain, "selector": selector}
        record(Entry(by, "create", TOPIC, key.pk, after=after))
    return key


def activate_signing_key(*, key_id: int, by: By) -> SigningKey:
    """Sign with this key from now on, instead of the domain's former one of the same algorithm.

    Keep the former one's record in DNS for a week: what is on its way still names it.
    Raises NotFound.
    """
    with transaction.atomic():
        key = get_signing_key(key_id)
        of_domain = SigningKey.objects.select_for_update().filter(
            domain=key.domain, algorithm=key.algorithm
        )
        of_domain.exclude(pk=key_id).update(active=False)
        of_domain.filter(pk=key_id).update(active=True)
        record(Entry(by, "activate", TOPIC, key_id, after={"domain": key.domain}))
    return get_signing_key(key_id)


def deactivate_signing_key(*, key_id: int, by: By) -> SigningKey:
    """Sign with this key no more. Raises NotFound."""
    with transaction.atomic():
        key = get_signing_key(key_id)
        SigningKey.objects.filter(pk=key_id).update(active=False)
        record(Entry(by, "deactivate", TOPIC, key_id, after={"domain": key.domain}))
    return get_signing_key(key_id)


def delete_signing_key(*, key_id: int, by: By) -> None:
    """Raises KeyInUse while it signs, NotFound."""
    with transaction.atomic():
        key = SigningKey.objects.select_for_update().filter(pk=key_id).first()
        if key is None:
            raise NotFound("There is no such DKIM key.")
        if key.active:
            raise KeyInUse(
                "It signs what is sent now. Activate another key or deactivate it first."
            )
        key.delete()
        record(Entry(by, "delete", TOPIC, key_id, before={"domain": key.domain}))


def active_keys() -> tuple[DkimKey, ...]:
    """The keys that sign now; those that can't be unsealed any more are left out."""
    found = []
    for key in SigningKey.objects.filter(active=True).order_by("pk"):
        try:
            private_key = unseal(key.private_key, purpose=_PURPOSE)
        except SealBroken:
            continue
        found.append(DkimKey(key.domain, key.selector, private_key))
    return tuple(found)
