"""The publisher: the one module that writes exports.

It compares the groups of an export, then the pages of those that differ, with the manifest of the last one; renders
only the pages that differ, stages them beside the target, and moves them in at the end, each at once. What it promises:

- A failure before the end, in rendering or of the system, leaves the old output whole.
- A kill leaves the old output whole, or is finished by the next export: the manifest goes in first, with all that is
  to be ours, and whatever does not hold what it says is made again.
- So it is after a power cut before the end; after it the new output stands. Contents are synced before they are moved
  in, folders and the manifest before the export says that it is done.
- What totem did not write is neither deleted nor overwritten (unless ``replace`` says so), and no link is followed.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace as with_fields

from totem_cli.errors import RefusedError, SystemFailedError
from totem_cli.publishing.comparison import Comparison, Ways
from totem_cli.publishing.manifest import NAME, Group, Manifest, Row, row_of
from totem_cli.publishing.output import Output, Staged, target_of
from totem_cli.publishing.page import LastGroup, Page, PageGroup
from totem_cli.publishing.rendering import Rendering, check_apart
from totem_cli.storage.durable import folders_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from totem_cli.publishing.jobs import Spread
    from totem_cli.publishing.page import Published
    from totem_cli.publishing.rendering import Answer


class Report(NamedTuple):
    """What an export changed: paths in the output, sorted; ``unchanged`` counts the files left alone.

    ``warnings`` are those of all groups, of skipped ones too. ``unknown`` are files that were left where the manifest
    was damaged: they may be pages of an export before, and nothing tells.
    """

    written: list[str]
    removed: list[str]
    unchanged: int
    warnings: Sequence[str] = ()
    unknown: Sequence[str] = ()


def publish(
    published: Iterable[Published],
    output: str | Path,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    replace: bool = False,
    dry_run: bool = False,
    sync: bool = True,
    archive: str | Path | None = None,
    stats: str | Path | None = None,
    seen: Callable[[int, int], object] | None = None,
    warned: list[str] | None = None,
    spread: Spread | None = None,
) -> Report:
    """Make ``output`` hold just these groups and pages, beside what is not totem's.

    ``format`` and ``filters`` say what is exported: another export over it is refused without ``replace``.
    ``archive`` is what is exported, so that none is written over it. ``stats`` is a file to remember the outputs'
    stats in, so that the next run need not read them. With ``dry_run`` nothing is changed or rendered. Without
    ``sync``, a power cut soon after it may leave pages empty. ``seen`` is told after each page how many are rendered,
    of how many. ``warned`` is where the exporter puts its warnings. ``spread`` says how other processes share in the
    work; without it all is done in this one.

    Raises InvalidError for a path that no page may have, RefusedError where something of somebody else is in the way,
    LockedError, SystemFailedError, and whatever a page raises; the output is then as it was.
    """
    warned = [] if warned is None else warned
    groups = _Groups(published)
    target = target_of(output, archive, makes_archive=groups.makes_archive)

    def run() -> _Run:
        comparison = Comparison(target, format, filters, stats, replace_=replace)
        return _Run(comparison, groups, warned, replace=replace, sync=sync)

    if dry_run:
        return _guarded(target, lambda: run().preview())
    with Output(target) as holder:
        return _guarded(target, lambda: run().carry_out(holder, spread, seen or _unseen))


def stale(
    published: Iterable[Published],
    output: str | Path,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    archive: str | Path | None = None,
    stats: str | Path | None = None,
) -> list[str]:
    """The paths that :func:`publish` would write or remove, sorted; nothing is changed, the same is raised."""
    report = publish(published, output, format=format, filters=filters, archive=archive, stats=stats, dry_run=True)
    return sorted([*report.written, *report.removed])


class _Groups:
    """The groups of an export: the ``first``, and the ``last``, which depend on them. Loose pages are one group."""

    def __init__(self, published: Iterable[Published]) -> None:
        loose: list[Page] = []
        self.first: list[PageGroup] = []
        self.last: list[LastGroup] = []
        for item in published:
            if isinstance(item, Page):
                loose.append(item)
            elif isinstance(item, LastGroup):
                self.last.append(item)
            else:
                self.first.append(item)
        if loose:
            self.first.append(PageGroup("", {}, lambda: loose, len(loose)))
        self.makes_archive = any(page.path == "totem.toml" for page in loose)


class _Run:
    """One export into one folder: what is planned, then done."""

    def __init__(
        self, comparison: Comparison, groups: _Groups, warned: list[str], *, replace: bool, sync: bool = True
    ) -> None:
        self._comparison = comparison
        self._groups = groups
        self._warned = warned
        self._replace = replace
        self._sync = sync
        self._general = list(dict.fromkeys(warned))
        self._rows: dict[str, Row] = {}
        self._entries: dict[str, Group] = {}  # what the manifest says of each group
        self._order = [*(group.name for group in groups.first), *(group.name for group in groups.last)]
        self._paths: list[str] = []
        self._staged: dict[str, Staged] = {}
        self._attempts: dict[str, None] = {}

    def preview(self) -> Report:
        """What would be written and removed."""
        rendering = Rendering(str, self._comparison.target, self._comparison.standing, self._warned)
        differ: list[str] = []

        def look(group: PageGroup) -> None:
            _, pages, warnings = rendering.listing(group)
            differ.extend(page.path for page in pages if rendering.differs(page) and not self._adopted(page))
            rows = (Row(page.path, page.key, "", 0, group.name) for page in pages)
            self._take(rows, group.name, Group.of(group.key, warnings))

        for group in self._changed(self._groups.first):
            look(group)
        for last in self._groups.last:
            for group in self._changed([last.after(tuple(self._rows))]):
                look(group)
        stale = self._stale()
        self._check(differ, stale)
        unchanged = len(self._rows) - len(differ)
        return Report(sorted(differ), stale, unchanged, self._warnings(), self._unknown(stale))

    def carry_out(self, output: Output, spread: Spread | None, seen: Callable[[int, int], object]) -> Report:
        """Do it."""
        changed = self._changed(self._groups.first)

        @cache
        def rendering() -> Rendering:
            return Rendering(lambda: output.staging, output.target, self._comparison.standing, self._warned)

        if changed:
            from totem_cli.publishing.jobs import make_all

            groups = {group.name: group for group in changed}
            for answer in make_all(changed, rendering(), spread, seen):
                self._answered(groups[answer.group], answer)
        for last in self._groups.last:
            for group in self._changed([last.after(tuple(self._rows))]):
                self._answered(group, rendering().make(group, rendering().attempt()))
        return self._put(output)

    def _changed(self, groups: Sequence[PageGroup]) -> list[PageGroup]:
        """Those of the groups that must be listed; of the others, the rows are taken over."""
        found = []
        for group in groups:
            rows = self._comparison.unchanged(group)
            if rows is None:
                found.append(group)
            else:
                self._take(rows, group.name, self._comparison.group(group))
        return found

    def _take(self, rows: Iterable[Row], name: str, group: Group | None) -> None:
        for row in rows:
            self._rows[row.path] = row
            self._paths.append(row.path)
        if group is not None:
            self._entries[name] = group

    def _answered(self, group: PageGroup, answer: Answer) -> None:
        entry = Group.of(group.key, answer.warnings) if group.key or answer.warnings else None
        self._take((page.row for page in answer.pages), group.name, entry)
        for row, mtime, _ in answer.pages:
            if mtime is not None:
                self._staged[row.path] = Staged(row.path, f"{answer.attempt}/{row.path}", mtime)
        if any(page.mtime is not None for page in answer.pages):
            self._attempts[answer.attempt] = None

    def _stale(self) -> list[str]:
        return sorted(path for path in self._comparison.owned if path not in self._rows)

    def _warnings(self) -> list[str]:
        """Every warning once: those of no group, then those of each group in its order."""
        groups = (self._entries[name].warnings for name in self._order if name in self._entries)
        loose = self._entries[""].warnings if "" in self._entries and "" not in self._order else ()
        return list(dict.fromkeys((*self._general, *(words for group in groups for words in group), *loose)))

    def _unknown(self, stale: Sequence[str]) -> list[str]:
        return self._comparison.unknown({*self._rows, *stale}) if not self._comparison.is_sure else []

    def _check(self, paths: Iterable[str], stale: Sequence[str]) -> None:
        """RefusedError where something of somebody else is in the way of these paths; InvalidError for two of one."""
        owned = self._comparison.owned
        if self._rows.keys() != owned.keys() or len(self._paths) != len(self._rows):
            check_apart(self._paths)
        ways = Ways(self._comparison.target, stale)
        blocked = [obstacle for path in paths if (obstacle := ways.obstacle(path))]
        blocked += [path for path in paths if not (path in owned or self._replace) and ways.taken(path)]
        if blocked:
            more = f" ({len(blocked) - 1} more are, too)" if len(blocked) > 1 else ""
            raise RefusedError(
                f"{os.path.join(self._comparison.target, min(blocked))} is in the way, and not totem's{more}",
                hint="move it, name another folder, or write over files that are in the way with --replace",
            )

    def _adopted(self, page: Page) -> bool:
        """Whether the file of somebody else at a page's path has just its content."""
        if page.path in self._comparison.owned or not os.path.lexists(os.path.join(self._comparison.target, page.path)):
            return False
        return self._comparison.contents.holds(page.path, row_of(page.path, "", b"".join(page.pieces())))

    def _put(self, output: Output) -> Report:
        """Move in what was staged, remove what is stale."""
        comparison, stale = self._comparison, self._stale()
        for path in [path for path in self._staged if path not in comparison.owned]:
            if comparison.contents.holds(path, self._rows[path]):
                del self._staged[path]
        staged = [self._staged[path] for path in sorted(self._staged)]
        self._check([file.path for file in staged], stale)
        for path in stale:
            comparison.contents.forget(path)
        new = with_fields(comparison.new, rows=self._rows, groups=dict(sorted(self._entries.items())))
        removed: list[str] = []
        if staged or new != comparison.old:
            removed = self._move(output, new, staged, stale)
        for file in staged:
            comparison.contents.wrote(file.path, self._rows[file.path], file.mtime)
        comparison.contents.save()
        unchanged = len(self._rows) - len(staged)
        return Report([file.path for file in staged], removed, unchanged, self._warnings(), self._unknown(()))

    def _move(self, output: Output, new: Manifest, staged: Sequence[Staged], stale: Sequence[str]) -> list[str]:
        owned = self._comparison.owned
        claim = with_fields(new, rows={**new.rows, **{path: owned[path] for path in stale}}) if stale else new
        is_fresh = bool(staged) and len(staged) == len(self._rows) and not stale
        is_fresh = is_fresh and output.is_free({file.path.partition("/")[0] for file in staged})
        if self._sync:
            output.sync_staged([file.name for file in staged])
        output.put(output.stage(NAME, claim.encode()))
        if not all(file.path in owned for file in staged):
            output.sync_root()  # what was ours before is known to be by the old manifest, too
        removed = [path for path in stale if output.remove(path)]
        output.prune({os.path.dirname(path) for path in removed})
        if is_fresh:
            output.put_trees(self._attempts)
        else:
            for file in staged:
                output.put(file)
        if self._sync:
            output.sync(folders_of([*(file.path for file in staged), *removed]))
        if stale:
            output.put(output.stage(NAME, new.encode()))
            if self._sync:
                output.sync_root()
        output.done()
        return removed


def _unseen(done: int, total: int) -> None:
    """Nobody looks how far it has come."""


def _guarded(target: str, run: Callable[[], Report]) -> Report:
    try:
        return run()
    except OSError as error:
        raise SystemFailedError.from_os(error, "export: cannot read", error.filename or target) from error
