"""Making an archive where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.documents.toml_write import new_toml
from totem_cli.errors import ExistsError, InvalidError, SystemFailedError
from totem_cli.language.labels import known_language
from totem_cli.model.settings import FORMAT_VERSION
from totem_cli.storage.journal import recover
from totem_cli.storage.transaction import Transaction

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists

SETTINGS_ORDER = ("version", "title", "subtitle", "language", "base_url")
"""The canonical order of the top of ``totem.toml``."""


def create(root: Path, *, title: str | None, language: str | None, if_exists: IfExists) -> bool:
    """Make an archive unless there is one; whether nothing is left to do, which ``update`` leaves to the caller.

    Raises ExistsError for one that is there, unless ``if_exists`` is another.
    """
    if root.is_dir():
        recover(root)  # takes back an init that was killed
    if not (root / "totem.toml").exists():
        found(root, title=title, language=language or "fr")
        return True
    if if_exists == "error":
        raise ExistsError(f"{root / 'totem.toml'} exists already", hint="this folder is an archive")
    return if_exists != "update"


def found(root: Path, *, title: str | None, language: str, report: Callable[[str], None] | None = None) -> None:
    """Make ``root`` an archive: its ``totem.toml``, and a ``private/`` folder that git leaves alone.

    With ``report`` nothing is made: it is given the diff of what would be.
    """
    known_language(language, "language")
    if root.exists() and not root.is_dir():
        raise InvalidError(f"{root} is not a folder")
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    front = {"version": FORMAT_VERSION, "title": title or root.resolve().name, "language": language}
    try:
        if report is None:
            root.mkdir(parents=True, exist_ok=True)
        with Transaction(root, "init", dry_run=report is not None, undoable=False) as change:
            change.write("totem.toml", new_toml(front, SETTINGS_ORDER))
            if change.read("private/.gitignore") is None:
                change.write("private/.gitignore", b"*\n")
            if report:
                report(change.diff())
    except BaseException as error:
        for folder in missing:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, OSError):
            raise SystemFailedError.from_os(error, "make", root) from error
        raise
