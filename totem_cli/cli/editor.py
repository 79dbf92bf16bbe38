"""The editing of a file of the archive in the user's editor."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from totem_cli.cli.session import Session
from totem_cli.errors import SystemFailedError, TotemError


def edit(session: Session, path: str) -> None:
    """Let the editor work on a copy; take it over when it is valid, and keep it where it cannot be."""
    before = session.archive.files[path]
    copy = _copy(path, before)
    while True:
        try:
            _run_editor(copy)
        except SystemFailedError as error:
            if copy.is_file() and copy.read_bytes() == before:
                copy.unlink()
            else:
                error.hint = f"what you typed is kept in {copy}"
            raise
        after = _saved(copy)
        if after == before:
            copy.unlink()
            session.say("nothing was changed")
            return
        try:
            with session.change() as archive:
                session.show(archive.files.replace(path, after, expected=before))
        except TotemError as error:
            error.hint = f"what you typed is kept in {copy}" + (f"; {error.hint}" if error.hint else "")
            if not (sys.stdin.isatty() and _again(session, error)):
                raise
        except BaseException:
            sys.stderr.write(f"what you typed is kept in {copy}\n")
            raise
        else:
            copy.unlink()
            return


def _copy(path: str, content: bytes) -> Path:
    """A file for the editor, outside the archive, that says in its name what it is."""
    handle, name = tempfile.mkstemp(prefix="totem-", suffix=f"-{Path(path).name}")
    copy = Path(name)
    os.close(handle)
    try:
        copy.write_bytes(content)
    except OSError:
        copy.unlink()
        raise
    return copy


def _saved(copy: Path) -> bytes:
    try:
        return copy.read_bytes()
    except OSError as error:
        raise SystemFailedError.from_os(error, "read again", copy) from error


def _run_editor(copy: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    # Ctrl-C is the editor's, as it is for git: it must not end what waits to take the text over.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.call([*shlex.split(editor), str(copy)])  # noqa: S603
    except ValueError as error:
        raise SystemFailedError(f"cannot run the editor {editor}: {error}", hint="set $VISUAL or $EDITOR") from None
    except OSError as error:
        raise SystemFailedError.from_os(error, "run the editor", editor) from error
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise SystemFailedError(f"the editor {editor} ended with {code}", hint="nothing was changed")


def _again(session: Session, error: TotemError) -> bool:
    session.say(str(error), kind="warning")
    sys.stderr.write("edit again? [Y/n] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() not in ("n", "no", "non")
