"""What a part of a page says, by the fields of an episode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from totem_cli.importers.notes import Kind, Note

RULE = "* * *"
"""A rule between paragraphs, in Markdown."""


@dataclass
class Section:
    """The content of a part of a page. ``fields`` are those without a list of their own.

    ``notes`` have no location; ``understood`` are labels and lines whose meaning is in the rest.
    """

    guests: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[dict[str, Any]] = field(default_factory=list)
    partners: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def recap(self) -> str:
        """The text, in Markdown, without rules at its ends."""
        first = next((at for at, one in enumerate(self.text) if one != RULE), 0)
        last = next((at for at, one in enumerate(reversed(self.text)) if one != RULE), 0)
        return "\n\n".join(self.text[first : len(self.text) - last])

    def add_tags(self, tags: Iterable[str]) -> None:
        """Add tags, without their signs."""
        self.tags += filter(None, (tag.strip(" #.") for tag in tags))

    def leave_out(self, what: str, why: str, hint: str = "") -> None:
        """Tell that a text of the page is not in the archive."""
        self.notes.append(Note(Kind.LEFT_OUT, what, why, hint=hint))

    def assume(self, what: str, why: str, hint: str = "") -> None:
        """Tell how a text of the page was understood, where it may mean something else."""
        self.notes.append(Note(Kind.ASSUMED, what, why, hint=hint))
