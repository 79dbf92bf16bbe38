"""A push: the site gets posts for what is new, other contents for what changed, and nothing where nothing did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from totem_cli.errors import RefusedError
from totem_cli.wordpress.client import Client
from totem_cli.wordpress.posts import POSTS_FIELDS, STATUSES, DesiredPost, Mark, RemotePost
from totem_cli.wordpress.rendering import Renderer

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

_NEEDED = ("edit_others_posts", "edit_published_posts", "publish_posts", "manage_categories", "upload_files")
_NEEDED_FOR_PAGES = ("edit_others_pages", "edit_published_pages", "publish_pages", "upload_files")

Outcome = Literal["created", "updated", "unchanged", "edited", "conflict", "trashed", "gone"]


class Done(Struct, frozen=True):
    """What became of a thing: ``address`` is where it is at the site, ``words`` say more where there is more to say."""

    outcome: Outcome
    ref: str
    address: str = ""
    words: str = ""


class Pushed(Struct, frozen=True):
    """What a push did, or would do: of each thing that did not simply stay as it was; what was made for them."""

    done: tuple[Done, ...]
    made: tuple[tuple[str, str], ...]
    unchanged: int
    warnings: tuple[str, ...]

    def of(self, *outcomes: Outcome) -> list[Done]:
        """Those with one of some outcomes."""
        return [one for one in self.done if one.outcome in outcomes]


class PushOptions(NamedTuple):
    """How a push goes about it.

    ``chosen`` are the references of the episodes to push, all where it is None. ``pages`` makes a page a series.
    ``force`` overwrites what was edited at the site. ``delete`` moves to the trash there what the archive has no more.
    """

    chosen: frozenset[str] | None = None
    pages: bool = False
    force: bool = False
    delete: bool = False
    dry_run: bool = False


class _PostState(NamedTuple):
    """What is remembered of a post of the site: not its text."""

    id: int
    slug: str
    status: str
    link: str
    modified: str
    sent: str
    is_unedited: bool
    digest: str

    @classmethod
    def of(cls, post: RemotePost) -> _PostState:
        mark = post.mark
        modified = (post.modified_gmt or "").replace("T", " ")
        return cls(
            post.id,
            post.slug,
            post.status,
            post.link,
            modified,
            mark.sent if mark else "",
            post.is_unedited,
            post.editable_digest("date_gmt"),
        )

    def __str__(self) -> str:
        return f"{self.link or f'post {self.id}'} (modified {self.modified or '?'} UTC)"


def push(
    client: Client,
    publication: Publication,
    options: PushOptions,
    *,
    seen: Callable[[int, int], object] | None = None,
) -> Pushed:
    """Make a site hold the episodes of a publication, which has all of the archive's, as posts.

    A post that somebody edited at the site is left as it is: ``edited`` where the record did not change, ``conflict``
    where both did. Nothing is made twice: what the site holds is found by the mark in it, and looked for once more
    before something is made. Raises RefusedError where the user may not do what it takes, SystemFailedError where the
    site fails; the next push then goes on.
    """
    return _Push(client, publication, options, seen).run()


class _Push:
    def __init__(
        self,
        client: Client,
        publication: Publication,
        options: PushOptions,
        seen: Callable[[int, int], object] | None,
    ) -> None:
        self._client, self._options, self._seen = client, options, seen
        self._path = "pages" if options.pages else "posts"
        self._render = Renderer(publication, client.home, pages=options.pages)
        self._by_id: dict[str, _PostState] = {}
        self._foreign: dict[str, _PostState] = {}
        self._done: list[Done] = []
        self._made: dict[tuple[str, str], None] = {}
        self._warnings: list[str] = []
        self._unchanged = 0

    def run(self) -> Pushed:
        """Look, then make and change."""
        self._check_user()
        self._list_present()
        refs = [*self._render.refs(self._options.chosen)]
        self._render.library(self._client, frozenset(refs), self._warnings.append)
        for number, ref in enumerate(refs, 1):
            self._push(ref)
            if self._seen:
                self._seen(number, len(refs))
        if self._options.chosen is None:
            self._follow_removals()
        self._warnings += [f"{where} leads nowhere from the site" for where in self._render.unplaced]
        return Pushed(tuple(self._done), tuple(self._made), self._unchanged, tuple(self._warnings))

    def _check_user(self) -> None:
        user = self._client.me()
        lacking = user.may(*(_NEEDED_FOR_PAGES if self._options.pages else _NEEDED))
        if lacking:
            raise RefusedError(
                f"{self._client.user} may not do what it takes at {self._client.name}: {', '.join(lacking)}",
                hint="a user with the role editor may",
            )

    def _list_present(self) -> None:
        """Learn which posts the site has. Of two with one mark, the older is the one."""
        for post in self._list(status=STATUSES):
            mark, state = post.mark, _PostState.of(post)
            if mark is None:
                self._foreign[post.slug] = state
            elif mark.id in self._by_id:
                self._warnings.append(f"{state} is a copy of {self._by_id[mark.id]}: delete one, or its mark")
            else:
                self._by_id[mark.id] = state

    def _list(self, **parameters: str) -> Iterator[RemotePost]:
        fields = POSTS_FIELDS if self._path == "posts" else POSTS_FIELDS.replace(",categories,tags,featured_media", "")
        return self._client.all(self._path, RemotePost, context="edit", _fields=fields, **parameters)

    def _push(self, ref: str) -> None:
        desired = self._render.desired(ref)
        state = self._by_id.get(desired.id)
        outcome, words = self._decide(desired, state)
        if outcome in ("created", "updated"):
            self._made |= dict.fromkeys(self._render.make(ref, dry_run=self._options.dry_run))
        if outcome in ("created", "updated") and not self._options.dry_run:
            desired = self._render.desired(ref)  # now that it is known where its pictures are
            outcome, words = self._decide(desired, state)
            if outcome == "created" and (state := self._missed(desired)):
                outcome, words = self._decide(desired, state)
            if outcome == "created":
                outcome, words, state = self._create(desired, words)
            elif outcome == "updated" and state:
                outcome, words, state = self._update(desired, state)
        if outcome == "unchanged":
            self._unchanged += 1
            return
        self._done.append(Done(outcome, ref, state.link if state else "", words))

    def _decide(self, desired: DesiredPost, state: _PostState | None) -> tuple[Outcome, str]:
        """What is to be done about a thing, and what there is to say to it."""
        force = self._options.force
        if state is None:
            if desired.status == "private":
                return "unchanged", ""  # nobody is told of a withdrawn episode that was never there
            other = self._foreign.get(desired.slug)
            if other and not force:
                return "conflict", f"{other} has the address {desired.slug}, and totem did not make it"
            return "created", self._old_addresses(desired)
        changed = state.sent != desired.sent
        if state.status == "trash" and desired.status == "private":
            return "unchanged", ""
        if state.status == "trash" and not force:
            return ("conflict" if changed else "edited"), f"{state} is in the trash of the site"
        if state.is_unedited or force:
            if not changed and state.is_unedited:
                return "unchanged", ""
            return "updated", self._moved(desired, state)
        if not changed:
            return "edited", f"{state} was edited at the site"
        return "conflict", f"{state} was edited at the site, and {desired.ref} in the archive"

    def _old_addresses(self, desired: DesiredPost) -> str:
        old = [one for one in self._render.aliases(desired.ref) if one.strip("/").rpartition("/")[2] != desired.slug]
        return f"the site does not redirect from its old addresses: {', '.join(old)}" if old else ""

    def _moved(self, desired: DesiredPost, state: _PostState) -> str:
        if state.status != "publish" or state.slug == desired.slug or state.slug.startswith(f"{desired.slug}-"):
            return ""
        return f"was at {state.link}, from where the site redirects"

    def _missed(self, desired: DesiredPost) -> _PostState | None:
        """A post that was made since the site was looked at, or that the look missed."""
        for post in self._list(status=STATUSES, search=desired.id):
            if post.mark and post.mark.id == desired.id:
                return _PostState.of(post)
        return None

    def _create(self, desired: DesiredPost, words: str) -> tuple[Outcome, str, _PostState]:
        taken = self._foreign.get(desired.slug) if self._options.force else None
        path = f"{self._path}/{taken.id}" if taken else self._path
        return ("updated" if taken else "created"), words, self._write(path, desired)

    def _update(self, desired: DesiredPost, state: _PostState) -> tuple[Outcome, str, _PostState]:
        now = _PostState.of(
            self._client.get(f"{self._path}/{state.id}", RemotePost, context="edit", _fields=POSTS_FIELDS)
        )
        if now.digest != state.digest and not self._options.force:
            return "conflict", f"{now} was edited at the site just now", now
        return "updated", self._moved(desired, state), self._write(f"{self._path}/{state.id}", desired)

    def _write(self, path: str, desired: DesiredPost) -> _PostState:
        """Write a post. Where the site changes what is sent, the mark is written again, with what it made of it."""
        post = self._client.post(path, RemotePost, desired.values())
        if not post.is_unedited:
            mark = Mark(desired.id, desired.sent, post.editable_digest(desired.date_key))
            post = self._client.post(f"{self._path}/{post.id}", RemotePost, desired.values(mark))
            if not post.is_unedited:
                self._warnings.append(f"the site keeps {desired.ref} otherwise than it was sent: {post.link}")
        return _PostState.of(post)

    def _follow_removals(self) -> None:
        """Tell of the posts whose episodes the archive has no more; move them to the trash where that is asked for."""
        ids = self._render.ids()
        for identity, state in self._by_id.items():
            if identity in ids or state.status == "trash":
                continue
            if not self._options.delete:
                self._done.append(Done("gone", identity, state.link, f"{state}: the archive has no such record"))
            elif state.is_unedited or self._options.force:
                if not self._options.dry_run:
                    self._client.trash(f"{self._path}/{state.id}")
                self._done.append(Done("trashed", identity, state.link))
            else:
                words = f"{state} was edited at the site, and the archive has no such record"
                self._done.append(Done("conflict", identity, state.link, words))
