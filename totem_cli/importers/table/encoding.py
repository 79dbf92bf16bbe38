"""The encoding of a text that does not state it: by byte order mark, by its bytes, else by the letters that it gives.

The encodings of one byte a character are those that spreadsheets save in Western Europe. In the wrong one of them, the
letters of French, English, German, Spanish and Italian become capitals inside words, or signs between letters; a few
accented letters are enough to tell them apart.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from totem_cli.errors import InvalidError, Location
from totem_cli.language.suggest import did_you_mean

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "iso8859-15": "ISO 8859-15", "cp850": "DOS (cp850)"}
"""The first is taken where two give equally good text."""

_RARE = {"iso8859-15": 0.1, "cp850": 0.6}
"""What each sign loses in an encoding that few programs still write."""

_SAMPLE = 1 << 16
_MOST_SIGNS = 20_000
_SIGN = re.compile(r"[^\x00-\x7f]")
_LOWER = frozenset("àâäáçéèêëîïíìôöóòùûüúÿñßæœ")
_UPPER = frozenset("ÀÂÄÁÇÉÈÊËÎÏÍÌÔÖÓÒÙÛÜÚÑÆŒ")
_ALONE = frozenset("àèéòóùúáÀÈÉÒÓÙ")
"""The letters that are words: ``à``, ``è``."""
_QUOTES = frozenset("«»“”„‘’–—…·•€°ºª¡¿§©®™×\u00a0\u202f½¼¾")
_ELISION = re.compile(
    r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|aujourd|un|dell|all|nell|sull|dall|quest)$", re.IGNORECASE
)
_VOWEL = re.compile("[aeiouyh]", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)


class Decoded(NamedTuple):
    """The text, and the name of its encoding where that was guessed."""

    text: str
    guessed: str = ""


def decoded(content: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of a file, in ``encoding`` where it is given.

    Raises InvalidError where there is no such encoding, the text is not in it, or none of those known gives words.
    """
    mark, marked = next((one for one in _MARKS if content.startswith(one[0])), (b"", ""))
    if marked and (encoding is None or _same(encoding, marked)):
        return Decoded(_strictly(content[len(mark) :], marked, name))
    if encoding is not None:
        return Decoded(_strictly(content, _known(encoding), name))
    if wide := _without_mark(content):
        return Decoded(_strictly(content, wide, name), wide.upper())
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        _check_nearly_utf8(content, error.start, name)
    found = {one: text for one in _WESTERN if (text := _or_none(content, one)) is not None}
    points = {one: _points(text, _RARE.get(one, 0)) for one, text in found.items()}
    best = max(points, key=points.__getitem__, default="")
    if not best or points[best] < 0:
        raise InvalidError(
            "the encoding of the table is not known",
            hint="save it as UTF-8, or say which it is: --encoding cp1252",
            location=Location(name, 1),
        )
    return Decoded(found[best], _WESTERN[best])


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
    except LookupError:
        hint = did_you_mean(encoding, ("utf-8", "utf-16", *_WESTERN)) or "there are: utf-8, utf-16, cp1252, mac_roman"
        raise InvalidError(f"there is no encoding {encoding!r}", hint=hint, field="encoding") from None
    if not found._is_text_encoding:  # noqa: SLF001 - base64 is none
        raise InvalidError(f"{encoding!r} is no encoding of text", hint="write utf-8 or cp1252", field="encoding")
    return found.name


def _same(encoding: str, marked: str) -> bool:
    """Whether a stated encoding is that of a byte order mark: ``utf-16`` is either order, ``utf-8-sig`` is UTF-8."""
    return marked.startswith(_known(encoding).removesuffix("-sig"))


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidError(
            f"the table is not {encoding}: {error.reason} (byte {error.start})",
            hint="save it as UTF-8, or say which it is: --encoding cp1252",
            location=Location(name, content[: error.start].count(b"\n") + 1),
        ) from None


def _or_none(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _without_mark(content: bytes) -> str:
    """UTF-16 by the zero bytes of its Latin letters; empty for other text."""
    sample = content[:_SAMPLE]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if not low and not high:
        return ""
    least = len(sample) // 8
    return "utf-16-be" if low > max(4 * high, least) else "utf-16-le" if high > max(4 * low, least) else ""


def _check_nearly_utf8(content: bytes, position: int, name: str) -> None:
    """Raise InvalidError where most letters outside ASCII are UTF-8, and only some bytes are not."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if len(_SIGN.findall(text)) >= max(3 * wrong, wrong + 2):
        raise InvalidError(
            f"the table is UTF-8, but not the byte 0x{content[position]:02X}",
            hint="save it again as UTF-8, or say which encoding it is: --encoding cp1252",
            location=Location(name, content[:position].count(b"\n") + 1),
        )


def _points(text: str, loss: float) -> float:
    """How well a text reads: more for letters where they may stand, less for signs and capitals inside words."""
    points = 0.0
    for count, match in enumerate(_SIGN.finditer(text)):
        if count == _MOST_SIGNS:
            break
        start = match.start()
        points += _of_sign(match[0], text[max(start - 8, 0) : start], text[start + 1 : start + 4]) - loss
    return points


def _of_sign(sign: str, before: str, after: str) -> float:
    last, following = before[-1:], after[:1]
    if "\x80" <= sign <= "\x9f" or sign == "\uf8ff":
        return -50.0
    if last > "\x7f" and following > "\x7f" and (last + sign + following).isalpha():
        return -6.0  # no word of these languages has three such letters in a row
    if sign.isalpha() and last.isdigit():
        return -2.0
    if sign in _LOWER:
        return _of_lower(sign, before, after)
    if sign == "Ï" and following == "u":
        return -1.0  # œ in the other encoding
    if sign in _UPPER:
        if last.islower() or (last.isupper() and following.islower()):
            return -4.0
        return 3.0 if last.isalpha() or following.isalpha() else 1.0 if sign in _ALONE else -1.0
    return -1.0 if sign.isalpha() else _of_mark(sign, before, after)


def _of_lower(sign: str, before: str, after: str) -> float:
    last, following = before[-1:], after[:1]
    if sign == "œ":
        return 3.0 if following and following in "uidsc" else -1.0
    if not last.isalpha() and not following.isalpha():
        return 1.0 if sign in _ALONE else -2.0
    if following.isupper() or (last.isupper() and before[-2:-1].isupper()):
        return -2.0
    if (sign == "ú" and following == "u") or (sign == "í" and _ELISION.search(before) and _VOWEL.match(following)):
        return -1.0  # œ, and the apostrophe, in the other encoding
    return 3.5 if sign == "é" or (sign == "ç" and following in ("a", "o", "u")) else 3.0


def _of_mark(sign: str, before: str, after: str) -> float:
    """The points of what is no letter; between two letters only the apostrophe stands."""
    last, following = before[-1:], after[:1]
    is_inside = last.isalpha() and following.isalpha()
    if sign == "’" and is_inside:
        return 3.0 if _ELISION.search(before) or _CONTRACTION.match(after) else -1.0
    if (sign == "€" and before.rstrip()[-1:].isdigit()) or (sign == "°" and last in ("n", "N")):
        return 3.5
    if sign in _QUOTES:
        return -3.0 if is_inside else 1.0
    return -4.0 if is_inside else -2.0
