"""totem cite: refer to an episode."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)

Style = Literal["bibtex", "csl", "text"]


@verb(app)
def cite(
    session: Session,
    ref: Annotated[str, typer.Argument(metavar="EPISODE", help="The episode, or latest.", show_default=False)],
    style: Annotated[Style, typer.Option(help="As BibTeX, as CSL-JSON, or as a line to read.")] = "text",
) -> None:
    """Print the citation of an episode."""
    from totem_cli.exporters.citation import citation

    archive = session.archive
    episode = archive.episode(ref)
    cited = citation(episode, archive.series_of(episode), archive.settings, archive.names)
    if style == "bibtex":
        from totem_cli.exporters.bibtex import bibtex

        session.out(bibtex(cited))
    elif style == "csl" or session.as_json:
        from totem_cli.exporters.csl import csl

        session.json([csl(cited)])
    else:
        from totem_cli.exporters.citation import text

        session.line(text(cited))
