"""The allow-list: hostile HTML and Markdown leave nothing that runs, loads or imitates the page."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.markup import addresses
from totem_cli.markup.html import sanitise_html, to_html, to_tree
from totem_cli.markup.sanitiser import ATTRIBUTES, CLASSES, TAGS
from totem_cli.markup.tree import elements, text_of

DATA = Path(os.environ.get("TOTEM_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
VOID = {"br", "hr", "img", "wbr", "col"}


class Audit(HTMLParser):
    """A reader that is not ours, which asserts the allow-list and collects the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert tag != "a" or "a" not in self.open, "a link within a link"
        self.text.append(" ")
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"], f"{name} on {tag}"
            assert value is not None
            self.check(tag, name, value)
        assert tag != "img" or {"src", "alt"} <= dict(attrs).keys()
        if tag not in VOID:
            self.open.append(tag)

    def check(self, tag: str, name: str, value: str) -> None:
        """One attribute's value."""
        if name in ("href", "src"):
            # as a browser reads it: controls at the ends and line breaks within do not count
            scheme = re.match(
                r"([a-zA-Z][a-zA-Z0-9+.-]*):", re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
            )
            assert scheme is None or scheme[1].lower() in addresses.SCHEMES
        if name == "src":
            assert not addresses.is_remote(value)
            assert not re.match(r"[\s\\/]{2}", value)
        if name == "class":
            assert value.startswith("language-") if tag == "code" else value in CLASSES[tag]
        if name == "alt":
            self.text.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def words(self) -> list[str]:
        """The words that a reader sees."""
        return re.findall(r"\w+", "".join(self.text))


class Words(HTMLParser):
    """The words of any HTML, but for scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag in ("script", "style")
        self.text.append(" " + (dict(attrs).get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)

    def words(self) -> list[str]:
        """The words that a reader sees."""
        return re.findall(r"\w+", "".join(self.text))


def real(path: str) -> Path:
    """A file of the real data, or a skip that says it is absent."""
    if not (DATA / path).exists():
        pytest.skip(f"no real data at {DATA / path}; set TOTEM_REAL_DATA")
    return DATA / path


def payloads() -> list[str]:
    """Every hostile fragment of the real data."""
    folder = real("hostile/xss")
    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8", "replace").splitlines()]
    pairs = json.loads((folder / "dompurify-expect.json").read_text("utf-8"))
    found = sorted({*lines, *(pair["payload"] for pair in pairs)})
    assert len(found) > 500
    return found


def test_real_payloads_leave_only_what_is_allowed() -> None:
    """Known attacks, alone, in a quotation, as a link's address, title and text."""
    for payload in payloads():
        Audit(sanitise_html(payload))
        Audit(to_html(payload))
        Audit(to_html(f"a {payload} b\n\n> {payload}\n> — {payload}"))
        Audit(to_html(f'[a]({payload}) ![{payload}]({payload} "{payload}") <{payload}>'))


def test_harmless_words_of_real_pairs_are_kept() -> None:
    """Where another sanitiser keeps words, so does this one, in 95 % of its cases at least."""
    pairs = json.loads(real("hostile/xss/dompurify-expect.json").read_text("utf-8"))
    kept = 0
    for pair in pairs:
        expected = pair["expected"] if isinstance(pair["expected"], list) else [pair["expected"]]
        ours = set(Audit(sanitise_html(pair["payload"])).words())
        kept += any(set(Words(one).words()) <= ours for one in expected)
    assert kept >= 0.95 * len(pairs)


def test_every_example_of_commonmark_keeps_its_words() -> None:
    """Each example of the specification is rendered with nothing outside the allow-list and no word lost."""
    source = real("commonmark/spec.txt").read_text("utf-8").replace("→", "\t")
    examples = re.findall(r"^`{32} example[^\n]*\n(.*?)^\.\n(.*?)^`{32}$", source, re.MULTILINE | re.DOTALL)
    assert len(examples) > 600
    lost = {markdown for markdown, html in examples if set(Words(html).words()) - set(Audit(to_html(markdown)).words())}
    # a tag that is never closed hides what follows from a browser too; one reference is beyond Unicode
    assert all(markdown.startswith("<div") or "&#87654321;" in markdown for markdown in lost)
    assert len(lost) <= 4


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>a</script><style>b</style>c", "c"),
        ("<div onclick=x style=y class=z id=w><p>a</div>", "<p>a</p>"),
        ("<svg><text>a</text></svg><math><mi>b</mi></math>", "ab"),
        ("<form><input value=a><button>b</button></form>", "b"),
        ("<p lang=fr dir=rtl>a</p><p lang='x y' dir=up>b</p>", '<p lang="fr" dir="rtl">a</p><p>b</p>'),
        (
            "<time datetime=2020-05-01>a</time><time datetime=hier>b</time>",
            '<time datetime="2020-05-01">a</time><time>b</time>',
        ),
        ("<img src=a.png width=50% height=20>", '<img src="a.png" height="20" alt="">'),
        ("<a href=x target=_blank rel=opener>a</a>", '<a href="x">a</a>'),
        ("<a>a</a><a name=x>b</a>", "ab"),
        ("<a href=//a.fr\\b[c]>a</a>", '<a href="https://a.fr/b%5Bc%5D">a</a>'),
        ("<a href='java\tscript:x'>a</a><a href='\x01javascript:x'>b</a>", "ab"),
        ("<a href='java\x01script:x'>a</a><a href='java&#1;script:x'>b</a>", "ab"),
        (
            "<a href=x>a<table><td><a href=y>b",
            '<a href="x">a<table><tbody><tr><td>b</td></tr></tbody></table></a>',
        ),
        ("<p>a<svg><p>b", "<p>a</p><p>b</p>"),
        ("<pre>\n\n\na</pre>", "<pre>a</pre>"),
        ("a\x00b\x1bc&#x1f;d\x85e\ufffef\r\ng", "abcdef\ng"),
        ("<h1>a</h1><h3>b</h3>", "<h2>a</h2><h3>b</h3>"),
        (
            "<code class='language-py x'>a</code><code class=language-py>b</code>",
            '<code>a</code><code class="language-py">b</code>',
        ),
        ("Mettez <path> ici, <x:y>là</x:y>", "Mettez  ici, là"),
        (
            "<b title='<script>'>a</b><abbr title='<i a=\"b\">'>c</abbr>",
            '<b>a</b><abbr title="&lt;i a=&quot;b&quot;&gt;">c</abbr>',
        ),
    ],
)
def test_what_is_not_allowed_goes_and_its_words_stay(html: str, expected: str) -> None:
    """One case a rule."""
    assert sanitise_html(html) == expected


TAG_SOUP = [f"<{tag}>" for tag in sorted(TAGS)] + [f"</{tag}>" for tag in sorted(TAGS)]
TAG_SOUP += [
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "<script>",
    "<textarea>",
    "<select>",
    "<option>",
    "<button>",
    "<object>",
]
TAG_SOUP += [
    "<template>",
    "<noscript>",
    "<xmp>",
    "<form>",
    "<iframe src=//a/b>",
    "</iframe>",
    "<video src=v>",
    "<source src=s>",
]
TAG_SOUP += [
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<a href='",
    "<a href=x>",
    "<img src=x alt='",
    "'>",
    "javascript:",
    "<p lang=fr>",
]
TAG_SOUP += [
    "&lt;",
    "&#60;",
    "&#x9;",
    "&quot;",
    "— ",
    "\n",
    '"',
    "'",
    "<",
    ">",
    "/",
    "=",
    "<figure class=quotation>",
    "<td align=right>",
]
soup = st.lists(st.one_of(st.sampled_from(TAG_SOUP), st.text(max_size=5)), max_size=25).map("".join)


@given(soup)
def test_soup_leaves_only_what_is_allowed_and_is_stable(html: str) -> None:
    """Whatever the tags, the result is well-formed, and cleaning it again changes nothing."""
    once = sanitise_html(html)
    Audit(once)
    assert sanitise_html(once) == once


@given(soup, st.integers(2, 6))
def test_soup_in_markdown_leaves_only_what_is_allowed_and_is_stable(markdown: str, base: int) -> None:
    """Raw HTML in a recap goes the same way, under any base of headings."""
    once = to_html(markdown, heading_base=base)
    Audit(once)
    assert sanitise_html(once, heading_base=base) == once
    assert not re.search(rf"<h[1-{base - 1}]", once)


@pytest.mark.parametrize("tag", ["<div>", "<ul>", "<b>", "<blockquote>", "<x-a>"])
def test_tags_without_end_are_left_out(tag: str) -> None:
    """With a thousand tags open at once, the text is left, which takes no time that grows with their square."""
    tree = to_tree(f"un\n\n{tag * 50_000}deux <script>trois</script> &lt;i&gt;")
    assert text_of(tree).split() == ["un", "deux", "trois", "<i>"]
    assert [one.tag for one in elements(tree)] == ["p"]
    few = to_tree(f"{tag * 20}un")
    assert text_of(few).strip() == "un"
