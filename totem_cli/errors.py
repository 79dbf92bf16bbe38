"""The exceptions of totem. Each class has an exit code, and a code that programs can compare.

========  =======================================================================
exit      meaning
========  =======================================================================
0         done (also when nothing matched or nothing had to change)
1         a bug in totem
2         the command line is not valid
3         not found, or ambiguous
4         a value, an input or the archive is invalid
5         conflict: exists already, changed meanwhile, locked too long, refused
6         the system failed: disk, permission, plugin
========  =======================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple


class Location(NamedTuple):
    """A position: a file as the user names it and, where known, line and column, counted from 1.

    ``path`` is a position inside a document whose lines mean nothing to people: ``episodes[2]`` of a JSON file.
    """

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        position = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{position}: {self.path}" if self.path else position


class TotemError(Exception):
    """An error to show to the user: ``message`` is one line, ``hint`` says how to fix it, ``location`` where it is."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "bug"

    def __init__(self, message: str, *, hint: str | None = None, location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message

    def __reduce__(self) -> tuple[Callable[..., TotemError], tuple[type[TotemError], dict[str, Any]]]:
        """How it goes from one process to another."""
        return _restored, (type(self), dict(self.__dict__))

    def at(self, location: Location) -> TotemError:
        """Set the location if there is none yet; return the error."""
        self.location = self.location or location
        return self

    def add_note(self, note: str) -> None:
        """Add what else is to be known to the hint."""
        self.hint = f"{self.hint}; {note}" if self.hint else note

    def as_json(self) -> dict[str, Any]:
        """Return the error object that ``--json`` prints on stderr."""
        return {
            "code": self.code,
            "exit": self.exit_code,
            "message": self.message,
            "hint": self.hint,
            "file": self.location.file if self.location else None,
            "line": self.location.line if self.location else None,
            "column": self.location.column if self.location else None,
        }


def _restored(cls: type[TotemError], attributes: dict[str, Any]) -> TotemError:
    error = cls.__new__(cls, attributes["message"])
    error.__dict__.update(attributes)
    return error


class UsageError(TotemError):
    """The command line is not valid."""

    exit_code, code = 2, "usage"


class NotFoundError(TotemError, LookupError):
    """Nothing has that name."""

    exit_code, code = 3, "not-found"


class AmbiguousError(TotemError):
    """More than one thing has that name; the hint lists the candidates."""

    exit_code, code = 3, "ambiguous"


class InvalidError(TotemError):
    """A value, an input or the archive is invalid. ``field`` is the key (``guests[1].name``), if there is one."""

    exit_code, code = 4, "invalid"

    def __init__(
        self, message: str, *, hint: str | None = None, location: Location | None = None, field: str | None = None
    ) -> None:
        super().__init__(message, hint=hint, location=location)
        self.field = field


class UnreadableError(InvalidError):
    """Files that a command must know cannot be read, and nothing was changed; ``problems`` names each."""

    code = "unreadable"

    def __init__(self, message: str, problems: Sequence[TotemError], *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    def as_json(self) -> dict[str, Any]:
        """Return the error object; ``problems`` are those of the files."""
        return {**super().as_json(), "problems": [problem.as_json() for problem in self.problems]}


class StaleError(TotemError):
    """An export is not up to date."""

    exit_code, code = 4, "stale"


class ConflictError(TotemError):
    """The change conflicts with the current state."""

    exit_code, code = 5, "conflict"


class ExistsError(ConflictError):
    """The thing exists already."""

    code = "exists"


class ChangedError(ConflictError):
    """A file changed while the command was running; both versions are kept."""

    code = "changed"


class LockedError(ConflictError):
    """Another command held the archive's lock for too long."""

    code = "locked"


class RefusedError(ConflictError):
    """totem refuses on purpose: a newer format, an output folder that is not totem's, a missing ``--yes``."""

    code = "refused"


class SystemFailedError(TotemError):
    """The disk, a permission or another program failed."""

    exit_code, code = 6, "system"

    @classmethod
    def from_os(cls, error: OSError, doing: str, path: object = None) -> SystemFailedError:
        """Return the error for a failed system call; ``doing`` completes the sentence "cannot …"."""
        where = path if path is not None else error.filename
        reason = error.strerror or str(error)
        target = f" {where}" if where is not None else ""
        return cls(f"cannot {doing}{target}: {reason}", hint="; ".join(getattr(error, "__notes__", ())) or None)


class PluginError(SystemFailedError):
    """An exporter or importer of another package failed to load or to run, or an extra is not installed."""

    code = "plugin"
