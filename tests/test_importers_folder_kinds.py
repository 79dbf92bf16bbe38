"""What programs write into folders beside their usual texts: forms, drafts, data files, notes set apart, mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import PICTURE, fill
from tests.test_importers_folders import by_slug, names, told
from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.markdown import read
from totem_cli.importers.notes import Kind


def page(front: str, text: str = "Texte.") -> str:
    """A text with front matter in YAML."""
    return f"---\n{front}\n---\n{text}\n"


@pytest.mark.parametrize(
    "front",
    [
        "draft: yes",
        "draft: on",
        "Draft: true",
        "published: no",
        "publish: false",
        "isDraft: true",
        "private: true",
        "public: no",
    ],
)
def test_a_draft_in_any_spelling(tmp_path: Path, front: str) -> None:
    """What is a draft for its generator is no published episode."""
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": page(f"title: Le quai\n{front}")}), Options()).episodes
    assert (episode.status, episode.extra) == ("draft", {})


def test_a_status_that_totem_does_not_have(tmp_path: Path) -> None:
    """It publishes nothing, and is told."""
    found = read(fill(tmp_path, {"soirs/quai.md": page("title: Le quai\nstatus: evergreen")}), Options())
    assert (found.episodes[0].status, told(found, Kind.ASSUMED)) == ("draft", {"evergreen"})


def test_a_tag_that_keeps_a_text_from_readers(tmp_path: Path) -> None:
    """Nikola's tags ``draft`` and ``private`` are a status."""
    text = "<!--\n.. title: Le quai\n.. tags: bois, private\n-->\nTexte.\n"
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": text}), Options()).episodes
    assert (episode.status, episode.tags) == ("draft", ("bois",))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("scaffolds/post.md", "---\ntitle: {{ title }}\n---\n"),
        ("Modèles/soir.md", "---\ntags: []\ndate: {{date}}\n---\n# {{title}}\n"),
        ("Modèles/soir.md", "---\ncreated: <% tp.date.now() %>\n---\n"),
        ("Modèles/soir.md", "# {{title}}\n\nInvités :\n"),
    ],
)
def test_forms_for_new_texts(tmp_path: Path, path: str, text: str) -> None:
    """A form that a generator fills in is no episode, and its tags are no mistake of YAML."""
    found = read(fill(tmp_path, {path: text, "soirs/quai.md": page("title: Le quai")}), Options())
    assert [one.title for one in found.episodes] == ["Le quai"]
    assert told(found) & {path, "scaffolds/"}


def test_a_text_that_begins_with_its_title(tmp_path: Path) -> None:
    """Markdown without front matter is read by its first line, but for the files that tell of a folder."""
    files: dict[str, str | bytes] = {
        "soirs/quai.md": "# Le quai\n\nDu bois.\n",
        "soirs/cale.md": "La cale\n=======\n\nDe la pierre.\n",
        "soirs/reste.md": "Rien qu’un texte.\n",
        "README.md": "# Le dépôt\n",
    }
    found = read(fill(tmp_path, files), Options())
    assert {(one.title, one.recap) for one in found.episodes} == {("Le quai", "Du bois."), ("La cale", "De la pierre.")}
    assert told(found) == {"README.md, soirs/reste.md"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/content/speakers/ida.json", '{"name": "Ida Quille", "role": "calfate"}'),
        ("src/_data/speakers.json", '{"ida": {"name": "Ida Quille", "role": "calfate"}}'),
        ("blog/authors.yml", "ida:\n  name: Ida Quille\n  role: calfate\n"),
    ],
)
def test_people_in_data_files(tmp_path: Path, path: str, text: str) -> None:
    """Data files hold the people whom texts name by a key, wherever they are."""
    files: dict[str, str | bytes] = {path: text, "soirs/quai.md": page("title: Le quai\nspeakers: ida")}
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert names(episode.guests) == [("Ida Quille", "calfate", ())]


def test_translations_with_a_key_in_common(tmp_path: Path) -> None:
    """Pelican's pages of one slug, and Hugo's of one ``translationKey``, are one page in two languages."""
    files: dict[str, str | bytes] = {
        "pelicanconf.py": "SITENAME = 'Quais'\nDEFAULT_LANG = 'fr'\n",
        "content/soirs/quai.md": "Title: Le quai\nSlug: quai\n\nTexte.\n",
        "content/soirs/quay.md": "Title: The quay\nSlug: quai\nLang: en\n\nText. [fr]({filename}quai.md)\n",
        "content/soirs/cale.md": page("title: La cale\ntranslationKey: c"),
        "content/soirs/slip.md": page("title: The slip\nlang: en\ntranslationKey: c"),
    }
    episodes = by_slug(read(fill(tmp_path, files), Options()))
    assert episodes["quai-en"].translation_of == episodes["quai"].id
    assert episodes["quai-en"].recap == "Text. [fr](quai.md)"
    assert episodes["slip"].translation_of == episodes["cale"].id


def test_what_nikola_keeps_beside_a_text(tmp_path: Path) -> None:
    """A ``.meta`` file is the front matter of the text of its name; ``conf.py`` has the zone."""
    files: dict[str, str | bytes] = {
        "conf.py": "BLOG_TITLE = 'Quais'\nTIMEZONE = 'Europe/Paris'\n",
        "soirs/quai.md": "Du bois.\n",
        "soirs/quai.meta": ".. title: Le quai\n.. date: 2015-05-04 20:00\n",
    }
    found = read(fill(tmp_path, files), Options())
    assert [(one.title, one.published) for one in found.episodes] == [("Le quai", "2015-05-04T20:00:00+02:00")]


def test_dates_of_folders(tmp_path: Path) -> None:
    """A year's folder and the rest of the date in a name, or in folders, are one date, and no number."""
    files: dict[str, str | bytes] = {
        "blog/2023/04-11-quai.md": page("title: Le quai"),
        "blog/2023/05/12/cale.md": page("title: La cale"),
    }
    found = by_slug(read(fill(tmp_path, files), Options()))
    assert {slug: (one.published, one.number) for slug, one in found.items()} == {
        "quai": ("2023-04-11", None),
        "cale": ("2023-05-12", None),
    }


def test_what_a_generator_sets_apart(tmp_path: Path) -> None:
    """Indented notes are quotations, not code; attributes and parts put in are told."""
    text = '!!! note "À lire"\n    Le bois.\n\n    Et l’eau.\n\n[Cale](cale.md){ .button }\n\n--8<-- "pied.md"\n\n[TOC]'
    files: dict[str, str | bytes] = {"mkdocs.yml": "site_name: Quais\n", "docs/soirs/quai.md": page("title: Q", text)}
    found = read(fill(tmp_path, files), Options())
    (episode,) = found.episodes
    assert (episode.series, episode.recap) == (
        "soirs",
        "> **À lire**\n>\n> Le bois.\n>\n> Et l’eau.\n\n[Cale](cale.md)",
    )
    assert {"!!! note", "{ .button }", '--8<-- "pied.md"', "[TOC]"} <= told(found)


def test_the_page_of_a_whole_site(tmp_path: Path) -> None:
    """It is the introduction of the site's series; a page without text and without episodes makes no series."""
    files: dict[str, str | bytes] = {
        "mkdocs.yml": "site_name: Les quais\n",
        "docs/index.md": "# Les quais\n\nBienvenue.\n",
        "docs/quai.md": "# Le quai\n\nDu bois.\n",
    }
    found = read(fill(tmp_path / "a", files), Options())
    assert [(one.title, one.introduction) for one in found.series] == [("Les quais", "Bienvenue.")]
    files = {
        "hugo.toml": "title = 'Les quais'\n",
        "content/_index.md": page("title: Accueil", ""),
        "content/soirs/quai.md": page("title: Le quai"),
        "index.html": page("layout: home", "{% for post in posts %}{% endfor %}"),
    }
    found = read(fill(tmp_path / "b", files), Options())
    assert ([one.slug for one in found.series], {"Accueil", "index.html"} <= told(found)) == ([], True)


def test_a_series_is_called_as_its_folder(tmp_path: Path) -> None:
    """A folder's name with its capitals and accents is the title of its series."""
    found = read(fill(tmp_path, {"Soirées du port/quai.md": page("title: Le quai")}), Options())
    assert [(one.slug, one.title) for one in found.series] == [("soirees-du-port", "Soirées du port")]


def test_every_text_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """One import says of all texts what is wrong with them."""
    files: dict[str, str | bytes] = {
        "a.md": page("title: Le pain: une histoire"),
        "b.md": page("title: B\ntitle: C"),
        "c.md": page("title: C"),
    }
    with pytest.raises(InvalidError) as caught:
        read(fill(tmp_path, files), Options())
    assert str(caught.value).startswith(f"{tmp_path / 'a.md'}:2:15:")
    assert "quotation marks; wrong too: " in str(caught.value.hint)
    assert f"{tmp_path / 'b.md'}:3:1" in str(caught.value.hint)


def test_a_date_that_the_generator_is_to_find(tmp_path: Path) -> None:
    """Eleventy takes it from git: it is told. Go writes the name of a zone after its offset."""
    files: dict[str, str | bytes] = {
        "soirs/quai.md": page("title: Le quai\ndate: git Last Modified"),
        "soirs/cale.md": page("title: La cale\ndate: 2023-03-14 18:30:00 +0000 UTC"),
    }
    found = read(fill(tmp_path, files), Options())
    assert {one.title: one.published for one in found.episodes} == {
        "Le quai": None,
        "La cale": "2023-03-14T18:30:00+00:00",
    }
    assert told(found) == {"git Last Modified"}


def test_a_vault(tmp_path: Path) -> None:
    """Obsidian's links are names, its aliases other titles, its inline fields fields."""
    front = 'intervenants: ["[[Ida Quille|Ida]]"]\nlieu: "[[Le hangar]]"\naliases: [Un soir]'
    files: dict[str, str | bytes] = {
        ".obsidian/app.json": "{}",
        "soirs/Le quai.md": page(front, "Durée:: 1h30\nDurée:: 2h\nHumeur:: bonne\n\nDu bois."),
    }
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert [(one.name, one.billed_as) for one in episode.guests] == [("Ida Quille", "Ida")]
    assert (episode.place, episode.duration, episode.aliases) == ("Le hangar", "PT1H30M", ())
    assert episode.extra == {"other_titles": ["Un soir"]}
    assert episode.recap == "Durée:: 2h\nHumeur:: bonne\n\nDu bois."


def test_tags_of_hexo(tmp_path: Path) -> None:
    """A picture has all its words, a link to a text its title; people are parted by signs."""
    text = "{% asset_img bois.png Du bois mort %}\n\n{% post_link cale 'la cale' %}"
    files: dict[str, str | bytes] = {
        "source/soirs/quai.md": page("title: Le quai\nspeakers: Ida Quille / Tom Bossoir", text),
        "source/soirs/quai/bois.png": PICTURE,
        "source/soirs/cale.md": page("title: La cale"),
    }
    episode = by_slug(read(fill(tmp_path, files), Options()))["quai"]
    assert episode.recap == "![Du bois mort](media/soirs/quai/bois.png)\n\n[la cale](cale.md)"
    assert [one.name for one in episode.guests] == ["Ida Quille", "Tom Bossoir"]


def test_components(tmp_path: Path) -> None:
    """A player of MDX is an address; Docusaurus reads every text as MDX."""
    files: dict[str, str | bytes] = {
        "docusaurus.config.js": "",
        "blog/quai.md": page("title: Le quai", '<YouTube id="abc" />\n\n<Tabs>\n\nDu bois.\n\n</Tabs>'),
    }
    found = read(fill(tmp_path, files), Options())
    assert found.episodes[0].recap == "<https://www.youtube.com/watch?v=abc>\n\nDu bois."
    assert {"<Tabs>", "</Tabs>"} <= told(found)


def test_labels_with_signs(tmp_path: Path) -> None:
    """Notion's property ``Intervenant·e·s`` is one, though it has signs in it."""
    name = "0123456789abcdef0123456789abcdef"
    text = "# Le quai\n\nIntervenant·e·s: Ida Quille\nHumeur / ton: bonne\n\nDu bois.\n"
    (episode,) = read(fill(tmp_path, {f"Export-12ab/Soirs {name}/Le quai {name}.md": text}), Options()).episodes
    assert ([one.name for one in episode.guests], episode.recap) == (["Ida Quille"], "Du bois.")
    assert (episode.series, episode.extra) == ("soirs", {"Humeur / ton": "bonne"})


def test_what_docutils_could_not_read(tmp_path: Path) -> None:
    """Its messages are told, and no part of the text."""
    pytest.importorskip("docutils")
    found = read(fill(tmp_path, {"soirs/quai.rst": "Le quai\n=======\n\nDu |bois|.\n"}), Options())
    assert found.episodes[0].recap == "Du |bois|."
    assert any("bois" in note.what for note in found.notes)


def test_translations_of_docusaurus(tmp_path: Path) -> None:
    """What is below ``i18n`` translates the text of the same path."""
    files: dict[str, str | bytes] = {
        "blog/2024-01-10-quai.md": page("title: Le quai"),
        "i18n/en/docusaurus-plugin-content-blog/2024-01-10-quai.md": page("title: The quay"),
    }
    episodes = by_slug(read(fill(tmp_path, files), Options()))
    assert (episodes["quai-en"].translation_of, episodes["quai-en"].language) == (episodes["quai"].id, "en")
    assert {one.series for one in episodes.values()} == {"blog"}


def test_numbers_and_recordings_of_podcasts(tmp_path: Path) -> None:
    """``episode: 3`` is a number, ``file: …mp3`` a recording."""
    files: dict[str, str | bytes] = {
        "_posts/2020-10-02-quai.md": page("title: Le quai\nepisode: 3\nfile: /audio/ep3.mp3"),
        "_config.yml": "title: Ondes\n",
        "audio/ep3.mp3": b"ID3",
    }
    found = read(fill(tmp_path, files), Options())
    (episode,) = found.episodes
    assert (episode.number, [one.path for one in episode.media]) == (3, ["audio/ep3.mp3"])


def test_people_in_other_languages(tmp_path: Path) -> None:
    """A person's file has the name by its words: ``nom``, ``prénom``."""
    files: dict[str, str | bytes] = {
        "personnes/ida.yaml": "prénom: Ida\nnom: Quille\nfonction: calfate\n",
        "soirs/quai.md": page("title: Le quai\nintervenants: [ida]"),
    }
    found = read(fill(tmp_path, files), Options())
    assert names(found.episodes[0].guests) == [("Ida Quille", "calfate", ())]
    assert found.persons[0].extra == {"fonction": "calfate"}


def test_labels_each_in_a_paragraph(tmp_path: Path) -> None:
    """Plain Markdown may have an empty line between what it says of itself; tabs of MkDocs are no code."""
    files: dict[str, str | bytes] = {
        "mkdocs.yml": "site_name: Quais\nx: !!python/name:a.b\n",
        "docs/quai.md": '# Le quai\n\nDate : 4 juin 2022\n\nInvité·e : Ida Quille\n\n=== "Matin"\n\n    On scie.\n',
    }
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert (episode.date, [one.name for one in episode.guests]) == ("2022-06-04", ["Ida Quille"])
    assert episode.recap == "> **Matin**\n>\n> On scie."


def test_links_to_folders_of_pages(tmp_path: Path) -> None:
    """An address that ends with a slash is that of the page in its folder."""
    files: dict[str, str | bytes] = {
        "soirs/a/index.html": page("title: A", '<p><a href="../b/">B</a></p>'),
        "soirs/b/index.html": page("title: B", "<p>B</p>"),
    }
    assert by_slug(read(fill(tmp_path, files), Options()))["a"].recap == "[B](b.md)"


def test_front_matter_in_toml_between_lines(tmp_path: Path) -> None:
    """Eleventy marks TOML after ``---``."""
    files: dict[str, str | bytes] = {"soirs/quai.md": '---toml\ntitle = "Le quai"\n---\nDu bois.\n'}
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert (episode.title, episode.recap) == ("Le quai", "Du bois.")


def test_dates_in_a_table(tmp_path: Path) -> None:
    """Material for MkDocs says when a text was made and when it was changed; its blocks are told."""
    front = "title: Le quai\ndate:\n  created: 2024-03-05\n  updated: 2024-03-08"
    found = read(fill(tmp_path, {"soirs/quai.md": page(front, "/// note | À savoir\nDu bois.\n///")}), Options())
    (episode,) = found.episodes
    assert (episode.published, episode.updated, episode.recap) == (
        "2024-03-05",
        "2024-03-08",
        "**À savoir**\n\nDu bois.",
    )


def test_comments_over_several_lines(tmp_path: Path) -> None:
    """What Obsidian hides is not published."""
    files: dict[str, str | bytes] = {
        ".obsidian/app.json": "{}",
        "soirs/quai.md": "# Q\n\nDu bois. %%\ncaché\nici\n%%\n",
    }
    found = read(fill(tmp_path, files), Options())
    assert found.episodes[0].recap.strip() == "Du bois."
    assert "%%\ncaché\nici\n%%" in told(found)


def test_a_date_of_two_readings_is_refused(tmp_path: Path) -> None:
    """``Date: 12/01/2024`` is the date, whatever its capital: the error says which option helps."""
    with pytest.raises(InvalidError) as caught:
        read(fill(tmp_path, {"soirs/quai.md": page("title: Le quai\nDate: 12/01/2024")}), Options())
    assert "--day-first" in str(caught.value.hint)


def test_words_of_inclusive_writing(tmp_path: Path) -> None:
    """``Animateur·rice`` and ``Invité·es`` are words for hosts and guests."""
    text = page("title: Le quai\nAnimateur·rice: Lou Ancre\nInvité·es: [Ida Quille]")
    (episode,) = read(fill(tmp_path, {"soirs/quai.md": text}), Options()).episodes
    assert ([one.name for one in episode.hosts], [one.name for one in episode.guests]) == (
        ["Lou Ancre"],
        ["Ida Quille"],
    )


def test_visibility(tmp_path: Path) -> None:
    """What its site shows to some only is no published episode."""
    (episode,) = read(
        fill(tmp_path, {"soirs/quai.md": page("title: Le quai\nvisibility: private")}), Options()
    ).episodes
    assert (episode.status, episode.extra) == ("draft", {"visibility": "private"})


def test_a_sign_in_the_name_of_a_company(tmp_path: Path) -> None:
    """``Ports & Cie`` in brackets is one organisation; between names alone the sign parts them."""
    files: dict[str, str | bytes] = {
        "soirs/quai.md": page("title: Le quai\nspeaker: Ida Quille (calfate, Quille & Cie)"),
        "soirs/cale.md": page("title: La cale\nspeaker: Ida Quille & Tom Bossoir"),
    }
    episodes = by_slug(read(fill(tmp_path, files), Options()))
    assert names(episodes["quai"].guests) == [("Ida Quille", "calfate", ("Quille & Cie",))]
    assert [one.name for one in episodes["cale"].guests] == ["Ida Quille", "Tom Bossoir"]


SITE = {
    "_config.yml": "title: Les veillées\n",
    "_posts/2020-01-05-le-quai.md": page("layout: post"),
    "about.md": page("layout: page\ntitle: Qui sommes-nous ?\ndate: 2019-01-01"),
    "pages/plan.md": page("title: Venir au quai"),
    "impressum/index.md": page("title: Rechtliches"),
    "rencontres.md": page("layout: page\ntitle: Toutes les rencontres"),
    "contact.md": page("title: Contact\nspeakers: [Ada Brun]\ndate: 2020-02-02"),
    "agenda/mai.md": page("title: Le mois de mai"),
}


def test_pages_about_the_site(tmp_path: Path) -> None:
    """They are no episodes, and told, unless they are asked for; one that names guests is an episode."""
    folder = fill(tmp_path, SITE)
    found = read(folder, Options())
    assert {one.title for one in found.episodes} == {"Le quai", "Contact", "Le mois de mai"}
    assert told(found) >= {"about.md", "pages/plan.md", "impressum/index.md", "rencontres.md"}
    assert len([*read(folder, Options(parameters={"type": "page"})).episodes]) == 7
    with pytest.raises(InvalidError, match="no texts of type 'post'"):
        read(folder, Options(parameters={"type": "post"}))


def test_pages_about_a_site_by_themselves(tmp_path: Path) -> None:
    """Where nothing else is there, or one is named, they are what is wanted."""
    folder = fill(tmp_path, {"index.md": page("title: Le quai"), "about.md": page("title: Le phare")})
    assert len([*read(folder, Options()).episodes]) == 2
    assert len([*read(folder / "about.md", Options()).episodes]) == 1


def test_labels_in_bold_and_tags_under_a_title(tmp_path: Path) -> None:
    """Bear and others have no front matter: tags and labels follow the title."""
    text = "# La pêche à pied\n#rencontres/2022 #mer\n\n**Invité :** Yvon Le Gall\n**Date** : 12/05/2022\n\nSur la plage, des coques.\n"
    (episode,) = read(fill(tmp_path, {"notes/peche.md": text}), Options()).episodes
    assert (episode.title, str(episode.date), episode.tags) == (
        "La pêche à pied",
        "2022-05-12",
        ("rencontres/2022", "mer"),
    )
    assert [one.name for one in episode.guests] == ["Yvon Le Gall"]
    assert episode.recap == "Sur la plage, des coques."


def test_a_graph_of_logseq(tmp_path: Path) -> None:
    """The properties of a page are its front matter; one of type person is a person, whom others name."""
    files = {
        "pages/Soirs___La digue.md": "date:: [[Oct 5th, 2023]]\nintervenante:: [[Ada Brun]]\nlieu:: Brest\n\n- La mer monte.\n",
        "pages/Ada Brun.md": "type:: [[Personne]]\norganisation:: Ports & Cie\n\n- Née à Brest.\n",
    }
    found = read(fill(tmp_path, files), Options())
    (episode,) = found.episodes
    assert (episode.title, str(episode.date), episode.place) == ("La digue", "2023-10-05", "Brest")
    assert [(one.name, one.organisations) for one in episode.guests] == [("Ada Brun", ("Ports & Cie",))]
    assert [one.name for one in found.persons] == ["Ada Brun"]


def test_a_site_of_quarto(tmp_path: Path) -> None:
    """Its texts are Markdown, its title is that of its website, its containers are told."""
    files = {
        "_quarto.yml": "website:\n  title: Le séminaire\nlang: fr\n",
        "index.qmd": page("title: Accueil", "Bienvenue."),
        "bayes.qmd": page("title: Bayes\nspeaker: Ada Brun", "::: {.callout-note}\nÀ retenir. ^b1\n:::"),
    }
    found = read(fill(tmp_path, files), Options())
    assert [one.title for one in found.series] == ["Accueil"]
    (episode,) = found.episodes
    assert (episode.recap, episode.series) == ("À retenir.", "le-seminaire")
    assert told(found) >= {"::: {.callout-note}", "^b1"}


def test_translations_in_folders_of_other_names(tmp_path: Path) -> None:
    """A translation key holds for the whole site."""
    files = {
        "hugo.toml": "title = 'Rund'\ndefaultContentLanguage = 'de'\n",
        "content/de/vortraege/moor.md": page("title: Das Moor\ntranslationKey: moor"),
        "content/fr/exposes/tourbe.md": page("title: La tourbe\ntranslationKey: moor"),
    }
    german, french = sorted(read(fill(tmp_path, files), Options()).episodes, key=lambda one: one.title)
    assert french.translation_of == german.id


def test_a_site_of_vuepress(tmp_path: Path) -> None:
    """The file README.md is the page of its folder, and ``docs`` is no series."""
    files = {
        "docs/.vuepress/config.js": "module.exports = {}",
        "docs/README.md": page("home: true", ""),
        "docs/soirs/README.md": "# Les soirs\n\nUn par saison.\n",
        "docs/soirs/glace.md": page("title: La glace\ninvites: [Ada Brun]"),
    }
    found = read(fill(tmp_path, files), Options())
    assert [(one.slug, one.title, one.introduction) for one in found.series] == [
        ("soirs", "Les soirs", "Un par saison.")
    ]
    assert [(one.series, one.title) for one in found.episodes] == [("soirs", "La glace")]


def test_people_as_sites_write_them(tmp_path: Path) -> None:
    """A name to show, a link with other words, keys with transliterated umlauts and with both genders."""
    files = {
        "_config.yml": "title: Soirs\n",
        "_data/authors.yml": "meg:\n  display_name: Meg Tully\n  role: Beekeeper\n",
        "_events/2021-05-04-bees.md": page("title: Bees\nspeaker: meg"),
        "_events/2021-06-04-wool.md": page("title: Wool\ngaeste: [Ann Lowe]"),
        "_events/2021-07-04-milk.md": page("title: Milk\nReferent*in: Bill Ford"),
        "_events/2021-08-04-hay.md": page('title: Hay\nspeaker: "[[Cyn Dale|Mrs Dale]]"'),
    }
    found = by_slug(read(fill(tmp_path, files), Options()))
    assert names(found["bees"].guests) == [("Meg Tully", "Beekeeper", ())]
    assert [names(found[slug].guests)[0][0] for slug in ("wool", "milk", "hay")] == [
        "Ann Lowe",
        "Bill Ford",
        "Cyn Dale",
    ]
    assert {one.series for one in found.values()} == {"events"}


def test_the_path_of_a_link_is_no_part_of_its_name(tmp_path: Path) -> None:
    """Obsidian may write the folder of the page that is meant."""
    files = {".obsidian/app.json": "{}", "Soirs/La forge.md": page('lieu: "[[Lieux/Forge]]"\ninvité: Ada Brun')}
    (episode,) = read(fill(tmp_path, files), Options()).episodes
    assert episode.place == "Forge"


def test_talk_called_as_a_page_of_a_site_is(tmp_path: Path) -> None:
    """A dated text whose title is also that of a page about a site is an episode; without a date it is left out."""
    folder = fill(
        tmp_path,
        {
            "soiree-1.md": page("title: La mer\ndate: 2024-02-01"),
            "soiree-2.md": page("title: Cookies\ndate: 2024-03-01"),
            "nous.md": page("title: Contact"),
        },
    )
    assert {one.title for one in read(folder, Options()).episodes} == {"La mer", "Cookies"}
