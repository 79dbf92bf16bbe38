"""The publication as Markdown: a folder that is an archive again, or, with --for, another site generator's content."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from totem_cli.archive.front import (
    COMMENT_ORDER,
    EPISODE_ORDER,
    PERSON_ORDER,
    SERIES_ORDER,
    comment_front,
    episode_front,
    person_front,
    series_front,
)
from totem_cli.archive.publication import Publication
from totem_cli.documents.toml_write import new_markdown, new_toml
from totem_cli.exporters import Options
from totem_cli.exporters.selection import check_parameters, choice
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.publishing.page import Page, key_of
from totem_cli.storage.layout import SETTINGS, comment_path, episode_path, person_path, series_path

VERSION = "markdown 2"
"""Changed when the same publication would give other bytes."""

_ALWAYS = ("version", "title", "language")


def export(publication: Publication, options: Options) -> Iterator[Page]:
    """``totem.toml``, each series and episode, everyone who appears and has a file, comments, media, the theme.

    The parameter ``for`` names a generator whose content it is instead. Raises InvalidError for a wrong parameter.
    """
    from totem_cli.exporters.generators import DIALECTS, pages

    check_parameters(options, "markdown", {"for": f"plain, {', '.join(DIALECTS)}"})
    generator = choice(options, "for", "plain", *DIALECTS)
    yield from pages(publication, DIALECTS[generator], options) if generator != "plain" else _archive(publication)


def _archive(publication: Publication) -> Iterator[Page]:
    yield _made(SETTINGS, new_toml(_settings(publication.settings), Settings.__struct_fields__))
    homes = {series.slug: series for series in publication.series}
    for series in publication.series:
        yield _made(series_path(series.slug), new_markdown(series_front(series), series.introduction, SERIES_ORDER))
    for episode in publication.episodes:
        yield _episode(publication, episode, homes.get(episode.series))
    appearing = {person.slug for person in publication.people}
    for person in publication.persons:
        if person.slug in appearing:
            yield _made(person_path(person.slug), new_markdown(person_front(person), person.biography, PERSON_ORDER))
    for comment in publication.all_comments:
        bare = msgspec.structs.replace(comment, extra={})
        content = new_markdown(comment_front(bare), comment.text, COMMENT_ORDER)
        yield _made(comment_path(comment.folder, comment.slug or comment.id), content)
    for name, read in publication.media.items():
        yield Page(f"media/{name}", key_of(publication.media_digest(name)), read)
    for name, read in publication.theme.items():
        yield Page(f"theme/{name}", key_of(read()), read)


def _settings(settings: Settings) -> dict[str, Any]:
    """What ``totem.toml`` says besides what it need not; keys that totem does not know stay in the archive."""
    known, usual = (msgspec.to_builtins(msgspec.structs.replace(one, extra={})) for one in (settings, Settings()))
    found = {key: known[key] for key in _ALWAYS}
    for key, value in known.items():
        if isinstance(value, dict) and key != "theme":
            told = {name: one for name, one in value.items() if one != usual[key][name] and one is not None}
            found |= {key: told} if told else {}
        elif value != usual[key] and value is not None:
            found[key] = value
    return found


def _episode(publication: Publication, episode: Episode, series: Series | None) -> Page:
    def render() -> bytes:
        return new_markdown(episode_front(episode, series), publication.recap_of(episode), EPISODE_ORDER)

    key = key_of(VERSION, publication.digest(episode), msgspec.msgpack.encode(series))
    return Page(episode_path(episode.series, episode.slug), key, render)


def _made(path: str, content: bytes) -> Page:
    return Page(path, key_of(VERSION, content), partial(bytes, content))
