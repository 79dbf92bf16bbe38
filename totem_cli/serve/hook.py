"""The hook: a command that is run for each new comment, as a notification."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence
from queue import Full, Queue
from threading import Thread

from totem_cli.archive.record import held_comment, to_json
from totem_cli.model.comment import Comment

_warn = logging.getLogger(__name__).warning

_WAITING = 100
_SECONDS = 30.0


class Hook:
    """Runs a command, one at a time and not in a shell, with a comment as JSON on standard input.

    The JSON has no e-mail address. The command may take half a minute. Its output is discarded; a failure is logged
    without any text of the comment. If too many comments wait, further ones are skipped with a warning.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._waiting: Queue[Comment | None] = Queue(_WAITING)
        self._thread = Thread(target=self._run, name="hook", daemon=True)
        self._thread.start()

    def notify(self, comment: Comment) -> None:
        """Have the command run for a comment, soon."""
        try:
            self._waiting.put_nowait(comment)
        except Full:
            _warn("too many comments at once: the hook is not run for all")

    def close(self) -> None:
        """Wait until the command was run for all that wait, but no longer than one run may take."""
        try:
            self._waiting.put(None, timeout=_SECONDS)
        except Full:
            return
        self._thread.join(_SECONDS)

    def _run(self) -> None:
        while (comment := self._waiting.get()) is not None:
            try:
                done = subprocess.run(  # noqa: S603 - the command is that of whoever runs the receiver
                    self.command,
                    input=to_json(held_comment(comment), indent=0) + b"\n",
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                _warn("the hook was ended: it took more than %g seconds", _SECONDS)
            except OSError as error:
                _warn("the hook cannot be run: %s", error.strerror)
            else:
                if done.returncode:
                    _warn("the hook ended with %d", done.returncode)
