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


def told(found: Imported) -> dict[str, tuple[str, int]]:
    """The notes of an import but for those about the export itself: what each is about, with reason and count."""
    usual = ("wp:author_email", "wp:wxr_version", "category_description", "attachment > content:encoded")
    return {note.what: (note.why, note.count) for note in found.notes if note.what not in usual}


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
    assert told(found) == {
        "trash": ("posts in the trash are not imported", 2),
        "Tags": ("of the site (category), and no imported post has it", 1),
        "wp:post_password": ("a post behind a password is a draft", 1),
    }


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
    assert told(left) == {
        "page": ("items of this type are no posts", 1),
        "Tags": ("of the site (category), and no imported post has it", 1),
        "nav_menu_item": ("items of this type are no posts", 1),
        "_edit": ("it is a field of WordPress or of a plugin", 1),
    }
    assert "--type page imports them too" in {note.hint for note in left.notes}
    assert [one.extra for one in left.episodes] == [{}, {"y": ["x"]}, {"humeur": "calme"}]
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
    assert told(found) == {
        "attachment": ("these files are of no imported post", 1),
        "attachment > title": ("of a file, its address and alt text are read", 3),
        "Tags": ("of the site (category), and no imported post has it", 1),
    }


EVENTS = {
    "tribe_events": {
        "_EventStartDate": "2019-04-01 19:30:00",
        "_EventEndDate": "2019-04-01 21:00:00",
        "_EventStartDateUTC": "2019-04-01 17:30:00",
        "_EventTimezone": "Europe/Paris",
        "_EventVenueID": "70",
        "_EventOrganizerID": "71",
        "_EventURL": "https://quai.example/veillee",
    },
    "event": {
        "_eventorganiser_schedule_start_datetime": "2019-04-01 19:30:00",
        "_eventorganiser_schedule_start_finish": "2019-04-01 21:00:00",
    },
    "mec-events": {
        "mec_start_date": "2019-04-01",
        "mec_start_time_hour": "7",
        "mec_start_time_minutes": "30",
        "mec_start_time_ampm": "PM",
        "mec_end_date": "2019-04-01",
        "mec_end_time_hour": "9",
        "mec_end_time_minutes": "0",
        "mec_end_time_ampm": "PM",
    },
    "em_event": {
        "_event_start_date": "2019-04-01",
        "_event_start_time": "19:30:00",
        "_event_end_date": "2019-04-01",
        "_event_end_time": "21:00:00",
        "_event_timezone": "Europe/Paris",
    },
}


@pytest.mark.parametrize("kind", EVENTS)
def test_events(kind: str) -> None:
    """The plugins for events say when: the hour in the zone of the event, else of --timezone, and how long."""
    fields = "".join(meta(key, value) for key, value in EVENTS[kind].items())
    export_ = export(
        item(1, wp__post_type=kind, more=fields + term("Salle des fêtes", "event-venue")),
        item(70, title="Salle des fêtes", wp__post_type="tribe_venue", more=meta("_VenueCity", "Brest")),
        item(71, title="Le quai", wp__post_type="tribe_organizer"),
    )
    found = read(export_, Options("blog.xml", {"type": kind}, timezone="Europe/Paris"))
    (episode,) = found.episodes
    assert (episode.date, episode.duration) == ("2019-04-01T19:30:00+02:00", "PT1H30M")
    assert not {key for key in told(found) if key.startswith(("_event", "_Event", "mec_"))}
    if kind == "tribe_events":
        assert (episode.place, episode.partners[0].name) == ("Salle des fêtes, Brest; Salle des fêtes", "Le quai")
        assert [one.url for one in episode.links] == ["https://quai.example/veillee"]
    else:
        assert episode.place == "Salle des fêtes"
    unzoned = read(export_, Options("blog.xml", {"type": kind}))
    if "imezone" not in "".join(EVENTS[kind]):
        (episode,) = unzoned.episodes
        assert (episode.date, episode.duration) == ("2019-04-01", "PT1H30M")
        assert [note.hint for note in unzoned.notes if "without a zone" in note.why] == ["--timezone says the zone"]


@pytest.mark.parametrize(
    ("fields", "date", "duration"),
    [
        ({"_EventStartDate": "2019-04-01 00:00:00", "_EventEndDate": "2019-04-02 23:59:59", "_EventAllDay": "yes"},
         "2019-04-01", "P2D"),
        ({"_EventStartDate": "bientôt"}, None, None),
        ({"_EventStartDate": "2019-04-01 19:30:00", "_EventTimezone": "UTC+2"}, "2019-04-01T19:30:00+02:00", None),
        ({"date_recorded": "2019-04-01", "duration": "00:45:10"}, "2019-04-01", "PT45M10S"),
        ({"date_recorded": "10-01-2024", "duration": "27:40"}, "2024-01-10", "PT27M40S"),
    ],
)  # fmt: skip
def test_events_of_another_form(fields: dict[str, str], date: str | None, duration: str | None) -> None:
    """Whole days, an offset, a date that is none, which is told."""
    found = imported(item(more="".join(meta(key, value) for key, value in fields.items())))
    (episode,) = found.episodes
    assert (episode.date, episode.duration) == (date, duration)
    assert date or "bientôt" in told(found)


def test_podcast() -> None:
    """Seriously Simple Podcasting: the series, the number, the season, the recording with its length and size."""
    fields = {
        "audio_file": "https://quai.example/1.mp3",
        "duration": "00:45:10",
        "date_recorded": "2019-04-01",
        "itunes_episode_number": "3",
        "itunes_season_number": "2",
        "filesize_raw": "1234",
        "humeur": "calme",
        "explicit": "",
        "cle": "z@secret.example",
    }
    more = "".join(meta(key, value) for key, value in fields.items()) + term("La criée", "series") + term("Mer")
    found = imported(item(more=more, wp__post_type="podcast"), type="podcast")
    (episode,) = found.episodes
    assert (episode.series, episode.number, episode.tags) == ("la-criee", 3, ("Mer",))
    assert [(one.kind, one.url, one.bytes, one.duration) for one in episode.media] == [
        ("audio", "https://quai.example/1.mp3", 1234, "PT45M10S")
    ]
    assert (episode.source["season"], episode.extra) == ("2", {"humeur": "calme"})
    assert told(found)["cle"] == ("e-mail addresses are personal", 1)
    assert "secret" not in repr((found, episode))


def test_rows_of_custom_fields() -> None:
    """Rows of Advanced Custom Fields that name people are guests; other rows are kept."""
    fields = {
        "intervenants": "2",
        "intervenants_0_nom": "Ada Brun",
        "intervenants_0_fonction": "paludière",
        "intervenants_1_nom": "Luc Mer",
        "salles_0_jauge": "80",
    }
    (episode,) = imported(item(more="".join(meta(key, value) for key, value in fields.items()))).episodes
    assert [(one.name, one.role) for one in episode.guests] == [("Ada Brun", "paludière"), ("Luc Mer", None)]
    assert episode.extra == {"salles_0_jauge": "80"}


def test_terms_and_authors_of_no_post_are_told() -> None:
    """The site's terms that no imported post has, and its authors, are told by name, with how many there are."""
    site = (
        "<wp:author><wp:author_login>lune</wp:author_login>"
        "<wp:author_display_name>Zoé Lune</wp:author_display_name></wp:author>"
        "<wp:tag><wp:tag_slug>sel</wp:tag_slug><wp:tag_name>Le sel</wp:tag_name></wp:tag>"
        "<wp:tag><wp:tag_slug>vent</wp:tag_slug><wp:tag_name>Le vent</wp:tag_name></wp:tag>"
        "<wp:tag><wp:tag_slug>mer</wp:tag_slug><wp:tag_name>La mer</wp:tag_name></wp:tag>"
        "<wp:term><wp:term_taxonomy>humeur</wp:term_taxonomy><wp:term_slug>calme</wp:term_slug>"
        "<wp:term_name>Calme</wp:term_name><wp:term_description>Sans vent.</wp:term_description></wp:term>"
    )
    found = told(imported(site, item(more='<category domain="post_tag" nicename="mer">La mer</category>')))
    assert found["Le sel, Le vent"] == ("of the site (post_tag), and no imported post has them", 2)
    assert found["Calme"] == ("of the site (humeur), and no imported post has it", 1)
    assert found["Zoé Lune"] == ("of the site (author), and no imported post has it", 1)
    assert "lune" in found
    assert "wp:term_description" in found


def test_what_a_page_makes_is_told() -> None:
    """Shortcodes of plugins, blocks without text, galleries whose pictures are not there, fields, other elements."""
    content = (
        '[contact-form-7 id="1"] [sic] <!-- wp:latest-posts /--> [gallery ids="9,10"] <script>x()</script>'
        '<!-- wp:social-link {"url":"https://a.example"} /--> [gallery] <!-- à relire -->'
    )
    more = "<wp:menu_order>3</wp:menu_order><wp:comment_status>open</wp:comment_status>" + meta("_x", "y")
    found = imported(item(content=content, more=more, pubDate="Thu, 14 Mar 2019 18:30:00 +0000"))
    assert told(found).keys() - {"Tags"} == {
        "[contact-form-7]",
        "wp:latest-posts",
        "wp:social-link",
        "gallery: 9",
        "gallery: 10",
        "<script>",
        "[gallery]",
        "<!-- -->",
        "wp:menu_order",
        "_x",
        "pubDate",
    }


def test_control_characters() -> None:
    """A control character that an editor left is left out, and told with its line and name."""
    content = export(item(content="Un <em>mot</em>\x0bAutre\x01"))
    found = read(content, Options("blog.xml"))
    assert [one.recap for one in found.episodes] == ["Un _mot_ Autre"]
    notes = {note.what: note.location for note in found.notes if note.what.startswith("U+")}
    assert notes.keys() == {"U+000B (vertical tab, ^K)", "U+0001"}
    assert all(one and one.line == HEAD.count("\n") + 1 for one in notes.values())


def test_nobody_is_betrayed() -> None:
    """No e-mail address and no IP, of authors or commenters, is in anything that comes out."""
    post = item(more=comment(1) + comment(2, "0") + comment(3, kind="pingback"), dc__creator="zoe@secret.example")
    found = imported(post)
    assert "secret.example" not in repr((found, list(found.episodes)))
    assert "secret.example" not in repr(list(found.comments))
    assert told(found)["pingbacks"] == ("of the comments, only those of people are imported", 1)
    assert told(found)["wp:comment_author_email"] == ("it is personal", 3)


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
