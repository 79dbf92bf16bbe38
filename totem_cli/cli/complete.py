"""What Typer completes values with: the names that the archive's index holds, and the formats that are installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from totem_cli.archive.location import archive_folder
from totem_cli.index.names import Kind, names

MOST = 2000
"""A shell is offered no more values than this."""

FEW = 50
"""Where there are more episodes, their series are offered first."""


def archive_option(context: typer.Context) -> str | None:
    """What ``--archive`` says on a command line, after the command or before it."""
    here: Any = context
    while here is not None:
        if here.params.get("archive"):
            return str(here.params["archive"])
        here = here.parent
    return None


def series(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the slug of a series."""
    return _offered(_names(ctx, "series"), incomplete)


def episode(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the reference of an episode: first the series, where there are many."""
    found = _names(ctx, "episode")
    if "/" not in incomplete and len(found) > FEW:
        found = [f"{one}/" for one in _names(ctx, "series")]
    return _offered(found, incomplete)


def episode_or_series(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the reference of an episode or a series; the episodes once their series is typed."""
    if "/" in incomplete:
        return episode(ctx, incomplete)
    found = _names(ctx, "series")
    return _offered([*found, *(f"{one}/" for one in found), "latest"], incomplete)


def person(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a person."""
    return _offered(_names(ctx, "person"), incomplete)


def organisation(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of an organisation."""
    return _offered(_names(ctx, "organisation"), incomplete)


def tag(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a tag."""
    return _offered(_names(ctx, "tag"), incomplete)


def deploy_target(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a target of totem.toml."""
    return _offered(_settings(ctx).get("deploy", {}), incomplete)


def wordpress_site(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a WordPress site of totem.toml."""
    return _offered(_settings(ctx).get("wordpress", {}), incomplete)


def _settings(ctx: typer.Context) -> dict[str, Any]:
    import tomllib

    root = archive_folder(archive_option(ctx))
    try:
        return tomllib.loads((root / "totem.toml").read_text("utf-8") if root else "")
    except (OSError, ValueError):  # what is wrong with it, the command itself says
        return {}


def exporter(incomplete: str) -> list[str]:
    """Complete the name of a format that can be exported."""
    return _formats("totem.exporters", incomplete)


def importer(incomplete: str) -> list[str]:
    """Complete the name of a format that can be imported."""
    return _formats("totem.importers", incomplete)


def generator(incomplete: str) -> list[str]:
    """Complete the name of a site generator."""
    from totem_cli.exporters.generators import DIALECTS

    return _offered(("plain", *DIALECTS), incomplete)


def _formats(group: str, incomplete: str) -> list[str]:
    from importlib.metadata import entry_points

    return _offered(entry_points(group=group).names, incomplete)


def _names(ctx: typer.Context, kind: Kind) -> list[str]:
    root = archive_folder(archive_option(ctx))
    return names(root, kind) if root else []


def _offered(found: Iterable[str], incomplete: str) -> list[str]:
    """Those that begin with what was typed, sorted.

    Control characters would end a line of the answer, and Typer's script for zsh lets it run what follows a backslash:
    values with such characters are left out.
    """
    fitting = {one for one in found if one.startswith(incomplete) and one.isprintable() and "\\" not in one}
    return sorted(fitting)[:MOST]
