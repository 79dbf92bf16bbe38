"""Operations on comments: adding, approving, removing; they lie beside what they are on, and move with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from totem_cli.archive import comment_rules as rules
from totem_cli.archive.base import IfExists
from totem_cli.archive.front import COMMENT_ORDER, comment_front
from totem_cli.archive.parts import Parts
from totem_cli.archive.publishing import folder_of
from totem_cli.archive.refs import ID_LENGTH
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError, RefusedError
from totem_cli.language.dates import check_moment
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment, CommentStatus
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.storage.layout import comment_path, locate


class Comments(Parts):
    """What can be done to comments."""

    def comment(self, ref: str) -> Comment:
        """The comment that an id, or seven characters or more of its beginning, names."""
        found = [*self.index.comments(id_prefix=ref).values()] if len(ref) >= ID_LENGTH else []
        exact = [one for one in found if one.id == ref.lower()]
        if len(exact or found) == 1:
            return self._with_targets(exact or found)[0]
        if found:
            hint = "name one: " + ", ".join(one.id for one in found[:10])
            raise AmbiguousError(f"{ref} could be any of {len(found)} comments", hint=hint)
        raise NotFoundError(f"no comment {ref}", hint="see them with: totem list comments")

    def add_comment(
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
        """Add a comment to an episode or a series, pending unless told otherwise, dated now unless a date is given.

        ``parent`` is the id of the comment it answers. An e-mail address is kept under ``private/`` only, and refused
        unless ``[comments] email`` asks for one. Raises InvalidError for what :mod:`comment_rules` refuses,
        ExistsError where the same author said the same there already.
        """
        with self.transaction(f"add comment {target}"):
            owner = self.episode_or_series(target)
            said = rules.body(text)
            rules.refuse("text", rules.text_fault(said))
            name, address = rules.author(author), rules.address(url)
            rules.refuse("author", rules.author_fault(name))
            rules.refuse("url", rules.url_fault(address))
            rules.refuse("email", rules.email_fault(email))
            if email and not self.settings.comments.email:
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
                date=check_moment(date, "date") if date else datetime.now(UTC).isoformat(timespec="seconds"),
                text=said,
                status=status,
            )
            same = self.same_comment(comment)
            if same is None:
                return self.keep_comment(comment, owner, email=email)
            if if_exists == "error":
                raise ExistsError(
                    f"{author} said this already, as {same.id}",
                    hint="--if-exists skip leaves it, --if-exists update sets what is given",
                )
            if if_exists == "update":
                self._set_comment(same, url=address, status=None)
                self._keep_email(same.id, email)
            return self.comment(same.id)

    def takes_comments(self, owner: Episode | Series) -> bool:
        """Whether new comments are taken on a resolved episode, or on a series."""
        return rules.takes_comments(self.settings, owner)

    def same_comment(self, comment: Comment) -> Comment | None:
        """The comment by that author, on that episode or series, with that text (both folded), if it is there."""
        said = (comment.target, fold(comment.author), fold(comment.text))
        held = self._held_comments()
        return next((one for one in held if (one.target, fold(one.author), fold(one.text)) == said), None)

    def keep_comment(self, comment: Comment, owner: Episode | Series, *, email: str | None = None) -> Comment:
        """Write a comment's file beside those on ``owner``, inside a transaction; its e-mail under ``private/``."""
        path = comment_path(folder_of(owner), comment.id)
        if self.change.read(path) is not None:
            raise ExistsError(f"{self._shown(path)} exists already")
        kept = replace(comment, target=owner.id)
        saved = self._save_new(path, comment_front(kept), comment.text, COMMENT_ORDER)
        assert isinstance(saved, Comment)
        self._keep_email(comment.id, email)
        return replace(saved, text=comment.text)

    def _keep_email(self, comment: str, email: str | None) -> None:
        if email:
            from totem_cli.documents.toml_write import new_toml

            self.change.write(email_path(comment), new_toml({"email": email}, ("email",)))

    def _parent(self, ref: str, owner: Episode | Series) -> str:
        parent = self.comment(ref)
        if parent.target != owner.id:
            raise InvalidError(f"the comment {ref} is not on {owner.ref}", field="parent")
        return parent.id

    def set_comment_status(self, ref: str, status: CommentStatus) -> Comment:
        """Approve, reject, or let wait again: a comment's status, nothing else."""
        with self.transaction(f"set comment {ref} {status}"):
            return self._set_comment(self.comment(ref), status=status)

    def _set_comment(self, comment: Comment, **values: Any) -> Comment:
        """Set those keys of a comment's file that are given and not what it says already."""
        path = self._comment_path(comment)
        document = self._open(path)
        for key, value in values.items():
            if value is not None and getattr(comment, key) != value:
                document.set((key,), value)
        self._save(path, document.to_bytes())
        return self.comment(comment.id)

    def remove_comment(self, ref: str, *, replies: bool = False) -> list[Comment]:
        """Remove a comment, and its e-mail address under ``private/``; the removed, itself first.

        One that was answered only with ``replies=True``, which removes the answers too, and theirs.
        """
        with self.transaction(f"remove comment {ref}"):
            thread = [self.comment(ref)]
            held = self._held_comments()
            for one in thread:  # grows as it is read
                thread += [reply for reply in held if reply.parent == one.id and reply not in thread]
            if len(thread) > 1 and not replies:
                count = len(thread) - 1
                raise RefusedError(
                    f"{ref} has {count} {'replies' if count > 1 else 'reply'}",
                    hint="--yes removes them with it; totem reject comment hides it and leaves them",
                )
            for one in thread:
                self._remove_comment(self._comment_path(one), one)
            return thread

    def _remove_comment(self, path: str, comment: Comment | None) -> None:
        self._remove(path)
        if comment and self.change.read(email_path(comment.id)) is not None:
            self.change.remove(email_path(comment.id))

    def _comment_path(self, comment: Comment) -> str:
        paths = self.index.comment_paths(comment.folder)
        found = [path for path in paths if (place := locate(path)) and place.slug == comment.slug]
        return found[0] if found else comment_path(comment.folder, comment.slug)

    # With what they are on

    def _move_comments(self, old: str, new: str) -> None:
        """Move the comments' files, readable or not, from one folder to another; an id that was derived is kept."""
        known = self.index.comments(bodies=False)
        for path in self.index.comment_paths(old):
            place, content = locate(path), self.change.read(path)
            if content is None or place is None:
                continue
            comment = known.get(path)
            if comment and "id" in comment.absent and comment.id != comment.slug:
                document = self._open(path)
                document.set(("id",), comment.id)
                content = document.to_bytes()
            self._relocate(path, comment_path(new, place.slug or ""), content, readable=comment is not None)

    def _remove_comments(self, *owners: Episode | Series) -> None:
        """Remove the comments on episodes and series, wherever they lie, and what lies in their folders."""
        ids = {owner.id for owner in owners}
        files = self.index.comments(bodies=False)
        known = dict(zip(files, self._with_targets([*files.values()]), strict=True))
        paths = {path for path, one in known.items() if one.target in ids}
        for owner in owners:
            paths.update(self.index.comment_paths(folder_of(owner)))
        for path in sorted(paths):
            self._remove_comment(path, known.get(path))


def email_path(comment: str) -> str:
    """Where the e-mail address of a comment's author is kept, if it is."""
    return f"private/comments/{comment}.toml"
