"""The groups of an alphabetical list, each with its heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from totem_cli.language.collate import index_heading, index_key
from totem_cli.language.person_names import family_name

if TYPE_CHECKING:
    from totem_cli.exporters.html.plan import IndexRow


class IndexLine(NamedTuple):
    """A line of an alphabetical list; in ``name``, the part that it is sorted by is in bold where that is not all."""

    address: str
    name: str
    sort_name: str
    note: str
    episodes: int


def index_groups(rows: Iterable[IndexRow], language: str, *, by_family: bool) -> Sequence[tuple[str, list[IndexLine]]]:
    """Return the lines of an alphabetical list under their headings, each heading once.

    With ``by_family``, people are sorted by their family names: what their files say, else what can be told from the
    name. Without, ``sort_name`` does not count.
    """
    lines = [_by_family(row, language) if by_family else IndexLine(*row)._replace(sort_name=row[1]) for row in rows]
    lines.sort(key=lambda line: (index_key(line.sort_name, language), line.address))
    return [(heading, list(group)) for heading, group in groupby(lines, key=lambda line: index_heading(line.sort_name))]


def _by_family(row: IndexRow, language: str) -> IndexLine:
    address, name, filed, note, episodes = row
    told = None if filed else family_name(name, language)
    if told:
        return IndexLine(address, _bold(name, told.start, told.end), told.sort_name, note, episodes)
    family = filed.partition(",")[0].strip()
    start = name.rfind(family) if family else -1
    shown = name if start < 0 or family == name else _bold(name, start, start + len(family))
    return IndexLine(address, shown, filed or name, note, episodes)


def _bold(name: str, start: int, end: int) -> Markup:
    return Markup("{}<b>{}</b>{}").format(name[:start], name[start:end], name[end:])
