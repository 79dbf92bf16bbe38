"""Importing folders as site generators and note-taking programs make them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Shell
from tests.folders import (
    ASTRO,
    ELEVENTY,
    HEXO,
    HUGO,
    JEKYLL,
    MAKES,
    NIKOLA,
    NOTION_EXPORT,
    OBSIDIAN,
    PELICAN,
    PICTURE,
    ZOLA,
    fill,
)
from totem_cli import Archive
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.markdown import read
from totem_cli.importers.notes import Kind
from totem_cli.model.episode import Episode

Files = dict[str, str | bytes]


def told(found: Imported, kind: Kind = Kind.LEFT_OUT) -> set[str]:
    """What the notes of a kind are about."""
    return {note.what for note in found.notes if note.kind == kind}


def by_slug(found: Imported) -> dict[str, Episode]:
    """The episodes by their slugs."""
    return {one.slug: one for one in found.episodes}


def names(people: Any) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Guests with role and organisations."""
    return [(one.name, one.role, one.organisations) for one in people]


def test_jekyll(tmp_path: Path) -> None:
    """Posts of three kinds, drafts, year folders, people by key, the site's title, zone and language."""
    found = read(fill(tmp_path, JEKYLL), Options())
    episodes = by_slug(found)
    assert [(one.slug, one.title, one.language) for one in found.series] == [
        ("les-veillees-du-port", "Les veillées du port", "fr")
    ]
    assert {one.series for one in found.episodes} == {"les-veillees-du-port"}
    assert (episodes["la-grande-digue"].title, episodes["la-grande-digue"].published) == (
        "La grande digue",
        "2016-03-01",
    )
    light = episodes["phare"]
    assert (light.date, light.tags) == ("2017-03-01T19:30:00+01:00", ("mer", "vent", "Vie du port"))
    assert names(light.guests) == [("Ada Brun", "Ingénieure", ("Ports & Cie",))]
    assert light.recap == "Voir [la digue](la-grande-digue.md).\n\n![Un phare](media/images/phare.png)\n\n*De nuit*"
    page = episodes["html"]
    assert (page.status, page.title) == ("published", "Les feux")
    assert page.recap.endswith("Un **feu** et ![x](media/images/phare.png).\n\n<https://www.youtube.com/watch?v=abc>")
    assert episodes["maree"].status == "draft"
    assert [(one.slug, one.biography) for one in found.persons] == [("ada-brun", "Née à Brest.")]
    assert found.media == {"images/phare.png": tmp_path / "images/phare.png"}
    assert told(found) == {"_layouts/", "plugins", "assets/style.css"}
    assert found.settings == {
        "title": "Les veillées du port", "subtitle": "Chaque mois", "language": "fr", "base_url": None,
    }  # fmt: skip


def test_hugo(tmp_path: Path) -> None:
    """Bundles with their pictures, sections, translations, shortcodes; code stays."""
    found = read(fill(tmp_path, HUGO), Options())
    episodes = by_slug(found)
    assert [(one.slug, one.title, one.introduction) for one in found.series] == [
        ("rencontres", "Rencontres", "Tous les mois.")
    ]
    dike = episodes["la-digue"]
    assert (dike.number, dike.published) == (None, "2016-03-28T19:30:00+02:00")
    assert dike.image == "rencontres/2016-03/une.png"
    assert [(one.kind, one.path) for one in dike.media] == [("image", "rencontres/2016-03/reste.png")]
    assert dike.recap == (
        "Voici.\n\n![Affiche](media/rencontres/2016-03/affiche.png)\n\n![Plan](media/rencontres/2016-03/plan.png)\n\n"
        "*Le plan*\n\n<https://vimeo.com/12345>\n\nGardé\n\n```\n{{< code >}}\n```"
    )
    assert len(found.media) == 4
    light, english = episodes["02-phare"], episodes["phare-en"]
    assert (light.status, light.recap) == ("draft", "[la digue](la-digue.md) ")
    assert (english.language, english.translation_of, english.number) == ("en", light.id, None)
    assert told(found) == {
        "params", "width=300", "{{< note >}}", "{{< /note >}}", '{{% shout "fort" %}}', "Meetups\nEach month.",
    }  # fmt: skip


def test_zola(tmp_path: Path) -> None:
    """Fields in its own table, links to content, shortcodes as calls."""
    found = read(fill(tmp_path, ZOLA), Options())
    one = by_slug(found)["a"]
    assert (one.place, one.tags, names(one.guests)) == ("Brest", ("mer",), [("Ada Brun", None, ())])
    assert one.recap == "[suite](b.md)\n\n<https://www.youtube.com/watch?v=abc>\n\nCitation"
    assert told(found) == {"base_url", "class=big", '{% quote(author="Vincent") %}', "{% end %}"}


def test_eleventy(tmp_path: Path) -> None:
    """The values of a folder, and of one text, are those of its texts, where they do not say others."""
    found = read(fill(tmp_path, ELEVENTY), Options())
    one, other = by_slug(found)["x"], by_slug(found)["y"]
    assert (one.place, one.tags, names(one.guests)) == ("Brest", ("exposé",), [("Ada Brun", None, ())])
    assert (other.place, other.guests, one.recap) == ("Quimper", (), "Voici ![Alt](media/talks/a.png)")
    assert told(found) == {"eleventy.config.js"}


def test_pelican(tmp_path: Path) -> None:
    """Header lines, reStructuredText with its fields, addresses with marks; no file is read in, no raw HTML put in."""
    found = read(fill(tmp_path, PELICAN), Options())
    one, text = by_slug(found)["la-houle-au-large"], by_slug(found)["trois"]
    assert {episode.series for episode in found.episodes} == {"le-port"}
    assert (one.title, one.summary, one.status) == ("La houle", "Court et suite", "draft")
    assert (one.published, one.tags) == ("2014-12-04T10:20:00+01:00", ("Vie du port", "mer", "vent fort"))
    assert one.recap == "Voici ![x](media/images/a.png) [suite](deux.md)"
    assert (text.title, text.published, text.place) == ("L’étale", "2014-12-04T19:30:00+01:00", "Brest")
    assert text.recap == (
        "Un _mot_ et [lien](https://x.example).\n\n![A](media/images/a.png)\n\n<https://www.youtube.com/watch?v=abc>\n\n"
        "## Suite\n\n- un\n- deux"
    )
    assert told(found) == {
        "MENU",
        ".. raw:: html\n\n   <b>brut</b>",
        ".. include:: /etc/passwd",
        ".. unknown:: Argument",
    }
    assert "root:" not in text.recap


def test_without_docutils(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra its files are counted and named, with what installs it."""
    monkeypatch.setattr("totem_cli.importers.folder.rst.is_installed", lambda: False)
    fill(tmp_path, PELICAN)
    (note,) = [note for note in read(tmp_path, Options()).notes if "rst" in note.what]
    assert (note.what, note.hint) == ("content/trois.rst", "pip install 'totem-cli[rst]'")
    for path in tmp_path.glob("content/*.md"):
        path.unlink()
    with pytest.raises(InvalidError, match=r"it holds 1 \.png, 1 \.py, 1 \.rst") as raised:
        read(tmp_path, Options())
    assert "totem-cli[rst]" in (raised.value.hint or "")


def test_nikola(tmp_path: Path) -> None:
    """Keys in comments at the top."""
    one, other = read(fill(tmp_path, NIKOLA), Options()).episodes
    assert (one.slug, one.title, one.published, one.recap) == (
        "houle",
        "La houle",
        "2014-12-04T19:30:00+01:00",
        "Voici.",
    )
    assert (other.slug, other.title, other.recap) == ("ressac", "Le ressac", "Fin.")


def test_astro_and_hexo(tmp_path: Path) -> None:
    """MDX's code is told, its words stay; pictures of front matter and of a folder of the text's name."""
    found = read(fill(tmp_path / "astro", ASTRO), Options())
    (one,) = found.episodes
    assert (one.published, one.image, one.recap) == ("2023-10-05", "talks/hero.png", "Voici dedans.")
    assert told(found) == {
        "import Video from '../../Video.astro';", "export const y = 1", '<Video id="abc">', "</Video>",
    }  # fmt: skip
    (one,) = read(fill(tmp_path / "hexo", HEXO), Options()).episodes
    assert (one.series, one.recap) == ("hex", "Voici ![Alt](media/houle/a.png)")


def test_obsidian(tmp_path: Path) -> None:
    """Wiki links, embeds, tags in the text, notes without front matter; a comment is told and not shown."""
    found = read(fill(tmp_path, OBSIDIAN), Options())
    one = by_slug(found)["la-digue"]
    assert (one.title, one.tags, names(one.guests)) == (
        "La digue",
        ("mer", "port", "débat"),
        [("Ada Brun", None, ("Ports & Cie",))],
    )
    assert one.recap == (
        "Avec Ada puis [Le phare › Suite](le-phare.md#Suite). ![](media/attachments/affiche.png) #débat\n\n"
        "> **Important**\n> Voici.\n\n`[[code]]`"
    )
    assert by_slug(found)["le-phare"].recap == "Sans entête. Voir Inconnu."
    assert told(found) == {
        "%%secret%%", "[!info]", "[[Ada Brun|Ada]]", "![[affiche.png|300]]", "[[Inconnu]]", "board.canvas",
    }  # fmt: skip
    assert [one.name for one in found.persons] == ["Ada Brun"]


def test_notion(tmp_path: Path) -> None:
    """Properties under the title and in the table beside; ids are taken off; a row without a page is told."""
    found = read(fill(tmp_path, NOTION_EXPORT), Options())
    one = by_slug(found)["la-digue"]
    assert (one.series, one.title, one.date, one.place) == ("veillees", "La digue", "2023-10-05", "Brest")
    assert (one.tags, names(one.guests), one.extra) == (
        ("mer", "vent"),
        [("Ada Brun", None, ())],
        {"Statut interne": "ok"},
    )
    assert one.recap == "Voici. ![Sans titre](media/veillees/la-digue/untitled.png)\n\nVoir [Le phare](le-phare.md)"
    assert by_slug(found)["le-phare"].recap == "Seulement du texte."
    assert told(found) == {"Orpheline | 2020 | Quimper"}


@pytest.mark.parametrize("make", MAKES)
def test_twice_is_once(tmp_path: Path, make: str) -> None:
    """The same folder again adds and changes nothing."""
    found = read(fill(tmp_path / "source", MAKES[make]), Options())
    archive = Archive.create(tmp_path / "archive", title="Essai")
    into = None if all(one.series for one in found.episodes) else "tout"
    given: dict[str, Any] = {
        "series": found.series, "episodes": found.episodes, "persons": found.persons, "media": found.media,
        "media_root": found.media_root, "locations": found.locations, "into": into,
    }  # fmt: skip
    first = archive.import_(**given)
    assert len(first.added) >= len(list(found.episodes))
    assert archive.import_(**given, if_exists="update").added == ()
    again = archive.import_(**given, if_exists="update")
    assert (again.added, again.updated) == ((), ())
    for name in found.media:
        assert (tmp_path / "archive" / "media" / name).read_bytes().startswith(PICTURE)


def test_pictures_of_one_name(tmp_path: Path) -> None:
    """Pictures of two folders, and of names that differ in case, stay apart; a missing one is told."""
    files: Files = {
        "un/x.md": "---\ntitle: X\nimage: none.png\n---\n![](a.png) [f](/docs/x.pdf) [page](/about/)\n",
        "un/a.png": PICTURE + b"1",
        "deux/x.md": "---\ntitle: X\n---\n![](a.png) ![](A.png) <img src='../un/a.png'>\n\n[r]: b.png\n",
        "deux/a.png": PICTURE + b"2",
        "deux/A.png": PICTURE + b"3",
    }
    found = read(fill(tmp_path, files), Options())
    assert len(found.media) == 3
    assert len({path.read_bytes() for path in found.media.values()}) == 3
    assert told(found) == {"none.png", "/docs/x.pdf", "b.png"}


def test_links_between_texts(tmp_path: Path) -> None:
    """A link to another text leads to the file that it becomes."""
    files: Files = {
        "s/2020-01-01-un.md": "---\ntitle: Un\n---\n[deux](./2020-01-02-deux.md) [x](../t/x.md#a) [rien](zz.md)\n",
        "s/2020-01-02-deux.md": "---\ntitle: Deux\n---\n",
        "t/x.md": "---\ntitle: X\n---\n",
    }
    found = read(fill(tmp_path, files), Options())
    assert by_slug(found)["un"].recap == "[deux](deux.md) [x](../t/x.md#a) [rien](zz.md)"
    assert told(found) == {"zz.md"}


@pytest.mark.parametrize(
    ("text", "recap", "left"),
    [
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}", set()),
        ("{{</* youtube x */>}}", "{{< youtube x >}}", set()),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```", set()),
        ("`{{ x }}` et ``a ` {% b %}``", "`{{ x }}` et ``a ` {% b %}``", set()),
        ("{% for x in y %}{{ x.name }}{% endfor %}", "", {"{% for x in y %}", "{{ x.name }}", "{% endfor %}"}),
        ("![i](a.png){: .center}", "![i](a.png)", {"{: .center}", "a.png"}),
        ("## Titre {#ancre}", "## Titre", {"{#ancre}"}),
        ("{{< gist ada 12 >}}", "<https://gist.github.com/ada/12>", set()),
        ("{% include youtube.html id='abc' %}", "<https://www.youtube.com/watch?v=abc>", set()),
        ("{{ page.title }} !", "La houle !", set()),
        ("{% comment %}non{% endcomment %}oui", "oui", {"{% comment %}non{% endcomment %}"}),
        (":::tip Bon à savoir\nOui\n:::", "**Bon à savoir**\n\nOui", {":::tip", ":::"}),
        ("{{< x", "{{< x", set()),
        ("[a](b(c).html) {% y", "[a](b(c).html) {% y", set()),
    ],
)
def test_tags(text: str, recap: str, left: set[str]) -> None:
    """What Markdown can say is said; every other tag is told whole; what is none stays."""
    found = read(f"---\ntitle: La houle\n---\n{text}\n".encode(), Options(name="x.md"))
    (one,) = found.episodes
    assert (one.recap.strip(), told(found)) == (recap, left)


def test_people_by_key(tmp_path: Path) -> None:
    """Keys of a data file, of a list, of a page of a person; a name that is one stays."""
    files: Files = {
        "_data/speakers.yml": "ada:\n  name: Ada Brun\n  fonction: ingénieure\n  bio: Née à Brest.\n",
        "_data/team.json": '[{"id": "luc", "name": "Luc Mer", "company": "Armement"}]',
        "content/authors/nora/_index.md": "---\ntitle: Nora Le Guen\n---\nBio.\n",
        "talks/x.md": "---\ntitle: X\nspeakers: [ada, {id: luc}, Zoé Tal]\nhosts: nora\n---\n",
    }
    found = read(fill(tmp_path, files), Options())
    (one,) = found.episodes
    assert names(one.guests) == [
        ("Ada Brun", "ingénieure", ()),
        ("Luc Mer", None, ("Armement",)),
        ("Zoé Tal", None, ()),
    ]
    assert names(one.hosts) == [("Nora Le Guen", None, ())]
    assert {(person.name, person.biography) for person in found.persons} == {
        ("Ada Brun", "Née à Brest."), ("Luc Mer", ""), ("Nora Le Guen", "Bio."),
    }  # fmt: skip


def test_what_lies_beside(tmp_path: Path) -> None:
    """Files that front matter names, Hugo's own table, hidden texts, links in hidden folders, the page of an error."""
    files: Files = {
        "content/talks/x.md": "---\ntitle: X\nslides: /slides/x.pdf\nparams:\n  lieu: Brest\n---\n",
        "static/slides/x.pdf": b"%PDF",
        "content/talks/404.html": "---\ntitle: Perdu\n---\n<p>Rien.</p>\n",
        ".trash/y.md": "---\ntitle: Y\n---\n",
        "node_modules/a/README.md": "# A\n",
    }
    fill(tmp_path, files)
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "link").symlink_to(tmp_path)
    found = read(tmp_path, Options())
    one, lost = by_slug(found)["x"], by_slug(found)["perdu"]
    assert ([media.path for media in one.media], one.links, one.place) == (["slides/x.pdf"], (), "Brest")
    assert lost.number is None
    assert told(found) == {".trash/y.md", "node_modules/"}


def test_one_date_decides_the_others(tmp_path: Path) -> None:
    """Of dates that can be read in two ways, the order is that of one that cannot."""
    files: Files = {
        "s/a.md": "---\ntitle: A\nevent date: 5/10/2023\n---\n", "s/b.md": "---\ntitle: B\nevent date: 25/10/2023\n---\n",
    }  # fmt: skip
    assert [one.date for one in read(fill(tmp_path, files), Options()).episodes] == ["2023-10-05", "2023-10-25"]


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "brouillon"])
def test_status(status: str) -> None:
    """What is not public is a draft."""
    (one,) = read(f"---\ntitle: A\nstatus: {status}\n---\n".encode(), Options()).episodes
    assert one.status == "draft"


def test_languages() -> None:
    """Names of languages are languages; what is none is kept and told."""
    for given, tag in {"French": "fr", "fr_FR": "fr-FR", "fr-fr": "fr-FR", "Deutsch": "de", "español": "es"}.items():
        (one,) = read(f"---\ntitle: A\nlanguage: {given}\n---\n".encode(), Options()).episodes
        assert one.language == tag
    found = read(b"---\ntitle: A\nlanguage: martien\n---\n", Options(name="a.md"))
    (one,) = found.episodes
    assert (one.language, one.extra) == (None, {"stated_language": "martien"})
    assert [(note.what, str(note.location)) for note in found.notes] == [("martien", "a.md:3")]


def test_encodings(tmp_path: Path) -> None:
    """UTF-16 by its mark, Windows-1252 as an assumption, any other by the option; a file with NULs is told."""
    text = "---\ntitle: Été\n---\nDéjà – vu\n"
    files: Files = {
        "a.md": text.encode("utf-16"), "b.md": text.encode("cp1252"), "c.md": b"---\ntitle: C\n---\n\0",
    }  # fmt: skip
    found = read(fill(tmp_path, files), Options())
    assert [(one.title, one.recap) for one in found.episodes] == [("Été", "Déjà – vu")] * 2
    assert told(found, Kind.ASSUMED) == {"b.md: Windows-1252"}
    assert told(found) == {"c.md"}
    found = read(text.replace("–", "-").encode("mac-roman"), Options(encoding="mac-roman"))
    assert [one.title for one in found.episodes] == ["Été"]


def test_what_is_no_file(tmp_path: Path) -> None:
    """A FIFO in a folder is told and not waited for; as the source it is refused; so is a device."""
    fill(tmp_path / "in", {"a.md": "---\ntitle: A\n---\n"})
    os.mkfifo(tmp_path / "in" / "b.md")
    found = read(tmp_path / "in", Options())
    assert (len(found.episodes), told(found)) == (1, {"b.md"})
    for source in (tmp_path / "in" / "b.md", Path("/dev/zero")):
        with pytest.raises(InvalidError, match="neither a file nor a folder"):
            read(source, Options())


def test_deep_folders(tmp_path: Path) -> None:
    """Folders below the hundredth are told, and the rest is read."""
    fill(tmp_path, {"a/x.md": "---\ntitle: A\n---\n", "/".join(["d"] * 120) + "/x.md": "---\ntitle: B\n---\n"})
    found = read(tmp_path, Options())
    assert [one.title for one in found.episodes] == ["A"]
    assert any("folders deep" in note.why for note in found.notes)


def test_renamed_file(totem: Shell) -> None:
    """A file under another name is the same episode by its title and date: refused, or left, not doubled."""
    text = "---\ntitle: La digue\ndate: 2020-01-01\n---\nVoici.\n"
    fill(totem.folder / "in", {"digue.md": text})
    totem("init", "a", "--quiet")
    import_ = ("import", "markdown", "in", "--archive", "a", "--series", "tout")
    assert totem(*import_).code == 0
    (totem.folder / "in/digue.md").rename(totem.folder / "in/la-grande-digue.md")
    assert totem(*import_).code == 5
    assert totem(*import_, "--if-exists", "skip").err.endswith("0 added, 0 updated, 1 left as they were\n")


def test_no_series_is_named(totem: Shell) -> None:
    """Files at the top belong to no series: the error says what to add."""
    fill(totem.folder / "in", {"a.md": "---\ntitle: A\n---\n"})
    totem("init", "a", "--quiet")
    done = totem("import", "markdown", "in", "--archive", "a")
    assert (done.code, "--series" in done.err, "slug is empty" in done.err) == (4, True, False)


def test_a_language_that_is_none(totem: Shell) -> None:
    """It is refused in ``set`` and ``add``; check tells one that a file has."""
    totem("init", "a", "--quiet")
    totem("add", "series", "Tout", "--archive", "a", "--quiet")
    totem("add", "episode", "X", "--archive", "a", "--quiet")
    assert totem("set", "episode", "1", "language=martien", "--archive", "a").code == 4
    assert totem("set", "episode", "1", "language=German", "--archive", "a").code == 0
    path = next((totem.folder / "a/series/tout").glob("1-x.md"), None) or next(
        (totem.folder / "a/series/tout").glob("*x.md")
    )
    text = path.read_text("utf-8")
    assert 'language = "de"' in text
    path.write_text(text.replace('"de"', '"martien"'), "utf-8")
    assert "'martien' is no language" in totem("check", "--archive", "a").out
