"""Recaps as HTML: what Markdown becomes, and what becomes of headings, images, players, quotations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.markup.file_links import page_of
from totem_cli.markup.html import sanitise_html, to_html

# the pieces that Markdown gives a meaning to, without raw HTML and with it
SYNTAX = [
    "# ",
    "### ",
    "> ",
    "— ",
    "- ",
    "1. ",
    "\n",
    "\n\n",
    "    ",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```\n",
    "[",
    "](x)",
    "![",
]
SYNTAX += [
    "](https://a.fr/b.png)",
    '](m.jpg "t")',
    "|a|b|\n|-|:-:|\n",
    "https://é.fr/x",
    "http://a.fr:99999/",
    "&amp;",
    "&#13;",
]
SYNTAX += [
    "&#1;",
    "&nbsp;",
    "\\",
    '"',
    "'",
    "&",
    "<",
    ">",
    "é",
    "«\u00a0",
    "\r",
    "\x00",
    "\x85",
    "[^1]",
    "[^1]: n",
    "javascript:",
]
markdown = st.lists(st.one_of(st.sampled_from(SYNTAX), st.text(max_size=6)), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Un *récap* **court**.", "<p>Un <em>récap</em> <strong>court</strong>.</p>"),
        ('« L\'été » -- "non"...', '<p>« L\'été » -- "non"...</p>'),
        ("a  \nb\nc", "<p>a<br>\nb\nc</p>"),
        ("~~vieux~~", "<p><del>vieux</del></p>"),
        ("x<sup>2</sup> & y", "<p>x<sup>2</sup> &amp; y</p>"),
        ("Voir https://a.fr/b_c_d.", '<p>Voir <a href="https://a.fr/b_c_d">https://a.fr/b_c_d</a>.</p>'),
        ("LeChaudron.io et usbeketrica.com", "<p>LeChaudron.io et usbeketrica.com</p>"),
        ("a\u00a0: b&nbsp;! c\u202f?", "<p>a\u00a0: b\u00a0! c\u202f?</p>"),
        ("- [x] fait\n", "<ul>\n<li>[x] fait</li>\n</ul>"),
        ("3. a\n", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("```python\na < b\n```", '<pre><code class="language-python">a &lt; b\n</code></pre>'),
        ('```py"on\na\n```', "<pre><code>a\n</code></pre>"),
        ("[](https://a.fr/)", '<p><a href="https://a.fr/">https://a.fr/</a></p>'),
        ("[a](javascript:alert(1)) [b](foo:bar)", "<p>a b</p>"),
        ("[a](http://a.fr/100%)", '<p><a href="http://a.fr/100%25">a</a></p>'),
        ("", ""),
    ],
)
def test_markdown_becomes_html(source: str, expected: str) -> None:
    """CommonMark, strikethrough and full addresses are rendered; characters stay as they were typed."""
    assert to_html(source) == expected


def test_table_cells_are_aligned_by_class() -> None:
    """The obsolete attribute ``align`` is not written."""
    html = to_html("|a|b|\n|:-:|--:|\n|1|2|\n")
    assert '<th class="align-center">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert "align=" not in html


def test_footnotes_are_numbers_over_a_list_without_ids() -> None:
    """Several recaps may share a page, so a footnote has no id to clash."""
    html = to_html("a[^x] b[^y] c[^x]\n\n[^y]: deux\n[^x]: un\n")
    assert html.startswith("<p>a<sup>1</sup> b<sup>2</sup> c<sup>1</sup></p>")
    assert '<ol class="footnotes">\n<li>\n<p>un</p>\n</li>\n<li>\n<p>deux</p>\n</li>\n</ol>' in html
    assert "id=" not in html
    assert "href" not in html


@pytest.mark.parametrize(
    ("source", "base", "levels"),
    [
        ("# a\n\n## b\n\n# c\n", 2, "h2 h3 h2"),
        ("# a\n\n## b\n", 3, "h3 h4"),
        ("## a\n\n## b\n", 2, "h2 h2"),
        ("# a\n\n#### b\n\n## c\n", 2, "h2 h3 h3"),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f\n", 2, "h2 h3 h4 h5 h6 h6"),
        ("# \n\n## a\n\n### <b></b>\n", 2, "h2"),
    ],
)
def test_headings_begin_at_the_base_and_skip_no_level(source: str, base: int, levels: str) -> None:
    """A recap's headings nest as written, begin at the base, end at six; an empty one is gone."""
    html = to_html(source, heading_base=base)
    assert " ".join(part[:2] for part in html.split("<")[1:] if part.startswith("h")) == levels
    assert html.count("<h") == html.count("</h")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("![Une carte](https://a.fr/c.png)", '<a href="https://a.fr/c.png">Une carte</a>'),
        ("![](https://a.fr/d/la%20carte.png?x=1)", '<a href="https://a.fr/d/la%20carte.png?x=1">la carte.png</a>'),
        ("![x](//a.fr/c.png)", '<a href="https://a.fr/c.png">x</a>'),
        (r"<img src='\\a.fr/c.png' alt=x>", '<a href="https://a.fr/c.png">x</a>'),
        ("<img src='/\t/a.fr/c.png' alt=x>", '<a href="https://a.fr/c.png">x</a>'),
        ("<img src=' https:a.fr/c.png' alt=x>", '<a href="https://a.fr/c.png">x</a>'),
        ("[![x](https://a.fr/c.png)](https://b.fr/)", '<a href="https://b.fr/">x</a>'),
        ("[![](https://a.fr/c.png)](https://b.fr/)", '<a href="https://b.fr/">c.png</a>'),
        ('![a "b" <c>](https://a.fr/c.png)', '<a href="https://a.fr/c.png">a "b" &lt;c&gt;</a>'),
        ("![x](media/c.jpg)", '<img src="media/c.jpg" alt="x">'),
        ("<img src=media/c.jpg>", '<img src="media/c.jpg" alt="">'),
        ("[![](media/c.jpg)](https://b.fr/)", '<a href="https://b.fr/"><img src="media/c.jpg" alt="c.jpg"></a>'),
        ("[\u200b](https://b.fr/)", '<a href="https://b.fr/">\u200bhttps://b.fr/</a>'),
        ("![x](data:image/png;base64,AAAA)", "x"),
        ("![x]()", "x"),
        ("<iframe src='//v.fr/e' title='La <b>'>f</iframe>", '<a href="https://v.fr/e">La &lt;b&gt;</a>f'),
        ("<video controls><source src=m/a.mp4></video>", '<a href="m/a.mp4">a.mp4</a>'),
        ("<audio src=https://a.fr/a.mp3></audio>", '<a href="https://a.fr/a.mp3">a.mp3</a>'),
    ],
)
def test_nothing_loads_from_elsewhere(source: str, expected: str) -> None:
    """An image of another site and any player is a link with its text; a local image stays an image."""
    assert to_html("z " + source) == f"<p>z {expected}</p>"


def quotation(body: str, caption: str) -> str:
    """The figure that an attributed quotation becomes."""
    return f'<figure class="quotation"><blockquote>\n{body}\n</blockquote><figcaption>{caption}</figcaption></figure>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("> Il faut agir.\n> — Virginie", quotation("<p>Il faut agir.</p>", "— Virginie")),
        ("> Il faut agir.  \n> — Virginie", quotation("<p>Il faut agir.</p>", "— Virginie")),
        ("> a\n>\n> b\n>\n> — *V*, [x](y)", quotation("<p>a</p>\n<p>b</p>", '— <em>V</em>, <a href="y">x</a>')),
        ("> *a\n> — V*", quotation("<p><em>a</em></p>", "<em>— V</em>")),
        ("> a\n> —\u00a0V", quotation("<p>a</p>", "—\u00a0V")),
        ("> a\n> — V\n> — W", quotation("<p>a\n— V</p>", "— W")),
        ("> a — b", "<blockquote>\n<p>a — b</p>\n</blockquote>"),
        ("> — seul", "<blockquote>\n<p>— seul</p>\n</blockquote>"),
        ("> a\n> —", "<blockquote>\n<p>a\n—</p>\n</blockquote>"),
        ("> a\n> —b", "<blockquote>\n<p>a\n—b</p>\n</blockquote>"),
        ("> a\n> -- b", "<blockquote>\n<p>a\n-- b</p>\n</blockquote>"),
        ("> a\n> — b\n> c", "<blockquote>\n<p>a\n— b\nc</p>\n</blockquote>"),
        ("> > a\n> > — b", f"<blockquote>\n{quotation('<p>a</p>', '— b')}\n</blockquote>"),
    ],
)
def test_attributed_quotation_is_a_figure(source: str, expected: str) -> None:
    """The last line of a blockquote, if it begins with an em dash and a name, is its caption."""
    assert to_html(source) == expected


@given(markdown)
def test_html_of_markdown_passes_the_sanitiser_unchanged(source: str) -> None:
    """Where raw HTML is absent the sanitiser is not run; it would have changed nothing."""
    html = to_html(source)
    assert sanitise_html(html) == html


@given(markdown)
def test_html_holds_only_characters_that_xml_allows(source: str) -> None:
    """Feeds and EPUB carry the same HTML."""
    assert all(char in "\t\n" or (char >= " " and not "\x7f" <= char < "\xa0") for char in to_html(source))
    assert not set(to_html(source)) & {"\ufffe", "\uffff"}


ODD = st.sampled_from("\ufdd0\ufffe\uffff\U0001fffe\ud800\r\n")


@given(st.text(st.characters() | st.characters(max_codepoint=0x180) | ODD))
def test_characters_the_short_way(text: str) -> None:
    """What is allowed of a text does not depend on how it is looked at: short, long, or as UTF-8."""
    from totem_cli.markup.characters import allowed, encoded

    assert allowed(text) == allowed(text + "x" * 500)[:-500]
    assert encoded(text) == allowed(text).encode()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("02-deux.md", "objets/02-deux/"),
        ("./02-deux.md#un", "objets/02-deux/#un"),
        ("../autres/series.md", "autres/"),
        ("../autres/01-%C3%A9t%C3%A9.md", "autres/01-%C3%A9t%C3%A9/"),
        ("../../people/ada.md", "people/ada/"),
        ("series/autres/01-un.md", "autres/01-un/"),
        ("/series/autres/01-un.md", "autres/01-un/"),
        ("../../../02-deux.md", None),
        ("../../README.md", None),
        ("https://example.org/02-deux.md", None),
        ("//example.org/02-deux.md", None),
        ("objets/02-deux/", None),
        ("02-deux.md?x", None),
    ],
)
def test_links_between_files(address: str, page: str | None) -> None:
    """A link to a file of the archive leads to its page, from the site's root; any other stays."""
    assert page_of(address, "series/objets") == page
    (_, href, _) = to_html(f"[x]({address})", folder="series/objets").split('"')
    assert href == (page or address.replace("//example.org", "https://example.org").replace("https:https:", "https:"))
