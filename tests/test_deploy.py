"""Deployments to folders, git, an OpenSSH server, an S3 server: whole, again, after edits, broken off anywhere."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import not_empty
from totem_cli.archive.archive import Archive
from totem_cli.deploy import lock as lock_module
from totem_cli.deploy import record
from totem_cli.deploy.deployment import Site, deploy, planned
from totem_cli.deploy.folder import FolderStore
from totem_cli.deploy.lock import Holder, Lock
from totem_cli.deploy.plan import headers, plan
from totem_cli.deploy.store import File, Store
from totem_cli.deploy.targets import open_store
from totem_cli.errors import (
    ChangedError,
    ConflictError,
    InvalidError,
    LockedError,
    NotFoundError,
    RefusedError,
    SystemFailedError,
)
from totem_cli.model.settings import DeployTarget
from totem_cli.publishing.manifest import NAME as MANIFEST
from totem_cli.publishing.manifest import Row

OWN = {record.NAME, lock_module.NAME}
TOTEM = [sys.executable, "-m", "totem_cli"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two series."""
    root = tmp_path_factory.mktemp("archive") / "a"
    with Archive.create(root, title="Cafés du port", language="fr") as made:
        for series in ("Digues", "Marées"):
            made.series.add(series)
            for number in range(1, 5):
                episode = made.episodes.add(f"Soir {number}", series=series.lower().replace("é", "e"), tags=("port",))
                made.guests.add(episode.ref, f"Ada Brun {number}", role="géographe", organisations=("Ports",))
    return root


@pytest.fixture(scope="module")
def sites(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The site of an archive, and the one after an episode came, one went and one was edited."""
    folder = tmp_path_factory.mktemp("sites")
    with Archive(archive) as opened:
        opened.export("html", folder / "before")
        opened.episodes.add("Soir de tempête", series="digues")
        opened.guests.add("digues/5", "Luc Mer", organisations=("Phares",))
        opened.episodes.remove("marees/2")
        opened.episodes.set("marees/3", place="Le quai")
        opened.export("html", folder / "after")
    return folder / "before", folder / "after"


def files(folder: Path) -> dict[str, bytes]:
    """The files under a folder, totem's own records apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in OWN | {MANIFEST}
    }


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def missing_links(content: dict[str, bytes]) -> list[str]:
    """The links of pages, as a reader comes to them from the home page, that lead to nothing."""
    seen, waiting, missing = set(), ["index.html"], []
    while waiting:
        page = waiting.pop()
        if page in seen or not page.endswith(".html"):
            continue
        seen.add(page)
        links = _Links()
        links.feed(content[page].decode())
        for link in links.found:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            base = "" if parts.path.startswith("/") else dirname(page)
            path = normpath(join(base, unquote(parts.path).lstrip("/"))) if parts.path != "/" else "."
            for candidate in (path, f"{path}/index.html" if path != "." else "index.html"):
                if candidate in content:
                    waiting.append(candidate)
                    break
            else:
                missing.append(f"{page}: {link}")
    return missing


# Stores


class _Bed:
    """A store under test: its target, and what it serves."""

    def __init__(self, target: DeployTarget, served: Callable[[], dict[str, bytes]]) -> None:
        self.target, self.served = target, served

    def store(self) -> Store:
        """A new connection."""
        return open_store(self.target)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A port of the loopback address where OpenSSH's server answers, and a home with a key for it."""
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    if not os.access(program, os.X_OK):
        pytest.skip("OpenSSH's server is not installed")
    folder = tmp_path_factory.mktemp("sshd")
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    for key in (folder / "host", home / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    shutil.copy(home / ".ssh" / "id_ed25519.pub", folder / "authorized")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    public = (folder / "host.pub").read_text().split()
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {public[0]} {public[1]}\n")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
        f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nPasswordAuthentication no\nUsePAM no\n"
        "Subsystem sftp internal-sftp\nMaxStartups 100\n"
    )
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)  # where the server, as root, drops its privileges
    server = subprocess.Popen([program, "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, home
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of an S3 server on the loopback address."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server does not answer")


@pytest.fixture(params=["folder", "git", "sftp", "s3"])
def bed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Bed:
    """Each kind of store, empty."""
    www = tmp_path / "www"
    match request.param:
        case "folder":
            return _Bed(DeployTarget(url=str(www)), lambda: files(www))
        case "git":
            repository = tmp_path / "site.git"
            subprocess.run(["git", "init", "--quiet", "--bare", str(repository)], check=True)
            return _Bed(DeployTarget(url=f"git+file://{repository}#pages"), lambda: _branch(repository, "pages"))
        case "sftp":
            port, home = request.getfixturevalue("sshd")
            monkeypatch.setenv("HOME", str(home))
            monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
            url = f"sftp://{getpass.getuser()}@127.0.0.1:{port}{www}"
            return _Bed(DeployTarget(url=url), lambda: files(www))
        case _:
            return _s3(request.getfixturevalue("moto"), monkeypatch, tmp_path)


def _s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Bed:
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    bucket = "b" + os.urandom(6).hex()
    client.create_bucket(Bucket=bucket)

    def served() -> dict[str, bytes]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="site/")
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        content = {}
        for key in keys:
            with suppress(client.exceptions.NoSuchKey):  # deleted since the list was made
                content[key.removeprefix("site/")] = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return {path: content[path] for path in content if path not in OWN}

    bed = _Bed(DeployTarget(url=f"s3://{bucket}/site", endpoint=endpoint, region="us-east-1"), served)
    bed.head = lambda path: client.head_object(Bucket=bucket, Key=f"site/{path}")  # type: ignore[attr-defined]
    return bed


def _branch(repository: Path, branch: str) -> dict[str, bytes]:
    def git(*words: str) -> bytes:
        return subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True).stdout

    if not git("branch", "--list", branch):
        return {}
    names = git("ls-tree", "-r", "-z", "--name-only", branch).decode().split("\0")
    return {
        name: git("cat-file", "blob", f"{branch}:{name}") for name in names if name and name not in OWN | {".nojekyll"}
    }


# Whole, again, after edits


def test_a_deployment_and_the_next(bed: _Bed, sites: tuple[Path, Path]) -> None:
    """All is sent once; then nothing; after an edit what changed, and what went is deleted."""
    before, after = map(Site.read, sites)
    store = bed.store()
    first = deploy(before, store)
    assert set(first.sent) == set(before.rows)
    assert bed.served() == files(sites[0])
    store.close()
    store = bed.store()
    assert deploy(before, store) == ((), (), len(before.rows), 0)
    second = deploy(after, store)
    store.close()
    assert bed.served() == files(sites[1])
    differing = {
        path for path, row in after.rows.items() if path not in before.rows or before.rows[path].digest != row.digest
    }
    assert set(second.sent) == differing
    assert set(second.deleted) == before.rows.keys() - after.rows.keys()


def test_foreign_files_stay(bed: _Bed, sites: tuple[Path, Path]) -> None:
    """What totem did not put there is not deleted."""
    site = Site.read(sites[0])
    store = bed.store()
    store.write("CNAME", b"quai.example\n")
    deploy(site, store)
    deploy(Site(site.folder, {}), store)
    store.close()
    assert bed.served() == {"CNAME": b"quai.example\n"}


def test_a_site_of_others_is_refused(bed: _Bed, sites: tuple[Path, Path]) -> None:
    """A place that holds another site is not written to, but where that was said."""
    site = Site.read(sites[0])
    store = bed.store()
    store.write("index.html", b"mine")
    store.finish()
    with pytest.raises(RefusedError, match="did not put there"):
        deploy(site, store)
    assert bed.served() == {"index.html": b"mine"}
    deploy(site, store, replace=True)
    store.close()
    assert bed.served() == files(sites[0])


def test_a_folder_of_others_is_refused(bed: _Bed, sites: tuple[Path, Path]) -> None:
    """So is a place where a file or a folder has the name of one of the site, at its top; also one that comes later."""
    site = Site.read(sites[0])
    store = bed.store()
    store.write("people/index.html", b"mine")
    store.finish()
    with pytest.raises(RefusedError, match=r"did not put there: people\Z"):
        deploy(site, store)
    with pytest.raises(RefusedError, match="did not put there"):
        planned(site, store)
    assert bed.served() == {"people/index.html": b"mine"}
    some = {path: row for path, row in site.rows.items() if not path.startswith("people/")}
    deploy(Site(site.folder, some), store)
    with pytest.raises(RefusedError, match="did not put there: people"):
        deploy(site, store)
    deploy(site, store, replace=True)
    store.close()
    assert bed.served() == files(sites[0])


def test_an_archive_is_no_target(archive: Path) -> None:
    """Its media, people and series have the names of a site's folders: they would be replaced, then deleted."""
    with pytest.raises(RefusedError, match="is an archive"):
        open_store(DeployTarget(url=str(archive)))


def test_a_record_that_takes_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is unpacked piece by piece, and not beyond what a site may have."""
    whole = record.encode({f"{number}.html": "x" for number in range(9)})
    assert len(record.decode(whole, "x")) == 9
    monkeypatch.setattr(record, "_PIECE", 7)
    with pytest.raises(RefusedError, match="damaged"):  # a line that is longer than a piece
        record.decode(whole, "x")
    monkeypatch.setattr(record, "_PIECE", 40)
    assert len(record.decode(whole, "x")) == 9
    monkeypatch.setattr(record, "_MOST", 8)
    with pytest.raises(RefusedError, match="too many files"):
        record.decode(whole, "x")
    monkeypatch.setattr(record, "_LARGEST", 99)
    with pytest.raises(RefusedError, match="damaged"):
        record.decode(whole, "x")


def test_a_record_that_has_no_end(bed: _Bed, sites: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a record can have is read from a target."""
    store = bed.store()
    store.write(record.NAME, b"x" * 100)
    store.finish()
    for module in ("store", "folder", "sftp", "objects"):
        monkeypatch.setattr(f"totem_cli.deploy.{module}.LARGEST", 99, raising=False)
    with pytest.raises(RefusedError, match="larger than"):
        deploy(Site.read(sites[0]), store)
    store.close()


def test_a_record_that_is_no_file(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """A FIFO keeps nobody waiting, a device is not read."""
    os.mkfifo(tmp_path / record.NAME)
    with pytest.raises(RefusedError, match="no file"):
        deploy(Site.read(sites[0]), FolderStore(tmp_path))


def test_a_folder_with_a_line_end(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """Git is given names a line each: a folder whose name has two is refused, and nothing is sent."""
    folder = tmp_path / "a\nb"
    shutil.copytree(sites[0], folder)
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "x.git"], check=True)
    store = open_store(DeployTarget(url=f"git+file://{tmp_path}/x.git"))
    with pytest.raises(InvalidError, match="line end"):
        deploy(Site.read(folder), store)
    store.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1f\x8b\x08\x00" + b"x" * 30, record.encode({"a": "b"})[:-9]])
def test_a_damaged_record(tmp_path: Path, sites: tuple[Path, Path], content: bytes) -> None:
    """It is told; --replace sends all again."""
    store = FolderStore(tmp_path / "www")
    store.write(record.NAME, content)
    with pytest.raises(RefusedError, match="damaged"):
        deploy(Site.read(sites[0]), store)
    deploy(Site.read(sites[0]), store, replace=True)
    assert files(tmp_path / "www") == files(sites[0])


# Broken off


class _Killed(BaseException):
    """The process ended."""


class _Dying:
    """A store whose process ends at an operation, after which it does nothing more. A file is sent one by one."""

    def __init__(self, store: Store, at: int) -> None:
        self._store, self._left = store, at
        self.name, self.locks, self.warning = store.name, store.locks, store.warning

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _Killed

    def read(self, path: str) -> bytes | None:
        self._count()
        return self._store.read(path)

    def holds(self, name: str) -> bool:
        self._count()
        return self._store.holds(name)

    def write(self, path: str, content: bytes) -> None:
        self._count()
        self._store.write(path, content)

    def send(self, files: Sequence[File]) -> None:
        for file in files:
            self._count()
            self._store.send([file])

    def create(self, path: str, content: bytes) -> bool:
        self._count()
        return self._store.create(path, content)

    def delete(self, path: str) -> None:
        self._count()
        self._store.delete(path)

    def finish(self) -> None:
        self._count()
        self._store.finish()

    def close(self) -> None:
        self._store.close()


def test_killed_at_any_request(tmp_path: Path, sites: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No link leads to a missing file, and the next deployment finishes, even back to the site before."""
    monkeypatch.setattr("totem_cli.deploy.deployment._BATCH", 3)
    before, after = map(Site.read, sites)
    at = 0
    for at in range(400):
        www = tmp_path / str(at)
        store = FolderStore(www)
        deploy(before, store)
        try:
            deploy(after, _Dying(FolderStore(www), at))
        except _Killed:
            pass
        else:
            break
        assert missing_links(files(www)) == []
        other, folder = (before, sites[0]) if at % 2 else (after, sites[1])
        with suppress(_Killed):
            deploy(other, _Dying(FolderStore(www), at * 7 % 50))
        assert missing_links(files(www)) == []
        deploy(other, store)
        assert files(www) == files(folder)
        assert {path.name for path in www.rglob(".totem*")} <= OWN
    assert 30 < at < 399


def test_killed_in_the_first_deployment(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """The home page comes last: until then nothing leads anywhere."""
    site = Site.read(sites[0])
    for at in range(0, len(site.rows) + 8, 3):
        www = tmp_path / str(at)
        with pytest.raises(_Killed):
            deploy(site, _Dying(FolderStore(www), at))
        if "index.html" in files(www):
            assert missing_links(files(www)) == []
        deploy(site, FolderStore(www))
        assert files(www) == files(sites[0])


@pytest.mark.parametrize("kind", ["sftp", "s3"])
@pytest.mark.faults
def test_a_killed_process(kind: str, request: pytest.FixtureRequest, tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """A real process, killed at some moments of a deployment to a real server; the next one finishes."""
    request.param = kind  # type: ignore[attr-defined]
    bed = bed_of(kind, request, tmp_path)
    config = tmp_path / "a"
    with Archive.create(config, title="x") as made:
        made.series.add("S")
    target = bed.target
    endpoint = f'endpoint = "{target.endpoint}"\nregion = "us-east-1"\n' if target.endpoint else ""
    with (config / "totem.toml").open("a") as file:
        file.write(f'[deploy.site]\nurl = "{target.url}"\n{endpoint}')
    for round_ in range(6):
        folder = sites[round_ % 2]
        command = [*TOTEM, "deploy", "site", "--archive", str(config), "--from", str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        seen = len(bed.served())
        for _ in range(400):  # until it has begun to write, then a little longer each time
            try:
                if process.poll() is not None or len(bed.served()) != seen:
                    break
            except FileNotFoundError:  # it was moved into its place meanwhile
                break
        time.sleep(0.02 * round_)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        served = bed.served()
        if "index.html" in served:
            assert missing_links(served) == []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert bed.served() == files(folder)


def bed_of(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> _Bed:
    """A store of that kind, empty."""
    monkeypatch = request.getfixturevalue("monkeypatch")
    if kind == "s3":
        return _s3(request.getfixturevalue("moto"), monkeypatch, tmp_path)
    port, home = request.getfixturevalue("sshd")
    monkeypatch.setenv("HOME", str(home))
    www = tmp_path / "www"
    return _Bed(DeployTarget(url=f"sftp://{getpass.getuser()}@127.0.0.1:{port}{www}"), lambda: files(www))


class _Cut:
    """A relay to a port that cuts each of its first connections after so many bytes."""

    def __init__(self, port: int, cuts: Sequence[int]) -> None:
        self._port, self._cuts = port, list(cuts)
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._sockets = [self._server]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            left = self._cuts.pop(0) if self._cuts else 1 << 60
            server = socket.create_connection(("127.0.0.1", self._port))
            self._sockets += [client, server]
            for one, other, budget in ((client, server, left), (server, client, 1 << 60)):
                self._threads.append(Thread(target=self._relay, args=(one, other, budget)))
                self._threads[-1].start()

    @staticmethod
    def _relay(one: socket.socket, other: socket.socket, left: int) -> None:
        with suppress(OSError):
            while (data := one.recv(4096)) and left > 0:
                left -= len(data)
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut everything, and wait for the threads."""
        for end in self._sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()


def test_a_broken_connection(
    sshd: tuple[int, Path], tmp_path: Path, sites: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that breaks is taken up again, in the same deployment."""
    port, home = sshd
    relay = _Cut(port, [20_000, 60_000])
    own = tmp_path / "home"
    shutil.copytree(home, own)
    known = (own / ".ssh" / "known_hosts").read_text()
    (own / ".ssh" / "known_hosts").write_text(known.replace(str(port), str(relay.port)))
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    store = open_store(DeployTarget(url=f"sftp://{getpass.getuser()}@127.0.0.1:{relay.port}{tmp_path}/www"))
    deploy(Site.read(sites[0]), store)
    store.close()
    relay.close()
    assert relay.connections == 3
    assert files(tmp_path / "www") == files(sites[0])
    assert not [path for path in (tmp_path / "www").rglob(".totem-*") if path.name not in OWN]


# Two at once


def test_two_at_once(bed: _Bed, sites: tuple[Path, Path]) -> None:
    """The second is refused while the first runs, by a lock or by the push."""
    store, other = bed.store(), bed.store()
    site = Site.read(sites[0])
    if store.locks:
        held = Lock(store)
        held._holder.host = "elsewhere"
        held.take(breaks=False)
        with pytest.raises(LockedError, match="elsewhere"):
            deploy(site, other)
        deploy(site, other, break_lock=True)
        held._holder.time = 0
        with pytest.raises(LockedError, match="took"):
            held.renew()
    else:
        store.write("a", b"1")
        store.finish()
        with pytest.raises(ConflictError, match="meanwhile"):
            deploy(site, other)
    store.close()
    other.close()


def test_the_lock_of_the_dead(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """A lock whose process is gone, or that was not renewed for long, is taken over."""
    for number, holder in enumerate(
        (
            Holder(socket.gethostname(), _ended(), "x", time.time()),
            Holder("elsewhere", 1, "x", time.time() - lock_module.STALE_AFTER - 1),
            Holder(socket.gethostname(), 2**70, "x", time.time()),
        )
    ):
        store = FolderStore(tmp_path / str(number))
        store.write(
            lock_module.NAME,
            json.dumps({"host": holder.host, "pid": holder.pid, "token": "x", "time": holder.time}).encode(),
        )
        deploy(Site.read(sites[0]), store)


def _ended() -> int:
    """The id of a process that ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# What is refused


def test_a_site_that_changes_meanwhile(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """A file that is not as it was exported is not sent."""
    folder = tmp_path / "site"
    shutil.copytree(sites[0], folder)
    (folder / "404.html").write_text("edited")
    with pytest.raises(ChangedError, match="404"):
        deploy(Site.read(folder), FolderStore(tmp_path / "www"))


def test_a_link_out_of_the_folder(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    """Nothing is written where a link leads out of the target."""
    (tmp_path / "www").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "www" / "assets").symlink_to(tmp_path / "home")
    with pytest.raises(RefusedError, match="leads out"):
        deploy(Site.read(sites[0]), FolderStore(tmp_path / "www"), replace=True)
    assert not list((tmp_path / "home").iterdir())


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sftp://ada:secret@host/x", InvalidError),
        ("s3://id:secret@bucket/x", InvalidError),
        ("git+ext::sh -c true", SystemFailedError),
        ("git+--upload-pack=x", InvalidError),
        ("nothing://x", InvalidError),
        ("sftp://a;id/x", InvalidError),
        ("sftp://$(id)/x", InvalidError),
        ("sftp://a -oProxyCommand=id/x", InvalidError),
        ("sftp://-oProxyCommand=id/x", InvalidError),
        ("sftp://-x@host/x", InvalidError),
        ("sftp://a`id`@host/x", InvalidError),
        ("sftp://127.0.0.1:1/x", SystemFailedError),
        ("git+file:///nowhere/x.git", SystemFailedError),
    ],
)
def test_addresses(url: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses with a password, that run commands, or that nobody answers are refused, and show no secret."""
    monkeypatch.setattr("totem_cli.deploy.sftp._ATTEMPTS", 1, raising=False)
    with pytest.raises(error) as caught:
        open_store(DeployTarget(url=url)).read("x")
    assert "secret" not in str(caught.value)


def test_nothing_of_the_archives_repository_runs(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that is a repository itself, with hooks, filters and settings of its own: a deployment runs none.

    It is called as from a hook of that repository, with the variables that git gives to those.
    """
    root, told, target = tmp_path / "a", tmp_path / "told", tmp_path / "site.git"
    shutil.copytree(archive, root, ignore=shutil.ignore_patterns(".totem"))
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\necho $0 >> {told}\ncat\n")
    script.chmod(0o755)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "init", "--quiet", "--bare", target], check=True)
    hooks = root / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "pre-push", "post-commit", "reference-transaction", "post-index-change", "pre-auto-gc"):
        shutil.copy(script, hooks / name)
    (root / ".gitattributes").write_text("* filter=told\n")
    for key in ("core.fsmonitor", "filter.told.clean", "filter.told.process", "core.sshCommand", "core.editor"):
        subprocess.run(["git", "-C", root, "config", key, script], check=True)
    subprocess.run(["git", "-C", root, "config", "core.hooksPath", hooks], check=True)
    for name, value in (("DIR", ".git"), ("INDEX_FILE", ".git/index"), ("WORK_TREE", "."), ("PREFIX", "series/")):
        monkeypatch.setenv(f"GIT_{name}", value)
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(root / ".git/objects"))
    monkeypatch.setenv("GIT_COMMON_DIR", str(root / ".git"))
    before = sorted(path for path in root.rglob("*") if ".totem" not in path.parts)
    done = subprocess.run([*TOTEM, "deploy", f"git+file://{target}#pages", "-o", "../site"], cwd=root, check=False)
    assert done.returncode == 0
    assert not told.exists()
    assert sorted(path for path in root.rglob("*") if ".totem" not in path.parts) == before
    for name in ("DIR", "INDEX_FILE", "WORK_TREE", "PREFIX", "OBJECT_DIRECTORY", "COMMON_DIR"):
        monkeypatch.delenv(f"GIT_{name}")
    assert _branch(target, "pages") == files(tmp_path / "site")


@pytest.mark.parametrize(
    "address", ["git+file://{}/x.git#p", "git+{}/x.git", "git+{}/../a/x.git", "git+file://{}/%78.git"]
)
def test_a_repository_in_the_archive(tmp_path: Path, archive: Path, address: str) -> None:
    """What its settings name there is refused, for a push would run its hooks; a person may name it."""
    root = tmp_path / "a"
    shutil.copytree(archive, root)
    subprocess.run(["git", "init", "--quiet", "--bare", root / "x.git"], check=True)
    (root / "x.git/hooks/pre-receive").write_text(f"#!/bin/sh\ntouch {tmp_path}/told\n")
    (root / "x.git/hooks/pre-receive").chmod(0o755)
    url = address.format(root)
    with (root / "totem.toml").open("a") as settings:
        settings.write(f'\n[deploy.site]\nurl = "{url}"\n')
    command = [*TOTEM, "deploy", "site", "--archive", str(root), "-o", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "lies in the archive itself" in done.stderr) == (5, True)
    assert not (tmp_path / "told").exists()


def test_an_unknown_host(bed: _Bed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose key is not known is refused."""
    if not bed.target.url.startswith("sftp"):
        pytest.skip("sftp alone has host keys")
    home = tmp_path / "home"
    shutil.copytree(os.environ["HOME"], home)
    (home / ".ssh" / "known_hosts").unlink()
    monkeypatch.setenv("HOME", str(home))
    with pytest.raises(SystemFailedError, match="not known"):
        bed.store().read("x")


def test_headers_of_objects(
    moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sites: tuple[Path, Path]
) -> None:
    """S3 serves pages as pages, kept for a short time, and hashed assets for ever."""
    bed = _s3(moto, monkeypatch, tmp_path)
    site = Site.read(sites[0])
    deploy(site, bed.store())
    page = bed.head("index.html")  # type: ignore[attr-defined]
    style = bed.head(next(path for path in site.rows if path.endswith(".css")))  # type: ignore[attr-defined]
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert "immutable" not in page["CacheControl"]
    assert style["ContentType"] == "text/css; charset=utf-8"
    assert "immutable" in style["CacheControl"]


# The plan


PATHS = st.sampled_from(
    ["index.html", "a/index.html", "assets/x.css", "media/p.jpg", "feed.xml", "search/index.html", "b/c.json"]
)


@given(
    st.dictionaries(PATHS, st.sampled_from("12")),
    st.dictionaries(PATHS, st.sampled_from(["1", "2", record.ADDED, record.REPLACED])),
)
def test_a_plan_makes_the_target_equal(wanted: dict[str, str], deployed: dict[str, str]) -> None:
    """What is sent and deleted makes the files at the target those of the site; nothing else is."""
    rows = {path: Row(path, "", digest, 1) for path, digest in wanted.items()}
    found = plan(rows, deployed)
    after = {path: digest for path, digest in deployed.items() if path not in found.deleted}
    after |= {path: wanted[path] for path in found.sent}
    assert after == wanted
    assert all(deployed.get(path) != wanted[path] for path in found.sent)
    assert len(found.sent) + found.unchanged == len(wanted)


@given(st.dictionaries(PATHS, st.sampled_from(["1", "2", record.ADDED, record.REPLACED])))
def test_a_record_is_read_back(found: dict[str, str]) -> None:
    """It holds what it was made of, and is the same bytes for the same files."""
    content = record.encode(found)
    assert record.decode(content, "x") == found
    assert record.encode(dict(reversed(list(found.items())))) == content


def test_every_file_has_a_type(sites: tuple[Path, Path]) -> None:
    """No file of a site is sent as bytes of no kind."""
    for path in not_empty(Site.read(sites[0]).rows):
        assert headers(path).content_type != "application/octet-stream", path


# The command


def test_the_command(archive: Path, tmp_path: Path) -> None:
    """It exports and sends; then it sends nothing; --dry-run says what it would send, and sends nothing."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*TOTEM, "deploy", *words, "--archive", str(archive)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    www = tmp_path / "www"
    with (archive / "totem.toml").open("a") as file:
        file.write(f'\n[deploy.quai]\nurl = "{www}"\n')
    refused = run("quai", "--dry-run")
    assert refused.returncode == 4
    assert "exports nothing" in refused.stderr
    first = run("quai")
    assert first.returncode == 0, first.stderr
    assert files(www) == files(tmp_path / "site")
    again = json.loads(run("quai", "--json").stdout)
    assert again["sent"] == again["deleted"] == []
    assert planned(Site.read(tmp_path / "site"), FolderStore(www)).is_empty
    shutil.rmtree(www)
    told = run("quai", "--dry-run")
    assert "index.html" in told.stdout.splitlines()
    assert not www.exists()
    unknown = run("quay")
    assert unknown.returncode == 3
    assert "quai" in unknown.stderr
    unreachable = run("sftp://127.0.0.1:1/x")
    assert unreachable.returncode == 6
    assert "cannot reach sftp://127.0.0.1:1/x: Unable to connect" in unreachable.stderr


def test_no_export(tmp_path: Path) -> None:
    """A folder that holds no export is refused."""
    with pytest.raises(NotFoundError, match="holds no export"):
        Site.read(tmp_path)
