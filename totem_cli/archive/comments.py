"""The comments of an archive; they lie beside what they are on, and move with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from totem_cli.archive import comment_files, references
from totem_cli.archive import comment_rules as rules
from totem_cli.archive.workspace import IF_EXISTS_HINT, IfExists, Workspace
from totem_cli.errors import ExistsError, InvalidError, RefusedError
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment, CommentStatus, oldest_first
from totem_cli.storage.layout import comment_path

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series


class Comments:
    """The comments of readers: ``archive.comments["3f2a9c1"]``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, ref: str) -> Comment:
        """The comment that an id, or seven characters or more of its beginning, names."""
        return references.comment(self._workspace, ref)

    def __contains__(self, ref: str) -> bool:
        """Whether a comment's id is, or begins with, ``ref``."""
        long_enough = len(ref) >= references.ID_LENGTH and "/" not in ref
        return long_enough and bool(self._workspace.index.comments(id_prefix=ref, bodies=False))

    def __iter__(self) -> Iterator[Comment]:
        """Every comment that can be read, whatever its status, the oldest first."""
        return iter(sorted(self._all(), key=oldest_first))

    def find(self, query: Query | None = None) -> list[Comment]:
        """The comments that a query selects, the oldest first, whatever their status unless it names one.

        ``since`` and ``until`` look at when a comment was written, the other filters at the episode or series it is on.
        """
        if query is None:
            return [*self]
        from totem_cli.archive.episodes import Episodes
        from totem_cli.archive.series import AllSeries
        from totem_cli.language.dates import date_bounds, day_of

        found = [one for one in self if "all" in query.status or one.status in query.status]
        if query.since or query.until:
            first = date_bounds(query.since)[0] if query.since else ""
            last = date_bounds(query.until)[1] if query.until else "9999"
            found = [one for one in found if one.date and first <= day_of(one.date) <= last]
        targets = replace(query, since=None, until=None, status=("all",), limit=None)
        if targets.narrows:
            ids = {one.id for one in Episodes(self._workspace).find(targets)}
            ids |= {one.id for one in AllSeries(self._workspace).find(targets)}
            found = [one for one in found if one.target in ids]
        if query.reverse:
            found.reverse()
        return found[: query.limit] if query.limit else found

    def title_and_language(self, comment: Comment) -> tuple[str, str]:
        """The title of what a comment is on (its folder where that is gone), and the language spoken there."""
        workspace, home = self._workspace, self._workspace.series_of(comment.series)
        found = workspace.index.find_episodes(series=comment.series, slug=comment.episode) if comment.episode else []
        title = found[0].title if found else comment.folder if comment.episode else home.title
        return title, (found[0].language if found else None) or home.language or workspace.settings.language

    def are_open(self, owner: Episode | Series) -> bool:
        """Whether new comments are accepted on a resolved episode, or on a series."""
        return rules.takes_comments(self._workspace.settings, owner)

    def same_as(self, comment: Comment) -> Comment | None:
        """The comment by that author, on that episode or series, with that text (both folded), if it is there."""
        wanted = _identity(comment)
        return next((one for one in self._all() if _identity(one) == wanted), None)

    def _all(self) -> list[Comment]:
        return references.with_targets(self._workspace, [*self._workspace.index.comments().values()])

    # Changes

    def add(
        self,
        target: str,
        text: str,
        *,
        author: str,
        email: str | None = None,
        url: str | None = None,
        date: str | None = None,
        status: CommentStatus = "pending",
        parent: str | None = None,
        if_exists: IfExists = "error",
    ) -> Comment:
        """Add a comment to an episode or a series, pending unless another status is given, dated now unless a date is.

        ``parent`` is the id of the comment it answers. An e-mail address is kept under ``private/`` only, and refused
        unless ``[comments] email`` asks for one. Raises InvalidError for what :mod:`comment_rules` refuses,
        ExistsError where the same author wrote the same there already.
        """
        from datetime import UTC, datetime
        from uuid import uuid4

        from totem_cli.archive.typed import typed_moment

        with self._workspace.transaction(f"add comment {target}"):
            owner = references.episode_or_series(self._workspace, target)
            body = rules.body(text)
            rules.refuse("text", rules.text_fault(body))
            name, address = rules.author(author), rules.address(url)
            rules.refuse("author", rules.author_fault(name))
            rules.refuse("url", rules.url_fault(address))
            rules.refuse("email", rules.email_fault(email))
            if email and not self._workspace.settings.comments.email:
                raise RefusedError(
                    "this archive asks for no e-mail address, so it keeps none",
                    hint="leave it out, or set email = true under [comments] in totem.toml",
                )
            comment = Comment(
                id=str(uuid4()),
                target=owner.id,
                parent=self._parent(parent, owner) if parent else None,
                author=name,
                url=address,
                date=typed_moment(date, "date", self._workspace.settings)
                if date
                else datetime.now(UTC).isoformat(timespec="seconds"),
                text=body,
                status=status,
            )
            same = self.same_as(comment)
            if same is None:
                return self.write(comment, owner, email=email)
            if if_exists == "error":
                raise ExistsError(
                    f"{author} said this already, as {same.id}",
                    hint=IF_EXISTS_HINT,
                )
            if if_exists == "update":
                self._set(same, url=address, status=None)
                self._write_email(same.id, email)
            return self[same.id]

    def write(self, comment: Comment, owner: Episode | Series, *, email: str | None = None) -> Comment:
        """Write a comment's file beside those on ``owner``, inside a transaction; its e-mail under ``private/``."""
        from totem_cli.archive.front import comment_front

        path = comment_path(owner.folder, comment.id)
        if self._workspace.change.read(path) is not None:
            raise ExistsError(f"{self._workspace.shown(path)} exists already")
        saved: Comment = self._workspace.create(path, comment_front(replace(comment, target=owner.id)), comment.text)
        self._write_email(comment.id, email)
        return replace(saved, text=comment.text)

    def _write_email(self, comment: str, email: str | None) -> None:
        if email:
            from totem_cli.documents.toml_write import new_toml

            content = new_toml({"email": email}, ("email",))
            self._workspace.change.write(comment_files.email_path(comment), content)

    def _parent(self, ref: str, owner: Episode | Series) -> str:
        parent = self[ref]
        if parent.target != owner.id:
            raise InvalidError(f"the comment {ref} is not on {owner.ref}", field="parent")
        return parent.id

    def set_status(self, ref: str, status: CommentStatus) -> Comment:
        """Approve, reject, or make pending again: a comment's status, nothing else."""
        with self._workspace.transaction(f"set comment {ref} {status}"):
            return self._set(self[ref], status=status)

    def _set(self, comment: Comment, **values: Any) -> Comment:
        """Set those keys of a comment's file that are given and have another value."""
        with self._workspace.editing(comment_files.path_of(self._workspace, comment)) as document:
            for key, value in values.items():
                if value is not None and getattr(comment, key) != value:
                    document.set((key,), value)
        return self[comment.id]

    def remove(self, ref: str, *, replies: bool = False) -> list[Comment]:
        """Remove a comment, and its e-mail address under ``private/``; what was removed, itself first.

        A comment that was answered is removed only with ``replies=True``, together with the answers and theirs.
        """
        with self._workspace.transaction(f"remove comment {ref}"):
            thread = [self[ref]]
            every = self._all()
            for one in thread:  # grows as it is read
                thread += [reply for reply in every if reply.parent == one.id and reply not in thread]
            if len(thread) > 1 and not replies:
                count = len(thread) - 1
                raise RefusedError(
                    f"{ref} has {count} {'replies' if count > 1 else 'reply'}",
                    hint="--yes removes them with it; totem reject comment hides it and leaves them",
                )
            for one in thread:
                comment_files.remove(self._workspace, comment_files.path_of(self._workspace, one), one)
            return thread


def _identity(comment: Comment) -> tuple[str, str, str]:
    return comment.target, fold(comment.author), fold(comment.text)
