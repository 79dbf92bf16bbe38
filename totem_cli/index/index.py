"""The index: the content of an archive's files, without parsing those that have not changed.

It is derived from the files and disposable: if it is deleted, damaged, locked or not writable, queries return the same
and only take longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import normalize

import msgspec
from msgspec.structs import replace

from totem_cli.errors import ChangedError, InvalidError, Location, NotFoundError, TotemError
from totem_cli.index import schema
from totem_cli.index.connection import IndexConnection
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import DIGEST, EpisodeRow
from totem_cli.model.person import Person
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.storage.layout import SETTINGS, Kind, Located, comment_folder, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

T = TypeVar("T")
V = TypeVar("V", bound=msgspec.Struct)

_BITS = 63

_WEIGHTS = "8.0, 4.0, 2.0, 1.0"
"""The weight of a hit in each of :func:`~totem_cli.index.parse.search_columns`."""

_VALUE = "SELECT f.path, v.data FROM file f JOIN value v ON v.id = f.id"
_VALUE_AND_BODY = "SELECT f.path, v.data, b.text FROM file f JOIN value v ON v.id = f.id JOIN body b ON b.id = f.id"


class Index(IndexConnection):
    """``with Index(root) as index:`` queries the files below ``root`` in the state of the last :meth:`refresh`."""

    def settings(self) -> Settings:
        """Return the settings in ``totem.toml``. Raises its error, or :class:`NotFoundError` where there is none."""
        found = self._values(Settings, "WHERE f.path = ?", [SETTINGS])
        if not found:
            raise self._problem_of("settings", None, None)
        return found[0][1]

    def series(self, slug: str | None = None) -> list[Series]:
        """Return every readable series, or that of one slug, sorted by slug."""
        where, values = _where(kind="series", slug=_nfc(slug))
        found = self._values(Series, f"{where} ORDER BY f.slug, f.path", values, body="introduction")
        return [series for _, series in found]

    def people(self) -> list[Person]:
        """Return every readable person, sorted by slug."""
        found = self._values(Person, "WHERE f.kind = 'person' ORDER BY f.slug, f.path", body="biography")
        return [person for _, person in found]

    def series_named(self, names: Iterable[str]) -> list[str]:
        """Return the series with episodes whose slugs are among ``names``, compared folded."""
        wanted = set(map(fold, names))
        found = self.rows("SELECT DISTINCT series FROM file WHERE kind = 'episode'")
        return [series for (series,) in found if fold(series) in wanted]

    def episodes(
        self,
        series: str | None = None,
        slug: str | None = None,
        *,
        within: Sequence[str] | None = None,
        bodies: bool = False,
    ) -> list[Episode]:
        """Return every readable episode as in its file (nothing inherited), by path; with its recap if ``bodies``.

        ``series``, ``slug`` and ``within`` (several series) restrict them. All are of one state of the index, even if
        another command changes it meanwhile.
        """
        where, values = _where(kind="episode", series=_nfc(series), slug=_nfc(slug))
        if within is not None:
            marks = ", ".join("?" * len(within))
            where, values = f"{where} AND f.series IN ({marks})", [*values, *within]
        found = self._values(Episode, f"{where} ORDER BY f.path", values, body="recap" if bodies else None)
        return [episode for _, episode in found]

    def outlines(self) -> list[EpisodeRow]:
        """Return the row of every readable episode, by path, nothing inherited."""
        query = "SELECT e.id, e.outline FROM episode e JOIN file f ON f.id = e.id ORDER BY f.path"
        read = schema.decoder(EpisodeRow)

        def all_of(db: Connection) -> list[EpisodeRow]:
            found = []
            for key, data in db.execute(query):
                row = read(data)
                row.key = key
                found.append(row)
            return found

        return self._ask(all_of)

    def of_rows(self, rows: Sequence[EpisodeRow]) -> list[tuple[Episode, str]]:
        """Return the episodes of some hundred rows at most, in their order, each with its recap.

        Raises :class:`ChangedError` where one has changed since the rows were read.
        """
        marks = ", ".join("?" * len(rows))
        tables = "episode e JOIN value v ON v.id = e.id JOIN body b ON b.id = e.id"
        query = f"SELECT e.id, e.full, v.data, b.text FROM {tables} WHERE e.id IN ({marks})"  # noqa: S608
        read = schema.decoder(Episode)

        def all_of(db: Connection) -> dict[tuple[int, bytes], tuple[Episode, str]]:
            found = db.execute(query, [row.key for row in rows])
            return {(key, full): (read(data), text) for key, full, data, text in found}

        found = self._ask(all_of)
        try:
            return [found[row.key, row.full[:DIGEST]] for row in rows]
        except KeyError:
            raise ChangedError("an episode was changed while it was read", hint="run the command again") from None

    def episodes_of_keys(self, keys: Sequence[tuple[str, str]]) -> list[Episode]:
        """Return the readable episodes of these series and slugs, a few hundred at most, by path, without recaps."""
        marks = ", ".join(["(?, ?)"] * len(keys))
        where = (
            f"WHERE f.id IN (SELECT g.id FROM (VALUES {marks}) k CROSS JOIN file g "  # noqa: S608
            "ON g.slug = k.column2 AND g.series = k.column1 AND g.kind = 'episode') ORDER BY f.path"
        )
        values = [name for key in keys for name in key]
        return [episode for _, episode in self._values(Episode, where, values)] if keys else []

    def list_lines(self) -> list[tuple[str, bool, int, str]]:
        """Return for every readable episode its sort key (series, has no number, number) and its line in a list."""
        query = (
            "SELECT f.series, f.number ISNULL, ifnull(f.number, 0), e.line FROM episode e JOIN file f ON f.id = e.id"
        )
        return self._ask(lambda db: db.execute(query).fetchall())

    def find_episodes(
        self,
        *,
        series: str | None = None,
        number: int | None = None,
        slug: str | None = None,
        id_prefix: str | None = None,
    ) -> list[Episode]:
        """Return the readable episodes that match all arguments, with their recaps, by path.

        ``slug`` may be without its number.
        """
        where, values = _where(kind="episode", series=_nfc(series), number=number)
        if slug is not None:
            where, values = f"{where} AND ? IN (f.slug, f.name)", [*values, _nfc(slug)]
        if id_prefix is not None:
            # No character of a UUID sorts after "g".
            where, values = f"{where} AND f.uuid BETWEEN ? AND ? || 'g'", [*values, *[id_prefix.lower()] * 2]
        found = self._values(Episode, f"{where} ORDER BY f.path", values, body="recap")
        return [episode for _, episode in found]

    def comments(self, *, id_prefix: str | None = None, bodies: bool = True) -> dict[str, Comment]:
        """Return every readable comment by its path, or those with an id prefix; with their texts if ``bodies``."""
        where, values = "WHERE f.kind = 'comment'", list[object]()
        if id_prefix is not None:
            where, values = f"{where} AND f.uuid BETWEEN ? AND ? || 'g'", [*values, *[id_prefix.lower()] * 2]
        return dict(self._values(Comment, f"{where} ORDER BY f.path", values, body="text" if bodies else None))

    def comment_paths(self, folder: str) -> list[str]:
        """Return the paths of the files, readable or not, directly in one folder below ``comments/``."""
        rows = self.rows("SELECT path FROM file WHERE kind = 'comment' AND series = ?", _nfc(folder.partition("/")[0]))
        unread = (path for path in self.unread if (found := locate(path)) and found.kind == "comment")
        wanted = normalize("NFC", folder)
        return sorted(path for path in {*(row[0] for row in rows), *unread} if comment_folder(path) == wanted)

    def recap(self, series: str, slug: str) -> str:
        """Return the recap of one episode. Raises the error of its file, or :class:`NotFoundError`."""
        found = self.episodes(series, slug, bodies=True)
        if not found:
            raise self._problem_of("episode", series, slug)
        return found[0].recap

    def path_of(self, kind: Kind, slug: str | None = None, *, series: str | None = None) -> str | None:
        """Return the path of a file as it is on disk, readable or not; None where there is none."""
        wanted = Located(kind, _nfc(series), _nfc(slug))
        found = self.rows(
            "SELECT path FROM file WHERE slug IS ? AND series IS ? AND kind = ? ORDER BY path LIMIT 1",
            wanted.slug,
            wanted.series,
            kind,
        )
        paths = [row[0] for row in found] or sorted(path for path in self._files.unread if locate(path) == wanted)
        return paths[0] if paths else None

    def paths(self, folder: str) -> list[str]:
        """Return the path of every file of the archive below a folder, readable or not, sorted."""
        within = normalize("NFC", folder) + "/"
        rows = self.rows("SELECT path FROM file")
        return sorted(
            path for path in {*(row[0] for row in rows), *self.unread} if normalize("NFC", path).startswith(within)
        )

    def digest(self, path: str) -> bytes:
        """Return the digest of a file's bytes (BLAKE2b, 128 bits); empty where there is no such file."""
        return b"".join(row[0] for row in self.rows("SELECT digest FROM file WHERE path = ?", path))

    def numbers(self, series: str) -> list[int]:
        """Return the numbers in use in a series, sorted; that of an unreadable file is taken from its name."""
        rows = self.rows(
            "SELECT number FROM file WHERE kind = 'episode' AND series = ? AND number NOTNULL", _nfc(series)
        )
        unread = (number_in(slug) for slug in self._unread_slugs(series))
        return sorted([*(row[0] for row in rows), *(number for number in unread if number is not None)])

    def highest_number(self, series: str) -> int:
        """Return the highest of these numbers, without reading the others; 0 where there is none."""
        rows = self.rows("SELECT max(number) FROM file WHERE kind = 'episode' AND series = ?", _nfc(series))
        return max([rows[0][0] or 0, *(number_in(slug) or 0 for slug in self._unread_slugs(series))])

    def slugs(self, series: str) -> set[str]:
        """Return the slugs in use in a series, also of unreadable files."""
        rows = self.rows("SELECT slug FROM file WHERE kind = 'episode' AND series = ?", _nfc(series))
        return {row[0] for row in rows}.union(self._unread_slugs(series))

    def problems(self) -> list[tuple[str, TotemError]]:
        """Return every file that cannot be read with the reason, by path."""
        rows = self.rows("SELECT path, problem FROM file WHERE problem NOTNULL")
        # Two paths that differ only in the form of their accents: at least one is not ASCII.
        accented = self.rows("SELECT 1 FROM file WHERE length(path) != length(CAST(path AS BLOB)) LIMIT 1")
        twins = accented and self.rows(
            "SELECT max(path), min(path) FROM file WHERE kind != 'comment' "
            "GROUP BY slug, series, kind HAVING count(*) > 1"
        )
        found = [(path, schema.problem_of(problem)) for path, problem in rows]
        return sorted([*found, *self.unread.items(), *map(_twin, twins)], key=lambda item: item[0])

    def search(self, words: Sequence[str], *, limit: int | None) -> list[tuple[str, str]]:
        """Return series and slug of the episodes that contain every word, each as the start of a word.

        They are sorted by Okapi BM25, then by path. ``words`` are folded, as :func:`search_words` returns them.
        """
        expression = _match_expression(words)
        query = (
            "SELECT file.series, file.slug FROM words JOIN file ON file.id = words.rowid WHERE words MATCH ? "  # noqa: S608
            f"ORDER BY bm25(words, {_WEIGHTS}), file.path LIMIT ?"
        )
        return self.rows(query, expression, -1 if limit is None else limit) if expression else []

    def count_matches(self, words: Sequence[str]) -> int:
        """Return how many episodes :meth:`search` finds without a limit."""
        expression = _match_expression(words)
        return self.rows("SELECT count(*) FROM words WHERE words MATCH ?", expression)[0][0] if expression else 0

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return the rows of a query on the tables of :mod:`~totem_cli.index.schema`."""
        bound = _bindable(values)
        return self._ask(lambda db: db.execute(query, bound).fetchall())

    def _values(
        self, cls: type[V], where: str, values: Sequence[object] = (), *, body: str | None = None
    ) -> list[tuple[str, V]]:
        """Return paths and values, with the text in the field named ``body``."""
        query, bound = f"{_VALUE_AND_BODY if body else _VALUE} {where}", _bindable(values)
        read = schema.decoder(cls)
        if body is None:
            return self._ask(lambda db: [(path, read(data)) for path, data in db.execute(query, bound)])

        return self._ask(
            lambda db: [(path, replace(read(data), **{body: text})) for path, data, text in db.execute(query, bound)]
        )

    def _unread_slugs(self, series: str) -> list[str]:
        located = (locate(path) for path in self.unread)
        return [one.slug or "" for one in located if one and one[:2] == ("episode", _nfc(series))]

    def _problem_of(self, kind: Kind, series: str | None, slug: str | None) -> TotemError:
        path = self.path_of(kind, slug, series=series)
        missing = NotFoundError(f"there is no {path or f'{series}/{slug}' if slug else SETTINGS}")
        return next((problem for where, problem in self.problems() if where == path), missing)


def _match_expression(words: Sequence[str]) -> str:
    # A string in double quotes, with its own doubled, is never syntax (FTS5, section 3.1). NUL would end the query.
    terms = [word.encode(errors="replace").decode().replace('"', '""').replace("\0", " ") for word in words]
    return " AND ".join(f'"{term}" *' for term in terms if any(map(_is_token, term)))


def _is_token(character: str) -> bool:
    """Return whether the character is part of a word for FTS5's tokenizer ``ascii``."""
    return character.isalnum() or not character.isascii()


def _where(**columns: object) -> tuple[str, list[object]]:
    given = {name: value for name, value in columns.items() if value is not None}
    return "WHERE " + " AND ".join([f"f.{name} = ?" for name in given]), [*given.values()]


def _bindable(values: Sequence[object]) -> list[object]:
    """Return values that SQLite accepts: integers past 64 bits become NULL (never equal), surrogates escapes."""
    return [
        value.encode(errors="backslashreplace").decode()
        if isinstance(value, str)
        else None
        if isinstance(value, int) and value.bit_length() > _BITS
        else value
        for value in values
    ]


def _nfc(name: str | None) -> str | None:
    return name and normalize("NFC", name)


def _twin(paths: tuple[str, str]) -> tuple[str, TotemError]:
    error = InvalidError(
        f"has the same name as another file, but for the form of its accents: {paths[1]!a}",
        hint="rename or remove one of them",
        location=Location(paths[0]),
    )
    return paths[0], error
