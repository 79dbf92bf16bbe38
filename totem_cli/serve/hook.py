"""A command to run for each new comment: a notification."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from queue import Full, Queue
from threading import Thread

from totem_cli.archive.record import held_comment, to_json
from totem_cli.model.comment import Comment

_WAITING = 100
_SECONDS = 30.0


class Hook:
    """Runs a command, one at a time, with a comment as JSON on its standard input; never through a shell.

    It has so many ``seconds`` to end. What it prints is not kept; where it fails a line on standard error says so,
    without a word of the comment. It is not told e-mail addresses. Where very many wait, the rest are not told.
    """

    def __init__(self, command: Sequence[str], *, seconds: float = _SECONDS) -> None:
        self.command = list(command)
        self.seconds = seconds
        self._waiting: Queue[Comment | None] = Queue(_WAITING)
        self._thread = Thread(target=self._run, name="hook", daemon=True)
        self._thread.start()

    def tell(self, comment: Comment) -> None:
        """Have the command told of a comment, soon."""
        try:
            self._waiting.put_nowait(comment)
        except Full:
            _say("too many comments at once: the hook is not told of all")

    def close(self) -> None:
        """Wait until it has been told of all that wait, as long as one run may take."""
        try:
            self._waiting.put(None, timeout=self.seconds)
        except Full:
            return
        self._thread.join(self.seconds)

    def _run(self) -> None:
        while (comment := self._waiting.get()) is not None:
            try:
                done = subprocess.run(  # noqa: S603 - the command is that of whoever runs the receiver
                    self.command,
                    input=to_json(held_comment(comment), indent=0) + b"\n",
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=self.seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                _say(f"the hook was ended: it took more than {self.seconds:g} seconds")
            except OSError as error:
                _say(f"the hook cannot be run: {error.strerror}")
            else:
                if done.returncode:
                    _say(f"the hook ended with {done.returncode}")


def _say(words: str) -> None:
    sys.stderr.write(f"warning: {words}\n")
    sys.stderr.flush()
