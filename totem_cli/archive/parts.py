"""Operations on the lists of an episode or a series: guests, hosts, partners, questions, tags, links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from totem_cli.archive.assign import assign, assignments
from totem_cli.archive.base import IfExists
from totem_cli.archive.items import Items, folded, given, short
from totem_cli.archive.record import GuestRecord, QuestionRecord, guest_record, question_record
from totem_cli.errors import AmbiguousError, InvalidError, NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_slug
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Question
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from totem_cli.documents.document import Document


class Parts(Items):
    """Adding, changing, moving and removing what an episode or a series lists."""

    # Guests and hosts

    def add_guest(
        self,
        ref: str,
        name: str,
        *,
        role: str | None = None,
        organisations: Sequence[str] = (),
        url: str | None = None,
        billed_as: str | None = None,
        person: str | None = None,
        at: int | None = None,
        if_exists: IfExists = "error",
    ) -> GuestRecord:
        """Add a guest to the episode ``ref``, last or as number ``at`` (from 1)."""
        with self.transaction(f"add guest {ref} {name}"):
            values = given(
                name=name, role=role, organisations=list(organisations), billed_as=billed_as, url=url, person=person
            )
            episode = self.episode(ref)
            return self._add_appearance(episode, "guests", values, if_exists, at)

    def add_host(
        self,
        ref: str,
        name: str,
        *,
        role: str | None = None,
        organisations: Sequence[str] = (),
        url: str | None = None,
        billed_as: str | None = None,
        person: str | None = None,
        at: int | None = None,
        if_exists: IfExists = "error",
    ) -> GuestRecord:
        """Add a host to an episode or a series; what an episode inherited is written down first."""
        with self.transaction(f"add host {ref} {name}"):
            values = given(
                name=name, role=role, organisations=list(organisations), billed_as=billed_as, url=url, person=person
            )
            return self._add_appearance(self.episode_or_series(ref), "hosts", values, if_exists, at)

    def _add_appearance(
        self,
        owner: Episode | Series,
        key: Literal["guests", "hosts"],
        values: dict[str, Any],
        if_exists: IfExists,
        at: int | None,
    ) -> GuestRecord:
        name, person = values["name"], values.get("person")
        if person:
            check_slug(person, "person")
        names = self.names
        filed = [one for one in names.persons.values() if fold(name) in map(fold, (one.name, *one.aliases))]
        if len(filed) > 1 and not person:
            raise AmbiguousError(
                f"{name} is the name of {len(filed)} people",
                hint="say which with --person: " + ", ".join(sorted(one.slug for one in filed)),
            )

        def same(item: Any) -> bool:
            held = item.get("person") if isinstance(item, Mapping) else None
            if person and held:
                return bool(person == held)
            return fold(short(key, item)) in set(map(fold, names.aliases(name)))

        owner, place = self._add_part(owner, key, values, same, if_exists, at)
        kind: Literal["guest", "host"] = "guest" if key == "guests" else "host"
        return guest_record(getattr(owner, key)[place], owner, kind)

    def set_guest(self, ref: str, name: str, *changes: str, **values: Any) -> GuestRecord:
        """Change a guest of an episode: ``set_guest("x/1", "Ada Brun", role="CEO")``; ``role=None`` removes."""
        with self.transaction(f"set guest {ref} {name}"):
            return self._set_appearance(self.episode(ref), "guests", name, changes, values)

    def set_host(self, ref: str, name: str, *changes: str, **values: Any) -> GuestRecord:
        """Change a host of an episode or a series; what an episode inherited is written down first."""
        with self.transaction(f"set host {ref} {name}"):
            return self._set_appearance(self.episode_or_series(ref), "hosts", name, changes, values)

    def _set_appearance(
        self,
        owner: Episode | Series,
        key: Literal["guests", "hosts"],
        name: str,
        changes: Sequence[str],
        values: Mapping[str, Any],
    ) -> GuestRecord:
        document, place = self._part(owner, key, name)
        item = document.data[key][place]
        if isinstance(item, str):
            document.set((key, place), {"name": item})
        for change in assignments(changes, values):
            assign(document, change, Appearance, (key, place))
        owner = self._save_owner(owner, document)
        kind: Literal["guest", "host"] = "guest" if key == "guests" else "host"
        return guest_record(getattr(owner, key)[place], owner, kind)

    # Partners, tags, links

    def add_partner(
        self,
        ref: str,
        name: str,
        *,
        billed_as: str | None = None,
        url: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a partner to an episode or a series; what an episode inherited is written down first."""
        with self.transaction(f"add partner {ref} {name}"):
            values = given(name=name, billed_as=billed_as, url=url)
            owner = self.episode_or_series(ref)
            return self._add_part(owner, "partners", values, folded("partners", name), if_exists)[0]

    def add_tag(self, ref: str, *tags: str) -> Episode | Series:
        """Tag an episode or a series; a tag that is there already is left as it is written."""
        with self.transaction(f"add tag {ref} {' '.join(tags)}"):
            owner = self.episode_or_series(ref)
            document = self._open(self._path(owner))
            for tag in tags:
                if not tag.strip():
                    raise InvalidError("a tag cannot be empty", field="tags")
                if fold(tag) not in map(fold, document.data.get("tags", [])):
                    document.append("tags", tag)
            return self._save_owner(owner, document)

    def add_link(
        self,
        ref: str,
        url: str,
        *,
        label: str | None = None,
        kind: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a link to an episode or a series."""
        with self.transaction(f"add link {ref} {url}"):
            owner = self.episode_or_series(ref)
            values = given(url=url, label=label, kind=kind)
            return self._add_part(owner, "links", values, lambda item: short("links", item) == url, if_exists)[0]

    # Questions

    def add_question(
        self,
        ref: str,
        *texts: str,
        asked_by: str | None = None,
        answer: str | None = None,
        if_exists: IfExists = "error",
    ) -> list[QuestionRecord]:
        """Add one question or several to an episode, in order; each comes back with its number."""
        with self.transaction(f"add question {ref}"):
            episode = self.episode(ref)
            added = []
            for text in texts:
                whole = given(text=text, asked_by=asked_by, answer=answer)
                values = whole if len(whole) > 1 else text
                owner, place = self._add_part(episode, "questions", values, folded("questions", text), if_exists)
                assert isinstance(owner, Episode)
                episode = owner
                added.append(place)
            return [question_record(episode.questions[place], episode) for place in added]

    def set_question(self, ref: str, number: int, *changes: str, **values: Any) -> QuestionRecord:
        """Change question ``number`` of an episode: its ``text``, ``asked_by`` or ``answer``."""
        with self.transaction(f"set question {ref} {number}"):
            episode = self.episode(ref)
            document, place = self._question(episode, number)
            made = assignments(changes, values)
            if isinstance(document.data["questions"][place], str):
                self._set_plain_question(document, place, made)
            else:
                for change in made:
                    assign(document, change, Question, ("questions", place))
            saved = self._save_owner(episode, document)
            assert isinstance(saved, Episode)
            return question_record(saved.questions[place], saved)

    def _set_plain_question(self, document: Document, place: int, made: Sequence[Any]) -> None:
        """A question that is bare text stays so until it has more than text."""
        item: dict[str, Any] = {"text": document.data["questions"][place]}
        for change in made:
            key = change.key.removeprefix("extra.")
            if change.key not in ("text", "asked_by", "answer") and key == change.key:
                raise InvalidError(
                    f"no key {change.key!r} to set", hint="keys: text, asked_by, answer", field=change.key
                )
            if change.sign != "=":
                raise InvalidError(f"{change.key} is not a list: {change.sign} needs one", field=change.key)
            if change.value is None:
                item.pop(key, None)
            else:
                item[key] = change.value
        if not str(item.get("text", "")).strip():
            raise InvalidError("a question needs a text", field="text", hint="remove it with: totem remove question")
        document.set(("questions", place), item["text"] if set(item) == {"text"} else item)

    def _question(self, episode: Episode, number: int) -> tuple[Document, int]:
        document = self._open(self._path(episode))
        count = len(document.data.get("questions", []))
        _in_range(number, count, "question", episode)
        return document, number - 1

    # Moving and removing

    def move_question(self, ref: str, start: int, to: int) -> list[QuestionRecord]:
        """Put question ``start`` at place ``to``; the episode's questions come back in their new order."""
        with self.transaction(f"move question {ref} {start} {to}"):
            episode = self._move(self.episode(ref), "questions", start, to)
            return [question_record(question, episode) for question in episode.questions]

    def move_guest(self, ref: str, start: int | str, to: int) -> list[GuestRecord]:
        """Put a guest (by place or name) at place ``to``; the episode's guests come back in their new order."""
        with self.transaction(f"move guest {ref} {start} {to}"):
            episode = self.episode(ref)
            place = start if isinstance(start, int) else self._part(episode, "guests", start)[1] + 1
            episode = self._move(episode, "guests", place, to)
            return [guest_record(guest, episode, "guest") for guest in episode.guests]

    def _move(self, episode: Episode, key: str, start: int, to: int) -> Episode:
        document = self._open(self._path(episode))
        count = len(document.data.get(key, []))
        for number in (start, to):
            _in_range(number, count, key.removesuffix("s"), episode)
        if start != to:
            document.move(key, start - 1, to - 1)
        saved = self._save_owner(episode, document)
        assert isinstance(saved, Episode)
        return saved

    def remove_part(self, ref: str, kind: str, what: str) -> Episode | Series:
        """Remove a ``guest``, ``host``, ``partner``, ``tag`` or ``link`` by its name, text or address."""
        with self.transaction(f"remove {kind} {ref} {what}"):
            owner = self.episode(ref) if kind == "guest" else self.episode_or_series(ref)
            document, place = self._part(owner, f"{kind}s", what)
            document.delete(f"{kind}s", place)
            if document.data.get(f"{kind}s") == [] and not (kind in ("host", "partner") and isinstance(owner, Episode)):
                document.remove((f"{kind}s",))  # an empty list says something only where it stops an inheritance
            return self._save_owner(owner, document)

    def remove_question(self, ref: str, number: int) -> Episode:
        """Remove question ``number``; those after it move up."""
        with self.transaction(f"remove question {ref} {number}"):
            episode = self.episode(ref)
            document, place = self._question(episode, number)
            document.delete("questions", place)
            saved = self._save_owner(episode, document)
            assert isinstance(saved, Episode)
            return saved


def _in_range(number: int, count: int, kind: str, episode: Episode) -> None:
    if not 1 <= number <= count:
        raise NotFoundError(
            f"no {kind} {number} in {episode.ref}",
            hint=f"it has {count} {kind}{'s' if count > 1 else ''}" if count else f"it has no {kind}",
        )
