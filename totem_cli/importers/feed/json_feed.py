"""JSON Feed (jsonfeed.org, 1.0 and 1.1) as the elements of a feed in XML, so that one reader serves all feeds."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.importers import Options, source_bytes
from totem_cli.importers.json import decoded
from totem_cli.importers.xml import Element

_NAMES = {
    "home_page_url": "link", "url": "link", "content_html": "content", "content_text": "content",
    "date_published": "published", "date_modified": "updated", "banner_image": "thumbnail", "icon": "logo",
    "tags": "category", "attachments": "enclosure", "authors": "author",
}  # fmt: skip
_ATTACHMENT = {"mime_type": "type", "size_in_bytes": "length", "duration_in_seconds": "duration"}
_HINT = "a feed in JSON has a version (https://jsonfeed.org/version/1.1) and items"


def is_json(source: Path | bytes) -> bool:
    """Whether a source begins as JSON does. Raises SystemFailedError where it cannot be read."""
    if isinstance(source, bytes):
        start = source[:1000]
    elif source.is_dir():
        return False
    else:
        try:
            with source.open("rb") as file:
                start = file.read(1000)
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", source) from error
    return start.removeprefix(BOM_UTF8).lstrip().startswith((b"{", b"["))


def json_feed(source: Path | bytes, options: Options) -> tuple[Element, list[tuple[Element, Location]]]:
    """The channel of a feed and its entries. Raises InvalidError with the location where the source is none."""
    content, name = source_bytes(source, options)
    document = decoded(content, name)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidError("this is not a feed: it has no items", hint=_HINT, location=Location(name))
    channel = Element("channel", "", {}, None)
    channel.children = list(_elements({key: value for key, value in document.items() if key != "items"}, channel))
    entries = []
    for number, item in enumerate(items):
        entry = Element("item", "", {}, None)
        entry.children = list(_elements(item, entry))
        entries.append((entry, Location(name, path=f"items[{number}]")))
    return channel, entries


def _elements(data: Mapping[str, Any], parent: Element) -> Iterator[Element]:
    for key, value in data.items():
        for one in value if isinstance(value, list) else [value]:
            yield from _element(key, one, parent)


def _element(key: str, value: Any, parent: Element) -> Iterator[Element]:
    element = Element(_NAMES.get(key, key), "", {}, parent)
    element.tag = key
    if value is None or value == "":
        return
    named: dict[str, Any] = value if isinstance(value, dict) else {}
    if key in ("attachments", "authors", "author") and named:
        element.attributes = {
            _ATTACHMENT.get(name, name): _text(one) for name, one in named.items() if name != "name" and one is not None
        }
        element.children = list(_element("name", named.get("name"), element))
    elif isinstance(value, dict):
        element.children = list(_elements(value, element))
    elif isinstance(value, list):
        element.children = list(_elements({key: value}, element))
    elif key in ("image", "banner_image"):
        element.attributes = {"url": _text(value)}
    elif key in ("title", "content_text", "summary"):
        element.attributes = {"type": "text"}
        element.children = [escape(_text(value), quote=False) if key == "summary" else _text(value)]
    else:
        element.children = [_text(value)]
    yield element


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
