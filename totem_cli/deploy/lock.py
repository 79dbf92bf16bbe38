"""The lock of a target: a file there, which one deployment at a time creates and renews."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from totem_cli.deploy.store import Store
from totem_cli.errors import LockedError, SystemFailedError

NAME = ".totem-lock"
RENEWED_AFTER = 60
"""Seconds after which a deployment renews its lock."""
STALE_AFTER = 900
"""Seconds after which a lock that was not renewed is taken over."""


class Holder(msgspec.Struct):
    """Who holds a lock: a process of a machine; ``time`` (Unix seconds) is when it was renewed."""

    host: str
    pid: int
    token: str
    time: float

    def __str__(self) -> str:
        minutes = max(0, round((time.time() - self.time) / 60))
        return f"process {self.pid} on {self.host}, {minutes} min ago"

    @property
    def is_gone(self) -> bool:
        """Whether it ended without giving the lock back."""
        if abs(time.time() - self.time) > STALE_AFTER:
            return True
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except PermissionError:
            return False
        return self.pid == os.getpid()


class Lock:
    """A lock that this process holds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = Holder(socket.gethostname(), os.getpid(), secrets.token_hex(8), time.time())

    def renew(self) -> None:
        """Say that the deployment goes on, if that was not said lately. Raises LockedError where it was taken over."""
        if not self._store.locks or time.time() < self._holder.time + RENEWED_AFTER:
            return
        self.check()
        self._holder.time = time.time()
        self._store.write(NAME, msgspec.json.encode(self._holder))

    def check(self) -> None:
        """Raise LockedError where another deployment took the lock over."""
        found = _holder(self._store)
        if found is None or found.token != self._holder.token:
            raise LockedError(f"another deployment took {self._store.name} over: {found}", hint="run it again")

    def take(self, *, breaks: bool) -> None:
        """Create the lock. Raises LockedError where another process holds it, unless it is gone or ``breaks``."""
        for _ in range(3):
            self._holder.time = time.time()
            if self._store.create(NAME, msgspec.json.encode(self._holder)):
                return
            found = _holder(self._store)
            if found is not None and not found.is_gone and not breaks:
                raise LockedError(
                    f"{self._store.name} is being deployed to: {found}", hint="wait, or if it is dead: --break-lock"
                )
            self._store.delete(NAME)
        raise LockedError(f"{self._store.name} is being deployed to by others", hint="run it again")

    def give_back(self) -> None:
        """Delete the lock, if it is still this process's."""
        found = _holder(self._store)
        if found is not None and found.token == self._holder.token:
            self._store.delete(NAME)


@contextmanager
def locked(store: Store, *, breaks: bool) -> Iterator[Lock]:
    """Hold the lock of a store, if it takes one. Raises LockedError."""
    lock = Lock(store)
    if not store.locks:
        yield lock
        return
    lock.take(breaks=breaks)
    try:
        yield lock
    except BaseException:
        with suppress(SystemFailedError):  # where the connection is lost, the next deployment takes the lock over
            lock.give_back()
        raise
    lock.give_back()


def _holder(store: Store) -> Holder | None:
    content = store.read(NAME)
    try:
        return None if content is None else msgspec.json.decode(content, type=Holder)
    except msgspec.DecodeError:
        return Holder("?", 0, "", time.time())
