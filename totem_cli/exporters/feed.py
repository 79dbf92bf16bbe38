"""A feed: its head, its entries, its pages, made once for RSS, Atom, JSON Feed, alone or on the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.dates import warn_undated
from totem_cli.exporters.selection import check_parameters, selection_key, whole_number
from totem_cli.publishing.page import Page

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site

PARAMETERS = {"size": "entries, 0 for all", "url": "where the feed will be served"}


class FeedPerson(Struct, frozen=True):
    """Someone who appears in an entry; ``url`` is absolute."""

    name: str
    role: Literal["host", "guest"]
    url: str | None = None


class Enclosure(Struct, frozen=True):
    """A recording; ``length`` is its size in bytes, 0 where nobody knows (RSS Best Practices Profile, enclosure)."""

    url: str
    type: str
    length: int
    seconds: int = 0


class FeedEntry(Struct, frozen=True):
    """One episode in a feed. ``content`` is HTML whose addresses are absolute, of characters that XML may hold.

    What a writer makes of it, in UTF-8, is kept in ``made``: the feeds of the archive, a series and a person hold the
    same entry.
    """

    id: str
    url: str
    title: str
    language: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime | None
    people: Sequence[FeedPerson] = ()
    tags: Sequence[str] = ()
    number: int | None = None
    image: str | None = None
    enclosures: Sequence[Enclosure] = ()
    made: dict[str, bytes] = {}

    def written(self, format_: str, write: Callable[[FeedEntry], bytes]) -> bytes:
        """What ``write`` makes of this entry for feeds of a format."""
        if format_ not in self.made:
            self.made[format_] = write(self)
        return self.made[format_]

    def named(self, role: str) -> list[FeedPerson]:
        """Those who appear as ``role``, each once."""
        return list({person.name: person for person in self.people if person.role == role}.values())


class FeedHead(Struct, frozen=True):
    """A feed: what it is called, where its page and the feed itself are.

    ``links`` lead to the feed's other pages, by their relation: first, previous, next, last (RFC 5005, 3).
    """

    id: str
    title: str
    subtitle: str
    language: str
    home: str
    address: str
    links: Mapping[str, str] = {}


Writer: TypeAlias = Callable[[FeedHead, Sequence[FeedEntry]], bytes]


class Form(NamedTuple):
    """How feeds of a format are written: all of one by ``write``, an entry by ``entry``, kept under ``name``.

    An entry begins with ``opens`` on a line of its own, with ``indent`` before it; ``comma`` stands after each but the
    last, ``closes`` after that.
    """

    name: str
    write: Writer
    entry: Callable[[FeedEntry], bytes]
    opens: bytes
    closes: bytes
    indent: bytes = b""
    comma: bytes = b""

    def mended(self, old: bytes, count: int, changed: Mapping[int, FeedEntry]) -> bytes | None:
        """A feed of so many entries after a change of some, by their place, but of no date and no recording.

        None where it is not clear where each begins: no entry holds ``opens`` on a line of its own.
        """
        begins = b"\n" + self.indent + self.opens
        head, *found = old.split(begins)
        if len(found) != count or not old.endswith(self.closes):
            return None
        for at, entry in changed.items():
            made = entry.written(self.name, self.entry).removeprefix(self.opens)
            found[at] = made + (self.closes if at == count - 1 else self.comma)
        return begins.join([head, *found])


class Part(NamedTuple):
    """One document of a paged feed: what its name ends with, which of the feed's entries it holds, newest first."""

    suffix: str
    places: Sequence[int]


def parts(places: Sequence[int], size: int) -> list[Part]:
    """A feed's entries, newest first, in documents of at most ``size`` (0: all in one): a paged feed (RFC 5005, 3).

    The first holds the newest. The others are numbered from the oldest entries on, so that a new episode changes two
    documents and not all.
    """
    if not size or len(places) <= size:
        return [Part("", places)]
    older = places[size:][::-1]
    blocks = [older[start : start + size][::-1] for start in range(0, len(older), size)]
    numbered = [Part(f"-{number}", block) for number, block in enumerate(blocks, 1)]
    return [Part("", places[:size]), *reversed(numbered)]


def page_links(whole: Sequence[Part], place: int, home: str, file: str) -> Mapping[str, str]:
    """The addresses of a paged feed's other documents, by their relation to the one at ``place`` (RFC 5005, 3)."""
    if len(whole) == 1:
        return {}
    last = len(whole) - 1
    known = {"first": 0, "previous": place - 1, "next": place + 1, "last": last}
    return {rel: home + part_name(file, whole[one]) for rel, one in known.items() if 0 <= one <= last}


def part_name(file: str, part: Part) -> str:
    """The name of one document of a feed whose first is ``file``: ``feed.xml``, ``feed-2.xml``, ``feed-2-atom.xml``."""
    if not part.suffix:
        return file
    stem, _, extension = file.partition(".")
    kind = "" if stem == "feed" else f"-{stem}"
    return f"feed{part.suffix}{kind}.{extension}"


def feed_pages(publication: Publication, options: Options, *, format_: str, file: str, write: Writer) -> Iterator[Page]:
    """One page, ``file``: the newest of a publication's episodes, as ``write`` makes a feed of them.

    A selection of one series has the series' own title and identity. It leads to the feed's other documents where it
    is the first of those on the site. Raises InvalidError where the archive does not say where its site is, for
    without absolute addresses a feed is of no use, and for wrong parameters.
    """
    from totem_cli.exporters.feed_entry import recordings

    check_parameters(options, format_, PARAMETERS)
    size = whole_number(options, "size", publication.settings.feeds.size)
    if not publication.settings.base_url:
        raise InvalidError(
            f"{format_} needs absolute addresses, and the archive does not say where its site is",
            hint='write base_url = "https://…" in totem.toml',
        )
    newest = publication.newest[: size or None]
    if format_ == "atom":
        warn_undated(options, newest)
    files = [part for episode in newest for part in recordings(publication, episode)]

    def render() -> bytes:
        from totem_cli.exporters.feed_entry import feed_entry
        from totem_cli.exporters.html.site import Site

        site = Site(publication)
        whole = parts(publication.newest_places, size)
        head = _head(site, options, file, whole)
        return write(head, [feed_entry(site, place) for place in whole[0].places])

    yield Page(file, selection_key(f"{format_} 2", publication, options, *sorted(publication.media), *files), render)


def _head(site: Site, options: Options, file: str, whole: Sequence[Part]) -> FeedHead:
    asked = site.publication.query
    (series,) = site.series.values() if len(asked.series) == len(site.series) == 1 else (None,)
    home = site.absolute(series.address if series else "") or ""
    on_site = not options.parameters and asked.filters.keys() <= ({"series", "status"} if series else {"status"})
    return FeedHead(
        id=f"urn:uuid:{series.id}" if series else home,
        title=series.title if series else site.settings.title,
        subtitle=(series.subtitle if series else site.settings.subtitle) or "",
        language=(series.language if series else None) or site.language,
        home=home,
        address=options.parameters.get("url") or f"{home}{file}",
        links=page_links(whole, 0, home, file) if on_site else {},
    )
