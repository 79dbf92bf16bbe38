"""Addresses of content in every export that rewrites them: none becomes a script, or leads away, by being joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from tests.conftest import not_empty
from tests.html_site import BASE, FIRST, SETTINGS, publication, site
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, find_exporter
from totem_cli.exporters.book import Book
from totem_cli.exporters.generators import DIALECTS
from totem_cli.exporters.html.fragment import prepared
from totem_cli.exporters.prose import Content, Node
from totem_cli.markup.html import sanitise_html, to_html
from totem_cli.markup.tree import parse
from totem_cli.publishing.page import all_pages

SCHEMES = (
    "javascript:",
    "JavaScript:",
    "data:text/html,",
    "vbscript:",
    "file:///etc/",
    "https://tracker.example/",
    "x:",
)
PREFIXES = ("./", "../", ".././", ".//./", "/", "/./", "///", ".\\", "./../..//")
SPELLINGS = (
    "{}",
    " {}",
    "&#9;{}",
    "&#1;{}",
    "&#x20;{}",
    "%09{}",
    "%2e/{}",
    "./&#10;{}",
)
HIDDEN = (
    "./java&#9;script:alert(1)",
    "./java&#10;script:alert(1)",
    "./javascript&colon;alert(1)",
    "./&#106;avascript:alert(1)",
    "./javascript%3Aalert(1)",
    "./java%73cript:alert(1)",
    ".&#47;javascript:alert(1)",
    "./javascript&amp;colon;alert(1)",
)
ATTACKS = [
    *(prefix + spelling.format(scheme + "1") for prefix, spelling, scheme in product(PREFIXES, SPELLINGS, SCHEMES)),
    *HIDDEN,
]
AS_HTML = "\n\n".join(f'<a href="{one}">a</a> <img src="{one}" alt="i">' for one in ATTACKS)
AS_MARKDOWN = "\n\n".join(f"[a](<{one}>) ![i](<{one}>)" for one in ATTACKS)
# what content alone cannot hold: links to other sites are allowed, but these were written as paths
BAD = re.compile(r"(?:(?!https?:|mailto:|tel:)[a-z][a-z0-9+.-]*:|https?:[/\\]*tracker|[/\\]{2})", re.IGNORECASE)
OWN = re.compile(r"data:image/(?:svg\+xml|png|jpeg)[;,]|urn:uuid:")


def rebase(html: str, root: str, page: str = "") -> str:
    """The HTML as it is where ``root`` leads to the site's root, and ``page`` to the page."""
    return prepared(parse(html)).html(root, page)


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "action", "poster")]


def addresses(html: str) -> list[str]:
    """Every address in HTML, as a browser reads it (URL Standard, 4.4)."""
    reader = _Addresses()
    reader.feed(html)
    reader.close()
    return [re.sub("[\t\n\r]", "", one.strip("".join(map(chr, range(33))))) for one in reader.found]


def bad(found: Iterable[str]) -> list[str]:
    """Those that run something, or lead to where only a path was written."""
    return [one for one in found if BAD.match(one) and not OWN.match(one)]


@pytest.fixture(scope="module", params=[AS_HTML, AS_MARKDOWN], ids=["html", "markdown"])
def recap(request: pytest.FixtureRequest) -> str:
    """A recap that holds every attack."""
    text: str = request.param
    return text


def given(recap: str, base_url: str | None = BASE) -> Publication:
    """A publication whose series, too, says what the recap does."""
    made = publication(replace(SETTINGS, base_url=base_url), (replace(FIRST, recap=recap, links=()),))
    return replace(made, series=tuple(replace(one, introduction=recap) for one in made.series))


@pytest.mark.parametrize("base_url", [None, BASE])
@pytest.mark.parametrize("single", [False, True])
def test_the_site(recap: str, base_url: str | None, *, single: bool) -> None:
    """Neither a page of the site nor the one file, where the root is the page itself."""
    pages = site(given(recap, base_url), single=single)
    found = {path: bad(addresses(page.decode())) for path, page in pages.items() if path.endswith(".html")}
    assert {path: those for path, those in found.items() if those} == {}
    assert b"alert(1)" in b"".join(pages.values())


@pytest.mark.parametrize("format_", ["rss", "atom", "jsonfeed", "wxr"])
def test_feeds_and_wordpress(recap: str, format_: str) -> None:
    """HTML that is written for elsewhere, where every address is absolute."""
    (page,) = find_exporter(format_)(given(recap), Options())
    text = page.render().decode()
    texts = (
        [text.encode().decode("unicode_escape")]
        if format_ == "jsonfeed"
        else [words for one in ET.fromstring(text).iter() if (words := one.text) and "href=" in words]
    )
    assert texts
    assert [one for words in texts for one in bad(addresses(words))] == []


def test_books(recap: str) -> None:
    """EPUB and PDF are made of the same tree."""

    def links(contents: Iterable[Content]) -> Iterator[str]:
        for one in contents:
            if isinstance(one, Node):
                yield from [one.attributes["href"]] if "href" in one.attributes else []
                yield from links(one.children)

    for base_url in (None, BASE):
        book = Book(given(recap, base_url))
        found = [one for part in book.parts for chapter in part.chapters for one in links(chapter.recap)]
        found += [one for part in book.parts for one in links(part.introduction)]
        assert bad(found) == []


@pytest.mark.parametrize("generator", sorted(DIALECTS))
def test_other_generators(recap: str, generator: str) -> None:
    """What a generator renders is no script. HTML is shown as words; a web address in them may be a link."""
    pages = all_pages(find_exporter("markdown")(given(recap), Options(parameters={"for": generator})))
    for page in not_empty(page for page in pages if page.path.endswith(".md")):
        html = to_html(page.render().decode().rpartition("\n---\n")[2].rpartition("\n+++\n")[2])
        assert [one for one in bad(addresses(html)) if not one.startswith("https://tracker")] == []


@pytest.mark.parametrize("root", ["", "../", "../../", "https://a.example/", "https://a.example/x?a=1&b=2/"])
@pytest.mark.parametrize("attack", [*HIDDEN, *(prefix + scheme + "1" for prefix in PREFIXES for scheme in SCHEMES)])
def test_an_address_leads_away_only_where_the_root_does(attack: str, root: str) -> None:
    """Joined to any root, what was written as a path is one; what is joined again stays one."""
    once = rebase(sanitise_html(f'<a href="{attack}">a</a><img src="{attack}" alt="i">'), root)
    found = addresses(once)
    assert bad(found) == []
    if not root:
        assert rebase(once, root) == once
    if root.startswith("https:") and not attack.startswith("//"):  # which is https:// in itself
        assert all(one.startswith("https://a.example/") for one in found)


@pytest.mark.parametrize("root", ["", "../", "https://a.example/"])
def test_words_of_an_attribute_are_no_address(root: str) -> None:
    """A title that looks like an attribute is not taken for one: the address after it is the one that is joined."""
    html = sanitise_html('<a title=" href=" href="./javascript:alert(1)">a</a>')
    found = rebase(html, root)
    assert 'title=" href="' in found
    assert f'href="{root or "./"}javascript:alert(1)"' in found


def test_a_base_is_written_as_a_value() -> None:
    """What the settings say of the site's address opens no tag."""
    assert rebase('<a href="x">a</a> <a href="#b">b</a>', 'https://a/?"><b>', 'https://a/?"><i>') == (
        '<a href="https://a/?&quot;&gt;&lt;b&gt;x">a</a> <a href="https://a/?&quot;&gt;&lt;i&gt;#b">b</a>'
    )


@pytest.mark.parametrize("base_url", ["javascript:alert(1)//", "data:text/html,x", "java\tscript:alert(1)//"])
def test_a_base_that_is_a_script_is_none(base_url: str) -> None:
    """An archive that comes from elsewhere may say anything of where its site will be."""
    pages = site(given("Un [lien](marees/).", base_url))
    for path in not_empty(path for path in pages if path.endswith(".html")):
        assert bad(addresses(pages[path].decode())) == []
