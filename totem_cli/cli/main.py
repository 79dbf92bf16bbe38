"""The entry point of the command line: standard streams first, then the command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import BufferedWriter, RawIOBase, TextIOWrapper

from totem_cli.cli.outcome import run


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; see :mod:`totem_cli.errors` for what each means."""
    _open_closed_streams()
    _buffer_output()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 shows what it can
    # Thousands of episodes are no garbage; to search them for cycles takes a fifth of the time.
    gc.set_threshold(100_000, 20, 100)
    return run(list(sys.argv[1:] if argv is None else argv))


def _open_closed_streams() -> None:
    """Open closed standard streams on the null device: a file of the archive must not get their numbers."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _buffer_output() -> None:
    """Buffer standard output where Python is told not to.

    Unbuffered, Python writes once and drops what did not fit: on a full disk, a list cut short would pass for success.
    """
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper) and isinstance(stream.buffer, RawIOBase):
        encoding = stream.encoding
        buffered = BufferedWriter(stream.detach())
        sys.stdout = sys.__stdout__ = TextIOWrapper(buffered, encoding=encoding, line_buffering=True)  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(main())
