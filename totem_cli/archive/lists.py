"""What an archive lists: guests, organisations, questions, tags; counts of everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from totem_cli.archive.merging import Merging
from totem_cli.archive.outline import directory_of
from totem_cli.archive.people import unique_slugs
from totem_cli.archive.record import (
    GuestRecord,
    OrganisationRecord,
    QuestionRecord,
    TagRecord,
    guest_record,
    question_record,
)
from totem_cli.language.collate import collation_key
from totem_cli.language.dates import date_bounds, day_of
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query, organisations_of
from totem_cli.model.series import Series


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is. ``first`` and ``last`` are the dates of the oldest and newest dated episodes."""

    series: int
    episodes: int
    drafts: int
    withdrawn: int
    guests: int
    hosts: int
    organisations: int
    questions: int
    tags: int
    words: int
    first: str | None
    last: str | None
    unreadable: int


class Lists(Merging):
    """Lists across episodes. Each takes a query: what it lists comes from the episodes that the query selects."""

    def series_of_query(self, query: Query) -> list[Series]:
        """The series that hold an episode which the query selects, or that it selects themselves."""
        found = self.series()
        if query.narrows:
            held = {episode.series for episode in self.episodes(replace(query, limit=None))}
            matches = query.matcher(self.names.aliases if query.guests else lambda name: (name,))
            found = [one for one in found if one.slug in held or matches(_as_episode(one), one.status)]
        if query.sort == "title":
            found.sort(key=lambda one: collation_key(one.title, one.language or self.settings.language))
        if query.reverse:
            found.reverse()
        return found[: query.limit] if query.limit else found

    def guests(self, query: Query | None = None) -> list[GuestRecord]:
        """Every appearance of a guest, in the order of the episodes."""
        return [
            guest_record(guest, episode, "guest")
            for episode in self.episodes(query)
            for guest in episode.guests
            if _wanted(guest.name, query, self)
        ]

    def questions(self, query: Query | None = None) -> list[QuestionRecord]:
        """Every question, in the order of the episodes."""
        return [
            question_record(question, episode) for episode in self.episodes(query) for question in episode.questions
        ]

    def organisations(self, query: Query | None = None) -> list[OrganisationRecord]:
        """Every organisation of a guest, a host or a partner, sorted by the archive's language."""
        found = directory_of(self.persons(), self.episodes(query), self.settings.language)
        return [found.involved(key).organisation for key in found.organisation_keys]

    def comments(self, query: Query | None = None) -> list[Comment]:
        """The comments that a query selects, the oldest first, whatever their status unless it names one.

        ``since`` and ``until`` look at when a comment was written, the other filters at the episode or series it is on.
        """
        query = query or Query()
        found = [one for one in self.all_comments() if "all" in query.status or one.status in query.status]
        if query.since or query.until:
            first = date_bounds(query.since)[0] if query.since else ""
            last = date_bounds(query.until)[1] if query.until else "9999"
            found = [one for one in found if one.date and first <= day_of(one.date) <= last]
        targets = replace(query, since=None, until=None, status=("all",), limit=None)
        if targets.narrows:
            ids = {one.id for one in self.episodes(targets)} | {one.id for one in self.series_of_query(targets)}
            found = [one for one in found if one.target in ids]
        if query.reverse:
            found.reverse()
        return found[: query.limit] if query.limit else found

    def commented(self, comment: Comment) -> tuple[str, str]:
        """What a comment is on, by title (its folder where that is gone), and the language spoken there."""
        home = self._series_of(comment.series)
        found = self.index.find_episodes(series=comment.series, slug=comment.episode) if comment.episode else []
        title = found[0].title if found else comment.folder if comment.episode else home.title
        return title, (found[0].language if found else None) or home.language or self.settings.language

    def tags(self, query: Query | None = None) -> list[TagRecord]:
        """Every tag, sorted by the archive's language; spellings that fold to one are one."""
        return tag_records(self.episodes(query), self.settings.language)

    def stats(self, query: Query | None = None) -> Stats:
        """Counts over the episodes that the query selects."""
        episodes = self.episodes(query, recaps=True)
        names = self.names
        days = sorted(episode.moment for episode in episodes if episode.moment)
        return Stats(
            series=len({episode.series for episode in episodes} if query and query.series else self.series()),
            episodes=len(episodes),
            drafts=sum(episode.status == "draft" for episode in episodes),
            withdrawn=sum(episode.status == "withdrawn" for episode in episodes),
            guests=len({names.key(guest) for episode in episodes for guest in episode.guests}),
            hosts=len({names.key(host) for episode in episodes for host in episode.hosts}),
            organisations=len({fold(name) for episode in episodes for name in organisations_of(episode)}),
            questions=sum(len(episode.questions) for episode in episodes),
            tags=len({fold(tag) for episode in episodes for tag in episode.tags}),
            words=sum(len(episode.recap.split()) for episode in episodes),
            first=days[0] if days else None,
            last=days[-1] if days else None,
            unreadable=len(self.index.problems()),
        )


def _as_episode(series: Series) -> Episode:
    """What a series says of itself, for filters to look at; it has no date."""
    return Episode(
        id=series.id,
        series=series.slug,
        slug=series.slug,
        title=series.title,
        language=series.language,
        status=series.status,
        hosts=series.hosts,
        partners=series.partners,
        tags=series.tags,
    )


def tag_records(episodes: Iterable[Episode], language: str) -> list[TagRecord]:
    """The tags of some episodes, sorted by the language."""
    spelling: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for episode in episodes:
        for tag in episode.tags:
            key = fold(tag)
            spelling.setdefault(key, tag)
            ids = found.setdefault(key, [])
            if not ids or ids[-1] != episode.id:
                ids.append(episode.id)
    slugs = unique_slugs(spelling)
    records = [
        TagRecord(slug=slugs[key], name=name, address=f"tags/{slugs[key]}/", episodes=tuple(found[key]))
        for key, name in spelling.items()
    ]
    return sorted(records, key=lambda tag: collation_key(tag.name, language))


def _wanted(name: str, query: Query | None, archive: Lists) -> bool:
    """With ``--guest``, only the guests it names, not everyone who sat beside them."""
    if not query or not query.guests:
        return True
    return fold(name) in {fold(alias) for wanted in query.guests for alias in archive.names.aliases(wanted)}
