"""Labels: the words around content, in its language. A language is one file in ``locales/``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

FALLBACK = "en"
_LOCALES = Path(__file__).parent / "locales"
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}


def base_language(tag: str) -> str:
    """The language of a tag without its region: ``fr`` for ``fr-CA``."""
    return tag.partition("-")[0].lower()


def is_french(tag: str) -> bool:
    """Whether a tag means French of any region."""
    return base_language(tag) == "fr"


def direction(tag: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if base_language(tag) in _RIGHT_TO_LEFT else "ltr"


def check_language(tag: str, field: str = "language") -> str:
    """The tag in its usual case (``fr-CA``, ``zh-Hant``); InvalidError where it is not well-formed (RFC 5646, 2.1)."""
    if not _TAG.fullmatch(tag.strip()):
        raise InvalidError(f"{field} {tag!r} is not a language tag", field=field, hint="write fr, en, fr-CA (BCP 47)")
    base, *rest = tag.strip().split("-")
    return "-".join([base.lower(), *(_cased(part) for part in rest)])


def _cased(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()


def has_labels(language: str) -> bool:
    """Whether there is a file of labels for the language."""
    base = base_language(language)
    return base.isalpha() and (_LOCALES / f"{base}.toml").is_file()


@cache
def labels_for(language: str) -> Mapping[str, str]:
    """Every label of a language; English where there is no file for it."""
    import tomllib

    base = base_language(language) if has_labels(language) else FALLBACK
    return tomllib.loads((_LOCALES / f"{base}.toml").read_text("utf-8"))


def label(key: str, language: str, /, **values: object) -> str:
    """The label ``key`` with its values put in; with ``count`` the plural form the language asks for (``key_one``)."""
    words = labels_for(language)
    count = values.get("count")
    if isinstance(count, int) and f"{key}_one" in words and count < 2 and (count == 1 or is_french(language)):
        key = f"{key}_one"
    text = words[key]
    return text.format(**values) if values else text
