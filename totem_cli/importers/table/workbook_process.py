"""The process that reads a workbook from standard input, and prints its sheets as JSON: see ``workbook.py``.

Its arguments are the bytes of memory that it may take and the characters that it may print.
"""

from __future__ import annotations

import json
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from totem_cli.importers.table.workbook_beside import Beside, beside_cells


def main() -> int:
    """Print ``{"sheets": [{"name", "rows", "spans", …}], "hidden": []}``, or ``{"error": text}``; the exit code."""
    most_bytes, most_text = map(int, sys.argv[1:3])
    _bound(most_bytes)
    from python_calamine import CalamineError, PasswordError, load_workbook

    content = sys.stdin.buffer.read()
    try:
        made = _made(load_workbook(BytesIO(content)), most_text)
        if made is not None:
            _add_beside(made["sheets"], content)
    except PasswordError:
        made = {"error": "it is encrypted"}
    except (CalamineError, OSError, ValueError, KeyError) as error:
        made = {"error": " ".join(str(error).split())[:200]}
    if made is None:
        return 3
    json.dump(made, sys.stdout)
    return 0


def _add_beside(sheets: Any, content: bytes) -> None:
    """Add to each sheet what stands beside its cells; ``.xls`` and ``.xlsb`` are read without it."""
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(BytesIO(content)) as package:
        found = beside_cells(package)
    for sheet in sheets:
        sheet.update(vars(found.get(sheet["name"], Beside())))


def _bound(most_bytes: int) -> None:
    """Limit the memory of this process, where the system can: macOS refuses less than any process maps there."""
    with suppress(ImportError, OSError, ValueError):
        from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_CORE, getrlimit, setrlimit

        setrlimit(RLIMIT_CORE, (0, getrlimit(RLIMIT_CORE)[1]))
        _, hard = getrlimit(RLIMIT_AS)
        setrlimit(RLIMIT_AS, (most_bytes if hard == RLIM_INFINITY else min(most_bytes, hard), hard))


def _made(workbook: Any, most_text: int) -> dict[str, Any] | None:
    """The sheets with cells; None where they hold more text than they may."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets, hidden, length = [], [], 0
    for index, told in enumerate(workbook.sheets_metadata):
        if told.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        if told.visible != SheetVisibleEnum.Visible:
            hidden.append(told.name)
        rows = []
        for line, values in enumerate(sheet.iter_rows(), 1):  # those above the first that is filled, too
            cells = [""] * (sheet.start or (0, 0))[1] + [_text(value) for value in values]
            while cells and not cells[-1].strip():
                cells.pop()
            length += sum(map(len, cells)) + len(cells)
            if length > most_text:
                return None
            if cells:
                rows.append((line, cells))
        spans = [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
        sheets.append({"name": told.name, "rows": rows, "spans": spans})
    return {"sheets": sheets, "hidden": hidden}


def _text(value: Any) -> str:
    """A typed cell as a person writes it: whole numbers without a point, days without an hour."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")  # 1:30 alone would be minutes and seconds where it is a duration
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
