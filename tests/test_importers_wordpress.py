"""A WordPress export: posts as episodes, once each, and nobody's address."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.wordpress import read
from totem_cli.importers.wordpress.content import post_markdown
from totem_cli.importers.wordpress.items import Attachment, items
from totem_cli.importers.wordpress.posts import comments_of
from totem_cli.model.episode import Episode

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="{scheme}://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="{scheme}://wordpress.org/export/1.2/"><channel>
<title>Le phare &amp;amp; la mer</title><link>https://phare.example</link><description>Des veillées</description>
<language>fr-FR</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login>zoe</wp:author_login><wp:author_email>zoe@secret.example</wp:author_email>
<wp:author_display_name>Zoé</wp:author_display_name></wp:author>
<wp:category><wp:category_nicename>tags</wp:category_nicename><wp:cat_name>Tags</wp:cat_name>
<wp:category_description>Une &lt;b&gt;page&lt;/b&gt;</wp:category_description></wp:category>
"""


def item(number: int = 1, *, content: str = "Texte", more: str = "", **fields: str) -> str:
    """A post as WordPress writes it."""
    known = {
        "title": f"Billet {number}",
        "link": f"https://phare.example/billet-{number}/",
        "guid": f"https://phare.example/?p={number}",
        "dc:creator": "zoe",
        "wp:post_id": str(number),
        "wp:post_date": "2020-05-01 20:30:00",
        "wp:post_date_gmt": "2020-05-01 18:30:00",
        "wp:post_name": f"billet-{number}",
        "wp:status": "publish",
        "wp:post_type": "post",
        "wp:post_password": "",
    } | {key.replace("__", ":"): value for key, value in fields.items()}
    told = "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in known.items())
    return f"<item>{told}<content:encoded><![CDATA[{content}]]></content:encoded>{more}</item>\n"


def export(*found: str, scheme: str = "http") -> bytes:
    """A whole export."""
    return (HEAD.format(scheme=scheme) + "".join(found) + "</channel></rss>").encode()


def term(name: str, domain: str = "category", nicename: str | None = None) -> str:
    """A category or tag of a post."""
    return f'<category domain="{domain}" nicename="{nicename or name.lower()}"><![CDATA[{name}]]></category>'


def meta(key: str, value: str) -> str:
    """A custom field of a post."""
    told = f"<wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value>"
    return f"<wp:postmeta>{told}</wp:postmeta>"


def comment(number: int, approved: str = "1", kind: str = "", author: str = "Inès") -> str:
    """A comment of a post, with the address of who wrote it."""
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>{author}</wp:comment_author>"
        "<wp:comment_author_email>ines@secret.example</wp:comment_author_email>"
        "<wp:comment_author_IP>203.0.113.7</wp:comment_author_IP><wp:comment_author_url>https://ines.example"
        "</wp:comment_author_url><wp:comment_date_gmt>2020-05-02 08:00:00</wp:comment_date_gmt>"
        f"<wp:comment_content>Bien &lt;b&gt;dit&lt;/b&gt;</wp:comment_content><wp:comment_parent>0</wp:comment_parent>"
        f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type></wp:comment>"
    )


def imported(*found: str, scheme: str = "http", **parameters: str) -> Imported:
    """What an export of these items holds."""
    return read(export(*found, scheme=scheme), Options("blog.xml", parameters))


def only(*found: str, **parameters: str) -> Episode:
    """The one episode of an export."""
    (episode,) = imported(*found, **parameters).episodes
    return episode


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_post(scheme: str) -> None:
    """A post becomes an episode: title, slug, dates in UTC, tags, series, author and source, in both namespaces."""
    text = term("Mer") + term("Eau", "post_tag") + "<excerpt:encoded>En <![CDATA[<i>bref</i>]]></excerpt:encoded>"
    found = imported(item(title="L’été &amp; l’eau", more=text), scheme=scheme)
    (episode,) = found.episodes
    assert (episode.title, episode.series, episode.slug) == ("L’été & l’eau", "mer", "billet-1")
    assert (episode.published, episode.date, episode.status) == ("2020-05-01T18:30:00+00:00", None, "published")
    assert (episode.tags, episode.summary, episode.recap) == (("Eau",), "En bref", "Texte")
    assert episode.source == {
        "id": "https://phare.example/?p=1",
        "url": "https://phare.example/billet-1/",
        "author": "Zoé",
    }
    assert episode.extra == {}
    assert [(one.slug, one.title, one.language) for one in found.series] == [("mer", "Mer", "fr-FR")]
    assert episode.hosts == ()


def test_ids_stay() -> None:
    """The id follows from the guid alone, so that a second import finds the first."""
    assert only(item()).id == only(item(title="Autre", post_name="x", more=term("Mer"))).id
    assert only(item()).id != only(item(2)).id


def test_series() -> None:
    """Series are made of first categories, or first tags, or are one; each post is in one of them, once."""
    post = item(more=term("Mer") + term("Ciel") + term("Eau", "post_tag"))
    both = imported(post, item(2))
    assert [(one.series, one.tags) for one in both.episodes] == [("mer", ("Eau", "Ciel")), ("le-phare-et-la-mer", ())]
    assert [one.slug for one in both.series] == ["mer", "le-phare-et-la-mer"]
    assert both.series[1].subtitle == "Des veillées"
    assert (only(post, by="tag").series, only(post, by="none").series) == ("eau", "le-phare-et-la-mer")
    assert only(post, by="tag").tags == ("Mer", "Ciel")
    with pytest.raises(InvalidError, match="'colour'"):
        imported(post, by="colour")


def test_names_that_mean_something_else() -> None:
    """A category may be called as a series may not, a post like a number, two posts alike."""
    found = imported(item(1, more=term("Tags"), wp__post_name="2020-bilan"), item(2, more=term("2020")))
    assert [(one.slug, one.introduction) for one in found.series] == [
        ("tags-series", "Une **page**"),
        ("2020-series", ""),
    ]
    assert [one.slug for one in found.episodes] == ["2020_bilan", "billet-2"]
    twins = imported(item(1, wp__post_name=""), item(2, title="Billet 1", wp__post_name="")).episodes
    assert sorted(one.slug for one in twins) == sorted(f"billet-1-{one.id[:8]}" for one in twins)
    assert only(item(wp__post_name="%c3%a9t%c3%a9")).slug == "ete"
    assert only(item(title="", content="<p>Il était une fois la mer</p>", wp__post_name="")).title == (
        "Il était une fois la mer"
    )


def test_categories_named_twice() -> None:
    """WXR 1.0 writes each category twice, without and with its slug."""
    more = "<category>Mer</category>" + term("Mer", nicename="la-mer") + "<category>Ciel</category>"
    assert (only(item(more=more)).series, only(item(more=more)).tags) == ("la-mer", ("Ciel",))


def test_statuses() -> None:
    """What not everybody could read is a draft; the trash is left out, and said."""
    statuses = ("publish", "draft", "pending", "private", "future", "trash", "auto-draft")
    found = imported(
        *(item(number, wp__status=status) for number, status in enumerate(statuses)),
        item(9, wp__post_password="sésame"),
    )
    assert [one.status for one in found.episodes] == ["published", *["draft"] * 5]
    assert found.unplaced == (
        "blog.xml: left out: 2 posts in the trash",
        "blog.xml: 1 post behind a password: drafts here",
    )


@pytest.mark.parametrize(
    ("gmt", "published", "local", "expected"),
    [
        ("2020-05-01 18:30:00", "x", "x", "2020-05-01T18:30:00+00:00"),
        ("0000-00-00 00:00:00", "Fri, 01 May 2020 18:30:00 +0200", "x", "2020-05-01T18:30:00+02:00"),
        ("0000-00-00 00:00:00", "Mon, 30 Nov -0001 00:00:00 +0000", "2020-05-01 20:30:00", "2020-05-01"),
        ("0000-00-00 00:00:00", "", "0000-00-00 00:00:00", None),
        ("yesterday", "today", "now", None),
    ],
)
def test_dates(gmt: str, published: str, local: str, expected: str | None) -> None:
    """A date has its zone, or is a day; zeros are no date."""
    post = item(wp__post_date_gmt=gmt, pubDate=published, wp__post_date=local)
    assert only(post).published == expected


def test_other_kinds() -> None:
    """Pages come when asked for; everything left out is counted."""
    found = [
        item(),
        item(2, wp__post_type="page"),
        item(3, wp__post_type="nav_menu_item"),
        item(4, more=term("x", "y")),
    ]
    left = imported(*found, item(5, more=meta("humeur", "calme") + meta("_edit", "1")))
    assert len(list(left.episodes)) == 3
    assert left.unplaced == (
        "blog.xml: left out: 1 page; --type page imports pages too",
        "blog.xml: left out, not being posts: 1 nav_menu_item",
        "blog.xml: terms of other taxonomies are left out: 1 y",
        "blog.xml: custom fields are left out: 1 humeur",
    )
    assert len(list(imported(*found, type="page").episodes)) == 3
    assert only(item(), hosts="authors").hosts[0].name == "Zoé"


def test_media() -> None:
    """The featured picture, what is attached and what the podcast plays become links, each once."""
    base = "https://phare.example/media"
    files = [
        item(7, wp__post_type="attachment", wp__attachment_url=f"{base}/a.jpg", wp__post_parent="0"),
        item(8, wp__post_type="attachment", wp__attachment_url=f"{base}/b.mp3", wp__post_parent="1"),
        item(9, wp__post_type="attachment", wp__attachment_url=f"{base}/c.pdf", wp__post_parent="404"),
    ]
    files[0] = files[0].replace("</item>", meta("_wp_attachment_image_alt", "La mer") + "</item>")
    enclosure = f'{base}/d.mp3\n123\naudio/mpeg\na:1:{{s:8:"duration";s:8:"01:02:03";}}'
    found = imported(item(more=meta("_thumbnail_id", "7") + meta("enclosure", enclosure)), *files)
    (episode,) = found.episodes
    assert [(one.kind, one.url, one.alt, one.bytes, one.duration) for one in episode.media] == [
        ("image", f"{base}/a.jpg", "La mer", None, None),
        ("audio", f"{base}/b.mp3", None, None, None),
        ("audio", f"{base}/d.mp3", None, 123, "PT1H2M3S"),
    ]
    assert found.unplaced == ("blog.xml: left out: 1 attachment of no imported post",)


def test_nobody_is_betrayed() -> None:
    """No e-mail address and no IP, of authors or commenters, is in anything that comes out."""
    post = item(more=comment(1) + comment(2, "0") + comment(3, kind="pingback"), dc__creator="zoe@secret.example")
    found = imported(post)
    assert "secret.example" not in repr((found, list(found.episodes)))
    assert "secret.example" not in repr(list(found.comments))
    assert found.unplaced == ("blog.xml: left out among the comments: 1 pingbacks",)


def test_comments() -> None:
    """Comments that people wrote are read, approved or pending, without their addresses."""
    more = comment(1) + comment(2, "0", author="x@secret.example") + comment(3, "spam") + comment(4, kind="trackback")
    post = next(one for one in items(export(item(more=more)), Options()) if one.name == "item")
    first, second = comments_of(post, "https://phare.example/?p=1")
    assert (first.target, list(imported(item(more=more)).comments)) == (only(item(more=more)).id, [first, second])
    assert (first.author, first.status, first.text, first.parent) == ("Inès", "approved", "Bien **dit**", None)
    assert (first.url, first.date) == ("https://ines.example", "2020-05-02T08:00:00+00:00")
    assert (second.author, second.status) == ("", "pending")
    assert "secret" not in repr((first, second))
    assert "203.0.113" not in repr((first, second))


FILES = {
    "5": Attachment("https://m.example/a.jpg", "Une mer", "1"),
    "6": Attachment("https://m.example/b.mp3", "", "1"),
}

TEXTS = {
    "Un\ndeux\n\n<b>trois</b>": "Un\\\ndeux\n\n**trois**",
    "<!-- wp:paragraph -->\n<p>Un\ndeux</p>\n<!-- /wp:paragraph -->": "Un deux",
    "avant\nmoi\n<!-- wp:heading --><h2>Ti</h2><!-- /wp:heading -->\naprès\nmoi": (
        "avant\\\nmoi\n\n## Ti\n\naprès\\\nmoi"
    ),
    '<!-- wp:latest-posts {"a":"b"} /-->': "",
    "<!-- wp:freeform -->a\nb<!-- /wp:freeform -->": "a\\\nb",
    "a<!--more-->b": "ab",
    '[caption id="x" width="9"]<a href="https://l.example"><img src="https://m.example/a.jpg" alt="A" /></a> La '
    "[mer][/caption]": "[![A](https://m.example/a.jpg)](https://l.example)\n\n_La [mer]_",
    '[gallery ids="5,404"]': "![Une mer](https://m.example/a.jpg)",
    "[gallery]": "![Une mer](https://m.example/a.jpg)",
    "[playlist]": "<https://m.example/b.mp3>",
    '[audio mp3="https://m.example/c.mp3"][/audio]': "<https://m.example/c.mp3>",
    "[audio]": "<https://m.example/b.mp3>",
    "[embed]https://v.example/1[/embed]": "<https://v.example/1>",
    '[sourcecode language="py"]a = 1[/sourcecode]': "```py\na = 1\n```",
    "[[gallery]] et [contact-form to='x']": "[gallery] et [contact-form to='x']",
    "<pre>[gallery]</pre>": "```\n[gallery]\n```",
    "[caption]seul": "[caption]seul",
    '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://v.example/2\n</div></figure>': (
        "<https://v.example/2>"
    ),
}


@pytest.mark.parametrize("html", TEXTS)
def test_content(html: str) -> None:
    """Blocks, the classic editor's line ends and WordPress's shortcodes become Markdown."""
    assert post_markdown(html, "", FILES, ("5", "6")) == TEXTS[html]


def test_footnotes() -> None:
    """The block editor's footnotes are Markdown's."""
    html = '<!-- wp:paragraph --><p>Un<sup data-fn="k" class="fn"><a href="#k">1</a></sup>.</p><!-- /wp:paragraph -->'
    notes = '[{"id":"k","content":"Une <em>note</em>"}]'
    assert post_markdown(html, "", {}, (), notes) == "Un[^1].\n\n[^1]: Une _note_"
    assert post_markdown(html, "", {}, (), "{") == "Un<sup>[1](#k)</sup>."


def test_what_is_no_export() -> None:
    """A feed is no export, half an export is refused with its place, before anything comes out."""
    with pytest.raises(InvalidError, match="not a WordPress export"):
        read(b"<rss><channel><item><title>a</title></item></channel></rss>", Options())
    with pytest.raises(InvalidError, match="ends in the middle of <channel>") as caught:
        read(export(item()).replace(b"</channel></rss>", b""), Options("blog.xml"))
    assert caught.value.location
    assert caught.value.location.line == HEAD.count("\n") + 2


def test_archive(tmp_path: Path) -> None:
    """Taken into an archive twice, an export makes no duplicates; changed, it updates."""
    posts = [item(number, more=term("Mer")) for number in range(1, 4)]
    with Archive.create(tmp_path / "a", title="A") as archive:

        def take(*found: str, if_exists: str) -> tuple[int, int, int]:
            read = imported(*found)
            taken = archive.import_(series=read.series, episodes=read.episodes, if_exists=if_exists)  # type: ignore[arg-type]
            return len(taken.added), len(taken.updated), len(taken.skipped)

        assert take(*posts, if_exists="error") == (4, 0, 0)
        assert take(*posts, if_exists="skip") == (0, 0, 3)
        assert take(*posts, if_exists="update") == (0, 0, 3)
        assert take(item(4, more=term("Mer")), item(1, content="Neuf", more=term("Mer")), if_exists="update") == (
            1,
            1,
            0,
        )
    files = sorted(path.name for path in (tmp_path / "a" / "series" / "mer").iterdir())
    assert files == ["billet-1.md", "billet-2.md", "billet-3.md", "billet-4.md", "series.md"]


REAL = {
    "themeunittestdata.wordpress.xml": ({"published": 55, "draft": 3}, 79, {"approved": 23, "pending": 1}),
    "64-block-test-data.xml": ({"published": 61}, 62, {"approved": 2}),
}


@pytest.mark.parametrize("name", REAL)
def test_real_exports(name: str, real_data: Path) -> None:
    """WordPress's own test exports: every post, page and comment is accounted for, no address comes out."""
    statuses, with_pages, comments = REAL[name]
    found = read(real_data / "wxr" / name, Options())
    episodes = list(found.episodes)
    assert Counter(one.status for one in episodes) == statuses
    assert len({one.id for one in episodes}) == len(episodes) == len({(one.series, one.slug) for one in episodes})
    assert len(list(read(real_data / "wxr" / name, Options(parameters={"type": "page"})).episodes)) == with_pages
    assert Counter(one.status for one in found.comments) == comments
    assert {one.target for one in found.comments} <= {one.id for one in episodes}
    assert "@example.org" not in repr(list(found.comments))
    assert "@example.org" not in repr(episodes)


def test_comments_come_along(totem: Shell) -> None:
    """Comments are taken in with their posts, once; and from the exports of that archive into another, the same."""
    more = comment(1) + comment(2, "0") + comment(3, "spam")
    (totem.folder / "blog.xml").write_bytes(export(item(more=more + term("Mer"))))
    assert totem("init", "a").code == totem("import", "wordpress", "blog.xml", "--archive", "a").code == 0
    held = totem("list", "comments", "--archive", "a", "--status", "all", "--fields", "author,status,text,date")
    assert len(held.out.splitlines()) == 3
    again = totem("import", "wordpress", "blog.xml", "--archive", "a", "--if-exists", "update")
    assert again.err.endswith("0 added, 0 updated, 3 left as they were\n")
    first = totem("list", "comments", "--archive", "a", "--status", "approved", "--json").out
    for form, source in (("json", "a.json"), ("markdown", "a-md")):
        assert totem("export", form, "--archive", "a", "--output", source).code == 0
        copy = f"copy-{form}"
        assert totem("init", copy).code == totem("import", form, source, "--archive", copy, "--strict").code == 0
        assert totem("list", "comments", "--archive", copy, "--json").out == first
