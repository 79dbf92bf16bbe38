"""Importing recap pages: each page of ``tests/pages`` gives what stands beside it, whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.archive.front import episode_front, series_front
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.page import read
from totem_cli.importers.page_words import episode_heading, unwrapped
from totem_cli.model.read import plain

FOLDER = Path(__file__).parent / "pages"
PAGES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


def told(found: Imported) -> dict[str, Any]:
    """What was read, as JSON can hold it; ids aside, which follow from the rest."""
    return {
        "series": [
            plain(series_front(one)) | {"introduction": one.introduction, "slug": one.slug, "id": None}
            for one in found.series
        ],
        "episodes": [
            plain(episode_front(one)) | {"recap": one.recap, "series": one.series, "id": None} for one in found.episodes
        ],
        "notes": [f"{note.kind}: {note.what}: {note.why}" for note in found.notes],
    }


def page(text: str, name: str = "page.html") -> Imported:
    """What a page says."""
    return read(text.encode(), Options(name=name))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages(path: Path) -> None:
    """Title, introduction, hosts, partners, guests, questions and recaps of every page are those it has."""
    expected = json.loads(path.with_suffix(path.suffix + ".json").read_text("utf-8"))
    assert told(read(path, Options())) == expected


def test_enough_pages() -> None:
    """A dozen pages at least, of HTML, Markdown and text."""
    assert len(PAGES) >= 12
    assert {path.suffix for path in PAGES} == {".html", ".md", ".txt"}


def test_own_pages_come_back(totem: Shell, example: Path) -> None:
    """A series page that totem wrote gives the same title, hosts, partners, guests, roles, organisations, questions."""
    done = totem("export", "html", "--archive", str(example), "--output", "site")
    assert done.code == 0, done.err
    with Archive(example) as archive:
        (series,) = archive.series.find()
        episodes = [archive.episodes[one.ref] for one in archive.episodes.find()]
    found = read(totem.folder / "site" / "collaboration" / "index.html", Options())
    furniture = {"outside the main part of the page", "menu", "form", "share links"}
    around = [note.what for note in found.notes if note.why not in furniture]
    assert "3\u00a0épisodes" in around
    assert not [what for what in around if "collaboration" in what.casefold() and "épisode" in what.casefold()]
    assert [(one.title, one.hosts, one.partners, one.id) for one in found.series] == [
        (series.title, series.hosts, series.partners, series.id)
    ]
    assert [(one.number, one.title, one.guests, one.questions) for one in found.episodes] == [
        (one.number, one.title, one.guests, one.questions) for one in episodes
    ]
    assert [" ".join(one.recap.split()) for one in found.episodes] == [
        " ".join(one.recap.split()).replace("*", "_") for one in episodes
    ]
    for one in episodes:
        (alone,) = read(totem.folder / "site" / "collaboration" / one.slug / "index.html", Options()).episodes
        assert (alone.id, alone.number, alone.title, alone.guests) == (one.id, one.number, one.title, one.guests)
        assert [question.text for question in alone.questions] == [question.text for question in one.questions]


def test_import_twice(totem: Shell) -> None:
    """A page imported again is the same episodes: nothing is there twice, nothing changes."""
    source = str(FOLDER / "wordpress.html")
    totem("init", "archive", "--quiet")
    assert totem("import", "page", source).code == 0
    again = totem("import", "page", source, "--if-exists", "update")
    assert (again.code, again.err.splitlines()[-1]) == (0, "0 added, 0 updated, 4 left as they were")
    assert len(json.loads(totem("list", "--json").out)) == 3


def test_strict(totem: Shell) -> None:
    """With --strict an incomplete reading is refused and nothing is written; a dry run tells what would be read."""
    totem("init", "archive", "--quiet")
    refused = totem("import", "page", str(FOLDER / "single.html"), "--strict")
    assert refused.code == 4
    assert "under “3 commentaires”" in refused.err
    shown = totem("import", "page", str(FOLDER / "single.html"), "--dry-run")
    assert shown.code == 0
    assert "episode grand-large/7 Les vents contraires; guests: Ana Vol (navigatrice)" in shown.err
    assert json.loads(totem("list", "--json").out) == []


SURROUNDED = """<html lang="fr"><body><nav><a href="/">Accueil</a> <a href="/b">Boutique</a></nav>
<article><h1>Le sel</h1><p>Avec Ada Brun.</p><p>On y parle du sel et de la mer, des marais et de ceux qui y travaillent, tout au long de l’année.</p><div class="share">{share}</div></article>
<form class="comment-form"><label>Votre adresse ne sera pas publiée, ni transmise à qui que ce soit.</label></form>{more}
</body></html>"""


@pytest.mark.parametrize(
    ("share", "more", "code"),
    [
        ("Partager", "", 0),
        ("Partager", "<footer>Le lieu est ouvert</footer>", 4),
        ("Partager", "<div class='comments'><p>Bravo à tous</p></div>", 4),
        ("La prochaine fois, nous irons tous ensemble à Brest voir la mer.", "", 4),
    ],
)
def test_strict_lets_sure_furniture_pass(totem: Shell, tmp_path: Path, share: str, more: str, code: int) -> None:
    """Menus, share links and forms are told, and not refused; what may be text is refused."""
    totem("init", "archive", "--quiet")
    page = tmp_path / "page.html"
    page.write_text(SURROUNDED.format(share=share, more=more), "utf-8")
    done = totem("import", "page", str(page), "--series", "cercle", "--strict")
    assert done.code == code
    assert "left out: 'Accueil Boutique': menu" in done.err


def test_into_a_series_of_another_name(totem: Shell) -> None:
    """--series names the series that the page makes; its title and introduction come with it."""
    totem("init", "archive", "--quiet")
    assert totem("import", "page", str(FOLDER / "kicker.html"), "--series", "chambres").code == 0
    (series,) = json.loads(totem("list", "series", "--json").out)
    assert (series["slug"], series["title"], series["introduction"]) == ("chambres", "Rooms", "Two rooms, two talks.")


def only(text: str) -> Any:
    """The one episode of a page."""
    (episode,) = page(text).episodes
    return episode


@pytest.mark.parametrize(
    ("text", "title", "recap"),
    [
        (
            "<p>Soirée du phare n° 3 : Les balises</p><p>Invité : Luc Mer</p><h1>Compte rendu</h1><p>La nuit tombe.</p>",
            "Soirée du phare n° 3 : Les balises",
            "La nuit tombe.",
        ),
        (
            "<p>Une soirée au bord de l’eau, avec des lampes et du thé.</p><h1>Les balises</h1><p>Avec Luc Mer.<p>La nuit tombe.",
            "Les balises",
            "Une soirée au bord de l’eau, avec des lampes et du thé.\n\nLa nuit tombe.",
        ),
    ],
)
def test_what_stands_before_the_title_is_read(text: str, title: str, recap: str) -> None:
    """Guests and text above the heading are read; a heading that is only a label is no title."""
    found = only(text)
    assert (found.title, found.recap, [one.name for one in found.guests]) == (title, recap, ["Luc Mer"])


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        (
            '<time datetime="2021-03-04T18:00:00+01:00">Jeudi 4 mars 2021 à 18h</time>, Phare Sud',
            "2021-03-04T18:00:00+01:00",
            "Phare Sud",
        ),
        ("Jeudi 4 mars 2021, Phare Sud", "2021-03-04", "Phare Sud"),
        ("4 March 2021", "2021-03-04", None),
        ("Date : 4 mars 2021<br>Lieu : Phare Sud", "2021-03-04", "Phare Sud"),
        ("<b>Where:</b> Phare Sud<br><b>When:</b> 4 March 2021", "2021-03-04", "Phare Sud"),
    ],
)
def test_date_and_place_that_a_page_shows(line: str, date: str, place: str | None) -> None:
    """A line near the title that says when and where is the date and the place, and no text of the recap."""
    found = only(f"<h1>Les balises</h1><p>{line}</p><p>Avec Luc Mer.</p><p>La nuit tombe.</p>")
    assert (found.date, found.place, found.recap) == (date, place, "La nuit tombe.")


@pytest.mark.parametrize(
    ("asked", "answers", "recap"),
    [
        ("<ul><li>Qui ?</li><li>Où ?</li></ul><p>La suite au printemps.</p>", [None, None], "La suite au printemps."),
        ("<p>Qui ?</p><p>Eux.</p><p>Où ?</p><p>Ici.</p><p>Merci à Luc.</p>", ["Eux.", "Ici."], "Merci à Luc."),
        ("<p>Qui ?</p><p>Eux.</p><p>Où ?</p><p>Ici.</p><hr><p>Fin.</p>", ["Eux.", "Ici."], "* * *\n\nFin."),
        ("<p>Qui ?</p><p>Où ?</p><p>La suite au printemps.</p>", [None, None], "La suite au printemps."),
        (
            "<p>Qui ?</p><p>Eux.</p><p>Où ?</p><p>Ici.</p><p><i>Notes de Zoé.</i></p>",
            ["Eux.", "Ici."],
            "_Notes de Zoé._",
        ),
    ],
)
def test_what_follows_the_questions_is_no_answer(asked: str, answers: list[str | None], recap: str) -> None:
    """A closing paragraph, one after a rule, one of another style stays in the recap."""
    found = only(f"<h1>Les balises</h1><p>Avec Luc Mer.</p><p>La nuit tombe.</p><h2>Questions</h2>{asked}")
    assert [one.answer for one in found.questions] == answers
    assert found.recap == f"La nuit tombe.\n\n{recap}"


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("Épisode 1 : Le sel", 1, "Le sel"),
        ("ÉPISODE 2 – Le sel, la mer : et après ?", 2, "Le sel, la mer : et après ?"),
        ("Épisode\u00a03\u00a0: « Le sel »", 3, "Le sel"),
        ("Episode #4 | Salt", 4, "Salt"),
        ("Ép. 5 — Le sel", 5, "Le sel"),
        ("Épisode n°6 : Le sel", 6, "Le sel"),
        ("#7 Le sel", 7, "Le sel"),
        ("Épisode IV : Le sel", 4, "Le sel"),
        ("Troisième épisode : Le sel", 3, "Le sel"),
        ("Part Two: Salt", 2, "Salt"),
        ("Table ronde 2 : Le sel", 2, "Le sel"),
        ("Discussion 3. Le sel", 3, "Le sel"),
    ],
)
def test_headings(heading: str, number: int, title: str) -> None:
    """An episode's heading is known in the ways people write it."""
    text = f"<h1>Saveurs</h1><h2>{heading}</h2><p>Avec Ada Brun, paludière.</p>"
    text += "<h2>Épisode 99 : Fin</h2><p>Avec Luc Mer.</p>"
    first = next(iter(page(text).episodes))
    assert (first.number, first.title) == (number, title)


def test_prose_that_begins_like_guests() -> None:
    """A paragraph that only begins with ``Avec`` stays in the recap."""
    text = "<h1>S</h1><h2>Épisode 1 : A</h2><p>Avec Ada Brun.</p><p>Avec le temps, va, tout s’en va.</p>"
    text += "<h2>Épisode 2 : B</h2><p>Avec Luc Mer.</p>"
    first = next(iter(page(text).episodes))
    assert [one.name for one in first.guests] == ["Ada Brun"]
    assert first.recap == "Avec le temps, va, tout s’en va."


@pytest.mark.parametrize(
    "header",
    ["Qui|Fonction|Maison", "Guest|Role|Company", "Referentin|Funktion|Unternehmen", "Ponente|Cargo|Empresa"],
)
def test_a_table_of_people_has_the_columns_of_the_field_table(header: str) -> None:
    """Its header says name, role and organisation in any language of the field table."""
    cells = "".join(f"<th>{cell}</th>" for cell in header.split("|"))
    row = "<td>Ada Brun</td><td>géographe</td><td>Estran</td>"
    (only,) = page(f"<h1>A</h1><table><tr>{cells}</tr><tr>{row}</tr></table><p>Un texte.</p>").episodes
    (guest,) = only.guests
    assert (guest.name, guest.role, guest.organisations) == ("Ada Brun", "géographe", ("Estran",))


def test_no_page() -> None:
    """What has no text is refused with the file's name; so is what is no text, and what is nested without end."""
    for content in (b"", b"   \n", b"\x00\x01\x02\x00", b"<html><body></body></html>", b"<div>" * 100_000):
        with pytest.raises(InvalidError) as raised:
            read(content, Options(name="page.html"))
        assert raised.value.location is not None
        assert raised.value.location.file == "page.html"


def test_scripts_do_not_come_along() -> None:
    """Scripts, handlers and addresses that run are gone; the words around them stay."""
    text = '<h1>A</h1><p onclick="x()">Un <a href="javascript:alert(1)">mot</a><script>alert(2)</script>.</p>'
    text += '<iframe src="data:x"></iframe>'
    (only,) = page(text).episodes
    assert only.recap == "Un mot."


def test_encodings() -> None:
    """UTF-8, UTF-16 and a charset that the page names are read."""
    text = '<html><head><meta charset="{}"></head><body><h1>Été</h1><p>Œuvre</p></body></html>'
    for content in (
        text.format("utf-8").encode(),
        text.format("windows-1252").encode("cp1252"),
        b"\xff\xfe" + text.format("utf-16").encode("utf-16-le"),
    ):
        (only,) = read(content, Options()).episodes
        assert (only.title, only.recap) == ("Été", "Œuvre")


def test_real_pages(real_data: Path) -> None:
    """Pages of the web, of any kind, are read or refused, and always the same way."""
    pages = []
    for path in sorted((real_data / "webpages").rglob("*.html")):
        try:
            found = read(path, Options())
        except InvalidError:
            continue
        assert all(one.title for one in found.episodes)
        assert read(path, Options()) == found
        pages.append(path)
    assert pages


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Le récap intégral de « Marées : la suite »", "Marées : la suite"),
        ("The full recap of “Tides”", "Tides"),
        ("Marées, le récap", "Marées, le récap"),
        ("Pourquoi « Marées » ?", "Pourquoi « Marées » ?"),
    ],
)
def test_the_words_around_a_title_are_not_the_series(title: str, series: str) -> None:
    """A page called the recap of a quoted title holds the series of that title."""
    assert unwrapped(title) == series


@pytest.mark.parametrize(
    ("line", "zone", "date", "duration"),
    [
        ("Jeudi 5 octobre 2023 à 19h30 - Salle Nord", "Europe/Paris", "2023-10-05T19:30:00+02:00", None),
        ("Donnerstag, 26. Januar 2023 um 18:00 Uhr", "Europe/Berlin", "2023-01-26T18:00:00+01:00", None),
        ("Thursday 5 October 2023, 7pm–9pm, Pier Hall", "Europe/London", "2023-10-05T19:00:00+01:00", "PT2H"),
        ("Jueves, 5 de octubre de 2023 a las 19:30", "+02:00", "2023-10-05T19:30:00+02:00", None),
        ("Giovedì 5 ottobre 2023 alle ore 19:30", "Europe/Rome", "2023-10-05T19:30:00+02:00", None),
    ],
)
def test_the_hour_of_a_page_needs_a_zone(line: str, zone: str, date: str, duration: str | None) -> None:
    """With a zone the hour is kept; without one the day is, and the rest is told."""
    text = f"<h1>Les balises</h1><p>{line}</p><p>Avec Luc Mer.</p><p>La nuit tombe.</p>".encode()
    (with_zone,) = read(text, Options(timezone=zone)).episodes
    assert (with_zone.date, with_zone.duration) == (date, duration)
    found = read(text, Options())
    (without,) = found.episodes
    assert without.date == date[:10]
    assert [note.why for note in found.notes if note.kind == "left out"] == ["has a time without a zone"]


def test_the_page_that_totem_began_with(real_data: Path) -> None:
    """Series, host, partner, three episodes, eight guests, six questions; what is left out is told."""
    folder = real_data / "seed-page"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    found = read(folder / "totem-collaboration.txt", Options())
    (series,) = found.series
    (host,) = series.hosts
    wanted = expected["series"]["hosts"][0]
    assert (series.title, host.name, host.organisations) == (
        expected["series"]["title"],
        wanted["name"],
        (wanted["organisation"],),
    )
    assert [one.name for one in series.partners] == expected["series"]["partners"]
    read_as = [
        {
            "number": one.number,
            "title": one.title,
            "questions": len(one.questions),
            "guests": [[guest.name, guest.role, list(guest.organisations)] for guest in one.guests],
        }
        for one in found.episodes
    ]
    assert read_as == [
        {key: one[key] for key in ("number", "title", "questions", "guests")} for one in expected["episodes"]
    ]
    assert all(one.recap for one in found.episodes)
    left_out = [note.what for note in found.notes if note.kind == "left out"]
    assert any(what.startswith("Partager") for what in left_out)
    assert any(what.startswith("Votre adresse") for what in left_out)


def steps(text: str) -> int:
    """The number of calls of functions, Python's and C's, that reading a page makes."""
    count = 0

    def tick(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        read(text.encode(), Options(name="page.html"))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("before", "pump", "after"),
    [
        ("<h1>", "&nbsp;", "x</h1><p>a</p>"),
        ("<h1>", "a ", "</h1><p>a</p>"),
        ("<h1>T</h1><p>Avec ", "Ada Brun, ", "</p>"),
        ("<h1>T</h1><p>", "a<br>", "</p>"),
        ("<h1>T</h1>", "<h2>Épisode 1 : a</h2><p>b</p>", ""),
        ("<h1>T</h1><ul>", "<li>a ?</li>", "</ul>"),
        ("<h1>T</h1>", '<ul class="lst-kix_a-1"><li>a</li></ul>', ""),
        ("<style>", ".c1{font-weight:700}", "</style><h1>T</h1><p>a</p>"),
        ("<h1>T</h1><p>a</p>", "<form>a</form>", ""),
        ("", "<p>a</p>", "<main><h1>T</h1><p>a</p></main>"),
        ("", "<article><h2>T</h2><p>a</p></article>", ""),
        ("<h1>T</h1><p>", "<time datetime=2020>x</time> ", "</p>"),
        ("<h1>T</h1><dl>", "<dt>a</dt><dd>b</dd>", "</dl>"),
        ("<h1>T</h1><h2>Questions</h2>", "<p>a ?</p><p>b</p>", ""),
        ("Titre\n", "a : b\n", ""),
        ("Titre\n", "1. a\n\n", ""),
    ],
)
def test_the_work_grows_with_the_page(before: str, pump: str, after: str) -> None:
    """Twice the text is twice the work, for every part of a page that may be repeated."""
    small, large = (steps(f"{before}{pump * count}{after}") for count in (200, 400))
    assert large < 2.3 * small


def test_long_text_is_no_heading() -> None:
    """Patterns that go back are not tried on long texts."""
    assert episode_heading("Épisode 1 : " + "a" * 380)
    assert episode_heading("Épisode 1 : " + "a" * 400) is None


def test_minutes_as_plain_text_with_a_short_last_line() -> None:
    """The first line is the title, headings with a number keep it, a short last line is text."""
    text = """Assemblée du 12 avril 2023
Lieu : salle des fêtes
Intervenants : Ada Brun (géographe), Luc Mer

1. La digue
Ada Brun présente la carte du port, sur laquelle la mer monte de trois millimètres
par an.

2. Le budget
Rien n’est voté.

Levée à 20h
"""
    found = read(text.encode(), Options(name="minutes.txt"))
    (minutes,) = found.episodes
    assert (minutes.title, minutes.date, minutes.place) == (
        "Assemblée du 12 avril 2023",
        "2023-04-12",
        "salle des fêtes",
    )
    assert [one.name for one in minutes.guests] == ["Ada Brun", "Luc Mer"]
    assert minutes.recap.split("\n\n")[2:] == ["2. Le budget", "Rien n’est voté.", "Levée à 20h"]
    assert not found.notes


def test_the_encoding_can_be_said() -> None:
    """A page that names none is UTF-8, or else taken as Windows-1252, which is told; an option says it."""
    text = "<h1>Été</h1><p>Avec Ada Brun.</p><p>Œuvre</p>"
    told = read(text.encode("cp1252"), Options()).notes
    assert [(note.kind, note.what) for note in told] == [("assumed", "cp1252")]
    (said,) = read(text.encode("mac_roman"), Options(encoding="mac_roman")).episodes
    assert (said.title, said.recap) == ("Été", "Œuvre")
    with_name = f'<meta charset="windows-1252">{text}'.encode("cp1252")
    assert not read(with_name, Options()).notes
