"""One way of writing an address, so that one person is one subscriber."""


def normalise_address(address: str) -> str:
    """`address` without surrounding space and in lower case.

    RFC 5321 section 2.4 lets a host tell local parts apart by case but advises against it; no
    mailbox provider does, and a person who is written twice in different case must be mailed once.
    """
    return address.strip().lower()
