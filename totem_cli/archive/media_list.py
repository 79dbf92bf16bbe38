"""The media of episodes: recordings, pictures and documents, as addresses or as files under ``media/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from totem_cli.archive.parts import Parts
from totem_cli.archive.workspace import IfExists, Workspace
from totem_cli.errors import ExistsError, InvalidError, NotFoundError
from totem_cli.model.parts import Media

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode
    from totem_cli.model.series import Series


class MediaList(Parts[Media]):
    """The recordings, pictures and documents of episodes."""

    key, type, is_of_series, is_exact, phrase = "media", Media, False, True, "among the media"

    def add(
        self, ref: str, source: str, *, alt: str | None = None, kind: str | None = None, if_exists: IfExists = "error"
    ) -> Episode | Series:
        """Add an address, or a file, which is copied into ``media/``, to an episode.

        Raises NotFoundError, InvalidError for what is no file; ExistsError where another file has its name.
        """
        with self._workspace.transaction(f"add media {ref} {source}"):
            values = {"url": source} if "://" in source else self._copied(source)
            name = str(values.get("path", source))
            kind = kind or _kind(values.get("type"), source)
            values |= ({"kind": kind} if kind else {}) | ({"alt": alt} if alt else {})
            return self._add(self._owner(ref), values, self._same(name), if_exists)[0]

    def _copied(self, source: str) -> dict[str, Any]:
        from mimetypes import guess_type

        from totem_cli.language.slug import slugify

        file = Path(source)
        try:
            exists = file.exists()
        except OSError as error:
            raise InvalidError(f"{source[:80]!r} cannot be a file: {error.strerror}", field="media") from None
        if not exists:
            raise NotFoundError(f"no file {source}", hint="give a file, or an address with ://")
        if not file.is_file():
            raise InvalidError(f"{source} is not a file", hint="give a file, or an address with ://", field="media")
        stem = slugify(file.stem, language=self._workspace.settings.language) or "media"
        suffix = "".join(
            letter for letter in file.suffix.lower() if letter.isascii() and (letter.isalnum() or letter == ".")
        )
        name = f"{stem}{suffix}"
        copy_in(self._workspace, name, file)
        guessed = guess_type(name)[0]
        return {"path": name} | ({"type": guessed} if guessed else {}) | {"bytes": file.stat().st_size}


def copy_in(workspace: Workspace, name: str, source: Path, root: Path | None = None) -> None:
    """Copy a file into ``media/``, in a transaction; beneath ``root`` no symbolic link is followed to it.

    Raises ExistsError where a file of that name has other content.
    """
    path = f"media/{name}"
    existing = workspace.change.read(path)  # an earlier copy of the same transaction counts
    if existing is None:
        workspace.change.copy_in(source, path, root)
        return
    from totem_cli.storage.walk import read_beneath

    if existing != (read_beneath(root, source.relative_to(root).as_posix()) if root else source.read_bytes()):
        raise ExistsError(f"{workspace.shown(path)} exists already, with other content", hint="rename one of them")


def _kind(media_type: str | None, source: str) -> str | None:
    from mimetypes import guess_type

    found = media_type or guess_type(source.partition("?")[0])[0]
    family = (found or "").partition("/")[0]
    return family if family in ("audio", "video", "image") else None
