"""``totem edit``: an editor on a copy, checked on save; what was typed is never lost."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.conftest import Done, Shell

EPISODE = "series/collaboration/02-makers-et-industriels.md"


def edited(talks: Path, script: str, *arguments: str) -> Done:
    """Edit episode 2 with a Python script as the editor, which finds the file in ``path``."""
    code = f"import sys, pathlib; path = pathlib.Path(sys.argv[-1]); {script}"
    editor = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"
    return Shell(talks.parent)("edit", "episode", "2", *arguments, EDITOR=editor, TMPDIR=str(talks.parent))


def kept(done: Done) -> Path:
    """The file in which an error says that the work is kept."""
    found = re.search(r"kept in (\S+?)(?:;|$)", done.err, re.MULTILINE)
    assert found, done.err
    return Path(found[1])


def test_saved(example: Path) -> None:
    """What was typed becomes the file, byte for byte, and can be undone; no copy is left."""
    file = example / EPISODE
    before = file.read_bytes()

    done = edited(example, "path.write_bytes(path.read_bytes() + 'Une note.'.encode())")

    assert (done.code, done.out) == (0, "collaboration/2\n"), done.err
    assert file.read_bytes() == before + b"Une note."
    assert not list(example.parent.glob("totem-*"))
    assert Shell(example.parent)("undo").code == 0
    assert file.read_bytes() == before


def test_unchanged(example: Path) -> None:
    """An editor that changes nothing changes nothing."""
    done = edited(example, "pass")
    assert (done.code, done.out, done.err) == (0, "", "nothing was changed\n")
    assert not list(example.parent.glob("totem-*"))


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("path.write_text('+++\\ntitle = \\n+++\\n')", 4),
        ("path.write_text('rien')", 4),
        ("path.write_bytes(b'\\xff')", 4),
        ("path.write_text('mine'); sys.exit(3)", 6),
    ],
    ids=["syntax", "no front matter", "not UTF-8", "the editor fails"],
)
def test_refused(script: str, code: int, example: Path) -> None:
    """What cannot be taken is refused with its place; the archive is as it was and the typed text is kept."""
    before = (example / EPISODE).read_bytes()

    done = edited(example, script)

    assert (done.code, done.out) == (code, ""), done.err
    assert (example / EPISODE).read_bytes() == before
    assert kept(done).read_bytes() not in (b"", before)


def test_changed_meanwhile(example: Path) -> None:
    """A change made elsewhere while the editor was open stays, and so does what was typed."""
    file = example / EPISODE
    script = f"other = pathlib.Path({str(file)!r}); other.write_bytes(other.read_bytes() + b'Autre.'); "
    script += "path.write_text('+++\\ntitle = 1\\n+++')"

    done = edited(example, script)

    assert done.code == 5, done.err
    assert file.read_bytes().endswith(b"Autre.")
    assert "title = 1" in kept(done).read_text("utf-8")


def test_dry_run(example: Path) -> None:
    """A dry run shows what the edit would change."""
    before = (example / EPISODE).read_bytes()
    done = edited(example, "path.write_bytes(path.read_bytes() + b'Une note.\\n')", "--dry-run")
    assert (done.code, "+Une note." in done.out) == (0, True), done.err
    assert (example / EPISODE).read_bytes() == before


def test_unreadable_file(example: Path) -> None:
    """A file that cannot be read is what an editor is for."""
    (example / EPISODE).write_text("+++\ntitle = \n+++\n", "utf-8")
    done = edited(example, "path.write_text('+++\\ntitle = 1\\n+++\\n'.replace('1', chr(34) + 'Eau' + chr(34)))")
    assert (done.code, done.out) == (0, "collaboration/2\n"), done.err


def test_no_editor(example: Path) -> None:
    """An editor that is not there is the system's failure."""
    for editor in ("no-such-editor", "'unbalanced"):
        done = Shell(example.parent)("edit", "series", "collaboration", EDITOR=editor, TMPDIR=str(example.parent))
        assert done.code == 6, done.err
    assert not list(example.parent.glob("totem-*"))


def test_an_interrupt_is_the_editors(example: Path) -> None:
    """Ctrl-C reaches totem too while the editor runs: what is saved afterwards is taken all the same."""
    done = edited(
        example,
        "import os, signal; os.kill(os.getppid(), signal.SIGINT); path.write_bytes(path.read_bytes() + b'x')",
    )
    assert (done.code, done.out) == (0, "collaboration/2\n"), done.err
    assert (example / EPISODE).read_bytes().endswith(b"x")


def test_the_editor_is_killed(example: Path) -> None:
    """What it had saved before is kept, and said where."""
    done = edited(example, "import os; path.write_text('mine'); os.kill(os.getpid(), 9)")
    assert (done.code, kept(done).read_text()) == (6, "mine")
