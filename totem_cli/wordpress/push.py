"""A push: the site gets posts for what is new, other contents for what changed, and nothing where nothing did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from totem_cli.errors import RefusedError
from totem_cli.wordpress.client import Client
from totem_cli.wordpress.posts import POSTS_FIELDS, STATUSES, Held, Mark, Wanted
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


class Wishes(NamedTuple):
    """How a push goes about it.

    ``chosen`` are the references of the episodes to push, all where it is None. ``pages`` makes a page a series.
    ``force`` overwrites what was edited at the site. ``delete`` moves to the trash there what the archive has no more.
    """

    chosen: frozenset[str] | None = None
    pages: bool = False
    force: bool = False
    delete: bool = False
    dry_run: bool = False


class _There(NamedTuple):
    """What is remembered of a post of the site: not its text."""

    id: int
    slug: str
    status: str
    link: str
    modified: str
    sent: str
    is_as_sent: bool
    digest: str

    @classmethod
    def of(cls, held: Held) -> _There:
        mark = held.mark
        modified = (held.modified_gmt or "").replace("T", " ")
        return cls(
            held.id,
            held.slug,
            held.status,
            held.link,
            modified,
            mark.sent if mark else "",
            held.is_as_sent,
            held.kept("date_gmt"),
        )

    def __str__(self) -> str:
        return f"{self.link or f'post {self.id}'} (modified {self.modified or '?'} UTC)"


def push(
    client: Client,
    publication: Publication,
    wishes: Wishes,
    *,
    seen: Callable[[int, int], object] | None = None,
) -> Pushed:
    """Make a site hold the episodes of a publication, which has all of the archive's, as posts.

    A post that somebody edited at the site is left as it is: ``edited`` where the record did not change, ``conflict``
    where both did. Nothing is made twice: what the site holds is found by the mark in it, and looked for once more
    before something is made. Raises RefusedError where the user may not do what it takes, SystemFailedError where the
    site fails; the next push then goes on.
    """
    return _Push(client, publication, wishes, seen).run()


class _Push:
    def __init__(
        self,
        client: Client,
        publication: Publication,
        wishes: Wishes,
        seen: Callable[[int, int], object] | None,
    ) -> None:
        self._client, self._wishes, self._seen = client, wishes, seen
        self._path = "pages" if wishes.pages else "posts"
        self._render = Renderer(publication, client.home, pages=wishes.pages)
        self._ours: dict[str, _There] = {}
        self._others: dict[str, _There] = {}
        self._done: list[Done] = []
        self._made: dict[tuple[str, str], None] = {}
        self._warnings: list[str] = []
        self._unchanged = 0

    def run(self) -> Pushed:
        """Look, then make and change."""
        self._check_user()
        self._look()
        refs = [*self._render.refs(self._wishes.chosen)]
        self._render.library(self._client, frozenset(refs), self._warnings.append)
        for number, ref in enumerate(refs, 1):
            self._push(ref)
            if self._seen:
                self._seen(number, len(refs))
        if self._wishes.chosen is None:
            self._follow_removals()
        self._warnings += [f"{where} leads nowhere from the site" for where in self._render.unplaced]
        return Pushed(tuple(self._done), tuple(self._made), self._unchanged, tuple(self._warnings))

    def _check_user(self) -> None:
        user = self._client.me()
        lacking = user.may(*(_NEEDED_FOR_PAGES if self._wishes.pages else _NEEDED))
        if lacking:
            raise RefusedError(
                f"{self._client.user} may not do what it takes at {self._client.name}: {', '.join(lacking)}",
                hint="a user with the role editor may",
            )

    def _look(self) -> None:
        """Learn which posts the site has. Of two with one mark, the older is the one."""
        for held in self._list(status=STATUSES):
            mark, there = held.mark, _There.of(held)
            if mark is None:
                self._others[held.slug] = there
            elif mark.id in self._ours:
                self._warnings.append(f"{there} is a copy of {self._ours[mark.id]}: delete one, or its mark")
            else:
                self._ours[mark.id] = there

    def _list(self, **parameters: str) -> Iterator[Held]:
        fields = POSTS_FIELDS if self._path == "posts" else POSTS_FIELDS.replace(",categories,tags,featured_media", "")
        return self._client.all(self._path, Held, context="edit", _fields=fields, **parameters)

    def _push(self, ref: str) -> None:
        wanted = self._render.wanted(ref)
        there = self._ours.get(wanted.id)
        outcome, words = self._judge(wanted, there)
        if outcome in ("created", "updated"):
            self._made |= dict.fromkeys(self._render.make(ref, dry_run=self._wishes.dry_run))
        if outcome in ("created", "updated") and not self._wishes.dry_run:
            wanted = self._render.wanted(ref)  # now that it is known where its pictures are
            outcome, words = self._judge(wanted, there)
            if outcome == "created" and (there := self._missed(wanted)):
                outcome, words = self._judge(wanted, there)
            if outcome == "created":
                outcome, words, there = self._create(wanted, words)
            elif outcome == "updated" and there:
                outcome, words, there = self._update(wanted, there)
        if outcome == "unchanged":
            self._unchanged += 1
            return
        self._done.append(Done(outcome, ref, there.link if there else "", words))

    def _judge(self, wanted: Wanted, there: _There | None) -> tuple[Outcome, str]:
        """What is to be done about a thing, and what there is to say to it."""
        force = self._wishes.force
        if there is None:
            if wanted.status == "private":
                return "unchanged", ""  # nobody is told of a withdrawn episode that was never there
            other = self._others.get(wanted.slug)
            if other and not force:
                return "conflict", f"{other} has the address {wanted.slug}, and totem did not make it"
            return "created", self._old_addresses(wanted)
        changed = there.sent != wanted.sent
        if there.status == "trash" and wanted.status == "private":
            return "unchanged", ""
        if there.status == "trash" and not force:
            return ("conflict" if changed else "edited"), f"{there} is in the trash of the site"
        if there.is_as_sent or force:
            if not changed and there.is_as_sent:
                return "unchanged", ""
            return "updated", self._moved(wanted, there)
        if not changed:
            return "edited", f"{there} was edited at the site"
        return "conflict", f"{there} was edited at the site, and {wanted.ref} in the archive"

    def _old_addresses(self, wanted: Wanted) -> str:
        old = [one for one in self._render.aliases(wanted.ref) if one.strip("/").rpartition("/")[2] != wanted.slug]
        return f"the site does not redirect from its old addresses: {', '.join(old)}" if old else ""

    def _moved(self, wanted: Wanted, there: _There) -> str:
        if there.status != "publish" or there.slug == wanted.slug or there.slug.startswith(f"{wanted.slug}-"):
            return ""
        return f"was at {there.link}, from where the site redirects"

    def _missed(self, wanted: Wanted) -> _There | None:
        """A post that was made since the site was looked at, or that the look missed."""
        for held in self._list(status=STATUSES, search=wanted.id):
            if held.mark and held.mark.id == wanted.id:
                return _There.of(held)
        return None

    def _create(self, wanted: Wanted, words: str) -> tuple[Outcome, str, _There]:
        taken = self._others.get(wanted.slug) if self._wishes.force else None
        path = f"{self._path}/{taken.id}" if taken else self._path
        return ("updated" if taken else "created"), words, self._write(path, wanted)

    def _update(self, wanted: Wanted, there: _There) -> tuple[Outcome, str, _There]:
        now = _There.of(self._client.get(f"{self._path}/{there.id}", Held, context="edit", _fields=POSTS_FIELDS))
        if now.digest != there.digest and not self._wishes.force:
            return "conflict", f"{now} was edited at the site just now", now
        return "updated", self._moved(wanted, there), self._write(f"{self._path}/{there.id}", wanted)

    def _write(self, path: str, wanted: Wanted) -> _There:
        """Write a post. Where the site changes what is sent, the mark is written again, with what it made of it."""
        held = self._client.post(path, Held, wanted.values())
        if not held.is_as_sent:
            mark = Mark(wanted.id, wanted.sent, held.kept(wanted.date_key))
            held = self._client.post(f"{self._path}/{held.id}", Held, wanted.values(mark))
            if not held.is_as_sent:
                self._warnings.append(f"the site keeps {wanted.ref} otherwise than it was sent: {held.link}")
        return _There.of(held)

    def _follow_removals(self) -> None:
        """Tell of the posts whose episodes the archive has no more; move them to the trash where that is wanted."""
        known = self._render.ids()
        for identity, there in self._ours.items():
            if identity in known or there.status == "trash":
                continue
            if not self._wishes.delete:
                self._done.append(Done("gone", identity, there.link, f"{there}: the archive has no such record"))
            elif there.is_as_sent or self._wishes.force:
                if not self._wishes.dry_run:
                    self._client.trash(f"{self._path}/{there.id}")
                self._done.append(Done("trashed", identity, there.link))
            else:
                words = f"{there} was edited at the site, and the archive has no such record"
                self._done.append(Done("conflict", identity, there.link, words))
