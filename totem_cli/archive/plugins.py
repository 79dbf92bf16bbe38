"""The door that exporters and importers come through, ours and everybody's: entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from totem_cli.errors import NotFoundError, PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def plugin_names(group: str) -> list[str]:
    """The names that a group of entry points holds, sorted."""
    return sorted({point.name for point in _points(group)})


def find_plugin(group: str, name: str, kind: str) -> Any:
    """The object that ``name`` stands for in a group of entry points (PyPA, "Entry points").

    ``kind`` is the word for it in messages. Raises NotFoundError where there is none, and PluginError where it cannot
    be loaded or several packages claim the name.
    """
    found = [point for point in _points(group) if point.name == name]
    if not found:
        raise NotFoundError(f"no {kind} {name!r}", hint=_hint(name, plugin_names(group)))
    if len({(_package(point), point.value) for point in found}) > 1:
        packages = ", ".join(sorted({_package(point) for point in found}))
        raise PluginError(
            f"several packages claim the {kind} {name!r}: {packages}", hint="uninstall all but one of them"
        )
    point = found[0]
    try:
        loaded = point.load()
    except Exception as error:  # a plugin's import may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise PluginError(f"the {kind} {name!r} of {_package(point)} cannot be loaded: {reason}") from error
    if not callable(loaded):
        raise PluginError(f"the {kind} {name!r} of {_package(point)} is not a function")
    return loaded


def _points(group: str) -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=group))


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"


def _hint(name: str, known: list[str]) -> str:
    from totem_cli.archive.refs import did_you_mean

    listing = (
        f"there are: {', '.join(known)}" if known else "none is installed: install totem itself, not only its files"
    )
    return did_you_mean(name, known) or listing
