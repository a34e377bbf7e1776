"""One small adapter for each provider's webhook: is it genuine, and what does it say.

Each is `read(…) -> list[Claim]` and raises NotGenuine or Unreadable; none of them writes anything.
"""
