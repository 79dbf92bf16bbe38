"""Importers: plain functions from foreign bytes to what an archive holds.

An importer of another package is an entry point in the group ``totem.importers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, cast

from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.publishing.plugins import Plugin, find_plugin, plugin_names

GROUP = "totem.importers"


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may be told: the ``name`` of a source that is bytes, for messages; the format's own parameters."""

    name: str = "<stdin>"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a source holds, not yet in any archive.

    Episodes are as their own source tells them: nothing is inherited yet; ``series`` and ``slug`` are empty where the
    source says none; where there are very many, each is read when its turn comes, at every iteration. ``comments`` name
    the id of what they are on, and come with the status that the source gives them. ``media`` are
    files by their names under ``media/``; beneath ``media_root``, where there is one, no symbolic link is followed to
    them. ``locations`` says where in the source each of the ``series``, ``episodes``, ``persons`` and ``comments``
    stands, in their order, where the importer knows it. ``mapping`` says which column or key became which field, where
    names were guessed; ``unplaced`` says what was left out, each for a warning.
    """

    series: tuple[Series, ...] = ()
    episodes: Iterable[Episode] = ()
    persons: tuple[Person, ...] = ()
    comments: Iterable[Comment] = ()
    settings: dict[str, Any] | None = None
    media: Mapping[str, Path] = field(default_factory=dict)
    media_root: Path | None = None
    locations: Mapping[str, Sequence[Location]] = field(default_factory=dict, compare=False)
    mapping: tuple[tuple[str, str], ...] = ()
    unplaced: tuple[str, ...] = ()


Importer: TypeAlias = Callable[[Path | bytes, Options], Imported]
"""Reads a source. Raises InvalidError with its place where it cannot be understood; changes nothing."""


def importer_names() -> list[str]:
    """The formats there are, sorted."""
    return plugin_names(GROUP)


def find_importer(name: str) -> Importer:
    """The importer of a format.

    Raises NotFoundError, or PluginError where another package's cannot be loaded. Whatever such a one raises itself,
    or gives that is not Imported, is a PluginError too, which names its package.
    """
    plugin = find_plugin(GROUP, name, "import format")

    def read(source: Path | bytes, options: Options) -> Imported:
        with plugin.blamed():
            imported = plugin.function(source, options)
        if not isinstance(imported, Imported):
            raise plugin.fault(f"gives {type(imported).__name__}, not Imported")
        with plugin.blamed():  # episodes are read more than once, which an iterator does not allow
            episodes = tuple(imported.episodes) if isinstance(imported.episodes, Iterator) else imported.episodes
        return replace(imported, episodes=_Blamed(episodes, plugin))

    return cast("Importer", plugin.function) if plugin.is_ours else read


class _Blamed(Iterable[Episode]):
    """Episodes that are read when their turn comes: what another package raises then is told with its name."""

    def __init__(self, episodes: Iterable[Episode], plugin: Plugin) -> None:
        self._episodes = episodes
        self._plugin = plugin

    def __iter__(self) -> Iterator[Episode]:
        with self._plugin.blamed():
            episodes = iter(self._episodes)
        while True:
            with self._plugin.blamed():
                episode = next(episodes, None)
            if episode is None:
                return
            yield episode


def source_bytes(source: Path | bytes, options: Options) -> tuple[bytes, str]:
    """The bytes of a source that is one file, with its name; SystemFailedError where it cannot be read."""
    if isinstance(source, bytes):
        return source, options.name
    if source.is_dir():
        raise InvalidError(f"{source} is a folder; this format is one file")
    try:
        return source.read_bytes(), str(source)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", source) from error


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a table that hold something."""
    return {key: value for key, value in data.items() if value}
