"""Exporters: pure functions from a publication to pages.

An exporter of another package is an entry point in the group ``totem.exporters``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.archive.publication import Publication
from totem_cli.archive.remembered import Changes
from totem_cli.publishing.manifest import check_path
from totem_cli.publishing.page import Page
from totem_cli.publishing.plugins import Plugin, find_plugin, plugin_names
from totem_cli.publishing.settled import Last, Renewed

GROUP = "totem.exporters"


def _unheard(words: str) -> None:
    """Nobody listens to warnings."""


class Options(Struct, frozen=True):
    """What an export may be told: ``single`` asks for one self-contained file, ``parameters`` are the format's own.

    An exporter calls ``warn`` with a line for whatever it leaves out or has to make up.
    """

    single: bool = False
    parameters: Mapping[str, str] = {}
    warn: Callable[[str], None] = _unheard


Exporter: TypeAlias = Callable[[Publication, Options], Iterable[Page]]
"""Yields the pages of an export. It writes nothing, and reads only the publication."""


Part: TypeAlias = Callable[[Publication, Options, Changes, Sequence[str], Last], Renewed | None]
"""The pages of an export that may have changed with these episodes; None where all must be asked for.

It is told the paths of the last export that were named after their key, and what it left, to take from.
"""


def renewed_by(part: Part) -> Callable[[Exporter], Exporter]:
    """Mark an exporter that can tell which of its pages a change of some episodes concerns."""

    def mark(exporter: Exporter) -> Exporter:
        exporter.__dict__["part"] = part
        return exporter

    return mark


def part_of(exporter: Exporter) -> Part | None:
    """What :func:`renewed_by` marked it with."""
    found: Part | None = getattr(exporter, "part", None)
    return found


def one_file(exporter: Exporter) -> Exporter:
    """Mark an exporter whose export is one page, which goes to standard output where no output is named."""
    exporter.__dict__["one_file"] = True
    return exporter


def is_one_file(exporter: Exporter) -> bool:
    """Whether an exporter is marked by :func:`one_file`."""
    return bool(getattr(exporter, "one_file", False))


def is_ours(exporter: Exporter) -> bool:
    """Whether an exporter is totem's own: what it depends on is known."""
    return exporter.__module__.startswith("totem_cli.")


def exporter_names() -> list[str]:
    """The formats there are, sorted."""
    return plugin_names(GROUP)


def ours(name: str) -> Exporter | None:
    """Totem's own exporter of a format, for whoever knows that no other package has one of this name."""
    from importlib import import_module

    try:
        found: Exporter | None = getattr(import_module(f"{__name__}.{name}"), "export", None)
    except ImportError:
        return None
    return found


def find_exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises NotFoundError, or PluginError where another package's cannot be loaded. Whatever such a one raises itself,
    or yields that is no page, is a PluginError too, which names its package.
    """
    plugin = find_plugin(GROUP, name, "export format")
    exporter: Exporter = plugin.function
    return exporter if plugin.is_ours else _guarded(exporter, plugin)


def _guarded(exporter: Exporter, plugin: Plugin) -> Exporter:
    @wraps(exporter)
    def export(publication: Publication, options: Options) -> Iterator[Page]:
        count = 0
        with plugin.blamed():
            for page in exporter(publication, options):
                count += 1
                if not (isinstance(page, Page) and isinstance(page.path, str) and isinstance(page.key, str)):
                    raise plugin.fault(f"yields what is no page: {page!r}")
                check_path(page.path)
                yield replace(page, render=_guarded_render(page, plugin))
        if is_one_file(exporter) and count != 1:
            raise plugin.fault(f"is marked as one file, and yields {count} pages")

    return export


def _guarded_render(page: Page, plugin: Plugin) -> Callable[[], bytes]:
    def render() -> bytes:
        with plugin.blamed():
            content = page.render()
        if not isinstance(content, bytes):
            raise plugin.fault(f"renders {page.path} as {type(content).__name__}, not as bytes")
        return content

    return render
