"""Hypothesis strategies for what an archive may hold: French, hostile, long and odd text included."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from msgspec import UNSET

from totem_cli.documents.body import strip
from totem_cli.model import read
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series

QUICK = settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""For laws of whole values, whose failures would take minutes to shrink."""

ODD = (
    "Interdépendances des marchés : faut-il abolir la mondialisation ?",
    "Œuvre « libre » — l’écrivaine",
    "1\u202f000\u00a0€",
    "e\u0301te\u0301",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "\x1b[31mred\x1b]8;;http://x\x07",
    "\u202egnp.exe",
    "[sic] [/nope] [link=x]",
    '"""',
    "'''",
    "+++",
    "---",
    "\\",
    '"',
    "= 1",
    "# no comment",
    "a\x00b\x7f\x85\u2028",
    "true",
    "2020-04-09",
    "nan",
    "🏳️‍🌈 漢字 العربية",
    "=cmd()",
    "x" * 3000,
)
"""Texts that break writers of TOML, HTML, CSV, terminals or templates."""

texts = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)).filter(
    lambda text: bool(text.strip())
)
"""Text that is not blank."""

bodies = st.lists(
    st.one_of(texts, st.sampled_from(["", "+++", "# Title", "> cited\n> — A name", "    code", "[[guests]]"])),
    max_size=6,
).map(lambda lines: strip("\n".join(lines).replace("\0", "")))
"""Recaps and introductions, as a file gives them back: without blank lines around, nor NUL, which no file may hold."""

slugs = st.from_regex(r"[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,6}){0,3}", fullmatch=True).filter(
    lambda slug: slug not in {"con", "prn", "aux", "nul", "series"} and not slug.startswith(("com", "lpt"))
)
languages = st.sampled_from(["fr", "en", "fr-CA", "de", "pt-BR"])
durations = st.sampled_from(["PT1H5M", "PT45M", "P1DT2H"])
moments = st.one_of(
    st.dates().filter(lambda day: day.year >= 1000).map(lambda day: day.isoformat()),
    st.sampled_from(["2020", "2020-05"]),
    st.datetimes(timezones=st.timezones())
    .filter(lambda moment: moment.year >= 1000)
    .map(lambda moment: moment.isoformat()),
).filter(lambda text: read.check_moment(text, "date") == text)
"""Dates as the model holds them: ISO 8601, partial or with their zone."""

plain_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
_unknown = st.sampled_from(["mood", "x-y", "é", "a b", "extra", 'q"'])
extras = st.dictionaries(_unknown, plain_values, max_size=2)
"""Keys that totem does not know."""


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value, or none."""
    return st.one_of(st.none(), strategy)


def tuples(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few of them, as the model holds lists."""
    return st.lists(strategy, max_size=most).map(tuple)


_part_extra = st.one_of(st.just(UNSET), st.dictionaries(_unknown, plain_values, min_size=1, max_size=2))
appearances = st.builds(
    Appearance,
    name=texts,
    role=optional(texts),
    organisations=tuples(texts),
    billed_as=optional(texts),
    url=optional(texts),
    person=optional(slugs),
    extra=_part_extra,
)
partners = st.builds(Partner, name=texts, billed_as=optional(texts), url=optional(texts), extra=_part_extra)
links = st.builds(Link, url=texts, label=optional(texts), kind=optional(texts), extra=_part_extra)
media = st.builds(
    Media,
    kind=optional(texts),
    url=texts,
    path=optional(texts),
    type=optional(texts),
    bytes=optional(st.integers(0, 2**53)),
    duration=optional(durations),
    alt=optional(texts),
    credit=optional(texts),
    extra=_part_extra,
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, ...]:
    """Questions, numbered by their places; often of text alone."""
    plain = draw(st.booleans())
    found = draw(st.lists(st.tuples(texts, optional(texts), optional(texts), _part_extra), max_size=4))
    return tuple(
        Question(number=number, text=text)
        if plain
        else Question(number=number, text=text, asked_by=by, answer=answer, extra=extra)
        for number, (text, by, answer, extra) in enumerate(found, 1)
    )


statuses = st.sampled_from(["draft", "published", "withdrawn"])


@st.composite
def series(draw: st.DrawFn, slug: str | None = None) -> Series:
    """A series as its own file tells it, with its language."""
    made: Series = draw(
        st.builds(
            Series,
            id=st.uuids().map(str),
            slug=st.just(slug) if slug else slugs.filter(lambda name: not name.isdigit()),
            title=texts,
            subtitle=optional(texts),
            language=languages,
            hosts=tuples(appearances, 2),
            partners=tuples(partners, 2),
            tags=tuples(texts),
            aliases=tuples(texts),
            links=tuples(links, 2),
            licence=optional(texts),
            status=statuses,
            introduction=bodies,
            extra=extras,
            absent=st.just(()),
        )
    )
    return made


@st.composite
def episodes(
    draw: st.DrawFn, home: Series | None = None, number: int | None = None, slug: str | None = None
) -> Episode:
    """An episode as it is once resolved; with its ``home``, some of it as the series lends it."""
    chosen = number if number is not None else draw(st.integers(0, 10**6))
    made: Episode = draw(
        st.builds(
            Episode,
            id=st.uuids().map(str),
            series=st.just(home.slug) if home else slugs,
            slug=st.just(slug) if slug else slugs.map(lambda name: f"{chosen:02}-{name}"),
            number=st.just(chosen),
            title=texts,
            subtitle=optional(texts),
            summary=optional(texts),
            language=languages,
            date=optional(moments),
            published=optional(moments),
            updated=optional(moments),
            status=statuses,
            hosts=tuples(appearances, 2),
            partners=tuples(partners, 2),
            guests=tuples(appearances),
            questions=questions(),
            tags=tuples(texts),
            links=tuples(links),
            media=tuples(media, 2),
            image=optional(texts),
            place=optional(texts),
            accessibility=optional(texts),
            duration=optional(durations),
            licence=texts,
            aliases=tuples(texts),
            translation_of=optional(texts),
            recap=bodies,
            extra=extras,
        )
    )
    if home is None:
        return made
    from msgspec.structs import replace

    lent = draw(st.sets(st.sampled_from(INHERITED)))
    return replace(made, **{key: getattr(home, key) for key in lent})


@st.composite
def persons(draw: st.DrawFn, slug: str | None = None, name: str | None = None) -> Person:
    """A person as a file in ``people/`` tells them."""
    made: Person = draw(
        st.builds(
            Person,
            slug=st.just(slug) if slug else slugs,
            name=st.just(name) if name else texts,
            sort_name=optional(texts),
            aliases=tuples(texts),
            links=tuples(links, 2),
            image=optional(texts),
            orcid=optional(texts),
            biography=bodies,
            extra=extras,
        )
    )
    return made
