"""The law of imports for folders: each value and each word of a source is in the archive, or in the report.

The folders are generated in the form of each make; what they say is known independently of how they are read, and of the
fixed folders the YAML is read by PyYAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from tests.folders import MAKES, NOTION, fill
from totem_cli.importers import Imported, Options
from totem_cli.importers.markdown import read

WORD = re.compile(r"[^\W_]+")
LETTERS = "abcdefghijklmnopqrstuvwxyzéàç"


class Talk(NamedTuple):
    """What a text says: pairs of key and value, and the pieces of its body."""

    keys: dict[str, str]
    pieces: list[str]


def words(alphabet: str = LETTERS) -> st.SearchStrategy[str]:
    """One to three words; each begins with a mark that no program's own word has."""
    one = st.text(alphabet, min_size=1, max_size=6).map("zq{}".format)
    return st.lists(one, min_size=1, max_size=3).map(" ".join)


PIECES: tuple[Callable[[str, str], str], ...] = (
    lambda a, _: a,
    lambda a, b: f"**{a}** et [{b}](autre.md)",
    lambda a, b: f"![{a}]({b.split()[0]}.png)",
    lambda a, b: f"[{a}](https://x.example/{b.split()[0]})",
    lambda a, b: f'{{{{< figure src="{b.split()[0]}.png" caption="{a}" >}}}}',
    lambda a, b: f"{{{{< youtube {b.split()[0]} >}}}} {a}",
    lambda a, b: f'{{{{< {b.split()[0]} "{a}" >}}}}',
    lambda a, b: f"{{{{% {b.split()[0]} %}}}}{a}{{{{% /{b.split()[0]} %}}}}",
    lambda a, b: f'{{% include {b.split()[0]}.html x="{a}" %}}',
    lambda a, b: f"{{% {b.split()[0]} %}} {a}",
    lambda a, b: f"{{{{ {b.split()[0]}.{a.split()[0]} }}}} {a}",
    lambda a, b: f"[[{a}|{b}]] ![[{b}.png]]",
    lambda a, b: f"> [!{b.split()[0]}] {a}",
    lambda a, b: f"```\n{{{{< {a} >}}}} [[{b}]]\n```",
    lambda a, b: f"`{{% {a} %}}` {b}",
    lambda a, b: f":::{b.split()[0]} {a}\n{b}\n:::",
    lambda a, b: f"## {a} {{#{b.split()[0]}}}",
    lambda a, b: f"{a}{{: .{b.split()[0]}}}",
    lambda a, b: f"%%{a}%% {b}",
    lambda a, b: f"- {a}\n- {b}",
    lambda a, b: f"| {a} | {b} |\n| --- | --- |\n| {b} | {a} |",
    lambda a, b: f"<p class='x'>{a} <b>{b}</b></p>",
)
KEYS = ("speaker", "lieu", "tags", "description", "licence", "humeur", "categories", "moderator", "subtitle", "layout")
VALUES = words()


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    """A talk with a title, some other keys, and some pieces of text."""
    keys = {"title": draw(VALUES)} | draw(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
    pieces = [draw(st.sampled_from(PIECES))(draw(VALUES), draw(VALUES)) for _ in range(draw(st.integers(0, 5)))]
    return Talk(keys, pieces)


def _yaml(talk: Talk) -> str:
    return "---\n" + "".join(f'{key}: "{value}"\n' for key, value in talk.keys.items()) + "---\n" + _body(talk)


def _toml(talk: Talk) -> str:
    return "+++\n" + "".join(f"{key} = '{value}'\n" for key, value in talk.keys.items()) + "+++\n" + _body(talk)


def _body(talk: Talk) -> str:
    return "\n\n".join(talk.pieces) + "\n"


def _header(talk: Talk) -> str:
    return "".join(f"{key.title()}: {value}\n" for key, value in talk.keys.items()) + f"\n{_body(talk)}"


def _properties(talk: Talk) -> str:
    rest = "".join(f"{key}: {value}\n" for key, value in talk.keys.items() if key != "title")
    return f"# {talk.keys['title']}\n\n{rest}\n{_body(talk)}"


def _rst(talk: Talk) -> str:
    title = talk.keys["title"]
    fields = "".join(f":{key}: {value}\n" for key, value in talk.keys.items() if key != "title")
    plain = [piece for piece in talk.pieces if WORD.fullmatch(piece.replace(" ", ""))]
    return f"{title}\n{'=' * len(title)}\n\n{fields}\n" + "\n\n".join([*plain, ".. zqnone:: Argument", ""])


MAKERS: dict[str, tuple[str, Callable[[Talk], str]]] = {
    "jekyll": ("_posts/2020-01-{at:02}-x.md", _yaml),
    "jekyll html": ("_posts/2020-01-{at:02}-x.html", _yaml),
    "hugo": ("content/talks/{at:02}/index.md", _toml),
    "hugo json": (
        "content/talks/{at:02}.md", lambda talk: json.dumps(talk.keys, ensure_ascii=False) + "\n\n" + _body(talk),
    ),
    "zola": (
        "content/talks/{at:02}.md", lambda talk: _toml(talk).replace("+++\n", "+++\n[extra]\n", 1)
        .replace("[extra]\n" + f"title = '{talk.keys['title']}'\n", f"title = '{talk.keys['title']}'\n[extra]\n", 1),
    ),
    "pelican": ("content/{at:02}.md", _header),
    "pelican rst": ("content/{at:02}.rst", _rst),
    "astro": ("src/content/talks/{at:02}.mdx", _yaml),
    "obsidian": ("Rencontres/{at:02}.md", _yaml),
    "notion": (f"Rencontres {NOTION}/Exposé {{at:02}} {NOTION}.md", _properties),
}  # fmt: skip


def found_words(found: Imported) -> set[str]:
    """Every word that the archive would have, and every word of the report."""
    records = to_builtins([*found.series, *found.episodes, *found.persons])
    report = [(note.what, note.why) for note in found.notes]
    text = json.dumps([records, report, sorted(found.media)], ensure_ascii=False)
    return {*WORD.findall(unquote(text.replace("\\n", " ")))}


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(talks(), min_size=1, max_size=3))
def test_nothing_is_lost(make: str, listed: list[Talk]) -> None:
    """Of generated folders of each make, every word of every value and of every text."""
    name, written = MAKERS[make]
    with TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {name.format(at=at): written(talk) for at, talk in enumerate(listed, 1)}
        if make == "obsidian":
            files[".obsidian/app.json"] = "{}"
        found = read(fill(Path(folder), files), Options())
        wanted = {
            word for path, text in files.items() if not path.startswith(".")
            for word in WORD.findall(text if isinstance(text, str) else "") if word.startswith("zq")
        }  # fmt: skip
        assert len(list(found.episodes)) == len(listed)
        assert wanted <= found_words(found)


def _scalars(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (str(key), *_scalars(item))]
    return [text for item in value for text in _scalars(item)] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("make", MAKES)
def test_every_file_is_read_or_told(tmp_path: Path, make: str) -> None:
    """Of each fixed folder, every file is a record, one of the media, what a setting came from, or told by its name."""
    yaml = pytest.importorskip("yaml")
    files = MAKES[make]
    found = read(fill(tmp_path, files), Options())
    words_found = found_words(found)
    told = " ".join(note.what for note in found.notes)
    for path, content in files.items():
        if path.startswith("."):
            continue
        if isinstance(content, bytes):
            assert tmp_path / path in found.media.values(), path
        elif match := re.match(r"---\n(.*?)^---\n", content, re.DOTALL | re.MULTILINE):
            # keys may have become fields of other names; dates are written as the model has them
            values = _scalars(list(yaml.load(match[1], Loader=yaml.BaseLoader).values()))
            missing = {word for text in values for word in WORD.findall(text)} - words_found
            assert not {word for word in missing if not word.isdigit()} - {"publish", "hero"}, path
            body = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|https?://\S+", "", content[match.end() :])
            assert not {*WORD.findall(re.sub(r"<[^<>]*>", "", body))} - words_found - {"figure"}, path
        elif path.endswith((".md", ".rst", ".markdown")):
            assert any(word in words_found for word in WORD.findall(content)), path
        elif path.endswith(("css", "js", "canvas", "html")):
            assert path.split("/")[0] in told, path
