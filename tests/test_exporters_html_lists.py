"""The pages that list: people and tags by their letters, many series by year, a person's roles, contents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from tests.html_site import FIRST, SEA, SECOND, SERIES, SETTINGS, THIRD, ZOE, keys, publication, read, site
from tests.publications import of
from totem_cli.archive.publication import Publication
from totem_cli.exporters.unlabelled import link_name, media_name
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Link, Media
from totem_cli.model.person import Person
from totem_cli.model.query import Query
from totem_cli.model.settings import Html


def _with(one: Episode, **fields: Any) -> Episode:
    return Episode(**{name: getattr(one, name) for name in one.__struct_fields__} | fields)


def _guests(*names: str) -> tuple[Appearance, ...]:
    return tuple(Appearance(name=name) for name in names)


def _text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.decode()))


def _lines(page: bytes) -> list[str]:
    """The headings and the lines of an alphabetical list."""
    main = page.decode().partition("<main")[2].partition("</header>")[2].partition("</main>")[0]
    found = re.findall(r"<h2>(.*?)</h2>|<li><a href=\"[^#\"]*\">(.*?)</a>", main)
    return [heading or line for heading, line in found]


def test_each_letter_once() -> None:
    """Names that begin with a sign stand together, before the letters."""
    named = _with(FIRST, tags=("#mer", "Abri", "marée", "@port", "Écluse", "3D"), guests=_guests("@ada", "Ada", "Bo"))
    pages = site(publication(episodes=(named,)))
    assert _lines(pages["tags/index.html"]) == ["#", "3D", "#mer", "@port", "A", "Abri", "E", "Écluse", "M", "marée"]
    people = _lines(pages["people/index.html"])
    assert people[:5] == ["#", "@ada", "A", "Ada", "B"]


def test_people_by_family_name() -> None:
    """The family name is in bold; a file's sort name goes first; the setting sorts names as they are written."""
    named = _with(FIRST, hosts=(), guests=_guests("Charles de Brun", "Platon", "Ada Œuvrard", "Jo Le Goff"))
    persons = (Person(slug="jo", name="Jo Le Goff", sort_name="Goff, Jo Le"),)
    whole = of(SETTINGS, (SERIES,), (named,), persons)
    assert _lines(site(whole)["people/index.html"]) == [
        "B", "Charles de <b>Brun</b>", "G", "Jo Le <b>Goff</b>", "O", "Ada <b>Œuvrard</b>", "P", "Platon",
    ]  # fmt: skip
    given = replace(whole, settings=replace(SETTINGS, html=Html(people_order="given")))
    assert _lines(site(given)["people/index.html"]) == [
        "A", "Ada Œuvrard", "C", "Charles de Brun", "J", "Jo Le Goff", "P", "Platon",
    ]  # fmt: skip


def test_roles_in_order_of_time() -> None:
    """A person's page tells the roles from the first to the last, whatever the numbers; the undated come last."""
    later = _with(FIRST, guests=(replace(ZOE, role="directrice"),), date="2021-01-01")
    sooner = _with(SECOND, guests=(replace(ZOE, role="stagiaire"),), date="2019-01-01")
    never = _with(THIRD, guests=(replace(ZOE, role="invitée"),), date=None)
    pages = site(publication(episodes=(later, sooner, never)))
    page = pages["people/zoe/index.html"].decode()
    head, _, rest = page.partition("</header>\n<div")
    for part in (head, rest):
        places = [part.index(role) for role in ("stagiaire", "directrice", "invitée")]
        assert places == sorted(places)
    assert "directrice" in _text(pages["people/index.html"])


def test_tags_and_organisations_in_order_of_time() -> None:
    """The pages of a tag and of an organisation tell how many episodes, from the first to the last."""
    later = _with(FIRST, tags=("mer",), date="2021-01-01")
    sooner = _with(SECOND, tags=("mer",), date="2019-01-01")
    never = _with(THIRD, tags=("mer",), date=None)
    pages = site(publication(episodes=(later, sooner, never)))
    for path in ("tags/mer/index.html", "organisations/station-bleue/index.html"):
        page = pages[path].decode()
        places = [page.index(f"/{one.slug}/") for one in (sooner, later, never)]
        assert places == sorted(places)
        assert '<p class="kicker"><span>3\u00a0épisodes</span></p>' in page


def test_contents_tell_who_when_and_how_long() -> None:
    """A series' contents have the date, the duration and the guests of each episode; of many guests the first."""
    many = _guests(*(f"Voix {number}" for number in range(300)))
    pages = site(publication(episodes=(_with(FIRST, duration="PT1H5M"), _with(SECOND, guests=many))))
    contents = pages["marees/index.html"].decode().partition('<nav class="contents"')[2].partition("</nav>")[0]
    text = _text(contents.encode())
    assert "9 avril 2020" in text
    assert "1 h 05" in text.replace("\xa0", " ")
    assert "Zoé Œuvrard, Blaise Kermadec" in text
    assert "Voix 4 et 295 autres" in text
    assert "Voix 5" not in text


def test_a_crowd_unfolds() -> None:
    """Of 300 guests an episode's page names the first; all of them are there, with their roles."""
    many = tuple(Appearance(name=f"Voix {number}", role="chant") for number in range(300))
    page = site(publication(episodes=(_with(FIRST, guests=many),)))["marees/01-episode/index.html"].decode()
    summary, _, rest = page.partition("<summary>")[2].partition("</summary>")
    assert _text(summary.encode()) == "Avec la rédaction du Phare, Voix 0, Voix 1, Voix 2, Voix 3 et 296 autres"
    assert rest.partition("</details>")[0].count("(chant)") == 300


@pytest.mark.parametrize(
    ("media", "name"),
    [
        ({"url": "https://www.youtube.com/watch?v=1"}, "Vidéo, youtube.com"),
        ({"kind": "video", "url": "https://media.ccc.example/v/1"}, "Vidéo, media.ccc.example"),
        ({"url": "https://sons.example/1.mp3"}, "Audio, sons.example"),
        ({"kind": "slides", "url": "https://speakerdeck.com/a/b"}, "Diapositives, speakerdeck.com"),
        ({"url": "https://www.slideshare.net/a"}, "Diapositives, slideshare.net"),
        ({"type": "video/webm", "url": "https://a.example/watch"}, "Vidéo, a.example"),
        ({"kind": "dessin", "url": "https://a.example/x"}, "Dessin, a.example"),
        ({"url": "https://a.example/watch"}, "a.example"),
        ({"path": "soir 1.mp3"}, "Audio, soir 1.mp3"),
        ({"kind": "video", "url": "https://a.example/", "alt": "Le soir"}, "Le soir"),
        ({"url": "http://[broken/"}, "http://[broken/"),
    ],
)
def test_a_medium_without_a_label(media: dict[str, str], name: str) -> None:
    """It is named by what it is and where."""
    assert media_name(Media(**media), "fr") == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.carte.example/port/", "carte.example/port"),
        ("https://carte.example/watch?v=1", "carte.example/watch"),
        ("https://carte.example/" + "x" * 60, "carte.example"),
        ("javascript:alert(1)", "alert(1)"),
    ],
)
def test_a_link_without_a_label(url: str, name: str) -> None:
    """It is named by its address as people say it."""
    assert link_name(Link(url=url)) == name


def _series(count: int, *, day: int = 1) -> Publication:
    """So many series of one episode: years from 2000 on, the last one undated, and one without an episode."""
    homes = [
        replace(SERIES, id=f"1111111{n:x}-1111-4111-8111-111111111111", slug=f"s{n:02}", title=f"Quai {n}")
        for n in range(count)
    ]
    episodes = [
        _with(
            SEA,
            id=f"4444444{n:x}-4444-4444-8444-444444444444",
            series=home.slug,
            date=f"{2000 + n // 2}-01-{day:02}" if n < count - 2 else None,
        )
        for n, home in enumerate(homes[:-1])
    ]
    return of(SETTINGS, homes, episodes)


def test_many_series_are_listed_by_year() -> None:
    """The newest first, with their dates and counts, the undated last; the home page then has a search."""
    home = site(_series(14))["index.html"]
    titles = re.findall(r"<h3>(.*?)</h3>|Quai (\d+)</a>\n<p class=\"note\">(.*?)</p>", home.decode())
    assert [year or int(number) for year, number, _ in titles][:6] == ["2005", 11, 10, "2004", 9, 8]
    assert [year or int(number) for year, number, _ in titles][-3:] == ["Sans date", 12, 13]
    assert titles[1][2] == "<span>1er\u00a0janvier\u00a02005</span><span>1\u00a0épisode</span>"
    (form,) = read(home).all("form")
    assert form.attributes["action"] == "search/index.html"
    assert "form-action 'self'" in home.decode()


def test_few_series_are_shown_whole() -> None:
    """Up to twelve series, the home page shows each with its introduction, without a search."""
    home = site(_series(12))["index.html"].decode()
    assert "<h3>2005</h3>" not in home
    assert "Trois soirées au port." in home
    assert "<form" not in home
    assert "form-action 'none'" in home


def test_no_search_no_form() -> None:
    """Where the site has no search page, no form leads there."""
    home = site(replace(_series(14), settings=replace(SETTINGS, html=Html(search=False))))["index.html"].decode()
    assert "<form" not in home


def test_the_home_page_is_made_again_when_a_date_of_a_series_changes() -> None:
    """Also of a series that is not among the newest, and only then."""
    whole = _series(20)
    moved = [_with(one, date="2000-01-09") if one.date == "2000-01-01" else one for one in whole.episodes]
    other = of(SETTINGS, whole.series, moved)
    assert site(whole)["index.html"] != site(other)["index.html"]
    assert keys(whole)["index.html"] != keys(other)["index.html"]


def test_dates_order_a_series_without_numbers() -> None:
    """By date whatever the file is called, the undated last, the numbered before; in every order by number, too."""
    told = [("b", "2021-05", None), ("c", "2020", None), ("a", None, None), ("d", "2020-02-01", None), ("z", None, 1)]
    episodes = [
        _with(SEA, id=f"id-{slug}", slug=slug, number=number, date=date, published=None) for slug, date, number in told
    ]
    for sort in (None, "series", "number"):
        assert [one.slug for one in Query(sort=sort).order(episodes)] == ["z", "c", "d", "b", "a"]
