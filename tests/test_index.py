"""What the index answers from the files of an archive, with changes that are not written yet."""

from __future__ import annotations

import inspect
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.errors import InvalidError, NotFoundError
from totem_cli.index import comparison, schema
from totem_cli.index.index import Index
from totem_cli.index.parse import ParsedFile, parse
from totem_cli.language.fold import search_words
from totem_cli.model import episode, fields, parts, person, series, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

FILES = {
    "totem.toml": 'title = "Les causeries"\nlanguage = "fr"\n',
    "series/talks/series.md": '+++\ntitle = "Talks"\n+++\n\nIntroduction.\n',
    "series/talks/01-marches.md": """+++
id = "7f1d3c0e-5b0e-4a52-9d3c-1f6f3f6f0f11"
number = 1
title = "Les marchés de l’Œuvre"
tags = ["économie"]
mood = "calm"
questions = ["À quoi bon le troc ?"]

[[guests]]
name = "Ada Brun"
role = "géographe"
organisations = ["Lyon 3"]
+++

Un récit sur les ports.
""",
    "series/talks/02-ports.md": '+++\ntitle = "Les ports"\nsummary = "Troc"\n+++\n\nAda n’y était pas.\n',
    "series/talks/07-broken.md": "+++\ntitle = 7\n+++\n",
    "series/other/01-ports.md": '+++\nid = "7f1d3c0e-5b0e-4a52-9d3c-1f6f3f6f0f12"\ntitle = "Ports, ailleurs"\n+++\n',
    "people/ada-brun.md": '+++\nname = "Ada Brun"\n+++\n\nGéographe.\n',
    "comments/talks/c1.md": "+++\n+++\nBravo\n",
}


def write(root: Path, path: str, content: str | bytes) -> None:
    """Write a file with the folders it needs."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content.encode() if isinstance(content, str) else content)


def begin(index: Index) -> dict[str, bytes | None]:
    """Begin a transaction whose contents are in the dict that comes back."""
    contents: dict[str, bytes | None] = {}
    index.begin(contents.get)
    return contents


def put(index: Index, contents: dict[str, bytes | None], path: str, content: bytes) -> ParsedFile:
    """Put a file into a transaction."""
    contents[path] = content
    parsed = parse(path, content)
    index.put(parsed)
    return parsed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with a little of everything, one file broken."""
    for path, text in FILES.items():
        write(tmp_path, path, text)
    return tmp_path


def slugs(found: list[episode.Episode]) -> list[str]:
    """The episodes by series and slug."""
    return [f"{one.series}/{one.slug}" for one in found]


def test_settings_and_series_and_people(root: Path) -> None:
    """Every kind of file is told, its text with it."""
    with Index(root) as index:
        assert index.settings().title == "Les causeries"
        assert [(one.slug, one.introduction) for one in index.series()] == [("talks", "Introduction.")]
        assert index.series("talks") == index.series()
        assert index.series("other") == []
        assert [(one.name, one.biography) for one in index.people()] == [("Ada Brun", "Géographe.")]


def test_episodes_come_by_path_without_their_recaps(root: Path) -> None:
    """A list reads values only; recaps come when asked for."""
    with Index(root) as index:
        assert slugs(list(index.episodes())) == ["other/01-ports", "talks/01-marches", "talks/02-ports"]
        assert {one.recap for one in index.episodes()} == {""}
        assert [one.recap for one in index.episodes(series="talks", bodies=True)] == [
            "Un récit sur les ports.",
            "Ada n’y était pas.",
        ]
        first = index.episodes(series="talks")[0]
        assert (first.extra, first.absent) == ({"mood": "calm"}, episode.INHERITED)


def test_many_episodes_come_whole(tmp_path: Path) -> None:
    """A long list, read in pieces, lacks none and repeats none."""
    for number in range(1203):
        write(tmp_path, f"series/a/{number}.md", f'+++\ntitle = "T{number}"\n+++\n')
    with Index(tmp_path) as index:
        found = [one.slug for one in index.episodes()]
    assert found == sorted(map(str, range(1203)))


def test_find_by_each_name(root: Path) -> None:
    """By number, by slug with or without its number, by the beginning of its id; narrowed by series."""
    with Index(root) as index:
        assert slugs(index.find_episodes(number=1)) == ["other/01-ports", "talks/01-marches"]
        assert slugs(index.find_episodes(number=1, series="talks")) == ["talks/01-marches"]
        assert slugs(index.find_episodes(slug="ports")) == ["other/01-ports", "talks/02-ports"]
        assert slugs(index.find_episodes(slug="02-ports")) == ["talks/02-ports"]
        assert slugs(index.find_episodes(id_prefix="7F1D3C0E")) == ["other/01-ports", "talks/01-marches"]
        assert slugs(index.find_episodes(id_prefix="7f1d3c0e-5b0e-4a52-9d3c-1f6f3f6f0f12")) == ["other/01-ports"]
        assert index.find_episodes(id_prefix="%") == index.find_episodes(slug="") == index.find_episodes(number=9) == []
        assert index.find_episodes(slug="marches")[0].recap == "Un récit sur les ports."


def test_what_no_file_can_be_called_is_not_found(root: Path) -> None:
    """A number beyond 64 bits, and arguments that are not text, are no bugs."""
    with Index(root) as index:
        assert index.find_episodes(number=10**30) == index.find_episodes(slug="\udcff") == []
        assert index.find_episodes(series="\udcff") == index.find_episodes(id_prefix="\udcff") == []
        assert index.search(["\udcff"], limit=None) == index.series("\0") == []
        assert (index.path_of("person", "\udcff"), index.digest("\udcff")) == (None, b"")


def test_recap_of_one_episode(root: Path) -> None:
    """The text alone; its problem, or its absence, as an error."""
    with Index(root) as index:
        assert index.recap("talks", "02-ports") == "Ada n’y était pas."
        with pytest.raises(InvalidError, match="title must be text"):
            index.recap("talks", "07-broken")
        with pytest.raises(NotFoundError, match="there is no talks/none"):
            index.recap("talks", "none")


def test_numbers_and_slugs_count_what_cannot_be_read(root: Path) -> None:
    """A broken file, or a link, keeps its number and its name."""
    (root / "series/talks/09-link.md").symlink_to("01-marches.md")
    with Index(root) as index:
        assert index.numbers("talks") == [1, 2, 7, 9]
        assert index.slugs("talks") == {"01-marches", "02-ports", "07-broken", "09-link"}
        assert index.path_of("episode", "09-link", series="talks") == "series/talks/09-link.md"
        assert (index.numbers("none"), index.slugs("none")) == ([], set())


def test_problems_say_where(root: Path) -> None:
    """Each problem has its file, line and column, the same when it comes from disk."""
    write(root, "people/bad.md", b"+++\n\xff\n+++\n")
    for _ in range(2):
        with Index(root) as index:
            found = dict(index.problems())
            assert list(found) == ["people/bad.md", "series/talks/07-broken.md"]
            assert str(found["series/talks/07-broken.md"]) == (
                "series/talks/07-broken.md:2:9: title must be text, not a whole number"
            )
            problem = found["series/talks/07-broken.md"]
            assert isinstance(problem, InvalidError)
            assert problem.field == "title"


def test_settings_that_cannot_be_read_raise_their_problem(root: Path) -> None:
    """Invalid, missing and linked settings are told, each in its way."""
    with Index(root) as index:
        write(root, "totem.toml", "title = 1\n")
        index.refresh()
        with pytest.raises(InvalidError, match=r"totem\.toml:1:9: title must be text"):
            index.settings()
        (root / "totem.toml").unlink()
        index.refresh()
        with pytest.raises(NotFoundError, match=r"there is no totem\.toml"):
            index.settings()
        (root / "totem.toml").symlink_to("other.toml")
        index.refresh()
        with pytest.raises(InvalidError, match="symbolic link"):
            index.settings()


@pytest.mark.parametrize(
    "line",
    ["number = 9223372036854775808", "big = 123456789012345678901234567890", "big = " + "[" * 600 + "]" * 600],
)
def test_values_that_nothing_can_hold_are_problems(root: Path, line: str) -> None:
    """TOML that is beyond its own limits is a problem of its file, nobody else's."""
    write(root, "series/talks/03-x.md", f'+++\ntitle = "X"\n{line}\n+++\n')
    with Index(root) as index:
        assert "series/talks/03-x.md" in dict(index.problems())
        assert len(list(index.episodes())) == 3


def test_path_of_is_the_real_one(root: Path) -> None:
    """A decomposed file name is found by its slug, and kept."""
    real = normalize("NFD", "series/talks/03-école.md")
    write(root, real, '+++\ntitle = "École"\n+++\n\nTexte.\n')
    with Index(root) as index:
        assert index.path_of("episode", "03-école", series="talks") == real
        assert index.path_of("episode", normalize("NFD", "03-école"), series="talks") == real
        assert index.recap("talks", "03-école") == "Texte."
        assert index.path_of("series", "talks") == "series/talks/series.md"
        assert index.path_of("person", "ada-brun") == "people/ada-brun.md"
        assert index.path_of("settings") == "totem.toml"
        assert index.path_of("comment", "c1", series="talks") == "comments/talks/c1.md"
        assert index.path_of("person", "talks") is None


def test_two_files_of_one_slug_are_a_problem(root: Path) -> None:
    """Composed and decomposed names would be one page."""
    for form in ("NFC", "NFD"):
        write(root, normalize(form, "series/talks/03-école.md"), '+++\ntitle = "École"\n+++\n')
    with Index(root) as index:
        found = dict(index.problems())[normalize("NFC", "series/talks/03-école.md")]
        assert "same name as another file" in found.message


def test_digests_are_of_the_bytes(root: Path) -> None:
    """Every file has a digest, which its bytes alone decide."""
    write(root, "series/talks/08.md", FILES["series/talks/02-ports.md"])
    with Index(root) as index:
        digests = [index.digest(path) for path in index.paths("series/talks")]
        assert index.digest("series/talks/08.md") == index.digest("series/talks/02-ports.md")
        assert len(set(digests)) == len(digests) - 1
        assert index.digest("series/talks/none.md") == b""
        assert len(index.digest("totem.toml")) == 16


# Search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("oeuvre", ["talks/01-marches"]),
        ("ŒUVRE", ["talks/01-marches"]),
        ("march", ["talks/01-marches"]),
        ("arché", []),
        ("geographe lyon", ["talks/01-marches"]),
        ("economie", ["talks/01-marches"]),
        ("troc", ["talks/01-marches", "talks/02-ports"]),
        ("ada", ["talks/01-marches", "talks/02-ports"]),
        ("ada ailleurs", []),
        ("ports", ["other/01-ports", "talks/01-marches", "talks/02-ports"]),
    ],
)
def test_search_finds_every_word_anywhere(root: Path, query: str, found: list[str]) -> None:
    """Title, people, questions, tags, summary and recap; folded; each word as the beginning of one."""
    with Index(root) as index:
        hits = sorted(f"{one}/{slug}" for one, slug in index.search(search_words(query), limit=None))
    assert hits == found


def test_search_ranks_by_where_the_word_is(tmp_path: Path) -> None:
    """A title counts most, then guests, then tags and questions, then the recap; equals come by path."""
    texts = [
        *('title = "a a"\n+++\nmarée b', 'title = "a a"\ntags = ["marée"]\n+++\nb', 'title = "a a"\n+++\nmarée b'),
        *('title = "a a"\nguests = [{ name = "marée" }]\n+++\nb', 'title = "a marée"\n+++\nb b'),
        *['title = "a a"\n+++\nb b'] * 8,
    ]
    for number, text in enumerate(texts):
        write(tmp_path, f"series/s/{number}.md", f"+++\n{text}\n")
    with Index(tmp_path) as index:
        every = index.search(["maree"], limit=None)
        assert [slug for _, slug in every] == ["4", "3", "1", "0", "2"]
        assert [index.search(["maree"], limit=most) for most in range(1, 7)] == [every[:most] for most in range(1, 7)]


def test_search_is_limited(root: Path) -> None:
    """The best come first, as many as wanted."""
    with Index(root) as index:
        every = index.search(["ports"], limit=None)
        assert index.search(["ports"], limit=1) == every[:1]
        assert index.search(["ports"], limit=0) == []
        assert index.search([], limit=None) == []


@given(
    words=st.lists(st.text(max_size=8) | st.sampled_from(['"', "*", "NEAR(", "title:", "ada OR", "^", "-x", "\0", "+"]))
)
def test_a_query_is_never_syntax(words: list[str]) -> None:
    """Whatever the words, a search answers; it finds nothing that does not hold them."""
    with Index(QUERIES) as index:
        found = index.search(words, limit=None)
        if any("zzz" in word for word in words):
            assert found == []


@pytest.fixture(autouse=True, scope="module")
def _queries(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One archive for all examples of a property."""
    global QUERIES
    QUERIES = tmp_path_factory.mktemp("queries")
    for path, text in FILES.items():
        write(QUERIES, path, text)


QUERIES: Path


# Transactions


@pytest.mark.parametrize("memory", [False, True])
def test_what_is_put_is_seen_until_the_index_is_closed(root: Path, memory: bool) -> None:
    """Reads see pending changes; afterwards all is as it was, for this index and for others."""
    with Index(root, memory=memory) as index, Index(root) as other:
        before, state = [*index.episodes(bodies=True)], index.state
        other.refresh()
        contents = begin(index)
        added = put(index, contents, "series/talks/03-neuf.md", b'+++\ntitle = "Du neuf"\n+++\n\nSoleil.\n')
        put(index, contents, "series/talks/01-marches.md", b'+++\nnumber = 30\ntitle = "Autre"\n+++\n')
        index.remove("series/talks/02-ports.md")
        broken = put(index, contents, "people/ada-brun.md", b"+++\n")

        assert (added.value.title, added.body) == ("Du neuf", "Soleil.")  # type: ignore[union-attr]
        assert isinstance(broken.problem, InvalidError)
        assert index.numbers("talks") == [3, 7, 30]
        assert index.search(["soleil"], limit=None) == [("talks", "03-neuf")]
        assert index.search(["oeuvre"], limit=None) == index.people() == []
        assert index.recap("talks", "03-neuf") == "Soleil."
        assert index.state != state
        index.refresh()
        assert index.numbers("talks") == [3, 7, 30]
        other.refresh()
        assert [*other.episodes(bodies=True)] == before

        index.close()
        assert [*index.episodes(bodies=True)] == before
        assert index.search(["oeuvre"], limit=None) == [("talks", "01-marches")]
        assert len(index.people()) == 1
        assert memory or index.state == state
        index.close()


def test_what_is_committed_is_not_parsed_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a change are kept: the next index finds the file's content as the rows say."""
    content = b'+++\ntitle = "Du neuf"\n+++\n\nSoleil.\n'
    with Index(root) as index:
        put(index, begin(index), "series/talks/03-neuf.md", content)
        index.remove("series/talks/02-ports.md")
        write(root, "series/talks/03-neuf.md", content)
        (root / "series/talks/02-ports.md").unlink()
        index.commit()
    monkeypatch.setattr("totem_cli.index.parse.parse", lambda *_: pytest.fail("a file was parsed"))
    with Index(root) as index:
        assert index.numbers("talks") == [1, 3, 7]
        assert index.search(["soleil"], limit=None) == [("talks", "03-neuf")]


def test_what_is_committed_and_not_on_the_disk_is_forgotten(root: Path) -> None:
    """Whoever commits rows of files that are otherwise misleads nobody."""
    with Index(root) as index:
        contents = begin(index)
        put(index, contents, "series/talks/03-neuf.md", b'+++\ntitle = "Du neuf"\n+++\n')
        put(index, contents, "series/talks/02-ports.md", b'+++\ntitle = "Autre"\n+++\n')
        index.remove("series/talks/01-marches.md")
        index.commit()
    with Index(root) as index:
        assert [one.title for one in index.episodes(series="talks")] == ["Les marchés de l’Œuvre", "Les ports"]


def test_pending_changes_never_reach_the_disk(root: Path) -> None:
    """Whoever closes with changes pending leaves the index as it was, byte for byte."""
    with Index(root) as index:
        index.refresh()
    stored = (root / ".totem/index.sqlite").read_bytes()

    index = Index(root)
    contents = begin(index)
    for number in range(300):
        text = f'+++\ntitle = "X {number}"\n+++\n{"mot " * 4000}\n'.encode()
        put(index, contents, f"series/talks/{number}-x.md", text)
    assert len(index.slugs("talks")) == 303
    index.close()

    assert sorted(path.name for path in (root / ".totem").iterdir()) == [".gitignore", "index.sqlite"]
    assert (root / ".totem/index.sqlite").read_bytes() == stored


def test_a_put_heals_a_file_that_could_not_be_read(root: Path) -> None:
    """A pending file takes the place of the link; closing the index brings the problem back."""
    (root / "people/link.md").symlink_to("ada-brun.md")
    with Index(root) as index:
        assert "people/link.md" in dict(index.problems())
        put(index, begin(index), "people/link.md", b'+++\nname = "L"\n+++\n')
        assert "people/link.md" not in dict(index.problems())
        index.close()
        assert "people/link.md" in dict(index.problems())


def test_memory_leaves_the_archive_alone(root: Path) -> None:
    """Nothing is made for a dry run, neither where there is no index nor where there is a stale one."""
    with Index(root, memory=True) as index:
        put(index, begin(index), "series/talks/03.md", b'+++\ntitle = "X"\n+++\n')
        assert index.numbers("talks") == [1, 2, 3, 7]
    assert not (root / ".totem").exists()

    with Index(root) as index:
        index.refresh()
    stored = (root / ".totem/index.sqlite").read_bytes()
    write(root, "series/talks/04.md", '+++\ntitle = "Y"\n+++\n')
    with Index(root, memory=True) as index:
        put(index, begin(index), "series/talks/03.md", b'+++\ntitle = "X"\n+++\n')
        assert index.numbers("talks") == [1, 2, 3, 4, 7]
    assert (root / ".totem/index.sqlite").read_bytes() == stored


# Snapshots and states


@pytest.mark.parametrize("memory", [False, True])
def test_a_snapshot_stays_as_it_was(root: Path, tmp_path_factory: pytest.TempPathFactory, memory: bool) -> None:
    """A snapshot answers as the index did, whatever happens to the archive; nothing is written for it."""
    path = tmp_path_factory.mktemp("snapshot") / "index"
    with Index(root, memory=memory) as index:
        before, found = index.episodes(bodies=True), index.search(["troc"], limit=None)
        state = index.state
        index.snapshot(path)
    shutil.rmtree(root)
    path.chmod(0o400)
    with Index.open_snapshot(path, root) as snapshot:
        snapshot.refresh()
        assert (snapshot.episodes(bodies=True), snapshot.search(["troc"], limit=None)) == (before, found)
        assert snapshot.state == state
    assert [one.name for one in path.parent.iterdir()] == ["index"]


def test_the_state_changes_with_the_content(root: Path) -> None:
    """The token is another after each change, and the same after none, or after new times alone."""
    with Index(root) as index, Index(root) as other:
        states = [index.state]
        os.utime(root / "series/talks/02-ports.md", ns=(10**18, 10**18))
        index.refresh()
        assert [index.state, other.state] == states * 2
        write(root, "series/talks/02-ports.md", '+++\ntitle = "Y"\n+++\n')
        other.refresh()
        states.append(index.state)
        (root / "series/talks/02-ports.md").unlink()
        index.refresh()
        states.append(other.state)
        assert len(set(states)) == 3


# What the rows hold

ROWS = """+++
title = "Un titre"
date = 2020-04-09T18:30:00+02:00
language = "en"
tags = ["Été", "ete", "Mer"]
partners = ["Usbek & Rica"]
aliases = ["ancien"]
translation_of = "7f1d3c0e-5b0e-4a52-9d3c-1f6f3f6f0f11"
image = "media/a.png"
media = [{ path = "b.mp3" }]
guests = [{ name = "Ada  Brun", role = "géographe", organisations = ["Lyon 3"] }, { name = "Luc", person = "luc-2" }]
hosts = ["Zoé"]
+++

![](media/c.png)
"""


def rows(index: Index, query: str) -> list[Any]:
    """What a query gives, all columns."""
    return index.rows(query)


def test_rows_say_who_and_what_a_file_names(root: Path) -> None:
    """Everyone, every organisation and every tag once, as they are written: what completion offers."""
    write(root, "series/talks/03-x.md", ROWS)
    with Index(root) as index:
        found = rows(index, "SELECT name.kind, name.name FROM name JOIN file USING (id) WHERE slug = '03-x'")
        assert sorted(found) == [
            ("organisation", "Lyon 3"),
            ("organisation", "Usbek & Rica"),
            ("person", "Ada  Brun"),
            ("person", "Luc"),
            ("person", "Zoé"),
            ("tag", "Mer"),
            ("tag", "ete"),
            ("tag", "Été"),
        ]


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("c.png", "d.png", {"full"}),
        ('"géographe"', '"poète"', {"full", "metadata"}),
        ('["Été", "ete", "Mer"]', '["Été"]', {"full", "metadata"}),
        ('"Un titre"', '"Un autre"', {"full", "metadata", "list"}),
        ('"Luc"', '"Lucie"', {"full", "metadata", "list"}),
        ("2020-04-09", "2020-04-10", {"full", "metadata", "list"}),
        ('language = "en"', 'language = "en"\nsubtitle = "Sous-titre"', {"full", "metadata"}),
        ("# rien", "# encore rien", set()),
    ],
)
def test_digests_of_an_episode(root: Path, before: str, after: str, changed: set[str]) -> None:
    """Each digest is of what it says: the whole, all but the recap, what lists show."""
    text = ROWS.replace("\n", "\n# rien\n", 1)
    found = []
    for content in (text, text.replace(before, after)):
        write(root, "series/talks/03-x.md", content)
        with Index(root) as index:
            (row,) = (one for one in index.outlines() if one.slug == "03-x")
            found.append((row.full, row.metadata, row.listed))
    assert {len(digest) for digest in found[0]} == {16}
    names = ("full", "metadata", "list")
    assert {name for name, one, other in zip(names, *found, strict=True) if one != other} == changed


def test_a_change_leaves_no_row_behind(root: Path) -> None:
    """Whatever a file says next, the tables are those of an index made afresh."""
    with Index(root) as index:
        for content in (ROWS, FILES["series/talks/01-marches.md"], "+++\ntitle = 7\n+++\n", ROWS, None):
            (root / "series/talks/01-marches.md").unlink()
            if content:
                write(root, "series/talks/01-marches.md", content)
            else:
                (root / "series/talks/02-ports.md").unlink()
            index.refresh()
            with Index(root, memory=True) as fresh:
                fresh._path = os.devnull
                assert contents_of(index) == contents_of(fresh)


def contents_of(index: Index) -> dict[str, bytes]:
    """What an index holds of each file."""
    return index._ask(comparison.contents)


# What it is made for


def test_the_version_knows_every_type() -> None:
    """A new or changed type of the model makes another index."""
    modules: tuple[ModuleType, ...] = (episode, fields, parts, person, series, settings)
    kinds = {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, msgspec.Struct) and value.__module__ == module.__name__
    }
    covered = {cls for struct in schema.STRUCTS for cls in struct.__mro__}
    assert kinds <= covered


def test_another_version_makes_another_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another totem is not believed."""
    with Index(root) as index:
        index.refresh()
        index._ask(lambda db: db.execute("UPDATE file SET number = 9"))
    monkeypatch.setattr("totem_cli.index.schema.version", lambda: 7)
    with Index(root) as index:
        assert index.numbers("talks") == [1, 2, 7]
        assert rows(index, "PRAGMA user_version") == [(7,)]


def test_the_folder_keeps_itself_out_of_git(root: Path) -> None:
    """The folder that the index makes is ignored; one that was there is left as it is."""
    with Index(root) as index:
        index.refresh()
    assert (root / ".totem/.gitignore").read_text() == "*\n"
    (root / ".totem/.gitignore").unlink()
    (root / ".totem/index.sqlite").unlink()
    with Index(root) as index:
        index.refresh()
    assert [path.name for path in (root / ".totem").iterdir()] == ["index.sqlite"]


@pytest.mark.parametrize("processors", [1, 3])
def test_many_files_over_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    """A new index says the same whether one process made it or several, files that cannot be read included."""
    for number in range(80):
        text = "+++\ntitle = 7\n+++\n" if number == 33 else f'+++\ntitle = "Soirée {number}"\n+++\nRécit {number}\n'
        write(tmp_path, f"series/a/{number:02}-x.md", text)
    write(tmp_path, "series/a/series.md", '+++\ntitle = "A"\n+++\n')
    (tmp_path / "series/a/99-link.md").symlink_to("00-x.md")
    with Index(tmp_path, memory=True) as index:
        alone = contents_of(index)

    monkeypatch.setattr("totem_cli.index.reading.MANY", 8)
    monkeypatch.setattr("totem_cli.index.reading.processors", lambda: processors)
    with Index(tmp_path) as index:
        assert contents_of(index) == alone
        assert len(index.search(["recit"], limit=None)) == 79


def test_a_time_that_no_64_bits_hold(root: Path) -> None:
    """A file said to be of the year 2300, as ext4 and XFS can say, is read as any other, and again each time."""
    file, far = root / "series/talks/02-ports.md", 10_413_792_000
    for end in ("pas.", "plu;"):
        file.write_bytes(file.read_bytes().replace(b"pas.", end.encode()))
        os.utime(file, (far, far))
        with Index(root) as index:
            assert index.recap("talks", "02-ports") == f"Ada n’y était {end}"


def test_an_index_that_nobody_closed(root: Path) -> None:
    """Its connection is closed with it, so that an archive may simply be forgotten."""
    index = Index(root)
    index.refresh()
    db = index._db
    assert db is not None
    del index
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        db.execute("SELECT 1")


@pytest.mark.parametrize("memory", [False, True])
def test_the_index_of_another_thread(root: Path, memory: bool) -> None:
    """Whatever is asked of it is a mistake, which is told; the file stays, and the thread that opened it goes on."""
    uses: list[Callable[[Index], object]] = [
        lambda index: index.slugs("talks"),
        lambda index: index.refresh(),
        lambda index: index.begin(lambda _: None),
        lambda index: index.close(),
    ]
    with Index(root, memory=memory) as index, ThreadPoolExecutor(1) as other:
        index.refresh()
        before = sorted((root / ".totem").iterdir()) if not memory else []
        for use in uses:
            assert isinstance(other.submit(use, index).exception(), sqlite3.ProgrammingError)
            index._pending = None
        assert index.slugs("talks")
        assert index._is_private == memory
        assert before == (sorted((root / ".totem").iterdir()) if not memory else [])
