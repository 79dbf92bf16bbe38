"""Plain command lines: what is understood without Typer is what Typer understands."""

from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.cli import plain
from totem_cli.cli.root import command

WORDS = [
    *plain.VERBS,
    *sorted({option for verb in plain.VERBS.values() for option in verb.options}),
    *("episodes", "series", "comments", "recap", "draft", "approved", "date", "latest", "saison-1/2", "l’eau", "été"),
    *("0", "7", "12", "-1", "1.5", "٣", "99999999999", "", " ", "-", "--", "-h", "--help", "--version", "-qq", "-x"),
    *(
        "--limit=3",
        "--limit=",
        "--series=a",
        "--series=",
        "--json=1",
        "--reverse=yes",
        "-q=1",
        "--sort=title",
        "--seri",
    ),
    *("--sort=size", "--archive=x", "--only=guests", "--only", "--no-reverse", "--dry-run"),
]


def parsed(arguments: list[str]) -> dict[str, Any] | None:
    """The verb and the parameters that somebody gave, as Typer parses them; None where it refuses the line."""
    root = command()
    try:
        outer = root.make_context("totem", list(arguments))
        if not outer._protected_args and not outer.args:
            return None
        words = [*outer._protected_args, *outer.args]
        verb = root.get_command(outer, words[0])
        inner = verb.make_context(words[0], words[1:], parent=outer)
    except (typer.TyperException, typer.Exit, SystemExit):
        return None
    before = {name: value for name, value in outer.params.items() if value and not name.startswith("_")}
    after = {name: value for name, value in inner.params.items() if value not in (None, False, ()) or name == "pager"}
    found = before | after
    return {"verb": words[0]} | {name: _bare(value) for name, value in found.items() if value is not None}


def _bare(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list | tuple) else value if value is True else str(value)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.sampled_from(sorted(plain.VERBS)))
@settings(max_examples=400, deadline=None)
def test_what_is_understood_is_what_typer_understands(words: list[str], verb: str) -> None:
    """A command line is understood as Typer understands it, or left to it."""
    for arguments in (words, [verb, *words]):
        line = plain.understood(arguments)
        if line is None:
            continue
        told = {name: _bare(value) for name, value in line.values.items()}
        if line.verb == "list":
            told = {"noun": "episodes"} | told
        assert {"verb": line.verb} | told == parsed(arguments)


def test_plain_lines_are_understood() -> None:
    """Nothing of what is typed every day is left to Typer."""
    for said in (
        "list",
        "list --series saison-1 --json",
        "--archive a list guests --status draft --limit 3",
        "show 1 --only recap",
        "show latest --no-pager",
        "show",
        "search l’eau --tag Eau -q",
    ):
        assert plain.understood(said.split()), said


@pytest.mark.parametrize("verb", plain.VERBS)
def test_every_option_of_a_verb_is_understood(verb: str) -> None:
    """An option that a verb gets is understood too, by the same name and with the same values."""
    known = {}
    for parameter in command().get_command(None, verb).params:
        for option in parameter.opts if parameter.param_type_name == "option" else ():
            known[option] = parameter
        for option in parameter.secondary_opts:
            known[option] = parameter
    options = plain.VERBS[verb].options

    assert set(options) == set(known)
    for option, word in options.items():
        parameter = known[option]
        assert (word.name, word.many) == (parameter.name, parameter.multiple)
        assert (word.sets is not None) == parameter.is_flag
        assert list(word.among) == [str(one) for one in getattr(parameter.type, "choices", ())]
        assert word.counts == (parameter.type.name == "int range")
