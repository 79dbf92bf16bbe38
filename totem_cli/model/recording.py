"""Recordings: which media of an episode are sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.model.parts import Media

SOUNDS = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
}
"""The media type of a recording by its extension (IANA, Media Types)."""

_TYPE = re.compile(r"audio/[\w.+-]+", re.ASCII)


def sound_type(media: Media) -> str | None:
    """The media type of a recording; None for what is not sound."""
    extension = (media.path or media.url or "").rpartition(".")[2].lower()
    media_type = media.type if media.type and _TYPE.fullmatch(media.type) else None
    kind = media_type or SOUNDS.get(extension)
    if media.kind not in (None, "audio") or (media.kind is None and media.type and not media_type):
        return None
    return kind


def is_recorded(media: Iterable[Media]) -> bool:
    """Whether there is sound among these."""
    return any(map(sound_type, media))
