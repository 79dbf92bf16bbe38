"""The rows of one file in the tables of the index, as plain values: one process makes them, another inserts them.

They are without the file's id, which is the first column of every table.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from totem_cli.language.dates import moment_key
from totem_cli.language.fold import fold, search_text
from totem_cli.model.cells import listed
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.episode_row import EpisodeRow
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import comment_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from totem_cli.errors import TotemError
    from totem_cli.index.parse import ParsedFile
    from totem_cli.model.parts import Appearance

TableRows = dict[str, list[tuple[Any, ...]]]

_NUMBER_PREFIX = re.compile(r"(?<!\d)\d+-(?=.)")
_MEDIA_IN_TEXT = re.compile(r"""media/([^\s"'<>()\[\]]+)""")
_encode = msgspec.msgpack.Encoder().encode


class FileRows(NamedTuple):
    """The row of a file in ``file``, from ``path`` to ``problem`` without the stamp, and its rows in other tables."""

    path: str
    digest: bytes
    kind: str
    series: str | None
    slug: str | None
    name: str
    number: int | None
    uuid: str | None
    problem: str | None
    tables: TableRows


def parsed_rows(path: str, content: bytes, digest: bytes | None = None) -> FileRows:
    """Parse the content of a file and return its rows; see :func:`totem_cli.index.parse.parse`."""
    from totem_cli.index.parse import parse

    return rows_of(parse(path, content, digest))


def rows_of(parsed: ParsedFile) -> FileRows:
    """Return the rows of a parsed file."""
    located, value, problem = parsed.located, parsed.value, parsed.problem
    tables: TableRows = {}
    number = uuid = None
    if value is None:
        number = number_in(located.slug or "") if located.kind == "episode" else None
    else:
        tables["value"], tables["body"] = [(parsed.packed,)], [(parsed.body,)]
    if isinstance(value, Episode):
        number, uuid = value.number, value.id
        tables.update(_episode(value, parsed.packed, parsed.body))
    elif isinstance(value, Series):
        tables["tag"], tables["partner"] = _tags(value.tags), _partners(value)
        tables["alias"] = [(alias,) for alias in value.aliases]
    elif isinstance(value, Comment):
        uuid = value.id
        tables["comment"] = [(value.target or None, value.status, _sortable(value.date), comment_folder(parsed.path))]
    if value is not None:
        tables["media"] = _media(value, parsed.body)
    name = short_name(located.slug or "")
    stored_problem = _problem(problem) if problem else None
    return FileRows(parsed.path, parsed.digest, *located, name, number, uuid, stored_problem, tables)


def short_name(slug: str) -> str:
    """Return a slug without its number: ``interdependances`` for ``01-interdependances``."""
    return _NUMBER_PREFIX.sub("", slug, count=1)


def person_key(appearance: Appearance) -> str:
    """Return the key of a person: ``people/SLUG`` if the appearance names a person file, else the folded name.

    :meth:`totem_cli.archive.names.Names.key` also looks names up in person files.
    """
    return f"people/{appearance.person}" if appearance.person else fold(appearance.name)


def search_columns(episode: Episode, recap: str) -> tuple[str, str, str, str]:
    """Return the folded texts that are indexed: title, people, subjects, recap."""
    title = (episode.title, episode.subtitle)
    about = chain(
        episode.tags, *((question.text, question.asked_by, question.answer) for question in episode.questions)
    )
    title_text, people, subjects, text = (
        search_text("\n".join(filter(None, texts)))
        for texts in (title, _people(episode), about, (episode.summary, recap))
    )
    return title_text, people, subjects, text


def _people(episode: Episode) -> Iterator[str | None]:
    for person in appearances(episode):
        yield from (person.name, person.role, person.billed_as, *person.organisations)
    for partner in episode.partners:
        yield from (partner.name, partner.billed_as)


def _episode(episode: Episode, packed: bytes, recap: str) -> TableRows:
    return {
        "episode": [
            (
                _sortable(episode.moment),
                episode.language,
                episode.status,
                _digest(packed + b"\0" + recap.encode()),
                _digest(packed),
                _digest(_encode(_list_item(episode))),
                " ".join(episode.absent),
                listed(episode),
                _encode(EpisodeRow.of(episode, recap)),
            )
        ],
        "appearance": [
            (position, kind, person_key(one), one.name, one.role, _json(list(one.organisations)))
            for kind, people in (("host", episode.hosts), ("guest", episode.guests))
            for position, one in enumerate(people)
        ],
        "partner": _partners(episode),
        "tag": _tags(episode.tags),
        "alias": [(alias,) for alias in episode.aliases],
        "translation": [(episode.translation_of,)] if episode.translation_of else [],
        "words": [search_columns(episode, recap)],
    }


def _list_item(episode: Episode) -> tuple[object, ...]:
    """Return what lists of episodes show of one."""
    guests = [(one.name, one.billed_as, one.person) for one in episode.guests]
    return (
        *(episode.id, episode.series, episode.slug, episode.number, episode.title, episode.subtitle),
        *(episode.language, episode.date, episode.published, episode.status, guests),
    )


def _partners(owner: Episode | Series) -> list[tuple[Any, ...]]:
    return [(position, fold(one.name), one.name) for position, one in enumerate(owner.partners)]


def _tags(tags: Iterable[str]) -> list[tuple[Any, ...]]:
    spellings: dict[str, str] = {}
    for tag in tags:
        spellings.setdefault(fold(tag), tag)
    return [*spellings.items()]


def _media(value: Any, body: str) -> list[tuple[Any, ...]]:
    """Return the names of files in ``media/`` that a value names, and whatever in its text may be one."""
    named = [getattr(value, "image", None), *(one.path or one.url for one in getattr(value, "media", ()))]
    found = dict.fromkeys(name for name in named if name)
    if "media/" in body:
        found |= dict.fromkeys(_MEDIA_IN_TEXT.findall(body))
    return [(name,) for name in found]


def _sortable(moment: str | None) -> str | None:
    """Return a date as text that sorts like :func:`~totem_cli.language.dates.moment_key`."""
    return " ".join(moment_key(moment)).rstrip() if moment else None


def _problem(problem: TotemError) -> str:
    return _json((problem.message, problem.hint, getattr(problem, "field", None), problem.location))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode() if value else "[]"


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
