"""What every import has in common: parameters are checked, ``--map`` holds, keys kept as ``extra`` are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from msgspec import UNSET, Struct, structs

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Importer, Options, find_importer
from totem_cli.importers.front_foreign import Front
from totem_cli.importers.identity import series_slug
from totem_cli.importers.notes import Kind, Note, merged
from totem_cli.importers.words import PARTS, read_mapping
from totem_cli.language.fold import fold
from totem_cli.language.suggest import close_matches, did_you_mean
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.field import table
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Link, Media, Part, Partner, Question
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import Vocabulary, front_vocabulary, vocabulary

T = TypeVar("T", bound=Callable[..., Any])
R = TypeVar("R", Episode, Series)

MAP, TYPE = "map", "type"
_WORDS: Mapping[type[Struct], Vocabulary] = {
    EpisodeFields: vocabulary(EpisodeFields, Appearance),
    SeriesFields: front_vocabulary(SeriesFields, EpisodeFields),
    PersonFields: vocabulary(PersonFields),
    **{part: vocabulary(part) for part in (Appearance, Partner, Question, Link, Media)},
}
_FIELDS = (*dict.fromkeys(name for words in _WORDS.values() for name in words.names), "kind", "episode", *PARTS)
_FIELDS_OF_EPISODES = (*vocabulary(EpisodeFields).names, *vocabulary(Appearance).names, *PARTS)


def takes(**described: str) -> Callable[[T], T]:
    """Mark an importer with the parameters that it takes, each with what its value may be.

    ``type`` is the option ``--type``. An importer of totem's own that is not marked takes none; one of another package
    that is not marked takes any.
    """

    def mark(importer: T) -> T:
        importer.__dict__["parameters"] = described
        return importer

    return mark


def read_source(format_: str, source: Path | bytes, options: Options) -> Imported:
    """What a source in a format holds, with ``--map`` applied to whatever has a name in it, and complete notes.

    Raises NotFoundError for an unknown format, InvalidError for a device, and for a parameter, a mapped name or a field
    that is none; and what the importer raises.
    """
    if isinstance(source, Path) and (source.is_char_device() or source.is_block_device()):  # it may have no end
        raise InvalidError(f"{source} is a device, not a file", hint="name a file or a folder, or - for standard input")
    importer = find_importer(format_)
    check_options(format_, importer, options)
    return placed(importer(source, options), options, options.name if isinstance(source, bytes) else str(source))


def check_options(name: str, importer: Importer, options: Options) -> None:
    """Raise InvalidError for a parameter that the importer ``name`` does not take, and for a field that is none."""
    is_ours = importer.__module__.partition(".")[0] == __name__.partition(".")[0]
    described: Mapping[str, str] | None = getattr(importer, "parameters", {} if is_ours else None)
    for key in options.parameters:
        if described is None:
            break
        if key == TYPE and TYPE not in described:
            raise InvalidError(f"{name} has no types: --type {options.parameters[key]}", hint="leave --type out")
        if key != MAP and key not in described:
            listed = "; ".join(f"{one}: {meaning}" for one, meaning in described.items() if one != TYPE)
            hint = did_you_mean(key, described) or listed or "it takes none"
            raise InvalidError(f"{name} has no parameter {key!r}", hint=hint, field=key)
    for column, field in read_mapping(options).stated.items():
        check_field(column, field)


def check_field(name: str, field: str) -> None:
    """Raise InvalidError where no field of that name is there for a ``name`` to be mapped to."""
    word, _, number = field.partition(" ")
    is_extra = field.startswith("extra.") and len(field) > len("extra.")
    if field == "-" or is_extra or (word in _FIELDS and (not number or number.isdecimal())):
        return
    meant = next((words.find(field) for words in _WORDS.values() if words.find(field)), None)
    hint = f"did you mean {meant}?" if meant else did_you_mean(field, _FIELDS)
    listed = f"there are: {', '.join(sorted(_FIELDS_OF_EPISODES))}, extra.NAME, and - to leave it out"
    raise InvalidError(f"there is no field {field!r} for {name!r}", hint=hint or listed, field=MAP)


def placed(imported: Imported, options: Options, name: str) -> Imported:
    """What an importer read of the source ``name``, with the rest of the mapping applied, and complete notes.

    A name that the importer did not look up is sought among the keys that it kept as ``extra``. Every key that stays
    there is told in a note, unless the source or the user has it there. Raises InvalidError for a mapped name that
    stands nowhere.
    """
    fields = read_mapping(options)
    mapped = _Mapped(imported.episodes, fields.unused()) if fields.unused() else None
    if mapped:
        imported = replace(imported, episodes=mapped, series=tuple(map(mapped.series, imported.series)))
    told = {note.what for note in imported.notes if note.kind == Kind.KEPT_ASIDE}
    survey = _Survey(imported.own_extra | told | {one.removeprefix("extra.") for one in fields.stated.values()})
    counts = {kind: survey.add(kind, records, imported) for kind, records in _records(imported).items()}
    if mapped:
        names = {*(column for column, _ in imported.mapping), *mapped.names}
        _check_used(name, list(mapped.unused()), names)
        imported = replace(imported, mapping=(*imported.mapping, *mapped.mapping()))
    asked = [
        Note(Kind.LEFT_OUT, column, "--map says so", asked=True)
        for column, field in fields.stated.items()
        if field == "-"
    ]
    notes = (*imported.notes, *(mapped.notes if mapped else ()), *asked, *survey.notes(name))
    return replace(imported, counts=counts, notes=tuple(merged(notes)))


def within(imported: Imported, series: str, *, is_new: bool) -> Imported:
    """A source whose episodes all go into one series that the user names, with what its own series say.

    Their hosts and partners become those of the episodes that have none; what else they say is told, unless the only
    one of them becomes that series, which ``is_new``.
    """
    if is_new and len(imported.series) == 1:
        return imported
    own = {one.slug: one for one in imported.series}
    notes = [
        Note(Kind.LEFT_OUT, "\n".join([one.title, said]), f"its episodes go into {series}, as --series says")
        for one in imported.series
        if (said := "\n".join(filter(None, [one.subtitle, one.introduction])))
    ]
    episodes = imported.episodes
    if any(one.hosts or one.partners for one in imported.series):
        episodes = _Hosted(imported.episodes, own)
    return replace(imported, episodes=episodes, notes=(*imported.notes, *notes))


class _Hosted(Iterable[Episode]):
    """Episodes with the hosts and partners of the series that their source has them in."""

    def __init__(self, episodes: Iterable[Episode], series: Mapping[str, Series]) -> None:
        self._episodes, self._series = episodes, series

    def __iter__(self) -> Iterator[Episode]:
        for one in self._episodes:
            home = self._series.get(one.series)
            taken = {key: getattr(home, key) for key in ("hosts", "partners") if key in one.absent} if home else {}
            yield structs.replace(one, **taken, absent=tuple(key for key in one.absent if key not in taken))


def _records(imported: Imported) -> dict[str, Iterable[Any]]:
    return {
        "series": imported.series,
        "episodes": imported.episodes,
        "persons": imported.persons,
        "comments": imported.comments,
        "media": imported.media,
    }


def _check_used(source: str, unused: Sequence[str], names: Iterable[str]) -> None:
    """Raise InvalidError for a mapped name that stands nowhere in the source."""
    for name in unused:
        there = sorted(names)
        close = [one for one in there if fold(one) in close_matches(fold(name), map(fold, there))]
        listed = f"there are: {', '.join(there)}" if there else "it has no names that --map can place"
        raise InvalidError(
            f"--map: nothing in {source} is called {name!r}",
            hint=f"did you mean {' or '.join(close)}?" if close else listed,
            field=MAP,
        )


class _Mapped(Iterable[Episode]):
    """Episodes, and series, with keys of their ``extra`` as the fields that the user maps them to."""

    def __init__(self, episodes: Iterable[Episode], fields: Mapping[str, str]) -> None:
        self._episodes = episodes
        self._fields = {fold(name): field for name, field in fields.items()}
        self._stated = fields
        self._found: dict[str, str] = {}
        self.names: set[str] = set()
        self._of_series: list[Note] = []
        self._of_episodes: list[Note] = []

    @property
    def notes(self) -> list[Note]:
        """What the user's fields take the place of."""
        return self._of_series + self._of_episodes

    def __iter__(self) -> Iterator[Episode]:
        self._of_episodes = []
        for episode in self._episodes:
            wanted = self._wanted(episode.extra, (*EpisodeFields.__struct_fields__, "recap", "series", "slug"))
            yield self._mapped(episode, wanted, self._of_episodes) if wanted else episode

    def series(self, one: Series) -> Series:
        """A series: of what a feed or a calendar says of itself, what is a field of one."""
        wanted = self._wanted(one.extra, (*SeriesFields.__struct_fields__, "introduction"))
        return self._mapped(one, wanted, self._of_series) if wanted else one

    def _wanted(self, extra: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
        self.names.update(extra)
        wanted = {key: self._fields[fold(key)] for key in extra if fold(key) in self._fields}
        wanted = {key: field for key, field in wanted.items() if field in (*names, "-") or field.startswith("extra.")}
        self._found |= wanted
        return wanted

    def unused(self) -> dict[str, str]:
        """The fields by the names that no episode has."""
        found = {fold(name) for name in self._found}
        return {name: field for name, field in self._stated.items() if fold(name) not in found}

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """The names that were found, with their fields."""
        return tuple(self._found.items())

    def _mapped(self, record: R, wanted: Mapping[str, str], notes: list[Note]) -> R:
        extra = {key: value for key, value in record.extra.items() if key not in wanted}
        changes: dict[str, Any] = {}
        for key, field in wanted.items():
            value = _of_one_cell(field, record.extra[key])
            if field.startswith("extra."):
                extra[field.removeprefix("extra.")] = value
            elif field in ("recap", "introduction", "series", "slug"):
                changes[field] = series_slug(str(value)) if field == "series" else str(value)
            elif field != "-":
                front = Front({"title": record.title, key: value}, {fold(key): field}, type(record))
                read = _read(record, front.fields)
                changes |= {name: getattr(read, name) for name in (field, "source") if getattr(read, name)}
        for field in changes:
            given: Any = changes[field]
            before: Any = getattr(record, field)
            if isinstance(before, tuple):
                changes[field] = (*before, *(one for one in given if one not in before))
            elif before not in (None, "", given) and field not in record.absent:
                notes.append(Note(Kind.LEFT_OUT, str(before), f"--map gives another {field}", asked=True))
        absent = tuple(name for name in record.absent if name not in changes)
        return _replaced(record, extra=extra, absent=absent, **changes)


def _read(record: Episode | Series, fields: dict[str, Any]) -> Episode | Series:
    if isinstance(record, Series):
        return model.series(fields, slug=record.slug)
    return model.episode(fields, series=record.series, slug=record.slug)


def _of_one_cell(field: str, value: Any) -> Any:
    """A list of texts as the one text of a field that is no list; any other value as it is."""
    row = table(EpisodeFields).get(field)
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "; ".join(value) if is_list and row is not None and not row.item else value


def _replaced(record: R, **changes: Any) -> R:
    from msgspec.structs import replace as replaced

    return replaced(record, **changes)


class _Kept(NamedTuple):
    """A key under ``extra``: of which struct, where it first stands, how often."""

    owner: type[Struct]
    location: Location | None


class _Survey:
    """The keys under ``extra`` of all records; those of ``asked`` are not told."""

    def __init__(self, asked: Iterable[str]) -> None:
        self._asked = frozenset(asked)
        self._kept: dict[str, _Kept] = {}
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, records: Iterable[Any], imported: Imported) -> int:
        """Note the keys of all records of a kind; how many records there are."""
        locations: Sequence[Location] = imported.locations.get(kind, ())
        count = 0
        for count, record in enumerate(records, 1):
            for key, owner in extra_keys(record):
                if key not in self._asked:
                    self._counts[key] += 1
                    location = locations[count - 1] if count <= len(locations) else None
                    self._kept.setdefault(key, _Kept(owner, location))
        return count

    def notes(self, source: str) -> Iterator[Note]:
        """A note for each key."""
        for key, kept in self._kept.items():
            name = key.rpartition(".")[2]
            words = _WORDS.get(kept.owner)
            meant = words.did_you_mean(name) if words else None
            place = f"--map {name}=FIELD places it" if kept.owner in (EpisodeFields, SeriesFields) else ""
            yield Note(
                Kind.KEPT_ASIDE,
                key,
                "no field has this name; it is kept as extra",
                kept.location or Location(source),
                meant or place,
                self._counts[key],
            )


def extra_keys(record: Any) -> Iterator[tuple[str, type[Struct]]]:
    """The keys under ``extra`` of a record and of its parts (``guests.twitter``), each with its struct."""
    if not isinstance(record, Struct):
        return
    fields = next((one for one in (EpisodeFields, SeriesFields, PersonFields) if isinstance(record, one)), type(record))
    for key in getattr(record, "extra", ()):
        yield key, fields
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, tuple):
            for part in value:
                if isinstance(part, Part) and part.extra is not UNSET:
                    yield from ((f"{name}.{key}", type(part)) for key in part.extra)
