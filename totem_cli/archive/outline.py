"""An outline: what of all episodes together decides which pages a site has, and where each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from totem_cli.archive.held import Held
from totem_cli.archive.people import unique_slugs
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication


class Where(Struct, frozen=True, array_like=True):
    """The places of episodes, in reading order.

    They are those in which someone appears, by :meth:`Names.key`, in which an organisation does, by the folded name,
    that have a tag, by the folded tag, in which a question was asked.
    """

    people: dict[str, list[int]]
    organisations: dict[str, list[int]]
    tags: dict[str, list[int]]
    asked: list[int]


class Outline(Struct, frozen=True, kw_only=True):
    """What is asked of no single episode. An episode is named by its place in the publication.

    ``places`` are those of each series, in reading order, ``newest`` all of them, newest first (the undated last).
    ``people`` and ``organisations`` are slugs: by :meth:`Names.key`, and by the folded name. ``listed`` are slug and
    name of everyone who appears, ``tags`` first spelling and address by the folded tag, both in alphabetical order.
    ``translations`` gives for an episode that is one of several translations the others; ``questions`` says whether any
    was asked. ``packed`` is where all of this is, see :meth:`where`; nothing of very many episodes.
    """

    places: dict[str, list[int]]
    newest: list[int]
    people: dict[str, str]
    listed: list[tuple[str, str]]
    organisations: dict[str, str]
    tags: dict[str, tuple[str, str]]
    translations: dict[int, list[int]]
    questions: bool
    packed: msgspec.Raw = msgspec.Raw(b"\xc0")

    @property
    def where(self) -> Where | None:
        """Where people, organisations, tags and questions are. It is unpacked anew: few need it, and these once."""
        return msgspec.msgpack.decode(self.packed, type=Where | None)


def outline_of(publication: Publication) -> Outline:
    """The outline of a publication: every episode is looked at, once if it can be, since many are read each time."""
    places: dict[str, list[int]] = {}
    tags: dict[str, str] = {}
    tagged: dict[str, list[int]] = {}
    asked: list[int] = []
    translated = False
    is_held = isinstance(publication.episodes, Held)
    newest = [*publication.newest_places]
    for place, episode in zip(sorted(newest), publication.episodes, strict=True):  # the same numbers, once in memory
        places.setdefault(episode.series, []).append(place)
        for tag in episode.tags:
            tags.setdefault(key := fold(tag), tag)
            if not is_held:
                tagged.setdefault(key, []).append(place)
        if episode.questions and not (is_held and asked):
            asked.append(place)
        translated = translated or bool(episode.translation_of)
    where = None if is_held else Where(*publication.directory.places, tagged, asked)
    return Outline(
        places=places,
        newest=newest,
        people=publication.directory.person_slugs,
        listed=publication.directory.listed(publication.settings.language),
        organisations=publication.directory.organisation_slugs,
        tags=_addresses(tags, publication.settings.language),
        translations=_translations(publication) if translated else {},
        questions=bool(asked),
        packed=msgspec.Raw(msgspec.msgpack.encode(where)),
    )


def _addresses(names: dict[str, str], language: str) -> dict[str, tuple[str, str]]:
    slugs = unique_slugs(names)
    ordered = sorted(names, key=lambda key: (collation_key(names[key], language), key))
    return {key: (names[key], f"tags/{slugs[key]}/") for key in ordered}


def _translations(publication: Publication) -> dict[int, list[int]]:
    episodes = publication.episodes
    known = {episode.id: place for place, episode in enumerate(episodes)}
    known |= {episode.ref: place for place, episode in enumerate(episodes)}
    groups: dict[int, list[int]] = {}
    for place, episode in enumerate(episodes):
        original = known.get(episode.translation_of or "", place)
        groups.setdefault(original, []).append(place)
    return {
        place: [other for other in group if other != place]
        for group in groups.values()
        if len(group) > 1
        for place in group
    }
