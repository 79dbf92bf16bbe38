"""totem browse: read the archive in a terminal."""

from __future__ import annotations

import os
import sys

from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session
from totem_cli.errors import RefusedError
from totem_cli.publishing.plugins import needed

commands = Commands()


@commands("browse", example="totem browse")
def browse(session: Session) -> None:
    """Read in the terminal: lists, pages, people, search; ? tells the keys."""
    archive = session.archive
    _ = archive.settings  # what cannot be read is told at once
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise RefusedError("browse needs a terminal", hint="in a pipe: totem list, totem show, totem search")
    os.environ.setdefault("ESCDELAY", "25")  # milliseconds that Esc waits for the rest of a key's sequence, as in Vim
    needed("textual", extra="browse", what="totem browse")
    from totem_cli.browse.app import Browser

    def edit(ref: str) -> None:
        from totem_cli.cli.editor import edit as edit_file

        edit_file(session, archive.files.path("episode", ref))

    session.warn_unreadable()
    Browser(archive, edit=edit).run()
