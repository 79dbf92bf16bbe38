"""Workbooks (``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``) as sheets of text.

The library that reads them (python-calamine, the extra ``tables``) makes room for every cell between the first and the
last of a sheet, and unpacks what is packed. A small file can ask for more memory than there is; so it is read in a
process of its own, with bounded memory and time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.table.sheet import Beside, Row, Sheet, Span
from totem_cli.publishing.plugins import needed

MOST_BYTES = 1 << 31
"""The address space of the process that reads, the interpreter's included."""

MOST_SECONDS = 120
_MOST_UNPACKED = 1 << 30
_MOST_TEXT = 1 << 28
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, or packed as one is."""
    return content.startswith((_ZIP, _OLE))


def read_workbook(content: bytes, file: str) -> tuple[list[Sheet], list[str]]:
    """The sheets that hold something, in order, and the names of those that are hidden.

    Raises InvalidError where the file is no workbook, is encrypted, or would take too much memory or time; PluginError
    where the extra ``tables`` is not installed.
    """
    _check(content, file)
    needed("python_calamine", extra="tables", what="reading a workbook")
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as said:
        given.write(content)
        given.seek(0)
        limits = str(MOST_BYTES), str(_MOST_TEXT)
        command = [sys.executable, "-P", "-m", "totem_cli.importers.table.workbook_process", *limits]
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                command, stdin=given, stdout=out, stderr=said, timeout=MOST_SECONDS, check=False
            )
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = -1
        out.seek(0)
        if code == 1:  # the library failed in a way of its own
            raise _refused(file, "the workbook cannot be read", "open it in a spreadsheet, and save it again or as CSV")
        if code:
            raise InvalidError(
                "the workbook takes more memory or time than a table does",
                hint="save the sheet as CSV, and import that",
                location=Location(file),
            )
        made = json.load(out)
    if "error" in made:
        raise InvalidError(
            f"the workbook cannot be read: {made['error']}",
            hint="open it in a spreadsheet, and save it again or as CSV",
            location=Location(file),
        )
    return [_sheet(one, file) for one in made["sheets"] if one["rows"]], made["hidden"]


def _sheet(made: dict[str, Any], file: str) -> Sheet:
    rows = [Row(line, cells) for line, cells in made["rows"]]
    spans = [Span(*span) for span in made["spans"]]
    beside = [
        Beside(kind, *one)
        for kind in ("links", "comments", "formulas")
        for one in made.get(kind, ())  # .xls has none
        if one[2]
    ]
    return Sheet(file, rows, made["name"], spans, is_even=True, beside=beside)


def _check(content: bytes, file: str) -> None:
    """Raise InvalidError for what is no workbook, or one that nobody can open."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _refused(file, "the workbook is encrypted", "save it without a password, or as CSV")
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            encrypted = any(entry.flag_bits & 1 for entry in entries) or _is_encrypted_ods(package, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused(file, f"the workbook is damaged: {error}", "save it again, or as CSV") from None
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise _refused(file, "this is a document of Numbers", "export it as Excel or CSV: File, Export To")
    if encrypted:
        raise _refused(file, "the workbook is encrypted", "save it without a password, or as CSV")
    if not _is_workbook_package(names):
        raise _refused(file, "this is a packed file, and no workbook", "unpack it; or save the table as CSV")
    if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise _refused(file, "the workbook takes more memory or time than a table does", "save the sheet as CSV")


def _is_workbook_package(names: set[str]) -> bool:
    return any(name.startswith("xl/") for name in names) or {"content.xml", "mimetype"} <= names


def _is_encrypted_ods(package: zipfile.ZipFile, names: set[str]) -> bool:
    if "META-INF/manifest.xml" not in names:
        return False
    with package.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(1 << 20)


def _refused(file: str, what: str, hint: str) -> InvalidError:
    return InvalidError(what, hint=hint, location=Location(file))


def chosen(sheets: Sequence[Sheet], name: str, file: str) -> Sheet:
    """The sheet of that name, in any case. Raises InvalidError with the names that there are."""
    from totem_cli.language.fold import fold
    from totem_cli.language.suggest import did_you_mean

    for sheet in sheets:
        if fold(sheet.name) == fold(name):
            return sheet
    names = [sheet.name for sheet in sheets]
    listed = f"there are: {', '.join(names)}"
    raise InvalidError(
        f"there is no sheet {name!r}",
        hint=f"{did_you_mean(name, names)}; {listed}" if did_you_mean(name, names) else listed,
        location=Location(file),
        field="sheet",
    )
