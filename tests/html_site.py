"""A site to test, and what reads it: pages in memory, their elements, their links."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from tests.publications import of
from totem_cli.archive.publication import Publication, Tombstone
from totem_cli.exporters import Options
from totem_cli.exporters.html import export
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Comments, Feeds, Html, Settings, Share
from totem_cli.publishing.page import all_pages

BASE = "https://archives.example/saison"
HOST = Appearance(name="Maëlle Guivarc’h", role="journaliste", organisations=("Le Phare",))
PARTNER = Partner(name="Le Phare", billed_as="la rédaction du Phare")
ZOE = Appearance(name="Zoé Œuvrard", role="océanographe", organisations=("Ifrea", "Station bleue"))
BLAISE = Appearance(name="Blaise Kermadec", role="pêcheur")
SERIES = Series(
    id="11111111-1111-4111-8111-111111111111",
    slug="marees",
    title="Marées : une saison",
    language="fr",
    hosts=(HOST,),
    partners=(PARTNER,),
    introduction="Trois soirées au port.",
)
ENGLISH = Series(id="12111111-1111-4111-8111-111111111111", slug="tides", title="Tides", language="en")


def episode(number: int, **fields: Any) -> Episode:
    """An episode of the first series."""
    known: dict[str, Any] = {
        "id": f"2222222{number}-2222-4222-8222-222222222222",
        "series": "marees",
        "slug": f"0{number}-episode",
        "number": number,
        "title": f"Qui regarde la mer {number} : pêcheurs ou promeneurs ?",
        "language": "fr",
        "hosts": (HOST,),
        "partners": (PARTNER,),
        "guests": (ZOE,),
        "recap": f"Le récit numéro {number} : la mer monte !",
    }
    return Episode(**known | fields)


FIRST = episode(
    1,
    guests=(ZOE, BLAISE),
    date="2020-04-09",
    published="2020-04-10",
    updated="2020-05-01",
    questions=(Question(number=1, text="Et demain ?"), Question(number=2, text="Qui décide ?", asked_by="Une voix")),
    tags=("Mer", "climat"),
    links=(Link(url="https://carte.example/", label="Une carte"), Link(url="javascript:alert(1)", label="Un piège")),
    media=(
        Media(kind="audio", path="soir 1.mp3", type="audio/mpeg", duration="PT41M"),
        Media(kind="video", url="https://video.example/1", alt="L’enregistrement"),
    ),
    image="port.png",
    aliases=("ancien", "2019/04/mer.html", "tides/01-the-sea"),
    recap="## Le port\n\nLe récit « bref » : la mer monte !\n\n![Le port](media/port.png) et [carte](media/carte.pdf)",
)
SECOND = episode(2, tags=("mer",))
THIRD = episode(3, recap="")
SEA = Episode(
    id="33333333-3333-4333-8333-333333333333",
    series="tides",
    slug="01-the-sea",
    number=1,
    title="Who watches the sea?",
    language="en",
    guests=(BLAISE,),
    questions=(Question(number=1, text="And tomorrow?"),),
    recap="The sea: it rises!",
)
SETTINGS = Settings(
    title="Le port",
    subtitle="Des soirées, des questions",
    base_url=BASE,
    share=Share(mastodon="mastodon.example"),
    comments=Comments(open=True, receiver="https://comments.example/new", email=True),
    html=Html(api=True),
    feeds=Feeds(people=True, tags=True),
)


def png(width: int, height: int) -> bytes:
    """A black picture (PNG, W3C: signature, header, one deflated image, end)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes((width + 1) * height)))
    return b"\x89PNG\r\n\x1a\n" + header + rows + chunk(b"IEND", b"")


MEDIA = {"soir 1.mp3": lambda: b"sound", "port.png": lambda: png(1000, 600), "carte.pdf": lambda: b"%PDF"}


def publication(
    settings: Settings = SETTINGS,
    episodes: tuple[Episode, ...] = (FIRST, SECOND, THIRD, SEA),
    theme: Mapping[str, bytes] | None = None,
) -> Publication:
    """Two series in two languages, with everything an episode may hold."""
    persons = (Person(slug="zoe", name="Zoé Œuvrard", aliases=("Z. Œuvrard",), biography="Elle compte les vagues."),)
    whole = of(settings, (SERIES, ENGLISH), episodes, persons)
    files = {name: (lambda data=data: data) for name, data in (theme or {}).items()}
    return replace(whole, media=MEDIA, theme=files)


ARABIC = Series(id="13111111-1111-4111-8111-111111111111", slug="qanat", title="أمسيات القناة", language="ar")
WATER = Episode(
    id="55555555-5555-4555-8555-555555555555",
    series="qanat",
    slug="01-water",
    number=1,
    title="من ينظر إلى البحر؟",
    language="ar",
    guests=(Appearance(name="زوي أوفرار", role="عالمة محيطات"),),
    questions=(Question(number=1, text="وماذا عن الغد؟"),),
    recap="البحر يرتفع ببطء.",
    translation_of=SEA.id,
)
GONE = Tombstone(series="marees", address="marees/09-retire/", language="fr", aliases=("parti",))
RICH = (
    "## Le port\n\nLe récit « bref » : la mer monte !\n\n> Nous avons des habitudes.\n> — Zoé Œuvrard\n\n"
    "![Le port](media/port.png)\n\n- un ;\n- deux.\n\n| Quai | Longueur |\n|---|--:|\n| Nord | 1200 m |\n\n"
    "```\nun bloc\n```\n\n`du code`, un [lien](https://lien.example/) et une [carte](media/carte.pdf)."
)


def everything() -> Publication:
    """Every kind of page: comments, pictures, another script, a translation, a withdrawn episode, very long words."""
    long = FIRST.title + " Anticonstitutionnellement" * 8 + "x" * 120
    first = _with(FIRST, title=long, recap=RICH, subtitle="Une soirée au port", place="Le port", licence="CC-BY-4.0",
                  media=(*FIRST.media, Media(path="port.png", alt="Le port", credit="Zoé")))  # fmt: skip
    comment = Comment(id="c1", target=FIRST.id, author="Ali", text="Oui !", date="2021-02-03")
    answer = Comment(id="c2", target=FIRST.id, parent="c1", author="Jo", text="Non.")
    whole = commented({FIRST.id: (comment, answer)})
    episodes = (first, SECOND, THIRD, WATER, SEA)
    return replace(of_episodes(whole, episodes), series=(SERIES, ARABIC, ENGLISH), withdrawn=(GONE,))


def _with(episode: Episode, **fields: Any) -> Episode:
    return Episode(**{name: getattr(episode, name) for name in episode.__struct_fields__} | fields)


def of_episodes(given: Publication, episodes: tuple[Episode, ...]) -> Publication:
    """The same publication with other episodes, which carry their recaps."""
    other = publication(episodes=episodes)
    return replace(given, episodes=other.episodes, recap_at=other.recap_at)


def commented(comments: Mapping[str, Sequence[Comment]]) -> Publication:
    """The same with comments, by the id of what they are on."""
    return replace(publication(), comments=comments)


def keys(given: Publication, *, single: bool = False) -> dict[str, str]:
    """The key of every page, by path."""
    return {page.path: page.key for page in all_pages(export(given, Options(single=single)))}


def site(given: Publication, *, single: bool = False) -> dict[str, bytes]:
    """Every page rendered, by path."""
    return {page.path: page.render() for page in all_pages(export(given, Options(single=single)))}


@dataclass
class Element:
    """One start tag, and the text between it and the next tag."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Outline:
    """What a page holds, flat, in order."""

    elements: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """The elements of one kind."""
        return [element for element in self.elements if element.tag == tag]

    def values(self, name: str) -> list[str]:
        """Every value of one attribute."""
        return [element.attributes[name] for element in self.elements if name in element.attributes]

    def meta(self, key: str) -> str | None:
        """The content of a ``meta``, by its name, property or http-equiv."""
        for element in self.all("meta"):
            if key in (element.attributes.get(name) for name in ("name", "property", "http-equiv")):
                return element.attributes["content"]
        return None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outline = Outline()
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outline.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.outline.elements[-1].text += data


def read(page: bytes) -> Outline:
    """The elements of a page."""
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    return reader.outline


def local_target(path: str, address: str) -> tuple[str, str] | None:
    """The file and fragment that a link on the page at ``path`` means; None where it leaves the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    folder = path.split("/")[:-1]
    for step in unquote(parts.path).split("/"):
        if step == "..":
            folder.pop()  # fails for a link that would leave the site
        elif step not in ("", "."):
            folder.append(step)
    return ("/".join(folder) if parts.path else path), unquote(parts.fragment)
