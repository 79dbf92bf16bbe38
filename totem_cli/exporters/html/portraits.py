"""Portraits of guests on the pages of episodes, for people whose file has a picture or a biography."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from totem_cli.exporters.html.episode_view import opening
from totem_cli.exporters.html.pictures import Picture
from totem_cli.markup.html import to_html
from totem_cli.model.media_names import local_path

if TYPE_CHECKING:
    from totem_cli.exporters.html.structure import SiteStructure


class Portrait(Struct, frozen=True, kw_only=True):
    """A person: name, address on the site, picture, beginning of the biography."""

    name: str
    address: str
    picture: Picture | None
    text: str


def portraits(site: SiteStructure) -> Mapping[str, Portrait]:
    """Return the portraits of people who have a page and a picture or a biography, by the address of the page."""
    if not any(person.biography or person.image for person in site.publication.persons):
        return {}
    found = {}
    for person in site.publication.persons:
        if f"people/{person.slug}" not in site.outline.directory.people:
            continue
        picture = site.pictures[local_path(person.image, site.publication.media) or ""]
        text = opening(to_html(person.biography, folder="people"))
        if picture or text:
            address = f"people/{person.slug}/"
            found[address] = Portrait(name=person.name, address=address, picture=picture, text=text)
    return found
