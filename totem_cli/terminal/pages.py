"""Pages to read on a terminal: an episode, a series whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from totem_cli.language.typography import Typography
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.terminal.outline import Only, comment_outline, episode_outline, series_outline
from totem_cli.terminal.recap import Sheet


def episode_page(episode: Episode, series: Series, settings: Settings, *, only: Only | None = None) -> RenderableType:
    """An episode that carries its recap: title, who took part, recap, questions, links, tags; or ``only`` a part."""
    language = episode.language or series.language or settings.language
    return Sheet([(language, episode_outline(episode, series, language, only))], rules_of(settings))


def series_page(
    series: Series, episodes: Sequence[Episode], settings: Settings, *, only: Only | None = None
) -> RenderableType:
    """A series whole, as the page it was published on: its introduction, then each of ``episodes``."""
    return Sheet(series_outline(series, episodes, settings.language, only), rules_of(settings))


def comment_page(comment: Comment, on: str, language: str, settings: Settings) -> RenderableType:
    """A comment: what it is ``on``, who wrote it when, its status, its text."""
    return Sheet([(language, comment_outline(comment, on, language))], rules_of(settings))


def rules_of(settings: Settings) -> Typography:
    """The rules of French spacing that the archive's settings ask for."""
    asked = settings.typography
    return Typography(asked.apply, asked.before_colon, asked.inside_guillemets, asked.before_high)
