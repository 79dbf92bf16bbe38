"""The questions of episodes, numbered by their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.parts import Parts
from totem_cli.archive.record import QuestionRecord, question_record
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
        """Add one question or several to an episode, in order; each with its number."""
        from totem_cli.archive.items import given

        with self._workspace.transaction(f"add question {ref}"):
            owner, added = self._owner(ref), []
            for text in texts:
                table = given(text=text, asked_by=asked_by, answer=answer)
                values = table if len(table) > 1 else text
                owner, position = self._add(owner, values, self._same(text), if_exists)
                added.append(position)
            return [self._item(owner, position) for position in added]

    def _item(self, owner: Episode | Series, position: int) -> QuestionRecord:
        assert isinstance(owner, Episode)
        return question_record(owner.questions[position], owner)
