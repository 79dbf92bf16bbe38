"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from totem_cli.errors import Location


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``location`` names the file as the user would, and a line where one is at fault."""

    level: Literal["error", "warning"]
    code: str
    message: str
    location: Location
    hint: str | None = None
