"""The HTML site: which pages there are, what they hold."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from zipfile import ZipFile

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.conftest import Shell, not_empty
from tests.html_site import (
    BASE,
    FIRST,
    GONE,
    SEA,
    SECOND,
    SETTINGS,
    commented,
    local_target,
    publication,
    read,
    site,
)
from totem_cli.exporters import Options, find_exporter
from totem_cli.exporters.html import export
from totem_cli.language.labels import label
from totem_cli.model.comment import Comment
from totem_cli.model.person import Person
from totem_cli.model.settings import Comments, Html, Settings, Share
from totem_cli.publishing.page import all_pages

EPISODE = "marees/01-episode/index.html"
PAGES = {
    "404.html",
    "api/index.json",
    "api/marees/01-episode/index.json",
    "api/organisations/le-phare/index.json",
    "api/people/zoe/index.json",
    "api/marees/index.json",
    "atom.xml",
    "feed.json",
    "feed.xml",
    "index.html",
    "marees/atom.xml",
    "marees/feed.json",
    "marees/feed.xml",
    "marees/index.html",
    EPISODE,
    "media/port.png",
    "media/soir 1.mp3",
    "organisations/index.html",
    "organisations/le-phare/index.html",
    "people/blaise-kermadec/index.html",
    "people/index.html",
    "people/zoe/feed.xml",
    "people/zoe/index.html",
    "questions/index.html",
    "robots.txt",
    "search/index.html",
    "sitemap.xml",
    "tags/index.html",
    "tags/mer/atom.xml",
    "tags/mer/index.html",
    "tides/01-the-sea/index.html",
}


def _html(pages: dict[str, bytes]) -> dict[str, bytes]:
    return dict(not_empty((path, page) for path, page in pages.items() if path.endswith(".html")))


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """The site with everything that settings can ask for."""
    return site(publication())


def test_every_kind_of_page(pages: dict[str, bytes]) -> None:
    """Each kind of page is there, and totem finds the exporter by its name."""
    assert set(pages) >= PAGES
    assert any(path.startswith("assets/site.") and path.endswith(".css") for path in pages)
    assert find_exporter("html") is export


def test_no_two_pages_share_a_path() -> None:
    """A path is yielded once."""
    paths = [page.path for page in all_pages(export(publication(), Options()))]
    assert len(paths) == len(set(paths))


def test_links_lead_somewhere(pages: dict[str, bytes]) -> None:
    """Every relative link names a file of the site, and every fragment an id on it."""
    outlines = {path: read(page) for path, page in _html(pages).items()}
    checked = 0
    for path, outline in outlines.items():
        if path == "404.html":
            continue  # may be read anywhere: its links are absolute
        for address in (*outline.values("href"), *outline.values("src")):
            target = local_target(path, address)
            if target:
                checked += 1
                assert target[0] in pages, (path, address)
                if target[1] and target[0] in outlines:
                    assert target[1] in outlines[target[0]].values("id"), (path, address)
    assert checked > 200


def test_heads(pages: dict[str, bytes]) -> None:
    """Each page has a language, title, viewport, one h1, unique ids, and headings that skip no level."""
    for path, page in _html(pages).items():
        outline = read(page)
        assert outline.all("html")[0].attributes["lang"] in ("fr", "en"), path
        assert outline.all("title")[0].text.strip(), path
        assert outline.meta("viewport"), path
        levels = [int(one.tag[1]) for one in outline.elements if one.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
        ids = outline.values("id")
        assert len(ids) == len(set(ids)), path


def test_policy(pages: dict[str, bytes]) -> None:
    """Each page has a strict policy before anything that loads; none has inline style or script, or loads from afar."""
    for path, page in _html(pages).items():
        outline = read(page)
        policy = outline.meta("Content-Security-Policy")
        assert policy is not None, path
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert not [name for name in outline.elements if any(key.startswith("on") for key in name.attributes)], path
        assert not outline.values("style"), path
        for script in outline.all("script"):
            assert script.attributes.get("type") == "application/ld+json" or script.attributes.get("src"), path
        sources = outline.values("src") + [
            link.attributes["href"] for link in outline.all("link") if link.attributes["rel"] == "stylesheet"
        ]
        assert all("//" not in source for source in sources), path


def test_episode(pages: dict[str, bytes]) -> None:
    """An episode's page tells who, what was said and asked, and leads on."""
    text = pages[EPISODE].decode()
    outline = read(pages[EPISODE])
    assert outline.all("h1")[0].text == "Qui regarde la mer 1\u00a0: pêcheurs ou promeneurs\u202f?"
    assert (
        'Avec <a href="../../organisations/le-phare/index.html">la rédaction du Phare</a>, '
        '<a href="../../people/zoe/index.html">Zoé Œuvrard</a> (océanographe, '
        '<a href="../../organisations/ifrea/index.html">Ifrea</a> et '
        '<a href="../../organisations/station-bleue/index.html">Station bleue</a>) et '
        '<a href="../../people/blaise-kermadec/index.html">Blaise Kermadec</a> (pêcheur).'
    ) in text
    assert "Le récit «\u00a0bref\u00a0»\u00a0: la mer monte\u202f!" in text
    assert {"question-1", "question-2"} <= set(outline.values("id"))
    assert "Une voix" in text
    assert [one.attributes["datetime"] for one in outline.all("time")] == ["2020-04-09"]
    assert "../../tags/mer/index.html" in outline.values("href")
    assert "../../marees/02-episode/index.html" in outline.values("href")
    assert "../../media/soir%201.mp3" in outline.values("src")
    assert "../../media/port.png" in outline.values("src")
    assert "../../media/carte.pdf" in outline.values("href")
    assert "https://video.example/1" in outline.values("href")
    assert "Un piège" in text
    assert "javascript:" not in text


def test_share(pages: dict[str, bytes]) -> None:
    """Services are plain links in the order of the settings; without an address of the site only two make sense."""
    everywhere = read(pages[EPISODE]).values("href")
    assert any(address.startswith("https://mastodon.example/share?text=Qui%20regarde") for address in everywhere)
    assert any(address.startswith("https://www.linkedin.com/") for address in everywhere)
    nowhere = site(publication(replace(SETTINGS, base_url=None)))[EPISODE]
    addresses = [one for one in read(nowhere).values("href") if one.startswith(("https:", "mailto:"))]
    assert [one.partition("?")[0] for one in addresses] == [
        "https://video.example/1",
        "https://carte.example/",
        "mailto:",
    ]
    without = site(publication(replace(SETTINGS, share=Share(services=("mastodon",)))))[EPISODE]
    assert b"mastodon" not in without


def test_whole_series_on_one_page(pages: dict[str, bytes]) -> None:
    """The series' page holds its introduction and every recap and question in order, with anchors that do not clash."""
    text = pages["marees/index.html"].decode()
    order = [text.rindex(words) for words in ("Trois soirées", "Le récit «", "Et demain", "récit numéro 2", "mer 3")]
    assert order == sorted(order)
    outline = read(pages["marees/index.html"])
    assert {"episode-01-episode", "episode-01-episode-question-1", "episode-02-episode"} <= set(outline.values("id"))
    assert text.count("la rédaction du Phare") == 4


def test_long_series_has_pages() -> None:
    """More episodes than a page holds make several pages that lead to each other."""
    made = site(publication(replace(SETTINGS, html=Html(page_size=2))))
    assert "marees/page/2/index.html" in made
    assert "marees/page/3/index.html" not in made
    first, second = (read(made[path]) for path in ("marees/index.html", "marees/page/2/index.html"))
    assert "../marees/page/2/index.html" in first.values("href")
    assert "../../../marees/index.html" in second.values("href")
    assert "récit numéro 2" not in made["marees/page/2/index.html"].decode()
    assert [page.all("title")[0].text for page in (first, second)] == [
        "Marées\u00a0: une saison – Le port",
        "Marées\u00a0: une saison (Page 2 sur 2) – Le port",
    ]
    assert "Page 2\u00a0sur\u00a02" in [one.text for one in second.all("span")]
    assert "questions/page/2/index.html" not in made


def test_language(pages: dict[str, bytes]) -> None:
    """A page speaks its episode's language; a list marks titles in another; without words for it, the archive's."""
    english = pages["tides/01-the-sea/index.html"].decode()
    assert '<html lang="en">' in english
    assert "Who watches the sea?" in english
    assert label("with", "en") in english
    assert 'lang="en">Who watches' in pages["index.html"].decode()
    arabic = replace(SEA, language="ar", title="البحر")
    made = site(publication(episodes=(FIRST, arabic)))["tides/01-the-sea/index.html"].decode()
    assert '<html lang="fr">' in made
    assert '<article lang="ar" dir="rtl">' in made
    assert re.search('<p class="standfirst[^"]*" lang="fr" dir="ltr">Avec ', made)


def test_the_contents_of_each_series_have_a_name_of_their_own() -> None:
    """The one page of everything has a list of contents for each series: landmarks with one name are one."""
    fourth = replace(SEA, id="44444444-4444-4444-8444-444444444444", number=2, slug="02-again", title="Again")
    page = site(publication(episodes=(FIRST, SECOND, SEA, fourth)), single=True)["index.html"].decode()
    names = re.findall('<nav class="contents" aria-label="([^"]*)"', page)
    assert names == ["Sommaire : Marées : une saison", "Sommaire : Tides"]


def test_people_and_organisations(pages: dict[str, bytes]) -> None:
    """A person's page has the biography and each appearance with the role of then; an organisation's, its episodes."""
    person = pages["people/zoe/index.html"].decode()
    assert "Elle compte les vagues." in person
    assert person.count("océanographe, Ifrea, Station bleue") == 3
    assert "Z. Œuvrard" in person
    assert "Zoé Œuvrard (océanographe)" in pages["organisations/ifrea/index.html"].decode()


def test_guests_have_portraits() -> None:
    """An episode's page shows the picture and the first words of a guest who has a file, where there is one."""
    zoe = Person(slug="zoe", name="Zoé Œuvrard", image="port.png", biography="Elle compte.\n\nEt recompte.")
    made = site(with_fields(publication(), persons=(zoe, Person(slug="blaise", name="Blaise Kermadec"))))
    text = made[EPISODE].decode().partition('class="portraits"')[2].partition("</section>")[0]
    assert 'href="../../people/zoe/index.html">Zoé Œuvrard</a>' in text
    assert "<p>Elle compte.</p>" in text
    assert "media/port.png" in text
    assert "Et recompte" not in text
    assert "Blaise" not in text
    assert b'class="portraits"' not in made["tides/01-the-sea/index.html"]


def test_questions_have_an_index(pages: dict[str, bytes]) -> None:
    """Every question is listed with a link to where it was asked."""
    addresses = read(pages["questions/index.html"]).values("href")
    assert "../marees/01-episode/index.html#question-2" in addresses
    assert "../tides/01-the-sea/index.html#question-1" in addresses


def test_structured_data(pages: dict[str, bytes]) -> None:
    """JSON-LD tells the episode in its series, guests as roles of then, questions; a podcast needs sound."""
    (script,) = [one for one in read(pages[EPISODE]).all("script") if "src" not in one.attributes]
    data = json.loads(script.text)
    assert data["@type"] == "PodcastEpisode"
    assert data["partOfSeries"]["@type"] == "CreativeWorkSeries"
    assert data["name"] == FIRST.title
    assert data["url"] == f"{BASE}/marees/01-episode/"
    role = data["actor"][0]
    assert role["@type"] == ["Person", "Role"]
    assert (role["name"], role["jobTitle"], role["startDate"]) == ("Zoé Œuvrard", "océanographe", "2020-04-09")
    assert [one["name"] for one in role["affiliation"]] == ["Ifrea", "Station bleue"]
    assert data["contributor"][0]["roleName"] == "host"
    assert data["hasPart"][1]["@type"] == "Question"
    second = read(pages["marees/02-episode/index.html"]).all("script")
    assert json.loads(second[-1].text)["@type"] == "Episode"
    assert all(b"FAQPage" not in page for page in pages.values())


def test_comments_form(pages: dict[str, bytes]) -> None:
    """The form posts to the receiver, names its target, marks what is required, keeps the e-mail private."""
    outline = read(pages[EPISODE])
    (form,) = outline.all("form")
    assert form.attributes["action"] == "https://comments.example/new"
    fields = {one.attributes["name"]: one.attributes for one in outline.elements if "name" in one.attributes}
    assert fields["target"]["value"] == FIRST.id
    assert all("required" in fields[name] for name in ("author", "email", "text"))
    assert "form-action https://comments.example;" in (outline.meta("Content-Security-Policy") or "")
    text = pages[EPISODE].decode()
    assert text.count('<span class="required" aria-hidden="true">*</span>') == 3
    assert label("comment_email_note", "fr") in text
    closed = site(publication(replace(SETTINGS, comments=Comments(receiver="https://comments.example/new"))))
    assert not read(closed[EPISODE]).all("form")
    by_mail = site(publication(replace(SETTINGS, comments=Comments(open=True, mailto="a@b.example"))))
    assert any(address.startswith("mailto:a@b.example?subject=") for address in read(by_mail[EPISODE]).values("href"))


def test_comments() -> None:
    """Approved comments stand under what they are on, answers under what they answer; their authors are only text."""
    first = Comment(id="c1", target=FIRST.id, author="<b>Ali", url="javascript:x()", text="Oui !", date="2021-02-03")
    answer = Comment(id="c2", target=FIRST.id, parent="c1", author="Jo", text="Non.")
    made = site(commented({FIRST.id: (first, answer)}))
    text = made[EPISODE].decode()
    assert text.index("comment-c1") < text.index("comment-c2")
    assert "&lt;b&gt;Ali" in text
    assert "javascript" not in text
    assert "Oui\u202f!" in text
    assert b"comment-c1" not in made["marees/02-episode/index.html"]


def test_redirects(pages: dict[str, bytes]) -> None:
    """An old address leads to the new one; a real page is never replaced."""
    for path, root in (("marees/ancien/index.html", "../../"), ("2019/04/mer.html", "../../")):
        assert f"0; url={root}marees/01-episode/index.html" in (read(pages[path]).meta("refresh") or "")
    assert b"refresh" not in pages["tides/01-the-sea/index.html"]
    assert b"marees/ancien" not in pages["sitemap.xml"]


def test_withdrawn() -> None:
    """Where a withdrawn episode was, a page says so and no more; lists, feeds, search and sitemap do not know it."""
    made = site(with_fields(publication(), withdrawn=(GONE,)))
    page = made["marees/09-retire/index.html"].decode()
    assert "Épisode retiré" in page
    assert read(page.encode()).meta("robots") == "noindex"
    assert "../../marees/index.html" in read(page.encode()).values("href")
    assert "canonical" not in page
    assert [path for path, content in made.items() if b"09-retire" in content] == ["marees/parti/index.html"]
    series = with_fields(publication(episodes=(SEA,)), withdrawn=(replace(GONE, series="away", address="away/1/"),))
    assert "away/1/index.html" in site(series)


def test_withdrawn_never_replaces_a_page() -> None:
    """A page that is published stands, whatever was withdrawn at its address."""
    stone = replace(GONE, address="marees/01-episode/")
    assert FIRST.title.split()[0] in site(with_fields(publication(), withdrawn=(stone,)))[EPISODE].decode()


def test_translations_name_each_other() -> None:
    """Each translation names all in their languages, itself too, and OpenGraph the locale of its words."""
    made = site(publication(episodes=(FIRST, SECOND, replace(SEA, translation_of=FIRST.id))))
    for path in (EPISODE, "tides/01-the-sea/index.html"):
        alternates = {one.attributes["hreflang"]: one.attributes["href"]
                      for one in read(made[path]).all("link") if "hreflang" in one.attributes}  # fmt: skip
        assert alternates == {"fr": f"{BASE}/marees/01-episode/", "en": f"{BASE}/tides/01-the-sea/"}
    assert read(made[EPISODE]).meta("og:locale") == "fr_FR"
    assert read(made["tides/01-the-sea/index.html"]).meta("og:locale") == "en_US"
    assert b"hreflang" not in made["marees/02-episode/index.html"]
    belgian = site(publication(episodes=(replace(FIRST, language="fr-BE"),)))
    assert read(belgian[EPISODE]).meta("og:locale") == "fr_BE"


def test_without_an_address() -> None:
    """Without base_url nothing absolute is claimed: no canonical, no feeds, no sitemap; all else is there."""
    made = site(publication(replace(SETTINGS, base_url=None)))
    assert not [path for path in made if path.endswith(("feed.xml", "atom.xml", "feed.json", "sitemap.xml"))]
    rels = [link.attributes["rel"] for link in read(made[EPISODE]).all("link")]
    assert rels == ["stylesheet", "icon"]
    assert b"archives.example" not in b"".join(made.values())


def test_settings_take_away() -> None:
    """No search and no JSON where the settings say so."""
    made = site(publication(replace(SETTINGS, html=Html(search=False, api=False))))
    assert not [path for path in made if path.startswith(("search/", "api/")) or "search-index" in path]
    assert b"search/index.html" not in made["index.html"]


def test_single_file() -> None:
    """The whole archive in one file: every recap and question, pictures within, and nothing to load."""
    made = site(publication(), single=True)
    assert list(made) == ["index.html"]
    outline, text = read(made["index.html"]), made["index.html"].decode()
    for words in ("Le récit «", "récit numéro 2", "The sea: it rises!", "Et demain", "Zoé Œuvrard (océanographe"):
        assert words in text
    assert not [one for one in outline.all("link") if one.attributes["rel"] != "canonical"]
    assert all(source.startswith("data:image/png") for source in outline.values("src"))
    assert len(outline.values("src")) == 2  # the episode's picture, and the one in its recap
    assert not outline.values("srcset")
    fragments = [address[1:] for address in outline.values("href") if address.startswith("#")]
    assert fragments
    assert set(fragments) <= set(outline.values("id"))
    assert "'sha256-" in (outline.meta("Content-Security-Policy") or "")


def test_small_archives() -> None:
    """An archive with nothing in it, and a series without episodes, still make a whole site."""
    made = site(publication(Settings(), episodes=()))
    assert {"index.html", "marees/index.html", "people/index.html", "search/index.html"} <= set(made)


def test_episode_page_is_light(pages: dict[str, bytes]) -> None:
    """An episode's page with its style sheet and script is under 30 kB."""
    assets = [page for path, page in pages.items() if path.startswith("assets/site.")]
    assert len(pages[EPISODE]) + sum(map(len, assets)) < 30_000


@pytest.mark.parametrize("title", ["Court", "Long " * 40, "L'été & l'eau " * 6, "x" * 300, "<" * 90])
def test_a_tab_says_what_fits(title: str) -> None:
    """The title of a page is cut to what tabs and lists of results show; the page itself says it whole."""
    page = site(publication(episodes=(replace(FIRST, title=title),)))[EPISODE].decode()
    said = page.partition("<title>")[2].partition("</title>")[0]
    assert 0 < len(said) <= 70
    assert said.endswith(" – Le port") == (title == "Court")
    assert read(page.encode()).meta("og:title") == title


@pytest.mark.parametrize("level", [3, 4])
def test_headings_go_down(level: int) -> None:
    """Headings of a recap on a page of several stand where they would if it had been rendered for that page."""
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.structure import SiteStructure
    from totem_cli.exporters.spacing import spaced_html
    from totem_cli.markup.html import to_html

    odd = "# Un\n\n### Deux : vraiment ?\n\n<h1>Trois</h1><hr>\n\n" + "\n\n".join(f"{'#' * n} {n}" for n in range(1, 7))
    for text in (odd, "Rien de tel : <b>non</b>", "`<h2>`\n\n    <h2>code</h2>"):
        site = Site(SiteStructure(publication(episodes=(replace(FIRST, recap=text),))))
        wanted = spaced_html(to_html(text, level), "fr", site.typography)
        assert site.episode_view(0).recap.html("", level=level) == wanted


def test_links_between_files(totem: Shell) -> None:
    """A link to another file of the archive leads to its page, its chapter, or its place on the single page."""
    totem("init", "archive", "--quiet")
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write('base_url = "https://a.example/"\n')
    texts = {
        "s/01-un": "[x](02-deux.md) [y](../t/series.md)",
        "s/02-deux": "Rien.",
        "t/01-ailleurs": "[z](../s/01-un.md)",
    }
    for ref, text in texts.items():
        path = totem.folder / "archive" / "series" / f"{ref}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "series.md").write_text(f'+++\ntitle = "{ref[0]}"\n+++\n', "utf-8")
        path.write_text(f'+++\ntitle = "{ref}"\n+++\n\n{text}\n', "utf-8")
    assert totem("check").out == ""
    assert totem("export", "html", "--output", "site").code == 0
    assert totem("check", "site", "site").code == 0
    page = (totem.folder / "site" / "s" / "01-un" / "index.html").read_text("utf-8")
    assert '<a href="../../s/02-deux/index.html">x</a> <a href="../../t/index.html">y</a>' in page
    totem("export", "html", "--single", "--output", "one")
    page = (totem.folder / "one" / "index.html").read_text("utf-8")
    for target in ("episode-s-02-deux", "series-t", "episode-s-01-un"):
        assert f'<a href="#{target}">' in page
        assert f'id="{target}"' in page
    assert "https://a.example/s/02-deux/" in totem("export", "rss").out
    assert "https://a.example/s/02-deux/" in totem("export", "wxr").out
    totem("export", "epub", "--output", "a.epub")
    with ZipFile(totem.folder / "a.epub") as book:
        chapters = [book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")]
    assert any(re.search(r'<a href="[^":]+\.xhtml[^"]*">x</a>', chapter) for chapter in chapters)
    totem("export", "markdown", "--output", "copy")
    assert "[x](02-deux.md)" in (totem.folder / "copy" / "series" / "s" / "01-un.md").read_text("utf-8")
    totem("export", "markdown", "--for", "hugo", "--output", "hugo")
    assert "[x](/s/02-deux/)" in (totem.folder / "hugo" / "content" / "s" / "01-un.md").read_text("utf-8")
