"""What the reader shows: the episodes of an archive, and those of a person, an organisation, a tag, a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from totem_cli.language.dates import event_labels, moment_key
from totem_cli.language.fold import Folded, fold, search_words
from totem_cli.language.visible import visible
from totem_cli.model.query import Query

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.archive.outline import Directory
    from totem_cli.archive.publication import Publication
    from totem_cli.model.episode_row import EpisodeRow

Kind = Literal["all", "person", "organisation", "tag", "search"]


class Target(NamedTuple):
    """What a link leads to: ``key`` is an episode's position, or what names a person, an organisation, a tag."""

    kind: Literal["episode", "person", "organisation", "tag"]
    key: str


class View(NamedTuple):
    """What a list holds: all episodes, or those of something; ``filter`` is what was typed to narrow it."""

    kind: Kind = "all"
    key: str = ""
    filter: str = ""


class Entry(NamedTuple):
    """A line of a list: an episode by its position, or (-1) the title of a series."""

    position: int
    text: str = ""


class Line(NamedTuple):
    """A line of a page about a person, an organisation or a tag; ``target`` is what it leads to."""

    text: str
    target: Target | None = None


class Library:
    """The rows of an archive, read once, and read again by :meth:`reload`."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.reload()

    def reload(self) -> None:
        """Read the rows anew."""
        self._publication: Publication = self.archive.publication(Query(status=("all",)))
        self.rows: Sequence[EpisodeRow] = self._publication.rows
        self.titles = {one.slug: visible(one.title) for one in self._publication.series}
        self._keys: list[str] = []
        self._places: dict[tuple[str, str], int] = {}
        self._tags: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            self._places[row.series, row.slug] = place
            for tag in row.tags:
                self._tags.setdefault(fold(tag), []).append(place)
        self._all = self._grouped(range(len(self.rows)))

    @property
    def directory(self) -> Directory:
        """Who appears where."""
        return self._publication.directory

    def _filter_keys(self) -> list[str]:
        """The folded text by which each episode is filtered: title, series, number, date, guests, tags."""
        if not self._keys:
            folded = Folded()
            for row in self.rows:
                number = "" if row.number is None else str(row.number)
                words = [row.title, self.titles.get(row.series, ""), number, row.moment or "", *row.tags]
                for one in row.appearances:
                    words += (one.name, *one.organisations)
                self._keys.append(" ".join([folded[word] for word in words]))
        return self._keys

    def positions(self, view: View) -> list[int]:
        """The episodes of a view, by position, in the order of the archive; of a search the best first."""
        match view.kind:
            case "person":
                found: Iterable[int] = dict.fromkeys(
                    place for place, *_ in self.directory.appearances.get(view.key, ())
                )
            case "organisation":
                found = self.directory.involvements.get(view.key, ())
            case "tag":
                found = self._tags.get(view.key, ())
            case "search":
                found = self._searched(view.key)
            case _:
                found = range(len(self.rows))
        words = fold(view.filter).split()
        if not words:
            return list(found)
        keys = self._filter_keys()
        return [place for place in found if all(word in keys[place] for word in words)]

    def _searched(self, words: str) -> list[int]:
        found = self.archive.workspace.index.search(search_words(words), limit=None)
        return [self._places[key] for key in found if key in self._places]

    def entries(self, view: View) -> list[Entry]:
        """The lines of a view: under the title of its series each episode; of a search, as they were found."""
        if view == View():
            return self._all
        positions = self.positions(view)
        return [*map(Entry, positions)] if view.kind == "search" else self._grouped(positions)

    def _grouped(self, positions: Iterable[int]) -> list[Entry]:
        found, series = [], None
        for place in positions:
            row = self.rows[place]
            if row.series != series:
                series = row.series
                found.append(Entry(-1, self.titles.get(series, visible(series))))
            found.append(Entry(place))
        return found

    def label(self, place: int) -> str:
        """The line of an episode: number, title, guests."""
        row = self.rows[place]
        number = "" if row.number is None else f"{row.number:>3} "
        mark = "" if row.status == "published" else f" [{row.status}]"
        guests = ", ".join(one.name for one in row.guests)
        return visible(f"{number}{row.title}{mark}{f' · {guests}' if guests else ''}")

    def title(self, view: View) -> str:
        """What a view is called."""
        match view.kind:
            case "person":
                return self.directory.people[view.key].name if view.key in self.directory.people else view.key
            case "organisation":
                return self.directory.organisations.get(view.key, view.key)
            case "tag":
                return f"#{view.key}"
            case "search":
                return f"“{view.key}”"
            case _:
                return self.archive.settings.title

    def links(self, place: int) -> Iterator[tuple[str, Target]]:
        """Who and what an episode leads to, by name."""
        row = self.rows[place]
        names = self.directory.names
        for one in row.appearances:
            yield one.name, Target("person", names.key_of(one.name, one.person))
            for organisation in one.organisations:
                yield organisation, Target("organisation", fold(organisation))
        for partner in row.partners:
            yield partner.name, Target("organisation", fold(partner.name))
        for tag in row.tags:
            yield tag, Target("tag", fold(tag))

    def counted(self, target: Target) -> int:
        """In how many episodes a person, an organisation or a tag is."""
        match target.kind:
            case "person":
                return len({place for place, *_ in self.directory.appearances.get(target.key, ())})
            case "organisation":
                return len(self.directory.involvements.get(target.key, ()))
            case "tag":
                return len(self._tags.get(target.key, ()))
            case _:
                return 1

    def page(self, view: View) -> list[Line]:
        """The page of a person, an organisation or a tag: every episode in order of time, with roles."""
        told: dict[int, list[str]] = {}
        if view.kind == "person":
            for place, kind, one in self.directory.appearances.get(view.key, ()):
                told.setdefault(place, []).append(", ".join(filter(None, (one.role or kind, *one.organisations))))
        elif view.kind == "organisation":
            for position, name, role in self.directory.members.get(view.key, ()):
                place = self.directory.involvements[view.key][position]
                told.setdefault(place, []).append(", ".join(filter(None, (name, role))))
        language = self.archive.settings.language
        lines = [Line(visible(self.title(view))), Line("")]
        positions = self.positions(View(view.kind, view.key))
        for place in sorted(positions, key=lambda place: (moment_key(self.rows[place].moment or "9999"), place)):
            row = self.rows[place]
            number = f" {row.number}" if row.number is not None else ""
            lines.append(Line(visible(row.title), Target("episode", str(place))))
            date = event_labels(row.moment, f"P{row.days}D", language)[0] if row.moment else ""
            known = " · ".join(filter(None, (f"{self.titles.get(row.series, row.series)}{number}", date)))
            lines.append(Line(f"  {visible(known)}"))
            lines += [Line(f"  {visible(one)}") for one in told.get(place, ())]
            lines.append(Line(""))
        return lines
