"""Themes: templates and files of the archive's own, custom properties."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.bccache import Bucket
from msgspec.structs import replace

from tests.conftest import Shell
from tests.html_site import SETTINGS, publication, read, site
from totem_cli.errors import InvalidError, Location
from totem_cli.exporters import Options
from totem_cli.exporters.html import export
from totem_cli.exporters.html.assets import builtin
from totem_cli.exporters.html.environment import Templates
from totem_cli.exporters.html.properties import check_property
from totem_cli.model.settings import Typography
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


@pytest.mark.parametrize("name", ["accent", "measure", "serif", "dark-paper", "my-own"])
@pytest.mark.parametrize(
    "value",
    ["red;}body{display:none", "url(https://a.example/)", "</style>", "a\nb", "@import", "red/*", "*/ red", "red\\3b",
     "", "src('x')", "{}", "[a]", "var(--x", "image-set('x')", "rgb(url(x))", "red !important", "'a", "calc(1px", "/"],
)  # fmt: skip
def test_theme_property_is_only_a_property(name: str, value: str) -> None:
    """A setting of the theme cannot smuggle in another rule, a script or an address, nor hide what follows."""
    with pytest.raises(InvalidError, match="theme cannot set"):
        check_property(name, value)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("accent", ["#8a1c1c", "#fff8", "Crimson", "rgb(1 2 3 / 50%)", "hsl(120deg 50% 50%)", "oklch(60% 0.1 20)",
                    "color-mix(in srgb, red, blue)", "light-dark(#000, #fff)", "var(--ink)", "transparent"],
         ["58ch", "redd", "#12", "red blue", "rgb(1)", "12", "calc(1px)"]),
        ("measure", ["58ch", "0", "90%", "clamp(1rem, 5vw, 3rem)", "calc(100% - 2rem)"],
         ["red", "12", "58", "58xx", "58 ch", "1px 2px", "rgb(1 2 3)"]),
        ("serif", ["serif", "'Source Serif 4', Georgia, serif", "Iowan Old Style, serif"],
         ["12", "a,,b", "a,", "'a' b", "#fff", "1px"]),
        ("my-own", ["#fff", "12", "1px", "'x'", "a, b", "var(--x)"], ["1px 2px", "a b 1", "f(x)"]),
    ],
)  # fmt: skip
def test_values_are_of_their_kind(name: str, good: list[str], bad: list[str]) -> None:
    """A colour is one colour, a length one length, fonts are names with commas between."""
    for value in good:
        check_property(name, value)
        check_property(f"dark-{name}", value)
    for value in bad:
        with pytest.raises(InvalidError, match="theme cannot set"):
            check_property(name, value)


def test_a_property_is_named_with_its_place(totem: Shell) -> None:
    """The error of a property says its line and column."""
    totem("init", "archive", "--quiet")
    with (totem.folder / "archive" / "totem.toml").open("a") as file:
        file.write('\n[theme]\nmeasure = "58ch"\naccent = "red/*"\n')
    lines = (totem.folder / "archive" / "totem.toml").read_text().split("\n")
    done = totem("export", "html", "--output", "site")
    assert done.code == 4
    line = lines.index('accent = "red/*"') + 1
    assert f"archive/totem.toml:{line}:10: the theme cannot set accent" in done.err
    assert not (totem.folder / "site" / "index.html").exists()


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


def _compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on."""
    names: list[str] = []
    generate = Environment._generate

    def generating(self: Environment, source: Any, name: str | None, filename: str | None, **rest: bool) -> str:
        names.append(str(filename))
        return generate(self, source, name, filename, **rest)

    monkeypatch.setattr(Environment, "_generate", generating)
    return names


def test_compiled_templates_are_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second export compiles nothing; a damaged file of the cache is made again; an archive holds no code."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compiled = _compiled(monkeypatch)
    first = site(publication())
    assert {"episode.html", "layout.html", "parts.html"} <= {*compiled}
    everything = len(compiled)
    compiled.clear()
    assert site(publication()) == first
    assert compiled == []
    files = sorted((tmp_path / "totem" / "templates").iterdir())
    assert len(files) == everything
    for file, content in zip(files, (b"", b"\0" * 99, files[2].read_bytes()[:-9]), strict=False):
        file.write_bytes(content)
    assert site(publication()) == first
    assert len(compiled) == 3


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o500])
def test_a_cache_that_others_may_write_to_is_not_used(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled templates are code: they are read from a folder of the user's own only, and else compiled each time."""
    if mode == 0o500 and os.geteuid() == 0:
        monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "totem" / "templates"
    folder.mkdir(parents=True)
    folder.chmod(mode)
    assert site(publication()) == site(publication())
    assert [*folder.iterdir()] == []


def test_a_cache_on_a_full_disk_stops_no_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache cannot be written, the page is rendered all the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with monkeypatch.context() as full:
        full.setattr(Bucket, "write_bytecode", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        first = site(publication())
    assert [*(tmp_path / "totem" / "templates").iterdir()] == []
    assert site(publication()) == first


def test_a_cached_template_holds_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two archives with the same template and other typography share compiled code, and each gets its own spaces."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = {"own.html": b"{{ 'Quoi ?'|typo('fr') }}{{ '<p>Quoi ?</p>'|content('fr', '') }}"}
    for space in ("\u202f", "\u00a0"):
        templates = Templates(ours=source, theme={}, typography=Typography(before_high=space))
        assert templates.render("own.html", {}).decode() == f"Quoi{space}?<p>Quoi{space}?</p>"


ATTACKS = {
    "globals of a function": "{{ page.to.__globals__ }}",
    "classes of a text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "an attribute by a filter": "{{ ''|attr('__class__') }}",
    "an attribute by map": "{{ ['x']|map(attribute='__class__')|join }}",
    "an attribute by a subscript": "{{ page['__class__'] }}",
    "a format": "{{ '{0.__class__.__init__.__globals__}'.format(page) }}",
    "a format of safe text": "{{ ('{0.__class__}'|safe).format(page) }}",
    "a format that is bound elsewhere": "{% set f = ['{0.__class__}'.format]|first %}{{ f(page) }}",
    "a mapped format": "{{ [page]|map('{0.__class__}'.format)|list }}",
    "the environment": "{{ self.__init__.__globals__ }}",
    "a macro's code": "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "namespace": "{{ namespace.__init__.__globals__ }}",
    "the loop": "{% for x in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "the frame of a generator": "{{ ([1]|map('upper')).gi_frame }}",
    "a change": "{{ page.sections.append(1) }}{{ page.words.update({}) }}",
    "a file above": "{% include '../../totem.toml' %}",
    "a file of the machine": "{% include '/etc/passwd' %}",
    "an import": "{% import 'os' as os %}{{ os }}",
    "a long range": "{% for x in range(10000000) %}{% endfor %}",
    "nested loops": "{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}",
    "calls that double": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(90) }}",
    "a recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a repeated text": "{{ 'x' * 999999999999 }}",
    "a repeated list": "{{ 999999999 * [1] }}",
    "a power": "{{ 9 ** 99999999 }}",
    "a wide text": "{{ '%999999999d' % 1 }}",
    "a wide format": "{{ '{:>999999999}'.format(1) }}",
    "a width given apart": "{{ '%*d'|format(999999999, 1) }}",
    "a centred text": "{{ 'x'|center(999999999) }}",
    "words without end": "{{ lipsum(n=999999) }}",
    "a text filled up by a method": "{{ 'x'.ljust(999999999) }}",
    "groups filled up": "{{ [1]|batch(999999999, 'x')|list }}",
    "lists added to lists": "{{ [[1], [2]]|sum(start=[]) }}",
    "a number that grows": "{% set n = namespace(x=99) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "a large text again and again": "{% for i in range(9999) %}" + "y" * 20_000 + "{% endfor %}",
    "a value again and again": "{% set x = 'x' * 99999 %}{% for i in range(9999) %}{{ x }}{% endfor %}",
    "a file again and again": "{% for i in range(99999) %}{% include 'parts.html' %}{% endfor %}",
    "lists in lists": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
    "{{ n.x|tojson }}",
}
GROWING = {
    "put together": "n.x ~ n.x",
    "added": "n.x + n.x",
    "repeated": "n.x * 9",
    "joined": "[n.x, n.x]|join",
    "joined by a method": "n.x.join([n.x, n.x])",
    "replaced": "n.x|replace('x', 'xxx')",
    "replaced by a method": "n.x.replace('x', 'xxx')",
    "formatted": "'%s%s'|format(n.x, n.x)",
    "formatted by an operator": "'%s%s' % (n.x, n.x)",
    "formatted by a method": "'{0}{0}'.format(n.x)",
    "indented": "n.x|indent(9, true) + n.x",
}
ATTACKS |= {
    f"a text that doubles, {name}": "{% set n = namespace(x='xx') %}{% for i in range(60) %}"
    f"{{% set n.x = {how} %}}{{% endfor %}}"
    for name, how in GROWING.items()
} | {
    "a text that doubles, captured": "{% set n = namespace(x='xx') %}{% for i in range(60) %}"
    "{% set y %}{{ n.x }}{{ n.x }}{% endset %}{% set n.x = y %}{% endfor %}",
    "a list that doubles": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
}


@pytest.mark.parametrize("attack", [pytest.param(text, id=name) for name, text in ATTACKS.items()])
def test_a_theme_runs_no_code(attack: str) -> None:
    """What leads to Python, to files, or to no end is an error at its line; the same page without it is made."""
    template = '{% extends "totem/episode.html" %}{% block footer %}\n<i>[HERE]</i>{% endblock %}'
    made = site(publication(theme={"templates/episode.html": template.replace("HERE", "").encode()}))
    assert b"<i>[]</i>" in made[EPISODE]
    with pytest.raises(InvalidError, match="the template is broken") as caught:
        site(publication(theme={"templates/episode.html": template.replace("HERE", attack).encode()}))
    assert caught.value.location is not None
    assert caught.value.location.file == "theme/templates/episode.html"
    assert caught.value.location.line in (2, None)


def test_stock_templates_are_the_same_in_the_sandbox() -> None:
    """A theme that changes one page leaves every other page as it was."""
    settings = replace(SETTINGS, html=replace(SETTINGS.html, search=False))
    theme = {"templates/404.html": b'{% extends "totem/404.html" %}'}
    assert site(publication(settings, theme=theme)) == site(publication(settings))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' ~ 1 ~ '<b>' ~ ('<i>'|safe)", "a1&lt;b&gt;<i>"),
        ("'%s, %s of %d' % ('a', '<', 3)", "a, &lt; of 3"),
        ("'{} {n:>5}'.format('a', n=1)", "a     1"),
        ("['a', 'b']|map('upper')|join(', ')", "A, B"),
        ("'a-b'.replace('-', '+')|center(5)", " a+b "),
        ("[1, 2, 3][1:]|sum", "5"),
        ("[1, 2, 3]|batch(2, 0)|list", "[[1, 2], [3, 0]]"),
        ("(['a'] + ['b']) * 2", "[&#39;a&#39;, &#39;b&#39;, &#39;a&#39;, &#39;b&#39;]"),
        ("{'a': [1, 'é']}|tojson", '{"a": [1, "\\u00e9"]}'),
        ("'abcdef'[1:3] + 'x' * 3", "bcxxx"),
    ],
)
def test_what_a_theme_may_do(expression: str, expected: str) -> None:
    """What is limited does within the limits what Jinja2 does."""
    theme = {"templates/404.html": f"<i>{{{{ {expression} }}}}</i>".encode()}
    assert site(publication(theme=theme))["404.html"].decode().strip() == f"<i>{expected}</i>"
