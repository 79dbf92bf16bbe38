"""What pip is to install for the oldest or the newest versions that ``pyproject.toml`` allows, one requirement a line.

``python tools/versions.py oldest`` takes each lower bound as it is, of the dependencies and of every extra; ``newest``
leaves the choice to pip, within the bounds.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?P<extras>\[[^]]*\])?\s*>=\s*(?P<lowest>[^,;\s]+)")


def wanted() -> Iterator[str]:
    """Every requirement of totem and of its extras."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    yield from project["dependencies"]
    for extra, requirements in project["optional-dependencies"].items():
        if extra != "all":
            yield from requirements


def oldest(requirement: str) -> str:
    """The requirement with its lower bound as its only version; ValueError for one that has none."""
    found = REQUIREMENT.match(requirement)
    if not found:
        raise ValueError(f"{requirement} has no lower bound: write name>=version")
    return f"{found['name']}{found['extras'] or ''}=={found['lowest']}"


if __name__ == "__main__":
    which = sys.argv[1]
    sys.stdout.write("".join(f"{oldest(one) if which == 'oldest' else one}\n" for one in wanted()))
