"""totem: archive and publish series of talks.

The library: whatever a command does, Python does in as few lines::

    from totem_cli import Archive

    archive = Archive("archive")
    archive.guests.add("collaboration/1", "Ada Brun", role="géographe", organisations=["Lyon 3"])
    for episode in archive.episodes:
        print(episode.ref, episode.title)

Importing the package loads nothing else; each name is imported when it is first used.
"""

TYPE_CHECKING = False  # typing itself would load a dozen modules
if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive as Archive
    from totem_cli.errors import TotemError as TotemError
    from totem_cli.model.episode import Episode as Episode
    from totem_cli.model.query import Query as Query
    from totem_cli.model.series import Series as Series
    from totem_cli.version import __version__ as __version__

_HOMES = {
    "Archive": "totem_cli.archive.archive",
    "Episode": "totem_cli.model.episode",
    "Query": "totem_cli.model.query",
    "Series": "totem_cli.model.series",
    "TotemError": "totem_cli.errors",
    "__version__": "totem_cli.version",
}

__all__ = ["Archive", "Episode", "Query", "Series", "TotemError", "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
