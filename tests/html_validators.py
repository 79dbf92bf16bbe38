"""What validates the pages of a site: the Nu HTML Checker and html-validate, all pages in one call each."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_MODULES = Path(__file__).parent.parent / "tools" / "validators" / "node_modules"
_NU = _MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
_HTML_VALIDATE = _MODULES / ".bin" / "html-validate"


def _needed(program: str, file: Path) -> str:
    found = shutil.which(program)
    if not found or not file.exists():
        pytest.skip(f"no {file.name} or no {program} on this machine: make test installs them")
    return found


def nu(folder: Path, *, warnings: bool = True) -> list[str]:
    """Every error, and every warning but those that a page read from a disk cannot help.

    Without ``warnings`` errors only: the checker warns of texts too, of their language or of characters they hold.

    The checker holds that a policy of ``'self'`` blocks the files beside a page, since a disk has no origin, and that a
    policy of scripts blocks data in ``<script>``, which is never run (HTML, 4.12.1.1, steps 9 and 20).
    """
    java = _needed("java", _NU)
    command = [java, "-Xss2m", "-jar", str(_NU), "--skip-non-html", "--format", "json", "--stdout",
               "--exit-zero-always", str(folder)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=300, check=True)
    messages = json.loads(done.stdout)["messages"]
    blind = ("Resource violates Content Security Policy", "Inline script violates Content Security Policy")
    told = [message for message in messages if not message["message"].startswith(blind)]
    return [_said(message) for message in told if warnings or message["type"] == "error"]


def _said(message: dict[str, Any]) -> str:
    place = "/".join(message.get("url", "").rsplit("/", 3)[1:])
    return f"{place}:{message.get('lastLine')}: {message['message']} {message.get('extract', '')!r}"


def html_validate(folder: Path) -> list[str]:
    """Every fault by the recommended rules."""
    node = _needed("node", _HTML_VALIDATE)
    (folder / ".htmlvalidate.json").write_text('{"root": true, "extends": ["html-validate:recommended"]}')
    files = [str(file) for file in sorted(folder.rglob("*.html"))]
    report = folder / ".htmlvalidate-report.json"  # a file: it ends before all of a long report is through a pipe
    command = [node, str(_HTML_VALIDATE), "--formatter", f"json={report}", *files]
    subprocess.run(command, capture_output=True, timeout=300, cwd=folder)
    return [*_faults(json.loads(report.read_bytes()))]


def _faults(reports: list[dict[str, Any]]) -> Iterator[str]:
    for report in reports:
        for fault in report["messages"]:
            place = "/".join(report["filePath"].rsplit("/", 3)[1:])
            yield f"{place}:{fault['line']}: {fault['ruleId']}: {fault['message']}"
