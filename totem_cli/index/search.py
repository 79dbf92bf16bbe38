"""The query that asks for the episodes that hold words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

_WEIGHTS = "8.0, 4.0, 2.0, 1.0"
"""How much a hit counts in each of :func:`~totem_cli.index.rows.search_columns`."""

_FEW = 1000


def find(db: Connection, words: Sequence[str], limit: int | None) -> list[tuple[str, str]]:
    """Series and slug of the episodes that hold every word, each as the beginning of one; the best first.

    Best by Okapi BM25, then by path. ``words`` are folded already, as :func:`search_words` gives them.
    """
    asked = _asked(words)
    if not asked:
        return []
    if limit and limit < _FEW:
        score = f"SELECT rowid, bm25(words, {_WEIGHTS}) AS score FROM words WHERE words MATCH ? ORDER BY score LIMIT ?"  # noqa: S608
        best = db.execute(score, (asked, limit + 1)).fetchall()
        if len(best) <= limit or best[-1][1] != best[-2][1]:  # no path decides who is among them
            return _named(db, best[:limit])
    return db.execute(
        "SELECT file.series, file.slug FROM words JOIN file ON file.id = words.rowid WHERE words MATCH ? "  # noqa: S608
        f"ORDER BY bm25(words, {_WEIGHTS}), file.path LIMIT ?",
        (asked, -1 if limit is None else limit),
    ).fetchall()


def _named(db: Connection, best: Sequence[tuple[int, float]]) -> list[tuple[str, str]]:
    """The series and slug of rows with their scores, in order; paths are looked at for these alone."""
    marks = ", ".join("?" * len(best))
    query = f"SELECT id, path, series, slug FROM file WHERE id IN ({marks})"  # noqa: S608
    scores = dict(best)
    found = [(scores[row], path, series, slug) for row, path, series, slug in db.execute(query, [*scores])]
    return [(series, slug) for *_, series, slug in sorted(found)]


def count(db: Connection, words: Sequence[str]) -> int:
    """How many episodes :func:`find` gives without a limit."""
    asked = _asked(words)
    return db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (asked,)).fetchone()[0] if asked else 0


def _asked(words: Sequence[str]) -> str:
    # FTS5 (section 3.1): a string in double quotes, its own doubled, is never syntax. NUL would end the whole query.
    terms = [_whole(word).replace('"', '""').replace("\0", " ") for word in words]
    return " AND ".join(f'"{term}" *' for term in terms if any(map(_is_token, term)))


def _whole(word: str) -> str:
    return word.encode(errors="replace").decode()


def _is_token(character: str) -> bool:
    """Whether FTS5's ``ascii`` tokenizer takes the character into a word."""
    return character.isalnum() or not character.isascii()
