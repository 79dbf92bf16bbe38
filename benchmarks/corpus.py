"""A made-up archive of any size: always the same talks for the same number, in French, with people who come back.

    python benchmarks/corpus.py 10000 FOLDER

An episode is about 3.7 kB: 0.8 of fields, 2.9 of recap. Guests are a third as many as episodes, and some come often.
"""

from __future__ import annotations

import argparse
import os
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

TAGS = 200
PER_SERIES = 250
DAYS = 11_000
"""From the first talk to the last at most: one a day in a small archive, ten a day in the largest."""

_FIRST_NAMES = (
    "Adèle Aïcha Anouk Arthur Aurore Basile Blaise Camille Capucine Célestine Clément Côme Delphine Édith Éloi "
    "Émile Esther Fatou Félicie Gaspard Gwenaëlle Héloïse Hugo Ismaël Jeanne Joël Joséphine Karim Lénaïg Léonie "
    "Loïc Lucie Maël Maëlle Margaux Mathilde Maxence Nadège Noé Océane Odilon Ophélie Pacôme Perrine Quentin Rémi "
    "Rosalie Sacha Salomé Séverin Solène Tanguy Théa Thaïs Ulysse Violette Xavier Yann Yseult Zélie"
)
_FIRST = _FIRST_NAMES.split()
_LAST_NAMES = (
    "Abgrall Bastide Beaufils Bérard Boulanger Cabrol Carré Charron Cormier Dacosta Delmas Dieng Duhamel "
    "Escoffier Estève Fabre Faucher Gaillard Garrigue Grimaud Guivarc’h Hamidou Hébert Imbert Jaouen Kermadec "
    "Lacoste Lambert Le_Bihan Lefranc Lozach Marchal Mercadier Moreau Nédélec Nguyen Œuvrard Pasquier Périer Pham "
    "Poulain Quémeneur Rochette Rivoire Saulnier Sène Tardieu Thévenot Urvoy Vasseur Verdier Vignal Weber Ybert "
    "Zimmer"
)
_LAST = _LAST_NAMES.split()
_ROLES = (
    "océanographe",
    "fondatrice et directrice",
    "journaliste",
    "professeur d’économie",
    "ingénieure en chef",
    "maraîcher",
    "présidente",
    "chercheuse en droit social",
    "responsable des ateliers",
    "architecte",
)
_BODIES = ("Atelier", "Institut", "Coopérative", "Collectif", "Compagnie", "Maison", "Observatoire", "Fabrique")
_PLACES = (
    "du Littoral",
    "des Deux Rives",
    "de l’Étang",
    "du Vieux Port",
    "des Hauts Plateaux",
    "de la Plaine",
    "du Grand Est",
    "des Trois Fontaines",
    "de l’Écluse",
    "du Moulin Neuf",
)
_SUBJECTS = (
    "la filière du bois",
    "une commune de montagne",
    "l’atelier partagé",
    "le fret ferroviaire",
    "notre réseau d’énergie",
    "la formation des apprentis",
    "chaque entreprise du port",
    "l’école du quartier",
    "la mer qui monte",
    "une coopérative de données",
    "le logement étudiant",
    "l’hôpital de campagne",
)
_VERBS = (
    "change de modèle",
    "cherche encore son équilibre",
    "résiste mieux qu’on ne le croit",
    "se réinvente sans bruit",
    "dépend d’un seul fournisseur",
    "a perdu 12 000 emplois en dix ans",
    "attire de nouveaux métiers",
    "repose sur la confiance",
    "coûte plus cher qu’annoncé",
    "ouvre ses portes aux habitants",
)
_TURNS = (
    "et personne ne s’y attendait",
    "mais à quel prix ?",
    "comme l’avait prévu le rapport de 2018",
    "« faute de mieux », dit-on ici",
    "parce que la règle a changé",
    "tandis que les aides diminuent de 30 %",
    "sans que l’État s’en mêle",
    "dès que le prix de l’énergie monte",
    "quoi qu’en pensent les assureurs",
    "si la région tient parole",
)
_ASKS = ("Faut-il croire que {0} {1} ?", "Pourquoi {0} {1} ?", "Et si {0} {1} : qui paierait ?", "Quand {0} {1} ?")


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone as they were in one episode."""

    name: str
    role: str
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One episode."""

    series: str
    slug: str
    number: int
    title: str
    day: str
    id: str
    tags: tuple[str, ...]
    guests: tuple[Guest, ...]
    questions: tuple[str, ...]
    recap: str


@dataclass(frozen=True, slots=True)
class Season:
    """One series."""

    slug: str
    title: str
    id: str
    host: str
    introduction: str


class Corpus:
    """``Corpus(n)``: its :attr:`seasons`, and its talks one after the other."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.people = _names(max(3, size // 3))
        self.organisations = [
            f"{body} {place} {number}"
            for number in range(1, max(1, size // 800) + 1)
            for body in _BODIES
            for place in _PLACES
        ][: max(3, size // 10)]
        self.tags = [f"{_words(subject)} {number}" for number in range(1, 18) for subject in _SUBJECTS][:TAGS]
        self.seasons = [self._season(number) for number in range(1, -(-size // PER_SERIES) + 1)]

    def talks(self) -> Iterator[Talk]:
        """Every talk, in the order of its series and numbers."""
        for place in range(self.size):
            yield self.talk(place)

    def talk(self, place: int) -> Talk:
        """The talk at a place, the same whichever others were asked for."""
        dice = random.Random(f"talk {place}")
        season, number = self.seasons[place // PER_SERIES], place % PER_SERIES + 1
        title = dice.choice(_ASKS).format(dice.choice(_SUBJECTS), dice.choice(_VERBS))
        guests = tuple(
            Guest(
                self._someone(dice),
                dice.choice(_ROLES),
                dice.choice(self.organisations) if dice.random() < 0.7 else None,
            )
            for _ in range(dice.choice((1, 2, 2, 3)))
        )
        return Talk(
            series=season.slug,
            slug=f"{number:03d}-debat-{place + 1}",
            number=number,
            title=title,
            day=str(date(1995, 1, 1) + timedelta(days=place * DAYS // max(self.size, DAYS))),
            id=str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            tags=tuple(dict.fromkeys(dice.choices(self.tags, k=2))),
            guests=tuple({guest.name: guest for guest in guests}.values()),
            questions=tuple(_ask(dice) for _ in range(3)),
            recap=_recap(dice),
        )

    def _someone(self, dice: random.Random) -> str:
        """Anyone; one time in five one of the few whom everybody invites."""
        few = max(1, len(self.people) // 50)
        return self.people[dice.randrange(few if dice.random() < 0.2 else len(self.people))]

    def _season(self, number: int) -> Season:
        dice = random.Random(f"season {number}")
        return Season(
            slug=f"saison-{number:03d}",
            title=f"Saison {number} : {dice.choice(_SUBJECTS)}",
            id=str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            host=self.people[number % len(self.people)],
            introduction=_paragraph(dice, 3),
        )


def write(corpus: Corpus, folder: str | Path, *, base_url: str = "https://talks.example/") -> None:
    """Write the archive as totem keeps it."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "totem.toml").write_text(
        f'version = 1\ntitle = "Les débats du port"\nlanguage = "fr"\nbase_url = "{base_url}"\n', "utf-8"
    )
    for season in corpus.seasons:
        (folder / "series" / season.slug).mkdir(parents=True)
        (folder / "series" / season.slug / "series.md").write_text(
            f'+++\nid = "{season.id}"\ntitle = "{season.title}"\n\n[[hosts]]\nname = "{season.host}"\n'
            f'role = "journaliste"\n+++\n\n{season.introduction}\n',
            "utf-8",
        )
    for talk in corpus.talks():
        with open(f"{folder}/series/{talk.series}/{talk.slug}.md", "wb") as file:
            file.write(source(talk).encode())


def source(talk: Talk) -> str:
    """An episode's file."""
    tags = ", ".join(f'"{tag}"' for tag in talk.tags)
    lines = [
        "+++",
        f'id = "{talk.id}"',
        f"number = {talk.number}",
        f'title = "{talk.title}"',
        f"date = {talk.day}",
        f"tags = [{tags}]",
        "questions = [",
        *(f'  "{question}",' for question in talk.questions),
        "]",
    ]
    for guest in talk.guests:
        lines += ["", "[[guests]]", f'name = "{guest.name}"', f'role = "{guest.role}"']
        if guest.organisation:
            lines.append(f'organisations = ["{guest.organisation}"]')
    return "\n".join([*lines, "+++", "", talk.recap, ""])


def _names(count: int) -> list[str]:
    """As many different names, double-barrelled once the single ones run out."""
    found = []
    for number in range(count):
        rest, first = divmod(number, len(_FIRST))
        again, last = divmod(rest, len(_LAST))
        name = f"{_FIRST[first]} {_LAST[(last + first) % len(_LAST)]}"
        if again:
            again, other = divmod(again - 1, len(_LAST))
            name += f"-{_LAST[other]}"
        if again:
            name += f" {again + 1}"
        found.append(name.replace("_", " "))
    return found


def _words(subject: str) -> str:
    return subject.removeprefix("l’").removeprefix("la ").removeprefix("le ").removeprefix("une ")


def _ask(dice: random.Random) -> str:
    return dice.choice(_ASKS).format(dice.choice(_SUBJECTS), dice.choice(_VERBS))


def _sentence(dice: random.Random) -> str:
    said = f"{dice.choice(_SUBJECTS)} {dice.choice(_VERBS)}, {dice.choice(_TURNS)}"
    said = said[0].upper() + said[1:]
    return said if said[-1] in "?!." else f"{said}."


def _paragraph(dice: random.Random, sentences: int) -> str:
    return " ".join(_sentence(dice) for _ in range(sentences))


def _recap(dice: random.Random) -> str:
    """Some 2.9 kB of Markdown: paragraphs, a heading, a quotation, a list, emphasis, a link."""
    parts = [_paragraph(dice, 5), _paragraph(dice, 6), "## Ce qui a été dit", _paragraph(dice, 6)]
    parts.append(f"> {_paragraph(dice, 2)}\n>\n> — {dice.choice(_FIRST)} {dice.choice(_LAST).replace('_', ' ')}")
    parts.append("\n".join(f"- **{dice.choice(_SUBJECTS)}** {dice.choice(_VERBS)}" for _ in range(3)))
    parts.append(f"{_paragraph(dice, 4)} Voir [le rapport](https://rapports.example/{dice.randrange(10**6)}).")
    parts.append(_paragraph(dice, 8))
    return "\n\n".join(parts)


def main() -> None:
    """Write an archive from the command line."""
    parser = argparse.ArgumentParser(description="Write a made-up archive.")
    parser.add_argument("episodes", type=int)
    parser.add_argument("folder")
    given = parser.parse_args()
    if os.path.exists(given.folder) and os.listdir(given.folder):
        parser.error(f"{given.folder} is not empty")
    write(Corpus(given.episodes), given.folder)


if __name__ == "__main__":
    main()
