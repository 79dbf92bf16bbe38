"""References: how an episode, a series, a comment or a person is named on a command line.

An episode is ``series/number`` or ``series/slug``; or, where only one fits, a number, a slug (with or without its
number) or seven characters or more of its id. A series is its slug; ``NAME/`` is always a series. ``latest`` is the
newest episode. A comment is its id or the beginning of it. A person is the slug, the name or an alias of a file in
``people/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from totem_cli.archive.workspace import Workspace
from totem_cli.errors import AmbiguousError, NotFoundError, TotemError
from totem_cli.language.suggest import close_matches, did_you_mean
from totem_cli.model.episode import Episode
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import locate

if TYPE_CHECKING:
    from totem_cli.documents.document import Document
    from totem_cli.model.comment import Comment
    from totem_cli.model.person import Person

V = TypeVar("V")

ID_LENGTH = 7
"""The fewest characters of an id that name an episode."""


def episode(workspace: Workspace, ref: str) -> Episode:
    """The episode that ``ref`` names, resolved, with its recap.

    Raises NotFoundError, AmbiguousError, or the file's own problem where the file that is named cannot be read.
    """
    if ref == "latest":
        return latest(workspace)
    found = _candidates(workspace, ref)
    if len(found) == 1:
        return workspace.resolved(found)[0]
    if found:
        raise AmbiguousError(
            f"{ref} could be any of {len(found)} episodes",
            hint="name one: " + ", ".join(sorted(one.folder for one in found[:10])),
        )
    raise _no_episode(workspace, ref)


def latest(workspace: Workspace) -> Episode:
    """The newest episode, resolved, with its recap."""
    from totem_cli.model.query import by_date

    newest = max(workspace.resolved(workspace.index.episodes()), key=by_date, default=None)
    if newest is None:
        raise NotFoundError("the archive has no episode yet", hint="add one with: totem add episode TITLE")
    return episode(workspace, newest.folder)


def series(workspace: Workspace, ref: str) -> Series:
    """The series that ``ref`` names (``slug`` or ``slug/``). Raises NotFoundError, or its file's own problem."""
    found = _series_named(workspace, ref.rstrip("/"))
    if found:
        return workspace.with_language(found)[0]
    slug = ref.rstrip("/").lower()
    for path, problem in workspace.index.problems():
        if path == f"series/{slug}/series.md":
            raise workspace.located(problem, path)
    slugs = [one.slug for one in workspace.index.series()]
    raise NotFoundError(f"no series {slug or ref}", hint=did_you_mean(slug, slugs) or _listing(slugs))


def episode_or_series(workspace: Workspace, ref: str) -> Episode | Series:
    """The episode or the series that ``ref`` names. Raises AmbiguousError for what could be either."""
    if ref.endswith("/"):
        return series(workspace, ref)
    named = _series_named(workspace, ref)
    episodes = _candidates(workspace, ref)
    if named and episodes:
        names = [f"{named[0].slug}/ (the series)", *(one.folder for one in episodes[:10])]
        raise AmbiguousError(f"{ref} is a series and an episode", hint="name one: " + ", ".join(names))
    if named:
        return workspace.with_language(named)[0]
    return workspace.resolved(episodes)[0] if len(episodes) == 1 and ref != "latest" else episode(workspace, ref)


def comment(workspace: Workspace, ref: str) -> Comment:
    """The comment that an id, or seven characters or more of its beginning, names."""
    found = [*workspace.index.comments(id_prefix=ref).values()] if len(ref) >= ID_LENGTH else []
    exact = [one for one in found if one.id == ref.lower()]
    if len(exact or found) == 1:
        return with_targets(workspace, exact or found)[0]
    if found:
        hint = "name one: " + ", ".join(one.id for one in found[:10])
        raise AmbiguousError(f"{ref} could be any of {len(found)} comments", hint=hint)
    raise NotFoundError(f"no comment {ref}", hint="see them with: totem list comments")


def with_targets(workspace: Workspace, comments: Sequence[Comment]) -> list[Comment]:
    """The comments, each with a target: where its file names none, the episode or series of its folder."""
    if not any("target" in one.absent for one in comments):
        return [*comments]
    from msgspec.structs import replace

    ids = {owner.folder: owner.id for owner in workspace.owners}
    return [replace(one, target=ids.get(one.folder, "")) if "target" in one.absent else one for one in comments]


def person(workspace: Workspace, name: str) -> Person:
    """The person with a file in ``people/`` that a slug, a name or an alias names."""
    found = filed(workspace, name)
    if found:
        return found
    spelt = [word for one in workspace.people() for word in (one.slug, one.name)]
    raise NotFoundError(
        f"no person {name} in people/",
        hint=did_you_mean(name, spelt) or f'add a file with: totem add person "{name}"',
    )


def filed(workspace: Workspace, name: str) -> Person | None:
    """The person that ``name`` names in ``people/``, if any. Raises AmbiguousError where it names several."""
    names = workspace.names
    found = [names.persons[name]] if name in names.persons else names.called(name)
    if len(found) > 1:
        raise AmbiguousError(
            f"{name} is the name of {len(found)} people",
            hint="say which: " + ", ".join(sorted(one.slug for one in found)),
        )
    return found[0] if found else None


def save(workspace: Workspace, owner: Episode | Series, document: Document) -> Episode | Series:
    """Save the edited document of an episode or a series; what it is then, resolved."""
    saved: Episode | Series = workspace.filled_in(workspace.save(workspace.path(owner), document.to_bytes()))
    return saved


def _candidates(workspace: Workspace, ref: str) -> list[Episode]:
    folder, _, name = ref.rpartition("/")
    index, within = workspace.index, _folder_named(workspace, folder) or None
    found: list[Episode] = []
    if name.isdecimal() and len(name) < 10:
        found += index.find_episodes(series=within, number=int(name))
    if name:
        found += _first(lambda slug: index.find_episodes(series=within, slug=slug), name)
    if not folder and len(name) >= ID_LENGTH:
        found += index.find_episodes(id_prefix=name)
    return [*{(one.series, one.slug): one for one in found}.values()]


def _series_named(workspace: Workspace, slug: str) -> list[Series]:
    """The series of this slug, at most one."""
    return _first(workspace.index.series, slug) if slug and "/" not in slug else []


def _folder_named(workspace: Workspace, name: str) -> str:
    """The name of a series' folder, as it is written there; the series itself need not be readable."""
    return name if workspace.index.series(name) or workspace.index.slugs(name) else name.lower()


def _no_episode(workspace: Workspace, ref: str) -> TotemError:
    home, _, name = ref.rpartition("/")
    folder, index = _folder_named(workspace, home), workspace.index
    for path, problem in index.problems():
        if _is_file_of(path, folder, name):
            return workspace.located(problem, path)
    slug = ref.rstrip("/")
    if not slug:
        return NotFoundError("an empty name names nothing", hint="see what there is with: totem list")
    if _series_named(workspace, slug):
        return NotFoundError(f"{slug} is a series, not an episode", hint=f"name an episode of it: {slug}/1")
    if home and not _series_named(workspace, home) and not index.slugs(folder):
        slugs = [one.slug for one in index.series()]
        return NotFoundError(f"no series {home}", hint=did_you_mean(home, slugs) or _listing(slugs))
    spelt = dict(_spellings(index.episodes(series=folder or None), is_whole=not home))
    close = dict.fromkeys(spelt[spelling] for spelling in close_matches(name.lower(), spelt))
    listed = "see them with: totem list" + (
        "" if name.isdecimal() else f", or one of its words with: totem search {quote(name)}"
    )
    hint = f"did you mean {' or '.join(close)}?" if close else listed
    return NotFoundError(f"no episode {ref}", hint=hint)


def _spellings(episodes: Sequence[Episode], *, is_whole: bool) -> Iterator[tuple[str, str]]:
    """What names each episode, with its whole reference."""
    for one in episodes:
        for spelling in (one.slug, without_number(one.slug), *((one.folder,) if is_whole else ())):
            yield spelling, one.folder


def _first(find: Callable[[str], list[V]], name: str) -> list[V]:
    """What is found under a name as it is typed, for a file named by hand may have capitals; else in lower case."""
    return find(name) or (find(name.lower()) if name != name.lower() else [])


def without_number(slug: str) -> str:
    """A file's name without its number."""
    return slug.partition("-")[2] if number_in(slug) is not None else slug


def _listing(slugs: Sequence[str]) -> str:
    return f"there are: {', '.join(slugs[:10])}" if slugs else "there is no series yet: totem add series TITLE"


def _is_file_of(path: str, folder: str, name: str) -> bool:
    """Whether ``folder/name`` means the file at ``path``, one that cannot be read."""
    found = locate(path)
    if found is None or found.kind != "episode" or found.slug is None:
        return False
    slug, number = found.slug, number_in(found.slug)
    return (not folder or found.series == folder) and (
        {name, name.lower()} & {slug, without_number(slug)} != set()
        or (name.isdecimal() and len(name) < 10 and number == int(name))
    )
