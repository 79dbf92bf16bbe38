"""The export for WordPress: WXR 1.2."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from msgspec.structs import replace

from tests.html_site import BASE, FIRST, everything, publication
from totem_cli.exporters import Options
from totem_cli.exporters.wxr import export
from totem_cli.model.episode import Episode

WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def channel(*episodes: Episode) -> ET.Element:
    """The channel of the export."""
    given = publication(episodes=episodes) if episodes else publication()
    (page,) = export(given, Options())
    return ET.fromstring(page.render())[0]


def meta(item: ET.Element, key: str) -> list[str | None]:
    """The values of a post's own field."""
    found = item.findall(f"{WP}postmeta")
    return [one.findtext(f"{WP}meta_value") for one in found if one.findtext(f"{WP}meta_key") == key]


def test_a_post() -> None:
    """An episode is a post with its address, dates, series as category, tags, people and questions."""
    item = channel().findall("item")[0]
    assert item.findtext("title") == FIRST.title
    assert item.findtext("guid") == f"urn:uuid:{FIRST.id}"
    assert item.findtext(f"{WP}post_name") == "01-episode"
    assert item.findtext(f"{WP}post_date_gmt") == "2020-04-10 00:00:00"
    assert item.findtext(f"{WP}post_modified_gmt") == "2020-05-01 00:00:00"
    assert item.findtext(f"{WP}status") == "publish"
    assert [(one.get("domain"), one.get("nicename"), one.text) for one in item.findall("category")] == [
        ("category", "marees", "Marées : une saison"),
        ("post_tag", "mer", "Mer"),
        ("post_tag", "climat", "climat"),
    ]
    content = item.findtext(CONTENT) or ""
    assert content.startswith("<p>Avec la rédaction du Phare, Zoé Œuvrard (océanographe, Ifrea et Station bleue)")
    assert f'src="{BASE}/media/port.png"' in content
    assert "<li>Et demain ?</li>" in content


def test_terms() -> None:
    """Every term that a post names is told before, under a number of its own."""
    root = channel()
    told = {one.findtext(f"{WP}category_nicename") for one in root.findall(f"{WP}category")}
    told |= {one.findtext(f"{WP}tag_slug") for one in root.findall(f"{WP}tag")}
    assert {one.get("nicename") for one in root.findall("item/category")} <= told
    numbers = [one.text for one in root.iter(f"{WP}term_id")]
    assert len(set(numbers)) == len(numbers)


def test_redirects() -> None:
    """Old addresses are kept as WordPress keeps them itself, to redirect from."""
    assert meta(channel().findall("item")[0], "_wp_old_slug") == ["ancien", "mer.html", "01-the-sea"]


def test_inert() -> None:
    """No shortcode, no markup from a title, no end of a CDATA section, no line break that WordPress would make."""
    episode = replace(
        FIRST,
        title="<script>x</script> ]]> & [gallery]",
        recap="one\ntwo [embed] ]]>\n\n    code\n    more",
        tags=("a<b",),
    )
    (item,) = channel(episode).findall("item")
    assert item.findtext("title") == "&lt;script&gt;x&lt;/script&gt; ]]&gt; &amp; &#091;gallery]"
    content = item.findtext(CONTENT) or ""
    assert "one two &#091;embed] ]]&gt;" in content
    assert "code\nmore" in content
    assert "[" not in content


def test_nobody_is_reachable() -> None:
    """The one author has no e-mail address, and posts name nobody else."""
    root = channel()
    assert [one.text for one in root.iter(f"{WP}author_email")] == [None]
    assert {one.text for one in root.iter("{http://purl.org/dc/elements/1.1/}creator")} == {"totem"}


def test_comments() -> None:
    """Approved comments are under their post, an answer under what it answers; without any address."""
    (page,) = export(everything(), Options())
    item = ET.fromstring(page.render())[0].findall("item")[0]
    first, second = item.findall(f"{WP}comment")
    assert first.findtext(f"{WP}comment_author") == "Ali"
    assert first.findtext(f"{WP}comment_content") == "<p>Oui !</p>"
    assert first.findtext(f"{WP}comment_date_gmt") == "2021-02-03 00:00:00"
    assert second.findtext(f"{WP}comment_parent") == first.findtext(f"{WP}comment_id")
    assert first.findtext(f"{WP}comment_approved") == "1"
    assert not first.findtext(f"{WP}comment_author_email")
    assert not first.findtext(f"{WP}comment_author_IP")
