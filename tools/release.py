"""Make a release: check, build, tag, and the notes from the changelog.

``python tools/release.py [--dry] VERSION`` goes on only where

- the work tree is clean and on its main branch, and no tag has that version;
- ``totem_cli/version.py`` and ``pyproject.toml`` have it, and ``CHANGELOG.md`` a section ``## [VERSION] - DATE``;
- the checks pass: style, types, what the documentation makes, the tests, the wheel where nothing else is.

Then the sdist and the wheel are built twice, and must be the same, byte for byte (``SOURCE_DATE_EPOCH`` is the time of
the last commit); ``dist/notes.md`` is the changelog's section; the commit gets the tag ``vVERSION``. With ``--dry``
everything but the tag and the long checks is done. Nothing is sent anywhere: the last lines say how.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHECKS = (
    ("make", "check"),
    (sys.executable, "tools/reference.py", "--check"),
    (sys.executable, "tools/manual.py", "--check"),
)
LONG = (("make", "test"), ("make", "wheel-check"))


class RefusedError(Exception):
    """Why there is no release."""


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Make a release; the exit code."""
    dry = "--dry" in arguments
    version = next((one for one in arguments if one and not one.startswith("--")), None)
    try:
        release(version or project_version(root), root, dry=dry)
    except RefusedError as refused:
        sys.stderr.write(f"no release: {refused}\n")
        return 1
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"no release: {' '.join(map(str, failed.cmd))} failed\n")
        return 1
    return 0


def release(version: str, root: Path, *, dry: bool) -> None:
    """Make the release of a version."""
    check_state(version, root)
    notes = section(version, (root / "CHANGELOG.md").read_text("utf-8"))
    for line in CHECKS + (() if dry else LONG):
        subprocess.run(line, cwd=root, check=True)
    dist = root / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    built = build(root, dist)
    with tempfile.TemporaryDirectory() as again:
        if build(root, Path(again)) != built:
            raise RefusedError("two builds of one commit differ")
    (dist / "notes.md").write_text(notes, "utf-8")
    (dist / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(built.items())), "utf-8")
    if dry:
        sys.stdout.write(f"dist/ has {', '.join(sorted(built))}; no tag was made\n")
        return
    git(root, "tag", "--annotate", f"v{version}", "--file", str(dist / "notes.md"), "--cleanup=verbatim")
    sys.stdout.write(
        f"tagged v{version}. To publish:\n"
        f"  git push origin v{version}\n"
        "  python -m twine upload dist/*.whl dist/*.tar.gz\n"
    )


def check_state(version: str, root: Path) -> None:
    """Raise RefusedError where the work tree, the version or the tags are not those of a release."""
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        raise RefusedError(f"{version!r} is no version: MAJOR.MINOR.PATCH")
    if git(root, "status", "--porcelain"):
        raise RefusedError("the work tree is not clean: commit or stash what git status lists")
    if project_version(root) != version:
        raise RefusedError(f"pyproject.toml says {project_version(root)}, not {version}")
    if f'"{version}"' not in (root / "totem_cli" / "version.py").read_text("utf-8"):
        raise RefusedError(f"totem_cli/version.py does not say {version}")
    if git(root, "tag", "--list", f"v{version}"):
        raise RefusedError(f"the tag v{version} exists")


def project_version(root: Path) -> str:
    """The version in ``pyproject.toml``."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def section(version: str, changelog: str) -> str:
    """What the changelog says of a version; RefusedError where it has no section, or an empty one, or no date."""
    heading = rf"(?ms)^## \[{re.escape(version)}\](?P<date>[^\n]*)\n(?P<text>.*?)(?=^## |\Z)"
    found = re.search(heading, changelog)
    if not found or not found["text"].strip():
        raise RefusedError(f"CHANGELOG.md has nothing under ## [{version}] - DATE")
    if not re.fullmatch(r" - \d{4}-\d{2}-\d{2}", found["date"].rstrip()):
        raise RefusedError(f"the heading of {version} in CHANGELOG.md has no date: ## [{version}] - YYYY-MM-DD")
    return found["text"].strip() + "\n"


def build(root: Path, target: Path) -> dict[str, str]:
    """Build the sdist and the wheel; the digest of each, by its name."""
    when = git(root, "log", "-1", "--format=%ct") or "0"
    environment = os.environ | {"SOURCE_DATE_EPOCH": when}
    line = (sys.executable, "-m", "hatchling", "build", "--directory", str(target))
    subprocess.run(line, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in target.iterdir()
        if path.suffix in (".whl", ".gz")
    }


def git(root: Path, *words: str) -> str:
    """What git prints."""
    return subprocess.run(("git", *words), cwd=root, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
