"""A WordPress site, from its export (Tools, Export: WordPress eXtended RSS, WXR 1.0 to 1.2).

The file is read as a stream: once to know what is in it and that it is whole, once for each use of the episodes.
Parameters: ``type`` names kinds of item to import besides posts (``page``), ``by`` what series are made of
(``category``, ``tag`` or ``none``: one series of the whole site), ``hosts=authors`` makes the authors hosts.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.placing import takes
from totem_cli.importers.wordpress.posts import Comments, Posts
from totem_cli.importers.wordpress.survey import Choice, survey

_BY = ("category", "tag", "none")

__all__ = ["read"]


@takes(
    by="category, tag or none: what series are made of",
    hosts="authors or none",
    type="a kind of item, such as page",
)
def read(source: Path | bytes, options: Options) -> Imported:
    """The posts, in the order of the export. Raises InvalidError with the location where it is none, or cut off."""
    choice = _choice(options)
    if isinstance(source, Path) and not source.is_file() and not source.is_dir():
        source, name = source_bytes(source, options)  # a pipe can be read only once
        options = replace(options, name=name)
    found = survey(source, options, choice)
    posts = Posts(source, options, choice, found)
    comments = Comments(posts) if found.commented else ()
    return Imported(series=found.all_series(), episodes=posts, comments=comments, notes=tuple(found.notes))


def _choice(options: Options) -> Choice:
    by = options.parameters.get("by", "category")
    if by not in _BY:
        raise InvalidError(f"series cannot be made by {by!r}", hint=f"by is one of: {', '.join(_BY)}", field="by")
    hosts = options.parameters.get("hosts", "none")
    if hosts not in ("authors", "none"):
        raise InvalidError(f"hosts cannot be {hosts!r}", hint="hosts is authors or none", field="hosts")
    named = options.parameters.get("type", "").replace(",", " ").split()
    return Choice(frozenset({"post", *named}), by, hosts == "authors")
