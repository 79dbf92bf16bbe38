"""The one family of exceptions; the class carries the exit code and the code word.

========  =======================================================================
exit      meaning
========  =======================================================================
0         done (also when nothing matched or nothing had to change)
1         a bug in totem
2         the command line is not grammar
3         not found, or ambiguous
4         a value, an input or the archive is invalid
5         conflict: exists already, changed meanwhile, locked too long, refused
6         the system failed: disk, permission, plugin
========  =======================================================================
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Location(NamedTuple):
    """Where something is: a file as the user names it, and where known a line and a column, from 1.

    ``path`` is where it stands in a document that has no lines to speak of: ``episodes[2]``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.path}" if self.path else place


class TotemError(Exception):
    """Anything totem refuses or cannot do.

    ``message`` says what is wrong in one line, ``hint`` how to mend it, ``location`` where it is.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "bug"

    def __init__(self, message: str, *, hint: str | None = None, location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message

    def at(self, location: Location) -> TotemError:
        """The same error, with a location, unless it has one already."""
        self.location = self.location or location
        return self

    def as_json(self) -> dict[str, str | int | None]:
        """The error object that ``--json`` prints on stderr."""
        return {
            "code": self.code,
            "exit": self.exit_code,
            "message": self.message,
            "hint": self.hint,
            "file": self.location.file if self.location else None,
            "line": self.location.line if self.location else None,
            "column": self.location.column if self.location else None,
        }


class UsageError(TotemError):
    """The command line is not grammar."""

    exit_code, code = 2, "usage"


class NotFoundError(TotemError, LookupError):
    """Nothing answers to that name."""

    exit_code, code = 3, "not-found"


class AmbiguousError(TotemError):
    """More than one thing answers to that name; the hint lists the candidates."""

    exit_code, code = 3, "ambiguous"


class InvalidError(TotemError):
    """A value, an input or the archive is invalid. ``field`` names the key (``guests[1].name``), where there is one."""

    exit_code, code = 4, "invalid"

    def __init__(
        self, message: str, *, hint: str | None = None, location: Location | None = None, field: str | None = None
    ) -> None:
        super().__init__(message, hint=hint, location=location)
        self.field = field


class StaleError(TotemError):
    """An export is not up to date."""

    exit_code, code = 4, "stale"


class ConflictError(TotemError):
    """What is asked would clash with what is there."""

    exit_code, code = 5, "conflict"


class ExistsError(ConflictError):
    """The thing exists already."""

    code = "exists"


class ChangedError(ConflictError):
    """A file changed while the command was working; both versions are kept."""

    code = "changed"


class LockedError(ConflictError):
    """Another command has held the archive for too long."""

    code = "locked"


class RefusedError(ConflictError):
    """totem will not do this, on purpose (a newer format, an output that is not ours, a missing ``--yes``)."""

    code = "refused"


class SystemFailedError(TotemError):
    """The disk, a permission or another program failed."""

    exit_code, code = 6, "system"

    @classmethod
    def from_os(cls, error: OSError, doing: str, path: object = None) -> SystemFailedError:
        """The error for a failed system call; ``doing`` completes "cannot …"."""
        where = path if path is not None else error.filename
        reason = error.strerror or str(error)
        target = f" {where}" if where is not None else ""
        return cls(f"cannot {doing}{target}: {reason}")


class PluginError(SystemFailedError):
    """An exporter or importer of another package failed to load or to run."""

    code = "plugin"
