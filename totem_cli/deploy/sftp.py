"""A target that is reached by SFTP, as most shared hosts are."""

from __future__ import annotations

import os
import posixpath
import re
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import unquote, urlsplit

import paramiko

from totem_cli.deploy.store import LARGEST, File, check_size, temporary
from totem_cli.errors import InvalidError, SystemFailedError

PASSWORD = "TOTEM_SFTP_PASSWORD"  # noqa: S105 - the name of the variable
"""The variable that holds a password, where no key or agent serves."""

# What ssh's configuration may put into a command (ProxyCommand, Match exec) is a plain name.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_USER = re.compile(r"(?!-)[\w.@+-]*")
_ATTEMPTS = 4
_TIMEOUT = 30
"""Seconds without an answer after which a connection is broken."""

_BROKEN = (
    EOFError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    paramiko.SSHException,
    paramiko.ssh_exception.NoValidConnectionsError,
)

Result = TypeVar("Result")


class SftpStore:
    """Files under a folder of a server. Each is written beside its place and renamed over it.

    The user's ``~/.ssh/config``, ``known_hosts``, keys and agent serve as they serve ``ssh``; a host that is not known
    is refused. A broken connection is opened again, and the operation repeated: each of them may run twice.
    """

    locks = True
    warning = ""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        named = _HOST.fullmatch(parts.hostname or "") and _USER.fullmatch(parts.username or "")
        if not named or parts.query or parts.fragment:
            raise InvalidError(f"{url} is no address of a server", hint="sftp://user@host/path/of/the/site")
        self.name = url
        self._host, self._user, self._port = parts.hostname or "", parts.username, parts.port
        path = unquote(parts.path)
        self._root = posixpath.normpath(path[1:] if path.startswith("/~/") or path == "/~" else path or "/")
        if self._root.startswith("~"):
            self._root = self._root[1:].lstrip("/") or "."
        self._ssh: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._made: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""

        def read(sftp: paramiko.SFTPClient) -> bytes | None:
            try:
                with sftp.open(self._at(path), "rb") as file:
                    check_size(file.stat().st_size or 0, self.name, path)
                    file.prefetch()
                    content = file.read(LARGEST + 1)
            except FileNotFoundError:
                return None
            check_size(len(content), self.name, path)
            return content

        return self._again("read", path, read)

    def holds(self, name: str) -> bool:
        """Whether there is something of this name at the top of the folder."""

        def holds(sftp: paramiko.SFTPClient) -> bool:
            try:
                sftp.lstat(self._at(name))
            except FileNotFoundError:
                return False
            return True

        return self._again("read", name, holds)

    def write(self, path: str, content: bytes) -> None:
        """Write a small file; it is complete, or as it was."""
        self._again("write", path, lambda sftp: self._put(sftp, path, BytesIO(content)))

    def send(self, files: Sequence[File]) -> None:
        """Write files; each is complete, or as it was."""
        for file in files:
            self._again("write", file.path, lambda sftp, file=file: self._send(sftp, file))  # type: ignore[misc]

    def create(self, path: str, content: bytes) -> bool:
        """Write a file where there is none; False where there is one."""

        def create(sftp: paramiko.SFTPClient) -> bool:
            at = self._at(path)
            self._make_folder(sftp, posixpath.dirname(at))
            try:
                with sftp.open(at, "wbx") as file:
                    file.write(content)
            except FileNotFoundError:
                raise
            except OSError:  # version 3 of the protocol has one code for every failure
                try:
                    sftp.stat(at)
                except FileNotFoundError:
                    raise SystemFailedError(f"cannot write {path} at {self.name}") from None
                with sftp.open(at, "rb") as file:  # repeated after a broken connection, it may be this very one
                    return file.read() == content
            return True

        return self._again("write", path, create)

    def delete(self, path: str) -> None:
        """Delete a file, if it is there, and the folders that it leaves empty."""

        def delete(sftp: paramiko.SFTPClient) -> None:
            at = self._at(path)
            for one in (at, self._at(temporary(path))):
                with suppress(FileNotFoundError):
                    sftp.remove(one)
            folder = posixpath.dirname(path)
            while folder:
                try:
                    sftp.rmdir(self._at(folder))
                except OSError:
                    break
                self._made.discard(self._at(folder))
                folder = posixpath.dirname(folder)

        self._again("delete", path, delete)

    def finish(self) -> None:
        """Nothing is left to do."""

    def close(self) -> None:
        """Close the connection."""
        for one in (self._sftp, self._ssh):
            if one is not None:
                one.close()
        self._sftp = self._ssh = None

    def _at(self, path: str) -> str:
        return posixpath.join(self._root, path)

    def _send(self, sftp: paramiko.SFTPClient, file: File) -> None:
        with open(file.source, "rb") as content:
            self._put(sftp, file.path, content)

    def _put(self, sftp: paramiko.SFTPClient, path: str, content: BinaryIO) -> None:
        at = self._at(path)
        folder = posixpath.dirname(at)
        self._make_folder(sftp, folder)
        fresh = self._at(temporary(path))
        try:
            sftp.putfo(content, fresh)  # it compares the size that the server has with what was sent
            try:
                sftp.posix_rename(fresh, at)
            except OSError as error:
                if "unsupported" not in str(error).lower():
                    raise
                with suppress(FileNotFoundError):  # a server without the extension: for a moment there is none
                    sftp.remove(at)
                sftp.rename(fresh, at)
        except BaseException:
            with suppress(Exception):
                sftp.remove(fresh)
            raise

    def _make_folder(self, sftp: paramiko.SFTPClient, folder: str) -> None:
        if folder in self._made or folder in ("", "/", "."):
            return
        try:
            sftp.stat(folder)
        except FileNotFoundError:
            self._make_folder(sftp, posixpath.dirname(folder))
            try:
                sftp.mkdir(folder)
            except OSError:
                sftp.stat(folder)  # another made it
        self._made.add(folder)

    def _again(self, verb: str, path: str, operation: Callable[[paramiko.SFTPClient], Result]) -> Result:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return operation(self._connected())
            except _BROKEN as error:
                self.close()
                if attempt == _ATTEMPTS or isinstance(error, paramiko.AuthenticationException | _UnknownHostError):
                    raise self._failed(f"reach {self.name}", error) from error
                time.sleep(0.5 * 2 ** (attempt - 1))
            except OSError as error:
                if "closed" in str(error).lower():  # paramiko's own for a socket that went away
                    self.close()
                    continue
                raise self._failed(f"{verb} {path} at {self.name}", error) from error
        raise SystemFailedError(f"cannot {verb} {path} at {self.name}: the connection breaks again and again")

    def _failed(self, what: str, error: BaseException) -> SystemFailedError:
        hint = "run it again: it goes on where it stopped"
        if isinstance(error, _UnknownHostError):
            hint = f"compare the key that it shows with the server's: ssh {self._host}"
        elif isinstance(error, paramiko.AuthenticationException):
            hint = f"a key, an agent, or ${PASSWORD}"
        words = str(error).removeprefix("[Errno None]").strip() or type(error).__name__
        return SystemFailedError(f"cannot {what}: {words}", hint=hint)

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is not None:
            return self._sftp
        config = _ssh_config(self._host)
        ssh = paramiko.SSHClient()
        files = config.get("userknownhostsfile", "")
        for name in files.split() if isinstance(files, str) and files else ["~/.ssh/known_hosts"]:
            with suppress(OSError):
                ssh.load_host_keys(os.path.expanduser(name))
        with suppress(OSError):
            ssh.load_system_host_keys("/etc/ssh/ssh_known_hosts")
        ssh.set_missing_host_key_policy(_Refuse())
        proxy = config.get("proxycommand")
        keys = [os.path.expanduser(name) for name in config.get("identityfile", [])]
        try:
            ssh.connect(
                config.get("hostname", self._host),
                port=self._port or int(config.get("port", 22)),
                username=self._user or config.get("user"),
                password=os.environ.get(PASSWORD),
                key_filename=keys or None,  # type: ignore[arg-type]  # it takes a list, too
                sock=paramiko.ProxyCommand(proxy) if proxy else None,
                timeout=_TIMEOUT,
                banner_timeout=_TIMEOUT,
                auth_timeout=_TIMEOUT,
            )
            sftp = ssh.open_sftp()
            channel = sftp.get_channel()
            if channel is not None:
                channel.settimeout(_TIMEOUT)
        except BaseException:
            ssh.close()
            raise
        self._ssh, self._sftp = ssh, sftp
        return sftp


class _UnknownHostError(paramiko.SSHException):
    """The server's key is not among the known ones."""


class _Refuse(paramiko.MissingHostKeyPolicy):
    """Refuses a server whose key is not known."""

    def missing_host_key(self, _client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Refuse it."""
        raise _UnknownHostError(f"the key of {hostname} ({key.get_name()}, {key.fingerprint}) is not known")


def _ssh_config(host: str) -> paramiko.SSHConfigDict:
    path = Path("~/.ssh/config").expanduser()
    if not path.is_file():
        return paramiko.SSHConfigDict()
    return paramiko.SSHConfig.from_path(str(path)).lookup(host)
