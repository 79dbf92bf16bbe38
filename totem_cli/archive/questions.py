"""The questions of episodes, numbered by their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.parts import Parts
from totem_cli.archive.record import QuestionRecord, question_record
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Question

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series


class Questions(Parts[QuestionRecord]):
    """The questions that were asked in episodes."""

    key, type, is_of_series = "questions", Question, False

    def __iter__(self) -> Iterator[QuestionRecord]:
        return iter(self.find())

    def find(self, query: Query | None = None) -> list[QuestionRecord]:
        """Every question of the episodes that a query selects, in their order."""
        return [record for episode in Episodes(self._workspace).find(query) for record in self._items(episode)]

    def add(
        self,
        ref: str,
        *texts: str,
        asked_by: str | None = None,
        answer: str | None = None,
        if_exists: IfExists = "error",
    ) -> list[QuestionRecord]:
        """Add one question or several to an episode, in order and in one edit of its file; each with its number."""
        from totem_cli.archive.items import given, short, updated
        from totem_cli.documents.toml_write import is_tables

        with self._editing(f"add question {ref}", ref) as (owner, document):
            items = [*document.data.get(self.key, [])]
            is_of_tables, positions, added = is_tables(items), dict[str, int](), []
            for position, item in enumerate(items):
                positions.setdefault(fold(short(self.key, item)), position)
            for text in texts:
                values = given(text=text, asked_by=asked_by, answer=answer)
                position = positions.setdefault(fold(text), len(items))
                if position == len(items):
                    items.append(values if len(values) > 1 or is_of_tables else text)
                elif if_exists == "error":
                    raise self._exists(owner, position, items[position])
                elif if_exists == "update":
                    items[position] = updated(self.key, items[position], values)
                added.append(position)
            document.set(self.key, items)
            saved = self._save(owner, document)
            return [self._item(saved, position) for position in added]

    def _item(self, owner: Episode | Series, position: int) -> QuestionRecord:
        assert isinstance(owner, Episode)
        return question_record(owner.questions[position], owner)
