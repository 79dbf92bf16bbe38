"""The parts of the documentation that are made from the code: commands, settings, fields, words, exit codes, formats.

``python tools/reference.py`` writes them between their markers, ``<!-- made: NAME -->`` and ``<!-- end: NAME -->``;
with ``--check`` it changes nothing, and exits with 1 where one is not up to date. ``tests/test_docs.py`` asks the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer
from msgspec import Meta, Struct

from totem_cli import errors
from totem_cli.cli.help import meaning, option, placeholder
from totem_cli.cli.root import command
from totem_cli.exporters import exporter_names, find_exporter, is_one_file
from totem_cli.importers import find_importer, importer_names
from totem_cli.model.comment import Comment
from totem_cli.model.field import Row, front_rows, rows
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
SHARED = ("archive", "as_json", "quiet")
WRITING = ("dry_run", "if_exists", "yes")
UNSAID = ("help", "install_completion", "show_completion", "version")


def main(arguments: list[str]) -> int:
    """Write what differs, or with ``--check`` only name it; the exit code."""
    stale = [(path, made) for path, made in pages().items() if path.read_text("utf-8") != made]
    for path, made in stale:
        sys.stdout.write(f"{path.name}\n")
        if "--check" not in arguments:
            path.write_text(made, "utf-8")
    return 1 if stale and "--check" in arguments else 0


def pages() -> dict[Path, str]:
    """Every page that holds something made, as it should be."""
    found = {}
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text("utf-8")
        if "<!-- made: " in text:
            found[path] = filled(text)
    return found


def filled(text: str) -> str:
    """A page with its made parts made anew."""
    return re.sub(
        r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end: (?P=name) -->)",
        lambda match: f"{match[1]}\n{PARTS[match['name']]().strip()}\n\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


# Commands


def all_commands() -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every verb and every noun of a verb: its words, the command, its context."""
    root = command()
    top = typer.Context(root, info_name="totem")
    for verb, lazy in root.commands.items():
        found = lazy.callback()
        context = typer.Context(found, info_name=verb, parent=top)
        yield (verb,), found, context
        for noun, inner in getattr(found, "commands", {}).items():
            built = inner.callback()
            yield (verb, noun), built, typer.Context(built, info_name=noun, parent=context)


def commands() -> str:
    """The reference of every verb and noun."""
    lines: list[str] = []
    for words, found, context in all_commands():
        lines += [f"{'#' * (len(words) + 1)} totem {' '.join(words)}", ""]
        nouns = getattr(found, "commands", None)
        if nouns:
            links = [f"[{noun}](#totem-{words[0]}-{noun})" for noun in nouns]
            lines += [found.help, "", f"Nouns: {', '.join(links)}.", ""]
        else:
            lines += [*_command(words, found, context), ""]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines))


def _command(words: tuple[str, ...], found: Any, context: Any) -> Iterator[str]:
    parameters = [one for one in found.get_params(context) if one.name not in UNSAID]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    own = [one for one in options if one.name not in (*SHARED, *WRITING) and not _is_filter(one)]
    usage = ["totem", *words, *(placeholder(one) for one in arguments), "[OPTIONS]"]
    yield from ("```text", " ".join(usage), "```", "", found.help, "", "```sh", found.example, "```", "")
    told = [(f"`{placeholder(one, bare=True)}`", meaning(one)) for one in arguments if one.help]
    told += [(f"`{option(one)}`", meaning(one)) for one in own]
    if told:
        yield table(("argument or option", "meaning"), told)
    also = [f"[`{one.opts[0]}`](#options-of-writing-commands)" for one in options if one.name in WRITING]
    also += ["the [filters](#filters)"] if any(map(_is_filter, options)) else []
    if also:
        yield f"Also: {', '.join(also)}."
        yield ""


def shared_options() -> str:
    """The options of every command."""
    return _options_table(lambda one: one.name in SHARED)


def writing_options() -> str:
    """The options of the commands that change an archive."""
    return _options_table(lambda one: one.name in WRITING)


def filters() -> str:
    """The filters, once for all commands that take them."""
    return _options_table(_is_filter)


def _options_table(wanted: Callable[[Any], bool]) -> str:
    known: dict[str, tuple[str, str]] = {}
    for _, found, context in all_commands():
        for one in found.get_params(context):
            if one.param_type_name == "option" and wanted(one):
                known.setdefault(one.name, (f"`{option(one)}`", meaning(one)))
    return table(("option", "meaning"), known.values())


def _is_filter(one: Any) -> bool:
    return getattr(one, "rich_help_panel", None) == "Filters"


# Settings


def settings() -> str:
    """The keys of ``totem.toml``, a table of tables."""
    return table(("key", "type", "default", "meaning"), _settings(Settings, ""))


def _settings(cls: type[Struct], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    inner = []
    hints = get_type_hints(cls, include_extras=True)
    for field, name in zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True):
        hint, default = hints[field], getattr(cls(), field)
        if name == "extra":
            continue
        if isinstance(default, Struct):
            inner.append((type(default), f"{prefix}{name}."))
            continue
        kind, description = _kind(hint)
        yield f"`{prefix}{name}`", kind, f"`{_toml(default)}`" if default is not None else "", description
    for found, name in inner:
        yield from _settings(found, name)


def _kind(hint: Any) -> tuple[str, str]:
    """A type in words, and what it means."""
    meaning = ""
    if hasattr(hint, "__metadata__"):
        meta = [one for one in hint.__metadata__ if isinstance(one, Meta)]
        meaning = next((one.description for one in meta if one.description), "")
        hint = get_args(hint)[0]
    words = {str: "text", int: "whole number", bool: "true or false"}
    arguments = [one for one in get_args(hint) if one not in (type(None), ...)]
    if hint in words:
        return words[hint], meaning
    if get_origin(hint) is Literal:
        return " or ".join(f"`{one}`" for one in arguments), meaning
    if get_origin(hint) is tuple:
        return "list of text", meaning
    if get_origin(hint) is dict:
        return "table of text", meaning
    return _kind(arguments[0])[0], meaning


def _toml(value: Any) -> str:
    """A default as ``totem.toml`` would say it; no-break spaces as escapes, for they cannot be seen."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = "".join(f"\\u{ord(one):04X}" if one in "\u00a0\u202f" else one for one in value)
        return f'"{escaped}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return "{}" if isinstance(value, Mapping) else str(value)


# Fields

_FORMS = {"moment": "[date](#dates-and-durations)", "duration": "[duration](#dates-and-durations)"}
_TYPES = {int: "whole number", bool: "true or false"}


def fields(cls: type[Struct]) -> str:
    """The keys that front matter may hold for a struct, from the field table."""
    found = ((f"`{row.name}`", _type(row), row.field.about) for row in front_rows(cls))
    return table(("key", "type", "meaning"), found)


def _type(row: Row) -> str:
    if row.part is Appearance:
        return "list of [appearances](#guests-and-hosts)"
    if row.part:
        several = "media" if row.part is Media else f"{row.part.__name__.lower()}s"
        return f"list of [{several}](#{several})"
    if row.item:
        return "list of text"
    return row.field.kind or _FORMS.get(row.field.form) or _TYPES.get(row.value_type, "text")


def words() -> str:
    """The words that imports understand for each field."""
    known = ((row.name, row.field.also) for cls in (EpisodeFields, Appearance) for row in rows(cls) if row.field.also)
    return table(("field", "also called"), ((f"`{name}`", also) for name, also in known))


# Exit codes


def error_classes() -> list[type[errors.TotemError]]:
    """The family of exceptions, in the order of their definition."""
    return [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.TotemError)]


def exit_codes() -> str:
    """The table that stands in :mod:`totem_cli.errors`."""
    rows = re.findall(r"^(\d) +(.+)$", errors.__doc__ or "", re.MULTILINE)
    return table(("exit code", "meaning"), ((f"`{code}`", meaning) for code, meaning in rows))


def code_words() -> str:
    """The word of every error, with its exit code and what it means."""
    rows = []
    for one in error_classes():
        said = " ".join((one.__doc__ or "").split("\n\n")[0].split()).replace("``", "`")
        meaning = "A bug in totem." if one is errors.TotemError else said
        rows.append((f"`{one.code}`", f"`{one.exit_code}`", f"`{one.__name__}`", meaning))
    return table(("code", "exit", "in Python", "meaning"), rows)


# Formats


def exporters() -> str:
    """The formats of ``totem export``."""
    rows = []
    for name in exporter_names():
        exporter = find_exporter(name)
        default = "standard output" if is_one_file(exporter) else f"`{'site' if name == 'html' else name}/`"
        rows.append((f"`{name}`", "one file" if is_one_file(exporter) else "a folder", default, _about(exporter)))
    return table(("format", "is", "goes by default to", "holds"), rows)


def importers() -> str:
    """The formats of ``totem import``."""
    return table(("format", "reads"), ((f"`{name}`", _about(find_importer(name))) for name in importer_names()))


def _about(function: Any) -> str:
    """The first sentence of the module that a format lives in."""
    said = (sys.modules[function.__module__].__doc__ or "").split("\n\n")[0]
    return " ".join(said.split()).replace("``", "`")


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "shared-options": shared_options,
    "writing-options": writing_options,
    "filters": filters,
    "settings": settings,
    "episode-fields": partial(fields, EpisodeFields),
    "series-fields": partial(fields, SeriesFields),
    "person-fields": partial(fields, PersonFields),
    "comment-fields": partial(fields, Comment),
    "appearance-fields": partial(fields, Appearance),
    "partner-fields": partial(fields, Partner),
    "question-fields": partial(fields, Question),
    "link-fields": partial(fields, Link),
    "media-fields": partial(fields, Media),
    "words": words,
    "exit-codes": exit_codes,
    "code-words": code_words,
    "exporters": exporters,
    "importers": importers,
}
"""What is made, by the name of its markers."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
