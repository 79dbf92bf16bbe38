"""The words by which other people call the fields: importers and hints look them up here.

The words are in the field table (``Field.also``). A word is found whatever its case, accents, plural marks
(``invité·e·s``) and separators (``last_modified_at``, ``lastModifiedAt``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.language.fold import fold
from totem_cli.model.field import Row, front_rows, rows

if TYPE_CHECKING:
    from msgspec import Struct

_SEPARATORS = re.compile(r"[\s_\-.,:;·•/\\|()\[\]{}'\"*&]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


_GENDERED = re.compile(r"(?<=\w)[/*:_]-?(?:r|n|in|innen|a|as|e|rice|trice|euse)(?!\w)")
"""The other gender, after a sign: ``Vortragende/r``."""

_UMLAUT = re.compile(r"([aou])e")
"""Umlauts as keys have them: ``gaeste``."""

_INCLUSIVE = re.compile(r"(?<=\w)(?:[·•.]e[·•.]?|[·•](?:rice|trice|euse|ice|ere|ne)[·•]?|\(e\)|-e-)(s?)(?!\w)")


def word_key(word: str) -> str:
    """What makes two words the same: folded, with one space for whatever separates their parts.

    The marks of inclusive writing count for nothing: ``Invité·es`` and ``invité(e)s`` are ``invités``.
    """
    return _SEPARATORS.sub(" ", _INCLUSIVE.sub(r"\1", fold(word))).strip()


class Vocabulary:
    """The fields of some rows by their words. The name of a field goes before any other word.

    A word of several fields is of the body's, which is the longest text, else of the first.
    """

    def __init__(self, table: Iterable[Row]) -> None:
        listed = list(table)
        self.names = tuple(dict.fromkeys(row.name for row in listed))
        """The fields, in the order of their rows."""
        self._words = {word_key(name): name for name in self.names}
        for row in sorted(listed, key=lambda row: row.field.stored != "body"):
            for word in row.field.also.split(","):
                if word.strip():
                    self._words.setdefault(word_key(word), row.name)

    def find(self, word: str) -> str | None:
        """The field that a word means; None where it means none."""
        key = word_key(word)
        written = (key, word_key(_CAMEL.sub(" ", word)), word_key(_GENDERED.sub("", word)), _UMLAUT.sub(r"\1", key))
        return next((self._words[one] for one in written if one in self._words), None)

    def did_you_mean(self, word: str, among: Iterable[str] | None = None) -> str | None:
        """A hint that names the field that a word means, or those that are spelt nearly like it, ``among`` some."""
        from totem_cli.language.suggest import did_you_mean

        names = self.names if among is None else tuple(among)
        meant = self.find(word)
        return f"did you mean {meant}?" if meant in names and meant != word else did_you_mean(word, names)


@cache
def vocabulary(*structs: type[Struct]) -> Vocabulary:
    """The words of all rows of some structs, those of the first before those of the next."""
    return Vocabulary(row for struct in structs for row in rows(struct))


@cache
def front_vocabulary(struct: type[Struct], *lenders: type[Struct]) -> Vocabulary:
    """The words of the fields that the front matter of a struct holds; fields of ``lenders`` lend theirs by name."""
    names = {row.name for row in front_rows(struct)}
    return Vocabulary(row for one in (struct, *lenders) for row in rows(one) if row.name in names)
