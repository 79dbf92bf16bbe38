"""The filters on a command line, made a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from totem_cli.errors import InvalidError
from totem_cli.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_EPISODES = ("draft", "published", "withdrawn")
_OF_COMMENTS = ("pending", "approved", "rejected")


def query_of(given: Mapping[str, Any]) -> Query:
    """The query that filters make, by the names of their parameters (``series_``…), those that nobody gave left out.

    Raises InvalidError for the status of another kind of thing than the ``noun`` that is listed.
    """
    other = _OF_EPISODES if given.get("noun") == "comments" else _OF_COMMENTS
    statuses: Any = tuple(map(str, given.get("status_") or ()))
    for status in statuses:
        if status in other:
            kind = "comments" if other is _OF_COMMENTS else "episodes"
            raise InvalidError(f"{status} is a status of {kind}", field="status")
    return Query(
        series=tuple(slug.rstrip("/") for slug in given.get("series_") or ()),
        guests=tuple(given.get("guest_") or ()),
        organisations=tuple(given.get("organisation_") or ()),
        tags=tuple(given.get("tag_") or ()),
        since=given.get("since_"),
        until=given.get("until_"),
        languages=tuple(given.get("language_") or ()),
        status=statuses or ("all",),
        sort=given.get("sort_"),
        reverse=given.get("reverse_", False),
        limit=given.get("limit_"),
    )
