"""What the tables of the index hold of one file: plain values, so that one process makes them and another inserts them.

Row lists are without the file's id, which is the first column of every table.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from totem_cli.language.dates import moment_key
from totem_cli.language.fold import fold, search_texts
from totem_cli.model.cells import listed
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import comment_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from totem_cli.errors import TotemError
    from totem_cli.index.parse import ParsedFile
    from totem_cli.model.parts import Appearance

TableRows = dict[str, list[tuple[Any, ...]]]

_NUMBER_PREFIX = re.compile(r"\d+-(?=.)")
_MEDIA_IN_TEXT = re.compile(r"""media/([^\s"'<>()\[\]]+)""")
_encode = msgspec.msgpack.Encoder().encode


class FileRows(NamedTuple):
    """The row of a file in ``file``, from ``path`` to ``problem`` but for its stamp, and its rows in other tables."""

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


def rows_of(parsed: ParsedFile) -> FileRows:
    """All that the index holds of a file."""
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
    told = _problem(problem) if problem else None
    return FileRows(parsed.path, parsed.digest, *located, name, number, uuid, told, tables)


def short_name(slug: str) -> str:
    """A slug without its number: ``interdependances`` for ``01-interdependances``."""
    return _NUMBER_PREFIX.sub("", slug, count=1)


def person_key(appearance: Appearance) -> str:
    """What names a person where no person file is looked at: ``people/SLUG`` if it gives a slug, else its folded name.

    See :meth:`totem_cli.archive.names.Names.key`, which looks at person files too.
    """
    return f"people/{appearance.person}" if appearance.person else fold(appearance.name)


def search_columns(episode: Episode, recap: str) -> tuple[str, str, str, str]:
    """Folded texts: of the title, of who takes part, of what it is about, of the recap."""
    title = (episode.title, episode.subtitle)
    about = chain(
        episode.tags, *((question.text, question.asked_by, question.answer) for question in episode.questions)
    )
    title_text, people, subjects, text = search_texts(
        ["\n".join(filter(None, texts)) for texts in (title, _people(episode), about, (episode.summary, recap))]
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
            )
        ],
        "appearance": [
            (position, kind, person_key(one), one.name, one.role, _json([fold(name) for name in one.organisations]))
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
    """What lists of episodes show of one."""
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
    """Names of files in ``media/``, as they are written; of the text whatever may be one."""
    named = [getattr(value, "image", None), *(one.path or one.url for one in getattr(value, "media", ()))]
    found = dict.fromkeys(name for name in named if name)
    if "media/" in body:
        found |= dict.fromkeys(_MEDIA_IN_TEXT.findall(body))
    return [(name,) for name in found]


def _sortable(moment: str | None) -> str | None:
    """A date as text that sorts as :func:`~totem_cli.language.dates.moment_key` does."""
    return " ".join(moment_key(moment)).rstrip() if moment else None


def _problem(problem: TotemError) -> str:
    return _json((problem.message, problem.hint, getattr(problem, "field", None), problem.location))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode() if value else "[]"


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
