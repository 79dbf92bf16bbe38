"""totem report: what is held about a person."""

from __future__ import annotations

from typing import Any

from totem_cli.cli.options import PersonName
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Tell all that is held about a person.")


@verb(app)
def person(session: Session, name: PersonName) -> None:
    """Tell all that is held about a person, what is private included: whoever asks for their data gets this."""
    found = session.archive.report_person(name)
    session.warn_unreadable()
    if session.as_json:
        session.json(found)
        return
    session.line(f"names: {'; '.join(found.names)}")
    if found.person:
        session.line(f"person: people/{found.person['slug']}")
    for one in found.appearances:
        said = ", ".join([*filter(None, [one.get("role")]), *one.get("organisations", ())])
        session.line(f"{one['kind']}: {one['in']}{f': {said}' if said else ''}")
    for one in found.questions:
        session.line(f"question: {one['episode']}: {one['text']}")
    for comment in found.comments:
        session.line(f"comment: {comment['id']} ({comment['status']}): {_line(comment)}")
    for file in found.private:
        session.line(f"private: {file['file']}: {' '.join(file['text'].split())}")
    for trace in found.mentions:
        session.line(f"mention: {trace.file}{f':{trace.line}' if trace.line else ''}: {trace.text}")
    session.line(f"history: {found.history} changes kept for undo name them")
    for path in found.internal:
        session.line(f"internal: {path}")


def _line(comment: dict[str, Any]) -> str:
    return " ".join(str(comment.get("text", "")).split())
