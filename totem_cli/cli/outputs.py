"""The schemas of what commands print with ``--json``: ``totem schema "add guest"``, ``totem schema error``."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from totem_cli.archive.applying import Applied
from totem_cli.archive.forgetting import Forgotten, PersonReport
from totem_cli.archive.record import (
    ArchiveRecord,
    EpisodeRecord,
    GuestRecord,
    HeldComment,
    OrganisationRecord,
    PersonRecord,
    QuestionRecord,
    SeriesRecord,
    TagRecord,
    schema,
)
from totem_cli.archive.stats import Stats
from totem_cli.errors import InvalidError
from totem_cli.language.suggest import did_you_mean
from totem_cli.publishing.site_check import Fault


class Finding(Struct):
    """What ``check`` finds."""

    level: Literal["error", "warning"]
    code: str
    message: str
    hint: str | None
    file: str
    line: int | None
    column: int | None


class Error(Struct):
    """What went wrong, on standard error; ``problems`` are the files of an ``unreadable`` one."""

    code: str
    exit: int
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None
    problems: list[Error] | msgspec.UnsetType = msgspec.UNSET


class Notice(Struct):
    """What a command says beside what it prints and does not end with, on standard error: one object a line."""

    code: Literal["note", "warning", "error"]
    exit: Literal[0]
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None


class Step(Struct):
    """A change that was undone or redone."""

    number: int
    label: str
    paths: list[str]


class Change(Struct):
    """A change that can be undone or redone."""

    number: int
    state: str
    time: str
    label: str
    files: int


class Taken(Struct):
    """What an import did, each thing by its reference; what it read and placed; in a dry run the diff."""

    added: list[str]
    updated: list[str]
    skipped: list[str]
    report: dict[str, Any]
    diff: str | msgspec.UnsetType = msgspec.UNSET


class Exported(Struct):
    """What an export into a folder did, or in a dry run would do."""

    output: str
    written: list[str]
    removed: list[str]
    unchanged: int


class Explained(Struct):
    """Why a page is made again."""

    path: str
    group: str
    parts: list[str]
    page: bool
    toolchain: bool


class Hit(Struct):
    """A place where the words of a search stand."""

    episode: str
    title: str
    field: str
    place: int | str | None
    text: str
    spans: list[tuple[int, int]]


class Recap(Struct):
    """The recap of an episode."""

    episode: str
    recap: str
    recap_html: str


class Difference(Struct):
    """What a dry run would change, as a unified diff."""

    diff: str


class Script(Struct):
    """The script of a shell."""

    shell: str
    script: str


class Deployed(Struct):
    """What a deployment sent where, or in a dry run would send."""

    target: str
    sent: list[str]
    deleted: list[str]
    unchanged: int
    bytes: int


class PushDone(Struct):
    """What became of a thing at a WordPress site."""

    outcome: Literal["created", "updated", "unchanged", "edited", "conflict", "trashed", "gone"]
    ref: str
    address: str
    words: str


class Push(Struct):
    """What a push to a WordPress site did, or in a dry run would do; ``made`` are kinds and names of what it needed."""

    site: str
    done: list[PushDone]
    made: list[tuple[str, str]]
    unchanged: int


class Pull(Struct):
    """What came from a WordPress site: comments by their ids."""

    site: str
    added: list[str]
    approved: list[str]
    unchanged: int
    gone: list[str]
    notes: list[str]


class Address(Struct):
    """Where a server listens."""

    address: str


_TYPES: tuple[Any, ...] = (
    ArchiveRecord, EpisodeRecord, GuestRecord, HeldComment, OrganisationRecord, PersonRecord, QuestionRecord,
    SeriesRecord, TagRecord, Applied, Forgotten, PersonReport, Stats, Fault, Finding, Error, Notice, Step,
    Change, Taken, Exported, Explained, Hit, Recap, Difference, Script, Deployed, Push, Pull, Address,
)  # fmt: skip
_EPISODE, _OWNER, _PERSON, _COMMENT = "EpisodeRecord", "EpisodeRecord|SeriesRecord", "PersonRecord", "HeldComment"

OUTPUTS = {
    "error": "Error",
    "notice": "Notice",
    "init": "ArchiveRecord",
    "import": "Taken",
    "apply": "Applied|Difference",
    "add series": "SeriesRecord",
    "add episode": _EPISODE,
    "add guest": "GuestRecord",
    "add host": "GuestRecord",
    "add partner": _OWNER,
    "add question": "QuestionRecord|[QuestionRecord]",
    "add tag": _OWNER,
    "add link": _OWNER,
    "add media": _EPISODE,
    "add person": _PERSON,
    "add comment": _COMMENT,
    "set episode": f"{_EPISODE}|[{_EPISODE}]",
    "set series": "SeriesRecord",
    "set person": _PERSON,
    "set guest": "GuestRecord",
    "set host": "GuestRecord",
    "set question": "QuestionRecord",
    "edit episode": _EPISODE,
    "edit series": "SeriesRecord",
    "edit person": _PERSON,
    "move question": "[QuestionRecord]",
    "move guest": "[GuestRecord]",
    "move episode": _EPISODE,
    "rename episode": _EPISODE,
    "rename series": "SeriesRecord",
    "rename person": _PERSON,
    "merge person": _PERSON,
    "remove episode": _EPISODE,
    "remove series": "SeriesRecord",
    "remove guest": _EPISODE,
    "remove host": _OWNER,
    "remove partner": _OWNER,
    "remove tag": _OWNER,
    "remove link": _OWNER,
    "remove question": _EPISODE,
    "remove comment": f"[{_COMMENT}]",
    "publish": _OWNER,
    "unpublish": _OWNER,
    "withdraw": _OWNER,
    "approve comment": f"{_COMMENT}|[{_COMMENT}]",
    "reject comment": f"{_COMMENT}|[{_COMMENT}]",
    "check": "[Finding]|[Fault]|Difference",
    "undo": "Step|[Change]|Difference",
    "redo": "Step|Difference",
    "forget": "Forgotten",
    "report person": "PersonReport",
    "doctor": "object",
    "schema": "object",
    "completion": "Script",
    "export": "Exported|Explained|string|object",
    "deploy": "Deployed",
    "list": (
        f"[{_EPISODE}]|[SeriesRecord]|[GuestRecord]|[OrganisationRecord]|[QuestionRecord]|[TagRecord]|[{_COMMENT}]"
        "|[object]"
    ),
    "show": f"{_OWNER}|{_COMMENT}|Recap|[Recap]|[GuestRecord]|[QuestionRecord]",
    "search": "[Hit]",
    "stats": "Stats",
    "cite": "[object]",
    "push wordpress": "Push",
    "pull comments": "Pull",
    "serve": "Address",
}
"""What each command prints: types, ``[]`` around those of which it prints a list, ``|`` between choices.

Every command that changes something prints a ``Difference`` in a dry run. ``browse`` prints nothing.
"""


_TITLES = {"error": "totem: an error", "notice": "totem: a notice"}
_CHANGING = frozenset("add set move rename merge remove approve reject publish unpublish withdraw edit".split())


def output_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what a command prints. Raises InvalidError where there is no such command."""
    if command not in OUTPUTS:
        hint = did_you_mean(command, OUTPUTS) or 'a command without totem: totem schema "add guest", or: error, notice'
        raise InvalidError(f"no command {command!r}", hint=hint)
    choices = OUTPUTS[command].split("|")
    if command.partition(" ")[0] in _CHANGING:
        choices.append("Difference")
    _, made = msgspec.json.schema_components(_TYPES, ref_template="#/$defs/{name}")
    for name, definition in made.items():
        if name != "Error" and definition.get("type") == "object":
            optional = (
                {"extra", "episodes", *(("diff",) if name == "Taken" else ())}
                if name != "OrganisationRecord"
                else set()
            )
            definition["required"] = [key for key in definition.get("properties", {}) if key not in optional]
    made |= {name: one for name, one in schema()["$defs"].items() if name in made}
    used = [_choice(choice) for choice in choices]
    body = used[0] if len(used) == 1 else {"anyOf": used}
    definitions: dict[str, Any] = {}
    _collect(body, made, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES.get(command) or f"totem {command} --json",
        **body,
        "$defs": definitions,
    }


def _collect(part: Any, made: dict[str, Any], used: dict[str, Any]) -> None:
    """Add the definitions that a part of a schema refers to."""
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in used:
            used[name] = made[name]
            _collect(made[name], made, used)
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _collect(one, made, used)


def _choice(text: str) -> dict[str, Any]:
    if text.startswith("["):
        return {"type": "array", "items": _choice(text[1:-1])}
    return {"type": text} if text in ("object", "string") else {"$ref": f"#/$defs/{text}"}
