"""Rendering: pages become staged files, in this process and in its workers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import Entry, entry_of
from totem_cli.publishing.output import Output, Staged
from totem_cli.publishing.page import Page
from totem_cli.storage.hiring import Start
from totem_cli.storage.workers import Crew, crew_for, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_RENDERED = Page("", "", bytes)
"""In the place of a page that was rendered: what it was rendered from is let go."""


class Rendering:
    """Renders pages into the staging folder of an ``output``; ``contents`` know what stands in the output already.

    ``whole`` says that nothing stands there.
    """

    def __init__(self, output: Output, contents: Contents, *, whole: bool) -> None:
        self._output = output
        self._contents = contents
        self._whole = whole

    def all(
        self,
        pages: list[Page],
        of: int,
        remaking: Callable[[], Start | None] | None,
        crew: Crew | None,
    ) -> Iterator[tuple[Page, Entry, Staged | None]]:
        """Each page, in any order, its entry, and what was staged: None where its file holds the same bytes already.

        ``pages`` are let go of as they are rendered, and there are as many of them as ``of`` before the others were
        left out. ``remaking`` says how a worker that is started afresh comes to these pages (or raises, where its
        sources are others); ``crew`` says which workers there are.
        """
        if crew is None:
            crew = crew_for(len(pages), afresh=of if remaking else None)
        if pages:
            self._output.prepare(whole=self._whole)

        def start() -> Start | None:
            how = remaking() if remaking else None
            names = [(page.path, page.key) for page in pages]
            stats = self._contents.memory and os.path.abspath(self._contents.memory)
            place = (self._output.target, self._output.staging, self._whole, stats)
            return Start(f"{__name__}:resumed", (*how, names, *place)) if how else None

        for place, (digest, size, name, mtime) in share(pages, self.one, crew, start):
            page, pages[place] = pages[place], _RENDERED
            entry = Entry(page.key, digest, size)
            if mtime is None and crew.size:  # what a worker has looked at is remembered only by the worker
                self._contents.holds(page.path, entry)
            yield page, entry, None if mtime is None else Staged(page.path, name, mtime)

    def one(self, place: int, page: Page) -> tuple[str, int, str, int | None]:
        """Render and stage one page: the digest and size of its content, the name of the staged file, its mtime."""
        content = page.render()
        entry = entry_of(page.key, content)
        if not self._whole and self._contents.holds(page.path, entry):
            return entry.digest, entry.size, "", None
        file = self._output.stage(page.path, content, name=str(place))
        return entry.digest, entry.size, "" if self._whole else file.name, file.mtime


def resumed(told: tuple[str, Any, Sequence[tuple[str, str]], str, str, bool, str | None]) -> Callable[[int], Any]:
    """What :meth:`Rendering.one` does at a place, in a process that was started afresh.

    A page that is another one here, by its key, fails there: it is for the process that knows it.
    """
    entry, source, names, target, staging, whole, stats = told
    made: Iterable[Page] = Start(entry, source).made()
    here = {path: (place, key) for place, (path, key) in enumerate(names)}
    pages: dict[int, Page] = {}
    for page in made:
        place, key = here.get(page.path, (-1, ""))
        if page.key == key:
            pages[place] = page
    rendering = Rendering(Output.joined(target, staging, whole=whole), Contents(target, stats), whole=whole)
    return lambda place: rendering.one(place, pages.pop(place))
