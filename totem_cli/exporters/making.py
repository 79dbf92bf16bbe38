"""A making: one export of an archive into a folder, which remembers enough for the next to be quick."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from totem_cli.archive.exporting import asked
from totem_cli.archive.remembered import Remembered, recalled, remembered
from totem_cli.errors import ChangedError
from totem_cli.exporters import part_of
from totem_cli.publishing.page import Page, key_of
from totem_cli.publishing.toolchain import maker

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.publishing import Publishing
    from totem_cli.exporters import Exporter, Options
    from totem_cli.model.query import Query
    from totem_cli.publishing.settled import Last, Renewed
    from totem_cli.storage.hiring import Start


Formats: TypeAlias = str | Sequence[str]
"""What names an exporter: a format, or several, which go together into one folder."""


class Making:
    """What ``exporter`` makes of the episodes that a query selects; a :class:`~totem_cli.publishing.settled.Memory`.

    ``formats`` name the exporter, if it has a name, for other processes.
    """

    def __init__(
        self, archive: Publishing, exporter: Exporter, query: Query, options: Options, *, formats: Formats | None = None
    ) -> None:
        self._archive = archive
        self._exporter = exporter
        self._query = query
        self._options = options
        self._formats = formats
        self._publication: Publication | None = None
        self._known: Remembered | None = None
        self._read = ""
        self._named: list[str] = []
        self.remembers = part_of(exporter) is not None

    @property
    def whole(self) -> Publication | None:
        """What was published; None where not every page was asked for."""
        return None if self._known else self._publication

    def pages(self) -> Iterator[Page]:
        """Every page, of the archive as it is when the first is asked for."""
        self._known = None
        with self._archive.workspace.reading():
            self._publication, self._read = self._archive.publication(self._query), self._archive.files_key()
        self._named = []
        for page in self._exporter(self._publication, self._options):
            if page.key[:8] in page.path:
                self._named.append(page.path)
            yield page

    def source(self) -> str:
        """All that the pages are made from."""
        return key_of(self._archive.files_key(), self._archive.carried_key(), self._asked())

    @property
    def state(self) -> str:
        """All that what :meth:`pages` last gave is made from, but what lies beside the records."""
        return key_of(self._read, self._asked())

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

    def remaking(self) -> Start | None:
        """How another process makes what :meth:`pages` last gave; None where it cannot be told.

        That is where the exporter has no name, or where the archive is not read from what all processes share.
        """
        from totem_cli.storage.hiring import Start

        archive = self._archive.workspace
        if self._formats is None or not archive.index.is_shared:
            return None
        options = (self._options.single, dict(self._options.parameters))
        formats = self._formats if isinstance(self._formats, str) else [*self._formats]
        query = msgspec.msgpack.encode(self._query)
        told = (os.path.abspath(archive.root), archive.memory, formats, query, *options, self.state, maker())
        return Start(f"{__name__}:remade", told)

    def _asked(self) -> str:
        options = self._options
        name = f"{self._exporter.__module__}.{self._exporter.__qualname__}"
        return asked(name, self._query, options.parameters, single=options.single)


def remade(told: tuple[str, bool, Formats, bytes, bool, dict[str, str], str, str]) -> list[Page]:
    """The pages of a making in another process, which says by :meth:`Making.remaking` how.

    Raises :class:`ChangedError` where they are made from something else here than there.
    """
    from totem_cli.archive.publishing import Publishing
    from totem_cli.archive.workspace import Workspace
    from totem_cli.exporters import Options, find_exporter
    from totem_cli.exporters.together import together
    from totem_cli.model.query import Query

    root, memory, formats, query, single, parameters, state, made_by = told
    archive = Publishing(Workspace(root, memory=memory))
    if made_by != maker() or not archive.workspace.attach():
        raise ChangedError("the index is not as it was")
    exporter = find_exporter(formats) if isinstance(formats, str) else together(formats)
    making = Making(archive, exporter, msgspec.msgpack.decode(query, type=Query), Options(single, parameters))
    pages = [*making.pages()]
    if making.state != state:
        raise ChangedError("the archive is not as it was")
    return pages
