"""Targets: the store that an address names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from totem_cli.deploy.store import Store
from totem_cli.errors import InvalidError, RefusedError, SystemFailedError
from totem_cli.publishing.plugins import needed

if TYPE_CHECKING:
    from totem_cli.model.settings import DeployTarget


def named_by(root: Path, target: DeployTarget) -> DeployTarget:
    """A target that the settings of the archive at ``root`` name.

    Raises RefusedError for a repository of git in the archive's own folder: a push runs its hooks, and who made the
    archive may have put them there.
    """
    address = target.url.removeprefix("git+").partition("#")[0]
    path = Path(unquote(urlsplit(address).path) if address.startswith("file:") else address)
    if target.url.startswith("git+") and path.is_absolute() and path.resolve().is_relative_to(root.resolve()):
        raise RefusedError(
            f"{target.url} lies in the archive itself, and a push would run what it holds as hooks",
            hint=f"where they are yours, name it on the command line: totem deploy {target.url}",
        )
    return target


def open_store(target: DeployTarget) -> Store:
    """The store at an address: a folder, ``sftp://``, ``s3://``, ``git+…#branch``, or what else fsspec knows.

    Raises InvalidError for an address that is none or holds a password, SystemFailedError where the store cannot be
    reached, PluginError where its library is not installed.
    """
    url = target.url
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme and urlsplit(url).password:
        raise InvalidError(
            "the address of a target holds a password",
            hint="keep it in the environment or in the service's own file, see docs/deploy.md",
        )
    if url.startswith("git+"):
        from totem_cli.deploy.git import GitStore

        return GitStore(url)
    if scheme in ("", "file"):
        from totem_cli.deploy.folder import FolderStore

        return FolderStore(Path(unquote(urlsplit(url).path) if scheme else url))
    if scheme == "sftp":
        needed("paramiko", extra="deploy", what="sftp://")
        from totem_cli.deploy.sftp import SftpStore

        return SftpStore(url)
    for module in ("fsspec", "s3fs") if scheme in ("s3", "s3a") else ("fsspec",):
        needed(module, extra="deploy", what=f"{scheme}://")
    from totem_cli.deploy.objects import ObjectStore

    try:
        return ObjectStore(target)
    except ImportError as error:  # fsspec says what a protocol needs
        raise SystemFailedError(f"{scheme}:// needs a library that is not installed: {error}") from error
