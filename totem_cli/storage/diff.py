"""Unified diffs of changed files (the format of POSIX ``diff -u``, with the headers of git)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CONTEXT = 3
_BINARY = 8000  # bytes searched for NUL, as git does
_LINES = 50_000  # a longer changed region is shown as one replacement, since difflib is quadratic


class Change:
    """A file that changes: its path, and its content before and after (None: no file).

    Contents are loaded on access, so that a preview of large media is cheap: access them before the change is made.
    """

    def __init__(self, path: str, before: Callable[[], bytes | None], after: Callable[[], bytes | None]) -> None:
        self.path = path
        self._before = before
        self._after = after

    def __repr__(self) -> str:
        return f"Change({self.path!r})"

    @property
    def before(self) -> bytes | None:
        """The current content."""
        return self._before()

    @property
    def after(self) -> bytes | None:
        """The new content."""
        return self._after()


def unified(changes: Iterable[Change]) -> str:
    r"""Return the diff of all changes, by path; bytes that are not UTF-8 are shown as ``\xff``."""
    return "".join(line for change in sorted(changes, key=lambda each: each.path) for line in _file(change))


def _file(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before == after:
        return
    name = _shown(change.path.encode(errors="surrogateescape"))
    if not name.isprintable():
        import json

        name = json.dumps(name)
    old = "/dev/null" if before is None else f"a/{name}"
    new = "/dev/null" if after is None else f"b/{name}"
    before, after = before or b"", after or b""
    if b"\0" in before[:_BINARY] or b"\0" in after[:_BINARY]:
        yield f"Binary files {old} and {new} differ\n"
        return
    yield f"--- {old}\n+++ {new}\n"
    yield from _hunks(BytesIO(before).readlines(), BytesIO(after).readlines())


def _hunks(old: list[bytes], new: list[bytes]) -> Iterator[str]:
    from difflib import SequenceMatcher

    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    first, last = max(head - _CONTEXT, 0), max(tail - _CONTEXT, 0)  # keep lines of context around the difference
    old_part, new_part = old[first : len(old) - last], new[first : len(new) - last]
    if len(old_part) + len(new_part) <= _LINES:
        groups = list(SequenceMatcher(None, old_part, new_part).get_grouped_opcodes(_CONTEXT))
    else:
        above, below = head - first, tail - last
        old_end, new_end = len(old_part) - below, len(new_part) - below
        middle = ("replace", above, old_end, above, new_end)
        edges = ("equal", 0, above, 0, above), ("equal", old_end, len(old_part), new_end, len(new_part))
        groups = [[edges[0], middle, edges[1]]]
    for group in groups:
        yield f"@@ -{_span(group[0][1], group[-1][2], first)} +{_span(group[0][3], group[-1][4], first)} @@\n"
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from _lines(" ", old_part[old_start:old_end])
            else:
                yield from _lines("-", old_part[old_start:old_end])
                yield from _lines("+", new_part[new_start:new_end])


def _common(one: list[bytes], other: list[bytes]) -> int:
    """Return how many lines at the start of both are equal."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((count for count, (left, right) in pairs if left != right), min(len(one), len(other)))


def _span(start: int, end: int, offset: int) -> str:
    length = end - start
    line = start + offset + (1 if length else 0)  # POSIX: an empty range names the line before it
    return f"{line}" if length == 1 else f"{line},{length}"


def _lines(mark: str, lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        yield mark + _shown(line)
        if not line.endswith(b"\n"):
            yield "\n\\ No newline at end of file\n"


def _shown(line: bytes) -> str:
    return line.decode(errors="backslashreplace")
