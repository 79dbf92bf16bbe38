"""Full-text search of episodes: the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

_WEIGHTS = "8.0, 4.0, 2.0, 1.0"
"""The weight of a hit in each of :func:`~totem_cli.index.rows.search_columns`."""


def find(db: Connection, words: Sequence[str], limit: int | None) -> list[tuple[str, str]]:
    """Return series and slug of the episodes that contain every word, each as the start of a word.

    They are sorted by Okapi BM25, then by path. ``words`` are folded, as :func:`search_words` returns them.
    """
    expression = _expression(words)
    if not expression:
        return []
    return db.execute(
        "SELECT file.series, file.slug FROM words JOIN file ON file.id = words.rowid WHERE words MATCH ? "  # noqa: S608
        f"ORDER BY bm25(words, {_WEIGHTS}), file.path LIMIT ?",
        (expression, -1 if limit is None else limit),
    ).fetchall()


def count(db: Connection, words: Sequence[str]) -> int:
    """Return how many episodes :func:`find` returns without a limit."""
    expression = _expression(words)
    query = "SELECT count(*) FROM words WHERE words MATCH ?"
    return db.execute(query, (expression,)).fetchone()[0] if expression else 0


def _expression(words: Sequence[str]) -> str:
    # A string in double quotes, with its own doubled, is never syntax (FTS5, section 3.1). NUL would end the query.
    terms = [word.encode(errors="replace").decode().replace('"', '""').replace("\0", " ") for word in words]
    return " AND ".join(f'"{term}" *' for term in terms if any(map(_is_token, term)))


def _is_token(character: str) -> bool:
    """Return whether the character is part of a word for FTS5's tokenizer ``ascii``."""
    return character.isalnum() or not character.isascii()
