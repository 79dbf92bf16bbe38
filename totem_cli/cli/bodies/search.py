"""totem search: find words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.cli.session import Session
    from totem_cli.model.query import Query

MOST = 50
"""How many episodes are shown where ``--limit`` does not say."""


def run(session: Session, query: Query, words: list[str]) -> None:
    """Print where the words are found."""
    from msgspec.structs import replace

    limit = MOST if query.limit is None else query.limit
    archive = session.reader
    found, count = archive.best(words, replace(query, limit=limit))
    shown = [archive.hits(episode, words) for episode in found]
    session.warn_unreadable()
    if not found:
        session.say_misnamed(query)
    if session.as_json:
        from totem_cli.cli.records import hit_record

        session.json([hit_record(hit) for hits in shown for hit in hits])
    elif session.terminal:
        from totem_cli.terminal.console import console
        from totem_cli.terminal.hits import hits_page

        console(sys.stdout).print(hits_page(shown, archive.settings))
    else:
        from totem_cli.terminal.plain import plain_hits

        session.out(plain_hits(shown))
    if count > len(shown):
        session.say(f"{count - len(shown)} more: --limit 0 shows all")
