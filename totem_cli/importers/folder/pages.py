"""The texts of a folder: what each says of itself, and what its path says."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.folder import rst
from totem_cli.importers.folder.files import MARKDOWN, MEDIA, PAGES, RST, TEXTS, Files
from totem_cli.importers.folder.matter import Matter, commented, is_template, read_matter
from totem_cli.importers.folder.place import Place, in_original, notion_name, place
from totem_cli.importers.folder.site import Site, cascade, cascaded
from totem_cli.importers.front_foreign import OWN
from totem_cli.importers.front_yaml import Plain
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.words import phrases
from totem_cli.language.fold import fold
from totem_cli.language.labels import is_language, language_tag
from totem_cli.model.episode import Episode
from totem_cli.model.vocabulary import vocabulary

TITLED = re.compile(r"\A\s*(?:#[ \t]+(?P<title>\S[^\n]*)|(?P<lined>\S[^\n]*)\n=+[ \t]*(?=\n|\Z))\n*")
"""The title that a text in Markdown begins with (CommonMark 0.31, 4.2 and 4.3)."""

_OF_REPOSITORIES = frozenset(
    "authors changelog changes code_of_conduct codeowners contributing copying governance history install license"
    " licence maintainers news readme security summary support todo".split()
)
"""Files that tell of a folder to those who work on it."""

_SHARED_KEYS = ("slug", "translationkey", "ref")
"""Keys that a text and its translations have in common, in Pelican, Hugo and Jekyll."""

_FACTS = OWN | {"media", "place", "duration"}
"""Fields that only a text about an episode says."""

_SITE_PAGES = frozenset(phrases("folders")["pages"])
_PAGES_FOLDERS = frozenset({"pages", "_pages"})
_SHOWN = ("layout", "type", "template")
"""Keys by which a text says how it is shown."""

_INLINE = re.compile(r"^(?P<key>[^\W\d_][\w .-]{0,30}?)::[ \t]+(?P<value>\S[^\n]*)(?:\n|\Z)", re.MULTILINE)
_MOST_NAMED = 9


@dataclass(slots=True)
class Page:
    """A text of the source, on its way to be a record."""

    path: str
    place: Place
    matter: Matter
    syntax: str = "markdown"
    fields: dict[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    translates: Page | None = None

    @property
    def is_bundle(self) -> bool:
        """Whether the files beside it are its own, as in Hugo's leaf bundles."""
        return PurePosixPath(self.path).stem.partition(".")[0] == "index" and "/" in self.path

    @property
    def location(self) -> Location:
        """The file, for messages."""
        return Location(self.matter.file)


class Pages:
    """The pages of a source in the order of its paths; ``unread`` are texts that say nothing of themselves."""

    def __init__(self, files: Files, site: Site) -> None:
        self._files = files
        self.unread: list[str] = []
        self.needs_rst: list[str] = []
        self.is_vault = files.root is not None and not files.is_one and (files.root / ".obsidian").is_dir()
        self._texts = [path for path in files.paths if files.is_one or PurePosixPath(path).suffix.lower() in TEXTS]
        self._is_vue = files.root is not None and not files.is_one and _holds_vue(files.root)
        self.root_series = site.title or self._home()
        self._languages = self._language_folders()
        self._values = cascade(files)
        self._language = site.language
        self._is_docs = "mkdocs.yml" in files or self._is_vue
        self._is_mdx = self._is_vue or any(f"docusaurus.config.{kind}" in files for kind in ("js", "ts", "mjs", "cjs"))

    def read(self) -> list[Page]:
        """Read them all."""
        found = []
        errors: list[InvalidError] = []
        for path in self._texts:
            try:
                page = self._page(path)
            except InvalidError as error:
                errors.append(error)
                continue
            if page is not None:
                self._files.used.add(path)
                values = cascaded(self._values, path)
                page.matter = page.matter._replace(data={**values, **page.matter.data}) if values else page.matter
                found.append(page)
        if errors:
            raise together(errors)
        found = list(self._sections(self._without_site(self._without_years(found))))
        self._add_rows(found)
        self._pair(found)
        return found

    def _without_site(self, pages: list[Page]) -> list[Page]:
        """The pages without those about the site, which are told; all where no others are, or these are asked for."""
        if self._files.is_one or self._files.options.parameters.get("type") == "page":
            return pages
        episodes = [page for page in pages if page.place.kind == "episode"]
        is_mixed = any(page.place.folder not in _PAGES_FOLDERS for page in episodes)
        with_episodes = {page.place.series for page in episodes}
        tops = {"", self.root_series} | (_PAGES_FOLDERS if is_mixed else frozenset())
        about = [page for page in pages if _is_about_site(page, with_episodes, tops)]
        if not any(page.place.kind == "episode" and page not in about for page in pages):
            return pages
        for page in about:
            why, hint = "a page about the site, no episode", "--type page takes such pages too"
            self._files.notes.append(Note(Kind.LEFT_OUT, page.path, why, page.location, hint))
        return [page for page in pages if page not in about]

    def _without_years(self, pages: list[Page]) -> list[Page]:
        """The pages without those of the years of a series that has other pages: a series has one."""
        series_pages = Counter(
            (page.place.series, page.place.language) for page in pages if page.place.kind == "series"
        )
        kept = []
        for page in pages:
            where = page.place
            if where.kind == "series" and where.year and series_pages[where.series, where.language] > 1:
                self._tell(page.path, f"the page of a year ({where.year}): a series has one page")
            else:
                kept.append(page)
        return kept

    def _home(self) -> str:
        """The name of the series that the page of the whole folder is."""
        own = ("README.md", "docs/README.md") if self._is_vue else ()
        for path in ("_index.md", "series.md", "content/_index.md", *own):
            if path in self._files and not self._files.is_one and self._files.root is not None:
                return self._files.root.resolve().name
        return ""

    def _language_folders(self) -> frozenset[str]:
        """The folders at the top of the content, where all that hold texts are called as languages."""
        tops = set()
        for path in self._texts if not self._files.is_one else []:
            parts = [part for part in path.split("/")[:-1] if part not in ("content", "src", "source", "docs")]
            if parts:
                tops.add(parts[0])
        tags = frozenset(top for top in tops if is_language(top))
        return tags if len(tags) > 1 else frozenset()

    def _page(self, path: str) -> Page | None:
        where = self._place(path)
        suffix, name = PurePosixPath(path).suffix.lower(), self._files.name(path)
        if suffix == RST and not rst.is_installed():
            self.needs_rst.append(path)
            return None
        text = self._files.text(path)
        if text is None:
            return None
        if not self._files.is_one and is_template(text):
            self._tell(path, "a form for new texts, which its generator fills in")
            return None
        if suffix in PAGES and (where.is_home or path == "404.html"):
            self._tell(path, "a page that the generator makes of the site")
            return None
        if suffix == RST:
            read = rst.read_rst(text, name)
            self._files.notes += read.notes
            return Page(path, where, read.matter, "html")
        matter = read_matter(text, name, header=suffix not in PAGES, properties=bool(where.notion))
        if matter.form == "none" and (beside := self._beside(path)):
            matter = matter._replace(data=beside, form="header lines")
        if matter.form == "none" and not (suffix in MARKDOWN and self._is_text(text, where)):
            self.unread.append(path)
            return None
        if self.is_vault:
            matter = _with_inline_fields(matter._replace(data={key: _linked(one) for key, one in matter.data.items()}))
        is_mdx = suffix == ".mdx" or self._is_mdx
        return Page(path, where, matter, "html" if suffix in PAGES else "mdx" if is_mdx else "markdown")

    def _place(self, path: str) -> Place:
        inner = path.removeprefix("docs/") if self._is_docs else path
        if self._is_vue and inner.rpartition("/")[2] == "README.md":  # the page of its folder
            inner = f"{inner.removesuffix('README.md')}_index.md"
        return place(inner, self.root_series, self._languages, is_one=self._files.is_one)

    def _is_text(self, text: str, where: Place) -> bool:
        """Whether Markdown that says nothing of itself is a text of the source: it begins with its title."""
        if where.notion or self.is_vault:
            return bool(text.strip())
        return TITLED.match(text) is not None and fold(where.stem) not in _OF_REPOSITORIES

    def _beside(self, path: str) -> dict[str, Any]:
        """What the file of the same name that Nikola keeps beside a text says of it."""
        other = f"{path.rpartition('.')[0]}.meta"
        text = self._files.text(other) if not self._files.is_one and other in self._files else None
        data, _ = commented(text or "")
        self._files.used.update([other] if data else [])
        return data

    def _tell(self, path: str, why: str) -> None:
        self._files.used.add(path)
        self._files.notes.append(Note(Kind.LEFT_OUT, path, why, Location(self._files.name(path))))

    def _sections(self, pages: list[Page]) -> Iterator[Page]:
        """The pages, with those of Notion that have pages below them as the pages of series."""
        folders = {posixpath.dirname(page.path) for page in pages if page.place.notion}
        parents = {str(one) for folder in folders for one in (folder, *PurePosixPath(folder).parents)}
        for page in pages:
            own = page.path.rpartition(".")[0]
            if page.place.notion and {own, posixpath.join(posixpath.dirname(own), page.place.stem)} & parents:
                inner = self._place(f"{own}/x.md")
                page.place = inner._replace(kind="series")
            yield page

    def _add_rows(self, pages: list[Page]) -> None:
        """Give Notion's pages what the table beside their folder says and they do not."""
        by_title = {
            (notion_name(posixpath.dirname(page.path))[0], fold(page.place.stem)): page
            for page in pages
            if page.place.notion
        }
        for path in self._files.paths if by_title else ():
            stem, notion = notion_name(path.rpartition(".")[0].removesuffix("_all"))
            if not path.endswith(".csv") or not notion or (text := self._files.text(path)) is None:
                continue
            self._files.used.add(path)
            for line, row in enumerate(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))), 2):
                filled = {
                    key: value.strip() for key, value in row.items() if key and isinstance(value, str) and value.strip()
                }
                title, *_ = [*filled.values(), ""]
                page = by_title.get((stem, fold(title.replace("/", " "))))
                if page is None:
                    why, hint = "no page of the export is this row", "totem import csv reads the table"
                    what = " | ".join(filled.values())
                    self._files.notes.append(
                        Note(Kind.LEFT_OUT, what, why, Location(self._files.name(path), line), hint)
                    )
                    continue
                known = {fold(key) for key in page.matter.data}
                more = {key: Plain(value) for key, value in list(filled.items())[1:] if fold(key) not in known}
                page.matter = page.matter._replace(data={**page.matter.data, **more})

    def _pair(self, pages: list[Page]) -> None:
        """Find for each page in another language the page that it translates."""
        for group in self._groups(pages):
            is_several = len({page.place.language or self._language for page in group}) > 1
            if is_several and not any(page.translates for page in group):
                first = min(group, key=lambda page: page.place.language not in ("", self._language))
                if not self._language and first.place.language:
                    why = "the site names no language: this is read as the original, the others as its translations"
                    self._files.notes.append(Note(Kind.ASSUMED, first.path, why, first.location))
                for page in group:
                    page.translates = None if page is first else first

    def _groups(self, pages: list[Page]) -> Iterable[list[Page]]:
        """The pages that may be one in several languages: of one path but for a language, or with a key in common."""
        groups: dict[tuple[str, str], list[Page]] = {}
        for page in pages:
            translated, path = in_original(page.path)
            parts = [part for part in posixpath.dirname(path).split("/") if part not in self._languages]
            stem = PurePosixPath(path).stem
            if page.place.language and stem.endswith(f".{page.place.language}"):
                stem = stem.rpartition(".")[0]
            elif page.place.language and not translated and not set(page.path.split("/")) & self._languages:
                stem = stem.rpartition(".")[0] or stem
            groups.setdefault(("/".join(parts), stem), []).append(page)
        for page in pages:
            if (language := _stated_language(page)) and not page.place.language:
                page.place = page.place._replace(language=language)
            for key, value in page.matter.data.items():
                if fold(key) in _SHARED_KEYS and isinstance(value, str) and value:
                    within = "" if fold(key) == "translationkey" else page.place.series
                    groups.setdefault((f"\0{fold(key)} {within}", value), []).append(page)
        return groups.values()


def _is_about_site(page: Page, with_episodes: Container[str], tops: Container[str]) -> bool:
    """Whether a text is a page about the site: by its folder, name or layout, where it has no field of an episode.

    ``with_episodes`` are the series that have some, ``tops`` the names of the folders in which such pages lie.
    """
    where, data = page.place, page.matter.data
    fields = {vocabulary(Episode).find(key): value for key, value in data.items() if value}
    if where.kind == "series":
        return _is_site_name(where.folder) and where.series not in with_episodes
    if where.kind != "episode" or where.date or where.folder not in tops or _FACTS & fields.keys():
        return False
    is_dated = bool({"date", "published"} & fields.keys())
    if where.folder in _PAGES_FOLDERS or _is_site_name(where.stem):
        return True
    if not is_dated and _is_site_name(str(fields.get("title", ""))):  # a talk may be called "Cookies"
        return True
    shown = {PurePosixPath(str(data[key])).stem for key in _SHOWN if data.get(key)}
    is_empty = not page.matter.text.strip()
    return not is_dated and bool(shown) and (is_empty or any(one == "page" or _is_site_name(one) for one in shown))


def _is_site_name(name: str) -> bool:
    """Whether a page of this name, or title, is about the site: ``about``, ``mentions-legales``, ``404``."""
    return fold(re.sub(r"[-_ ]+", " ", name)).strip(" ?!") in _SITE_PAGES


def together(errors: list[InvalidError]) -> InvalidError:
    """The first of several errors, with the others in its hint."""
    first, *others = errors
    if others:
        more = f", and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        first.add_note(f"wrong too: {'; '.join(map(str, others[:_MOST_NAMED]))}{more}")
    return first


def _linked(value: Any) -> Any:
    """A value of a vault, with the links that stand without quotation marks: YAML reads ``[[Ada]]`` as lists."""
    if not isinstance(value, list):
        return value
    match value:
        case [[str(name)]]:
            return f"[[{name}]]"
    return [_linked(one) for one in value]


def _with_inline_fields(matter: Matter) -> Matter:
    """A text, and the fields that lines of it state (``Durée:: 1h30``, Obsidian's Dataview), without these lines.

    What a second line says of a field stays in the text.
    """
    stated = {fold(key) for key in matter.data}
    fields: dict[str, Plain] = {}

    def take(match: re.Match[str]) -> str:
        key = match["key"]
        if fold(key) in stated or not vocabulary(Episode).find(key):
            return match[0]
        stated.add(fold(key))
        fields[key] = Plain(match["value"].strip())
        return ""

    text = _INLINE.sub(take, matter.text)
    return matter._replace(data={**matter.data, **fields}, text=text.strip("\n")) if fields else matter


def _holds_vue(root: Path) -> bool:
    """Whether a folder is a site of VuePress or VitePress."""
    folders = (root / above / name for above in ("", "docs") for name in (".vuepress", ".vitepress"))
    return any(one.is_dir() for one in folders)


def _stated_language(page: Page) -> str:
    """The language that a text says it is in."""
    found = (value for key, value in page.matter.data.items() if fold(key) in ("lang", "language", "locale"))
    return next((language_tag(value) for value in found if isinstance(value, str)), "")


def media_of(files: Files) -> list[str]:
    """The paths below the folder ``media`` at the top, which is copied as a whole."""
    return [path for path in files.below(MEDIA) if PurePosixPath(path).suffix != ".md"] if not files.is_one else []
