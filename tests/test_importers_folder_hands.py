"""What people write into folders of texts by hand: labels, links and tables in front matter, pages of years, tabs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import PICTURE, fill
from tests.test_importers_folder_kinds import page
from tests.test_importers_folders import told
from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.markdown import read
from totem_cli.importers.notes import Kind


def test_an_hour_without_a_zone_is_told_as_text(tmp_path: Path) -> None:
    """What a note tells is text as JSON has it, also of a value without quotation marks."""
    found = read(fill(tmp_path, {"soirs/quai.md": page("title: Le quai\nquand: 2021-05-13T20:00")}), Options())
    assert {type(note.what) for note in found.notes} == {str}
    assert told(found) == {"2021-05-13T20:00"}


def test_the_page_of_a_year_of_a_series(tmp_path: Path) -> None:
    """A series has one page: those of its years are told."""
    files: dict[str, str | bytes] = {
        "content/soirs/_index.md": page("title: Les soirs"),
        "content/soirs/2021/_index.md": page("title: Année 2021"),
        "content/soirs/2021/quai.md": page("title: Le quai"),
    }
    found = read(fill(tmp_path, files), Options())
    assert [one.title for one in found.series] == ["Les soirs"]
    assert told(found) == {"content/soirs/2021/_index.md"}


def test_labels_under_a_title_of_which_one_means_no_field(tmp_path: Path) -> None:
    """Half of the labels mean fields: the others are kept, and told."""
    text = "# Le quai\n\n**Date** : 6 mai 2017\n**Invitée** : Ida Quille\n**Jauge** : 40\n\nTexte.\n"
    other = "# La cale\n\nJauge : 40\nDate : 6 mai 2017\nHumeur : gaie\n"
    found = read(fill(tmp_path, {"soirs/quai.md": text, "soirs/cale.md": other}), Options())
    cale, quai = sorted(found.episodes, key=lambda one: one.title)
    assert (str(quai.date), [one.name for one in quai.guests], quai.recap) == ("2017-05-06", ["Ida Quille"], "Texte.")
    assert quai.extra == {"Jauge": 40}
    assert cale.recap == "Jauge : 40\nDate : 6 mai 2017\nHumeur : gaie"


def test_labels_that_end_a_text(tmp_path: Path) -> None:
    """A text that holds its title and its labels, and no more, has no other text."""
    files: dict[str, str | bytes] = {
        "soirs/quai.md": "# Le quai\n\nDate: 6 mai 2017\nLieu: Brest\n",
        "soirs/cale.md": "Title: La cale\nLieu: Brest\n",
    }
    found = read(fill(tmp_path, files), Options())
    assert [(one.title, one.place, one.recap) for one in sorted(found.episodes, key=lambda one: one.title)] == [
        ("La cale", "Brest", ""),
        ("Le quai", "Brest", ""),
    ]


def test_tags_of_bear_that_end_with_their_sign(tmp_path: Path) -> None:
    """They stand between the title and the labels."""
    text = "# Le quai\n#soirs/2017 #bois#\n\n**Date** : 6 mai 2017\n\nTexte.\n"
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": text}), Options()).episodes
    assert (episode.tags, str(episode.date), episode.recap) == (("soirs/2017", "bois"), "2017-05-06", "Texte.")


@pytest.mark.parametrize("value", ["last-modified", "today", "now"])
def test_a_date_that_quarto_is_to_find(tmp_path: Path, value: str) -> None:
    """It is told, and no mistake."""
    found = read(fill(tmp_path, {"soirs/quai.qmd": page(f"title: Le quai\ndate: {value}")}), Options())
    assert (found.episodes[0].published, told(found)) == (None, {value})


def test_tags_with_addresses(tmp_path: Path) -> None:
    """Docusaurus has tags as tables: their labels are the tags, the rest is kept and told."""
    front = "title: Le quai\ntags: [bois, {label: Pierre, permalink: /pierre}]"
    (episode,) = read(fill(tmp_path, {"blog/quai.md": page(front)}), Options()).episodes
    assert episode.tags == ("bois", "Pierre")
    assert episode.extra == {"stated_tags": ["bois", {"label": "Pierre", "permalink": "/pierre"}]}


def test_what_a_picture_says_beside_its_file(tmp_path: Path) -> None:
    """Its text and its credit have no field: they are kept and told, whatever the picture's key."""
    front = "title: Le quai\nimage:\n  src: ./quai.png\n  alt: Un quai\n  credit: Ida"
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": page(front), "soirs/quai.png": PICTURE}), Options()).episodes
    assert episode.image == "soirs/quai.png"
    assert episode.extra == {"stated_image": {"src": "./quai.png", "alt": "Un quai", "credit": "Ida"}}


def test_links_of_a_vault_without_quotation_marks(tmp_path: Path) -> None:
    """YAML reads ``[[Ida Quille]]`` as a list in a list, which nobody means."""
    files: dict[str, str | bytes] = {
        ".obsidian/app.json": "{}",
        "Soirs/Quai.md": page("title: Le quai\ninvités: [[Ida Quille]]\ndate: [[2021-05-13]]"),
        "Soirs/Cale.md": page("title: La cale\ninvités:\n- [[Ida Quille]]\n- [[Bo Marin]]"),
    }
    found = {one.title: one for one in read(fill(tmp_path, files), Options()).episodes}
    assert [one.name for one in found["Le quai"].guests] == ["Ida Quille"]
    assert str(found["Le quai"].date) == "2021-05-13"
    assert [one.name for one in found["La cale"].guests] == ["Ida Quille", "Bo Marin"]


def test_a_form_whose_key_has_another_name(tmp_path: Path) -> None:
    """Any key that Obsidian's Templater fills in says that a text is a form."""
    form = page("Date du soir: <% tp.date.now() %>\nlieu: Brest")
    found = read(fill(tmp_path, {"Formes/soir.md": form, "soirs/quai.md": page("title: Le quai")}), Options())
    assert ([one.title for one in found.episodes], told(found)) == (["Le quai"], {"Formes/soir.md"})


def test_a_tab_in_yaml(tmp_path: Path) -> None:
    """The refusal says what is wrong with the line."""
    with pytest.raises(InvalidError) as caught:
        read(fill(tmp_path, {"soirs/quai.md": page("title: Le quai\ntags:\n\t- bois")}), Options())
    assert caught.value.hint == "indent with spaces, not with tabs"


def test_links_of_nikola(tmp_path: Path) -> None:
    """``link://slug/…`` leads to the text; one that leads nowhere is told."""
    files: dict[str, str | bytes] = {
        "soirs/quai.md": "<!--\n.. title: Le quai\n-->\n[suite](link://slug/cale) [x](link://slug/rien)\n",
        "soirs/cale.rst": ".. title: La cale\n\nVoir `le quai <link://filename/soirs/quai.md>`_.\n",
    }
    found = read(fill(tmp_path, files), Options())
    recaps = {one.title: one.recap for one in found.episodes}
    assert recaps["Le quai"] == "[suite](cale.md) [x](rien)"
    assert recaps["La cale"] == "Voir [le quai](quai.md)."
    assert told(found) == {"rien"}


def test_a_picture_of_restructured_text_without_a_text(tmp_path: Path) -> None:
    """Its address is no text for those who do not see it."""
    files: dict[str, str | bytes] = {
        "soirs/quai.rst": "Le quai\n#######\n\n:lieu: Brest\n\n.. image:: quai.png\n",
        "soirs/quai.png": PICTURE,
    }
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert episode.recap == "![](media/soirs/quai.png)"


def test_components_of_vuepress(tmp_path: Path) -> None:
    """They are left out and told, as those of MDX, and so is the table of contents."""
    files: dict[str, str | bytes] = {
        ".vuepress/config.js": "x",
        "soirs/quai.md": page("title: Le quai", '<Badge text="bois"/>\n\n[[toc]]\n\nTexte.'),
    }
    found = read(fill(tmp_path, files), Options())
    assert found.episodes[0].recap == "Texte."
    assert {'<Badge text="bois"/>', "[[toc]]"} <= told(found)


def test_guests_with_roles_and_a_stroke_between_them(tmp_path: Path) -> None:
    """A stroke parts names as it does where no role stands between them; in brackets it is part of the role."""
    front = "title: Le quai\ninvités: Ida Quille (calfate / gabier) / Paul Hénin"
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": page(front)}), Options()).episodes
    assert [(one.name, one.role) for one in episode.guests] == [
        ("Ida Quille", "calfate / gabier"),
        ("Paul Hénin", None),
    ]


def test_a_field_of_restructured_text_that_begins_as_a_list(tmp_path: Path) -> None:
    """A day is a number with a point, and no list: the field is what is written."""
    text = "Le quai\n#######\n\n:termin: 4. Mai 2016\n:referentin: Ida Quille\n\nTexte.\n"
    (episode,) = read(fill(tmp_path, {"soirs/quai.rst": text}), Options()).episodes
    assert str(episode.date) == "2016-05-04"


def test_a_name_that_begins_with_a_low_line(tmp_path: Path) -> None:
    """Jekyll, Astro, Docusaurus and Quarto make no page of it: it is a draft, and told."""
    files: dict[str, str | bytes] = {"soirs/_suite.md": "# Suite\n\nTexte.\n", "soirs/quai.md": page("title: Le quai")}
    found = read(fill(tmp_path, files), Options())
    assert {one.title: one.status for one in found.episodes} == {"Suite": "draft", "Le quai": "published"}
    assert told(found, Kind.ASSUMED) == {"_suite"}


def test_where_a_property_of_logseq_is(tmp_path: Path) -> None:
    """A refusal names its line."""
    text = "title:: Le quai\nlieu:: Brest\ndate:: bientôt\n\n- Texte.\n"
    with pytest.raises(InvalidError) as caught:
        read(fill(tmp_path, {"pages/quai.md": text}), Options())
    assert caught.value.location is not None
    assert caught.value.location.line == 3
