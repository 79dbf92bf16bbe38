"""Checks of what texts and fields refer to: pages, files, pictures; and of the files under ``media/`` themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from totem_cli.archive.findings import Finding
from totem_cli.archive.media import MediaFile, media_files
from totem_cli.archive.picture_tiff import holds_place
from totem_cli.archive.publishing import Publishing
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.markup.addresses import is_remote
from totem_cli.markup.file_links import SUFFIX, page_of, target_of
from totem_cli.model.episode import Episode
from totem_cli.model.media_names import MEDIA, file_named, local_path
from totem_cli.model.query import visible_status
from totem_cli.storage.layout import SETTINGS
from totem_cli.storage.walk import read_beneath

if TYPE_CHECKING:
    from totem_cli.model.person import Person
    from totem_cli.model.series import Series

_MAY_REFER = re.compile(r"(?:\]\(\s*<?|\]:\s*<?|<(?:a|img)\s)(?!\s|https?://|mailto:|tel:)", re.IGNORECASE)
_UPWARD = re.compile(r"\A(?:\.{0,2}/)+")
_LISTS = frozenset(("people", "organisations", "tags", "questions", "search", "api", "assets"))
"""Folders of a site whose pages follow from what all episodes say."""

_FILES = frozenset(("feed.xml", "atom.xml", "feed.json", "comments.xml", "sitemap.xml", "robots.txt", "404.html"))

_HINT = "link to a file of the archive (02-slug.md), or to a page from the site's root (series/02-slug/)"

_Problem = tuple[str, str]
"""What is wrong, and a hint."""

MakeFinding = Callable[..., Finding]
"""Makes a finding: level, code, message, path, field, hint."""


class ReferenceChecks:
    """Finds what refers to nothing, and media that are of no use or say too much."""

    def __init__(self, workspace: Workspace, finding: MakeFinding) -> None:
        self._workspace = workspace
        self._finding = finding
        self._media = media_files(workspace.root, None)
        self._statuses: dict[str, str] = {}
        self._addresses: set[str] = {""}

    def run(self) -> Iterator[Finding]:
        """Yield everything found."""
        homes = {one.slug: one for one in self._workspace.series()}
        episodes = self._workspace.index.episodes(bodies=True)
        for series in homes.values():
            self._statuses[self._workspace.path(series)] = series.status
            self._addresses |= {series.slug, *series.aliases}
        for episode in episodes:
            home = homes.get(episode.series)
            status = visible_status(episode.status, home.status if home else "published")
            self._statuses[self._workspace.path(episode)] = status
            aliases = (alias if "/" in alias else f"{episode.series}/{alias}" for alias in episode.aliases)
            self._addresses |= {episode.folder, *(alias.strip("/") for alias in aliases)}
        for person in self._workspace.people():
            self._statuses[self._workspace.path(person)] = "published"
        for series in homes.values():
            yield from self._text(series, series.introduction, f"series/{series.slug}")
        for episode in episodes:
            yield from self._text(episode, episode.recap, f"series/{episode.series}")
            yield from self._image(episode)
        for person in self._workspace.people():
            yield from self._text(person, person.biography, "people")
            yield from self._image(person)
        yield from self._cover()
        yield from self._files()

    def _image(self, one: Episode | Person) -> Iterator[Finding]:
        if one.image and "://" not in one.image and local_path(one.image, self._media) is None:
            message, hint = (
                f"media/{one.image.removeprefix(MEDIA)} is not there",
                "put the picture there: no page has it",
            )
            yield self._finding("warning", "no-picture", message, self._workspace.path(one), ("image",), hint)

    def _cover(self) -> Iterator[Finding]:
        image = self._workspace.settings.podcast.image
        if image and "://" not in image and local_path(image, self._media) is None:
            message, hint = f"media/{image.removeprefix(MEDIA)} is not there", "directories refuse a podcast without it"
            yield self._finding("warning", "no-picture", message, SETTINGS, ("podcast", "image"), hint)

    def _text(self, one: Series | Episode | Person, text: str, folder: str) -> Iterator[Finding]:
        if not _MAY_REFER.search(text):
            return
        from totem_cli.markup.html import to_tree
        from totem_cli.markup.tree import elements

        path = self._workspace.path(one)
        checked: set[str] = set()
        for element in elements(to_tree(text)):
            address = element.attributes.get({"a": "href", "img": "src"}.get(element.tag, ""), "")
            if not address or address in checked or address.startswith("#") or is_remote(address):
                continue
            checked.add(address)
            name = _UPWARD.sub("", unquote(re.split(r"[?#]", address, maxsplit=1)[0]))
            if element.tag == "img" and (problem := self._picture_problem(name)):
                found = self._finding("warning", "no-picture", problem[0], path, (), problem[1])
                yield self._placed(found, path, address)
            elif element.tag == "a" and (problem := self._link_problem(address, name, folder, path)):
                found = self._finding("warning", "dead-link", problem[0], path, (), problem[1])
                yield self._placed(found, path, address)

    def _picture_problem(self, name: str) -> _Problem | None:
        if name.startswith(MEDIA) and name.removeprefix(MEDIA) in self._media:
            return None
        hint = f"write media/{name}" if name in self._media else "put it under media/, and write media/NAME"
        return f"there is no picture {name}", hint

    def _link_problem(self, address: str, name: str, folder: str, path: str) -> _Problem | None:
        shown = unquote(address)
        if name.endswith(SUFFIX):
            return self._file_problem(address, folder, path)
        if name.startswith(MEDIA):
            found = file_named(name, self._media)
            return None if found else (f"the link {shown} leads to no file", "files to link to lie under media/")
        return None if self._is_page(name) else (f"the link {shown} leads to no page", _HINT)

    def _file_problem(self, address: str, folder: str, path: str) -> _Problem | None:
        shown = unquote(address)
        status = self._statuses.get(target_of(address, folder) or "")
        if status is None and (page_of(address, folder) or "").strip("/") not in self._addresses - {""}:
            return f"the link {shown} leads to no episode, series or person", _HINT
        if status == "draft" and self._statuses.get(path) == "published":
            return f"the link {shown} leads to a draft", "publish it, or take the link out: its page is not on the site"
        return None

    def _is_page(self, name: str) -> bool:
        page = name.removesuffix("index.html").strip("/")
        first, _, rest = page.partition("/")
        if page in self._addresses or first in _LISTS or page in _FILES:
            return True
        return first in self._addresses and (rest in _FILES or re.fullmatch(r"page/[0-9]+", rest) is not None)

    def _placed(self, found: Finding, path: str, address: str) -> Finding:
        """The finding at the place of an address in a file, unless it is written in another way there."""
        location = self._place(path, address) or found.location
        return Finding(found.level, found.code, found.message, location, found.hint)

    def _place(self, path: str, address: str) -> Location | None:
        try:
            text = read_beneath(self._workspace.root, path).decode("utf-8", "replace")
        except OSError:
            return None
        body = max(text.find("\n+++", 3), 0)
        at = max(text.find(spelling, body) for spelling in (address, unquote(address)))
        if at < 0:
            return None
        line_begin = text.rfind("\n", 0, at) + 1
        return Location(self._workspace.shown(path), text.count("\n", 0, at) + 1, at - line_begin + 1)

    # Files under media/

    def _files(self) -> Iterator[Finding]:
        settings = self._workspace.settings.html
        unused = {} if settings.all_media else self._unused()
        for name, file in self._media.items():
            if name in unused:
                hint = "name it in what is published, or write all_media = true under [html] in totem.toml"
                message = "nothing that is published names the file: no export has it"
                yield self._finding("warning", "unused-media", message, f"{MEDIA}{name}", (), hint)
            refusal = None if settings.keep_metadata else file.refused()
            if refusal and name not in unused:
                yield self._finding("warning", "picture-left-out", refusal.message, file.path, (), refusal.hint)
            elif _says_where(file):
                hint = "exports leave it out; the file itself holds it"
                if settings.keep_metadata:
                    hint = "exports hold it too: take keep_metadata out of totem.toml"
                message = "the picture says where it was taken"
                yield self._finding("warning", "place-in-picture", message, f"{MEDIA}{name}", (), hint)

    def _unused(self) -> Mapping[str, MediaFile]:
        """The files that a whole export would not have; none where what is published cannot be told."""
        try:
            publication = Publishing(self._workspace).publication()
        except InvalidError:  # told elsewhere
            return {}
        used = publication.media_named(self._media)
        return {name: file for name, file in self._media.items() if name not in used}


def _says_where(file: MediaFile) -> bool:
    try:
        return file.is_picture() and holds_place(read_beneath(file.root, file.path))
    except (OSError, SystemFailedError):
        return False
