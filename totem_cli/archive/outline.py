"""An outline: what of all episodes together decides which pages a site has, and where each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from totem_cli.archive.people import unique_slugs
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication


class Outline(Struct, frozen=True, kw_only=True):
    """What is asked of no single episode. An episode is named by its place in the publication.

    ``places`` are those of each series, in reading order, ``newest`` all of them, newest first (the undated last).
    ``people`` and ``organisations`` are slugs: by :meth:`Names.key`, and by the folded name. ``listed`` are slug and
    name of everyone who appears, ``tags`` first spelling and address by the folded tag, both in alphabetical order.
    ``translations`` gives for an episode that is one of several translations the others; ``questions`` says whether any
    was asked.
    """

    places: dict[str, list[int]]
    newest: list[int]
    people: dict[str, str]
    listed: list[tuple[str, str]]
    organisations: dict[str, str]
    tags: dict[str, tuple[str, str]]
    translations: dict[int, list[int]]
    questions: bool


def outline_of(publication: Publication) -> Outline:
    """The outline of a publication: every episode is looked at, once if it can be, since many are read each time."""
    places: dict[str, list[int]] = {}
    tags: dict[str, str] = {}
    questions = translated = False
    newest = [*publication.newest_places]
    for place, episode in zip(sorted(newest), publication.episodes, strict=True):  # the same numbers, once in memory
        places.setdefault(episode.series, []).append(place)
        for tag in episode.tags:
            tags.setdefault(fold(tag), tag)
        questions = questions or bool(episode.questions)
        translated = translated or bool(episode.translation_of)
    return Outline(
        places=places,
        newest=newest,
        people=publication.directory.person_slugs,
        listed=publication.directory.listed(publication.settings.language),
        organisations=publication.directory.organisation_slugs,
        tags=_addresses(tags, publication.settings.language),
        translations=_translations(publication) if translated else {},
        questions=questions,
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
