"""What makes the pages of an export. Where it is another one, what it made before is made again."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import blake2b
from sqlite3 import sqlite_version
from unicodedata import unidata_version
from zlib import ZLIB_RUNTIME_VERSION

from totem_cli.version import __version__

_INSTALLED = ".dist-info"
_POINTS = "[totem."
_LIBRARIES = frozenset(
    ("cmarkgfm", "jinja2", "markupsafe", "msgspec", "nh3", "pillow", "sqlite_utils", "tomli_w", "typst")
)


def fingerprint() -> str:
    """A digest of the toolchain, of what makes pages: this totem and what it makes them with, each in its version.

    Another may make other bytes of the same sources: keys that it left say nothing. Where a plugin is installed, every
    distribution counts, for a plugin may make its pages with any of them. A digest, since a manifest is published with
    its site, and readers need not know what versions a machine has.
    """
    versions = {
        "totem": __version__,
        "sqlite": sqlite_version,
        "unicode": unidata_version,
        "zlib": ZLIB_RUNTIME_VERSION,
    }
    installed: dict[str, str] = {}
    plugins = False
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.endswith(_INSTALLED):  # Binary Distribution Format: NAME-VERSION.dist-info
                    library, _, version = name.removesuffix(_INSTALLED).partition("-")
                    installed.setdefault(library.lower(), version)
                    plugins = plugins or (library.lower() != "totem_cli" and _is_plugin(os.path.join(folder, name)))
    versions |= {name: version for name, version in installed.items() if plugins or name in _LIBRARIES}
    named = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return blake2b(named.encode(), digest_size=16).hexdigest()


def _is_plugin(distribution: str) -> bool:
    """Whether a distribution has an entry point of totem's."""
    try:
        with open(os.path.join(distribution, "entry_points.txt"), encoding="utf-8", errors="replace") as file:
            return _POINTS in file.read()
    except OSError:
        return False
