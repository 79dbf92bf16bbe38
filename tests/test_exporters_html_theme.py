"""Themes: templates and files of the archive's own, custom properties."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.html_site import SETTINGS, publication, read, site
from totem_cli.errors import InvalidError, Location
from totem_cli.exporters import Options
from totem_cli.exporters.html import export, kept
from totem_cli.exporters.html.assets import builtin
from totem_cli.exporters.html.compiler import QuickEnvironment
from totem_cli.exporters.html.environment import Templates
from totem_cli.exporters.html.runtime import Bare
from totem_cli.language.typography import Typography
from totem_cli.publishing.publisher import publish

EPISODE = "marees/01-episode/index.html"


def test_theme() -> None:
    """A theme's template shadows ours and may extend it; its files are carried, its properties set."""
    theme = {
        "templates/episode.html": b'{% extends "totem/episode.html" %}{% block footer %}<p>Au revoir</p>{% endblock %}',
        "static/theme.css": b"body { margin: 0 }",
        "static/fonts/a.woff2": b"font",
    }
    made = site(publication(replace(SETTINGS, theme={"accent": "#123456", "dark-accent": "#abcdef"}), theme=theme))
    assert b"<p>Au revoir</p>" in made[EPISODE]
    assert b"Au revoir" not in made["index.html"]
    assert made["assets/theme/fonts/a.woff2"] == b"font"
    assert "font-src 'self'" in (read(made[EPISODE]).meta("Content-Security-Policy") or "")
    assert "font-src" not in (read(site(publication())[EPISODE]).meta("Content-Security-Policy") or "")
    assert "../../assets/theme/theme.css" in read(made[EPISODE]).values("href")
    (style,) = [page for path, page in made.items() if path.startswith("assets/site.") and path.endswith(".css")]
    assert b":root{--accent:#123456}" in style
    assert b"--accent:#abcdef" in style


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"<p>\n{% if %}", 2),
        (b"<p>\n\n{{ missing.name }}", 3),
        (b"{{ episode.guests[9].name }}", 1),
        (b"a\nb\xff", 2),
        (b'{% extends "nowhere.html" %}', None),
    ],
)
def test_broken_theme_is_named(source: bytes, line: int | None) -> None:
    """A theme's broken template is an error at its file and line."""
    with pytest.raises(InvalidError) as caught:
        site(publication(theme={"templates/episode.html": source}))
    assert caught.value.location is not None
    assert caught.value.location.file.startswith("theme/templates")
    if line:
        assert (caught.value.location.file, caught.value.location.line) == ("theme/templates/episode.html", line)


@pytest.mark.parametrize("value", ["red;}body{display:none", "url(https://a.example/)", "</style>", "a\nb", "@import"])
def test_theme_property_is_only_a_property(value: str) -> None:
    """A setting of the theme cannot smuggle in another rule, a script or an address."""
    with pytest.raises(InvalidError, match="theme cannot set"):
        site(publication(replace(SETTINGS, theme={"accent": value})))


DOCUMENT = (Path(__file__).parent.parent / "docs" / "themes.md").read_text("utf-8")
SECTIONS = dict(part.split("\n", 1) for part in DOCUMENT.split("\n## ")[1:])


def _first_cells(section: str) -> list[str]:
    rows = [line for line in SECTIONS[section].splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ", 1)[0])]


def test_documented_properties_are_there() -> None:
    """Every custom property that the documentation names is one that the style sheet defines and uses."""
    (style,) = [page.decode() for path, page in site(publication()).items() if re.search(r"site\.\w+\.css", path)]
    names = _first_cells("Properties")
    assert len(names) > 10
    for name in names:
        assert f"--{name}:" in style, name
        assert f"var(--{name})" in style, name


def test_documented_names_are_there() -> None:
    """A template that says every documented name of every kind of page makes every page."""
    names = _first_cells("Templates")
    pages = {"episode": "episode", "chapter": "episode", "series": "series", "person": "person",
             "organisation": "organisation", "tag": "tag", "shelves": "home", "newest": "home"}  # fmt: skip
    said: dict[str, list[str]] = {}
    given = {"(address)": "('people/')", "(language)": "('en')", "(date)": "('2020-04')"}
    for row in (line for line in SECTIONS["Templates"].splitlines() if line.startswith("| `")):
        first, _, rest = row.strip("| ").partition(" | ")
        mine = [name for name in re.findall(r"`([^`]+)`", first) if name in pages]
        also = [name for name in re.findall(r"`([^`|]+)`", rest) if not name.endswith(".html")]
        for name in mine:
            fitting = [one for one in also if len(mine) == 1]
            said.setdefault(pages[name], []).extend([name, *fitting])
        if first == "`page`":
            said["layout"] = [re.sub(r"\(\w+\)", lambda match: given[match[0]], name) for name in also]
    assert {*said} == {"layout", *pages.values()}
    assert {re.split(r"\W", name)[0] for name in names} >= {*pages, "archive", "page", "text", "html", "address"}
    theme = {
        f"templates/{name}.html": (
            f'{{% extends "totem/{name}.html" %}}{{% block footer %}}'
            + "".join(f"[{{{{ {one} }}}}]" for one in words)
            + "{% endblock %}"
        ).encode()
        for name, words in said.items()
    }
    made = site(publication(theme=theme))
    assert b"[" in made["index.html"]


def test_documented_templates_are_there() -> None:
    """The documentation names every template there is, and no other; every block it names is in the layout."""
    ours = builtin("templates")
    named = set(re.findall(r"`(\w+\.html)`", SECTIONS["Templates"]))
    parts = {"masthead.html", "colophon.html", "resources.html"}
    assert named - parts == set(ours) - parts
    blocks = ("opening", "recap", "about", "discussion", "neighbours")
    templates = {"layout.html": ("name", "canonical", "style", "header", "main", "footer"), "episode.html": blocks,
                 "series.html": blocks[:-1]}  # fmt: skip
    for template, own in templates.items():
        for block in own:
            assert f"block {block} ".encode() in ours[template]
            assert f"`{block}`" in SECTIONS["Templates"]


@pytest.mark.parametrize("block", ["opening", "recap", "about", "discussion", "neighbours"])
def test_a_theme_may_change_one_block(block: str) -> None:
    """One block of an episode's page says something else; all others stay."""
    theme = f'{{% extends "totem/episode.html" %}}{{% block {block} %}}<p>{{{{ page.path }}}} ici</p>{{% endblock %}}'
    own = site(publication(theme={"templates/episode.html": theme.encode()}))[EPISODE].decode()
    signs = {"opening": "<h1", "recap": 'class="prose"', "about": 'class="about"', "discussion": "<form",
             "neighbours": 'class="neighbours"'}  # fmt: skip
    assert f"{EPISODE} ici" in own
    assert {name for name, sign in signs.items() if sign not in own} == {block}


def test_a_broken_theme_leaves_the_old_site(tmp_path: Path) -> None:
    """An export that a broken template stops changes nothing of what was there."""
    publish(export(publication(), Options()), tmp_path / "site", format="html", filters={})
    before = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    broken = publication(theme={"templates/person.html": b"<p>\n{{ persn.name }}"})
    with pytest.raises(InvalidError) as caught:
        publish(export(broken, Options()), tmp_path / "site", format="html", filters={})
    assert caught.value.location == Location("theme/templates/person.html", 2)
    assert {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()} == before


def test_compiled_templates_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours are, where Python keeps its own; what is damaged there, or another version's, is made again."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled: set[str] = set()
    generate = QuickEnvironment._generate

    def generating(self: QuickEnvironment, source: Any, name: str | None, filename: str | None, **rest: bool) -> str:
        compiled.add(str(filename))
        return generate(self, source, name, filename, **rest)

    monkeypatch.setattr(QuickEnvironment, "_generate", generating)

    def made(theme: dict[str, bytes] | None = None) -> tuple[dict[str, bytes], set[str]]:
        kept._MEMORY.clear()
        compiled.clear()
        return site(publication(theme=theme)), {*compiled}

    with pytest.MonkeyPatch.context() as nowhere:
        nowhere.setattr(kept, "_place", lambda key: str(tmp_path / "none" / key))
        first, everything = made()
    assert {"episode.html", "layout.html"} <= everything
    cache = tmp_path / Path(kept.__file__).parent.relative_to("/")
    cache.mkdir(parents=True)
    assert made() == (first, everything)
    assert made() == (first, set())
    own = {"templates/tag.html": b'{% extends "totem/tag.html" %}{% block footer %}mine{% endblock %}'}
    assert made(own)[1] == made(own)[1] == {"theme/templates/tag.html"}
    files = sorted(cache.glob("template-*"))
    assert len(files) == len(everything)
    for file, content in zip(files, (b"", b"\0" * 99, files[2].read_bytes()[:-9]), strict=False):
        file.write_bytes(content)
    again, harmed = made()
    assert (again, len(harmed)) == (first, 3)
    monkeypatch.setattr(kept, "_maker", lambda: b"another")
    assert made() == (first, everything)


def test_pages_are_the_same_without_jinja2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once our templates are compiled, every page is rendered without it, to the same bytes."""
    site(publication())
    with monkeypatch.context() as patched:
        patched.setattr(Templates, "_environment", property(lambda _: pytest.fail("Jinja2 was asked")))
        bare = site(publication())
    monkeypatch.setattr(Bare, "get_template", Bare.undefined)
    assert site(publication()) == bare


def test_what_only_jinja2_can_is_left_to_it() -> None:
    """A template that asks for more than ours do is rendered by Jinja2, its first pages too."""
    asks = {
        "filter.html": "{{ word|upper }}",
        "test.html": "{% if word is string %}a{% endif %}",
        "name.html": "{% if word %}{{ range(2)|length }}{% endif %}",
        "join.html": "{{ [word, word|typo('fr')]|join('<') }}",
        "macro.html": "{% macro a() %}{{ kwargs|length }}{% endmacro %}{{ a(b=1) }}",
        "loop.html": "{% for one in [1] %}{{ loop.revindex }}{% endfor %}",
        "word.html": "{{ word }}",
    }
    ours = {name: text.encode() for name, text in asks.items()}
    made = [
        {name: templates.render(name, {"word": "b & c"}) for name in asks}
        for templates in (Templates(ours=ours, theme={}, typography=Typography()) for _ in range(2))
    ]
    assert made[0] == made[1]
    assert made[0]["word.html"] == b"b &amp; c"
    assert made[0]["join.html"] == b"b &amp; c&lt;b &amp; c"
    with pytest.raises(Exception, match="'wort' is undefined"):
        Templates(ours={"wrong.html": b"{{ wort }}"}, theme={}, typography=Typography()).render("wrong.html", {})


def test_code_of_templates_holds_no_settings() -> None:
    """Typography is asked when a page is made, not when its template is compiled: the code is kept for all archives."""
    plain, other = (
        Templates(ours=builtin("templates"), theme={}, typography=Typography(before_high=space))._environment
        for space in ("\u202f", "\u00a0")
    )
    for name, source in builtin("templates").items():
        text = source.decode()
        assert plain.compile(text, name, name, raw=True) == other.compile(text, name, name, raw=True), name
