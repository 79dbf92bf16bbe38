"""The groups of the home page, of lists (people, organisations, tags, questions), and of the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from zlib import crc32

from totem_cli.exporters.html.groups.series import feed_files, feed_key
from totem_cli.exporters.html.plan import FeedPlan, IndexRow, Plan, Span, encoded
from totem_cli.exporters.html.roles import role_of
from totem_cli.exporters.html.structure import questions_path
from totem_cli.model.media_names import local_path
from totem_cli.publishing.page import Page, PageGroup, key_of

NEWEST = 10
"""Episodes that the home page lists as the newest."""

MANY_SERIES = 12
"""With more series, the home page lists them by year, and has a search."""

BUCKETS = 64
"""Groups of people, of organisations, of tags. A hash of the address chooses one, so that additions move nothing."""

WITH_RECAPS = 300
"""Up to so many episodes the search index includes recaps; with more it would be too large for a page to load."""

CHUNK = 1000
"""Episodes in one file of the search index, so that an edit changes one file of several."""

SEARCH_INDEX = "assets/search-"


def groups(plan: Plan) -> Iterator[PageGroup]:
    """Yield the groups of the home page, of each kind of list with its index, of the questions, of the search."""
    yield _home(plan)
    for section in (_people(plan), _organisations(plan), _tags(plan)):
        yield plan.group(section.name, partial(_index_pages, plan, section), {"index": encoded(section.rows)})
        yield from _buckets(plan, section)
    yield from _questions(plan)
    yield from _search(plan)


def _home(plan: Plan) -> PageGroup:
    newest = plan.outline.newest[:NEWEST]
    series = [(one, len(plan.series_indexes[slug]), plan.series_addresses(one)) for slug, one in plan.series.items()]
    spans = _spans(plan) if len(plan.series) > MANY_SERIES else {}
    parts = {"series": encoded(series), "newest": plan.list_digests(newest), "dates": encoded([*spans.items()])}

    def pages() -> Iterator[Page]:
        yield plan.page("index.html", partial(_render, "home_page", plan, newest, spans), *parts.values())

    return plan.group("home", pages, parts)


def _spans(plan: Plan) -> Mapping[str, Span]:
    """The dates of each series that has some, the series with the newest episode first."""
    found: dict[str, Span] = {}
    for index in plan.outline.newest:
        row = plan.rows[index]
        if row.moment:
            found[row.series] = Span(row.moment, found[row.series].last if row.series in found else row.moment)
    return found


# People, organisations, tags


class Item(NamedTuple):
    """A person, organisation or tag: its key, its address, the indexes of its episodes."""

    key: str
    address: str
    indexes: Sequence[int]


class Section(NamedTuple):
    """People, organisations or tags: the rows of their index, and the items.

    ``item_key`` returns the part of an item's key for what its page shows besides list items. ``page`` is the name of
    the function that renders an item's page, ``record`` of that for its record. ``feeds`` are by the item's address.
    """

    name: str
    rows: Sequence[IndexRow]
    items: Sequence[Item]
    item_key: Callable[[Item], bytes]
    page: str
    record: str | None
    feeds: Mapping[str, FeedPlan]


def _people(plan: Plan) -> Section:
    directory, ranks = plan.outline.directory, plan.outline.ranks
    rows: list[IndexRow] = []
    items = []
    for key in directory.person_keys:
        person, slug = directory.people[key], directory.person_slugs[key]
        appearances, address = directory.appearances[key], f"people/{slug}/"
        items.append(Item(key, address, [index for index, *_ in appearances]))
        count = len({index for index, *_ in appearances})
        latest = min(appearances, key=lambda one: ranks[one[0]])
        rows.append((address, person.name, person.sort_name or "", role_of(latest[2]), count))

    def item_key(item: Item) -> bytes:
        person = directory.people[item.key]
        image = plan.pictures[local_path(person.image, plan.publication.media) or ""] if person.image else None
        appearances = [one[1:] for one in directory.appearances[item.key]]
        return encoded(person, appearances, repr(image), plan.pictures.key(person.biography))

    feeds = _feeds(plan, rows) if plan.settings.feeds.people else {}
    return Section("people", rows, items, item_key, "person_page", "person_record", feeds)


def _organisations(plan: Plan) -> Section:
    directory = plan.outline.directory
    items = [
        Item(key, f"organisations/{directory.organisation_slugs[key]}/", directory.involvements[key])
        for key in directory.organisation_keys
    ]
    names = directory.organisations
    rows = [(item.address, names[item.key], "", "", len(item.indexes)) for item in items]

    def item_key(item: Item) -> bytes:
        return encoded(names[item.key], directory.members[item.key])

    return Section("organisations", rows, items, item_key, "organisation_page", "organisation_record", {})


def _tags(plan: Plan) -> Section:
    tags = plan.outline.tags
    items = [Item(key, address, plan.outline.tagged[key]) for key, (_, address) in tags.items()]
    rows = [(item.address, tags[item.key][0], "", "", len(item.indexes)) for item in items]

    def item_key(item: Item) -> bytes:
        return encoded(tags[item.key][0])

    feeds = _feeds(plan, rows) if plan.settings.feeds.tags else {}
    return Section("tags", rows, items, item_key, "tag_page", None, feeds)


def _feeds(plan: Plan, rows: Iterable[IndexRow]) -> Mapping[str, FeedPlan]:
    """The feeds of the items of an index, by address."""
    if not plan.settings.base_url:
        return {}
    title = plan.settings.title
    return {address: FeedPlan(address, f"{name} – {title}", "", plan.language) for address, name, *_ in rows}


def _buckets(plan: Plan, section: Section) -> Iterator[PageGroup]:
    found: dict[int, list[Item]] = {}
    for item in section.items:
        found.setdefault(crc32(item.address.encode()) % BUCKETS, []).append(item)
    pages_per_item = 1 + (plan.settings.html.api and section.record is not None)
    for number, items in sorted(found.items()):
        indexes = [index for item in items for index in item.indexes]
        yield plan.group(
            f"{section.name}/{number:02}",
            partial(_item_pages, plan, section, items),
            {
                "names": encoded([(item.address, section.item_key(item)) for item in items]),
                "episodes": plan.list_digests(indexes),
                "titles": plan.titles,
            },
            len(items) * pages_per_item,
        )
        if section.feeds:
            yield _derived_feeds(plan, section, number, items)


def _item_pages(plan: Plan, section: Section, items: Sequence[Item]) -> Iterator[Page]:
    for item in items:
        key, path = section.item_key(item), f"{item.address}index.html"
        render = partial(_render, section.page, plan, item.key)
        yield plan.page(path, render, key, plan.titles_of(item.indexes), plan.list_digests(item.indexes))
        if plan.settings.html.api and section.record:
            ids = encoded([plan.rows[index].id for index in item.indexes])
            record = partial(_record, section.record, plan, item.key)
            yield plan.page(f"api/{item.address}index.json", record, key, ids)


def _derived_feeds(plan: Plan, section: Section, number: int, items: Sequence[Item]) -> PageGroup:
    """The feeds of some people or tags."""
    feeds = [(section.feeds[item.address], item.indexes) for item in items]
    keys = [feed_key(plan, *feed) for feed in feeds]
    parts = {name: encoded([key[name] for key in keys]) for name in keys[0]}

    def pages() -> Iterator[Page]:
        for feed, indexes in feeds:
            yield from feed_files(plan, feed, indexes)

    return plan.group(f"feeds/{section.name}/{number:02}", pages, parts, 3 * len(items))


def _index_pages(plan: Plan, section: Section) -> Iterator[Page]:
    render = partial(_render, "index_page", plan, section.name, section.rows)
    yield plan.page(f"{section.name}/index.html", render, encoded(section.rows))


def _questions(plan: Plan) -> Iterator[PageGroup]:
    indexes, size = plan.outline.with_questions, plan.settings.html.page_size
    parts = [indexes[start : start + size] for start in range(0, len(indexes), size)] or [indexes]
    for number, part in enumerate(parts):
        yield plan.group(
            f"questions/{number}",
            partial(_question_pages, plan, number, len(parts), part),
            {
                "counts": encoded(number, len(parts)),
                "questions": b"".join([plan.rows[index].metadata for index in part]),
                "titles": plan.titles_of(part),
            },
        )


def _question_pages(plan: Plan, number: int, count: int, indexes: Sequence[int]) -> Iterator[Page]:
    questions = [plan.publication.episodes[index].questions for index in indexes]
    yield plan.page(
        questions_path(number),
        partial(_render, "questions_page", plan, number, count, indexes),
        encoded(number, count, questions),
        plan.titles_of(indexes),
        plan.list_digests(indexes),
    )


# Search


def _search(plan: Plan) -> Iterator[PageGroup]:
    """The groups of the search index, one of people and one for each ``CHUNK`` episodes, and of the search page."""
    if not plan.settings.html.search:
        return
    with_recaps = len(plan.rows) <= WITH_RECAPS
    directory = plan.outline.directory
    people = [(directory.person_slugs[key], directory.people[key].name) for key in directory.person_keys]
    named = encoded(people)
    titles = encoded([one.title for one in plan.series.values()] if len(plan.series) > 1 else [])
    found = [(_index_page(plan, "people", partial(_people_index, people), named), {"people": named})]
    for start in range(0, len(plan.rows), CHUNK):
        part = range(start, min(start + CHUNK, len(plan.rows)))
        rows = [plan.rows[index] for index in part]
        digests = b"".join([row.full if with_recaps else row.metadata for row in rows])
        parts = {"people": named, "titles": titles, "first": encoded(start), "episodes": digests}
        page = _index_page(plan, "episodes", partial(_episodes_index, plan, part, with_recaps, people), *parts.values())
        found.append((page, parts))
    for number, (page, parts) in enumerate(found):
        yield plan.group(f"search/{number}", partial(list, (page,)), parts)
    names = [page.path for page, _ in found]
    page_parts = {"index": encoded(names), "titles": plan.titles, "episodes": plan.list_digests(range(len(plan.rows)))}

    def pages() -> Iterator[Page]:
        yield plan.page("search/index.html", partial(_search_page, plan, names), *page_parts.values())

    yield plan.group("search", pages, page_parts)


def _index_page(plan: Plan, name: str, render: Callable[[], bytes], *parts: bytes) -> Page:
    """One file of the index, named after its key."""
    key = key_of(plan.site_key, *parts)
    return Page(f"{SEARCH_INDEX}{name}.{key[:8]}.js", key, render)


# Rendering


def _render(function: str, plan: Plan, *arguments: object) -> bytes:
    from totem_cli.exporters.html import listings

    content: bytes = getattr(listings, function)(plan.site, *arguments)
    return content


def _record(function: str, plan: Plan, key: str) -> bytes:
    from totem_cli.exporters.html import api

    content: bytes = getattr(api, function)(plan.site, key)
    return content


def _people_index(people: Sequence[tuple[str, str]]) -> bytes:
    from totem_cli.exporters.html.search_index import people_index

    return people_index(people)


def _episodes_index(plan: Plan, part: range, with_recaps: bool, people: Sequence[tuple[str, str]]) -> bytes:
    from totem_cli.exporters.html.search_index import episodes_index

    return episodes_index(plan.site, part, with_recaps, people)


def _search_page(plan: Plan, names: Sequence[str]) -> bytes:
    from totem_cli.exporters.html.search_index import search_page

    return search_page(plan.site, names)
