"""The columns of a table of episodes: which field each is, by its name in French or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.language.fold import fold

_NAMES = {
    "id": "id uuid identifiant guid",
    "number": (
        "number numero no n° nº # num episode_number|episode number|numero d'episode|numero de l'episode|"
        "n° episode|episode no"
    ),
    "title": (
        "title titre name|titre de l'episode|episode title|episode titre|intitule|sujet|talk title|"
        "session title|nom de l'episode|titre de la discussion"
    ),
    "subtitle": "subtitle sous-titre soustitre tagline",
    "slug": "slug",
    "series": (
        "series serie cycle saison season collection|nom de la serie|titre de la serie|conference|event|evenement"
    ),
    "summary": "summary resume abstract chapeau chapo accroche|description courte|short description",
    "language": "language langue lang",
    "date": (
        "date jour day when quand|date de l'episode|date de la discussion|date de l'evenement|event date|"
        "recorded|enregistre le|date d'enregistrement|start debut"
    ),
    "published": "published publication|date de publication|publie le|publication date|published at|published on",
    "updated": "updated|mis a jour|mise a jour|updated at|last modified",
    "status": "status statut etat",
    "guests": (
        "guests guest invites invite invitees invitee invite·e·s invite.e.s invite(e)s speakers speaker intervenants "
        "intervenant intervenante participants participant orateur orateurs oratrice|nom de l'invite|guest name|"
        "speaker name|nom de l'intervenant|noms des invites"
    ),
    "role": (
        "role roles fonction fonctions poste metier profession job|job title|titre professionnel|"
        "guest role|role de l'invite|fonction de l'invite|speaker role|position"
    ),
    "organisations": (
        "organisation organisations organization organizations entreprise entreprises societe structure company "
        "affiliation employeur|organisation de l'invite|guest organisation|guest organization|guest company|"
        "speaker organisation"
    ),
    "url": "url|guest url|site de l'invite|speaker url",
    "billed_as": "billed_as|billed as",
    "person": "person",
    "kind": "kind",
    "hosts": (
        "hosts host animateur animatrice animation|anime par|hosted by|moderator|moderateur|moderatrice|moderation"
    ),
    "partners": "partners partner partenaires partenaire sponsor sponsors",
    "questions": "questions question|questions posees|question posee",
    "tags": (
        "tags tag mots-cles mots-clefs motscles keywords keyword etiquettes etiquette themes theme "
        "categories categorie category topics topic"
    ),
    "links": "links link liens lien|related links|lien utile|website",
    "media": (
        "media medias audio video enregistrement recording|lien video|video url|lien audio|audio url|fichier audio"
    ),
    "image": "image illustration visuel photo picture",
    "place": "place lieu location salle room ville venue",
    "duration": "duration duree length",
    "licence": "licence license",
    "recap": (
        "recap recit texte text contenu content body compte-rendu|compte rendu|recit de l'episode|"
        "description|corps|notes"
    ),
    "aliases": "aliases alias redirect redirections",
    "translation_of": "translation_of|translation of|traduction de",
    "episode": "episode",
}
_FIELDS: dict[str, str] = {}
for _field, _words in _NAMES.items():
    for _part, _phrase in enumerate(_words.split("|")):
        for _word in _phrase.split() if _part == 0 else [_phrase]:
            _FIELDS.setdefault(_word, _field)

_PERSONAL = re.compile(
    r"e-?mail|courriel|mail|telephone|phone|tel|portable|mobile|adresse(?! web| du site)|address$|ip|"
    r"date de naissance|birth",
    re.IGNORECASE,
)
"""Columns of what is nobody's business: never taken, only told."""

_DERIVED = frozenset({"address", "recap_html"})
_NUMBERED = re.compile(r"(?P<word>.*?)[\s_.-]*(?:n°|no|#)?\s?(?P<number>\d{1,2})(?:\s*[-–_.:/(]\s*(?P<rest>.+?)\)?)?$")
_FIELD = re.compile(r"[a-z_]+(?: \d{1,2})?|extra\.\S.*|-")
REPEATABLE = frozenset(
    {"guests", "role", "organisations", "url", "questions", "tags", "links", "media", "hosts", "partners"}
)
KNOWN = frozenset(_NAMES)


class Column(NamedTuple):
    """A column: its place, its name in the file, its field, its number where it has one (``invité 2``).

    The field is ``extra.NAME`` for a column that totem does not know, empty for one left out; a ``personal`` one is.
    """

    place: int
    name: str
    field: str
    number: int = 0
    personal: bool = False


def columns(header: Sequence[str], told: Mapping[str, str]) -> list[Column]:
    """What each column is; ``told`` maps folded names to fields and goes before any guess.

    Raises InvalidError where two columns would be one field, a mapped field does not exist, or a mapped column is not
    there.
    """
    derived = _DERIVED if {"id", "series", "slug", "title"} <= {fold(name) for name in header} else frozenset()
    found = [
        Column(place, name, "") if fold(name) in derived else _column(place, name.strip(), told)
        for place, name in enumerate(header)
    ]
    missing = [name for name in told if name not in {fold(column.name) for column in found}]
    if missing:
        raise InvalidError(f"there is no column {missing[0]!r}", hint=f"there are: {', '.join(header)}", field="map")
    seen: dict[tuple[str, int], str] = {}
    for column in found:
        key = column.field, column.number
        if not column.field or (column.field in REPEATABLE and not column.number):
            continue
        if key in seen:
            raise InvalidError(
                f"the columns {seen[key]!r} and {column.name!r} are both {column.field}",
                hint=f'leave one out: --map "{column.name}=-"',
                field=column.name,
            )
        seen[key] = column.name
    return found


def _column(place: int, name: str, told: Mapping[str, str]) -> Column:
    folded = fold(name)
    if folded in told:
        field, _, number = told[folded].partition(" ")
        if not _FIELD.fullmatch(told[folded]) or not (field in KNOWN or field == "-" or field.startswith("extra.")):
            raise InvalidError(
                f"there is no field {told[folded]!r} for the column {name!r}",
                hint=f"there are: {', '.join(sorted(KNOWN - {'episode', 'kind'}))}, extra.NAME, and - to leave it out",
                field="map",
            )
        if field.startswith("extra."):
            return Column(place, name, told[folded])
        return Column(place, name, "" if field == "-" else field, int(number or 0))
    if not folded:
        return Column(place, name, "")
    if folded in _FIELDS:
        return Column(place, name, _FIELDS[folded])
    if _PERSONAL.search(folded):
        return Column(place, name, "", personal=True)
    if (match := _NUMBERED.fullmatch(folded)) and (
        field := _numbered(match["word"].strip(" -_:("), match["rest"] or "")
    ):
        return Column(place, name, field, int(match["number"]))
    return Column(place, name, f"extra.{name}")


def _numbered(word: str, rest: str) -> str:
    """The field of ``invité 2``, ``role 2`` or ``guest 2 role``; empty where it is none that may be repeated."""
    rest = rest.strip()
    for text in (f"{word} {rest}", rest, word) if rest else (word,):
        field = _FIELDS.get(text.strip(), "")
        if field == "title" and rest in ("name", "nom"):
            field = "guests"
        if field in REPEATABLE:
            return field
    if rest in ("nom", "name") and _FIELDS.get(word) == "guests":
        return "guests"
    first, _, second = word.partition(" ")  # role invité 2, nom invité 2
    if (
        second
        and first in ("nom", "name")
        and _FIELDS.get(second.removeprefix("de l'").removeprefix("du ")) == "guests"
    ):
        return "guests"
    return _FIELDS[first] if second and _FIELDS.get(first) in REPEATABLE else ""
