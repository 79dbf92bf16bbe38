"""The field table: every field is in every place that lists fields, and comes back from each format."""

from __future__ import annotations

import ast
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.conftest import ROOT
from tests.publications import of
from totem_cli.archive import front
from totem_cli.archive.assign import Assignment, assign
from totem_cli.archive.record import EpisodeRecord, schema
from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, find_exporter
from totem_cli.exporters.csv import APPEARANCE_COLUMNS, EPISODE_COLUMNS
from totem_cli.exporters.database import TABLES
from totem_cli.exporters.generators import DIALECTS
from totem_cli.importers import Imported, find_importer
from totem_cli.importers import Options as Reading
from totem_cli.importers.table.column import KNOWN
from totem_cli.importers.table.columns import columns
from totem_cli.language.labels import _LOCALES, label, labels_for
from totem_cli.model import read
from totem_cli.model.episode import Episode
from totem_cli.model.field import Row, front_rows, rows, table
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.model.vocabulary import front_vocabulary, vocabulary
from totem_cli.publishing.page import all_pages
from totem_cli.terminal.outline import Note, episode_outline

SERIES = Series(
    id="11111111-1111-4111-8111-111111111111", slug="marees", title="Marées", subtitle="Un cycle", language="fr",
    hosts=(Appearance(name="Inès Carvalho", role="rédactrice"),), partners=(Partner(name="La Revue"),), tags=("mer",),
    links=(Link(url="https://a.example/", label="A", kind="article"),), licence="CC0", comments_open=True,
    aliases=("ocean",), status="published", source="https://x.example/", introduction="Une introduction.",
)  # fmt: skip
ADA = Appearance(
    name="Ada Brun", role="géographe", organisations=("Houle", "Ressac"), billed_as="la géographe Ada Brun",
    url="https://ada.example/", person="ada-brun",
)  # fmt: skip
EPISODE = Episode(
    id="22222222-2222-4222-8222-222222222222", series="marees", slug="03-le-flot", number=3, title="Le flot",
    subtitle="Et après ?", summary="Un résumé.", language="en", date="2023-10-05T19:30:00+02:00",
    published="2023-10-07", updated="2023-10-08", status="draft", hosts=(Appearance(name="Luc Mer"),),
    partners=(Partner(name="La Criée"),), guests=(ADA,),
    questions=(Question(number=1, text="Où ?", asked_by="Jeanne", answer="Ici."),),
    tags=("sel", "mer haute"), links=(Link(url="https://b.example/", label="B"),), image="flot.jpg", place="La Péniche",
    media=(Media(kind="audio", url="https://b.example/a.mp3", type="audio/mpeg", bytes=12, duration="PT1H"),),
    accessibility="boucle magnétique, accès de plain-pied", duration="PT1H5M", licence="CC BY 4.0", comments_open=False,
    aliases=("vieux",), translation_of="33333333-3333-4333-8333-333333333333", source={"id": 12},
    recap="Le récit **ici**.",
)  # fmt: skip
PERSON = Person(
    slug="ada-brun", name="Ada Brun", sort_name="Brun, Ada", aliases=("A. Brun",), links=(Link(url="https://ada.example/"),),
    image="ada.jpg", orcid="0000-0002-1825-0097", biography="Une vie.",
)  # fmt: skip

PLAIN = [row for row in rows(EpisodeFields) if row.is_front and not row.item]
SETTABLE = [
    (cls, row) for cls in (EpisodeFields, SeriesFields, PersonFields) for row in rows(cls) if not row.field.fixed
]


def named(value: Any) -> str:
    """The id of a case."""
    return value.name if isinstance(value, Row) else getattr(value, "__name__", str(value))


def test_the_samples_are_whole() -> None:
    """Every field of the samples says something else than its default: else the laws below prove nothing."""
    for sample in (EPISODE, SERIES, PERSON, ADA):
        bare = dict(
            zip(reversed(type(sample).__struct_fields__), reversed(type(sample).__struct_defaults__), strict=False)
        )
        for name, row in table(type(sample)).items():
            told = getattr(sample, name) != bare.get(name) or name == "status"
            assert told, f"give {name} a value in the samples above"
            assert row.field.about or not row.is_front, f"{name} has no meaning in the reference"


# Every field in every place


def test_every_place_has_every_field() -> None:
    """What each place lists is what the table has, no more and no less."""
    stored = {row.name for row in PLAIN} | {row.name for row in rows(EpisodeFields) if row.item}
    tabular = {row.name for row in rows(EpisodeFields) if row.field.column}
    assert set(front.EPISODE_ORDER) == stored
    assert set(front.SERIES_ORDER) == {row.name for row in front_rows(SeriesFields)}
    assert set(front.PERSON_ORDER) == {row.name for row in front_rows(PersonFields)}
    assert {*table(EpisodeFields)} == {*EpisodeFields.__struct_fields__} - {"extra"}
    assert {*schema()["$defs"]["EpisodeRecord"]["properties"]} == {*table(EpisodeRecord), "extra"}
    assert {*EPISODE_COLUMNS} == tabular | {"address"}
    assert {*APPEARANCE_COLUMNS} >= {row.name for row in rows(Appearance)}
    assert {*table(EpisodeFields), *table(Appearance)} - {"name"} == KNOWN - {"kind", "episode"}
    assert {*front_vocabulary(EpisodeFields).names} == stored
    flat = {row.name for row in rows(EpisodeFields) if row.field.column and not row.part and row.name != "tags"}
    assert {*TABLES["episodes"]} == flat | {"recap_html", "extra", "address", "url", "words"}
    for part, name in ((Appearance, "appearances"), (Partner, "partners"), (Link, "links"), (Media, "media")):
        assert {row.name for row in rows(part)} - {"organisations"} <= {*TABLES[name]}


@pytest.mark.parametrize(("cls", "row"), SETTABLE, ids=named)
def test_set(cls: type[msgspec.Struct], row: Row) -> None:
    """``totem set`` takes the field, and what it wrote reads back."""
    sample = {EpisodeFields: EPISODE, SeriesFields: SERIES, PersonFields: PERSON}[cls]
    required = '+++\nname = "X"\n+++\n' if cls is PersonFields else '+++\ntitle = "X"\n+++\n'
    document = Document.parse(required.encode(), "x.md")
    value = getattr(sample, row.name)
    given = [front.part_front(item) for item in value] if row.part else list(value) if row.item else value
    assign(
        document, Assignment(row.name, "=", str(given).lower() if isinstance(given, bool) else given), cls, Settings()
    )
    if cls is EpisodeFields:
        back: Any = read.episode(document.data, series="marees", slug="03-le-flot", recap=document.recap)
    elif cls is SeriesFields:
        back = read.series(document.data, slug="marees", introduction=document.recap)
    else:
        back = read.person(document.data, slug="ada-brun", biography=document.recap)
    assert getattr(back, row.name) == value


def test_what_cannot_be_set_says_why() -> None:
    """A field that follows from something else is refused with the reason; another's word is answered with ours."""
    document = Document.parse(b'+++\ntitle = "X"\n+++\n', "x.md")
    for key, cls, hint in (
        ("slug", Episode, "totem rename"), ("address", Episode, "slug"), ("number", Question, "move question"),
        ("lieu", Episode, "did you mean place?"), ("Speakers", Episode, "did you mean guests?"),
        ("palce", Episode, "did you mean place?"),
    ):  # fmt: skip
        with pytest.raises(InvalidError) as raised:
            assign(document, Assignment(key, "=", "x"), cls, Settings())
        assert hint in (raised.value.hint or ""), key


def test_labels() -> None:
    """The label of each field is in every language; a field that a page shows has one."""
    for cls in (EpisodeFields, SeriesFields, PersonFields, Appearance):
        for row in rows(cls):
            assert row.field.label or not row.field.detail, row.name
            for path in sorted(_LOCALES.glob("*.toml")):
                assert not row.field.label or row.field.label in labels_for(path.stem), (row.name, path.name)


def test_pages() -> None:
    """What a page shows under the text is on the terminal's and on the site's, with its label."""
    outline = episode_outline(EPISODE, SERIES, "en")
    lines = [element.text for element in outline if isinstance(element, Note)]
    (page,) = (
        one
        for one in all_pages(find_exporter("html")(publication(), Options()))
        if one.path.endswith("03-le-flot/index.html")
    )
    site = page.render().decode()
    for row in rows(EpisodeFields):
        if row.field.detail:
            name, value = label(row.field.label, "en"), getattr(EPISODE, row.name)
            assert label("field", "en", name=name, value=value) in lines
            assert name in site
            assert value in site


# Words


def test_every_word_finds_a_field() -> None:
    """Each word of the table is found, whatever its case and separators, and means the field it stands at."""
    shared = {"description": "recap", "name": "name", "alias": "aliases", "photo": "image"}
    for cls in (EpisodeFields, Appearance, PersonFields):
        words = vocabulary(cls)
        for row in rows(cls):
            for word in filter(None, map(str.strip, row.field.also.split(","))):
                expected = shared["description"] if word == "description" else row.name
                for spelt in (word, word.upper(), word.replace(" ", "_"), word.replace(" ", "-"), f" {word} "):
                    assert words.find(spelt) == expected, (word, row.name)


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("Titre", "title"), ("Titel", "title"), ("Título", "title"), ("titolo", "title"), ("Name of talk", "title"),
        ("Speakers", "guests"), ("Intervenant·e·s", "guests"), ("Referenten", "guests"), ("Ponentes", "guests"),
        ("relatori", "guests"), ("Location", "place"), ("LIEU", "place"), ("Ort", "place"), ("lugar", "place"),
        ("luogo", "place"), ("video", "media"), ("Recording", "media"), ("Résumé", "summary"), ("abstract", "summary"),
        ("chapô", "summary"), ("Datum", "date"), ("fecha", "date"), ("data", "date"), ("Mots-clés", "tags"),
        ("mots clés", "tags"), ("Schlagwörter", "tags"), ("Durée", "duration"), ("Dauer", "duration"),
        ("langue", "language"), ("license", "licence"), ("Barrierefreiheit", "accessibility"),
        ("lastModified", "updated"), ("last_modified_at", "updated"), ("pubDate", "published"), ("heroImage", "image"),
        ("colour", None),
    ],
)  # fmt: skip
def test_words(word: str, field: str | None) -> None:
    """Words of five languages, as people write them, in front matter and in tables."""
    assert front_vocabulary(EpisodeFields).find(word) == field
    (column,) = (
        (one for one in columns(["title", word], {}) if one.position == 1) if field != "title" else columns([word], {})
    )
    assert column.field == (field or f"extra.{word}")


# Every field comes back


def publication() -> Any:
    """The samples, nothing inherited."""
    return of(Settings(title="T", language="fr"), (SERIES,), (EPISODE,), (PERSON,))


def exported(format_: str, folder: Path, **parameters: str) -> Path:
    """What a format writes."""
    pages = list(all_pages(find_exporter(format_)(publication(), Options(parameters=parameters))))
    for page in pages:
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.render())
    return folder / pages[0].path if len(pages) == 1 else folder


def back(format_: str, reader: str, folder: Path, **parameters: str) -> Imported:
    """What is read of it."""
    return find_importer(reader)(exported(format_, folder, **parameters), Reading())


WHOLE = (("json", "json"), ("markdown", "markdown"))


@pytest.mark.parametrize(("format_", "reader"), WHOLE)
def test_whole_formats(format_: str, reader: str, tmp_path: Path) -> None:
    """JSON and Markdown give every field of every thing back."""
    found = back(format_, reader, tmp_path)
    homes = {one.slug: one for one in found.series}
    for sample, things in ((EPISODE, found.episodes), (SERIES, found.series), (PERSON, found.persons)):
        (thing,) = things
        thing = thing.inherit(homes[thing.series]) if isinstance(thing, Episode) else thing
        differing = {name for name in table(type(sample)) if getattr(thing, name) != getattr(sample, name)}
        assert not differing


def test_lines(tmp_path: Path) -> None:
    """JSON Lines give every field of an episode back."""
    (episode,) = back("jsonl", "json", tmp_path).episodes
    assert {name for name in table(Episode) if getattr(episode, name) != getattr(EPISODE, name)} == set()


CELLS = {
    "hosts": lambda items: [(one.name, one.role) for one in items],
    "guests": lambda items: [(one.name, one.role, one.organisations) for one in items],
    "partners": lambda items: [one.name for one in items],
    "questions": lambda items: [one.text for one in items],
    "links": lambda items: [one.url for one in items],
    "media": lambda items: [one.url or one.path for one in items],
}
"""What a cell can hold of a list of tables."""


def test_tables(tmp_path: Path) -> None:
    """CSV gives each field back that has a column; of people, questions and links what a cell can hold."""
    (episode,) = back("csv", "csv", tmp_path).episodes
    for row in rows(EpisodeFields):
        if row.field.column:
            held = CELLS.get(row.name, lambda value: value)
            assert held(getattr(episode, row.name)) == held(getattr(EPISODE, row.name)), row.name


def test_tables_of_appearances(tmp_path: Path) -> None:
    """The table with a row an appearance gives each field of it back."""
    (episode,) = back("csv", "csv", tmp_path, rows="appearances").episodes
    assert episode.guests == (ADA,)
    assert (episode.id, episode.title, episode.hosts) == (EPISODE.id, EPISODE.title, EPISODE.hosts)


OWN_FORM = {
    "source": "says where totem found it, which is no business of another site",
    "comments_open": "totem's own forms",
    "slug": "the file's name",
    "image": "an address on the site",
    "aliases": "addresses on the site",
    "recap": "the text of a page, with its sentence and questions",
    "status": "a draft is one, but withdrawn is not said",
}
"""The fields that another generator is given in another form, or not at all."""


@pytest.mark.parametrize("generator", DIALECTS)
def test_other_generators(generator: str, tmp_path: Path) -> None:
    """The front matter of each generator gives every field back, in its own words or in totem's."""
    found = back("markdown", "markdown", tmp_path, **{"for": generator})
    (episode,) = (one for one in found.episodes if one.title == EPISODE.title)
    for row in rows(EpisodeFields):
        if row.name not in (*OWN_FORM, "series"):
            value, wanted = getattr(episode, row.name), getattr(EPISODE, row.name)
            value = tuple(one for one in value if one != "episodes") if row.name == "tags" else value
            assert value == wanted, row.name
    assert episode.status == "draft"
    assert any(
        alias.endswith("vieux/index.html") or alias.strip("/").endswith("vieux") for alias in episode.aliases
    ) or (DIALECTS[generator].redirect)


def test_database(tmp_path: Path) -> None:
    """SQLite holds each field that has a column."""
    pytest.importorskip("sqlite_utils")
    path = exported("sqlite", tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        (found,) = db.execute("SELECT * FROM episodes")
        for row in rows(EpisodeFields):
            if row.field.column and not row.item and row.name != "series":
                assert found[row.name] == getattr(EPISODE, row.name), row.name
        (guest,) = db.execute("SELECT * FROM appearances WHERE kind = 'guest'")
        assert {
            row.name for row in rows(Appearance) if not row.item and guest[row.name] != getattr(ADA, row.name)
        } == set()


# No field is known in one place only


FEW = {
    "archive/checks.py": "the lists whose items it looks at",
    "archive/rows.py": "the columns of lists",
    "exporters/generators/front.py": "the fields that generators call otherwise",
    "model/cells.py": "the columns of lists",
    "terminal/tables.py": "the columns of lists",
}
"""Modules that name some fields of their own choice, and what these are."""


def field_lists(source: str) -> list[int]:
    """The lines of collections that name six fields or more and nothing else."""
    names = {row.name for cls in (EpisodeFields, SeriesFields, PersonFields) for row in rows(cls)}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            items = [item.value for item in node.elts if isinstance(item, ast.Constant)]
            if len(items) == len(node.elts) and len(items) >= 6 and {*items} <= names:
                found.append(node.lineno)
    return found


def test_no_module_lists_the_fields_by_itself() -> None:
    """A collection that names many fields is a second table, in which a new field would be missing."""
    package = ROOT / "totem_cli"
    guilty = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if field_lists(path.read_text("utf-8"))
    }
    assert guilty == {*FEW}
    assert field_lists('KEYS = ("title", "summary", "place", "duration", "licence", "image")') == [1]


ROW = (
    '    parking: Annotated[str | None, Field(order=117, label="parking", detail=True, about="where to park", '
    'also="stationnement, Parkplatz")] = None\n'
)
TEXT = "rue du Port, 20 places"


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """A copy of totem with one more field: its row, its label in each language, its place in a template."""
    copied = tmp_path / "code"
    shutil.copytree(ROOT / "totem_cli", copied / "totem_cli", ignore=shutil.ignore_patterns("__pycache__"))
    fields = copied / "totem_cli" / "model" / "fields.py"
    before, mark, after = fields.read_text("utf-8").partition("    duration: Annotated[")
    fields.write_text(before + ROW + mark + after, "utf-8")
    for path in (copied / "totem_cli" / "language" / "locales").glob("*.toml"):
        path.write_text(path.read_text("utf-8") + 'parking = "Parking"\n', "utf-8")
    template = copied / "totem_cli" / "exporters" / "html" / "templates" / "episode.html"
    shown = '{% if episode.parking %}<p>{{ t("parking") }} {{ episode.parking }}</p>{% endif %}\n'
    before, mark, after = template.read_text("utf-8").partition("{% block recap %}\n")
    template.write_text(before + mark + shown + after, "utf-8")
    return copied


def test_a_new_field_is_one_row(grown: Path, tmp_path: Path) -> None:
    """A row, a label and a place in a template: the field is set, listed, shown, exported and read back everywhere."""
    environment = os.environ | {
        "PYTHONPATH": str(grown), "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TOTEM_ARCHIVE": "archive",
    }  # fmt: skip

    def totem(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "totem_cli", *arguments],
            cwd=tmp_path,
            capture_output=True,
            env=environment,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    totem("init", "archive", "--language", "fr")
    totem("add", "series", "Marées")
    totem("add", "episode", "Le flot", "--number", "1")
    totem("set", "episode", "1", f"parking={TEXT}")
    assert totem("list", "--fields", "parking") == f"parking\n{TEXT}\n"
    assert f"Parking : {TEXT}" in totem("show", "1").replace("\u00a0", " ")
    assert json.loads(totem("show", "1", "--json"))["parking"] == TEXT
    assert "parking" in json.loads(totem("schema"))["$defs"]["EpisodeRecord"]["properties"]
    totem("export", "html", "--output", "site")
    assert TEXT in (tmp_path / "site" / "marees" / "01-le-flot" / "index.html").read_text("utf-8")
    totem("export", "sqlite", "--output", "archive.db")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT parking FROM episodes").fetchall() == [(TEXT,)]
    for format_, reader, parameters in (
        ("json", "json", ()), ("csv", "csv", ()), ("markdown", "markdown", ()),
        ("markdown", "markdown", ("--for", "hugo")),
    ):  # fmt: skip
        name = "-".join((format_, *parameters[1:]))
        totem("export", format_, *parameters, "--output", name)
        totem("init", f"copy-{name}")
        totem("import", reader, name, "--series", "s", "--archive", f"copy-{name}")
        listed = totem("list", "--fields", "title,parking", "--archive", f"copy-{name}")
        assert f"Le flot\t{TEXT}\n" in listed, name
    (tmp_path / "t.csv").write_text("Titel;Parkplatz\nDie Flut;am Hafen\n", "utf-8")
    totem("import", "csv", "t.csv", "--series", "marees")
    assert totem("list", "--fields", "parking").endswith("\nam Hafen\n")
    tools = environment | {"PYTHONPATH": os.pathsep.join([str(grown), str(ROOT / "tools")])}
    source = "import reference; print(reference.fields(reference.EpisodeFields))"
    command = [sys.executable, "-c", source]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, env=tools, text=True, check=True)
    assert "| `parking` | text | where to park |" in made.stdout
