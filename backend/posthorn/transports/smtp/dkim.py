"""DKIM signatures (RFC 6376), relaxed/relaxed, by RSA or Ed25519 (RFC 8463)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from posthorn.transports.smtp.headers import fold

RSA_BITS = 2048

#: What is signed where it is there, in this order. RFC 8058 section 4 wants both fields of
#: unsubscribing.
_SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to"),
    *("list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
#: Named once more than they are there, so that nobody can add another one (RFC 6376, 8.15).
_SEALED = ("from", "to", "subject", "date")
_SPACE = re.compile(rb"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A private key in PEM and where DNS tells its public half: `selector._domainkey.domain`."""

    domain: str
    selector: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key with the DNS record to publish: a TXT record called `record_name`."""

    key: DkimKey
    record_name: str
    record: str


def make_key_pair(*, domain: str, selector: str, algorithm: str = "rsa") -> KeyPair:
    """`algorithm` is `rsa` (2048 bits) or `ed25519`, which belongs beside an RSA key only."""
    made = (
        ed25519.Ed25519PrivateKey.generate()
        if algorithm == "ed25519"
        else rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    )
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    key = DkimKey(domain, selector, pem)
    return KeyPair(key, f"{selector}._domainkey.{domain}", public_record(key))


def public_record(key: DkimKey) -> str:
    """The text of the TXT record; DNS wants it in strings of 255 characters at the most."""
    private = _load(key.private_key)
    public = private.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        # RFC 8463 section 4: the bare key, not its SubjectPublicKeyInfo.
        return f"v=DKIM1; k=ed25519; p={b64encode(public.public_bytes_raw()).decode()}"
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"


@lru_cache(maxsize=64)
def _load(pem: str) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    """Raises ValueError when it isn't a private key of RSA or Ed25519."""
    loaded = serialization.load_pem_private_key(pem.encode(), password=None)
    if isinstance(loaded, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        return loaded
    raise ValueError("A DKIM key must be an RSA or an Ed25519 key.")


def canonical_field(line: str) -> bytes:
    """A header field in relaxed form (RFC 6376 section 3.4.2), without its end."""
    name, _, value = line.encode("utf-8", "replace").partition(b":")
    return name.strip().lower() + b":" + _SPACE.sub(b" ", value).strip()


class Signer:
    """Signs one domain's messages with one key."""

    def __init__(self, key: DkimKey) -> None:
        self._key = _load(key.private_key)
        self._algorithm = "rsa" if isinstance(self._key, rsa.RSAPrivateKey) else "ed25519"
        self._where = f"d={key.domain}; s={key.selector}"

    def sign(self, fields: Mapping[str, bytes], body_hash: bytes, *, at: int) -> str:
        """The DKIM-Signature field for the canonical `fields` by lower-case name.

        `body_hash` is the SHA-256 of the canonical body; `at` is now, in seconds since 1970.
        """
        names = [name for name in _SIGNED if name in fields]
        listed = ":".join(names + [name for name in _SEALED if name in fields])
        tags = [
            "v=1;",
            f"a={self._algorithm}-sha256;",
            "c=relaxed/relaxed;",
            *f"{self._where};".split(),
            f"t={at};",
            *_split(f"h={listed};", 70, ":"),
            f"bh={b64encode(body_hash).decode()};",
            "b=",
        ]
        head = fold("DKIM-Signature", tags)
        signed = b"\r\n".join([*(fields[name] for name in names), canonical_field(head)])
        return head + "".join(f"\r\n {row}" for row in _rows(self._signature(signed), 72))

    def _signature(self, data: bytes) -> str:
        if isinstance(self._key, rsa.RSAPrivateKey):
            signature = self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        else:
            # RFC 8463 section 3: what is signed is the hash.
            signature = self._key.sign(sha256(data).digest())
        return b64encode(signature).decode()


def signers_for(domain: str, keys: Sequence[DkimKey]) -> list[Signer]:
    """Signers that align with a sender at `domain` (RFC 7489, 3.1.1): its own or a parent's."""
    domain = domain.lower()
    fitting = [key for key in keys if domain == key.domain or domain.endswith(f".{key.domain}")]
    nearest = max((len(key.domain) for key in fitting), default=0)
    return [Signer(key) for key in fitting if len(key.domain) == nearest]


def _rows(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _split(text: str, width: int, mark: str) -> list[str]:
    """`text` in words of at most `width`, cut behind `mark`: blanks may stand there."""
    words, word = [], ""
    for part in text.split(mark):
        piece = f"{part}{mark}"
        if word and len(word) + len(piece) > width:
            words.append(word)
            word = ""
        word += piece
    return [*words, word.removesuffix(mark)]
