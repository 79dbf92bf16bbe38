"""A folder of texts, or one text, as records: series, episodes and people, with the pictures beside them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from mimetypes import guess_type
from pathlib import Path
from typing import TypeAlias

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options
from totem_cli.importers.dates import decide_order
from totem_cli.importers.folder.body import Body
from totem_cli.importers.folder.files import MEDIA, Files
from totem_cli.importers.folder.links import Links, Target, is_file
from totem_cli.importers.folder.pages import TITLED, Page, Pages, media_of, together
from totem_cli.importers.folder.people import People
from totem_cli.importers.folder.place import is_people, title_from
from totem_cli.importers.folder.site import NAMES, Site, data_people, name_of
from totem_cli.importers.front_foreign import STATED_LANGUAGE, Front, Reading
from totem_cli.importers.html_tree import parse
from totem_cli.importers.identity import file_slug, series_slug
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.page_editors import plain_html, with_footnotes
from totem_cli.importers.page_words import guess_language
from totem_cli.importers.prose import markdown
from totem_cli.importers.words import read_mapping
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_slug, slugify
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import vocabulary

_YEAR = re.compile(r"(?:19|20)\d{2}(?:\D|$)")
_WIKI = re.compile(r"\[\[([^\[\]|]+)\]\]")
_EVENT = ("guests", "hosts", "date")
_KINDS: Mapping[str, type[Episode | Series | Person]] = {"episode": Episode, "series": Series, "person": Person}

_Record: TypeAlias = Episode | Series | Person


def read_folder(source: Path | bytes, options: Options) -> Imported:
    """The records in the folder, or in one text.

    Raises InvalidError with its location where a file is invalid, and where nothing can be read; NotFoundError where
    there is nothing.
    """
    asked = options.parameters.get("type", "page")
    if asked != "page":
        raise InvalidError(f"a folder has no texts of type {asked!r}", hint="there are: page", field="type")
    files = Files(source, options)
    reading = _Folder(files, options)
    found = reading.records()
    if not found:
        raise InvalidError(f"nothing in {files.source} can be read: it holds {files.held()}", hint=reading.hint())
    listed = {kind: [one for one in found if isinstance(one[0], kind)] for kind in (Series, Episode, Person)}
    by_name = {"series": listed[Series], "episodes": listed[Episode], "persons": listed[Person]}
    return Imported(
        series=tuple(one for one, _ in listed[Series] if isinstance(one, Series)),
        episodes=tuple(one for one, _ in listed[Episode] if isinstance(one, Episode)),
        persons=tuple(one for one, _ in listed[Person] if isinstance(one, Person)),
        settings=reading.site.settings,
        media=reading.links.media,
        media_root=files.root if reading.links.media else None,
        locations={name: [location for _, location in ones] for name, ones in by_name.items()},
        mapping=tuple(reading.mapping.items()),
        notes=tuple(files.notes),
        own_extra=frozenset({STATED_LANGUAGE}),  # it is told with its reason
    )


class _Folder:
    """One import of a folder."""

    def __init__(self, files: Files, options: Options) -> None:
        self._files, self._options = files, options
        self.site = Site(files)
        self.links = Links(files)
        self.mapping: dict[str, str] = {}
        self._keys = read_mapping(options)
        self._people = People()
        self._day_first = options.day_first
        self._pages = Pages(files, self.site)

    def records(self) -> list[tuple[_Record, Location]]:
        """Every record with its location."""
        pages = self._pages.read()
        if self._day_first is None:  # one date of the source may decide how all are read
            self._day_first = decide_order(value for page in pages for value in page.matter.data.values())
        found: list[tuple[_Record, Location]] = [*self._people_of_data()]
        errors: list[InvalidError] = []
        for page in sorted(pages, key=lambda page: page.place.kind != "person"):  # those whom others name by a key
            try:
                self._read_front(page)
            except InvalidError as error:
                errors.append(error)
        if errors:
            raise together(errors)
        for page in pages:
            if page.translates:
                self._translation(page, page.translates)
        for path in media_of(self._files):
            self.links.copied(path)
        texts = {page.path: self._text(page) for page in pages}
        for page in pages:
            self._place_pictures(page)
            if page.is_bundle and page.place.kind == "episode":
                self._add_files(page)
        found += [(one, page.location) for page in pages if (one := self._record(page, texts[page.path])) is not None]
        found += self._named(pages, found)
        self._tell()
        return self._without_empty_homes(pages, found)

    def hint(self) -> str | None:
        """What helps where nothing can be read."""
        if self._pages.needs_rst:
            return "pip install 'totem-cli[rst]' for reStructuredText"
        if self._pages.unread:
            return "write its title between lines of ---; totem import page reads a page without front matter"
        kinds = ".md, .markdown, .mdx, .qmd, .rst and .html with front matter"
        return f"totem import reads {kinds} here; of other formats (.org, .docx, .lr…), pandoc makes Markdown"

    def _tell(self) -> None:
        if needs := self._pages.needs_rst:
            self._files.used.update(needs)
            why, hint = "reStructuredText is read by docutils", "pip install 'totem-cli[rst]'"
            location = Location(self._files.name(needs[0]))
            self._files.notes.append(Note(Kind.LEFT_OUT, ", ".join(needs), why, location, hint, len(needs)))
        self._files.tell_unused(self._pages.unread)

    # People

    def _people_of_data(self) -> list[tuple[Person, Location]]:
        found = []
        for path, key, data in data_people(self._files, is_people):
            name = name_of(data)
            location = Location(self._files.name(path), path=key)
            self._people.add(name, data, [key] if key else [])
            rest = {key: value for key, value in data.items() if fold(key) not in NAMES or str(value) not in name}
            front = Front({**rest, "name": name}, self._keys, Person)
            fields = {field: value for field, value in front.fields.items() if field != "slug"}
            words = vocabulary(Person)
            text = next((str(fields.pop(key)) for key in [*fields] if words.find(key) == "biography"), "")
            try:
                found.append((model.person(fields, slug=slugify(name) or "person", biography=text), location))
            except InvalidError as error:
                raise error.at(location) from None
        return found

    # Front matter

    def _read_front(self, page: Page) -> None:
        data, where = dict(page.matter.data), page.place
        words = vocabulary(Episode)
        fields = {words.find(key) for key in data}
        is_titled = "title" in data or any(self._keys.get(fold(key)) == "title" for key in data)
        is_named = ("name" in data and not is_titled) or is_people(_WIKI.sub(r"\1", str(data.get("type", ""))))
        if where.kind == "person" and any(field in _EVENT for field in fields):
            where = page.place = where._replace(kind="episode")
        if where.kind == "episode" and is_named:
            where = page.place = where._replace(kind="person")
        if where.kind == "person" and "name" not in data:
            data["name"] = data.pop("title", None) or title_from(where.stem)
        form = page.matter.form
        reading = Reading(
            timezone=self.site.timezone or self._options.timezone,
            day_first=self._day_first,
            language=where.language or self.site.language or guess_language(_words_of(page)) or None,
            locate=page.matter.location,
            is_spaced=form == "front matter" and not self._pages.is_vault,
            is_event=form == "properties",
            is_vault=self._pages.is_vault,
            person=self._people.resolve,
        )
        try:
            front = Front(data, self._keys, _KINDS[where.kind], reading)
        except InvalidError as error:
            raise error.at(page.matter.location(error.field or "")) from None
        self._files.notes += front.notes
        self.mapping |= {key: field for field, key in front.keys.items() if key != field}
        page.fields, page.keys = dict(front.fields), front.keys
        if where.language:
            page.fields.setdefault("language", where.language)
        if where.kind == "person":
            page.fields.pop("slug", None)
            page.slug = slugify(page.fields["name"]) or "person"
            self._people.add(page.fields["name"], data, [where.stem])
        elif where.kind == "series":
            heading = TITLED.match(page.matter.text) if page.syntax != "html" else None
            if heading and not where.is_home:
                page.fields.setdefault("title", (heading["title"] or heading["lined"]).strip(" #"))
            page.fields.setdefault("title", where.folder or where.series)
            if heading and fold((heading["title"] or heading["lined"]).strip(" #")) == fold(page.fields["title"]):
                self._without_heading(page, heading)
        else:
            self._name_episode(page, "date" if front.is_event else "published")
            self.links.add(
                page.path, Target(where.series, page.slug, page.fields["title"]), tuple(page.fields.get("aliases", ()))
            )

    def _name_episode(self, page: Page, dated: str) -> None:
        """Give an episode its title, slug, date and status where only its text, name or folder says them."""
        fields, where, matter = page.fields, page.place, page.matter
        if (where.date or where.year) and not (dated == "published" and "date" in fields and "date" in page.keys):
            fields.setdefault(dated, where.date or where.year)
        if where.is_draft:
            fields["status"] = "draft"
        elif where.stem.startswith("_") and not self._files.is_one:
            why = "generators make no page of a name with this mark: read as a draft"
            self._files.notes.append(Note(Kind.ASSUMED, where.stem, why, page.location))
            fields["status"] = "draft"
        if "title" not in fields and page.syntax != "html" and (heading := TITLED.match(matter.text)):
            fields["title"] = (heading["title"] or heading["lined"]).strip(" #")
            self._without_heading(page, heading)
        if "title" not in fields:
            fields["title"] = title_from(where.rest if where.date and where.rest else where.stem) or "…"
            self._files.notes.append(Note(Kind.ASSUMED, fields["title"], "the title is the file's name", page.location))
        language = str(fields.get("language") or self.site.language or "fr")
        given = str(fields.pop("slug", "") or "")
        if given:
            page.slug = given if _is_slug(given) else file_slug(given, language)
        elif where.stem == "404":  # the page of a site that says so is not episode 404
            page.slug = file_slug(fields["title"], language)
        elif where.date:
            page.slug = file_slug(where.rest, language) or file_slug(fields["title"], language)
        elif _YEAR.match(where.stem):
            page.slug = file_slug(where.stem if where.stem[4:] else fields["title"], language)
        else:
            page.slug = slugify(where.stem, language=language)

    def _without_heading(self, page: Page, heading: re.Match[str]) -> None:
        matter = page.matter
        line = matter.line + matter.text.count("\n", 0, heading.end())
        page.matter = matter._replace(text=matter.text[heading.end() :], line=line)

    def _translation(self, page: Page, first: Page) -> None:
        """Make a page the translation of another: its slug ends with its language, and it has no number of its own."""
        if page.place.kind != "episode" or first.place.kind != "episode":
            return
        first.fields.setdefault("id", model.derived_id(f"{first.place.series}/{first.path}"))
        page.fields.setdefault("translation_of", str(first.fields["id"]))
        number = page.fields.pop("number", None)
        if number is not None:
            why = "a translation has no number of its own"
            self._files.notes.append(Note(Kind.LEFT_OUT, str(number), why, page.matter.location("number")))
        base = re.sub(r"^\d+-", "", page.slug) or page.slug
        tag = str(page.fields.get("language") or page.place.language).lower()
        if tag and base == re.sub(r"^\d+-", "", first.slug):
            base = f"{base}-{tag}"
        page.slug = base
        self.links.add(page.path, Target(page.place.series, page.slug, page.fields["title"]))

    # Texts and pictures

    def _text(self, page: Page) -> str:
        body = Body(page.matter, page.path, page.place.series, self.links, syntax=page.syntax)
        text = body.read()
        self._files.notes += body.notes
        if page.syntax == "html":
            root = parse(text)
            footnotes = plain_html(root, text).footnotes
            written = {number: markdown([note]) for number, note in footnotes.items()}
            text = with_footnotes(markdown(root.children), written)
        if self._pages.is_vault and page.place.kind == "episode" and (tags := body.hashtags()):
            held = list(page.fields.get("tags", []))
            page.fields["tags"] = [*held, *(tag for tag in tags if tag not in held)]
        return text

    def _add_files(self, page: Page) -> None:
        """Add the files of a bundle that its text does not refer to."""
        held = list(page.fields.get("media", []))
        for path in self._files.below(posixpath.dirname(page.path)):
            kind = (guess_type(path)[0] or "").partition("/")[0]
            if path not in self._files.used and kind in ("image", "audio", "video"):
                held.append({"kind": kind, "path": self.links.copied(path)})
        if held:
            page.fields["media"] = held

    def _place_pictures(self, page: Page) -> None:
        """Make the files that front matter names media."""
        fields = page.fields
        if isinstance(image := fields.get("image"), str) and image:
            fields["image"] = self._file(page, image, "image")
        for one in fields.get("media", []) if isinstance(fields.get("media"), list) else []:
            if isinstance(one, dict) and isinstance(address := one.get("path") or one.get("url"), str):
                key = "path" if one.get("path") else "url"
                made = self._file(page, address, "media")
                if made != address or key == "path":
                    one.pop(key)
                    one["path"] = made

        if isinstance(links := fields.get("links"), list):
            addresses = {str(one.get("url", "")) if isinstance(one, dict) else str(one) for one in links}
            held = {one for one in addresses if is_file(one) and self.links.find(one, page.path)}
            if held:  # a file of the source is no address: it is one of the media
                fields["links"] = [
                    one for one in links if str(one.get("url") if isinstance(one, dict) else one) not in held
                ]
                files = [{"path": self._file(page, one, "links")} for one in sorted(held)]
                fields["media"] = [*fields.get("media", []), *files]

    def _file(self, page: Page, address: str, field: str) -> str:
        """The name under ``media/`` of a file that front matter names; the address itself where it is none."""
        if re.match(r"[a-z]+://|//", address):
            return address
        found = self.links.find(address, page.path) or self.links.named(address, page.path)
        if found is not None:
            made = self.links.address(found, page.place.series)
            if made and made.startswith(f"{MEDIA}/"):
                return self.links.copied(found)
        elif not (self._files.root is None and self._options.name == "<stdin>"):
            location = page.matter.location(page.keys.get(field, field))
            why = "there is no such file in the source: the name stays as it is"
            self._files.notes.append(Note(Kind.LEFT_OUT, address, why, location))
        return address

    # Records

    def _record(self, page: Page, text: str) -> _Record | None:
        fields, where = page.fields, page.place
        try:
            if where.kind == "series":
                if page.translates:
                    what = f"{fields['title']}\n{text}"
                    why = "a series has one page: its translation has no place"
                    self._files.notes.append(Note(Kind.LEFT_OUT, what, why, page.location))
                    return None
                return model.series(fields, slug=where.series, introduction=text)
            if where.kind == "person":
                return model.person(fields, slug=page.slug, biography=text)
            return model.episode(fields, series=where.series, slug=page.slug, recap=text)
        except InvalidError as error:
            top = (error.field or "").partition("[")[0].partition(".")[0]
            key = page.keys.get(top, top)
            error.hint = error.hint or f"--map {key}=extra.NAME keeps it by another name"
            raise error.at(page.matter.location(key, (error.field or "") if key == top else "")) from None

    def _named(self, pages: list[Page], found: list[tuple[_Record, Location]]) -> Iterator[tuple[Series, Location]]:
        """The series of which no page says more than its name: that of its folder, or of the site."""
        there = {one.slug for one, _ in found if isinstance(one, Series)}
        names = {page.place.series: page.place.folder for page in pages if page.place.kind == "episode"}
        home = series_slug(self.site.title) if self.site.title else ""
        for slug, name in names.items():
            if name and slug not in there and (slug == home or name != slugify(name)):
                is_home = slug == home and bool(self.site.language)
                fields = {"title": name, **({"language": self.site.language} if is_home else {})}
                yield model.series(fields, slug=slug), Location(self._files.name(""))

    def _without_empty_homes(
        self, pages: list[Page], found: list[tuple[_Record, Location]]
    ) -> list[tuple[_Record, Location]]:
        """The records without the page of the whole site where it holds no text and no episode is in its series."""
        homes = {series_slug(self._pages.root_series)} if self._pages.root_series else set()
        homes -= {page.place.series for page in pages if page.place.kind == "episode"}
        kept: list[tuple[_Record, Location]] = []
        for one, location in found:
            if isinstance(one, Series) and one.slug in homes and not one.introduction and len(found) > 1:
                why = "the page of the site: no episode is in its series, and it holds no text"
                self._files.notes.append(Note(Kind.LEFT_OUT, one.title, why, location))
            else:
                kept.append((one, location))
        return kept


def _words_of(page: Page) -> str:
    """The words of a text that tell its language, those of its keys too."""
    return " ".join([*map(str, page.matter.data), page.matter.text[:5000]])


def _is_slug(text: str) -> bool:
    try:
        return check_slug(text) == file_slug(text) or bool(re.match(r"\d+-", text))
    except InvalidError:
        return False
