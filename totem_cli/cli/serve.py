"""totem serve: a preview of the site, or the receiver of comments."""

from __future__ import annotations

import logging
import os
import shlex
import sys
import traceback
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

import typer

from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session
from totem_cli.errors import InvalidError

commands = Commands()

PREVIEW, COMMENTS = 8000, 8001


@commands("serve", example="totem serve --port 8080")
def serve(
    session: Session,
    comments: Annotated[
        bool, typer.Option("--comments", help="Take the comments that the site's forms post instead.")
    ] = False,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen on; others than 127.0.0.1 let others in.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=65535, help="The port; by default 8000, or 8001 for comments; 0 for any free one."
        ),
    ] = None,
    hook: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="Run this for each new comment, which it gets as JSON.")
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Another site whose pages may post comments; repeat it for more."),
    ] = None,
    rate: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many comments one address may send in ten minutes.")
    ] = 10,
    queue: Annotated[int, typer.Option(metavar="N", min=1, help="How many comments may be pending.")] = 1000,
) -> None:
    """Show the site in a browser while it is worked on, drafts too. Ctrl-C ends it."""
    archive = session.archive
    _ = archive.settings  # what cannot be read is told at once
    listen = _room("listen")
    for module in ("starlette", "uvicorn", *(() if comments else ("watchfiles",))):
        listen.needed(module)
    command = _command(hook)
    listener = listen.opened(host, (COMMENTS if comments else PREVIEW) if port is None else port)

    def ready() -> None:
        address = listen.address_of(listener)
        if session.as_json:
            session.json({"address": address})
        else:
            session.line(address)
        sys.stdout.flush()

    log = Log(session)
    logging.getLogger().addHandler(log)
    if comments:
        receiver = _room("receiver")
        rules = receiver.Rules(rate=rate, queue=queue, origins=tuple(origin or ()), hook=command)
        listen.serve(receiver.app_for(archive.root, rules), listener, ready=ready)
        return
    with TemporaryDirectory(prefix="totem-") as folder:
        shown = _room("preview").preview_of(archive.root, Path(folder) / "site", host, say=log.say)
        listen.serve(shown, listener, ready=ready)


class Log(logging.Handler):
    """Says what the server logs as commands say everything: on standard error, with ``--json`` as objects.

    Of an error that nobody foresaw it tells the class alone, since its words may hold what somebody sent.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(logging.WARNING)
        self._session = session

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record of the log."""
        words, error = record.getMessage().strip(), record.exc_info[1] if record.exc_info else None
        if error:
            words = f"{words}: {type(error).__name__}"
            if os.environ.get("TOTEM_DEBUG"):
                words = "\n".join((words, *traceback.format_exception(error)))
        self.say(words, kind="error" if record.levelno >= logging.ERROR else "warning")

    def say(self, words: str, kind: Literal["warning", "error"] = "error") -> None:
        """Say it, each line by itself where a person reads it."""
        for line in [words.replace("\n", "; ")] if self._session.as_json else words.splitlines():
            self._session.say(line, kind=kind)


def _room(name: str) -> Any:
    """A module of ``serve/``, by its name, as verbs are: the two rooms of this floor do not know each other."""
    return import_module(f"totem_cli.serve.{name}")


def _command(hook: str | None) -> list[str]:
    try:
        return shlex.split(hook or "")
    except ValueError as error:
        raise InvalidError(f"--hook is no command: {error}", field="hook") from None
