"""Links that share a page: plain addresses of services, which load nothing from them."""

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
    """A link: ``service`` as in the settings; ``url``, empty for the page itself; ``label`` is the key of its text.

    ``copy`` and ``system`` (the share sheet of the operating system) are for scripts; without JavaScript, ``copy`` is
    the permanent link.
    """

    service: str
    url: str
    label: str


def share_links(share: Share, title: str, url: str | None) -> Iterator[ShareLink]:
    """Yield the links for a page, in the order of the settings.

    ``url`` is the page's absolute address; without it there are only e-mail, the permanent link and the system's share
    sheet. Left out are Mastodon without an instance in the settings, and unknown services.
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
