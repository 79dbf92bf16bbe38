"""Several formats in one folder: each in its place, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from totem_cli.archive.exporting import folder_of
from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError, TotemError
from totem_cli.exporters import Exporter, Options, find_exporter, is_one_file, is_ours
from totem_cli.publishing.page import Page


def together(formats: Sequence[str]) -> Exporter:
    """An exporter of all ``formats``: a folder format goes to a folder (see :func:`folder_of`), files beside.

    It raises what the formats raise, their name before it. Raises InvalidError where there are none, and what
    :func:`find_exporter` does.
    """
    if not formats:
        raise InvalidError("no format is named", hint='write formats = ["html", "json"] under [export] in totem.toml')
    exporters = {name: find_exporter(name) for name in formats}

    def export(publication: Publication, options: Options) -> Iterator[Page]:
        for name, exporter in exporters.items():
            told = replace(options, warn=partial(_warn, options, name))
            folder = "" if is_one_file(exporter) else f"{folder_of(name)}/"
            try:
                for page in exporter(publication, told):
                    yield replace(page, path=f"{folder}{page.path}")
            except TotemError as error:
                error.message = f"{name}: {error.message}"
                raise

    for exporter in exporters.values():
        if not is_ours(exporter):
            export.__module__ = exporter.__module__  # whatever it depends on, all do
    return export


def _warn(options: Options, name: str, words: str) -> None:
    options.warn(f"{name}: {words}")
