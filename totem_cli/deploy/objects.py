"""A target that is a store of objects: S3 and what speaks its protocol; other stores that fsspec knows, untried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from totem_cli.deploy.store import LARGEST, File, check_size
from totem_cli.errors import InvalidError, SystemFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from totem_cli.model.settings import DeployTarget

_WORKERS = 8
"""Requests at a time."""


class ObjectStore:
    """Objects under an address. An object is complete as soon as it can be read: S3 shows no part of one.

    Credentials are those that the service's own tools use: the environment (``AWS_ACCESS_KEY_ID`` …), its files, or the
    role of the machine. Broken connections are taken up again by the service's library.
    """

    def __init__(self, target: DeployTarget) -> None:
        import fsspec
        from fsspec.core import url_to_fs

        parts = urlsplit(target.url)
        self.name = target.url
        self._is_s3 = parts.scheme in ("s3", "s3a")
        self.locks = self._is_s3
        self.warning = (
            ""
            if self._is_s3
            else f"totem was never tried with {parts.scheme}://: a file may be served half written, "
            "and nothing keeps two deployments apart"
        )
        if parts.scheme not in fsspec.available_protocols():
            raise InvalidError(
                f"{target.url}: no store is called {parts.scheme}",
                hint="a folder, sftp://, s3://, git+https://…#branch",
            )
        if self._is_s3:
            options: dict[str, Any] = {
                "endpoint_url": target.endpoint,
                "config_kwargs": {"retries": {"max_attempts": 5}},
            }
            if target.region:
                options["client_kwargs"] = {"region_name": target.region}
        else:
            options = {}
        with self._failing("open"):
            self._fs, root = url_to_fs(target.url, skip_instance_cache=True, use_listings_cache=False, **options)
        self._root = root.rstrip("/")

    def read(self, path: str) -> bytes | None:
        """The content of an object; None where there is none."""
        with self._failing("read"):
            try:
                content: bytes = self._fs.cat_file(self._at(path), start=0, end=LARGEST + 1)
            except FileNotFoundError as error:
                self._check_bucket(error)
                return None
        check_size(len(content), self.name, path)
        return content

    def holds(self, name: str) -> bool:
        """Whether there is an object of this name, or one whose name begins with it and a slash."""
        with self._failing("read"):
            return bool(self._fs.exists(self._at(name)))

    def write(self, path: str, content: bytes) -> None:
        """Write a small object."""
        with self._failing("write"):
            self._fs.pipe_file(self._at(path), content, **self._headers("application/octet-stream", "no-store"))

    def send(self, files: Sequence[File]) -> None:
        """Write objects, several at a time."""
        with ThreadPoolExecutor(_WORKERS) as pool:
            for done in [pool.submit(self._send, file) for file in files]:
                done.result()

    def create(self, path: str, content: bytes) -> bool:
        """Write an object where there is none (S3: ``If-None-Match``); False where there is one."""
        if not self._is_s3:
            return True
        with self._failing("write"):
            try:
                self._fs.pipe_file(
                    self._at(path), content, mode="create", **self._headers("application/json", "no-store")
                )
            except FileExistsError:
                return False
            except OSError as error:
                if _code(error) in ("PreconditionFailed", "ConditionalRequestConflict"):
                    return False
                raise
            return True

    def delete(self, path: str) -> None:
        """Delete an object, if it is there."""
        with self._failing("delete"), suppress(FileNotFoundError):
            self._fs.rm_file(self._at(path))

    def finish(self) -> None:
        """Nothing is left to do: every object was visible at once."""

    def close(self) -> None:
        """Connections end with the process."""

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _send(self, file: File) -> None:
        with self._failing("write"):
            headers = self._headers(file.headers.content_type, file.headers.cache_control)
            self._fs.put_file(str(file.source), self._at(file.path), **headers)

    def _headers(self, content_type: str, cache_control: str) -> dict[str, str]:
        return {"ContentType": content_type, "CacheControl": cache_control} if self._is_s3 else {}

    def _check_bucket(self, error: FileNotFoundError) -> None:
        """A missing object is no failure, a missing bucket is."""
        if self._is_s3 and _code(error) == "NoSuchBucket":
            raise error

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        """Failures of the service become SystemFailedError; their messages may hold addresses, never secrets."""
        try:
            yield
        except (InvalidError, SystemFailedError):
            raise
        except Exception as error:
            if not _is_of_service(error):
                raise
            raise SystemFailedError(
                f"cannot {verb} at {self.name}: {str(error).strip() or type(error).__name__}",
                hint="run it again: it goes on where it stopped",
            ) from error


def _code(error: BaseException) -> str:
    """The code that S3 gave, from the error or from what caused it."""
    here: BaseException | None = error
    while here is not None:
        response: Callable[[], object] | dict[str, Any] | None = getattr(here, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
        here = here.__cause__
    return ""


def _is_of_service(error: Exception) -> bool:
    """Whether an error is of the network, the service, or its library: these share no class."""
    return isinstance(error, OSError | TimeoutError | ValueError) or type(error).__module__.split(".")[0] in {
        "aiobotocore",
        "aiohttp",
        "botocore",
        "fsspec",
        "s3fs",
    }
