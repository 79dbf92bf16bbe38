"""Checking an exported folder: every file as it was written, every link and fragment leading somewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from totem_cli.errors import NotFoundError, RefusedError, SystemFailedError
from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import NAME, Manifest, Row
from totem_cli.storage.files import Folder

_ADDRESSES = {"href", "src", "poster", "action"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in an exported folder."""

    path: str
    message: str


class _Links(HTMLParser):
    """The addresses that a page leads to, the fragments it has, and the addresses to which its forms post."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self.fragments: set[str] = {"", "top"}
        self.receivers: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one tag."""
        if tag == "form" and ("method", "post") in attrs:
            self.receivers.add((dict(attrs).get("action") or "").partition("?")[0])
        for name, value in attrs:
            if name in _ADDRESSES and value is not None:
                self.addresses.append(value)
            elif name == "id" and value:
                self.fragments.add(value)


def check_site(site: Path) -> list[Fault]:
    """Every file that is missing or altered since the export, every relative link or fragment that leads nowhere.

    Raises NotFoundError where there is no such folder.
    """
    if not site.is_dir():
        raise NotFoundError(f"no folder {site}", hint="export it with: totem export html")
    pages = {path: _read(path) for path in sorted(site.rglob("*.html")) if path.is_file()}
    return [*_altered(site), *(fault for path in pages for fault in _dead_links(site, path, pages))]


def _altered(site: Path) -> Iterator[Fault]:
    try:
        entries = _entries(site)
        if not entries:  # where several formats were exported together, one manifest is beside the site
            folder = f"{site.resolve().name}/"
            beside = _entries(site.resolve().parent)
            entries = {name[len(folder) :]: row for name, row in beside.items() if name.startswith(folder)}
        if not entries:
            yield Fault(".", "there is no manifest: totem did not write this folder, or not to its end")
        contents = Contents(os.fspath(site), None)
        for name, entry in sorted(entries.items()):
            if not contents.holds(name, entry):
                yield Fault(name, "was altered since the export" if os.path.lexists(site / name) else "is missing")
    except RefusedError as problem:
        yield Fault(".", problem.message)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read") from error


def _entries(root: Path) -> Mapping[str, Row]:
    """What the manifest in a folder names; nothing where there is none."""
    with Folder(root) as folder:
        content = folder.read(NAME)
    return {} if content is None else Manifest.decode(content, NAME).rows


def _dead_links(site: Path, page: Path, pages: dict[Path, _Links]) -> Iterator[Fault]:
    for address in dict.fromkeys(pages[page].addresses):
        where = page.relative_to(site).as_posix()
        try:
            parts = urlsplit(address)
        except ValueError:
            yield Fault(where, f"is no address: {address}")
            continue
        # A program of the server answers where forms post to, and no file.
        if parts.scheme or parts.netloc or (parts.path and parts.path in pages[page].receivers):
            continue
        target = Path(os.path.normpath(page.parent / unquote(parts.path))) if parts.path else page
        # Not Path's own questions: they raise for a name that no file can have.
        if os.path.isdir(target):
            target = target / "index.html"
        if not target.is_relative_to(site) or not os.path.isfile(target):
            yield Fault(where, f"leads nowhere: {address}")
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].fragments:
            yield Fault(where, f"leads to no such place: {address}")


def _read(path: Path) -> _Links:
    links = _Links()
    try:
        links.feed(path.read_text("utf-8", errors="replace"))
        links.close()
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", path) from error
    except AssertionError:
        pass  # html.parser gives up so on a marked section that it does not know
    return links
