"""HTML of strangers as Markdown: the same words, the same emphasis, whatever they are."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.importers.html_tree import parse, plain_text
from totem_cli.importers.prose import to_markdown
from totem_cli.markup.html import to_html, to_text

CASES = {
    "<p>Un <b>mot</b> et <i>un autre</i>.</p>": "Un **mot** et _un autre_.",
    "<p>l’<em>été</em>, mi<em>nui</em>t</p>": "l’_été_, mi*nui*t",
    "<p><b>« Oui »</b>dit-il</p>": "<strong>« Oui »</strong>dit-il",
    "<p>un<b> deux </b>trois</p>": "un **deux** trois",
    "<p><b>a</b><b>b</b></p>": "**ab**",
    "<h2>Titre #</h2>": "## Titre \\#",
    "<p>a<br>b<br><br>c</p>": "a\\\nb\n\nc",
    "<p># un</p><p>1. deux</p><p>- trois</p><p>---</p>": "\\# un\n\n1\\. deux\n\n\\- trois\n\n\\---",
    "<p>&lt;script&gt; &amp;eacute; [sic] 5*3 snake_case</p>": "\\<script> \\&eacute; [sic] 5\\*3 snake_case",
    '<a href="/z (1)">lien [1]</a>': "[lien \\[1\\]](https://e.org/z%20%281%29)",
    '<p>Oh !<a href="https://a.b/">ici</a></p>': "Oh \\![ici](https://a.b/)",
    '<a href="javascript:alert(1)">rien</a>': "rien",
    '<img src="/i.png" alt="un ] mot">': "![un \\] mot](https://e.org/i.png)",
    "<p>voir https://a.org/~b_c.</p>": "voir <https://a.org/~b_c>.",
    '<iframe src="https://v.org/1"></iframe>': "<https://v.org/1>",
    "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ul><li>d</li></ul>": "- a\n  - b\n- c\n\n* d",
    '<ol start="3"><li><p>a</p><p>b</p></li></ol>': "3. a\n\n   b",
    "<blockquote><p>Dit</p><cite>Zoé</cite></blockquote>": "> Dit\n>\n> — Zoé",
    '<pre><code class="language-py">a ``` b\n  c</code></pre>': "````py\na ``` b\n  c\n````",
    "<p><code>a ` b</code></p>": "``a ` b``",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><p>x</p><p>y</p></td></tr></table>": (
        "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |"
    ),
    "<table><tr><td>seul</td></tr></table>": "seul",
    "<figure><img src='https://a.b/c.png' alt=''><figcaption>Une mer</figcaption></figure>": (
        "![](https://a.b/c.png)\n\n_Une mer_"
    ),
    "<p>avant</p><hr><p>après</p>": "avant\n\n* * *\n\naprès",
    "<details><summary>Plus</summary>Texte</details>": "**Plus**\n\nTexte",
    "<p>H<sub>2</sub>O</p>": "H<sub>2</sub>O",
    "<p>&nbsp;</p><p>Quoi\u202f?</p>": "Quoi\u202f?",
    "<script>x()</script><style>p{}</style><!-- rien -->mot": "mot",
}


@pytest.mark.parametrize("html", CASES)
def test_markdown(html: str) -> None:
    """Each kind of markup becomes the Markdown that a person would write."""
    assert to_markdown(html, "https://e.org/") == CASES[html]


def test_line_ends_of_the_classic_editor() -> None:
    """Where line ends count, one ends a line, two a paragraph, also within emphasis; beside a tag they are white."""
    html = "un\ndeux <b>trois\n\nquatre</b>\n\n<ul>\n<li>cinq</li>\n</ul>\nsix<br />\nsept"
    assert to_markdown(html, breaks=True) == "un\\\ndeux **trois**\n\n**quatre**\n\n- cinq\n\nsix\\\nsept"


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Zs", "Cf")) | st.just(" "))


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_every_character_survives(text: str) -> None:
    """A paragraph of any characters reads back as these characters, however much they look like Markdown."""
    wanted = re.sub(" +", " ", text).strip(" ")
    assert to_text(to_markdown(f"<p>{escape(text)}</p>")) == wanted


INLINE = st.recursive(
    st.text("ab «».,*_~`[]()!<&\\-1#é\u00a0|", max_size=6).map(escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "del", "strong", "em", "sub", "code", "span"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


def shape(html: str) -> list[tuple[str, frozenset[str]]]:
    """The characters of a paragraph, each with the emphasis it stands in; white space, which carries none, left out."""
    names = {"b": "strong", "i": "em", "var": "em"}
    found: list[tuple[str, frozenset[str]]] = []
    opened: list[str] = []
    for tag, text in re.findall(r"(<[^>]*>)|([^<]+)", parse_and_write(html)):
        if not tag:
            found += [(letter, frozenset(opened)) for letter in text if not letter.isspace()]
        elif tag.startswith("</"):
            opened.pop()
        else:
            opened.append(names.get(tag[1:-1], tag[1:-1]))
    return found


def parse_and_write(html: str) -> str:
    """HTML as this test reads it: emphasis only."""
    written: list[str] = []

    def write(node: object) -> None:
        for child in node.children:  # type: ignore[attr-defined]
            if isinstance(child, str):
                written.append(child.replace("<", "\ufffc"))
            elif child.tag == "code":  # holds text only
                written.append("<code>" + child.text.replace("<", "\ufffc") + "</code>")
            elif child.tag in ("b", "strong", "i", "em", "del", "sub"):
                written.append(f"<{child.tag}>")
                write(child)
                written.append(f"</{child.tag}>")
            else:
                write(child)

    write(parse(html))
    return "".join(written)


@given(st.lists(INLINE, min_size=1, max_size=4).map("".join))
@settings(max_examples=500, deadline=None)
def test_emphasis_survives(html: str) -> None:
    """Each character keeps the emphasis it had, wherever its marks begin and end."""
    assert shape(to_html(to_markdown(f"<p>{html}</p>"))) == shape(f"<p>{html}</p>")


@pytest.mark.parametrize("tag", ["div", "blockquote", "b", "ul><li", "table><tr><td", "a href=x"])
def test_depth(tag: str) -> None:
    """However deep it is nested, the word at the bottom is kept."""
    for depth in (70, 900, 50_000):
        assert "mot" in to_markdown(f"<{tag}>" * depth + "mot")


def test_plain_text() -> None:
    """A title is its words, entities and no-break spaces as characters."""
    assert plain_text("L’<em>été</em> &amp; l’hiver&nbsp;:\n <b>a</b><br>b") == "L’été & l’hiver\u00a0: a b"
