"""The publisher: the one module that writes exports.

It compares the pages of an export with the manifest of the last one, renders only those that differ, stages them beside
the target, and moves them in at the end, each at once. What it promises:

- A failure before the end, in rendering or of the system, leaves the old output whole.
- A kill leaves the old output whole, or is finished by the next export: the manifest goes in first, with all that is
  to be ours, and whatever does not hold what it says is made again. So it is after a power cut: contents are not
  synced one by one, the manifest is.
- What totem did not write is neither deleted nor overwritten (unless ``replace`` says so), and no link is followed.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from totem_cli.errors import InvalidError, RefusedError, SystemFailedError
from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import NAME, Entries, Manifest, check_path, entry_of, normal
from totem_cli.publishing.output import Output, Staged, target_of
from totem_cli.publishing.page import Page
from totem_cli.publishing.rendering import Rendering
from totem_cli.publishing.settled import Known, Memory, Report, Seen, settle
from totem_cli.publishing.toolchain import maker
from totem_cli.storage.files import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from totem_cli.storage.hiring import Start
    from totem_cli.storage.workers import Crew


class _Plan(Struct):
    """What makes ``count`` pages: ``render`` these, remove the ``stale`` paths. ``kept`` are as they should be.

    Of pages that nobody asked for the manifest has only rows, and ``contents`` knows that their files stand.
    """

    count: int
    manifest: Manifest
    old: Manifest | None
    contents: Contents
    kept: Entries = field(default_factory=Entries)
    render: list[Page] = []
    stale: list[str] = []


def renew(
    known: Known,
    target: str,
    holder: Output,
    before: str,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    stats: str | Path,
    source: Callable[[], str],
    seen: Seen | None,
) -> Report:
    """The same as :func:`publish` for :func:`~totem_cli.publishing.settled.again`, of pages that may have changed."""
    plan = _plan(known.pages, target, format, filters, False, stats, known)
    return _made(plan, target, holder, before, source, stats, known.memory, seen)


def publish(
    pages: Iterable[Page],
    output: str | Path,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    replace: bool = False,
    dry_run: bool = False,
    archive: str | Path | None = None,
    stats: str | Path | None = None,
    source: Callable[[], str] | None = None,
    memory: Memory | None = None,
    seen: Seen | None = None,
    remaking: Callable[[], Start | None] | None = None,
    crew: Crew | None = None,
) -> Report:
    """Make ``output`` hold just these pages, beside what is not totem's.

    ``format`` and ``filters`` say what is exported: another export over it is refused without ``replace``.
    ``archive`` is what is exported, so that none is written over it. ``stats`` is a file to remember the outputs'
    stats in, so that the next run need not read them. ``source`` tells all that the pages are made from, for
    :func:`~totem_cli.publishing.settled.again`, which needs what ``memory`` remembers of it, too; where it says
    nothing, this run is not remembered. With ``dry_run`` nothing is changed or rendered. ``seen`` is told after
    each page how many are rendered, of how many. ``remaking`` says, once there are pages, how another process makes
    them again: where none can be forked that is how all processors share in the work. ``crew`` says which processes
    do, in place of those that so much work is worth.

    Raises InvalidError for a path that no page may have, RefusedError where something of somebody else is in the way,
    LockedError, SystemFailedError, and whatever a page raises; the output is then as it was.
    """
    before = source() if source and not dry_run else ""
    pages = _checked(pages)
    target = _target(output, archive, pages)
    if dry_run:
        plan = _plan(pages, target, format, filters, replace, stats)
        written = sorted(page.path for page in plan.render)
        return Report(written, plan.stale, len(plan.kept))
    with Output(target) as holder:
        plan = _plan(pages, target, format, filters, replace, stats)
        del pages  # the plan lets go of each once it is rendered
        return _made(plan, target, holder, before, source, stats, memory, seen, remaking, crew)


def _made(
    plan: _Plan,
    target: str,
    holder: Output,
    before: str,
    source: Callable[[], str] | None,
    stats: str | Path | None,
    memory: Memory | None,
    seen: Seen | None,
    remaking: Callable[[], Start | None] | None = None,
    crew: Crew | None = None,
) -> Report:
    try:
        written, removed = _carry_out(plan, holder, seen, remaking, crew)
    except OSError as error:
        raise SystemFailedError.from_os(error, "export: cannot read", error.filename or target) from error
    settle(target, before if source and source() == before else "", stats, plan.contents, memory)
    return Report(written, removed, plan.count - len(written))


def stale(
    pages: Iterable[Page],
    output: str | Path,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    archive: str | Path | None = None,
    stats: str | Path | None = None,
) -> list[str]:
    """The paths that :func:`publish` would write or remove, sorted; nothing is changed, the same is raised."""
    pages = _checked(pages)
    plan = _plan(pages, _target(output, archive, pages), format, filters, False, stats)
    return sorted([*(page.path for page in plan.render), *plan.stale])


def _checked(pages: Iterable[Page]) -> list[Page]:
    """The pages, as they came; InvalidError where one has no good path, or two would be one file somewhere."""
    found = list(pages)
    seen: dict[str, str] = {}
    for page in sorted(found, key=lambda page: page.path):
        path = check_path(page.path)
        folded = _folded(path)
        if folded in seen:
            raise InvalidError(
                f"two pages would be one file: {seen[folded]} and {path}",
                hint="rename one: some file systems ignore case and accents' forms",
            )
        seen[folded] = path
    for folded, path in seen.items():
        cut = folded.rfind("/")
        while cut > 0:
            if folded[:cut] in seen:
                raise InvalidError(f"{seen[folded[:cut]]} would be a file and a folder, with {path} in it")
            cut = folded.rfind("/", 0, cut)
    return found


def _folded(path: str) -> str:
    """The same for all that a file system may take for one name (Unicode, canonical caseless matching, D145)."""
    if path.isascii():
        folded = path.lower()
        return path if folded == path else folded  # nearly always: no second text in memory for each page
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def _target(output: str | Path, archive: str | Path | None, pages: Sequence[Page]) -> str:
    return target_of(output, archive, makes_archive=any(page.path == "totem.toml" for page in pages))


def _plan(
    pages: Sequence[Page],
    target: str,
    name: str,
    filters: Mapping[str, Any],
    replace: bool,
    stats: str | Path | None,
    known: Known | None = None,
) -> _Plan:
    """What is to be done, by the manifest and by what stands in the folder."""
    try:
        old = _fitting(known.manifest if known else _old_manifest(target, replace), target, name, filters, replace)
        rest = known.manifest.rest if known else ()
        manifest = Manifest(format=name, filters=normal(filters), maker=maker(), entries={}, rest=rest)
        contents = known.contents if known else Contents(target, os.fspath(stats) if stats is not None else None)
        if not known:
            contents.only(old.entries if old else ())
        plan = _Plan(len(pages) + len(rest), manifest, old, contents)
        _compare(plan, pages, target, replace)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read the output", error.filename or target) from error
    return plan


def _old_manifest(target: str, replace: bool) -> Manifest | None:
    try:
        with Folder(target) as folder:
            content = folder.read(NAME)
        return None if content is None else Manifest.decode(content, os.path.join(target, NAME))
    except FileNotFoundError:
        return None
    except RefusedError:
        if replace:
            return None
        raise


def _fitting(
    old: Manifest | None, target: str, name: str, filters: Mapping[str, Any], replace: bool
) -> Manifest | None:
    """The last manifest; RefusedError where it is of another export."""
    if old is None:
        return None
    filters = normal(filters)
    if not replace and old.format != name:
        raise RefusedError(
            f"{target} holds an export of another format: {old.format}",
            hint="name another folder, or put this one in its place with --replace",
        )
    if not replace and old.filters != filters:
        raise RefusedError(
            f"{target} holds an export of {_selection(old.filters)}, and this is {_selection(filters)}",
            hint="name another folder, or put this one in its place with --replace",
        )
    return old


def _compare(plan: _Plan, pages: Sequence[Page], target: str, replace: bool) -> None:
    """Fill in the plan; RefusedError where what is not totem's is in the way."""
    owned = plan.old.entries if plan.old else {}
    wanted = {page.path for page in pages} if owned else ()
    plan.stale = sorted(path for path in owned if path not in wanted)
    known = owned if plan.old and plan.old.maker == plan.manifest.maker else {}
    ways = _Ways(target, frozenset(plan.stale))
    blocked = []
    for page in pages:
        entry = known.get(page.path)
        if entry is not None and entry.key == page.key and plan.contents.holds(page.path, entry):
            plan.kept[page.path] = entry
        elif obstacle := ways.obstacle(page.path):
            blocked.append(obstacle)
        elif page.path in owned or replace or not ways.taken(page.path):
            plan.render.append(page)
        elif plan.contents.holds(page.path, same := entry_of(page.key, page.render())):
            plan.kept[page.path] = same
        else:
            blocked.append(page.path)
    if blocked:
        more = f" ({len(blocked) - 1} more are, too)" if len(blocked) > 1 else ""
        raise RefusedError(
            f"{os.path.join(target, min(blocked))} is in the way, and not totem's{more}",
            hint="move it, name another folder, or write over files that are in the way with --replace",
        )


class _Ways:
    """Whether the way to a path is free, or will be once the stale files are gone."""

    def __init__(self, target: str, stale: frozenset[str]) -> None:
        self._target = target
        self._stale = stale
        self._seen: dict[str, str | None] = {}
        try:
            self._empty = not os.listdir(target)
        except FileNotFoundError:
            self._empty = True

    def taken(self, path: str) -> bool:
        """Whether a file, a link or anything else that is no folder stands there."""
        mode = None if self._empty else self._mode(path)
        return mode is not None and not stat.S_ISDIR(mode)

    def obstacle(self, path: str) -> str | None:
        """What stands where a folder must be, or the folder that stands where a file must be."""
        if self._empty:
            return None
        folder, cut, found = path, 0, None
        while found is None and (cut := path.find("/", cut) + 1):
            folder = path[: cut - 1]
            if folder not in self._seen:
                mode = self._mode(folder)
                fits = mode is None or stat.S_ISDIR(mode) or folder in self._stale
                self._seen[folder] = None if fits else folder
            found = self._seen[folder]
        return found or (path if self._stays(path) else None)

    def _stays(self, path: str) -> bool:
        """Whether a folder stands there that will not be gone with the stale files in it."""
        mode = self._mode(path)
        if mode is None or not stat.S_ISDIR(mode):
            return False
        inside = (
            os.path.relpath(os.path.join(folder, name), self._target)
            for folder, folders, files in os.walk(os.path.join(self._target, path))
            for name in (files or ([] if folders else ["."]))
        )
        return not all(name in self._stale for name in inside)

    def _mode(self, path: str) -> int | None:
        try:
            return os.lstat(f"{self._target}/{path}").st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None


def _carry_out(
    plan: _Plan, output: Output, seen: Seen | None, remaking: Callable[[], Start | None] | None, crew: Crew | None
) -> tuple[list[str], list[str]]:
    """Do what is planned; the paths written and removed come back."""
    whole = (
        bool(plan.render) and not plan.kept and not plan.stale and output.is_free({page.path for page in plan.render})
    )
    rendering = Rendering(output, plan.contents, whole=whole)
    entries, staged, count = plan.kept, [], len(plan.render)
    for done, (page, entry, file) in enumerate(rendering.all(plan.render, plan.count, remaking, crew), 1):
        entries[page.path] = entry
        if file:
            staged.append(file)
        if seen:
            seen(done, count)
    staged.sort()
    new = plan.manifest.with_entries(entries)
    owned = plan.old.entries if plan.old else {}
    for path in plan.stale:
        plan.contents.forget(path)
    if not staged and new == plan.old:
        plan.contents.save()
        return [], []
    claim = Entries(entries) if plan.stale else entries
    claim.update((path, owned[path]) for path in plan.stale)
    output.put(output.stage(NAME, new.with_entries(claim).encode(), durable=True))
    if not all(file.path in owned for file in staged):
        output.sync()  # what was ours before is known to be by the old manifest, too
    removed = [path for path in plan.stale if output.remove(path)]
    output.prune({os.path.dirname(path) for path in removed})
    _put(output, staged, whole=whole)
    if plan.stale:
        output.put(output.stage(NAME, new.encode(), durable=True))
    output.done()
    for file in staged:
        plan.contents.wrote(file.path, entries[file.path], file.mtime)
    plan.contents.save()
    return [file.path for file in staged], removed


def _put(output: Output, staged: Sequence[Staged], *, whole: bool) -> None:
    """Move in what was staged."""
    if whole:
        output.put_whole()
        return
    for file in staged:
        output.put(file)


def _selection(filters: Mapping[str, Any]) -> str:
    """Filters in words."""
    if not filters:
        return "the whole archive"
    return "; ".join(
        f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in filters.items()
    )
