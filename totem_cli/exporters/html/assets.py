"""Style sheets and scripts, with a digest of the content in their names, so that browsers may cache them for ever."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from hashlib import blake2b
from html import escape

from totem_cli.exporters.html.properties import check_property

HERE = os.path.dirname(__file__)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r"\s*([{};,>])\s*")
_SPACE = re.compile(r"\s+")
_SCRIPT_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


def builtin(folder: str) -> dict[str, bytes]:
    """Return the built-in files in ``templates`` or ``static``, by name."""
    found = {}
    for name in sorted(os.listdir(os.path.join(HERE, folder))):
        with open(os.path.join(HERE, folder, name), "rb") as file:
            found[name] = file.read()
    return found


def build(name: str, source: bytes, properties: Mapping[str, str]) -> bytes:
    """Return a built-in file with the archive's own properties. Raises InvalidError as :func:`style_sheet` does."""
    if name.endswith(".css"):
        return style_sheet(source, properties)
    return script(source) if name.endswith(".js") else icon(source, properties)


def style_sheet(source: bytes, properties: Mapping[str, str]) -> bytes:
    """Return the style sheet without comments and needless space, with the archive's own custom properties.

    ``accent`` sets ``--accent``, ``dark-accent`` the same for dark screens. Raises :class:`InvalidError` for a name or
    value that is more than a property, or that would load something: settings are data.
    """
    text = _COMMENT.sub("", source.decode())
    text = _SPACE.sub(" ", text)
    text = _AROUND.sub(r"\1", text).replace(";}", "}").replace(": ", ":").strip()
    light: list[str] = []
    dark: list[str] = []
    for name, value in properties.items():
        check_property(name, value)
        rules = dark if name.startswith("dark-") else light
        rules.append(f"--{name.removeprefix('dark-')}:{value.strip()}")
    if light:
        text += f":root{{{';'.join(light)}}}"
    if dark:
        text += f"@media (prefers-color-scheme:dark){{:root:root:root{{{';'.join(dark)}}}}}"
    return text.encode()


def script(source: bytes) -> bytes:
    """Return a script without comments and indentation."""
    text = _SCRIPT_COMMENT.sub("", source.decode())
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode()


def icon(source: bytes, properties: Mapping[str, str]) -> bytes:
    """Return the icon in the archive's accent; :func:`style_sheet` has validated ``properties``."""
    return source.replace(b"#9c2b1b", escape(properties.get("accent", "#9c2b1b").strip()).encode()).strip()


def hashed(name: str, content: bytes) -> str:
    """Return the path of an asset: ``assets/site.1f2e3d4c.css`` for ``site.css``."""
    stem, _, extension = name.rpartition(".")
    return f"assets/{stem}.{blake2b(content, digest_size=4).hexdigest()}.{extension}"
