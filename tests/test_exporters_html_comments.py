"""The conversation on the page: threads, a form that says what it asks, a feed."""

import json
import re
from html import unescape

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.html_site import FIRST, SETTINGS, commented, read, site
from totem_cli.archive.record import CommentRecord
from totem_cli.exporters.html.comments import threads
from totem_cli.exporters.html.form import CommentForm
from totem_cli.markup.characters import is_blank
from totem_cli.markup.comment import comment_html
from totem_cli.model.comment import Comment
from totem_cli.model.parts import Appearance

PAGE = f"marees/{FIRST.slug}/index.html"
TOP = Comment(id="c1", target=FIRST.id, author="Zoé", text="Oui [ici](http://a.example)", date="2021-02-03")
REPLY = Comment(id="c2", target=FIRST.id, parent="c1", text="Non", url="http://b.example")
DEEP = Comment(id="c3", target=FIRST.id, parent="c2", author="Zoé", text="Si")


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """The site with a thread of three."""
    return site(commented({FIRST.id: (TOP, REPLY, DEEP)}))


def test_threads_are_one_level_deep() -> None:
    """An answer to an answer stands beside it; an answer to what is not shown stands alone."""
    said = [
        CommentRecord(id=one, parent=parent, text_html="")
        for one, parent in (("a", None), ("b", "a"), ("c", "b"), ("d", "hidden"), ("e", "d"))
    ]

    assert [(one.first.id, [reply.id for reply in one.replies]) for one in threads(said)] == [
        ("a", ["b", "c"]),
        ("d", ["e"]),
    ]


def test_the_page_shows_them(pages: dict[str, bytes]) -> None:
    """A count, a permanent link each, links that say whose they are, a link to answer, and structured data."""
    text = pages[PAGE].decode()
    assert "3\u00a0commentaires" in text
    assert all(f'id="comment-{one}"' in text and f'href="#comment-{one}"' in text for one in ("c1", "c2", "c3"))
    assert '<a href="http://a.example" rel="nofollow ugc">ici</a>' in text
    assert '<a href="http://b.example" rel="nofollow ugc">Anonyme</a>' in text
    assert f"https://comments.example/new?target={FIRST.id}&amp;parent=c1" in text
    data = json.loads(read(pages[PAGE]).all("script")[-1].text)
    assert (data["commentCount"], [one["@type"] for one in data["comment"]]) == (3, ["Comment"] * 3)
    assert data["comment"][1]["parentItem"]["@id"] == "urn:uuid:c1"
    assert b"<name>Anonyme</name>" in pages["comments.xml"]
    assert pages["marees/comments.xml"].count(b"<entry") == 3
    assert "comments.xml" not in site(commented({}))


@pytest.mark.parametrize("unseen", ["\u200b", "\u034f", "\ufe0f", "\u115f \uffa0", "\u3164", "\u2800", "\U000e0100"])
def test_no_link_is_empty(unseen: str) -> None:
    """A name of which nothing is seen is none; a link to a page has a name to be seen."""
    comment = replace(TOP, author=unseen, url="http://b.example")
    told = commented({FIRST.id: (comment,)})
    named = replace(FIRST, tags=(unseen,), guests=(Appearance(name=unseen, organisations=(unseen,)),))
    found = site(replace(told, episodes=(named, *told.episodes[1:])))
    assert b'<a href="http://b.example" rel="nofollow ugc">Anonyme</a>' in found[PAGE]
    assert b"<name>Anonyme</name>" in found["comments.xml"]
    for path, content in found.items():
        if path.endswith(".html"):
            links = re.findall("(<a [^>]*>)(.*?)</a>", content.decode(), re.DOTALL)
            assert not [start for start, inside in links if is_blank(unescape(re.sub("<[^>]*>", "", inside)))], path


def test_the_form_says_what_it_asks(pages: dict[str, bytes]) -> None:
    """Each field has its label; what must be filled in says so in words too; the trap is hidden from everybody."""
    outline = read(pages[PAGE])
    names = {one.attributes["name"]: one.attributes for one in outline.elements if one.attributes.get("name")}
    labelled = {one.attributes.get("for") for one in outline.all("label")}
    assert {"author", "email", "url", "text", "topic"} <= labelled
    assert "required" not in names["url"]
    assert pages[PAGE].decode().count("(obligatoire)") == 3
    assert "<p hidden><label" in pages[PAGE].decode()


def test_closed() -> None:
    """An episode closes what its archive opens, and says so; it opens what its archive closes."""
    whole = commented({FIRST.id: (TOP,)})

    def page(opened: bool, *, archive: bool) -> str:
        settings = replace(SETTINGS, comments=replace(SETTINGS.comments, open=archive))
        episodes = tuple(replace(one, comments_open=opened) if one.id == FIRST.id else one for one in whole.episodes)
        return site(with_fields(whole, settings=settings, episodes=episodes))[PAGE].decode()

    assert "<form" not in page(False, archive=True)
    assert "Les commentaires sont fermés." in page(False, archive=True)
    assert "<form" in page(True, archive=False)


def test_an_answer_knows_its_receiver() -> None:
    """The link to answer keeps what the receiver's address asks already."""
    form = CommentForm("t", "https://x.example/?a=1", None, False)
    assert form.answer("c") == "https://x.example/?a=1&target=t&parent=c"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un\ndeux\n\ntrois", "<p>Un<br>\ndeux</p>\n<p>trois</p>"),
        ("# Titre", "<p>Titre</p>"),
        ("![x](http://a.example/b.png)", '<p><a href="http://a.example/b.png" rel="nofollow ugc">x</a></p>'),
        ("![x](media/b.png)", "<p></p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("[a](javascript:alert(1)) [b](../c) a@b.example", "<p>a b a@b.example</p>"),
        ("<https://a.example>", '<p><a href="https://a.example" rel="nofollow ugc">https://a.example</a></p>'),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("> cité\n\n- un\n- deux", "<blockquote>\n<p>cité</p>\n</blockquote>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
    ],
)
def test_what_a_comment_may_hold(text: str, html: str) -> None:
    """A few kinds of Markdown; what else was typed is only its words."""
    assert comment_html(text) == html


def test_the_single_file_has_them() -> None:
    """Each conversation after what it is on, without a form: the file may be read where nothing can be sent."""
    text = site(commented({FIRST.id: (TOP, REPLY)}), single=True)["index.html"].decode()
    chapter = text[text.index('id="episode-') :].partition('<section class="chapter"')[0]
    assert "2\u00a0commentaires" in chapter
    assert chapter.index('id="comment-c1"') < chapter.index('id="comment-c2"')
    assert "<form" not in text
    assert "/new?" not in text
