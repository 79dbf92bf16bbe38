"""Importers: functions from a source in another format to records of the model.

Another package provides an importer as an entry point in the group ``totem.importers``.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias, cast

from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.importers.notes import Note
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.publishing.plugins import Plugin, find_plugin, plugin_names

GROUP = "totem.importers"
BYTE_ORDER_MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Options:
    """The name of a source that is bytes, for messages, the parameters of the format, and how to read its text.

    ``timezone`` (an IANA name or an offset) is that of times that state none. ``day_first`` says how to read 9/4/2020
    where the source does not decide it. ``encoding`` is that of the text; None detects it. ``mapped`` collects the
    names of ``--map`` that were looked up (:class:`~totem_cli.importers.field_map.FieldMap`).
    """

    name: str = "<stdin>"
    parameters: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    day_first: bool | None = None
    encoding: str | None = None
    mapped: set[str] = field(default_factory=set, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """The content of a source.

    Episodes have no inherited values; their ``series`` and ``slug`` are empty where the source has none. A lazy
    ``episodes`` reads the source at each iteration, so that not all are in memory. ``comments`` refer to an episode or
    series by id and have the status that the source gives them. ``media`` are files by name under ``media/``; below
    ``media_root``, where given, symbolic links to them are not followed.

    ``locations`` has, for each of the keys series, episodes, persons and comments that the importer knows, the location
    of every item, in order. ``mapping`` lists the columns or keys with the fields that they were taken for, where names
    were guessed. ``notes`` tell what was left out, kept aside or assumed. ``own_extra`` are the keys of ``extra`` that
    the source itself has there, as totem's own exports do; all others are told.
    ``counts`` is how many things of each kind the source has; :func:`~totem_cli.importers.placing.read_source` adds it.
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
    notes: Sequence[Note] = ()
    own_extra: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)


Importer: TypeAlias = Callable[[Path | bytes, Options], Imported]
"""Reads a source. Raises InvalidError with a location where the source is not valid."""


def importer_names() -> list[str]:
    """The names of the installed import formats, sorted."""
    return plugin_names(GROUP)


def find_importer(name: str) -> Importer:
    """The importer of a format, by itself: :func:`totem_cli.importers.placing.read_source` reads with it.

    Raises NotFoundError for an unknown format, PluginError where another package's importer cannot be loaded. Such an
    importer raises a PluginError, with the name of its package, for any exception of its own except TotemError, and
    where it does not return Imported.
    """
    plugin = find_plugin(GROUP, name, "import format")

    @wraps(plugin.function)
    def read(source: Path | bytes, options: Options) -> Imported:
        with plugin.blamed():
            imported = plugin.function(source, options)
        if not isinstance(imported, Imported):
            raise plugin.fault(f"gives {type(imported).__name__}, not Imported")
        with plugin.blamed():  # totem iterates over the episodes several times
            episodes = tuple(imported.episodes) if isinstance(imported.episodes, Iterator) else imported.episodes
        return replace(imported, episodes=_Blamed(episodes, plugin))

    return cast("Importer", plugin.function) if plugin.is_ours else read


class _Blamed(Iterable[Episode]):
    """Lazy episodes of another package, whose exceptions become a PluginError."""

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
    """The content and the name of a source that is one file.

    Raises InvalidError where it is a folder, SystemFailedError where it cannot be read.
    """
    if isinstance(source, bytes):
        return source, options.name
    if source.is_dir():
        raise InvalidError(f"{source} is a folder; this format is one file")
    try:
        return source.read_bytes(), str(source)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", source) from error


def natural(text: str, digits: int = 6) -> int | None:
    """The number that a text is, of so many digits at most; None where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a table that hold something."""
    return {key: value for key, value in data.items() if value}
