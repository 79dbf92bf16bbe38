"""Forgetting a person: everywhere, in private files and in what undo keeps; what is left is told."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli import Archive
from totem_cli.archive.forgetting import PersonReport
from totem_cli.archive.traces import Wanted
from totem_cli.errors import NotFoundError, RefusedError, SystemFailedError
from totem_cli.storage.files import Folder

NAME = "Zoé d’Œuvre"
MAIL = "zoe@exemple.fr"


@pytest.fixture
def archive(example: Path) -> Archive:
    """An archive in which one person is everything a person can be."""
    whole = Archive(example)
    whole.people.add(NAME, aliases=["Z. d’Œuvre"], biography=f"{NAME} sculpte.")
    whole.guests.add("collaboration/1", NAME, role="sculptrice", url="https://zoe.example", billed_as=f"la {NAME}")
    whole.hosts.add("collaboration/2", "Z. d’Œuvre", role="hôte")
    whole.questions.add("collaboration/1", "Et le bois ?", asked_by="zoe d'oeuvre")
    top = whole.comments.add(
        "collaboration/1", "Merci à tous", author=NAME, email=MAIL, url="zoe.example", status="approved"
    )
    whole.comments.add("collaboration/1", f"Merci {NAME}", author="Ali", parent=top.id, status="approved")
    whole.episodes.set("collaboration/3", recap=f"Un récit.\n\n> Du bois.\n> — {NAME}\n\nZoé d’Œuvrement reste.\n")
    (example / "private/zoe-d-oeuvre.toml").write_text("consent = true\n", "utf-8")
    (example / "private/list.txt").write_text(f"Ali\n{NAME}\n", "utf-8")
    (example / "media").mkdir()
    (example / "media/photo.jpg").write_bytes(b"\xff\xd8\x00" + NAME.encode() + b"\xff")
    whole.refresh()
    return whole


def holders(archive: Archive) -> set[str]:
    """Every file under the archive, totem's own too, that holds the name in any spelling, or the address."""
    wanted = Wanted([NAME, "Z. d’Œuvre"])
    found = set()
    for path in archive.root.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        text = content.decode("utf-8", "replace")
        if wanted.spans(text) or MAIL in text or ("\ufffd" in text and wanted.in_bytes(content)):
            found.add(path.relative_to(archive.root).as_posix())
    return found


def test_everything_held_is_told(archive: Archive) -> None:
    """By any of their names: roles, questions, comments, private files, mentions, changes kept."""
    found = archive.people.report("z. D'OEUVRE")

    assert {one["kind"] for one in found.appearances} == {"guest", "host"}
    assert [one["text"] for one in found.questions] == ["Et le bois ?"]
    assert [one["text"] for one in found.comments] == ["Merci à tous"]
    assert {Path(one["file"]).name for one in found.private} == {
        f"{found.comments[0]['id']}.toml", "list.txt", "zoe-d-oeuvre.toml"
    }  # fmt: skip
    assert any(MAIL in one["text"] for one in found.private)
    assert ("series/collaboration/03-nouvelles-collaborations-post-crise.md", True) in {
        (one.file, one.line is not None) for one in found.mentions
    }
    assert found.history > 0
    assert ".totem/index.sqlite" in found.internal
    with pytest.raises(NotFoundError):
        archive.people.report("Nulle Âme-Vive")


def test_forgotten(archive: Archive) -> None:
    """What named them as a person is gone, undo too; what is left is told, and nothing else holds the name."""
    done = archive.people.forget(NAME)

    assert holders(archive) == {trace.file for trace in done.mentions if trace.file != "private/zoe-d-oeuvre.toml"}
    left = {(Path(trace.file).name, trace.line is None) for trace in done.mentions}
    assert ("03-nouvelles-collaborations-post-crise.md", False) in left
    assert ("photo.jpg", True) in left
    assert ("list.txt", False) in left
    assert done.history > 0
    assert not any(NAME in entry.label for entry in [*archive.history])
    assert [one.author for one in archive.comments.find()] == ["Ali"]
    assert not (archive.root / "private/zoe-d-oeuvre.toml").exists()
    stone = (archive.root / "forgotten.toml").read_text("utf-8")
    assert '"commenter"' in stone
    assert archive.check() == [] or all(one.level == "warning" for one in archive.check())


def test_pseudonym_and_redaction(archive: Archive) -> None:
    """What they did stays under another name; the mentions in texts are covered; again there is nothing to forget."""
    done = archive.people.forget("zoé D'ŒUVRE", pseudonym="Anonyme", redact=True)

    assert {trace.file for trace in done.mentions} == {"media/photo.jpg"}
    assert holders(archive) == {"media/photo.jpg"}
    guest = next(one for one in archive.episodes["collaboration/1"].guests if one.name == "Anonyme")
    assert (guest.role, guest.url, guest.billed_as) == ("sculptrice", None, None)
    assert "> — Anonyme" in archive.episodes["collaboration/3"].recap
    assert {(one.author, one.text, one.url) for one in archive.comments.find()} == {
        ("Anonyme", "Merci à tous", None), ("Ali", "Merci Anonyme", None)
    }  # fmt: skip
    assert not list((archive.root / "private").glob("comments/*"))


def test_a_dry_run_forgets_nothing(archive: Archive) -> None:
    """It says what would change."""
    before = holders(archive)
    done = archive.people.forget(NAME, dry_run=True)
    assert "people/zoe-d-oeuvre.md" in done.removed
    assert holders(archive) == before


def test_what_only_the_history_holds_is_told(archive: Archive) -> None:
    """Whoever is in no file any more, but in what undo keeps, is held until forgotten; half made changes count too."""
    archive.guests.add("collaboration/2", "Ada Brun")
    archive.guests.remove("collaboration/2", "Ada Brun")
    draft = archive.root / ".totem/journal/draft-0123456789ab"
    draft.mkdir()
    (draft / "0").write_text("« ADA  Brùn »", "utf-8")

    assert archive.people.report("Ada Brun").history == 3
    assert archive.people.forget("Ada Brun").history == 2
    assert not draft.exists()
    with pytest.raises(NotFoundError):
        archive.people.report("Ada Brun")
    with pytest.raises(NotFoundError):
        archive.people.forget("Ada Brun")


def test_a_forget_that_was_interrupted(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is said; the same call does the rest and says so; by then nothing is held."""

    def fail(tree: Folder, path: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), tree.full(path))

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "erase", fail)
        with pytest.raises(SystemFailedError) as caught:
            archive.people.forget(NAME, redact=True)
    assert "index.sqlite, .totem/journal/purging" in (caught.value.hint or "")
    assert ".totem/journal/00000001.done" in (caught.value.hint or "")

    done = archive.people.forget(NAME)
    assert (done.changed, done.history > 0, len(done.mentions)) == ((), True, 1)
    assert archive.people.report(NAME).internal == ()
    assert holders(archive) - {".totem/index.sqlite"} == {"media/photo.jpg"}  # the index holds « Zoé d’Œuvrement »
    assert not (archive.root / ".totem/journal/purging").exists()


def test_it_is_asked_before(archive: Archive) -> None:
    """What is held is given to who decides; nothing is changed where they refuse."""

    def refuse(found: PersonReport) -> None:
        assert len(found.appearances) == 2
        raise RefusedError("no")

    before = holders(archive)
    with pytest.raises(RefusedError):
        archive.people.forget(NAME, confirm=refuse)
    with archive.transaction("several"), pytest.raises(RefusedError):
        archive.people.forget(NAME)
    assert holders(archive) == before


def test_names_in_files_that_are_not_text(tmp_path: Path) -> None:
    """As whole words, where pieces that are read end too; slugs anywhere."""
    wanted, file = Wanted(["Ada Brun"]), tmp_path / "file"
    for content, found in {
        b"\x00Ada Brun\xff": True,
        b"Ada Brun": True,
        b"\x00ada BRUN": True,
        b"xAda Brun": False,
        b"Ada Brunel": False,
        b"my-ada-brunel": True,
        b" " * ((1 << 20) - 4) + b"Ada Brun": True,
    }.items():
        file.write_bytes(content)
        assert wanted.in_file(file, ["ada-brun"]) is found


def test_whole_words() -> None:
    """However it is cased, accented or spaced; never within a longer word."""
    wanted = Wanted(["Ada Brùn"])
    text = "ADA\u00a0 BRUN, ada bru\u0300n ; Ada Brunel ; Nada Brun"
    assert [text[start:end] for start, end in wanted.spans(text)] == ["ADA\u00a0 BRUN", "ada bru\u0300n"]
    assert wanted.redacted(text, "X") == "X, X ; Ada Brunel ; Nada Brun"


def test_the_commands(archive: Archive, totem: Shell) -> None:
    """Off a terminal it needs --yes; it tells what is left by file and line, and what git still knows."""
    (archive.root / ".git").mkdir()
    report = totem("report", "person", NAME, "--json")
    assert json.loads(report.out)["comments"]
    assert totem("report", "person", NAME).code == 0
    assert totem("forget", NAME).code == 5
    dry = totem("forget", NAME, "--dry-run")
    assert (dry.code, "(removed)" in dry.out) == (0, True), dry.err
    done = totem("forget", NAME, "--yes")
    assert done.code == 0, done.err
    assert "03-nouvelles-collaborations-post-crise.md:" in done.out
    assert "git filter-repo" in done.err
    assert totem("forget", "Nulle Âme-Vive", "--yes").code == 3
