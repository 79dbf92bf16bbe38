"""The talks of the benchmarks as a library of papis: a folder for each, metadata in YAML, the recap as its notes."""

from __future__ import annotations

import json
from pathlib import Path

from corpus import Corpus, Talk


def write(corpus: Corpus, folder: Path) -> None:
    """Write the library into ``documents``, with the configuration of papis beside it."""
    for talk in corpus.talks():
        document = folder / "documents" / talk.series / talk.slug
        document.mkdir(parents=True)
        (document / "info.yaml").write_text(_info(talk), "utf-8")
        (document / "notes.md").write_text(f"{talk.recap}\n", "utf-8")
    (folder / "papis").mkdir()
    settings = f"[settings]\ndefault-library = talks\n\n[talks]\ndir = {folder / 'documents'}\n"
    (folder / "papis" / "config").write_text(settings, "utf-8")


def environment(folder: Path) -> list[str]:
    """What makes a command use this library, and keep its cache there."""
    return ["env", *(f"{name}={folder}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"))]


def _info(talk: Talk) -> str:
    """The metadata of a talk: JSON, line by line, is YAML."""
    told = {
        "papis_id": talk.id.replace("-", ""),
        "ref": talk.slug,
        "type": "misc",
        "title": talk.title,
        "author": " and ".join(guest.name for guest in talk.guests),
        "author_list": [
            {"family": guest.name, "given": "", "affiliation": guest.organisation} for guest in talk.guests
        ],
        "year": int(talk.day[:4]),
        "date": talk.day,
        "number": talk.number,
        "series": talk.series,
        "tags": talk.tags,
        "questions": talk.questions,
        "notes": "notes.md",
        "files": [],
    }
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items())
