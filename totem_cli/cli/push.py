"""totem push and totem pull: a WordPress site gets the episodes as posts, and gives its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session

if TYPE_CHECKING:
    from totem_cli.wordpress.client import Client
    from totem_cli.wordpress.push import Pushed

commands = Commands()

SiteArgument = Annotated[
    str,
    typer.Argument(
        metavar="SITE",
        help="A name under [wordpress] in totem.toml, or the address of the site's home page.",
        autocompletion=complete.wordpress_site,
    ),
]
UserOption = Annotated[
    str | None,
    typer.Option(
        "--user", metavar="NAME", help="Whose application password $TOTEM_WORDPRESS_PASSWORD or ~/.netrc holds."
    ),
]


@commands(
    "push wordpress",
    writes=True,
    filters=True,
    example="totem push wordpress https://talks.example --user ada --dry-run",
)
def push_wordpress(
    session: Session,
    site: SiteArgument,
    user: UserOption = None,
    as_: Annotated[
        Literal["post", "page"], typer.Option("--as", help="A post an episode, or a page a series.")
    ] = "post",
    force: Annotated[bool, typer.Option("--force", help="Overwrite what was edited at the site.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Move to the site's trash what the archive holds no more.")
    ] = False,
) -> None:
    """Make a WordPress site hold the episodes as posts; only what changed is sent."""
    from totem_cli.cli.progress import progress
    from totem_cli.cli.publishing import ready_to_publish
    from totem_cli.errors import ConflictError
    from totem_cli.model.query import Query
    from totem_cli.wordpress.push import PushOptions, push

    publishing = ready_to_publish(session)
    whole = publishing.publication(Query(status=("all",)))
    for problem in whole.refused:
        session.warn(problem)
    chosen = None
    if session.filters:
        chosen = frozenset(one.ref for one in publishing.publication(session.query()).episodes)
        if not chosen:
            session.say_misnamed(session.query())
    client = _client(session, site, user)
    options = PushOptions(chosen, pages=as_ == "page", force=force, delete=delete, dry_run=session.dry_run)
    with progress(client.name, quiet=session.quiet) as seen:
        done = push(client, whole, options, seen=seen)
    _report(session, client.name, done)
    conflicts = done.of("conflict")
    if conflicts:
        raise ConflictError(
            f"{len(conflicts)} not pushed: {conflicts[0].ref}{' …' if len(conflicts) > 1 else ''}",
            hint="--force overwrites what is at the site; to keep it, bring it into the archive first",
        )


@commands("pull comments", writes=True, example="totem pull comments https://talks.example --user ada --dry-run")
def pull_comments(session: Session, site: SiteArgument, user: UserOption = None) -> None:
    """Bring the comments of a WordPress site to the episodes that they are on."""
    from totem_cli.wordpress.comments import fetch, take

    client = _client(session, site, user)
    fetched = fetch(client)
    with session.change(print_diff=not session.as_json) as archive:
        done = take(fetched, archive)
    if session.as_json:
        session.json({"site": client.name, **done._asdict()})
    elif not session.quiet and not session.dry_run:
        for one in (*done.added, *done.approved):
            session.line(one)
    for words in done.notes:
        session.warn(words)
    counts = f"{len(done.added)} added, {len(done.approved)} approved, {done.unchanged} unchanged"
    session.say(counts if done.added or done.approved else f"nothing is new: {counts}")


def _report(session: Session, name: str, done: Pushed) -> None:
    for words in done.warnings:
        session.warn(words)
    for one in done.of("edited", "gone"):
        session.warn(one.words)
    for one in done.of("conflict"):
        session.say(one.words, kind="error")
    changed = done.of("created", "updated", "trashed")
    if session.as_json:
        session.json({"site": name, "done": done.done, "made": done.made, "unchanged": done.unchanged})
    elif not session.quiet:
        for kind, made in done.made:
            session.line(f"made {kind} {made}")
        for one in changed:
            session.line(" ".join(part for part in (one.outcome, one.ref, one.address) if part))
    for one in changed:
        if one.words:
            session.say(f"{one.ref}: {one.words}")
    counts = ", ".join(f"{len(done.of(outcome))} {outcome}" for outcome in ("created", "updated", "trashed"))
    counts = f"{counts}, {done.unchanged} unchanged"
    session.say(counts if changed else f"nothing is sent: {counts}")


def _client(session: Session, site: str, user: str | None) -> Client:
    """The site of that name in totem.toml, else the one at that address.

    Raises NotFoundError for a word that is neither.
    """
    from totem_cli.errors import NotFoundError
    from totem_cli.language.suggest import did_you_mean
    from totem_cli.model.settings import WordPressSite
    from totem_cli.wordpress.account import account
    from totem_cli.wordpress.client import Client, check_address

    named = session.archive.settings.wordpress
    if site not in named and "/" not in site:
        raise NotFoundError(
            f"totem.toml names no site {site}",
            hint=did_you_mean(site, tuple(named)) or f'write [wordpress.{site}] with url = "…", or give an address',
        )
    wanted = named.get(site) or WordPressSite(url=site)
    check_address(wanted.url)
    return Client(account(wanted, user))
