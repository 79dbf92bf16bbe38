"""The questions of a page: the blocks that hold them, who asked them, and what answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from totem_cli.importers.page_blocks import Block, Item
from totem_cli.importers.page_words import unquoted

_FROM_THE_FLOOR = (
    r"(?:\s(?:du public|de la salle|de l['’](?:assemblée|auditoire)|from the (?:audience|floor)|aus dem publikum|"
    r"del público|de la sala|dal pubblico|dalla sala))"
)
"""Who asks, where nobody is named."""

_QUESTION = rf"(?:question|q|frage|pregunta|domanda){_FROM_THE_FLOOR}?\s?:\s*"
SAID = re.compile(rf"{_QUESTION}|q\.\s", re.IGNORECASE)
"""What begins a question of those who talk."""

QUESTION_NUMBER = re.compile(
    r"(?:(?:question|q|frage|pregunta|domanda)\s?)?(?:n°\s?)?\d{1,3}\s?(?:[.):–—-]|\s:)\s*"
    rf"|{_QUESTION}|q\.\s+",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\\?(?:->|→|=>)\s*|"
    r"(?:\*\*|__)?(?:[RA]\.(?=\s)|[RA]|[Rr]éponse|[Aa]nswer|[Aa]ntwort|[Rr]espuesta|[Rr]isposta)(?:\*\*|__)?(?:(?<=\.)|\s?:)(?:\*\*|__)?\s+(?=\S)"
)
_NEXT_QUESTION = re.compile(r"\s(?=(?:Q|Question )\d{1,2}\s?[:.)])")
_ASKED_BY = re.compile(r"\((?:posée? par|asked by|question de) (?P<name>[^()]+)\)$", re.IGNORECASE)
_ASKER = re.compile(r"(?:posée? par|asked by) (?P<name>.+)", re.IGNORECASE)
_DASHES = ("—", "–", "- ")
_CLOSING = re.compile(
    r"(?:la )?prochaine?s? (?:séance|rencontre|discussion|date|rendez|édition|épisode|soirée|session|table)|"
    r"(?:un grand |nous )?(?:merci|remerci)|à (?:bientôt|suivre)|crédits?\b|photos?\s?:|texte\s?:|illustrations?\s?:|"
    r"(?:compte[- ]rendu|propos|texte|photos?) (?:rédigé|recueilli|établi|de\b|par\b|©)|rédaction\s?:|©|"
    r"(?:the )?next (?:session|meeting|talk|event|episode|edition|time)|(?:many )?thanks|thank you|credits?\b|"
    r"see you|write-?up by|notes by|recap by|photos? by|"
    r"(?:das |die |der )?nächste[rs]? |(?:vielen |herzlichen )?dank|wir danken|protokoll|bis (?:bald|zum)|"
    r"(?:la |el )?próxim[oa] |(?:muchas )?gracias|agradecemos|hasta (?:la|pronto)|"
    r"(?:la |il )?prossim[oa] |(?:molte )?grazie|ringrazia|a presto|arrivederci",
    re.IGNORECASE,
)


def ends_the_questions(block: Block, answers: Sequence[int]) -> bool:
    """Whether a paragraph after the last question closes the page: by its words, its looks, or by being one too many.

    ``answers`` are the numbers of paragraphs that answered the earlier questions.
    """
    if _CLOSING.match(block.text) or re.fullmatch(r"(?:\*[^*]+\*|_[^_]+_)", block.markdown.strip()):
        return True
    *earlier, last = answers
    return bool(earlier) and last >= max(earlier)


def question(item: Item) -> dict[str, Any]:
    """A question as a table for the model, with the answer and the asker that its item has."""
    text = unquoted(QUESTION_NUMBER.sub("", item.text, count=1).strip())
    found: dict[str, Any] = {"text": text}
    if asker := _ASKED_BY.search(text):
        found = {"text": text[: asker.start()].rstrip(), "asked_by": asker["name"]}
    for classes, words in item.notes:
        asker = _ASKER.match(words)
        if asker or "asker" in classes:
            found["asked_by"] = asker["name"] if asker else words
        else:
            add_answer(found, words)
    return found


def add_answer(question: dict[str, Any], text: str) -> None:
    """Add a paragraph to the answer of a question."""
    text = _ANSWER.sub("", text, count=1)
    question["answer"] = "\n\n".join(filter(None, (question.get("answer", ""), text)))


def answered(block: Block) -> Item | None:
    """The numbered question of a paragraph whose first line it is, with the lines under it as its answer."""
    asked, *answer = (block.kind == "text" and block.lines) or ("",)
    is_one = bool(answer) and QUESTION_NUMBER.match(asked) and is_question(asked) and not any(map(is_question, answer))
    return Item(asked, (("", block.markdown.partition("\\\n")[2] or "\n".join(answer)),)) if is_one else None


def question_items(block: Block, *, is_labelled: bool) -> Sequence[Item]:
    """The questions that a block holds, where it holds nothing else; under a label, their form matters less."""
    if block.kind == "list":
        count = sum(map(is_question, (item.text for item in block.items)))
        are_questions = count == len(block.items) or (block.ordered and 2 * count > len(block.items))
        return block.items if is_labelled or are_questions else ()
    if block.kind != "text" and not (is_labelled and block.kind == "heading"):
        return ()
    lines = [part for line in block.lines or (block.text,) for part in _NEXT_QUESTION.split(line)]
    needed = any if is_labelled else all
    if all(needed((QUESTION_NUMBER.match(line), is_question(line))) for line in lines):
        return [Item(line) for line in lines]
    if (
        not is_labelled
        and len(block.lines) > 1
        and all(one.startswith(_DASHES) and is_question(one) for one in block.lines)
    ):
        return [Item(line.lstrip("—–- \u00a0")) for line in block.lines]
    return ()


def is_question(text: str) -> bool:
    """Whether a text ends as a question does."""
    return text.rstrip(' »”").').endswith("?")
