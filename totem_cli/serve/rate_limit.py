"""Rate limits by address, without storing addresses."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil

_MOST = 20_000


class RateLimit:
    """Allows ``most`` requests from one address in a ``window`` of seconds; addresses are counted by a salted hash.

    The salt is random, in memory only, and replaced when the window is over, along with the counts. IPv6 addresses
    count by their first 64 bits, which is what one customer gets (RFC 6177).
    """

    def __init__(self, most: int, window: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.window = window
        self._clock = clock
        self._began = clock()
        self._salt = secrets.token_bytes(16)
        self._counts: dict[bytes, int] = {}

    def take(self, address: str) -> int:
        """Count a request. Returns 0 where it is allowed, else the seconds until the next one is."""
        now = self._clock()
        if now - self._began >= self.window:
            self._began, self._salt, self._counts = now, secrets.token_bytes(16), {}
        key = blake2b(_network(address), key=self._salt, digest_size=8).digest()
        count = self._counts.get(key, 0)
        if count >= self.most:
            return max(1, ceil(self._began + self.window - now))
        if key not in self._counts and len(self._counts) >= _MOST:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = count + 1
        return 0


def _network(address: str) -> bytes:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address.encode(errors="replace")
    if isinstance(parsed, IPv6Address):
        return (parsed.ipv4_mapped or parsed).packed[:8]
    return parsed.packed
