"""The command line's front door."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import BufferedWriter, RawIOBase, TextIOWrapper

TYPE_CHECKING = False  # typing itself would load a dozen modules
if TYPE_CHECKING:
    from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; see :mod:`totem_cli.errors` for what each means."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_closed_streams()
    if arguments == ["--version"]:
        return print_version()
    asked = os.environ.get("_TOTEM_COMPLETE", "")
    if asked == "words" or asked.startswith("complete_"):
        from totem_cli.cli.complete import answer

        return answer(asked, arguments)
    _buffer_output()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 shows what it can
    # Ten thousand episodes are no garbage: looking for some takes a fifth of the time.
    gc.set_threshold(100_000, 20, 100)
    from totem_cli.cli.outcome import run
    from totem_cli.cli.plain import understood

    code = run(arguments)
    if argv is None and understood(arguments):
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End the process at once: to take apart all that a reader has loaded takes a tenth of its time."""
    sys.stderr.flush()
    os._exit(code)


def _open_closed_streams() -> None:
    """Let a standard stream that is closed be an empty one, lest a file of the archive get its number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _buffer_output() -> None:
    """Let nothing get lost of what is printed: where Python is told not to buffer, it writes once and no rest.

    A disk that fills up, or a reader that goes, in the midst of a list would pass for success.
    """
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper) and isinstance(stream.buffer, RawIOBase):
        encoding = stream.encoding
        whole = BufferedWriter(stream.detach())
        sys.stdout = sys.__stdout__ = TextIOWrapper(whole, encoding=encoding, line_buffering=True)  # type: ignore[misc]


def print_version() -> int:
    """Print the version; the exit code."""
    from totem_cli.version import __version__

    sys.stdout.write(f"totem {__version__}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
