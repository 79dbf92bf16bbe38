"""Changes shown as a unified diff."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from totem_cli.storage.diff import Change, unified


def diff(path: str, before: bytes | None, after: bytes | None) -> str:
    """Return the diff of one change."""
    return unified([Change(path, lambda: before, lambda: after)])


def test_diff_of_an_edit() -> None:
    """An edit shows three lines of context and the position, as diff -u does."""
    before = b"".join(b"%d\n" % number for number in range(1, 11))
    assert diff("a.md", before, before.replace(b"5\n", b"five\n")) == (
        "--- a/a.md\n+++ b/a.md\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    )


def test_diff_of_new_and_removed_files() -> None:
    """What is not there is /dev/null."""
    assert diff("a", None, b"1\n") == "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+1\n"
    assert diff("a", b"1\n", None) == "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"
    assert diff("a", None, b"") == "--- /dev/null\n+++ b/a\n"


def test_diff_of_a_missing_last_newline() -> None:
    """A last line without a newline is marked on the side that lacks it."""
    assert diff("a", b"1", b"1\n") == "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+1\n"


def test_diff_keeps_a_carriage_return_inside_its_line() -> None:
    """Only a line feed ends a line."""
    assert diff("a", b"1\r2\r\n", b"1\r3\r\n").endswith("-1\r2\r\n+1\r3\r\n")


def test_diff_of_bytes_that_are_not_text() -> None:
    """Binary content is named only; bytes that are not UTF-8 are shown escaped, and differ where they differ."""
    assert diff("a.png", b"\0", b"\0\1") == "Binary files a/a.png and b/a.png differ\n"
    assert diff("a", b"\xfe\n", b"\xff\n").endswith("-\\xfe\n+\\xff\n")
    assert diff("\udcff\n", None, b"1\n").splitlines()[1] == '+++ b/"\\\\xff\\n"'


def test_diff_orders_files_and_leaves_out_what_is_equal() -> None:
    """Files are ordered by path; one that does not change is not there."""
    changes = [Change(path, bytes, lambda after=after: after) for path, after in [("b", b"1"), ("a", b"1"), ("c", b"")]]
    assert re.findall(r"^\+\+\+ (.*)", unified(changes), re.MULTILINE) == ["b/a", "b/b"]


def test_diff_of_a_very_long_file_is_one_region() -> None:
    """Above the limit of the quadratic comparison, what differs is shown as one region, in context."""
    before = b"".join(b"%d\n" % number for number in range(60_000))
    after = before.replace(b"\n", b"x\n").replace(b"0x\n", b"0\n", 1)
    shown = diff("a", before, after)
    assert patched(before, shown) == after
    assert shown.count("@@ -") == 1


def patched(before: bytes, shown: str) -> bytes:
    """Apply a diff, as POSIX patch does, checking every line that it removes or keeps."""
    old, new, position = before.decode().split("\n"), [], 0
    old = [line + "\n" for line in old[:-1]] + [old[-1]] * bool(old[-1])
    lines = [line + "\n" for line in shown.split("\n")[:-1]]
    for index, line in enumerate(lines):
        bare = lines[index + 1 : index + 2] == ["\\ No newline at end of file\n"]
        text = line[1:-1] if bare else line[1:]
        if match := re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$", line):
            start = int(match[1]) - (match[2] != "0")
            new += old[position:start]
            position = start
            assert len(new) == int(match[3]) - (match[4] != "0")
        elif not line.startswith(("---", "+++", "\\")) or (index > 1 and line[0] in "+-"):
            if line[0] in " -":
                assert old[position] == text
                position += 1
            if line[0] in " +":
                new.append(text)
    return "".join(new + old[position:]).encode()


texts = st.lists(st.sampled_from(["a", "b", "", "é", "-- x", "++ y"]), max_size=40).flatmap(
    lambda lines: st.sampled_from(["\n".join(lines), "".join(f"{line}\n" for line in lines)])
)


@given(texts, texts)
def test_diff_applied_to_the_old_gives_the_new(before: str, after: str) -> None:
    """Law: patch(old, diff(old, new)) is new."""
    assert patched(before.encode(), diff("a", before.encode(), after.encode())) == after.encode()
