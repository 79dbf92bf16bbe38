"""The code of compiled templates, kept for the next time: of ours where Python keeps what it compiled our modules to.

Whoever may write there may run anything already; nothing is ever read from an archive. A theme's templates are kept in
memory only.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType

from totem_cli.exporters.html.assets import HERE
from totem_cli.exporters.html.environment import THEME
from totem_cli.publishing.toolchain import maker

_MEMORY: dict[str, CodeType] = {}
_MOST = 200
_DIGEST = 16


def checksum(source: str) -> str:
    """What tells one source from another."""
    return blake2b(source.encode(), digest_size=_DIGEST).hexdigest()


def code_of(file: str, source: str) -> CodeType | None:
    """What a template's ``file`` with this :func:`checksum` was compiled to; None where that is not known."""
    known = _MEMORY.get(f"{file} {source}")
    if known is None and not file.startswith(THEME):
        with suppress(OSError, ValueError, EOFError, NotImplementedError), open(_place(file), "rb") as kept:
            head, content = kept.read(_DIGEST), kept.read()
            if head == _seal(source, content):
                known = _MEMORY[f"{file} {source}"] = marshal.loads(content)  # noqa: S302 - sealed, and our own
    return known


def keep(file: str, source: str, code: CodeType) -> None:
    """Keep what was compiled just now."""
    if len(_MEMORY) >= _MOST:
        _MEMORY.clear()
    _MEMORY[f"{file} {source}"] = code
    if file.startswith(THEME) or sys.dont_write_bytecode:
        return
    with suppress(OSError, NotImplementedError):  # the second: this Python keeps no compiled modules
        place, content = _place(file), marshal.dumps(code)
        fresh = f"{place}.{os.getpid()}"
        with open(fresh, "wb") as kept:
            kept.write(_seal(source, content) + content)
        os.replace(fresh, place)


def _place(file: str) -> str:
    return cache_from_source(os.path.join(HERE, f"template-{file}"))


@cache
def _maker() -> bytes:
    """What compiles: another one is not relied on."""
    seen = os.stat(os.path.join(HERE, "compiler.py"))
    return MAGIC_NUMBER + f"{maker()} {seen.st_size} {seen.st_mtime_ns} ".encode()


def _seal(source: str, content: bytes) -> bytes:
    return blake2b(b"%b%b%b" % (_maker(), source.encode(), content), digest_size=_DIGEST).digest()
