"""Hostile text in every field of an episode, series, person or comment stays text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.html_hostile import ATTACKS, hostile
from tests.html_site import FIRST, keys, local_target, publication, read, site
from tests.strategies import texts
from totem_cli.exporters.html.aliases import redirects
from totem_cli.exporters.html.jsonld import safe_json, script

KNOWN_TAGS = {
    "html", "head", "meta", "title", "link", "script", "style", "body", "a", "header", "p", "nav", "ul", "li", "main",
    "ol", "article", "h1", "h2", "h3", "h4", "h5", "span", "time", "dl", "div", "dt", "dd", "img", "section", "footer",
    "b", "bdi", "details", "summary",
    "figure", "figcaption", "audio", "source", "small", "form", "input", "label", "textarea", "button", "table",
    "thead", "tbody", "tr", "th", "td", "code", "pre", "em", "strong", "br", "hr", "blockquote", "del", "sup",
}  # fmt: skip


def _check(pages: dict[str, bytes]) -> None:
    for path, page in pages.items():
        if not path.endswith(".html"):
            continue
        outline = read(page)
        for element in outline.elements:
            assert element.tag in KNOWN_TAGS, (path, element)
            assert not [name for name in element.attributes if name.startswith("on")], (path, element)
            if element.tag == "script":
                assert "src" in element.attributes or json.loads(element.text), (path, element)
            for name in ("href", "action", "src"):
                address = element.attributes.get(name, "").strip().lower()
                within = element.tag == "img" and address.startswith("data:image/png;base64,")
                assert within or not address.startswith(("javascript", "data", "vbscript", "//")), (path, element)
            if element.tag in ("img", "source", "script") and "src" in element.attributes:
                assert within or local_target(path, element.attributes["src"]) or path == "404.html", (path, element)
        assert b"\x00" not in page


@pytest.mark.parametrize("text", ATTACKS)
def test_hostile_text_is_inert(text: str) -> None:
    """No attack makes an element, an attribute, an address or a template of its own."""
    pages = site(hostile(text))
    _check(pages)
    assert b"49</h1>" not in pages["index.html"]
    assert not [path for path in pages if ".." in path or path.startswith("/") or "\\" in path or "\x00" in path]


@pytest.mark.parametrize("text", ATTACKS[:4])
def test_hostile_text_is_inert_in_one_file(text: str) -> None:
    """The same holds for the site as one file."""
    _check(site(hostile(text), single=True))


@settings(max_examples=25, deadline=None)
@given(texts)
def test_any_text_is_inert(text: str) -> None:
    """Whatever text there is, pages are made, twice the same, and hold only our elements."""
    made = site(hostile(text))
    _check(made)
    assert keys(hostile(text)).keys() == made.keys()


@given(st.dictionaries(st.text(), st.text()))
def test_structured_data_stays_in_its_script(value: dict[str, str]) -> None:
    """JSON-LD is the same value when read, and holds nothing that HTML or an old script would take for its own."""
    text = script(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {"@context": "https://schema.org"} | value


@given(st.lists(st.text(alphabet="ab/.:%2e\\ \x00?#", max_size=12)))
def test_redirects_stay_inside(aliases: list[str]) -> None:
    """No alias makes a path that leaves the site, hides, replaces a page or lies below a file."""
    taken = {"index.html", "a/index.html", "a/b/index.html", "b"}
    made = redirects((("a", alias, "a/b/") for alias in aliases), taken)
    files = taken | made.keys()
    assert not made.keys() & taken
    for path in made:
        parts = path.split("/")
        assert all(part and not part.startswith(".") and "\\" not in part and "\x00" not in part for part in parts)
        assert not any("/".join(parts[:count]) in files for count in range(1, len(parts)))


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("old", "a/old/index.html"),
        ("/x/old/", "x/old/index.html"),
        ("x/old.html", "x/old.html"),
        ("https://site.example/x/old/?p=1", "x/old/index.html"),
        ("x/caf%C3%A9", "x/café/index.html"),
        ("A/B", None),
        ("a/c.html", None),
        ("feed.xml/x", None),
        ("../x", None),
        ("x/%2e%2e/y", None),
        (".totem-manifest", None),
        ("x\\y", None),
        ("\u0300" * 140, None),
        ("/", None),
    ],
)
def test_where_an_alias_stands(alias: str, path: str | None) -> None:
    """An alias alone was in its series, one with a slash counts from the root; no file takes a folder's name."""
    taken = {"a/b/index.html", "a/c.html/index.html", "feed.xml"}
    assert list(redirects([("a", alias, "a/new/")], taken)) == ([path] if path else [])


def test_private_things_never_reach_a_page() -> None:
    """Keys that totem does not know stay out of the pages to read."""
    made = site(publication(episodes=(replace(FIRST, extra={"phone": "0600000000"}),)))
    assert not [path for path, page in made.items() if b"0600000000" in page and not path.startswith("api/")]


def test_json_in_a_script() -> None:
    """Nothing ends the element, begins a comment or, in JavaScript before 2019, a line."""
    text = "</script><!-- a\u2028b\u2029c & d"
    made = safe_json({text: text})
    assert not {"<", ">", "&", "\u2028", "\u2029"} & {*made}
    assert json.loads(made) == {text: text}
