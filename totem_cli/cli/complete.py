"""What may come next on a command line: answers for bash, zsh and fish.

It loads neither Typer nor the model: the commands stand in ``words.json``, made from them by ``make docs``, and the
names come from the index as it is.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

_MOST = 2000


def answer(asked: str, words: Sequence[str]) -> int:
    """Print what may stand in the place of the last word, one a line, with a tab before what it is; the exit code.

    ``asked`` is what ``_TOTEM_COMPLETE`` says: ``words`` for our own scripts, ``complete_bash`` and so on for Typer's.
    ``words`` are those after ``totem``; for Typer's protocol they come from the environment.
    """
    gc.disable()  # it would look at ten thousand values again and again, none of them part of a circle
    shell = asked.removeprefix("complete_") if asked.startswith("complete_") else ""
    given = _typed(shell) if shell else list(words)
    try:
        found = candidates(given or [""])
    except Exception:  # noqa: BLE001  # a completion that fails must not disturb what is typed
        return 0
    sys.stdout.write(_FORMS.get(shell, _plain)(found[:_MOST]))
    return 0


class _Line(NamedTuple):
    """A command line, but for its last word: the command, its arguments so far, the archive, an option that waits."""

    command: str = ""
    place: int = 0
    root: str = ""
    waiting: str = ""


def candidates(words: Sequence[str]) -> list[tuple[str, str]]:
    """What may stand in the place of the last of ``words``, each with what it is. Nothing where files may stand."""
    known = _known()
    *before, last = words
    line = _Line()
    for word in before:
        if "commands" in known[line.command] and not _is_command(known, line, word):
            return []
        line = _after(known, line, word)
    here = known[line.command]
    if line.waiting:
        return _of(_takes(known, line, line.waiting), line.root, last)
    if last.startswith("-"):
        option, sign, value = last.partition("=")
        if sign and option in here["options"]:
            return [(f"{option}={one}", said) for one, said in _of(here["options"][option][0], line.root, value)]
        return [(name, said) for name, (_, said) in here["options"].items() if name.startswith(last)]
    if "commands" in here:
        return [(name, said) for name, said in here["commands"].items() if name.startswith(last)]
    arguments = here["arguments"]
    if line.place < len(arguments):
        return _of(arguments[line.place].rstrip("…"), line.root, last)
    return _of(arguments[-1][:-1], line.root, last) if arguments and arguments[-1].endswith("…") else []


def _is_command(known: Mapping[str, Any], line: _Line, word: str) -> bool:
    return bool(line.waiting) or word.startswith("-") or word in known[line.command]["commands"]


def _after(known: Mapping[str, Any], line: _Line, word: str) -> _Line:
    """The line with one more word on it."""
    if line.waiting:
        return line._replace(waiting="", root=word if line.waiting == "--archive" else line.root)
    if word.startswith("--archive="):
        return line._replace(root=word.partition("=")[2])
    if word.startswith("-") and len(word) > 1:
        return line._replace(waiting=word if _takes(known, line, word) else "")
    if word in known[line.command].get("commands", ()):
        return line._replace(command=f"{line.command} {word}".strip())
    return line._replace(place=line.place + 1)


def _takes(known: Mapping[str, Any], line: _Line, option: str) -> str | None:
    found = known[line.command]["options"].get(option) or known[""]["options"].get(option)
    return found[0] if found else None


def _known() -> dict[str, Any]:
    import json

    with open(os.path.join(os.path.dirname(__file__), "words.json"), encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def _of(takes: str | None, root: str, last: str) -> list[tuple[str, str]]:
    """What there is of a kind that begins like ``last``, case apart."""
    if not takes or takes in ("file", "nothing"):
        return []
    if takes.startswith("="):
        found = takes[1:].split()
    elif takes in ("exporter", "importer"):
        found = _plugins(f"[totem.{takes}s]")
    else:
        found = _held(takes, root or _archive(), last)
    wanted = last.casefold()
    return [(one, "") for one in dict.fromkeys(found) if one.casefold().startswith(wanted)]


def _held(kind: str, root: str, last: str) -> list[str]:
    from totem_cli.index import names

    if kind in ("episode", "either"):
        whole = names.series(root)
        if "/" not in last and kind == "either":
            return [*whole, *(f"{one}/" for one in whole), "latest"]
        episodes = sorted(names.episodes(root))
        return episodes if "/" in last or len(episodes) <= 50 else [f"{one}/" for one in whole]
    asked: dict[str, Callable[[str], list[str]]] = {
        "series": names.series,
        "person": names.people,
        "tag": names.tags,
        "organisation": names.organisations,
    }
    return sorted(asked[kind](root))


def _plugins(section: str) -> list[str]:
    """The names in a section of the entry points of all that is installed; importlib.metadata is ten times slower."""
    found: set[str] = set()
    for folder in {path for path in sys.path if os.path.isdir(path)}:
        for name in os.listdir(folder):
            if name.endswith(".dist-info"):
                found.update(_names_in(os.path.join(folder, name, "entry_points.txt"), section))
    return sorted(found)


def _names_in(path: str, section: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return []
    part = text.partition(f"{section}\n")[2].partition("\n[")[0]
    return [line.partition("=")[0].strip() for line in part.splitlines() if "=" in line]


def _archive() -> str:
    """The archive's folder, found as commands find it."""
    if chosen := os.environ.get("TOTEM_ARCHIVE"):
        return chosen
    here = os.getcwd()
    while not os.path.isfile(os.path.join(here, "totem.toml")):
        above = os.path.dirname(here)
        if above == here:
            return "archive"
        here = above
    return here


# Shells


def _plain(found: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{_line(word)}\t{_line(said)}\n" for word, said in found)


def _line(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _bash(found: Sequence[tuple[str, str]]) -> str:
    import shlex

    return "".join(f"{shlex.quote(_line(word))}\n" for word, _ in found)


def _zsh(found: Sequence[tuple[str, str]]) -> str:
    pairs = "\n".join(f'"{_escaped(word)}":"{_escaped(said)}"' for word, said in found)
    return f"_arguments '*: :(({pairs}))'" if pairs else "_files"


def _escaped(text: str) -> str:
    """Text inside ``"…"`` inside ``'…'`` of a zsh script that is evaluated."""
    for letter, written in (("\\", "\\\\"), ("'", "''"), ('"', '\\"'), ("$", "\\$"), ("`", "\\`"), (":", "\\\\:")):
        text = text.replace(letter, written)
    return _line(text)


def _fish(found: Sequence[tuple[str, str]]) -> str:
    return _plain(found)


_FORMS: dict[str, Callable[[Sequence[tuple[str, str]]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def _typed(shell: str) -> list[str]:
    """The words of Typer's protocol: bash has them in ``COMP_WORDS``, the others in ``_TYPER_COMPLETE_ARGS``."""
    if shell == "bash":
        text = os.environ.get("COMP_WORDS", "")
        words = text.split("\n") if "\n" in text else text.split()
        return [word.replace("\\ ", " ") for word in [*words, ""][1 : int(os.environ.get("COMP_CWORD", "1")) + 1]]
    import shlex

    text = os.environ.get("_TYPER_COMPLETE_ARGS", "")
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.replace('"', "").replace("'", "").split()
    return [*words[1:], ""] if text.endswith(" ") or len(words) < 2 else words[1:]
