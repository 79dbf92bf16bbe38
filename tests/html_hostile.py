"""A site made of hostile text: the same attack in every field of an episode, its series, its people."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from msgspec.structs import replace as with_fields

from tests.html_site import ENGLISH, FIRST, SERIES, SETTINGS, png
from tests.publications import of
from totem_cli.archive.publication import Publication
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.settings import Comments

MARK = "zqx"
ATTACKS = (
    f"<script>{MARK}()</script>",
    f"</script><script>{MARK}()</script><!--<script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()",
    f"javascript:{MARK}()",
    f"JaVa\tScript:{MARK}()",
    f"data:text/html,<script>{MARK}()</script>",
    f"//evil.example/{MARK}",
    "{{ 7*7 }}{% include 'layout.html' %}",
    "]]><x/>\x00\x0b\u2028\u2029\ufffe",
    "\u202egpj.exe",
    "\ufeff",
    "\x01\x02",
    "</title></style></textarea></template>",
)


def hostile(*texts: str, together: int = 1) -> Publication:
    """A publication that says each text wherever an archive may say anything, so many in one episode ``together``."""
    groups = [texts[start : start + together] for start in range(0, len(texts), together)]
    episodes = tuple(_episode(group, number) for number, group in enumerate(groups, 1))
    whole = " ".join(texts[:together])
    series = replace(
        SERIES,
        title=whole,
        subtitle=whole,
        introduction=episodes[0].recap,
        hosts=episodes[0].hosts,
        partners=episodes[0].partners,
        tags=episodes[0].tags,
        links=episodes[0].links,
        licence=whole,
    )
    people = tuple(
        Person(
            slug=f"x{number}",
            name=text,
            aliases=(text,),
            links=episodes[0].links,
            image=text,
            orcid=text,
            biography=text,
        )
        for number, text in enumerate(texts)
    )
    comments = Comments(open=True, mailto=texts[0], receiver=texts[0])
    found = of(replace(SETTINGS, title=whole, subtitle=whole, comments=comments), (series, ENGLISH), episodes, people)
    said = {
        owner: tuple(
            Comment(id=f"{owner}-{place}", target=owner, author=f"x {text}", url=text, text=text, date="2021-02-03")
            for place, text in enumerate(group)
        )
        for owner, group in zip((series.id, *(one.id for one in episodes)), (groups[0], *groups), strict=True)
    }
    return with_fields(found, media={"soir 1.mp3": lambda: b"sound", "x.png": lambda: png(9, 9)}, comments=said)


def _episode(texts: Sequence[str], number: int) -> Episode:
    whole = " ".join(texts)
    people = tuple(Appearance(name=text, role=text, organisations=(text,), url=text) for text in texts)
    billed = tuple(Appearance(name=f"{text} 2", billed_as=text) for text in texts)
    media = [
        (
            Media(kind=text, url=text, type=text, alt=text, credit=text),
            Media(path=text, alt=text),
            Media(kind="audio", path="soir 1.mp3", type=text, alt=text),
            Media(path="x.png", alt=text, credit=text),
        )
        for text in texts
    ]
    recaps = [f'{text}\n\n> {text}\n> — {text}\n\n[{text}]({text})\n\n![{text}]({text} "{text}")' for text in texts]
    return replace(
        FIRST,
        id=f"22222222-2222-4222-8222-{number:012}",
        slug=f"{number:02}-episode",
        number=number,
        title=whole,
        subtitle=whole,
        summary=whole,
        place=whole,
        accessibility=whole,
        licence=whole,
        hosts=people,
        partners=tuple(Partner(name=text, billed_as=text, url=text) for text in texts),
        guests=people + billed,
        questions=tuple(
            Question(number=place, text=text, asked_by=text, answer=text) for place, text in enumerate(texts, 1)
        ),
        tags=tuple(texts),
        links=tuple(link for text in texts for link in (Link(url=text, label=text, kind=text), Link(url=text))),
        media=tuple(item for items in media for item in items),
        image=texts[0],
        aliases=tuple(alias for text in texts for alias in (text, f"x/{text}")),
        recap="\n\n".join(recaps),
    )
