"""What the makes of pages have each in their own way, and what the words of people on a page may be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Shell
from totem_cli.importers import Imported, Options
from totem_cli.importers.page import read
from totem_cli.model.episode import Episode

PARIS = "Europe/Paris"


def page(text: str, name: str = "p.html", zone: str | None = PARIS) -> Imported:
    """What a page says."""
    return read(text.encode(), Options(name, timezone=zone))


def only(text: str, name: str = "p.html") -> Episode:
    """The one episode of a page in French."""
    (episode,) = page(f'<html lang="fr"><body>{text}</body></html>' if name.endswith("html") else text, name).episodes
    return episode


def who(people: Any) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """People with their roles and organisations."""
    return [(one.name, one.role, tuple(one.organisations)) for one in people]


def told(found: Imported) -> str:
    """All that is told."""
    return "\n".join(f"{note.what}: {note.why}" for note in found.notes)


@pytest.mark.parametrize(
    ("line", "guests"),
    [
        ("Présents : Ida Quille, calfate, et Tom Bossoir", [("Ida Quille", "calfate", ()), ("Tom Bossoir", None, ())]),
        ("Présentes : Ida, Lou et Mme Ancre, la gardienne du quai", [
            ("Ida", None, ()), ("Lou", None, ()), ("Mme Ancre", "gardienne du quai", ()),
        ]),
        ("Avec Ida Quille, calfate, et sa complice Léa Drisse, voilière.", [
            ("Ida Quille", "calfate", ()), ("Léa Drisse", "complice, voilière", ()),
        ]),
        ("Invités : Ida Quille – université de Vannes ; Tom Bossoir – patron", [
            ("Ida Quille", None, ("université de Vannes",)), ("Tom Bossoir", "patron", ()),
        ]),
        ("Avec Ida Quille (lycéenne, 17 ans).", [("Ida Quille", "lycéenne, 17 ans", ())]),
        ("Avec Ida Quille, adjointe au maire de Vannes.", [("Ida Quille", "adjointe au maire de Vannes", ())]),
        ("On a ri. Notre invitée : Ida Quille, calfate.", [("Ida Quille", "calfate", ())]),
        ("Nous avons eu le plaisir d’accueillir Ida Quille, calfate.", [("Ida Quille", "calfate", ())]),
        ("Ce soir, l’autrice et calfate Ida Quille dialogue avec le philosophe Tom Bossoir.", [
            ("Ida Quille", "autrice et calfate", ()), ("Tom Bossoir", "philosophe", ()),
        ]),
        ("Présents : douze membres du bureau", []),
        ("En présence d’Ida Quille, calfate.", [("Ida Quille", "calfate", ())]),
        ("Grand témoin : Ida Quille, calfate", [("Ida Quille", "calfate", ())]),
        ("Séance suivie d’un débat avec Ida Quille (calfate).", [("Ida Quille", "calfate", ())]),
        ("Zu Gast: Dr. Ida Quille (Geologin, Kai 4) und Steinmetzmeister Tom Bossoir", [
            ("Dr. Ida Quille", "Geologin", ("Kai 4",)), ("Tom Bossoir", "Steinmetzmeister", ()),
        ]),
    ],
)  # fmt: skip
def test_whom_a_line_names(line: str, guests: list[Any]) -> None:
    """Labels and sentences as people write them."""
    assert who(only(f"<h1>La cale</h1><p>{line}</p><p>La mer monte, et nul ne dort ici.</p>").guests) == guests


def test_hosts_in_the_presence_of_guests() -> None:
    """One sentence names who led and who was there."""
    episode = only("<h1>La cale</h1><p>Débat animé par Ida Quille, de Radio Quai, en présence de Tom Bossoir.</p>")
    assert (who(episode.hosts), who(episode.guests)) == (
        [("Ida Quille", None, ("Radio Quai",))],
        [("Tom Bossoir", None, ())],
    )


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        ("Jeudi 16 mars 2023 à 18 h 30, à la médiathèque du port", "2023-03-16T18:30:00+01:00", "médiathèque du port"),
        ("Rencontre du 12 octobre 2022, librairie du Large", "2022-10-12", "librairie du Large"),
        (
            "Mercredi 10 mai 2023, 20 h, Halle aux grains (Blois)",
            "2023-05-10T20:00:00+02:00",
            "Halle aux grains (Blois)",
        ),
        ("4 février 2023</p><p>Tiers-lieu Le 8, Vannes", "2023-02-04", "Tiers-lieu Le 8, Vannes"),
        ("Compte-rendu de la soirée du 3 mai 2022 au Comptoir du port.", "2022-05-03", "Comptoir du port"),
        ("Séance du 9 février 2018, suivie d’un repas pour tous.", "2018-02-09", None),
        ("Am Dienstag, dem 30. Mai 2017, im Naturkundemuseum Görlitz", "2017-05-30", "Naturkundemuseum Görlitz"),
        (
            'Recorded on <time datetime="2020-02-20T19:00Z">20 February</time> at Sutton House, Hackney.',
            "2020-02-20T19:00:00+00:00",
            "Sutton House, Hackney",
        ),
        ("Date : 14 mars 2023 18:30 (UTC+1)", "2023-03-14T18:30:00+01:00", None),
    ],
)
def test_when_and_where(line: str, date: str, place: str | None) -> None:
    """The words that lead to a date are no place; a place begins with its article, or stands on the next line."""
    episode = only(f"<h1>La cale</h1><p>{line}</p><p>Avec Ida Quille.</p>")
    assert (episode.date, episode.place) == (date, place)


def test_first_sentences_that_say_facts() -> None:
    """When, where and with whom may be one paragraph."""
    episode = only("<h1>La cale</h1><p>Soirée du 3 mai 2022, salle Nord. Avec Ida Quille.</p><p>La mer monte.</p>")
    assert (episode.date, episode.place, len(episode.guests), episode.recap) == (
        "2022-05-03", "salle Nord", 1, "La mer monte.",
    )  # fmt: skip


def test_several_values_of_a_field() -> None:
    """Each value of Drupal's fields, and each paragraph of a cell, is a person, or a tag, by itself."""
    items = "".join(f'<div class="field__item">{one}</div>' for one in ("Ida Quille, calfate, Quai 4", "Tom Bossoir"))
    drupal = (
        f'<h1>La cale</h1><div class="field"><div class="field__label">Invités</div><div>{items}</div></div>'
        '<div class="field"><div class="field__label">Mots-clés</div><ul><li>eau</li><li>bois</li></ul></div><p>Bien.</p>'
    )
    cells = (
        "<h1>La cale</h1><table><tr><td><p>Date</p></td><td><p>3 mai 2022</p></td></tr><tr><td><p>Invités</p></td><td>"
        "<p>Ida Quille, calfate, Quai 4</p><p>Tom Bossoir</p></td></tr></table><p>Bien.</p>"
    )
    guests = [("Ida Quille", "calfate", ("Quai 4",)), ("Tom Bossoir", None, ())]
    assert who(only(drupal).guests) == who(only(cells).guests) == guests
    assert only(drupal).tags == ("eau", "bois")


def test_cards_of_people() -> None:
    """Under a label, a heading is a name, and the paragraph after it says who that is."""
    episode = only(
        '<h1>La cale</h1><h2>Invités</h2><p><img src="https://q.example/i.png" alt="Ida"></p><h3>Ida Quille</h3>'
        "<p>Calfate au Quai 4</p><h3>Tom Bossoir</h3><p>Patron</p><h2>Récit</h2><p>La mer monte.</p>"
    )
    assert [one.name for one in episode.guests] == ["Ida Quille", "Tom Bossoir"]
    assert "Ida Quille" not in episode.recap


def test_a_heading_that_is_the_name_of_a_field() -> None:
    """Confluence puts the date under a heading; the space of the page is its series."""
    found = page(
        '<html lang="fr"><body><ol id="breadcrumbs"><li><a href="i.html">Quais</a></li></ol><h1>Quais : La cale</h1>'
        '<div class="page-metadata">Créé par Lou, dernière modification le 6 mai 2022</div><h2>Date</h2>'
        '<p><time datetime="2022-05-03">3 mai 2022</time></p><h2>Lieu</h2><h2>Récit</h2><p>Avec Ida Quille.</p></body></html>'
    )
    (episode,) = found.episodes
    assert (episode.title, found.series[0].title, episode.date) == ("La cale", "Quais", "2022-05-03")
    assert (episode.published, "## Lieu" in episode.recap) == (None, True)


MARKS = {
    "spip": (
        '<span class="note">[<a href="#nb1" id="nh1">1</a>]</span>',
        '<div id="nb1"><p><span>[<a href="#nh1">1</a>] </span>Du chêne.</p></div>',
    ),
    "substack": (
        '<a id="footnote-anchor-1" href="#footnote-1">1</a>',
        '<div><a id="footnote-1" href="#footnote-anchor-1">1</a><div><p>Du chêne.</p></div></div>',
    ),
    "generators": (
        '<sup id="fnref:1"><a href="#fn:1">1</a></sup>',
        '<ol><li id="fn:1"><p>Du chêne. <a href="#fnref:1">↩</a></p></li></ol>',
    ),
}


@pytest.mark.parametrize("make", list(MARKS))
def test_footnotes(make: str) -> None:
    """A mark that leads to a text, and back, is a footnote, whoever wrote it."""
    mark, note = MARKS[make]
    episode = only(f"<h1>La cale</h1><p>Avec Ida Quille.</p><p>Du bois{mark}, de l’eau.</p>{note}")
    assert episode.recap == "Du bois[^1], de l’eau.\n\n[^1]: Du chêne."


def test_a_text_and_its_title_side_by_side() -> None:
    """What SPIP has between a title and a text, and after it, is of the page."""
    body = "<p>La mer monte, et avec elle les barques, les filets, les gens du port et leurs chiens.</p>" * 3
    episode = only(
        "<div id=page><div class=titres><h1>La cale</h1></div><div class=chapo><p>3 mai 2022, Espace Nord</p></div>"
        f"<div class=entry-content>{body}</div><div class=ps><p>Merci à la librairie.</p></div></div>"
    )
    assert (episode.date, episode.place) == ("2022-05-03", "Espace Nord")
    assert episode.recap.endswith("Merci à la librairie.")


def test_the_end_and_the_address_of_an_event() -> None:
    """Structured data says how long an event is, where, and at which address it can be watched."""
    data = (
        '{"@type":"Event","name":"La cale","startDate":"2024-01-18T19:00","endDate":"2024-01-18T20:30","location":['
        '{"@type":"Place","name":"Le Quai","address":{"streetAddress":"2 rue du Bois","postalCode":"56000",'
        '"addressLocality":"Vannes"}},{"@type":"VirtualLocation","url":"https://q.example/live"}]}'
    )
    episode = only(f'<script type="application/ld+json">{data}</script><h1>La cale</h1><p>Avec Ida Quille.</p>')
    assert (episode.duration, episode.place) == ("PT1H30M", "Le Quai, 2 rue du Bois, 56000 Vannes")


def test_cards_of_microformats() -> None:
    """A speaker's card says role and organisation; the end and the place of an event are no text."""
    episode = only(
        '<div class="h-event"><h1 class="p-name">La cale</h1><p><time class="dt-start" datetime="2018-10-11T21:00+02:00">'
        '11 octobre 2018, 21 h</time> – <time class="dt-end" datetime="2018-10-11T22:45+02:00">22 h 45</time></p>'
        '<p class="p-location h-card"><span class="p-name">Le Quai</span>, <span class="p-locality">Vannes</span></p>'
        '<p>Avec <span class="p-speaker h-card"><span class="p-name">Ida Quille</span>, '
        '<span class="p-job-title">calfate</span>, <span class="p-org">Quai Vert</span></span></p><p>La mer.</p></div>'
    )
    assert (episode.duration, episode.place, episode.recap) == ("PT1H45M", "Le Quai, Vannes", "La mer.")
    assert who(episode.guests) == [("Ida Quille", "calfate", ("Quai Vert",))]


def test_events_of_squarespace() -> None:
    """Hours that are written twice, and an address without spaces between its lines."""
    hours = "".join(
        f'<span class="event-time-{kind}hr"><time datetime="2019-05-02">{start}</time>–<time>{end}</time></span>'
        for kind, start, end in (("12", "6:30 PM", "8:00 PM"), ("24", "18:30", "20:00"))
    )
    episode = only(
        '<h1>The slip</h1><ul class="eventitem-meta"><li><time datetime="2019-05-02">Thursday, May 2, 2019</time></li>'
        f'<li>{hours}</li></ul><ul class="eventitem-meta"><li><span class="eventitem-meta-address-line">The Quay</span>'
        '<span class="eventitem-meta-address-line">Lorient</span></li></ul><p>With Ida Quille.</p>'
    )
    assert (episode.date, episode.duration, episode.place) == (
        "2019-05-02T18:30:00+02:00",
        "PT1H30M",
        "The Quay, Lorient",
    )


def test_a_page_without_a_title() -> None:
    """The name of its file is the title, without what its maker put before and after it; it is told."""
    found = page("<p>Avec Ida Quille.</p><p>La mer monte, et nul ne dort ici.</p>", "141414141.la-cale-du-port.html")
    assert found.episodes[0].title == "La cale du port"
    assert "La cale du port: the title is the file's name" in told(found)


def test_what_is_said_twice() -> None:
    """A title and a subtitle that a text repeats before its first paragraph stand there once."""
    episode = only(
        "<header><h1>La cale</h1></header><p>Un soir au port</p><hr><h3>La cale</h3><h4>Un soir au port</h4>"
        "<p>La mer monte, et avec elle les barques, les filets et les gens du port.</p>"
    )
    assert episode.recap.startswith("Un soir au port\n\nLa mer monte")


def test_answers_below_questions() -> None:
    """A list in a question answers it; ``R :`` is no part of an answer; what asks nothing is no question."""
    listed = only("<h1>La cale</h1><h2>Questions</h2><ul><li>Qui paie ?<ul><li>Réponse : la ville.</li></ul></li></ul>")
    assert [(one.text, one.answer) for one in listed.questions] == [("Qui paie ?", "la ville.")]
    lines = only("<h1>La cale</h1><h2>Questions</h2><p>Q : Qui paie ?</p><p>R : La ville.</p>")
    assert [(one.text, one.answer) for one in lines.questions] == [("Qui paie ?", "La ville.")]
    other = only("<h1>La cale</h1><h2>Questions</h2><ol><li>Qui paie ?</li></ol><ul><li>Photos de Lou</li></ul>")
    assert ([one.text for one in other.questions], other.recap) == (["Qui paie ?"], "- Photos de Lou")


def test_minutes_are_about_something() -> None:
    """``Thème :`` is the title of minutes; lines in capitals, and labelled ones, are lines by themselves."""
    episode = only(
        "COMPTE RENDU DE LA RENCONTRE DU 12 JANVIER 2022\nMaison du port\n\nThème : La cale\n"
        "Présents : Mmes Ida Quille et Léa Drisse, M. Tom Bossoir\nExcusés : M. le maire\n\n"
        "La mer monte, et avec elle les barques, les filets, les gens.\n\nFin à 20 h.\n", "p.txt",
    )  # fmt: skip
    assert (episode.title, episode.date) == ("La cale", "2022-01-12")
    assert episode.subtitle == "COMPTE RENDU DE LA RENCONTRE DU 12 JANVIER 2022"
    assert [one.name for one in episode.guests] == ["Ida Quille", "Léa Drisse", "Tom Bossoir"]
    assert "Excusés : M. le maire" in episode.recap


def test_sections_of_minutes_are_no_episodes() -> None:
    """Numbered headings are episodes only where one of them names people."""
    episode = only(
        "<h1>La cale</h1><p>Présents : Ida Quille, Tom Bossoir</p><h2>1. Le bois</h2><p>Du chêne.</p>"
        "<h2>2. Questions</h2><ul><li>Qui paie ?</li></ul>"
    )
    assert ([one.name for one in episode.guests], len(episode.questions)) == (["Ida Quille", "Tom Bossoir"], 1)


@pytest.mark.parametrize(
    "heading", ["2. Vorlesung: Die Glut", "2e rencontre : Die Glut", "Séance 2 – Die Glut", "2nd lecture: Die Glut"]
)
def test_counted_evenings(heading: str) -> None:
    """Numbers before and after the word for an evening."""
    found = page(f"<h1>Abende</h1><h2>{heading.replace('2', '1')}</h2><p>A.</p><h2>{heading}</h2><p>B.</p>")
    assert [(one.number, one.title) for one in found.episodes] == [(1, "Die Glut"), (2, "Die Glut")]
    assert "neither guests nor questions" in told(found)


def test_a_year_is_no_number() -> None:
    """``Rencontre 2023 : …`` is not the meeting number 2023."""
    assert only("<h1>Rencontre 2023 : la cale</h1><p>Avec Ida Quille.</p>").number is None


def test_characters_that_nobody_sees() -> None:
    """Wix puts zero-width spaces where nothing is."""
    episode = only("<h1>\u200bLa cale</h1><p>\u200b</p><p>Avec Ida Quille.</p><p>\u200bLa mer.</p>")
    assert (episode.title, episode.recap) == ("La cale", "La mer.")


def test_tags_that_a_page_links() -> None:
    """Links that say that they are tags are."""
    episode = only(
        '<main><h1>La cale</h1><p>Avec Ida.</p><div class="post-terms"><a rel="tag" href="/t">eau</a></div></main>'
    )
    assert episode.tags == ("eau",)


def test_a_series_of_the_source_in_another(totem: Shell) -> None:
    """With ``--series``, the hosts of the source's own series are its episodes', and its introduction is told."""
    assert totem("init", "a", "--quiet").code == 0
    assert totem("add", "series", "Autre", "--archive", "a", "--quiet").code == 0
    text = "<h1>Les soirs</h1><p>Un cycle animé par Ida Quille.</p>" + "".join(
        f"<h2>Épisode {at} : {name}</h2><p>Avec Tom Bossoir.</p>" for at, name in ((1, "A"), (2, "B"))
    )
    done = totem("import", "page", "-", "--archive", "a", "--series", "autre", stdin=text)
    assert done.code == 0, done.err
    assert "Un cycle animé par Ida Quille." in done.err
    assert "Ida Quille" in totem("show", "autre/1", "--archive", "a").out


def test_parts_of_a_page_builder() -> None:
    """``elementor-widget`` is a part of the text; when and where are a list of both above it."""
    episode = only(
        '<div class="elementor"><div class="elementor-widget"><h1>La cale</h1></div><div class="elementor-widget"><ul><li>3 mai '
        '2022</li><li>19h00 – 21h00</li><li>Bar du port, Vannes</li></ul></div><div class="elementor-widget"><p>Avec Ida '
        "Quille.</p><p>La mer.</p></div></div>"
    )
    assert (episode.date, episode.duration, episode.place) == (
        "2022-05-03T19:00:00+02:00",
        "PT2H",
        "Bar du port, Vannes",
    )
    assert episode.recap == "La mer."


def test_a_title_by_its_class() -> None:
    """SPIP's first heading is the site; the title is what its class says."""
    episode = only(
        '<div role="banner"><h1><a href="/">Le ciné du port</a></h1></div><div role="main"><span class="entry-title h1">La '
        "cale</span><p>Avec Ida Quille.</p></div>"
    )
    assert episode.title == "La cale"


def test_fields_of_drupal_7() -> None:
    """A label with a no-break space, several items; the line of who submitted it is none of the text."""
    episode = only(
        '<div id="main"><h1>La cale</h1><div class="meta submitted">Proposé par webadmin le 16/11/2015</div>'
        '<div class="field"><div class="field-label">Intervenant(e)s:&nbsp;</div><div class="field-items"><div class="field-item'
        ' even">Ida Quille, calfate</div><div class="field-item odd">Tom Bossoir</div></div></div><p>La mer.</p></div>'
    )
    assert who(episode.guests) == [("Ida Quille", "calfate", ()), ("Tom Bossoir", None, ())]
    assert (episode.date, episode.place, episode.recap) == (None, None, "La mer.")


def test_questions_and_answers_line_by_line() -> None:
    """``Q.`` and ``A.`` in one paragraph are a question and its answer."""
    episode = only(
        "<h1>La cale</h1><p>Avec Ida.</p><p><b>Q. Qui paie ?</b><br>A. La ville.</p><p><b>Q. Quand ?</b><br>A. Demain.</p>"
    )
    assert [(one.text, one.answer) for one in episode.questions] == [
        ("Qui paie ?", "La ville."),
        ("Quand ?", "Demain."),
    ]


def test_labelled_items_of_a_list() -> None:
    """A list of labels and values says whom it names."""
    episode = only(
        "La cale du port\n\n* Présentes : Ida, Lou P.\n* Invité : Tom Bossoir, patron\n\nLa mer monte.\n", "p.txt"
    )
    assert [one.name for one in episode.guests] == ["Ida", "Lou P.", "Tom Bossoir"]


def test_pictures_before_lines() -> None:
    """A pin says where; other pictures before a line say nothing."""
    episode = only(
        "<h1>La cale</h1><p>📅 3 mai 2022<br>📍 Jardin du port, Vannes</p><p>🎤 Avec Ida Quille.</p><p>La mer.</p>"
    )
    assert (episode.date, episode.place, len(episode.guests)) == ("2022-05-03", "Jardin du port, Vannes", 1)


def test_hours_and_place_line_by_line() -> None:
    """The hours of a day may stand on the next line, and the place after them."""
    episode = only(
        "<h1>The slip</h1><p>Sunday 15 May 2022</p><p>11am to 1pm</p><p>The Old Dairy, Stroud</p><p>With Ida Quille.</p>"
    )
    assert (episode.date, episode.duration, episode.place) == (
        "2022-05-15T11:00:00+02:00", "PT2H", "The Old Dairy, Stroud",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        ("Held at the Quaker House, Bath, on Thursday 4 August 2022 at 7pm.", "2022-08-04T19:00:00+02:00", "Quaker House, Bath"),
        ("Mardi 12 mars 2024, musée des Bois et de la Voile, Brest", "2024-03-12", "musée des Bois et de la Voile, Brest"),
        ("Café géographique du mardi 13 décembre 2016, café de la Cloche, Reims", "2016-12-13", "café de la Cloche, Reims"),
    ],
)  # fmt: skip
def test_places_beside_dates(line: str, date: str, place: str) -> None:
    """Long names of places, and sentences that say where and when something was held."""
    episode = only(f"<h1>La cale</h1><p>{line}</p><p>Avec Ida Quille.</p>")
    assert (episode.date, episode.place) == (date, place)


def test_a_dated_byline() -> None:
    """A day with the name of who wrote is that of the publication."""
    episode = only("<h1>La cale</h1><div>mercredi 14 décembre 2016, par Lou</div><p>Avec Ida Quille.</p>")
    assert (episode.date, episode.published) == (None, "2016-12-14")


def test_recordings_of_structured_data() -> None:
    """A podcast's episode says how long it is and where it is heard."""
    data = (
        '{"@type":"PodcastEpisode","name":"La cale","duration":"PT38M",'
        '"associatedMedia":{"contentUrl":"https://q.example/1.mp3"}}'
    )
    episode = only(f'<script type="application/ld+json">{data}</script><h1>La cale</h1><p>Avec Ida Quille.</p>')
    assert (episode.duration, [one.url for one in episode.media]) == ("PT38M", ["https://q.example/1.mp3"])


def test_a_link_around_boxes() -> None:
    """A card that is a link stays one."""
    episode = only(
        '<h1>La cale</h1><p>Avec Ida Quille.</p><div><a href="https://q.example/s.pdf"><div><div>Diapos</div></div></a></div>'
    )
    assert episode.recap == "[Diapos](https://q.example/s.pdf)"


def test_a_town_after_a_role_is_told() -> None:
    """``apiculteur à Vannes`` may say where, or for whom: it is told how it was read."""
    found = page(
        "<h1>La cale</h1><p>Invités : Ida Quille, apicultrice à Vannes ; Tom Bossoir, patron.</p><p>La mer.</p>"
    )
    assert "read as Ida Quille" in told(found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Stadt und das Wasser: ein Abend für alle, die nicht von hier sind.", "de"),
        ("El agua que no vemos: una tarde con los vecinos del barrio y sus pozos.", "es"),
        ("Il mare d’inverno: una sera con gli abitanti della città e i loro ricordi.", "it"),
    ],
)
def test_the_language_of_a_page_that_states_none(text: str, language: str) -> None:
    """It is one of five, by the frequent words of the text."""
    found = read(f"<h1>42</h1><p>{text}</p>".encode(), Options())
    assert [one.language for one in found.episodes] == [language]


def test_cards_of_people_with_a_word_about_each() -> None:
    """What is said of one in a paragraph of their own ends no list of people: the next card is a person too."""
    card = "<h4>{}</h4><p>{}</p>"
    cards = card.format("Ada Brun", "Architecte, atelier Estran") + "<p>Ada construit depuis 2009.</p>"
    cards += card.format("Luc Mer", "Maçon") + card.format("Zoé Lune", "Chercheuse à l’INSA Rennes")
    found = read(f"<h1>La terre</h1><h2>Les intervenants</h2>{cards}<h2>Le récit</h2><p>Fin.</p>".encode(), Options())
    (episode,) = found.episodes
    assert [(one.name, one.role) for one in episode.guests] == [
        ("Ada Brun", "Architecte"), ("Luc Mer", "Maçon"), ("Zoé Lune", "Chercheuse"),
    ]  # fmt: skip
    assert "Ada construit depuis 2009." in episode.recap


def test_a_recording_behind_words() -> None:
    """A label for recordings or links takes where its words lead."""
    field = (
        '<div class="field"><div class="field__label">{}</div><div class="field__item"><a href="{}">{}</a></div></div>'
    )
    fields = field.format("Recording", "https://vimeo.com/1", "Watch") + field.format(
        "Slides", "https://x.example/s", "PDF"
    )
    (episode,) = read(
        f"<h1>The tide</h1>{fields}<p>With Ada Brun, sailor.</p><p>Text.</p>".encode(), Options()
    ).episodes
    assert ([one.url for one in episode.media], [one.url for one in episode.links]) == (
        ["https://vimeo.com/1"], ["https://x.example/s"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("Tertulia 7: El agua", 7, "El agua"),
        ("Lesekreis 12 - Der Zauberberg", 12, "Der Zauberberg"),
        ("Café philo 3 : Le temps", 3, "Le temps"),
        ("Covid 19 : après", None, "Covid 19 : après"),
    ],
)
def test_the_number_before_a_title(title: str, number: int | None, name: str) -> None:
    """A word for a meeting numbers what comes after it, another word does not."""
    (episode,) = read(f"<h1>{title}</h1><p>Avec Ada Brun, géographe.</p>".encode(), Options()).episodes
    assert (episode.number, episode.title) == (number, name)


def test_minutes_whose_parts_are_numbered() -> None:
    """A number that begins anew begins no item of the list above it."""
    text = "Réunion de mai\n\nOrdre du jour\n  1) tour\n  2) débat\n\n1) Tour\nChacun dit son nom.\n\n2) Débat\nIl est vif.\n"
    (episode,) = read(text.encode(), Options()).episodes
    assert "1. tour\n2. débat\n\n1) Tour\n\nChacun dit son nom.\n\n2. Débat" in episode.recap


def test_a_site_whose_name_is_the_first_heading() -> None:
    """The one post below it gives the title; the day above it, and the line below it, are when it was published."""
    page = """<header><h1>Le carnet des mardis</h1></header><div id="content"><h2 class="date-header">25 novembre 2015</h2>
    <div class="post"><h3 class="post-title">Le pain</h3><p class="post-info">Par Mado le <time
    datetime="2015-11-25T09:12:00+01:00">25 novembre 2015</time></p><div class="post-content"><p>Mardi 24 novembre 2015,
    nous recevions Ada Brun, boulangère.</p><p>Le four chauffait une fois par semaine.</p></div></div></div>"""
    (episode,) = read(page.encode(), Options()).episodes
    assert (episode.title, str(episode.date), str(episode.published)[:10]) == ("Le pain", "2015-11-24", "2015-11-25")


def test_an_aside_that_says_when_and_where() -> None:
    """It is no advertisement."""
    aside = "<aside><h6>Date &amp; heure</h6><div>samedi 13 mai 2023</div><h6>Lieu</h6><p>Maison du marais</p></aside>"
    found = read(f"<main><h1>Les oiseaux</h1><p>Avec Ada Brun, ornithologue.</p>{aside}</main>".encode(), Options())
    (episode,) = found.episodes
    assert (str(episode.date), episode.place) == ("2023-05-13", "Maison du marais")


@pytest.mark.parametrize(
    ("guest", "names"), [("Invitée : Ada Brun, traductrice\n", ["Ada Brun"]), ("", ["Luc Mer", "Zoé Lune"])]
)
def test_those_who_were_there(guest: str, names: list[str]) -> None:
    """They are the guests only where nobody else is."""
    text = (
        f"Cercle du port, 3 mai 2019\n\nPrésents : Luc Mer, Zoé Lune\n{guest}\nChacun a parlé du bal, et de la danse.\n"
    )
    (episode,) = read(text.encode(), Options()).episodes
    assert [one.name for one in episode.guests] == names
    assert ("Présents : Luc Mer, Zoé Lune" in episode.recap) is bool(guest)


def test_the_person_who_organises_an_event_is_its_host() -> None:
    """As schema.org's data says; an organisation is a partner."""
    data = '{"@type": "Event", "name": "The tide", "startDate": "2024-10-03", "organizer": {"@type": "Person", "name": "Ada Brun"}}'
    page = f'<script type="application/ld+json">{data}</script><h1>The tide</h1><p>With Luc Mer, sailor.</p>'
    (episode,) = read(page.encode(), Options()).episodes
    assert [one.name for one in episode.hosts] == ["Ada Brun"]


def test_the_number_in_the_line_below_a_title() -> None:
    """It is the episode's, which is told."""
    found = read(b"<h1>Night buses</h1><p>Transport Tuesdays, no. 4</p><p>With Ada Brun, driver.</p>", Options())
    (episode,) = found.episodes
    assert episode.number == 4
    assert "Transport Tuesdays, no. 4" in [note.what for note in found.notes]
