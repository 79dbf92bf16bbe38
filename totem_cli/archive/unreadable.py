"""Files that cannot be read, where a command would have to know what is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from totem_cli.errors import TotemError, UnreadableError

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace

MEND = "mend them (see: totem check)"
SKIP = f"{MEND}, or pass over them with --skip-unreadable"


def check_readable(
    workspace: Workspace,
    concerns: Callable[[str], bool],
    *,
    skip: bool = False,
    hint: str = MEND,
) -> None:
    """Raise :class:`UnreadableError` where a file cannot be read whose path ``concerns`` the command; ``skip``: none.

    Whatever changes everything that names a person, or that filters select, asks this before it changes anything: it
    cannot know what is in such a file.
    """
    if skip:
        return
    found = [workspace.located(problem, path) for path, problem in workspace.index.problems() if concerns(path)]
    if found:
        raise unreadable("nothing was changed", found, hint)


def unreadable(what: str, problems: Sequence[TotemError], hint: str = MEND) -> UnreadableError:
    """Return the error that says ``what`` came of it, and names each file."""
    many = f"{len(problems)} files cannot be read" if len(problems) > 1 else "a file cannot be read"
    return UnreadableError(f"{what}: {many}", problems, hint=hint)


def in_folders(*folders: str) -> Callable[[str], bool]:
    """Return what tells whether a path lies in one of these folders of an archive, or is one."""
    return lambda path: path.partition("/")[0] in folders
