"""The door that exporters and importers come through, ours and everybody's: entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from totem_cli.errors import NotFoundError, PluginError, TotemError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from types import ModuleType

OURS = "totem-cli"
"""The package whose formats are totem's own."""


class Plugin(Struct, frozen=True):
    """A format: what it is called in messages, the package it is from, its function."""

    title: str
    package: str
    is_ours: bool
    function: Callable[..., Any]

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Whatever another package's function raises in the block, but totem's own errors, becomes a PluginError.

        A fault of totem's own functions stays what it is: a bug.
        """
        try:
            yield
        except (TotemError, BrokenPipeError):
            raise
        except (Exception, SystemExit) as error:  # a plugin may raise anything
            if self.is_ours:
                raise
            raise self.fault(f"failed: {_reason(error)}") from error

    def fault(self, what: str) -> PluginError:
        """The error that says what is wrong with it."""
        return PluginError(f"the {self.title} of {self.package} {what}")


def plugin_names(group: str) -> list[str]:
    """The names that a group of entry points holds, sorted."""
    return sorted({point.name for point in _points(group)})


def find_plugin(group: str, name: str, kind: str) -> Plugin:
    """The format that ``name`` stands for in a group of entry points (PyPA, "Entry points").

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
    title, package, is_ours = f"{kind} {name!r}", _package(point), _package(point) == OURS
    try:
        loaded = point.load()
    except (Exception, SystemExit) as error:  # a plugin's import may raise anything
        raise PluginError(f"the {title} of {package} cannot be loaded: {_reason(error)}") from error
    plugin = Plugin(title, package, is_ours, loaded)
    if not callable(loaded):
        raise plugin.fault("is not a function")
    return plugin


def needed(module: str, *, extra: str, what: str) -> ModuleType:
    """A module that an extra of totem's installs, for ``what``; PluginError, with what to install, where it is not."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        is_absent = isinstance(error, ModuleNotFoundError) and error.name == module
        why = "is not installed" if is_absent else f"cannot be loaded: {error}"
        raise PluginError(f"{what} needs {module}, which {why}", hint=f"pip install 'totem-cli[{extra}]'") from error


def _points(group: str) -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=group))


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"


def _reason(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _hint(name: str, names: list[str]) -> str:
    from totem_cli.language.suggest import did_you_mean

    listing = (
        f"there are: {', '.join(names)}" if names else "none is installed: install totem itself, not only its files"
    )
    return did_you_mean(name, names) or listing
