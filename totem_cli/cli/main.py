"""The entry point of the command line: standard streams, the command, its exit code and its error."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from typing import Any

import typer

from totem_cli.cli.root import command
from totem_cli.errors import InvalidError, SystemFailedError, TotemError, UsageError

BROKEN_PIPE = 141
"""What a shell reports for a process that SIGPIPE ended: 128 + 13."""


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


class _StandardOutput(FileIO):
    """The file behind standard output; an error of a write names it."""

    stream: TextIOWrapper
    """What stood here before, which would close the file as it goes."""

    def write(self, data: Any, /) -> int:
        """Write once."""
        try:
            return super().write(data)
        except OSError as error:
            error.filename = error.filename or "standard output"
            raise


def _buffer_output() -> None:
    """Buffer standard output also where Python is told not to, and let its errors name it.

    Unbuffered, Python writes once and drops what did not fit: on a full disk, a list cut short would pass for success.
    """
    stream = sys.stdout
    if not isinstance(stream, TextIOWrapper):
        return
    raw = stream.buffer if isinstance(stream.buffer, RawIOBase) else getattr(stream.buffer, "raw", None)
    if isinstance(raw, FileIO):
        encoding, by_line, number = stream.encoding, stream.line_buffering or raw is stream.buffer, raw.fileno()
        stream.flush()
        file = _StandardOutput(number, "w", closefd=False)
        file.stream = stream
        sys.stdout = sys.__stdout__ = TextIOWrapper(BufferedWriter(file), encoding=encoding, line_buffering=by_line)  # type: ignore[misc]


def run(arguments: list[str]) -> int:
    """Run a command line; whatever goes wrong becomes one error on stderr. The exit code is returned."""
    as_json = "--json" in arguments
    try:
        _readable(arguments)
        code = _perform(arguments, as_json)
        sys.stdout.flush()
    except TotemError as error:
        return _failed(error, as_json)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):  # Typer turns a broken pipe into exit code 1
            raise
        _silence()
        return BROKEN_PIPE
    except OSError as error:
        what = f"use {error.filename}" if error.filename else "go on"
        return _failed(SystemFailedError(f"cannot {what}: {error.strerror or error}"), as_json)
    except MemoryError:
        hint = "end other programs, raise the limit (ulimit -v), or bring in less at once"
        return _failed(SystemFailedError("there is not enough memory", hint=hint), as_json)
    except RecursionError as error:
        return _bug(InvalidError("the input is nested too deeply"), error, as_json)
    except Exception as error:
        return _bug(TotemError(f"a bug in totem: {type(error).__name__}: {error}"), error, as_json)
    return code if isinstance(code, int) else 0


def _perform(arguments: list[str], as_json: bool) -> Any:
    try:
        return command().main(args=arguments, prog_name="totem", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error, as_json)
    except typer.Abort:
        raise KeyboardInterrupt from None


def _readable(arguments: list[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise InvalidError(f"{argument!r} is not UTF-8", hint="the command line is read as UTF-8") from None


def _usage(error: Any, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    message = _plain(error.format_message())
    if context and message == "Missing command." and not as_json:
        with redirect_stdout(sys.stderr):
            context.get_help()  # prints it
        return UsageError.exit_code
    hint = _nearly(error, message, context) or _written(message, context)
    return _failed(UsageError(message, hint=hint), as_json)


def _plain(message: str) -> str:
    """A message of the command line's parser, as totem's own are: without its list of choices, which the hint has."""
    message = message.partition(". Choose from:")[0].partition(" (Possible options:")[0]
    if message == "Missing command.":
        return message
    message = re.sub(r"^Got unexpected extra arguments?(?:\(s\))? \((.*)\)$", r"too many words: \1", message)
    message = re.sub(r"^Invalid value for '(-[^']*)': ", r"\1 ", message)
    message = re.sub(r"^Invalid value for '[^']*': ", "", message)
    message = re.sub(r"is not a valid (int|integer)( range)?$", "is not a whole number", message.rstrip("."))
    return message[:1].lower() + message[1:]


def _written(message: str, context: Any) -> str:
    """How the command is written, where words are missing or too many, or none of its nouns; else where its help is."""
    path = context.command_path if context else "totem"
    if context and message.startswith(("missing argument", "too many words")):
        from totem_cli.cli.help import usage

        return f"write: {usage(context.command, context)}"
    nouns = [*getattr(context.command, "commands", {})] if context and context.parent else []
    typed = re.fullmatch(r"no such command '([^']*)'", message)
    if nouns and typed:
        return f"say what, one of {', '.join(nouns)}: {path} {nouns[0]} {typed[1]}"
    return f"see: {path} --help"


def _nearly(error: Any, message: str, context: Any) -> str | None:
    """Which command, option or word to choose from is spelt nearly like what was typed."""
    from totem_cli.language.suggest import close_matches, did_you_mean

    typed = getattr(error, "option_name", None)
    if typed and context:
        names = {name.lstrip("-"): name for one in context.command.get_params(context) for name in one.opts}
        close = close_matches(typed.lstrip("-"), names)
        return f"did you mean {' or '.join(names[name] for name in close)}?" if close else None
    found = re.search(r"^no such command '(.*)'$|'([^']*)' is not one of", message)
    if not found:
        return None
    choices = getattr(getattr(getattr(error, "param", None), "type", None), "choices", None)
    choices = choices or getattr(context and context.command, "commands", None) or ()
    return did_you_mean(found[1] or found[2] or "", map(str, choices))


def _bug(error: TotemError, cause: BaseException, as_json: bool) -> int:
    if os.environ.get("TOTEM_DEBUG"):
        raise cause
    if error.exit_code == 1:
        error.hint = "please report it; TOTEM_DEBUG=1 shows where"
    return _failed(error, as_json)


def _failed(error: TotemError, as_json: bool) -> int:
    try:
        if as_json:
            from totem_cli.cli.session import json_line

            sys.stderr.write(json_line(error.as_json()))
        else:
            from totem_cli.terminal.plain import error_text

            sys.stderr.write(error_text(error, colour=_coloured(sys.stderr)))
        sys.stderr.flush()
    except OSError:
        pass
    _silence()
    return error.exit_code


def _coloured(stream: Any) -> bool:
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _silence() -> None:
    """Let the interpreter end without failing again on a standard output that is closed or full."""
    stream = sys.__stdout__
    try:
        if stream:
            stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    sys.exit(main())
