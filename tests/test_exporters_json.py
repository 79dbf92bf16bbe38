"""The JSON export: one document, the public record."""

from __future__ import annotations

import json

from tests.publications import publication
from totem_cli.archive.record import to_json
from totem_cli.exporters import Options, is_one_file
from totem_cli.exporters.json import export
from totem_cli.exporters.markdown import export as export_markdown


def test_one_document() -> None:
    """It is the record as it is, and one file."""
    given = publication()
    (page,) = export(given, Options())
    assert page.path == "archive.json"
    assert json.loads(page.render()) == json.loads(to_json(given.record()))
    assert is_one_file(export)
    assert not is_one_file(export_markdown)


def test_key_follows_the_content() -> None:
    """The key is the same for the same publication, and another when a recap, a title or a person changes."""
    keys = [
        next(iter(export(one, Options()))).key
        for one in (
            publication(),
            publication(),
            publication(recap="other"),
            publication(title="other"),
            publication(biography="other"),
            publication(archive_title="other"),
        )
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5
