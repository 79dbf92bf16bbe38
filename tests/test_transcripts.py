"""Terminal sessions, command by command: standard output, standard error, exit code."""

from pathlib import Path

import pytest

from tests import transcript

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.console"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_transcript(file: Path, tmp_path: Path) -> None:
    """Every command prints what the transcript says."""
    transcript.play(file, tmp_path)
