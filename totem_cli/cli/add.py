"""totem add: a series, an episode, and what they list."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.options import Episode, EpisodeOrSeries
from totem_cli.cli.session import Session

commands = Commands()

Role = Annotated[str | None, typer.Option("--role", metavar="ROLE", help="Their role, as it was then.")]
Organisations = Annotated[
    list[str] | None,
    typer.Option(
        "--organisation",
        metavar="NAME",
        help="Their organisation, as it was then; repeat it for more.",
        autocompletion=complete.organisation,
    ),
]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="An address to link to.")]
BilledAs = Annotated[
    str | None,
    typer.Option("--billed-as", metavar="PHRASE", help="The whole phrase that announced them."),
]
PersonSlug = Annotated[
    str | None,
    typer.Option("--person", metavar="SLUG", help="The person's slug, to tell two people of one name apart."),
]
At = Annotated[int | None, typer.Option("--at", metavar="N", min=1, help="Their place, from 1; by default last.")]
Slug = Annotated[
    str | None,
    typer.Option("--slug", metavar="SLUG", help="The name in addresses; by default made from the title."),
]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="The language (BCP 47: fr, en, pt-BR); by default the archive's."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's name.", autocompletion=complete.person)]


@commands("add series", adds=True, example='totem add series "Les jeudis du web"')
def series(
    session: Session,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The series' title.")],
    slug: Slug = None,
    language: Language = None,
    intro: Annotated[str | None, typer.Option(metavar="FILE|-", help="The introduction, a Markdown file.")] = None,
) -> None:
    """Add a series."""
    introduction = session.read_text(intro) if intro else None
    with session.change() as archive:
        added = archive.series.add(
            title, slug=slug, language=language, introduction=introduction, if_exists=session.if_exists
        )
        session.show(added)
    session.suggest(f'totem add episode "Title of the episode" --series {added.slug}')


@commands("add episode", adds=True, example='totem add episode "Écrire simple" --series demo --date "5 mai 2023"')
def episode(
    session: Session,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The episode's title.")],
    series: Annotated[
        str | None,
        typer.Option(
            metavar="SLUG", help="The series; needed where there are several.", autocompletion=complete.series
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="The number; by default the highest plus one.")
    ] = None,
    slug: Slug = None,
    language: Language = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="When it took place: 2020-04-09, 9 avril 2020 à 18h30, du 9 au 10 avril 2020."
        ),
    ] = None,
    duration: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long it lasted: 1h30, 90 min, PT1H30M.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag; repeat it for more.", autocompletion=complete.tag)
    ] = None,
    recap: Annotated[str | None, typer.Option(metavar="FILE|-", help="The recap, a Markdown file.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it a draft.")] = False,
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help="Begin from templates/NAME.md of the archive.")
    ] = None,
) -> None:
    """Add an episode to a series."""
    text = session.read_text(recap) if recap else None
    with session.change() as archive:
        session.show(
            archive.episodes.add(
                title,
                series=series,
                number=number,
                slug=slug,
                language=language,
                date=date,
                duration=duration,
                tags=tag or (),
                recap=text,
                draft=draft,
                template=template,
                if_exists=session.if_exists,
            )
        )


@commands("add guest", adds=True, example='totem add guest demo/1 "Ada Martin" --role Autrice')
def guest(
    session: Session,
    episode: Episode,
    name: Name,
    role: Role = None,
    organisation: Organisations = None,
    url: Url = None,
    billed_as: BilledAs = None,
    person: PersonSlug = None,
    at: At = None,
) -> None:
    """Add a guest to an episode."""
    with session.change() as archive:
        session.show(
            archive.guests.add(
                episode,
                name,
                role=role,
                organisations=organisation or (),
                url=url,
                billed_as=billed_as,
                person=person,
                at=at,
                if_exists=session.if_exists,
            )
        )


@commands("add host", adds=True, example='totem add host demo "Nadia Blanc" --role Animatrice')
def host(
    session: Session,
    target: EpisodeOrSeries,
    name: Name,
    role: Role = None,
    organisation: Organisations = None,
    url: Url = None,
    billed_as: BilledAs = None,
    person: PersonSlug = None,
    at: At = None,
) -> None:
    """Add a host to an episode or a series."""
    with session.change() as archive:
        session.show(
            archive.hosts.add(
                target,
                name,
                role=role,
                organisations=organisation or (),
                url=url,
                billed_as=billed_as,
                person=person,
                at=at,
                if_exists=session.if_exists,
            )
        )


@commands("add partner", adds=True, example='totem add partner demo "Radio Campus"')
def partner(
    session: Session,
    target: EpisodeOrSeries,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The organisation's name.", autocompletion=complete.organisation)
    ],
    billed_as: BilledAs = None,
    url: Url = None,
) -> None:
    """Add a partner (a newsroom, a sponsor) to an episode or a series."""
    with session.change() as archive:
        session.show(archive.partners.add(target, name, billed_as=billed_as, url=url, if_exists=session.if_exists))


@commands("add question", adds=True, example='totem add question demo/1 "Comment relire un texte ?"')
def question(
    session: Session,
    episode: Episode,
    text: Annotated[
        str, typer.Argument(metavar="QUESTION|-", help="The question; - reads one from each line of standard input.")
    ],
    asked_by: Annotated[str | None, typer.Option(metavar="NAME", help="Who asked it.")] = None,
    answer: Annotated[str | None, typer.Option(metavar="ANSWER", help="What was answered.")] = None,
) -> None:
    """Add a question to an episode, or several."""
    lines = [line.strip() for line in session.read_text("-").splitlines()] if text == "-" else [text]
    texts = [line for line in lines if line] if text == "-" else lines
    with session.change() as archive:
        added = archive.questions.add(episode, *texts, asked_by=asked_by, answer=answer, if_exists=session.if_exists)
        session.show(added if text == "-" else added[0])


@commands("add tag", adds=True, example="totem add tag demo/1 écriture édition")
def tag(
    session: Session,
    target: EpisodeOrSeries,
    tags: Annotated[list[str], typer.Argument(metavar="TAG…", help="The tags.", autocompletion=complete.tag)],
) -> None:
    """Add tags to an episode or a series."""
    with session.change() as archive:
        session.show(archive.tags.add(target, *tags))


@commands("add link", adds=True, example="totem add link demo/1 https://example.org/notes --label Notes")
def link(
    session: Session,
    target: EpisodeOrSeries,
    url: Annotated[str, typer.Argument(metavar="URL", help="The address.")],
    label: Annotated[str | None, typer.Option(metavar="LABEL", help="What the link says.")] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="What is there: article, slides, video, source…")
    ] = None,
) -> None:
    """Add a link to an episode or a series."""
    with session.change() as archive:
        session.show(archive.links.add(target, url, label=label, kind=kind, if_exists=session.if_exists))


@commands("add media", adds=True, example='totem add media demo/1 photo.png --alt "La salle, avant la séance"')
def media(
    session: Session,
    episode: Episode,
    source: Annotated[str, typer.Argument(metavar="PATH|URL", help="A file, copied into media/, or an address.")],
    alt: Annotated[
        str | None, typer.Option(metavar="DESCRIPTION", help="What a picture shows, for those who do not see it.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="What it is: audio, video, image, transcript, slides…")
    ] = None,
) -> None:
    """Add a recording, a picture or a document to an episode."""
    with session.change() as archive:
        session.show(archive.media.add(episode, source, alt=alt, kind=kind, if_exists=session.if_exists))


@commands("add person", adds=True, example='totem add person "Ada Martin" --sort-name "Martin, Ada"')
def person(
    session: Session,
    name: Name,
    sort_name: Annotated[
        str | None, typer.Option(metavar="NAME", help='The name to sort by: "Barillas, Arthur".')
    ] = None,
    alias: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Another name they go by; repeat it for more.")
    ] = None,
    url: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="An address of theirs; repeat it for more.")
    ] = None,
    bio: Annotated[str | None, typer.Option(metavar="FILE|-", help="The biography, a Markdown file.")] = None,
    slug: Annotated[
        str | None, typer.Option(metavar="SLUG", help="The name in addresses; by default made from the name.")
    ] = None,
) -> None:
    """Add a person's file: names, addresses, a biography."""
    biography = session.read_text(bio) if bio else None
    with session.change() as archive:
        session.show(
            archive.people.add(
                name,
                slug=slug,
                sort_name=sort_name,
                aliases=alias or (),
                urls=url or (),
                biography=biography,
                if_exists=session.if_exists,
            )
        )


@commands("add comment", adds=True, example='totem add comment demo/1 "Merci !" --author "Zoé Petit"')
def comment(
    session: Session,
    target: EpisodeOrSeries,
    text: Annotated[
        str, typer.Argument(metavar="COMMENT|-", help="What was said, in Markdown; - reads standard input.")
    ],
    author: Annotated[str, typer.Option(metavar="NAME", help="Who said it.", autocompletion=complete.person)],
    email: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Their e-mail address: kept in private/, where totem.toml asks for it."),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Their own site.")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="When it was said; by default now.")] = None,
    reply_to: Annotated[str | None, typer.Option(metavar="ID", help="The comment that it answers.")] = None,
    approved: Annotated[bool, typer.Option("--approved", help="Approve it at once; else it is pending.")] = False,
) -> None:
    """Add a comment to an episode or a series."""
    said = session.read_text("-") if text == "-" else text
    with session.change() as archive:
        session.show(
            archive.comments.add(
                target,
                said,
                author=author,
                email=email,
                url=url,
                date=date,
                parent=reply_to,
                status="approved" if approved else "pending",
                if_exists=session.if_exists,
            )
        )
