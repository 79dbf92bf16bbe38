"""What templates were compiled to, kept for the next time: our own where Python keeps what it compiled our modules to.

Whoever may write there may run anything already; nothing is ever read from an archive. A theme's templates are kept in
memory only.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import cache_from_source

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from totem_cli import __version__
from totem_cli.exporters.html import compiler
from totem_cli.exporters.html.environment import THEME

_MEMORY: dict[str, bytes] = {}
_MOST = 200
_DIGEST = 16


class Kept(BytecodeCache):
    """Templates by name and source. What they are compiled to depends on neither settings nor content."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The template's file: ``episode.html``, ``theme/templates/episode.html``."""
        return filename or name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known."""
        known = _MEMORY.get(_name(bucket))
        if known is None and not bucket.key.startswith(THEME):
            with suppress(OSError, ValueError, NotImplementedError), open(_place(bucket.key), "rb") as file:
                head, content = file.read(_DIGEST), file.read()
                known = content if head == _seal(content) else None
        if known:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled just now."""
        if len(_MEMORY) >= _MOST:
            _MEMORY.clear()
        _MEMORY[_name(bucket)] = made = bucket.bytecode_to_string()
        if bucket.key.startswith(THEME) or sys.dont_write_bytecode:
            return
        with suppress(OSError, NotImplementedError):  # the second: this Python keeps no compiled modules
            place = _place(bucket.key)
            fresh = f"{place}.{os.getpid()}"
            with open(fresh, "wb") as file:
                file.write(_seal(made) + made)
            os.replace(fresh, place)


def _name(bucket: Bucket) -> str:
    return f"{bucket.key} {bucket.checksum}"


def _place(key: str) -> str:
    return cache_from_source(os.path.join(os.path.dirname(__file__), f"template-{key}"))


@cache
def _maker() -> bytes:
    """What compiles: another one is not relied on."""
    seen = os.stat(compiler.__file__)
    return f"{__version__} {jinja2.__version__} {seen.st_size} {seen.st_mtime_ns} ".encode()


def _seal(content: bytes) -> bytes:
    return blake2b(_maker() + content, digest_size=_DIGEST).digest()
