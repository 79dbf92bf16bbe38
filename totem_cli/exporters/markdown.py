"""The publication as Markdown: a folder that is an archive again, or, with --for, another site generator's content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from totem_cli.exporters.selection import Part, check_parameters, choice, media_groups, parts
from totem_cli.model.comment import Comment
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.publishing.page import Page, PageGroup, Published, group_key, key_of
from totem_cli.storage.layout import SETTINGS, comment_path, episode_path, person_path, series_path

VERSION = "markdown 2"
"""Changed when the same publication would give other bytes."""

_ALWAYS = ("version", "title", "language")


def export(publication: Publication, options: Options) -> Iterator[Published]:
    """``totem.toml``, each series and episode, everyone who appears and has a file, comments, media, the theme.

    The parameter ``for`` names a generator whose content it is instead. Raises InvalidError for a wrong parameter.
    """
    from totem_cli.exporters.generators import DIALECTS, groups

    check_parameters(options, "markdown", {"for": f"plain, {', '.join(DIALECTS)}"})
    generator = choice(options, "for", "plain", *DIALECTS)
    yield from groups(publication, DIALECTS[generator], options) if generator != "plain" else _archive(publication)


def _archive(publication: Publication) -> Iterator[Published]:
    yield _made(SETTINGS, new_toml(_settings(publication.settings), Settings.__struct_encode_fields__))
    for part in parts(publication):
        yield PageGroup(part.name, part.key(VERSION), partial(_pages, publication, part), len(part.indexes) + 1)
    appearing = {*publication.directory.person_slugs.values()}
    people = [person for person in publication.persons if person.slug in appearing]
    comments = [msgspec.structs.replace(comment, extra={}) for comment in publication.all_comments]
    key = group_key(version=VERSION, people=msgspec.msgpack.encode(people))
    yield PageGroup("people", key, partial(_people, people), len(people))
    key = group_key(version=VERSION, comments=msgspec.msgpack.encode(comments))
    yield PageGroup("comments", key, partial(_comments, comments), len(comments))
    yield from media_groups(publication, "media/")
    theme = {name: read() for name, read in publication.theme.items()}
    key = group_key(version=VERSION, theme=msgspec.msgpack.encode([*theme.items()]))
    yield PageGroup("theme", key, partial(_theme, theme), len(theme))


def _pages(publication: Publication, part: Part) -> Iterator[Page]:
    """The files of some episodes of a series, and of the series itself with the first."""
    series = part.series
    if part.number == 0 and series is not None:
        content = new_markdown(series_front(series), series.introduction, SERIES_ORDER)
        yield _made(series_path(series.slug), content)
    for index in part.indexes:
        row = publication.rows[index]
        key = key_of(VERSION, row.full, msgspec.msgpack.encode(series))
        yield Page(episode_path(row.series, row.slug), key, partial(_episode, publication, index, series))


def _people(people: Sequence[Person]) -> Iterator[Page]:
    for person in people:
        yield _made(person_path(person.slug), new_markdown(person_front(person), person.biography, PERSON_ORDER))


def _comments(comments: Sequence[Comment]) -> Iterator[Page]:
    for comment in comments:
        content = new_markdown(comment_front(comment), comment.text, COMMENT_ORDER)
        yield _made(comment_path(comment.folder, comment.slug or comment.id), content)


def _theme(theme: Mapping[str, bytes]) -> Iterator[Page]:
    for name, content in theme.items():
        yield Page(f"theme/{name}", key_of(content), partial(bytes, content))


def _settings(settings: Settings) -> dict[str, Any]:
    """What ``totem.toml`` says besides what it need not; keys that totem does not know stay in the archive."""
    values, usual = (msgspec.to_builtins(msgspec.structs.replace(one, extra={})) for one in (settings, Settings()))
    found = {key: values[key] for key in _ALWAYS}
    for key, value in values.items():
        if isinstance(value, dict) and key != "theme":
            given = {name: one for name, one in value.items() if one != usual[key][name] and one is not None}
            found |= {key: given} if given else {}
        elif value != usual[key] and value is not None:
            found[key] = value
    return found


def _episode(publication: Publication, index: int, series: Series | None) -> bytes:
    front = episode_front(publication.episodes[index], series)
    return new_markdown(front, publication.recap_at(index), EPISODE_ORDER)


def _made(path: str, content: bytes) -> Page:
    return Page(path, key_of(VERSION, content), partial(bytes, content))
