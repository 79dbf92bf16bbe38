"""The index: what the files of an archive say, without parsing those that did not change.

It is derived from the files and disposable: deleted, damaged, locked or not writable, it changes no answer, only the
time that an answer takes.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import normalize

import msgspec
from msgspec.structs import replace

from totem_cli.errors import ChangedError, InvalidError, Location, NotFoundError, TotemError
from totem_cli.index import schema, search
from totem_cli.index.connection import IndexConnection
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.storage.layout import SETTINGS, Kind, Located, comment_folder, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from sqlite3 import Connection

T = TypeVar("T")
V = TypeVar("V", bound=msgspec.Struct)

_BITS = 63

_VALUE = "SELECT f.path, v.data FROM file f JOIN value v ON v.id = f.id"
_WHOLE = "SELECT f.path, v.data, b.text FROM file f JOIN value v ON v.id = f.id JOIN body b ON b.id = f.id"


class Index(IndexConnection):
    """``with Index(root) as index:`` answers from the files under ``root`` as :meth:`refresh` last found them."""

    def settings(self) -> Settings:
        """What ``totem.toml`` says. Raises its problem, or :class:`NotFoundError` when there is none."""
        found = self._values(Settings, "WHERE f.path = ?", [SETTINGS])
        if not found:
            raise self._problem_of("settings", None, None)
        return found[0][1]

    def series(self, slug: str | None = None) -> list[Series]:
        """Every readable series, or the one of this slug, by slug."""
        where, values = _where(kind="series", slug=_nfc(slug))
        found = self._values(Series, f"{where} ORDER BY f.slug, f.path", values, body="introduction")
        return [series for _, series in found]

    def people(self) -> list[Person]:
        """Every readable person, by slug."""
        found = self._values(Person, "WHERE f.kind = 'person' ORDER BY f.slug, f.path", body="biography")
        return [person for _, person in found]

    def folders(self, names: Iterable[str]) -> list[str]:
        """The series that have episodes and whose folders go by one of the names, compared folded."""
        wanted = set(map(fold, names))
        return [name for name in self.shelves() if fold(name) in wanted]

    def shelves(self) -> list[str]:
        """The series that have episodes."""
        return [row[0] for row in self.rows("SELECT DISTINCT series FROM file WHERE kind = 'episode'")]

    def episodes(
        self,
        series: str | None = None,
        slug: str | None = None,
        *,
        within: Sequence[str] | None = None,
        bodies: bool = False,
    ) -> list[Episode]:
        """Every readable episode as its file tells it (nothing inherited), by path; with its recap if ``bodies``.

        Those of one series, of one slug, ``within`` several series, where these are given. They are of one moment:
        another command that brings the index up to date meanwhile does not mix its state in.
        """
        where, values = _where(kind="episode", series=_nfc(series), slug=_nfc(slug))
        if within is not None:
            marks = ", ".join("?" * len(within))
            where, values = f"{where} AND f.series IN ({marks})", [*values, *within]
        found = self._values(Episode, f"{where} ORDER BY f.path", values, body="recap" if bodies else None)
        return [episode for _, episode in found]

    def count_episodes(self) -> int:
        """How many readable and unreadable episodes there are."""
        found: int = self.rows("SELECT count(*) FROM file WHERE kind = 'episode'")[0][0]
        return found

    def over_episodes(self, take: Callable[[Iterator[Episode]], T]) -> T:
        """What ``take`` makes of :meth:`episodes`, which are read one after the other, so that few are in memory.

        It is called again where the index turns out to be damaged on the way.
        """
        read = schema.decoder(Episode)
        query = f"{_VALUE} WHERE f.kind = 'episode' ORDER BY f.path"
        return self._ask(lambda db: take(read(data) for _, data in db.execute(query)))

    def chosen(self, keys: Sequence[tuple[str, str]]) -> list[Episode]:
        """The readable episodes of these series and slugs, few enough for one question, by path; without recaps."""
        marks = ", ".join(["(?, ?)"] * len(keys))
        where = (
            f"WHERE f.id IN (SELECT g.id FROM (VALUES {marks}) k CROSS JOIN file g "  # noqa: S608
            "ON g.slug = k.column2 AND g.series = k.column1 AND g.kind = 'episode') ORDER BY f.path"
        )
        values = [name for key in keys for name in key]
        return [episode for _, episode in self._values(Episode, where, values)] if keys else []

    def lines(self) -> list[tuple[str, bool, int, str]]:
        """What a list prints of every readable episode, after its place: series, whether it has no number, number."""
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
        """The readable episodes that answer to all that is given, with their recaps, by path.

        A slug may be given without its number.
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
        """Every readable comment by its path, or those whose id begins so; with their texts if ``bodies``."""
        where, values = "WHERE f.kind = 'comment'", list[object]()
        if id_prefix is not None:
            where, values = f"{where} AND f.uuid BETWEEN ? AND ? || 'g'", [*values, *[id_prefix.lower()] * 2]
        return dict(self._values(Comment, f"{where} ORDER BY f.path", values, body="text" if bodies else None))

    def comment_paths(self, folder: str) -> list[str]:
        """The files, readable or not, in one folder under ``comments/``, those deeper left out."""
        rows = self.rows("SELECT path FROM file WHERE kind = 'comment' AND series = ?", _nfc(folder.partition("/")[0]))
        unread = (path for path in self.unread if (found := locate(path)) and found.kind == "comment")
        wanted = normalize("NFC", folder)
        return sorted(path for path in {*(row[0] for row in rows), *unread} if comment_folder(path) == wanted)

    def recap(self, series: str, slug: str, *, digest: bytes | None = None) -> str:
        """The recap of one episode; of the file with that ``digest``, where one is given.

        Raises its problem, :class:`NotFoundError`, or :class:`ChangedError` where the file is another one by now.
        """
        query = (
            "SELECT f.digest, b.text FROM file f JOIN body b ON b.id = f.id "
            "WHERE f.slug = ? AND f.series = ? AND f.kind = 'episode' ORDER BY f.path LIMIT 1"
        )
        found: list[tuple[bytes, str]] = self.rows(query, _nfc(slug), _nfc(series))
        if digest is not None and (not found or found[0][0] != digest):
            raise ChangedError(f"{series}/{slug} was changed while it was read", hint="run the command again")
        if not found:
            raise self._problem_of("episode", series, slug)
        return found[0][1]

    def path_of(self, kind: Kind, slug: str | None = None, *, series: str | None = None) -> str | None:
        """The path of a file as it is on disk, readable or not; None where there is none."""
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
        """The path of every file that totem keeps anywhere under a folder, readable or not, twins too, sorted."""
        within = normalize("NFC", folder) + "/"
        rows = self.rows("SELECT path FROM file")
        return sorted(
            path for path in {*(row[0] for row in rows), *self.unread} if normalize("NFC", path).startswith(within)
        )

    def digest(self, path: str) -> bytes:
        """The digest of a file's bytes (BLAKE2b, 128 bits); nothing where there is no such file."""
        return b"".join(row[0] for row in self.rows("SELECT digest FROM file WHERE path = ?", path))

    def episode(self, series: str, slug: str, digest: bytes) -> Episode:
        """One episode as the file with that ``digest`` tells it, without its recap.

        Raises :class:`ChangedError` where the file is another one by now, or cannot be read.
        """
        query = (
            "SELECT f.digest, v.data FROM file f JOIN value v ON v.id = f.id "
            "WHERE f.slug = ? AND f.series = ? AND f.kind = 'episode' ORDER BY f.path LIMIT 1"
        )
        bound = _bindable((_nfc(slug), _nfc(series)))
        read: Callable[[bytes], Episode] = schema.decoder(Episode)
        found = self._ask(lambda db: [read(row[1]) for row in db.execute(query, bound) if row[0] == digest])
        if not found:
            raise ChangedError(f"{series}/{slug} was changed while it was read", hint="run the command again")
        return found[0]

    def sourced(self) -> dict[tuple[str, str], tuple[bytes, Episode]]:
        """Every readable episode by series and slug, with the digest of its file; without its recap."""
        query = "SELECT f.digest, v.data FROM file f JOIN value v ON v.id = f.id WHERE f.kind = 'episode'"
        read: Callable[[bytes], Episode] = schema.decoder(Episode)
        found = self._ask(lambda db: [(digest, read(data)) for digest, data in db.execute(query)])
        return {(episode.series, episode.slug): (digest, episode) for digest, episode in found}

    def over_files(self, take: Callable[[Iterator[tuple[str, bytes]]], T]) -> T:
        """What ``take`` makes of every file, by path: the path, the digest of its bytes.

        It is called again where the index turns out to be damaged on the way.
        """
        return self._ask(lambda db: take(iter(db.execute("SELECT path, digest FROM file ORDER BY path"))))

    def others(self) -> list[tuple[str, bytes]]:
        """The same of every file but those of episodes."""
        return self.rows("SELECT path, digest FROM file WHERE kind != 'episode' ORDER BY path")

    def over_digests(self, take: Callable[[Iterator[tuple[str, str, bytes]]], T]) -> T:
        """What ``take`` makes of every episode's file: series, slug, digest; of several of one name the last counts.

        It is called again where the index turns out to be damaged on the way.
        """
        query = "SELECT series, slug, digest FROM file WHERE kind = 'episode' ORDER BY path DESC"
        return self._ask(lambda db: take(iter(db.execute(query))))

    def digests(self) -> dict[tuple[str, str], bytes]:
        """The digest of every episode's file, by series and slug."""
        return self.over_digests(lambda rows: {(intern(series), slug): digest for series, slug, digest in rows})

    def numbers(self, series: str) -> list[int]:
        """The numbers taken in a series, sorted; a file that cannot be read counts by its name."""
        rows = self.rows(
            "SELECT number FROM file WHERE kind = 'episode' AND series = ? AND number NOTNULL", _nfc(series)
        )
        unread = (number_in(slug) for slug in self._unread_slugs(series))
        return sorted([*(row[0] for row in rows), *(number for number in unread if number is not None)])

    def slugs(self, series: str) -> set[str]:
        """The file names taken in a series, of what cannot be read too."""
        rows = self.rows("SELECT slug FROM file WHERE kind = 'episode' AND series = ?", _nfc(series))
        return {row[0] for row in rows}.union(self._unread_slugs(series))

    def problems(self) -> list[tuple[str, TotemError]]:
        """Every file that cannot be read with the reason why, by path."""
        rows = self.rows("SELECT path, problem FROM file WHERE problem NOTNULL")
        # Of two names that are one but for the form of their accents, one at least has some.
        accented = self.rows("SELECT 1 FROM file WHERE length(path) != length(CAST(path AS BLOB)) LIMIT 1")
        twins = accented and self.rows(
            "SELECT max(path), min(path) FROM file WHERE kind != 'comment' "
            "GROUP BY slug, series, kind HAVING count(*) > 1"
        )
        found = [(path, schema.problem_of(problem)) for path, problem in rows]
        return sorted([*found, *self.unread.items(), *map(_twin, twins)], key=lambda item: item[0])

    def search(self, words: Sequence[str], *, limit: int | None) -> list[tuple[str, str]]:
        """Series and slug of the readable episodes that hold every one of the folded ``words``, the best first.

        See :func:`totem_cli.index.search.find`.
        """
        return self._ask(lambda db: search.find(db, words, limit))

    def count_found(self, words: Sequence[str]) -> int:
        """How many :meth:`search` would find without a limit."""
        return self._ask(lambda db: search.count(db, words))

    def rows(self, query: str, *values: object) -> list[Any]:
        """The rows that a query on the tables of :mod:`~totem_cli.index.schema` gives."""
        bound = _bindable(values)
        return self._ask(lambda db: db.execute(query, bound).fetchall())

    def _values(
        self, cls: type[V], where: str, values: Sequence[object] = (), *, body: str | None = None
    ) -> list[tuple[str, V]]:
        """Paths and values; with the text in the field named ``body``."""
        query, bound = f"{_WHOLE if body else _VALUE} {where}", _bindable(values)
        read = schema.decoder(cls)
        if body is None:
            return self._ask(lambda db: [(path, read(data)) for path, data in db.execute(query, bound)])

        def whole(db: Connection) -> Iterator[tuple[str, V]]:
            for path, data, text in db.execute(query, bound):
                yield path, replace(read(data), **{body: text})

        return self._ask(lambda db: list(whole(db)))

    def _unread_slugs(self, series: str) -> list[str]:
        places = (locate(path) for path in self.unread)
        return [place.slug or "" for place in places if place and place[:2] == ("episode", _nfc(series))]

    def _problem_of(self, kind: Kind, series: str | None, slug: str | None) -> TotemError:
        path = self.path_of(kind, slug, series=series)
        found = [problem for place, problem in self.problems() if place == path]
        return found[0] if found else _missing(path or f"{series}/{slug}" if slug else SETTINGS)


def _where(**columns: object) -> tuple[str, list[object]]:
    given = {name: value for name, value in columns.items() if value is not None}
    return "WHERE " + " AND ".join([f"f.{name} = ?" for name in given]), [*given.values()]


def _bindable(values: Sequence[object]) -> list[object]:
    """What SQLite takes: no integer beyond 64 bits (nothing equals NULL), no text that is not Unicode."""
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


def _missing(path: str) -> NotFoundError:
    return NotFoundError(f"there is no {path}")


def _twin(paths: tuple[str, str]) -> tuple[str, TotemError]:
    error = InvalidError(
        f"has the same name as another file, but for the form of its accents: {paths[1]!a}",
        hint="rename or remove one of them",
        location=Location(paths[0]),
    )
    return paths[0], error
