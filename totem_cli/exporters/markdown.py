"""The publication as a folder that is an archive again: Markdown files with TOML front matter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from totem_cli.archive.front import (
    EPISODE_ORDER,
    PERSON_ORDER,
    SERIES_ORDER,
    episode_front,
    person_front,
    series_front,
)
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import archive_record
from totem_cli.exporters import Options
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.store.layout import SETTINGS, episode_path, person_path, series_path
from totem_cli.store.page import Page, key_of
from totem_cli.store.toml_write import new_markdown, new_toml

VERSION = "markdown 1"
"""Changed when the same publication would give other bytes."""


def export(publication: Publication, options: Options) -> Iterator[Page]:  # noqa: ARG001 - every exporter takes options
    """``totem.toml``, each series and episode, everyone who appears and has a file, and the media."""
    yield _made(SETTINGS, new_toml(*_settings(publication)))
    homes = {series.slug: series for series in publication.series}
    for series in publication.series:
        yield _made(series_path(series.slug), new_markdown(series_front(series), series.introduction, SERIES_ORDER))
    for episode in publication.episodes:
        yield _episode(publication, episode, homes.get(episode.series))
    appearing = {person.slug for person in publication.people}
    for person in publication.persons:
        if person.slug in appearing:
            yield _made(person_path(person.slug), new_markdown(person_front(person), person.biography, PERSON_ORDER))
    for name, read in publication.media.items():
        yield Page(f"media/{name}", key_of(read()), read)


def _settings(publication: Publication) -> tuple[dict[str, object], tuple[str, ...]]:
    known = msgspec.structs.asdict(archive_record(publication.settings))
    return {key: value for key, value in known.items() if value is not None}, tuple(known)


def _episode(publication: Publication, episode: Episode, series: Series | None) -> Page:
    def render() -> bytes:
        return new_markdown(episode_front(episode, series), publication.recap_of(episode), EPISODE_ORDER)

    key = key_of(VERSION, publication.digest(episode), msgspec.msgpack.encode(series))
    return Page(episode_path(episode.series, episode.slug), key, render)


def _made(path: str, content: bytes) -> Page:
    return Page(path, key_of(VERSION, content), partial(bytes, content))
