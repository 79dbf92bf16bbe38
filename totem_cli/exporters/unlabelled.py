"""The names of recordings, pictures, documents and links without a label: what they are and where."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from totem_cli.language.labels import label
from totem_cli.markup.addresses import file_name, host_name, is_remote, link

if TYPE_CHECKING:
    from totem_cli.model.parts import Link, Media

LONGEST = 40
"""The longest path of an address that a name has."""

_EXTENSIONS = {
    "audio": "aac flac m4a mp3 oga ogg opus wav",
    "video": "avi m4v mkv mov mp4 ogv webm",
    "image": "avif gif jpeg jpg png svg webp",
    "slides": "key odp ppt pptx",
    "transcript": "srt vtt",
    "document": "doc docx odt pdf rtf txt",
}
_HOSTS = {
    "audio": "soundcloud.com spotify.com deezer.com mixcloud.com ausha.co acast.com",
    "video": "youtube.com youtu.be youtube-nocookie.com vimeo.com dailymotion.com twitch.tv",
    "slides": "slideshare.net speakerdeck.com slides.com",
}
_BY_EXTENSION = {extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()}
_BY_HOST = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}


def media_name(media: Media, language: str) -> str:
    """Return the ``alt`` of a medium, else what it is and where: ``Vidéo, youtube.com``, ``Audio, soir.mp3``."""
    if media.alt:
        return media.alt
    address = (link(media.url) if media.url else None) or ""
    host = host_name(address) if is_remote(address) and not media.path else None
    where = host or file_name(media.path or media.url or "")
    return ", ".join(filter(None, (_kind_name(_kind(media, host), language), where)))


def link_name(one: Link) -> str:
    """Return the label of a link, else its address as people say it: ``carte.example/port``."""
    address = link(one.url) or ""
    host = host_name(address) if is_remote(address) else None
    if one.label or not host:
        return one.label or file_name(one.url)
    path = unquote(urlsplit(address).path).rstrip("/")
    return f"{host}{path}" if len(path) <= LONGEST and path.isprintable() and "\ufffd" not in path else host


def _kind(media: Media, host: str | None) -> str:
    """What a medium is, by its front matter, else by its name, else by where it is; empty where nothing tells."""
    if media.kind:
        return media.kind
    typed = (media.type or "").partition("/")[0]
    if typed in ("audio", "video", "image"):
        return typed
    try:
        path = urlsplit(media.path or media.url or "").path
    except ValueError:
        path = ""
    domain = ".".join((host or "").split(".")[-2:])
    return _BY_EXTENSION.get(path.rpartition(".")[2].lower()) or _BY_HOST.get(domain, "")


def _kind_name(kind: str, language: str) -> str:
    """The label of a kind; a kind that has none begins with a capital."""
    known = kind.casefold()
    return label(known, language) if known in _EXTENSIONS else kind[:1].upper() + kind[1:]
