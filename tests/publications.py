"""A small publication, made in memory, for tests of exporters."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from totem_cli.archive.publication import Publication
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.query import Query
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings

HOST = Appearance(name="Anouk Le Goff", role="journaliste", organisations=("La Revue du Port",))
SERIES = Series(
    id="11111111-1111-4111-8111-111111111111",
    slug="marees",
    title="Marées",
    language="fr",
    hosts=(HOST,),
    partners=(Partner(name="La Revue du Port", billed_as="la rédaction de La Revue du Port"),),
    licence="CC-BY-4.0",
    introduction="Une saison au bord de l’eau.",
)
EPISODE = Episode(
    id="22222222-2222-4222-8222-222222222222",
    series="marees",
    slug="01-qui-regarde-la-mer",
    number=1,
    title="Qui regarde la mer : pêcheurs ou promeneurs ?",
    language="fr",
    licence="CC-BY-4.0",
    date="2020-04-09",
    hosts=SERIES.hosts,
    partners=SERIES.partners,
    guests=(Appearance(name="Zoé Œuvrard", role="océanographe"), Appearance(name="Blaise Kermadec")),
    questions=(Question(number=1, text="Et demain ?"),),
    tags=("mer",),
    extra={"mood": "calme"},
)
DRIFTER = Person(slug="personne", name="Quelqu’un d’autre", biography="N’apparaît nulle part.")


def publication(
    *,
    recap: str = "Un récit « bref » : la mer monte !",
    title: str = EPISODE.title,
    biography: str = "Elle compte les vagues.",
    archive_title: str = "Le port",
) -> Publication:
    """One series, one episode, one person with a file who appears and one who does not."""
    return of(
        Settings(title=archive_title),
        [SERIES],
        [replace(EPISODE, title=title, recap=recap)],
        [Person(slug="zoe", name="Zoé Œuvrard", biography=biography), DRIFTER],
    )


def of(
    settings: Settings, series: Sequence[Series], episodes: Sequence[Episode], persons: Sequence[Person] = ()
) -> Publication:
    """A publication of resolved episodes that carry their recaps."""
    return Publication(
        settings=settings,
        series=tuple(series),
        episodes=tuple(replace(episode, recap="") for episode in episodes),
        persons=tuple(persons),
        query=Query(),
        recap_at=lambda place: episodes[place].recap,
        media={"port.txt": lambda: b"image"},
    )
