"""Slugs: the names of files, which are also parts of addresses on the site."""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

from totem_cli.errors import InvalidError
from totem_cli.language.letters import base_letters

LIMIT = 80
BYTES = 120
"""The most bytes of a slug in UTF-8: with a number, a suffix and a temporary name it fits a file system's 255."""

RESERVED_SERIES = frozenset(
    {"people", "organisations", "tags", "questions", "search", "assets", "api", "media", "private", "latest", "all"}
)
"""Names that have another meaning on the site or on the command line."""

_ROOM = 12
"""Bytes that :func:`slugify` leaves free, for a number before the slug."""

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *map("com{}".format, range(1, 10)), *map("lpt{}".format, range(1, 10))]
)
_AND = {"fr": " et ", "en": " and ", "de": " und ", "es": " y ", "it": " e ", "pt": " e ", "nl": " en "}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
"""How German writes these letters where there are none; elsewhere they lose their marks."""

_NOT_WORD = re.compile(r"[\W_\u02b0-\u02ff]+")  # modifier letters are apostrophes in names
_ALLOWED = re.compile(r"[\w][\w.-]*")


def slugify(text: str, *, language: str = "fr", limit: int = LIMIT) -> str:
    """Return the slug of a title: lower case, no accents, ``-`` between words, ``&`` as the language's word for "and".

    In German, ``ä`` becomes ``ae``. Letters that are not Latin are kept. Long titles are cut between words. The result
    is empty or passes :func:`check_slug`.
    """
    base = language.partition("-")[0].lower()
    text = text.replace("&", _AND.get(base, " "))
    if base == "de" and not text.isascii():
        text = normalize("NFC", text).translate(_UMLAUTS)
    plain = text.lower() if text.isascii() else _without_marks(_without_marks(text))
    slug = _NOT_WORD.sub("-", plain).strip("-")
    slug = _cut(slug, limit)
    return f"{slug}-x" if slug in _DEVICES else slug


def _without_marks(text: str) -> str:
    return normalize("NFC", base_letters(text)).lower()


def _cut(slug: str, limit: int) -> str:
    if len(slug) <= limit and len(slug.encode()) <= BYTES - _ROOM:
        return slug
    kept = slug[:limit].encode()[: BYTES - _ROOM].decode(errors="ignore")
    words, cut, _ = kept.rpartition("-")
    return (words if cut and len(words) > limit // 3 else kept).strip("-")


def check_slug(slug: str, field: str = "slug") -> str:
    """Return the slug. Raises InvalidError where it cannot be a file name on every system and part of an address."""
    hint = "lower-case letters, digits and hyphens, such as interdependances-des-marches"
    if not slug:
        raise InvalidError(f"{field} is empty", field=field, hint=hint)
    if not is_normalized("NFC", slug) or slug != slug.lower() or not _ALLOWED.fullmatch(slug) or ".." in slug:
        proposal = slugify(slug)
        raise InvalidError(
            f"{slug!r} cannot be a {field}", field=field, hint=f"{hint}; {proposal}?" if proposal else hint
        )
    if slug.partition(".")[0] in _DEVICES or slug.endswith("."):
        raise InvalidError(f"{slug!r} cannot be a file's name on every system", field=field, hint=hint)
    if len(slug.encode()) > BYTES:
        raise InvalidError(f"{field} is longer than {BYTES} bytes", field=field, hint="choose a shorter one")
    return slug


def check_series_slug(slug: str) -> str:
    """Return the slug of a series. Raises InvalidError as :func:`check_slug`, or if it is reserved or only digits."""
    check_slug(slug)
    if slug in RESERVED_SERIES or slug.isdigit():
        reason = "the name is reserved" if slug in RESERVED_SERIES else "numbers name episodes"
        raise InvalidError(f"a series cannot be called {slug}: {reason}", field="slug", hint="choose another slug")
    return slug
