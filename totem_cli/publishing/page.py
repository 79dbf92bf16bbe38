"""Pages and page groups: what an export consists of, known by keys before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from itertools import chain
from typing import TypeAlias

from msgspec import Struct


class Page(Struct, frozen=True):
    """One file of an export.

    ``path`` is relative to the output, with ``/``. ``key`` is a digest of everything the content depends on: two pages
    of one path with one key have the same bytes. ``render`` gives those bytes; it is called only when they are needed,
    perhaps in another process, and must not depend on anything but what the key covers. A large file may have
    ``stream`` too, which gives the same bytes in pieces.
    """

    path: str
    key: str
    render: Callable[[], bytes]
    stream: Callable[[], Iterable[bytes]] | None = None

    def pieces(self) -> Iterable[bytes]:
        """The content, in pieces where the page can give them."""
        return self.stream() if self.stream else (self.render(),)


Key: TypeAlias = Mapping[str, str]
"""The key of a group: the digest of each of its parts, by the name of the part."""


class PageGroup(Struct, frozen=True):
    """Pages that are listed and rendered together: the unit of incremental and of parallel work.

    ``key`` covers all that decides which pages the group has and what they say: while it is the same and the files are
    as they were written, ``pages`` is not called. A group without a key is always listed. ``size`` is about how many
    pages it has.
    """

    name: str
    key: Key
    pages: Callable[[], Iterable[Page]]
    size: int = 1


class LastGroup(Struct, frozen=True):
    """A group that depends on which other pages there are: ``pages`` is given the paths of all groups before it."""

    name: str
    key: Key
    pages: Callable[[Collection[str]], Iterable[Page]]

    def after(self, paths: Collection[str]) -> PageGroup:
        """The group, once the paths of the others are known."""
        key = {**self.key, "paths": key_of(*sorted(paths))}
        return PageGroup(self.name, key, partial(self.pages, paths))


Published: TypeAlias = Page | PageGroup | LastGroup
"""What an exporter yields. Pages outside of groups form one group without a key."""


def key_of(*parts: bytes | str) -> str:
    """A key from all that a page depends on (BLAKE2b, 128 bits, hexadecimal); parts are kept apart by their length."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()


def group_key(**parts: bytes | str) -> Key:
    """The key of a group from its named parts."""
    return {name: key_of(part) for name, part in parts.items()}


def combined(key: Key) -> str:
    """One digest of all parts of a key; empty for a group without a key."""
    return key_of(*chain.from_iterable(sorted(key.items()))) if key else ""


def all_pages(published: Iterable[Published]) -> Iterator[Page]:
    """Every page of an export, those of groups too."""
    last: list[LastGroup] = []
    paths: list[str] = []
    for item in published:
        if isinstance(item, LastGroup):
            last.append(item)
            continue
        for page in (item,) if isinstance(item, Page) else item.pages():
            paths.append(page.path)
            yield page
    for group in last:
        others = tuple(paths)
        for page in group.pages(others):
            paths.append(page.path)
            yield page
