"""Digests one after the other in one piece: a third of what they take as objects in a list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import overload

SIZE = 16


class Digests(Sequence[bytes]):
    """Digests of :data:`SIZE` bytes each."""

    def __init__(self, digests: Iterable[bytes]) -> None:
        self._all = b"".join(digests)

    def __len__(self) -> int:
        return len(self._all) // SIZE

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        start = range(0, len(self._all), SIZE)[place]
        return self._all[start : start + SIZE]


class ByPair(Mapping[tuple[str, str], bytes]):
    """Digests by pairs of names, which are found and not told: only a digest of each pair is kept."""

    def __init__(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """``rows`` of two names and a digest; of several of one pair the last counts."""
        found = sorted([(_told((one, other)), digest) for one, other, digest in rows], key=itemgetter(0))
        self._pairs = Digests(pair for pair, _ in found)
        self._digests = Digests(digest for _, digest in found)

    def __getitem__(self, pair: tuple[str, str]) -> bytes:
        wanted = _told(pair)
        at = bisect_right(self._pairs, wanted) - 1
        if at < 0 or self._pairs[at] != wanted:
            raise KeyError(pair)
        return self._digests[at]

    def __len__(self) -> int:
        return len(self._pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        raise TypeError("the names are not kept")


def _told(pair: tuple[str, str]) -> bytes:
    return blake2b("\0".join(pair).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()
