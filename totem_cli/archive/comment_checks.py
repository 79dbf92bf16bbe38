"""What may be wrong with comments: what they are on, what they answer, what they must not hold."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from totem_cli.archive.findings import Finding
from totem_cli.errors import Location
from totem_cli.model.comment import Comment

_PRIVATE = {"email", "e-mail", "mail", "ip", "author_email", "author_ip", "author_url_email"}


def comment_findings(
    files: Mapping[str, Comment], folders: Mapping[str, str], root: Path, unread: Container[str]
) -> Iterator[Finding]:
    """What is found in comments, by path; ``folders`` are those of the episodes and series by their ids.

    What lies in an ``unread`` folder is on an episode or a series whose file cannot be read.
    """
    paths: dict[str, str] = {}
    by_id = {one.id: one for one in reversed([*files.values()])}
    for path, one in files.items():
        location = Location(str(root / path))
        if one.id in paths:
            hint = "give the copy a new id, or remove it"
            yield Finding("error", "duplicate-id", f"the id is also that of {root / paths[one.id]}", location, hint)
        paths.setdefault(one.id, path)
        home = folders.get(one.target)
        if home is None and one.folder not in unread:
            message = f"its target is nothing here: {one.target}" if one.target else "it is on nothing that is here"
            yield Finding("warning", "no-target", message, location, "it is on no page: remove it, or mend its target")
        elif home is not None and home != one.folder:
            hint = f"move the file to {root / 'comments' / home}"
            yield Finding("warning", "elsewhere", f"it is on {home}, and lies with {one.folder}", location, hint)
        yield from _parent(one, by_id, location)
        for key in one.extra:
            if key.casefold() in _PRIVATE:
                hint = f"take it out; where it is wanted it belongs into private/comments/{one.id}.toml"
                yield Finding("error", "private-key", f"{key} is private, and has no place here", location, hint)


def _parent(one: Comment, known: Mapping[str, Comment], location: Location) -> Iterator[Finding]:
    if one.parent is None:
        return
    parent = known.get(one.parent)
    if parent is None:
        yield Finding("warning", "no-parent", f"what it answers is not here: {one.parent}", location, "it stands alone")
    elif parent.target != one.target:
        yield Finding("warning", "no-parent", f"what it answers is on something else: {one.parent}", location)
    elif one.id in _above(one, known):
        yield Finding("warning", "no-parent", "it answers itself, in a circle", location, "take out its parent")


def _above(one: Comment, known: Mapping[str, Comment]) -> Sequence[str]:
    """The comments that one answers, directly and through others."""
    found: list[str] = []
    while one.parent is not None and one.parent in known and one.parent not in found:
        found.append(one.parent)
        one = known[one.parent]
    return found
