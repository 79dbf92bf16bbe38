"""The manual page and the completion scripts that a wheel carries, made from the commands.

``python tools/manual.py`` writes them under ``share/``. With
``--check`` it changes nothing, and exits with 1 where one is not up to date. The page is of man(7).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from totem_cli.cli.help import meaning, option, usage
from totem_cli.cli.options import COMMON, FILTERS
from totem_cli.cli.root import VERBS, command
from totem_cli.cli.scripts import SCRIPTS
from totem_cli.version import __version__

SHARE = Path(__file__).parent.parent / "share"
FILES = {
    "bash": "bash-completion/completions/totem",
    "zsh": "zsh/site-functions/_totem",
    "fish": "fish/vendor_completions.d/totem.fish",
}

ENVIRONMENT = (
    ("TOTEM_ARCHIVE", "The archive's folder, where --archive does not say."),
    ("TOTEM_IF_EXISTS", "What to do where the same exists already: error, skip or update."),
    ("TOTEM_JOBS", "How many processes an export may use."),
    ("TOTEM_DEBUG", "Where it is set, a bug is shown with its traceback."),
    ("EDITOR, PAGER, NO_COLOR, COLUMNS", "As other programs take them."),
)


def main(arguments: list[str]) -> int:
    """Write what differs, or with ``--check`` only name it; the exit code."""
    stale = [(path, made) for path, made in files().items() if not path.exists() or path.read_text("utf-8") != made]
    for path, made in stale:
        sys.stdout.write(f"{path.name}\n")
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, "utf-8")
    return 1 if stale and "--check" in arguments else 0


def files() -> dict[Path, str]:
    """Each file of ``share/``, as it should be."""
    return {SHARE / "man/man1/totem.1": manual()} | {SHARE / FILES[shell]: text for shell, text in SCRIPTS.items()}


def manual() -> str:
    """The manual page."""
    root = command()
    context = typer.Context(root, info_name="totem")
    return "\n".join(
        [
            f'.TH TOTEM 1 "" "totem {__version__}" "User Commands"',
            ".SH NAME",
            "totem \\- archive and publish series of talks",
            ".SH SYNOPSIS",
            f".B {_text(usage(root, context))}",
            ".SH DESCRIPTION",
            _text(
                "totem keeps series of talks (episodes, guests, recaps, questions) as Markdown files with TOML front "
                "matter, and publishes them as a site, feeds, books and tables. A command is a sentence: a verb, "
                "where it changes something a noun, then what it is about."
            ),
            *_commands(root, context),
            ".SH FILTERS",
            "Commands that select episodes take these.",
            *_options(dict(_everywhere(root, context, FILTERS)).values()),
            ".SH COMMON OPTIONS",
            *_options(dict(_everywhere(root, context, COMMON)).values()),
            ".SH ENVIRONMENT",
            *(line for name, words in ENVIRONMENT for line in (".TP", f".B {_text(name)}", _text(words))),
            ".SH EXIT STATUS",
            *_exit_codes(),
            ".SH FILES",
            ".TP",
            ".B totem.toml",
            "The settings of an archive; its folder is the archive.",
            "",
        ]
    )


def _commands(root: Any, context: Any) -> Iterator[str]:
    heading = ""
    for group in VERBS:
        if group.heading != heading:
            heading = group.heading
            yield f".SH {heading.upper()}"
        for verb in group.lines:
            found = root.commands[verb].callback()
            inside = typer.Context(found, info_name=verb, parent=context)
            for noun, lazy in getattr(found, "commands", {verb: None}).items():
                leaf = lazy.callback() if lazy else found
                yield from _leaf(leaf, typer.Context(leaf, info_name=noun, parent=inside) if lazy else inside)


def _leaf(leaf: Any, context: Any) -> Iterator[str]:
    yield f".SS {_text(usage(leaf, context))}"
    yield from (_text(" ".join(words.split())) + "\n.PP" for words in leaf.help.split("\n\n"))
    yield from (".EX", _text(leaf.example), ".EE")
    own = [one for one in leaf.get_params(context) if one.param_type_name == "option" and not _shared(one)]
    yield from _options(own)


def _shared(one: Any) -> bool:
    return one.hidden or one.name in ("help", "version") or one.rich_help_panel in (COMMON, FILTERS)


def _everywhere(root: Any, context: Any, heading: str) -> Iterator[tuple[str, Any]]:
    for words in ("set", "export", "add", "forget"):
        found = root.commands[words].callback()
        leaves = [inner.callback() for inner in getattr(found, "commands", {}).values()] or [found]
        for one in leaves[0].get_params(context):
            if one.param_type_name == "option" and one.rich_help_panel == heading:
                yield one.name, one


def _options(found: Any) -> Iterator[str]:
    for one in found:
        yield from (".TP", f".B {_text(option(one))}", _text(meaning(one)))


def _exit_codes() -> Iterator[str]:
    from totem_cli import errors

    for code, words in re.findall(r"^(\d) +(.+)$", errors.__doc__ or "", re.MULTILINE):
        yield from (".TP", f".B {code}", _text(words))


def _text(words: str) -> str:
    """Text as roff takes it: no character of its own is obeyed."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
