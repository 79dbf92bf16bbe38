"""Series in lists."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.html.chapter import Chapter

_NOTHING = Markup()


class SeriesCard(Struct, frozen=True):
    """A series: on the home page with ``count``, ``opening`` and ``dates``, on the single page with its content."""

    series: SeriesRecord
    language: str
    hosts: Markup
    count: int = 0
    opening: str = ""
    dates: Markup = _NOTHING
    partners: Markup = _NOTHING
    introduction: Markup = _NOTHING
    chapters: Sequence[Chapter] = ()
