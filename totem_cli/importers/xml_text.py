"""Decode the bytes of untrusted XML, and mend its text where readers of feeds do: nothing of it is parsed here.

Many feeds and exports are not well-formed: ``&`` by itself, the entities of HTML, control characters that an editor
left, Windows-1252 under the name of UTF-8. Each is read as it was meant, with a note. Markup that is malformed stays.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, getincrementaldecoder, lookup
from collections.abc import Iterable, Iterator
from html import escape
from html.entities import html5
from itertools import chain

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.note_list import NoteList

_LONGEST = 40
"""Characters: no text that is mended, and no delimiter, is longer."""

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_MARKS = (
    (BOM_UTF8, "utf-8-sig"), (BOM_UTF32_LE, "utf-32"), (BOM_UTF32_BE, "utf-32"), (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})

_ODD = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x80-\\x9f\ud800-\udfff\ufffe\uffff"
_IN_TEXT = re.compile(
    rf"(?P<opens><!\[CDATA\[|<!--|<\?)|(?P<odd>[{_ODD}])"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:(?P<pair>#(?:[xX][dD][89abAB][0-9a-fA-F]{2}|5[56]\d{3});"
    r"&#(?:[xX][dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});)"
    r"|#(?P<number>[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|)"
)
_CLOSES = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_ODD_CHARACTER = re.compile(f"[{_ODD}]")
_MARK = re.compile(f"[&<{_ODD}]")
"""What each match of ``_IN_TEXT`` begins with: a set by itself is searched several times as fast."""

_WITHIN = {end: re.compile(rf"(?P<closes>{re.escape(end)})|(?P<odd>[{_ODD}])") for end in _CLOSES.values()}


def decoded(pieces: Iterable[bytes], start: Location, encoding: str | None, notes: NoteList) -> Iterator[str]:
    """The text of a document that begins at ``start``, in pieces.

    ``encoding`` goes before what the document declares. Raises InvalidError where the encoding is not known, or the
    bytes are not in it; bytes that are not UTF-8 are Windows-1252.
    """
    pieces = iter(pieces)
    first = next(pieces, b"")
    encoding = encoding or _encoding(first)
    try:
        "".encode(encoding)
        is_utf8 = lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except (LookupError, ValueError):
        hint = "correct the name in its first line; save the file as UTF-8 where it is in none"
        raise InvalidError(f"the encoding {encoding} is not known", hint=hint, location=start) from None
    decoder = getincrementaldecoder("utf-8-sig" if is_utf8 else encoding)("surrogateescape" if is_utf8 else "strict")
    mender = _Mender(start, notes)
    try:
        for piece in chain([first], pieces):
            yield mender.feed(decoder.decode(piece))
        yield mender.feed(decoder.decode(b"", final=True), final=True)
    except UnicodeError as error:
        raise InvalidError(f"the file is not in {encoding}, which it declares: {error}", location=start) from None


def _encoding(first: bytes) -> str:
    """The encoding by the mark or the first characters, else as declared, else UTF-8."""
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding
    declared = _DECLARED.match(first)
    encoding = declared[1].decode() if declared else "utf-8"
    return "utf-8" if encoding.lower() in _WIDE else encoding  # its declaration is in ASCII: it is not what it says


class _Mender:
    """Mends a text that comes in pieces."""

    def __init__(self, start: Location, notes: NoteList) -> None:
        self._name = start.file
        self._notes = notes
        self._held = ""
        self._until = ""  # the end of the section, comment or instruction that the text is in
        self._line, self._column = start.line or 1, 1

    def feed(self, text: str, final: bool = False) -> str:
        """The next piece of the mended text."""
        buffer = self._held + text
        limit = len(buffer) if final else max(0, len(buffer) - _LONGEST)
        done = told = 0
        ends: dict[str, int] = {}
        written: list[str] = []
        while done < limit:
            match = self._next(buffer, done, ends)
            if match is None or match.start() >= limit:
                break
            groups = match.groupdict()
            end = match.end()
            if groups.get("opens"):
                self._until, mended = _CLOSES[match[0]], match[0]
            elif groups.get("closes"):
                self._until, mended = "", match[0]
            else:
                self._go(buffer, told, match.start())
                told = match.start()
                mended = self._mended(match[0], groups)
            written += (buffer[done : match.start()], mended)
            done = end
        rest = max(done, limit)
        written.append(buffer[done:rest])
        self._go(buffer, told, rest)
        self._held = buffer[rest:]
        return "".join(written)

    def _next(self, buffer: str, start: int, ends: dict[str, int]) -> re.Match[str] | None:
        """What is to be mended, or opens or closes a section; ``ends`` keeps where sections of this piece end."""
        if not self._until:
            places = (mark.start() for mark in _MARK.finditer(buffer, start))
            return next((match for at in places if (match := _IN_TEXT.match(buffer, at))), None)
        if ends.get(self._until, -1) < start:
            end = buffer.find(self._until, start)
            ends[self._until] = end if end >= 0 else len(buffer)
        odd = _ODD_CHARACTER.search(buffer, start, ends[self._until])
        return _WITHIN[self._until].match(buffer, odd.start() if odd else ends[self._until])

    def _go(self, text: str, start: int, end: int) -> None:
        """Count the lines and columns of a part of the text."""
        lines = text.count("\n", start, end)
        self._line += lines
        self._column = end - text.rfind("\n", start, end) if lines else self._column + end - start

    def _mended(self, text: str, groups: dict[str, str | None]) -> str:
        if groups["odd"]:
            return self._character(text)
        if groups.get("pair"):
            high, low = (_code(one.strip("&#")) for one in text.split(";")[:2])
            if 0xD800 <= high < 0xDC00 <= low < 0xE000:
                self._note(text, "these are the halves of one character")
                return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
        if number := groups.get("number"):
            code = _code(number)
            is_text = code in (9, 10, 13) or 32 <= code < 0x80 or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
            if is_text or 0xFFFF < code <= 0x10FFFF:
                return text
            return self._character(chr(code) if code <= 0x10FFFF else "\uffff")
        if (name := groups.get("name")) and (meant := html5.get(f"{name};")):
            self._note(text, "XML does not define it: it is read as in HTML")
            return escape(meant)
        self._note("&", "it stands by itself: it is read as the character &")
        return f"&amp;{text[1:]}"

    def _character(self, character: str) -> str:
        """What stands for a character that XML does not allow, or that is a byte of Windows-1252."""
        code = ord(character)
        if 0x80 <= code < 0xA0 or 0xDC80 <= code < 0xDD00:
            meant = bytes([code & 0xFF]).decode("cp1252", "replace")
            self._note(meant, "it is not in the encoding of the file: it is read as Windows-1252")
            return meant
        name = f"U+{code:04X}"
        known = {0x0B: " (vertical tab, ^K)", 0x0C: " (form feed, ^L)", 0: " (NUL)"}.get(code, "")
        self._notes.left_out(f"{name}{known}", "XML does not allow this character", self._location)
        return " " if code in (0x0B, 0x0C) else "\ufffd" if 0xD800 <= code < 0xE000 else ""

    def _note(self, what: str, why: str) -> None:
        self._notes.assumed(what, why, self._location)

    @property
    def _location(self) -> Location:
        return Location(self._name, self._line, self._column)


def _code(number: str) -> int:
    """The number of a character reference: decimal, or hexadecimal after an ``x``."""
    return int(number[1:], 16) if number[0] in "xX" else int(number)
