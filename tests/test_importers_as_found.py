"""Sources as people have them: shapes that are not the usual ones of their format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, feed, page, wordpress
from totem_cli.importers import json as json_importer
from totem_cli.importers import table as table_importer
from totem_cli.importers.markdown import read as read_folder
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.model.episode import Episode


def guests(episode: Episode) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """The guests with their roles and organisations."""
    return [(one.name, one.role, tuple(one.organisations)) for one in episode.guests]


def only(found: Imported) -> Episode:
    """The one episode of a source."""
    (episode,) = found.episodes
    return episode


def table(text: str) -> Imported:
    """What a table holds."""
    return table_importer.read(text.encode(), Options("t.csv"))


def records(value: Any) -> Imported:
    """What a document in JSON holds."""
    return json_importer.read(json.dumps(value).encode(), Options("t.json"))


def web_page(text: str) -> Episode:
    """The episode of a page."""
    html = f'<html lang="fr"><body>{text}</body></html>'
    return only(page.read(html.encode(), Options("p.html")))


def test_a_form_asks_in_whole_questions() -> None:
    """``Votre nom de famille`` is the last name; a name of two words for one field is that field."""
    episode = only(table("Votre prénom,Votre nom de famille,Titre,Société / structure\nIda,Quille,La cale,Bassin 4\n"))
    assert guests(episode) == [("Ida Quille", None, ("Bassin 4",))]


def test_names_in_quotation_marks() -> None:
    """A list of linked rows has some names in quotation marks, which are no part of them."""
    episode = only(table('Title,Speakers\nThe keel,"""Ida Quille"",Tom Bossoir"\n'))
    assert [one.name for one in episode.guests] == ["Ida Quille", "Tom Bossoir"]


def test_a_recording_with_the_name_of_its_file() -> None:
    """The address is the recording; the words beside it are told."""
    found = table("Title,Recording\nThe keel,keel.mp3 (https://files.example/k1)\n")
    assert [one.url for one in only(found).media] == ["https://files.example/k1"]
    assert [note.what for note in found.notes] == ["keel.mp3"]


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"prénom": "Ida", "nom": "Quille"}, "Ida Quille"),
        ({"nombre": "Inés", "apellidos": "Vela Roca"}, "Inés Vela Roca"),
        ({"nome": "Rita", "cognome": "Scafo"}, "Rita Scafo"),
        ({"Vorname": "Jan", "Nachname": "Kiel"}, "Jan Kiel"),
    ],
)
def test_first_and_last_names_of_records(person: dict[str, str], name: str) -> None:
    """A word for a name is the last name beside a first one, and the first beside a last one."""
    assert [one.name for one in only(records([{"title": "La cale", "speakers": [person]}])).guests] == [name]


def test_talks_by_room() -> None:
    """Lists of talks inside a list of rooms are read; what the rooms are called is told."""
    found = records({"title": "Les jours du bassin", "sessions": [{"name": "Hangar", "talks": [{"title": "La cale"}]}]})
    assert [(one.title, one.series) for one in found.episodes] == [("La cale", "les-jours-du-bassin")]
    assert any("Hangar" in note.what for note in found.notes)


def test_people_by_their_keys() -> None:
    """``speaker_ids`` are the speakers of the list beside, who need no slug of their own."""
    found = records(
        {
            "event": "Bassin",
            "speakers": [{"id": 7, "name": "Ida Quille", "bio": "x"}],
            "talks": [{"title": "La cale", "speaker_ids": [7]}],
        }
    )
    assert [one.name for one in only(found).guests] == ["Ida Quille"]
    assert [one.slug for one in found.persons] == ["ida-quille"]


@pytest.mark.parametrize(("value", "duration"), [(5400, "PT1H30M"), ("5400.0", "PT1H30M"), ("90", "PT1H30M")])
def test_a_number_larger_than_a_day_of_minutes(value: object, duration: str) -> None:
    """A bare number counts minutes, but seconds where it would be longer than a day."""
    assert parse_duration(value) == duration


def test_a_workbook_is_no_json() -> None:
    """The error says what reads a workbook."""
    with pytest.raises(InvalidError) as caught:
        json_importer.read(b"PK\x03\x04\x14\0", Options("t.xlsx"))
    assert "totem import csv" in str(caught.value.hint)


def rss(item: str, before: str = "") -> bytes:
    """A feed of one item."""
    return (
        f'<?xml version="1.0"?>{before}<rss version="2.0" xmlns:p="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>Ondes</title><item><title>La cale</title>{item}</item></channel></rss>"
    ).encode()


def test_one_season_is_one_series() -> None:
    """The feed's series is stated once, whatever seasons its items name."""
    found = feed.read(rss("<p:season>3</p:season><p:episode>7</p:episode>"), Options("f.xml"))
    assert [one.slug for one in found.series] == ["ondes"]
    assert only(found).number == 7


RSS_091 = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd"{}>'
)


def test_the_document_type_of_rss_091() -> None:
    """RSS 0.91 asks for a document type: it is read where it declares nothing of its own."""
    assert only(feed.read(rss("<description>&eacute;t&eacute;</description>", RSS_091.format("")), Options())).recap
    with pytest.raises(InvalidError, match="document type"):
        feed.read(rss("", RSS_091.format(' [<!ENTITY e "x">]')), Options())


def test_event_organiser_start_start() -> None:
    """The keys of its schedule tell the date and how long it goes on."""
    meta = "".join(
        f"<wp:postmeta><wp:meta_key>_eventorganiser_schedule_start_{key}</wp:meta_key>"
        f"<wp:meta_value>2018-06-07 {hour}:00:00</wp:meta_value></wp:postmeta>"
        for key, hour in (("start", 18), ("finish", 20))
    )
    content = (
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bassin</title>'
        "<link>https://b.example</link><wp:wxr_version>1.2</wp:wxr_version><item><title>La cale</title>"
        "<wp:post_id>4</wp:post_id><wp:post_name>cale</wp:post_name><wp:status>publish</wp:status>"
        f"<wp:post_type>event</wp:post_type>{meta}</item></channel></rss>"
    )
    options = Options("w.xml", {"type": "event"}, timezone="Europe/Paris")
    found = wordpress.read(content.encode(), options)
    episode = next(iter(found.episodes))
    assert (episode.date, episode.duration) == ("2018-06-07T18:00:00+02:00", "PT2H")


def test_front_matter_in_json_between_lines(tmp_path: Path) -> None:
    """Eleventy marks the language of front matter after ``---``; the line that closes it is no part of the text."""
    (tmp_path / "cale.md").write_text('---json\n{"title": "La cale", "tags": ["bois"]}\n---\nLe texte.\n')
    episode = only(read_folder(tmp_path, Options()))
    assert (episode.title, list(episode.tags), episode.recap.strip()) == ("La cale", ["bois"], "Le texte.")


def test_values_side_by_side_in_a_cell() -> None:
    """Notion's chosen values are several tags."""
    found = web_page(
        '<article class="page"><h1 class="page-title">La cale</h1><table class="properties"><tr><th>Tags</th><td>'
        '<span class="selected-value">bois</span><span class="selected-value">eau</span></td></tr></table>'
        "<p>Un soir de plus.</p></article>"
    )
    assert list(found.tags) == ["bois", "eau"]


def test_two_labels_in_one_line() -> None:
    """Each sentence with a label of its own says its own field."""
    found = web_page(
        "<h1>La cale</h1><p>Animatrice : Nina Bordage. Invités : Ida Quille, charpentière, et Tom Bossoir.</p><p>Bien.</p>"
    )
    assert [one.name for one in found.hosts] == ["Nina Bordage"]
    assert [one.name for one in found.guests] == ["Ida Quille", "Tom Bossoir"]


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Soir du bassin n° 14 : La cale", 14),
        ("La cale (n°3)", 3),
        ("Le quai n° 2 bis et sa grue", None),
        ("La cale", None),
    ],
)
def test_the_number_in_a_title(title: str, number: int | None) -> None:
    """A title that says a number keeps it, and the episode has it."""
    found = web_page(f"<h1>{title}</h1><p>Avec Ida Quille, charpentière.</p>")
    assert (found.title, found.number) == (title, number)


def test_whom_we_received() -> None:
    """A sentence that says whom the evening received names guests, and stays in the text."""
    found = web_page("<h1>La cale</h1><p>Ce soir-là, nous recevions Ida Quille, charpentière.</p><p>Un soir doux.</p>")
    assert guests(found) == [("Ida Quille", "charpentière", ())]
    assert "nous recevions Ida Quille" in found.recap


def test_a_german_craft_is_a_role() -> None:
    """The noun of a craft that no list holds is a role, and no organisation."""
    found = web_page("<h1>Die Glut</h1><p>Referentin: Grete Amboss, Glockengießerin</p><p>Ein Abend.</p>")
    assert guests(found) == [("Grete Amboss", "Glockengießerin", ())]


def test_a_list_of_articles() -> None:
    """Articles side by side, each with a heading, are an episode each."""
    content = (
        '<html lang="fr"><body><h1>Archives</h1><article><h2>Le bois</h2><p>Avec Ida Quille, charpentière.</p></article>'
        "<article><h2>La voile</h2><p>Avec Tom Bossoir, voilier.</p></article></body></html>"
    )
    found = page.read(content.encode(), Options("p.html"))
    assert [one.title for one in found.episodes] == ["Le bois", "La voile"]


def test_an_export_of_wordpress_is_no_feed() -> None:
    """Its drafts are not to be published: the importer that knows them is named."""
    content = rss("<wp:status>draft</wp:status>").replace(
        b"<channel>", b'<channel xmlns:wp="http://wordpress.org/export/1.2/"><wp:wxr_version>1.2</wp:wxr_version>'
    )
    with pytest.raises(InvalidError) as caught:
        feed.read(content, Options("w.xml"))
    assert "totem import wordpress" in str(caught.value.hint)


def test_a_table_on_its_side() -> None:
    """Where the first column has the names of the fields, the table is refused with what to do."""
    with pytest.raises(InvalidError) as caught:
        table("Titre,La cale,Le quai\nDate,2020-01-02,2020-02-03\nIntervenant,Ida Quille,Tom Bossoir\n")
    assert "transpose" in str(caught.value.hint)


def test_a_column_that_asks_with_whom() -> None:
    """``Avec qui ?`` names the guests where no other column does."""
    assert guests(only(table("Titre,Avec qui ?\nLa cale,Ida Quille (charpentière)\n"))) == [
        ("Ida Quille", "charpentière", ())
    ]


def test_which_of_two_languages_is_the_original_is_told(tmp_path: Path) -> None:
    """Where the site names no language, one page is taken for the original, and the report says which."""
    for tag, title in (("de", "Der Kai"), ("fr", "Le quai")):
        (tmp_path / f"quai.{tag}.md").write_text(f"---\ntitle: {title}\n---\nTexte.\n")
    found = read_folder(tmp_path, Options())
    (original,) = (one for one in found.episodes if not one.translation_of)
    assert [(str(note.kind), note.what) for note in found.notes] == [("assumed", f"quai.{original.language}.md")]
