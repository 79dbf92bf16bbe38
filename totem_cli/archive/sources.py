"""What the records of episodes are made from: their files, where these are, what they take from their series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from totem_cli.model.episode import INHERITED
from totem_cli.model.series import Series


class Sources:
    """Digests of what episodes' records are made from, by series and slug, as all was at one moment."""

    def __init__(self, files: Mapping[tuple[str, str], bytes], series: Iterable[Series]) -> None:
        self._files = files
        self._inherited = {one.slug: _inherited(one) for one in series}

    def file(self, series: str, slug: str) -> bytes:
        """The digest of an episode's file alone; empty where there is none."""
        return self._files.get((series, slug), b"")

    def of(self, series: str, slug: str) -> bytes:
        """The same bytes only for the same record, first the digest of its file; empty where there is none."""
        file = self._files.get((series, slug))
        return b"%b%b%b/%b" % (file, self._inherited[series], series.encode(), slug.encode()) if file else b""


def _inherited(series: Series) -> bytes:
    """A digest of all that an episode may take from its series."""
    taken = msgspec.msgpack.encode([getattr(series, name) for name in INHERITED])
    return blake2b(taken, digest_size=16).digest()
