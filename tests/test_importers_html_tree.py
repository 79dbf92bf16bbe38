"""The tree of HTML: as browsers build it, without what runs, whatever the HTML is."""

from __future__ import annotations

import re

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.html_tree import Element, collapsed, json_ld, parse
from totem_cli.importers.page import read
from totem_cli.importers.words import phrases
from totem_cli.language.fold import fold


def written(element: Element) -> str:
    """What is in an element, as tags and text."""
    parts = (one if isinstance(one, str) else f"<{one.tag}>{written(one)}</{one.tag}>" for one in element.children)
    return "".join(parts)


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("<p>a<p>b<ul><li>x<li>y</ul>", "<p>a</p><p>b</p><ul><li>x</li><li>y</li></ul>"),
        ("<p>un<b>deux</p><p>trois</b>", "<p>un<b>deux</b></p><p><b>trois</b></p>"),
        ("<h1>a<h2>b</h1>", "<h1>a</h1><h2>b</h2>"),
        ("<table>mot<tr><td>x</table>", "mot<table><tbody><tr><td>x</td></tr></tbody></table>"),
        ("<p/>a</br>b", "<p>a<br></br>b</p>"),
        ("a</div>b &eacute &lt;i&gt;", "ab é <i>"),
        ("a\x00b\x0b<a\x00>c</a>", "ab<a>c</a>"),
        ("<my-card>a</my-card><svg><title>b</title></svg><style>c</style><template>d</template><noscript>e", "a"),
    ],
)
def test_broken_html_is_read_as_browsers_read_it(html: str, tree: str) -> None:
    """Tags that are left out, crossed or unknown give the tree that HTML's rules say; nothing of code is text."""
    assert written(parse(html)) == tree


def test_a_script_is_no_text_at_any_depth() -> None:
    """The code of a script is no text; that of JSON-LD is read as it is written, wherever it stands."""
    code = '{"a": "</p> &amp; <b>"}'
    html = "<div>" * 300 + f'<script>b()</script><script type="application/ld+json">{code}</script>mot'
    assert (parse(html).line, json_ld(html)) == ("mot", [code])


def test_addresses_that_run_are_gone() -> None:
    """An address of a scheme that could run code is no attribute; neither is a handler."""
    (link,) = parse('<a href="javascript:x()" onclick="y()" id="z">mot</a>').walk("a")
    assert link.attributes == {"id": "z"}


def test_long_lists_without_end_tags_keep_their_elements() -> None:
    """Thousands of elements that close one another are not nested, so they are no reason to read text only."""
    root = parse("<ul>" + "<li>mot<p>deux" * 5000)
    assert (len(list(root.walk("li"))), len(list(root.walk("p")))) == (5000, 5000)


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<font color=red>"])
def test_nesting_without_end_is_text(tag: str) -> None:
    """However deep the tags go, the tree is at most a hundred elements deep and has every word."""
    for depth in (150, 20_000):
        root = parse(f"{tag}mot " * depth)
        assert root.line.count("mot") == depth
        deepest, waiting = 0, [(root, 0)]
        while waiting:
            element, level = waiting.pop()
            deepest = max(deepest, level)
            waiting += [(one, level + 1) for one in element.elements]
        assert deepest <= 101


def test_html_without_end_is_refused() -> None:
    """HTML longer than any page is refused with the page's name."""
    with pytest.raises(InvalidError, match="longer than") as raised:
        read(b"<p>" + b"a" * 20_000_001, Options(name="page.html"))
    assert raised.value.location is not None
    assert raised.value.location.file == "page.html"


def test_white_space_in_one_line() -> None:
    """A run of white space is one space; a no-break space stays where it stands alone or with its like."""
    assert collapsed(" a \n b\u00a0\u00a0c \u00a0d\u202f! ") == "a b\u00a0c d\u202f!"


def test_pictures_that_load_late_are_imported() -> None:
    """A picture whose address stands in data-src until somebody scrolls to it is a picture of the page."""
    page = '<h1>A</h1><p>Un mot.</p><p><img data-src="https://a.example/b.png" alt="Une mer"></p>'
    (only,) = read(page.encode(), Options(name="page.html")).episodes
    assert only.recap == "Un mot.\n\n![Une mer](https://a.example/b.png)"


def test_word_lists() -> None:
    """Labels are folded, as the text they are compared with; patterns are regular expressions; nothing is said twice."""
    labels = [phrase for listed in phrases("labels").values() for phrase in listed]
    assert [label for label in labels if fold(label).replace("’", "'") != label] == []
    assert len(labels) == len(set(labels))
    for section in ("episodes", "lead_ins", "furniture"):
        for listed in phrases(section).values():
            assert len(listed) == len(set(listed))
            for pattern in listed:
                re.compile(pattern)


def test_json_ld_below_tags_without_end() -> None:
    """It is found however many tags are open around it, in a time that does not grow with the square of them."""
    code = '{"name": "<b>a</b>"}'
    assert json_ld("<div>" * 50_000 + f'<SCRIPT type="application/ld+json">{code}</SCRIPT>') == ['{"name": " a "}']
    assert json_ld(f'<div><script type="application/ld+json">{code}</script>') == [code]
