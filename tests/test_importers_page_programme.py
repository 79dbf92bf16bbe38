"""A page that is the programme of a season: each row of its table, or item of its list, is a talk."""

from __future__ import annotations

import pytest

from totem_cli.importers import Imported, Options
from totem_cli.importers.notes import Kind
from totem_cli.importers.page import read

TABLE = """<h1>Séminaire des marées</h1><p>Le mardi, salle C.</p><table>
<tr><th>Date</th><th>Intervenante</th><th>Titre</th></tr>
<tr><td>3 octobre 2023</td><td>Ada Brun (Ports &amp; Cie)</td><td><a href="https://quai.example/d.pdf">La digue</a></td></tr>
<tr><td>10 octobre 2023</td><td>Luc Mer, Zoé Lune (Estran)</td><td>Le phare. Résumé : la nuit.</td></tr>
<tr><td>17 octobre 2023</td><td colspan="2">Séance annulée</td></tr>
<tr><td>24 octobre 2023</td><td>À confirmer</td><td>La houle</td></tr></table>"""


def page(text: str) -> Imported:
    """A page as it is read."""
    return read(text.encode(), Options())


def told(found: Imported) -> list[tuple[str, str | None, list[str]]]:
    """Title, date and guests of every episode."""
    return [
        (one.title, str(one.date) if one.date else None, [guest.name for guest in one.guests]) for one in found.episodes
    ]


def test_a_table_of_talks() -> None:
    """A row without a talk stays in the introduction; who is not known yet is no guest."""
    found = page(TABLE)
    assert [one.title for one in found.series] == ["Séminaire des marées"]
    assert told(found) == [
        ("La digue", "2023-10-03", ["Ada Brun"]),
        ("Le phare.", "2023-10-10", ["Luc Mer", "Zoé Lune"]),
        ("La houle", "2023-10-24", []),
    ]
    assert "17 octobre 2023 Séance annulée" in found.series[0].introduction
    assert "https://quai.example/d.pdf" in next(iter(found.episodes)).recap


def test_a_table_without_names_of_columns_and_without_years() -> None:
    """Columns are known by what they hold, the year by the title; that is told."""
    rows = [
        ("12.10.", "Anke Petersen (Kiel)", "Wem gehört das Ufer?"),
        ("19.10.", "Jens Witt (Rostock)", "Der Hering und das Recht"),
        ("11.01.", "Ute Lang (Bremen)", "Was das Moor speichert"),
    ]
    written = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    found = page(f"<h1>Kolloquium 2022/23</h1><table>{written}</table>")
    assert told(found) == [
        ("Wem gehört das Ufer?", "2022-10-12", ["Anke Petersen"]),
        ("Der Hering und das Recht", "2022-10-19", ["Jens Witt"]),
        ("Was das Moor speichert", "2023-01-11", ["Ute Lang"]),
    ]
    assert "2022/23" in [note.what for note in found.notes if note.kind == Kind.ASSUMED]


@pytest.mark.parametrize(
    "item",
    [
        "<b>17 January 2019</b>: Sofia Conti (Pisa), <i>The tide</i>. <a href='https://quai.example/s.pdf'>slides</a>",
        "17 January 2019 – Sofia Conti, “The tide”",
        "17 January 2019: Sofia Conti (Pisa): The tide",
        "17 January 2019 - The tide - Sofia Conti",
    ],
)
def test_a_list_of_talks(item: str) -> None:
    """Each item begins with its date; title and speaker are known by quotes, italics, brackets or dashes."""
    others = "<li>24 January 2019: Henk Vries (Delft), <i>The dyke</i></li><li>31 January 2019: no seminar</li>"
    others += "<li>7 February 2019: Nora Field (Cork), <i>The light</i></li>"
    found = page(f"<h1>Tide seminar</h1><ul><li>{item}</li>{others}</ul>")
    assert told(found)[0] == ("The tide", "2019-01-17", ["Sofia Conti"])
    assert "no seminar" in found.series[0].introduction


def test_dates_beside_a_text_are_no_programme() -> None:
    """What is announced at the end of a recap makes no episodes."""
    text = (
        "<p>Avec Ada Brun, géographe.</p>"
        + "<p>La mer monte, et les digues avec elle, chaque année un peu plus.</p>" * 9
    )
    coming = "".join(f"<li>{day} mai 2024 : La soirée n° {day}</li>" for day in (3, 10, 17))
    assert len([*page(f"<h1>La digue</h1>{text}<ul>{coming}</ul>").episodes]) == 1


def test_dates_above_the_titles_of_episodes() -> None:
    """They are those of what follows, not of what stands before."""
    evening = "<h3>{} maggio 2024</h3><h4>{}</h4><p>con {}, scrittrice</p><p>Un romanzo di ritorni.</p>"
    texts = evening.format(10, "Il mare d’inverno", "Giulia Marini") + evening.format(24, "Il rumore", "Ada Neri")
    found = page(f"<h2>Serate d’autore</h2><p>Incontri in libreria, il venerdì</p>{texts}")
    assert [one.title for one in found.series] == ["Serate d’autore"]
    assert told(found) == [
        ("Il mare d’inverno", "2024-05-10", ["Giulia Marini"]),
        ("Il rumore", "2024-05-24", ["Ada Neri"]),
    ]


def test_labels_that_ask() -> None:
    """When, where and who, as a poster asks."""
    lines = (
        "<p><b>Quand ?</b> Mardi 5 mars 2024</p><p><b>Où ?</b> Salle Nord</p><p><b>Qui ?</b> Ada Brun, géographe</p>"
    )
    (episode,) = page(f"<h1>La digue</h1>{lines}<p>La mer monte.</p>").episodes
    assert (str(episode.date), episode.place, [one.name for one in episode.guests]) == (
        "2024-03-05", "Salle Nord", ["Ada Brun"],
    )  # fmt: skip
