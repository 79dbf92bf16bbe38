"""totem deploy: send the site to where it is served."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session
from totem_cli.errors import NotFoundError

if TYPE_CHECKING:
    from totem_cli.model.settings import DeployTarget

commands = Commands()


@commands("deploy", writes=True, example="totem deploy ./public")
def deploy(
    session: Session,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="A name under [deploy] of totem.toml, a folder, sftp://, s3://, git+https://…#branch.",
            autocompletion=complete.deploy_target,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="The folder that the site is exported to first."),
    ] = Path("site"),
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Send this export as it is; make none."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Write over a site that totem did not put there; files of other names stay."),
    ] = False,
    break_lock: Annotated[
        bool, typer.Option("--break-lock", help="Go on though another deployment, which is dead, holds the target.")
    ] = False,
) -> None:
    """Export the site, and send what changed to where it is served."""
    from totem_cli.cli.progress import progress
    from totem_cli.deploy.deployment import Deployed, Site, planned
    from totem_cli.deploy.deployment import deploy as send
    from totem_cli.deploy.targets import open_store

    wanted = _target(session, target)
    folder = source or output
    if source is None:
        _export(session, output)
    site = Site.read(folder)
    with closing(open_store(wanted)) as store:
        if store.warning:
            session.warn(store.warning)
        if session.dry_run:
            plan = planned(site, store, replace=replace)
            size = sum(site.rows[path].size for path in plan.sent)
            done = Deployed(plan.sent, plan.deleted, plan.unchanged, size)
        else:
            with progress(store.name, quiet=session.quiet) as seen:
                done = send(site, store, replace=replace, break_lock=break_lock, seen=seen)
        if session.as_json:
            session.json({"target": store.name, **done._asdict()})
        elif session.dry_run:
            for path in done.sent:
                session.line(path)
            for path in done.deleted:
                session.line(f"{path} (deleted)")
        elif not session.quiet:
            session.line(store.name)
    counts = f"{len(done.sent)} sent ({_bytes(done.bytes)}), {len(done.deleted)} deleted, {done.unchanged} unchanged"
    session.say(counts if done.sent or done.deleted else f"nothing has changed: {counts}")


def _target(session: Session, target: str) -> DeployTarget:
    """The target of that name in totem.toml, else the one at that address.

    Raises NotFoundError for a word that is neither, RefusedError for what an archive may not name.
    """
    from totem_cli.deploy.targets import named_by
    from totem_cli.language.suggest import did_you_mean
    from totem_cli.model.settings import DeployTarget

    looks_like_address = "/" in target or target in (".", "..")
    if looks_like_address and session.archive_path is None:
        return DeployTarget(url=target)
    named = session.archive.settings.deploy
    if target in named:
        return named_by(session.archive.root, named[target])
    if looks_like_address:
        return DeployTarget(url=target)
    raise NotFoundError(
        f"totem.toml names no target {target}",
        hint=did_you_mean(target, tuple(named))
        or f'write [deploy.{target}] with url = "…" in it, or give an address: ./{target} is a folder',
    )


def _export(session: Session, output: Path) -> None:
    """Bring the export of the site up to date; with ``--dry-run`` refuse where it is not."""
    from totem_cli.archive.exporting import ExportJob, Order
    from totem_cli.cli.progress import progress
    from totem_cli.cli.publishing import ready_to_publish
    from totem_cli.errors import StaleError
    from totem_cli.publishing.jobs import job_count

    publishing = ready_to_publish(session)
    retry = publishing.workspace.retry
    job = ExportJob(publishing, Order(formats=("html",)))
    if session.dry_run:
        if retry(lambda: job.stale(output)):
            raise StaleError(
                f"{output} is not up to date, and --dry-run exports nothing",
                hint=f"totem export html --output {output}, then this again",
            )
        return
    with progress(str(output), quiet=session.quiet) as seen:
        report = retry(lambda: job.into(output, seen=seen, jobs=job_count(None)))
    for words in report.warnings:
        session.warn(words)


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
