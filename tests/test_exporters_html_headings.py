"""The headings of a recap: anchors of their own, and a table of contents where there are several."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tests.html_site import FIRST, SECOND, publication, read, site
from totem_cli.exporters.html.fragment import prepared
from totem_cli.markup.html import to_html
from totem_cli.markup.tree import parse

PARTS = (
    "## Le port\n\nUn.\n\n### Détail\n\nDeux.\n\n## La *mer* & nous\n\nTrois.\n\n## Le port\n\nQuatre.\n\n## Le port 2"
)


def test_a_long_recap_has_contents() -> None:
    """Its highest headings are listed, and lead to themselves; two that say the same have each their own anchor."""
    made = site(publication(episodes=(replace(FIRST, recap=PARTS), replace(SECOND, recap=PARTS))))
    page = made["marees/01-episode/index.html"]
    listed = [one for one in read(page).values("href") if one.startswith("#recap-")]
    assert listed == ["#recap-le-port", "#recap-la-mer-et-nous", "#recap-le-port-2", "#recap-le-port-2-2"]
    assert {one[1:] for one in listed} | {"recap-detail"} <= set(read(page).values("id"))
    assert "La mer &amp; nous</a>" in page.decode()
    whole = read(made["marees/index.html"]).values("id")
    assert "episode-02-episode-recap-le-port" in whole
    assert len(whole) == len(set(whole))


def test_a_short_recap_has_none() -> None:
    """Two headings need no table; their anchors are there all the same."""
    page = read(site(publication(episodes=(replace(FIRST, recap="## Un\n\nA.\n\n## Deux\n\nB."),)))[
        "marees/01-episode/index.html"])  # fmt: skip
    assert "contents" not in page.values("id")
    assert {"recap-un", "recap-deux"} <= set(page.values("id"))


def test_what_has_no_letters_still_has_an_anchor() -> None:
    """Headings of signs, in another direction, with markup inside."""
    html = '<h2>!</h2>\n<h2 dir="rtl" lang="ar">البحر</h2>\n<h2>?</h2>\n<hr>\n<h3><em>"x"</em></h3>'
    fragment = prepared(parse(html))
    marked, contents = fragment.html("", ids="p-"), fragment.contents("p-")
    assert '<h2 dir="rtl" lang="ar" id="p-recap-البحر">البحر</h2>' in marked
    assert [anchor for anchor, _ in contents] == ["p-recap-", "p-recap-البحر", "p-recap--2"]
    assert '<h3 id="p-recap-x"><em>"x"</em></h3>' in marked


def test_time_grows_with_the_headings() -> None:
    """As many headings of the same words as one likes have ids of their own, and each is tried once."""
    fragment = prepared(parse("<h2>a</h2><h2>a-2</h2>" * 3000))
    ids = [anchor for anchor, _ in fragment.contents("")]
    assert len({*ids}) == len(ids) == 6000
    assert ids[:4] == ["recap-a", "recap-a-2", "recap-a-3", "recap-a-2-2"]


def test_link_that_reads_as_its_address_is_marked() -> None:
    """On paper an address is told once: the style sheet adds it to a link only where the link's text is another."""
    html = to_html("<https://carte.example/a?b=1&c> www.carte.example/ [carte](https://carte.example/)")
    marks = re.findall(r'<a [^>]*?(class="address")?>', prepared(parse(html)).html(""))
    assert [bool(mark) for mark in marks] == [True, True, False]
