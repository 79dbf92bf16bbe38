"""Exporters: pure functions from a publication to pages.

An exporter of another package is an entry point in the group ``totem.exporters``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from totem_cli.archive.plugins import find_plugin, plugin_names
from totem_cli.archive.publication import Publication
from totem_cli.store.page import Page

GROUP = "totem.exporters"


def _unheard(words: str) -> None:
    """Nobody listens to warnings."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an export may be told: ``single`` asks for one self-contained file, ``parameters`` are the format's own.

    An exporter calls ``warn`` with a line for whatever it leaves out or has to make up.
    """

    single: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    warn: Callable[[str], None] = _unheard


Exporter: TypeAlias = Callable[[Publication, Options], Iterable[Page]]
"""Yields the pages of an export. It writes nothing, and reads only the publication."""


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


def find_exporter(name: str) -> Exporter:
    """The exporter of a format. Raises NotFoundError, or PluginError where another package's cannot be loaded."""
    return cast("Exporter", find_plugin(GROUP, name, "export format"))
