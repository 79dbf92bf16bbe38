"""A deployment: what changed in an exported site goes to where it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.deploy import record
from totem_cli.deploy.lock import Lock, locked
from totem_cli.deploy.plan import Plan, begun, headers, plan
from totem_cli.deploy.store import File, Store
from totem_cli.errors import ChangedError, NotFoundError, RefusedError, SystemFailedError
from totem_cli.publishing.manifest import NAME, Manifest, Row, digest_and_size

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 500
"""Files after which the record is brought up to date: a deployment that broke off has at most these to send again."""


class Deployed(NamedTuple):
    """What a deployment did: the files by path, how many stayed as they were, the bytes that were sent."""

    sent: tuple[str, ...]
    deleted: tuple[str, ...]
    unchanged: int
    bytes: int


class Site(NamedTuple):
    """An exported site: its folder, and the files in it by path."""

    folder: Path
    rows: Mapping[str, Row]

    @classmethod
    def read(cls, folder: Path) -> Site:
        """The site in a folder. Raises NotFoundError where no export is there, RefusedError for a damaged manifest."""
        try:
            content = (folder / NAME).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(
                f"{folder} holds no export", hint=f"totem export html --output {folder}, or without --from"
            ) from None
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", folder / NAME) from error
        return cls(folder, Manifest.decode(content, str(folder / NAME)).rows)


def deploy(
    site: Site,
    store: Store,
    *,
    replace: bool = False,
    break_lock: bool = False,
    seen: Callable[[int, int], object] | None = None,
) -> Deployed:
    """Make a store hold the site, and delete there what earlier deployments put and the site has no more.

    Nothing is written where nothing changed. ``replace`` takes over a place that holds another site, or whose record is
    damaged. ``seen`` is told how many files of how many are done. Raises LockedError while another deployment runs,
    ChangedError where the site changes meanwhile, RefusedError where another site is there, SystemFailedError where the
    store fails; the next deployment then goes on.
    """
    wanted = planned(site, store, replace=replace)
    if wanted.is_empty:
        return Deployed((), (), wanted.unchanged, 0)
    with locked(store, breaks=break_lock) as lock:
        return _Deployment(site, store, _deployed(store, replace=replace), lock, seen).run()


def planned(site: Site, store: Store, *, replace: bool = False) -> Plan:
    """What :func:`deploy` would do now."""
    deployed = _deployed(store, replace=replace)
    if not replace:
        _check_others(site, store, deployed)
    return plan(site.rows, deployed)


def _check_others(site: Site, store: Store, deployed: Mapping[str, str]) -> None:
    """Raise RefusedError where a file or folder at the top of a store has a name of the site's and is of others."""
    tops = {path.partition("/")[0] for path in site.rows} - {path.partition("/")[0] for path in deployed}
    if others := sorted(name for name in tops if store.holds(name)):
        raise RefusedError(
            f"{store.name} holds what totem did not put there: {', '.join(others)}",
            hint="name an empty place; --replace writes over files of the same names, and deletes none",
        )


def _deployed(store: Store, *, replace: bool) -> dict[str, str]:
    """The files that totem put at a store, with their digests."""
    content = store.read(record.NAME)
    if content is not None:
        try:
            return record.decode(content, store.name)
        except RefusedError:
            if replace:
                return {}
            raise
    return {}


class _Deployment:
    def __init__(
        self,
        site: Site,
        store: Store,
        deployed: dict[str, str],
        lock: Lock,
        seen: Callable[[int, int], object] | None,
    ) -> None:
        self._site, self._store, self._deployed, self._lock, self._seen = site, store, deployed, lock, seen
        self._plan = plan(site.rows, deployed)
        self._done = self._recorded = 0

    def run(self) -> Deployed:
        """Send, then delete; before it and after each part the record says what stands at the store."""
        self._deployed = begun(self._plan, self._deployed)
        self._write_record()
        for batch in self._batches():
            self._store.send([self._file(path) for path in batch])
            self._deployed |= {path: self._site.rows[path].digest for path in batch}
            self._tell(len(batch))
            if self._done >= self._recorded + _BATCH:
                self._write_record()
        for path in self._plan.deleted:
            self._lock.renew()
            self._store.delete(path)
            del self._deployed[path]
            self._tell(1)
        self._write_record()
        self._store.finish()
        size = sum(self._site.rows[path].size for path in self._plan.sent)
        return Deployed(self._plan.sent, self._plan.deleted, self._plan.unchanged, size)

    def _batches(self) -> Iterator[tuple[str, ...]]:
        for step in self._plan.steps:
            for begin in range(0, len(step), _BATCH):
                yield step[begin : begin + _BATCH]

    def _write_record(self) -> None:
        self._lock.renew()
        self._store.write(record.NAME, record.encode(self._deployed))
        self._recorded = self._done

    def _file(self, path: str) -> File:
        """A file of the site, once it is certain that it is the one of the manifest."""
        row, source = self._site.rows[path], self._site.folder / path
        try:
            with open(source, "rb") as file:
                found = digest_and_size(iter(lambda: file.read(1 << 20), b""))
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", source) from error
        if found != (row.digest, row.size):
            raise ChangedError(f"{source} is not as it was exported", hint="export again, then deploy")
        return File(path, source, headers(path))

    def _tell(self, count: int) -> None:
        self._done += count
        if self._seen:
            self._seen(self._done, len(self._plan.sent) + len(self._plan.deleted))
