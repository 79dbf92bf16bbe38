"""Export formats: looked up by entry point, told options, one or several in a folder.

An exporter of another package is an entry point in the group ``totem.exporters``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial, wraps
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.errors import InvalidError, TotemError
from totem_cli.publishing.manifest import check_path
from totem_cli.publishing.page import LastGroup, Page, PageGroup, Published, group_key
from totem_cli.publishing.plugins import Plugin, find_plugin, plugin_names

GROUP = "totem.exporters"

T = TypeVar("T")


def _unheard(words: str) -> None:
    """Nobody listens to warnings."""


class Options(Struct, frozen=True):
    """What an export may be told: ``single`` asks for one self-contained file, ``parameters`` are the format's own.

    An exporter calls ``warn`` with a line for whatever it leaves out or has to make up.
    """

    single: bool = False
    parameters: Mapping[str, str] = {}
    warn: Callable[[str], None] = _unheard


Exporter: TypeAlias = Callable[[Any, Options], Iterable[Published]]
"""Yields what an export of a publication consists of. It writes nothing, and reads only the publication."""


def one_file(exporter: Exporter) -> Exporter:
    """Mark an exporter whose export is one page, which goes to standard output where no output is named."""
    exporter.__dict__["one_file"] = True
    return exporter


def is_one_file(exporter: Exporter) -> bool:
    """Whether an exporter is marked by :func:`one_file`."""
    return bool(getattr(exporter, "one_file", False))


def exporter_names() -> list[str]:
    """The formats there are, sorted."""
    return plugin_names(GROUP)


def folder_of(name: str) -> str:
    """The folder that a folder format goes to where no other is named."""
    return "site" if name == "html" else name


def find_exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises NotFoundError, or PluginError where another package's cannot be loaded. Whatever such a one raises itself,
    or yields that is neither a page nor a group, is a PluginError too, which names its package.
    """
    plugin = find_plugin(GROUP, name, "export format")
    exporter: Exporter = plugin.function
    return exporter if plugin.is_ours else _guarded(exporter, plugin)


def together(formats: Sequence[str]) -> Exporter:
    """An exporter of all ``formats``: a folder format goes to a folder (see :func:`folder_of`), files beside.

    It raises what the formats raise, their name before it. Raises InvalidError where there are none, and what
    :func:`find_exporter` does.
    """
    if not formats:
        raise InvalidError("no format is named", hint='write formats = ["html", "json"] under [export] in totem.toml')
    exporters = {name: find_exporter(name) for name in formats}

    def export(publication: Any, options: Options) -> Iterator[Published]:
        for name, exporter in exporters.items():
            named = replace(options, warn=partial(_warn, options, name))
            placed = _Placed(name, "" if is_one_file(exporter) else f"{folder_of(name)}/")
            yield from map(placed.item, _named(name, exporter(publication, named)))

    return export


def _warn(options: Options, name: str, words: str) -> None:
    options.warn(f"{name}: {words}")


def _named(name: str, items: Iterable[T]) -> Iterator[T]:
    """The items; an error that comes between says by its name which format raised it."""
    try:
        yield from items
    except TotemError as error:
        error.message = f"{name}: {error.message}"
        raise


class _Placed:
    """One of several formats: its paths in a folder, its groups under its name."""

    def __init__(self, name: str, folder: str) -> None:
        self._name = name
        self._folder = folder

    def item(self, item: Published) -> Published:
        """What the format yields, in its place."""
        if isinstance(item, LastGroup):
            return LastGroup(f"{self._name}/{item.name}", item.key, partial(self._last, item))
        if isinstance(item, PageGroup):
            return replace(item, name=f"{self._name}/{item.name}", pages=partial(self._pages, item.pages))
        if self._folder:
            return self._page(item)
        return PageGroup(self._name, group_key(page=item.key), partial(list, (item,)))

    def _last(self, group: LastGroup, paths: Collection[str]) -> Iterator[Page]:
        own = [path.removeprefix(self._folder) for path in paths if path.startswith(self._folder)]
        return self._pages(partial(group.pages, own))

    def _pages(self, pages: Callable[[], Iterable[Page]]) -> Iterator[Page]:
        return map(self._page, _named(self._name, pages()))

    def _page(self, page: Page) -> Page:
        return replace(page, path=f"{self._folder}{page.path}")


def _guarded(exporter: Exporter, plugin: Plugin) -> Exporter:
    """The exporter of another package: whatever goes wrong in it is a PluginError, which names the package."""

    def checked(items: Iterable[Any]) -> Iterator[Any]:
        with plugin.blamed():
            for item in items:
                yield guarded(item)

    def guarded(item: Any) -> Published:
        if isinstance(item, PageGroup) and callable(item.pages):
            return replace(item, pages=lambda: checked(item.pages()))
        if isinstance(item, LastGroup) and callable(item.pages):
            return replace(item, pages=lambda paths: checked(item.pages(paths)))
        if not (isinstance(item, Page) and isinstance(item.path, str) and isinstance(item.key, str)):
            raise plugin.fault(f"yields what is no page: {item!r}")
        check_path(item.path)
        return replace(item, render=_guarded_render(item, plugin))

    @wraps(exporter)
    def export(publication: Any, options: Options) -> Iterator[Published]:
        count = 0
        for item in checked(_called(exporter, plugin, publication, options)):
            count += 1
            yield item
        if is_one_file(exporter) and count != 1:
            raise plugin.fault(f"is marked as one file, and yields {count} pages")

    return export


def _called(exporter: Exporter, plugin: Plugin, publication: Any, options: Options) -> Iterable[Published]:
    with plugin.blamed():
        return exporter(publication, options)


def _guarded_render(page: Page, plugin: Plugin) -> Callable[[], bytes]:
    def render() -> bytes:
        with plugin.blamed():
            content = page.render()
        if not isinstance(content, bytes):
            raise plugin.fault(f"renders {page.path} as {type(content).__name__}, not as bytes")
        return content

    return render
