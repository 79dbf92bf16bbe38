"""Many writers at once: everything that was acknowledged is there, numbers are unique, nobody is told a lie."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from totem_cli import Archive

WRITERS, TIMES = 16, 25

WRITER = """
import sys
from totem_cli import Archive
root, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
for count in range(times):
    archive = Archive(root, timeout=120)
    what = count % 3
    if what == 0:
        archive.guests.add("collaboration/1", f"Guest {name}x{count}")
        print(f"guest Guest {name}x{count}")
    elif what == 1:
        archive.questions.add("collaboration/1", f"Question {name} {count} ?")
        print(f"question Question {name} {count} ?")
    else:
        episode = archive.episodes.add(f"Episode {name} {count}")
        print(f"episode {episode.number} {episode.title}")
    sys.stdout.flush()
"""


def test_sixteen_writers_lose_nothing(example: Path) -> None:
    """16 processes add 25 things each to the same archive and the same episode."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(example), str(name), str(TIMES)], stdout=subprocess.PIPE, text=True
        )
        for name in range(WRITERS)
    ]
    said = [line for writer in writers for line in writer.communicate(timeout=300)[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert len(said) == WRITERS * TIMES

    with Archive(example) as archive:
        first = archive.episodes["collaboration/1"]
        guests = {f"guest {guest.name}" for guest in first.guests}
        questions = {f"question {question.text}" for question in first.questions}
        episodes = {f"episode {episode.number} {episode.title}" for episode in archive.episodes.find()}
        findings = archive.check()

    assert set(said) <= guests | questions | episodes
    numbers = [line.split()[1] for line in said if line.startswith("episode")]
    assert len(numbers) == len(set(numbers))
    assert sorted(map(int, numbers)) == list(range(4, 4 + len(numbers)))
    assert findings == []


def test_commands_at_once(example: Path) -> None:
    """Whole command lines at once: each is told its own number."""
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "totem_cli", "add", "episode", f"Titre {count}", "--archive", str(example)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for count in range(8)
    ]
    said = {command.communicate(timeout=120)[0].strip() for command in commands}

    assert said == {f"collaboration/{number}" for number in range(4, 12)}


READER = """
import select, sys
from totem_cli import Archive
root, last, times = sys.argv[1], "", 0
while not sys.stdin.closed:
    with Archive(root) as archive:
        first = archive.episodes["collaboration/1"]
        pairs = {guest.name.partition("x")[2] for guest in first.guests if "x" in guest.name}
        assert pairs == {question.text.partition("x")[2] for question in first.questions if "x" in question.text}
    if not times:
        print("ready", flush=True)
    times += 1
    if select.select([sys.stdin], [], [], 0)[0]:
        break
print(times)
"""

PAIRS = """
import sys
from totem_cli import Archive
root, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
for count in range(times):
    with Archive(root, timeout=300) as archive, archive.transaction("a pair"):  # however busy the machine is
        archive.guests.add("collaboration/1", f"x{name}-{count}")
        archive.questions.add("collaboration/1", f"x{name}-{count}")
"""


def test_sixty_four_writers_keep_nobody_out(example: Path) -> None:
    """64 processes write 4 times each while others read: nobody is refused, nothing is lost, nobody reads half."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(example)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    writers = [subprocess.Popen([sys.executable, "-c", PAIRS, str(example), str(name), "4"]) for name in range(64)]
    assert [writer.wait(300) for writer in writers] == [0] * 64
    assert all(int(reader.communicate("\n", timeout=60)[0]) > 0 for reader in readers)
    assert [reader.returncode for reader in readers] == [0] * 3

    with Archive(example) as archive:
        first = archive.episodes["collaboration/1"]
        written = {f"x{name}-{count}" for name in range(64) for count in range(4)}
        assert written <= {guest.name for guest in first.guests}
        assert written <= {question.text for question in first.questions}
        assert archive.check() == []
    assert not (example / ".totem/queue").exists()
