"""What is known of an export before its format is loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from totem_cli.model.query import Query


def folder_of(name: str) -> str:
    """The folder that a folder format goes to where no other is named."""
    return "site" if name == "html" else name


def asked(exporter: str, query: Query, parameters: Mapping[str, str], *, single: bool) -> str:
    """All that an export depends on beside the archive; ``exporter`` is its function, with the module."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return repr((exporter, query, single, sorted(parameters.items()), epoch))
