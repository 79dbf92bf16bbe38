"""Which foreign column or key goes into which field: what ``--map COLUMN=FIELD`` says."""

from __future__ import annotations

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.language.fold import fold

PARAMETER = "map"
"""The parameter: one ``COLUMN=FIELD`` a line.

A field ``-`` leaves the column out; ``extra.key`` keeps it by that key.
"""


def told_mapping(options: Options) -> dict[str, str]:
    """The fields by their folded columns. Raises InvalidError where a line is no ``COLUMN=FIELD``."""
    found: dict[str, str] = {}
    for line in options.parameters.get(PARAMETER, "").split("\n"):
        if not line.strip():
            continue
        column, sign, field = line.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise InvalidError(f"{line!r} is no mapping", hint="write --map COLUMN=FIELD", field=PARAMETER)
        found[fold(column)] = field.strip()
    return found
