"""A making: one export of an archive into a folder, which remembers enough for the next to be quick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from totem_cli.archive.exporting import asked
from totem_cli.archive.remembered import Remembered, recalled, remembered
from totem_cli.exporters import part_of
from totem_cli.store.page import Page, key_of

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.publishing import Publishing
    from totem_cli.exporters import Exporter, Options
    from totem_cli.model.query import Query
    from totem_cli.store.settled import Last, Renewed


class Making:
    """What ``exporter`` makes of the episodes that a query selects; a :class:`totem_cli.store.settled.Memory` of it."""

    def __init__(self, archive: Publishing, exporter: Exporter, query: Query, options: Options) -> None:
        self._archive = archive
        self._exporter = exporter
        self._query = query
        self._options = options
        self._publication: Publication | None = None
        self._known: Remembered | None = None
        self._named: list[str] = []
        self.remembers = part_of(exporter) is not None

    @property
    def whole(self) -> Publication | None:
        """What was published; None where not every page was asked for."""
        return None if self._known else self._publication

    def pages(self) -> Iterator[Page]:
        """Every page, of the archive as it is when the first is asked for."""
        self._known = None
        self._publication = self._archive.publication(self._query)
        self._named = []
        for page in self._exporter(self._publication, self._options):
            if page.key[:8] in page.path:
                self._named.append(page.path)
            yield page

    def source(self) -> str:
        """All that the pages are made from."""
        return key_of(self._archive.files_key(), self._archive.carried_key(), self._asked())

    def remember(self) -> bytes:
        """The episodes of the last making."""
        assert self._publication is not None
        known = self._known or remembered(self._archive, self._publication)
        return msgspec.msgpack.encode((self._asked(), self._named, known))

    def recall(self, content: bytes, last: Last) -> Renewed | None:
        """The pages that show something of an episode that changed; None where others may be another, too."""
        part = part_of(self._exporter)
        try:
            before, named, known = msgspec.msgpack.decode(content, type=tuple[str, list[str], Remembered])
        except msgspec.DecodeError:
            return None
        if part is None or before != self._asked():
            return None
        found = recalled(self._archive, self._query, known)
        if found is None:
            return None
        publication, changes, now = found
        changed = part(publication, self._options, changes, named, last)
        if changed is not None:
            self._publication, self._known, self._named = publication, now, [*changed.named]
        return changed

    def _asked(self) -> str:
        options = self._options
        name = f"{self._exporter.__module__}.{self._exporter.__qualname__}"
        return asked(name, self._query, options.parameters, single=options.single)
