"""Addresses in the texts of a folder: pictures beside a text become media, links between texts follow them."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

from totem_cli.importers.folder.files import MEDIA, TEXTS, Files
from totem_cli.importers.folder.place import notion_name
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?")
_MARKED = re.compile(r"\A(?:\{(?:static|attach|filename|photo|author|tag|category|index)\}|\|\w+\|)")
_STATIC = ("", "static", "public", "assets", "content", "src", "src/assets", "src/content", "source", "content/images")
_LEADING = ("content", "src", "source", "static", "public", "assets")
_TAIL = re.compile(r"[?#].*", re.DOTALL)
_PAGE_SUFFIXES = ("", ".html", ".htm", ".php", ".md", ".markdown", ".rst", ".mdx")


class Target(NamedTuple):
    """Where a text went."""

    series: str
    slug: str
    title: str


class Links:
    """The addresses of a folder; ``media`` are the files that texts refer to, by their names under ``media/``."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.media: dict[str, Path] = {}
        self._names: dict[str, str] = {}
        self._targets: dict[str, Target] = {}
        self._addresses: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for path in sorted(files.paths, key=lambda path: (path.count("/"), path), reverse=True):
            self._by_name[fold(path.rpartition("/")[2])] = path
            self._by_name[fold(notion_name(PurePosixPath(path).stem)[0])] = path

    def add(self, path: str, target: Target, addresses: Iterator[str] | tuple[str, ...] = ()) -> None:
        """Note where the text at a path goes, and the addresses that it had."""
        self._targets[path] = target
        for address in addresses:
            self._addresses.setdefault(address.strip("/"), path)

    def find(self, address: str, path: str) -> str | None:
        """The path of the file that an address in the text at ``path`` is; None where it is none of the source."""
        if _SCHEME.match(address):
            return None
        given = unquote(_TAIL.sub("", address)).replace("\\", "/")
        given, marks = _MARKED.subn("", given.removeprefix("@/"))
        here = posixpath.dirname(path)
        bases = (posixpath.join(base, given.lstrip("/")) for base in _STATIC)
        near = (posixpath.join(folder, given) for folder in (here, posixpath.join(here, PurePosixPath(path).stem)))
        candidates = bases if given.startswith("/") else chain(bases, near) if marks else chain(near, bases)
        for candidate in map(posixpath.normpath, candidates):
            for suffix in ("", "/index.md", "/_index.md", ".md", "/index.html", ".html"):
                if f"{candidate}{suffix}" in self._files:
                    return f"{candidate}{suffix}"
        return self._addresses.get(given.strip("/"))

    def named(self, name: str, path: str) -> str | None:
        """The path of the file of a name, with or without its suffix, anywhere in the source, as Obsidian finds it."""
        given = name.strip().strip("/")
        return self.find(quote(given), path) or self._by_name.get(fold(given.rpartition("/")[2]))

    def address(self, found: str, series: str, tail: str = "") -> str | None:
        """The address, in a text of a series, of what is at ``found``; None for a text of no place."""
        target = self._targets.get(found)
        if target is None:
            return None if PurePosixPath(found).suffix.lower() in TEXTS else f"{MEDIA}/{quote(self.copied(found))}"
        if not target.slug:
            return None
        inner = f"{target.slug}.md{tail}"
        return quote(inner, safe="#?=&./") if target.series == series else f"../{target.series}/{inner}"

    def title(self, found: str) -> str:
        """The title of the text at a path; empty for what is no text."""
        return self._targets[found].title if found in self._targets else ""

    def copied(self, path: str) -> str:
        """The name under ``media/`` of the file at a path, which becomes one of the media."""
        if path not in self._names:
            name = self._name(path)
            if name in self.media:  # two paths whose names differ only in what a name under media/ cannot have
                stem, dot, suffix = name.rpartition(".")
                name = f"{stem or suffix}-{hashlib.sha256(path.encode()).hexdigest()[:8]}{dot}{suffix if stem else ''}"
            assert self._files.root is not None
            self._names[path] = name
            self.media[name] = self._files.root / path
            self._files.used.add(path)
        return self._names[path]

    def _name(self, path: str) -> str:
        parts = path.split("/")
        while len(parts) > 1 and parts[0] in (*_LEADING, MEDIA, "_posts", "_drafts"):
            if parts.pop(0) == MEDIA:
                return "/".join(parts)
        *folders, name = parts
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, slugify(suffix)) if stem else (suffix, "")
        folders = [slugify(notion_name(one)[0]) or "folder" for one in folders]
        return "/".join([*folders, f"{slugify(notion_name(stem)[0]) or 'file'}{dot if suffix else ''}{suffix}"])


def is_file(address: str) -> bool:
    """Whether a local address is that of a file, such as a picture, not of a page."""
    if _SCHEME.match(address):
        return False
    suffix = PurePosixPath(unquote(_TAIL.sub("", address))).suffix.lower()
    return suffix not in _PAGE_SUFFIXES and re.fullmatch(r"\.[a-z0-9]{2,5}", suffix) is not None


def is_text(address: str) -> bool:
    """Whether a local address is that of a text's file, not of a page of the site."""
    return not _SCHEME.match(address) and PurePosixPath(_TAIL.sub("", address)).suffix.lower() in TEXTS - {
        ".html",
        ".htm",
    }


def tail_of(address: str) -> str:
    """The fragment of an address, with its mark."""
    return "#" + address.partition("#")[2] if "#" in address else ""


def by_suffix(media: Mapping[str, Path]) -> list[str]:
    """The names of media, sorted."""
    return sorted(media)
