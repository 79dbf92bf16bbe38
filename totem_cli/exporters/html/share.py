"""Links to share a page: plain addresses of each service, which load nothing and count nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from totem_cli.model.settings import Share

_INSTANCE = re.compile(r"(?:https?://)?([A-Za-z0-9.-]+(?::\d+)?)/?")

_ADDRESSES = {
    "linkedin": "https://www.linkedin.com/sharing/share-offsite/?url={url}",
    "bluesky": "https://bsky.app/intent/compose?text={text}",
    "x": "https://x.com/intent/post?text={title}&url={url}",
    "whatsapp": "https://wa.me/?text={text}",
    "facebook": "https://www.facebook.com/sharer/sharer.php?u={url}",
}


class ShareLink(NamedTuple):
    """One link: ``service`` as the settings name it; ``url`` empty: the page itself; ``label`` the key of its words.

    ``copy`` and ``system``, the system's own sheet, are for scripts; without, the first is the permanent link.
    """

    service: str
    url: str
    label: str


def share_links(share: Share, title: str, url: str | None) -> Iterator[ShareLink]:
    """The links for one page, in the order of the settings.

    ``url`` is the page's absolute address, without which only e-mail, the permanent link and the system's sheet make
    sense. Mastodon needs an instance. Services that are not known are left out.
    """
    words = {"title": quote(title, safe=""), "url": quote(url or "", safe="")}
    words["text"] = f"{words['title']}%20{words['url']}"
    for service in share.services:
        if service == "email":
            body = f"&body={words['url']}" if url else ""
            yield ShareLink(service, f"mailto:?subject={words['title']}{body}", f"share_{service}")
        elif service in ("copy", "system"):
            yield ShareLink(service, url or "", f"share_{service}")
        elif service == "mastodon" and url and share.mastodon:
            instance = _INSTANCE.fullmatch(share.mastodon.strip())
            if instance:
                yield ShareLink(service, f"https://{instance[1]}/share?text={words['text']}", f"share_{service}")
        elif service in _ADDRESSES and url:
            yield ShareLink(service, _ADDRESSES[service].format(**words), f"share_{service}")
