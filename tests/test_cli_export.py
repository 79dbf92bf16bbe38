"""Exports as jobs run them: all formats at once, only what changed, and nothing that is hidden."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli import Archive
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, exporter_names, find_exporter
from totem_cli.exporters.changes import State, changes
from totem_cli.publishing.formats import together
from totem_cli.publishing.publisher import publish

FORMATS = '[export]\nformats = ["html", "json", "rss", "markdown", "ics"]\n'


@pytest.fixture
def port(totem: Shell) -> Shell:
    """A shell beside an archive with a published series of two episodes."""
    archive = Archive.create(totem.folder / "archive", title="Le port")
    archive.set_settings(base_url="https://port.example")
    archive.series.add("Marées", slug="marees")
    archive.episodes.add("Le flot", series="marees", date="2021-03-01", recap="La mer monte.")
    archive.episodes.add("Le jusant", series="marees", date="2021-03-02", recap="Elle descend.")
    archive.guests.add("marees/1", "Ada Brun")
    archive.close()
    return totem


def configured(shell: Shell, words: str = FORMATS) -> None:
    """Write the formats into the archive's settings."""
    path = shell.folder / "archive" / "totem.toml"
    path.write_text(f"{path.read_text('utf-8')}\n{words}", "utf-8")


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and time."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all(port: Shell) -> None:
    """One run writes every format that the settings name, in one folder under one manifest; --check asks about all."""
    configured(port)
    assert port("export", "--all", "--check").code == 4
    done = port("export", "--all", "--output", "out")
    assert (done.code, done.out) == (0, "out\n")
    found = tree(port.folder / "out")
    assert {"site/index.html", "archive.json", "feed.xml", "markdown/totem.toml", "calendar.ics"} <= found.keys()
    assert [path for path in found if path.endswith(".totem-manifest")] == [".totem-manifest"]
    assert port("export", "--all", "--output", "out", "--check").code == 0
    assert port("set", "episode", "2", "recap=Elle descend encore.").code == 0
    stale = port("export", "--all", "--output", "out", "--check")
    assert stale.code == 4
    assert port("export", "--all", "--output", "out").code == 0
    changed = {path for path, content in tree(port.folder / "out").items() if found.get(path) != content}
    assert changed >= {"archive.json", "feed.xml", "markdown/series/marees/02-le-jusant.md"}
    assert not changed & {"calendar.ics", "markdown/series/marees/01-le-flot.md", "site/people/index.html"}


def test_a_failing_format_spoils_nothing(port: Shell) -> None:
    """Where one format fails, no file of any changes, the format is named, and the exit code says it."""
    configured(port)
    assert port("export", "--all").code == 0
    before = tree(port.folder / "export")
    path = port.folder / "archive" / "totem.toml"
    path.write_text(path.read_text("utf-8").replace('"ics"', '"ics", "schedule"'), "utf-8")
    port("set", "episode", "2", "recap=Autre.")
    done = port("export", "--all")
    assert done.code == 4
    assert "schedule: a schedule needs the hour" in done.err
    assert tree(port.folder / "export") == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("export",), 2, "name a format, or say --all"),
        (("export", "html", "--all"), 2, "--all takes no format"),
        (("export", "--all", "--single"), 2, "not --all"),
        (("export", "json", "--check"), 2, "--output"),
        (("export", "rss", "--since-export", "x"), 4, "for json and jsonl"),
        (("export", "json", "--since-export", "x", "--output", "x"), 4, "the state itself"),
        (("export", "json", "--since-export", "archive/series/x"), 5, "among the sources"),
    ],
)
def test_grammar(port: Shell, arguments: tuple[str, ...], code: int, words: str) -> None:
    """What is not clear is refused."""
    done = port(*arguments)
    assert done.code == code
    assert done.out == ""
    assert words in done.err


def test_an_archive_is_exported_again(port: Shell) -> None:
    """An export that is an archive itself is brought up to date as any other, and left alone where nothing changed."""
    ends = []
    for step in range(3):
        if step == 2:
            port("set", "episode", "2", "subtitle=Hep")
        done = port("export", "markdown", "--output", "copy")
        ends.append((done.code, done.err))
    assert ends == [
        (0, "4 written, 0 removed, 0 unchanged\n"),
        (0, "0 written, 0 removed, 4 unchanged\n"),
        (0, "1 written, 0 removed, 3 unchanged\n"),
    ]


def test_options_of_another_format(port: Shell) -> None:
    """What only another format may be told is refused, and not silently left undone."""
    with Archive(port.folder / "archive") as archive:
        publication = archive.publication()
        for name in exporter_names():
            other = {"excel": "yes"} if name != "csv" else {"for": "hugo"}
            told = [Options(parameters=other), *([Options(single=True)] if name != "html" else [])]
            for options in told:
                with pytest.raises(InvalidError, match=name):
                    list(find_exporter(name)(publication, options))
    done = port("export", "html", "--for", "hugo", "--output", "out")
    assert (done.code, done.err.splitlines()[0]) == (4, "error: html has no parameter 'for'")
    assert not (port.folder / "out").exists()


@pytest.mark.parametrize("format_", ["csv", "epub"])
def test_check_of_one_file(port: Shell, format_: str) -> None:
    """One file is up to date, or stale, or not there."""
    check = ("export", format_, "--output", "out", "--check")
    assert port(*check).code == 4
    assert port(*check[:-1]).code == 0
    assert port(*check).code == 0
    port("set", "episode", "2", "title=Le reflux")
    assert port(*check).code == 4


def test_since_export(port: Shell) -> None:
    """A job gets what was added, changed and removed since its last run, and the state follows."""

    def run() -> dict[str, list[str]]:
        done = port("export", "json", "--since-export", "state.json", "--output", "delta.json")
        assert done.code == 0, done.err
        found = json.loads((port.folder / "delta.json").read_text("utf-8"))
        assert found["schema_version"] == 1
        return {change: [one.get("title", one["address"]) for one in found[change]["episodes"]]
                for change in ("added", "changed", "removed")}  # fmt: skip

    assert run() == {"added": ["Le flot", "Le jusant"], "changed": [], "removed": []}
    assert run() == {"added": [], "changed": [], "removed": []}
    port("set", "episode", "1", "recap=La mer remonte.")
    port("add", "episode", "L’étale", "--series", "marees")
    assert port("export", "json", "--since-export", "state.json", "--check").code == 4
    port("withdraw", "marees/2")
    assert run() == {"added": ["L’étale"], "changed": ["Le flot"], "removed": ["marees/02-le-jusant/"]}
    assert port("export", "json", "--since-export", "state.json", "--check").code == 0


def test_since_an_earlier_export(port: Shell) -> None:
    """An earlier export serves as the state, and is left as it is; JSON Lines tell what became of each episode."""
    for format_ in ("json", "jsonl"):
        port("export", format_, "--output", format_)
    before = tree(port.folder)
    port("set", "episode", "1", "recap=La mer remonte.")
    for format_ in ("json", "jsonl"):
        done = port("export", "jsonl", "--since-export", format_)
        assert [json.loads(line)["change"] for line in done.out.splitlines()] == ["changed"]
        assert json.loads(done.out)["recap"] == "La mer remonte."
        assert tree(port.folder)[format_] == before[format_]


NO_STATES = (b"x", b"[]", b"{}", b'{"episodes": 1}', b"[" * 5000, b'{"totem_state":1,"known":[]}', b"\xff",
             b'{"change": "added", "recap_html": ""}', b'{"schema_version":1,"added": {}, "episodes":[]}')  # fmt: skip


@pytest.mark.parametrize("content", NO_STATES)
def test_what_is_no_state(content: bytes) -> None:
    """A file that is no state is refused with its name; an empty one is a state that knows nothing."""
    with pytest.raises(InvalidError, match="neither a state nor"):
        State.read(content, "state.json")
    assert State.read(b"\n", "x") == State({})


def test_changes_add_up(example: Path) -> None:
    """From the old state the changes lead to the new one, whatever happened in between."""
    with_all = Archive(example)
    first = with_all.record()
    everything, state = changes(first, State({}))
    assert len(everything.added["people"]) == len(first.people)
    assert State.read(state.encode(), "x") == state
    with_all.people.rename("Arthur Barillas", "Arthur B.")
    found, _ = changes(with_all.record(), state)
    assert [one["slug"] for one in found.removed["people"]] == ["arthur-barillas"]
    assert [one["slug"] for one in found.added["people"]] == ["arthur-b"]


def test_two_runs(port: Shell) -> None:
    """Every format: twice the same bytes, in two folders and processes."""
    archive = Archive(port.folder / "archive")
    names = [name for name in exporter_names() if name != "schedule"]
    for number in "12":
        pages = together(names)(archive.publication(), Options())
        publish(pages, port.folder / number, format="all", filters={})
    first, second = ({path: content for path, (content, _) in tree(port.folder / number).items()} for number in "12")
    assert first == second
    assert len({path.split("/")[0] for path in first}) == len(names) + 1


SECRETS = ("SECRETdraft", "SECRETwithdrawn", "SECRETseries", "SECRETperson", "SECRETpending", "SECRETrejected",
           "SECRETmail", "SECRETconsent", "SECRETextra")  # fmt: skip


def test_nothing_hidden_leaves(port: Shell) -> None:
    """Drafts, the withdrawn, what is private, comments that are not approved, e-mail: in no byte of any format."""
    archive = Archive(port.folder / "archive")
    date = "2020-04-09T18:30:00+02:00"
    configured(port, "[comments]\nemail = true\n")
    archive.episodes.add(
        "SECRETdraft", series="marees", date=date, draft=True, recap="SECRETdraft", tags=["SECRETdraft"]
    )
    archive.guests.add("marees/3", "SECRETdraft", role="SECRETdraft")
    archive.episodes.add("SECRETwithdrawn", series="marees", slug="04-parti", date=date, recap="SECRETwithdrawn")
    archive.episodes.set("marees/4", status="withdrawn")
    archive.series.add("SECRETseries", slug="secretseries")
    archive.series.set("secretseries", status="draft")
    archive.people.add("SECRETperson")
    archive.close()
    for word, approve in (("Bravo", "approve"), ("SECRETpending", ""), ("SECRETrejected", "reject")):
        done = port("add", "comment", "marees/1", word, "--author", word, "--email", "SECRETmail@a.example")
        assert done.code == 0, done.err
        if approve:
            assert port(approve, "comment", done.out.strip()).code == 0
    private = port.folder / "archive" / "private"
    private.mkdir(exist_ok=True)
    (private / "consent.toml").write_text('x = "SECRETconsent"\n', "utf-8")
    for episode in (1, 2):
        port("set", "episode", str(episode), f"date=2020-04-0{episode}T18:30:00+02:00", "duration=PT1H")
    publication = Archive(port.folder / "archive").publication()
    names = exporter_names()
    for name in names:
        kinds = ("plain", "hugo", "jekyll", "eleventy", "zola", "astro") if name == "markdown" else ("",)
        for kind in kinds:
            options = Options(parameters={"for": kind} if kind else {})
            publish(
                find_exporter(name)(publication, options),
                port.folder / "out" / f"{name}{kind}",
                format=name,
                filters={},
            )
    assert port("export", "json", "--since-export", "state").code == 0
    whole = b"".join(content for content, _ in tree(port.folder / "out").values())
    whole += (port.folder / "state").read_bytes() + _unpacked(port.folder / "out")
    assert whole.count(b"jusant") > 2 * len(names)
    assert whole.count(b"Bravo") > 3
    for secret in SECRETS:
        assert secret.encode() not in whole
        assert secret.lower().encode() not in whole


def _unpacked(folder: Path) -> bytes:
    """What is compressed in the outputs: the files of the EPUB, the words of the PDF."""
    import zipfile

    import pypdfium2

    with zipfile.ZipFile(folder / "epub" / "archive.epub") as book:
        found = [book.read(name) for name in book.namelist()]
    with pypdfium2.PdfDocument(folder / "pdf" / "archive.pdf") as document:
        for number in range(len(document)):
            found.append(document[number].get_textpage().get_text_bounded().encode())
    assert os.path.getsize(folder / "sqlite" / "archive.db") > 0
    return b"".join(found)


def test_why_a_page_is_made_again(port: Shell) -> None:
    """The group of a page, and what of its key differs from the last export's; nothing is written."""
    page = "marees/01-le-flot/index.html"
    assert (
        port("export", "html", "--explain", page).out
        == f"{page}: of the group series/marees/0\nit is not in the last export\n"
    )
    port("export", "html")
    assert port("export", "html", "--explain", page).out.endswith("\nnothing that it is made from has changed\n")
    port("set", "episode", "marees/1", "recap=Autre.")
    before = tree(port.folder / "site")
    assert port("export", "html", "--explain", page).out.endswith("\nchanged: episodes\n")
    told = json.loads(port("export", "html", "--explain", "marees/02-le-jusant/index.html", "--json").out)
    assert (told["group"], told["parts"], told["page"]) == ("series/marees/0", ["episodes"], False)
    done = port("export", "html", "--explain", "marees/none.html")
    assert (done.code, done.out) == (3, "")
    assert tree(port.folder / "site") == before


def test_a_skipped_group_warns_again(port: Shell) -> None:
    """What an export warned of is said by the next, too, though nothing is made again."""
    port("add", "episode", "Sans date", "--series", "marees")
    first = port("export", "html")
    assert "no date is known" in first.err
    again = port("export", "html")
    assert again.err.splitlines()[0] == first.err.splitlines()[0]
    assert again.err.splitlines()[-1].startswith("0 written, 0 removed")


@pytest.mark.parametrize("memory", [True, False], ids=["remembered", "forgotten"])
@pytest.mark.parametrize("kept", ["half", "nothing"])
def test_replace_over_a_damaged_manifest(totem: Shell, memory: bool, kept: str) -> None:
    """What was totem's goes where it can be told; else each file that is left is named, and the exit code says so."""
    totem("init", "archive", "--quiet")
    totem("add", "series", "S", "--quiet")
    for number in range(3):
        totem("add", "episode", f"E {number}", "--quiet")
    totem("export", "html", "--output", "site", "--quiet")
    (totem.folder / "site" / "CNAME").write_text("a.example")
    manifest = totem.folder / "site" / ".totem-manifest"
    manifest.write_bytes(manifest.read_bytes()[: manifest.stat().st_size // 2 if kept == "half" else 3])
    assert totem("export", "html", "--output", "site").code == 5
    for command in (("remove", "episode", "s/3"), ("unpublish", "s/2")):
        assert totem(*command, "--quiet").code == 0
    if not memory:
        for file in (totem.folder / "archive" / ".totem" / "exports").iterdir():
            file.unlink()
    done = totem("export", "html", "--output", "site", "--replace")
    totem("export", "html", "--output", "cold")
    site, cold = (
        {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        for root in (totem.folder / "site", totem.folder / "cold")
    )
    left = site - cold - {"CNAME"}
    if memory:
        assert not left
    else:
        assert left
    told = memory
    assert done.code == (0 if told else 4), done.err
    for path in () if told else (*left, "CNAME"):
        assert f"site/{path} is still there" in done.err
    again = totem("export", "html", "--output", "site")
    assert (again.code, (totem.folder / "site" / "CNAME").exists()) == (0, True)
