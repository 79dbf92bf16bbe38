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
_LIBRARIES = frozenset(
    ("cmarkgfm", "jinja2", "markupsafe", "msgspec", "nh3", "pillow", "sqlite_utils", "tomli_w", "typst")
)


def maker() -> str:
    """A digest of what makes pages: this totem and what it makes them with, each in its version.

    Another may make other bytes of the same sources: keys that it left say nothing. A digest, since a manifest is
    published with its site, and readers need not know what versions a machine has.
    """
    versions = {
        "totem": __version__,
        "sqlite": sqlite_version,
        "unicode": unidata_version,
        "zlib": ZLIB_RUNTIME_VERSION,
    }
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.endswith(_INSTALLED):  # Binary Distribution Format: NAME-VERSION.dist-info
                    library, _, version = name.removesuffix(_INSTALLED).partition("-")
                    if library.lower() in _LIBRARIES:
                        versions.setdefault(library.lower(), version)
    said = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return blake2b(said.encode(), digest_size=16).hexdigest()
