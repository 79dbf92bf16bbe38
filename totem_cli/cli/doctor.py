"""totem doctor: what is installed, the terminal, the archive; what a report of a problem needs."""

from __future__ import annotations

import os
import sys
from typing import Any

from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session
from totem_cli.errors import NotFoundError, TotemError

commands = Commands()

LOCALE = ("LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG")


@commands("doctor", example="totem doctor --json")
def doctor(session: Session) -> None:
    """Tell what is installed, how the terminal and the archive are: what a report of a problem needs.

    It names no person, title or text of the archive; its folder's path it does.
    """
    import platform
    import sqlite3

    from totem_cli.exporters import exporter_names
    from totem_cli.importers import importer_names
    from totem_cli.version import __version__

    core, extras = _requirements()
    facts: dict[str, Any] = {
        "totem": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "libraries": core,
        "extras": extras,
        "exporters": ", ".join(exporter_names()),
        "importers": ", ".join(importer_names()),
        "terminal": _terminal(),
        "encoding": f"{sys.stdout.encoding}, file names {sys.getfilesystemencoding()}",
        "locale": ", ".join(f"{name}={os.environ[name]}" for name in LOCALE if os.environ.get(name)) or "none is set",
    }
    try:
        facts |= session.archive.health()
    except NotFoundError as error:
        facts["archive"] = error.message
    except TotemError as error:
        facts["archive"] = str(error)
    if session.as_json:
        session.json(facts)
        return
    session.rows("doctor", [{"what": key, "is": value} for key, value in _lines(facts)], ("what", "is"))
    session.say("With a report send this, the command line, and what it prints when TOTEM_DEBUG=1 is set.")


def _requirements() -> tuple[dict[str, str | None], dict[str, dict[str, str | None]]]:
    """The versions of the libraries that totem needs, and of those of each extra; None for one that is not there."""
    import re
    from importlib.metadata import PackageNotFoundError, metadata, requires, version

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    core: dict[str, str | None] = {}
    extras: dict[str, dict[str, str | None]] = {
        name: {} for name in metadata("totem-cli").get_all("Provides-Extra") or () if name != "all"
    }
    for requirement in requires("totem-cli") or ():
        name = re.match(r"[\w.-]+", requirement)
        extra = re.search(r"extra == ['\"](\w+)['\"]", requirement)
        if name and not extra:
            core[name[0]] = installed(name[0])
        elif name and extra and extra[1] in extras:
            extras[extra[1]][name[0]] = installed(name[0])
    return core, extras


def _terminal() -> str:
    """The width, the colours and the kind of the terminal, as totem sees them."""
    from totem_cli.terminal.console import console

    on = console(sys.stdout)
    kind = os.environ.get("TERM", "no TERM")
    if not on.is_terminal:
        return f"none: standard output is a file or a pipe ({kind})"
    return f"{on.width} by {on.height}, colours: {on.color_system or 'none'} ({kind})"


def _lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The facts, one a line."""
    lines = []
    for key, value in facts.items():
        if key == "extras":
            lines += [(f"extra {extra}", _versions(found) or "needs nothing more") for extra, found in value.items()]
        else:
            lines.append((key, _versions(value) if isinstance(value, dict) else value))
    return lines


def _versions(found: dict[str, str | None]) -> str:
    return ", ".join(f"{name} {version or '(not installed)'}" for name, version in found.items())
