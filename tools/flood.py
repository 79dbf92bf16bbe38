"""A flood of comments against the real receiver, while commands edit the archive: nothing lost, nothing twice.

``python tools/flood.py [POSTS] [CONNECTIONS]`` runs ``totem serve --comments`` on a copy of the project's archive,
posts through loopback from as many connections, each post as a reader of its own behind a proxy, and runs commands
meanwhile. It prints what happened, and exits 1 where a comment that was acknowledged is missing or there twice.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from totem_cli import Archive

ROOT = Path(__file__).parent.parent
COMMANDS = 10
_FORM = "application/x-www-form-urlencoded"


def flood(posts: int, connections: int) -> int:
    """Run it; the exit code."""
    with tempfile.TemporaryDirectory(prefix="totem-flood-") as folder:
        archive = Path(folder) / "archive"
        shutil.copytree(ROOT / "archive", archive, ignore=shutil.ignore_patterns(".totem"))
        (archive / "totem.toml").write_text('title = "TOTEM"\nlanguage = "fr"\n[comments]\nopen = true\n', "utf-8")
        target = Archive(archive).episodes["collaboration/1"].id
        totem = [sys.executable, "-m", "totem_cli"]
        server = subprocess.Popen(  # noqa: S603 - our own command
            [*totem, "serve", "--comments", "--port", "0", "--queue", str(posts), "--archive", str(archive)],
            stdout=subprocess.PIPE,
        )
        try:
            assert server.stdout
            host = server.stdout.readline().decode().strip().removeprefix("http://").rstrip("/")
            before = _memory(server.pid)
            began = time.monotonic()
            with ThreadPoolExecutor(connections + 1) as pool:
                edits = pool.submit(_edit, totem, archive)
                shares = [range(number, posts, connections) for number in range(connections)]
                found = [pair for part in pool.map(lambda share: _post(host, target, share), shares) for pair in part]
                failed = edits.result()
            took = time.monotonic() - began
            after = _memory(server.pid)
        finally:
            server.terminate()
            server.wait(30)
        return _told(archive, found, failed, took, before, after)


def _post(host: str, target: str, share: range) -> list[tuple[int, str]]:
    """Posts of one connection: most good, some from an address that posts too often, some too large, some twice."""
    connection = HTTPConnection(host, timeout=120)
    found = []
    for number in share:
        reader = "198.51.100.1" if number % 10 == 0 else f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        said = {"target": target, "author": f"N{number}", "text": f"Texte {number}"}
        if number % 50 == 7:
            said["text"] = "x" * 100_000
        if number % 50 == 8:
            said["text"], said["author"] = "Encore", f"N{number % 500}"
        headers = {"Accept": "application/json", "Content-Type": _FORM, "X-Forwarded-For": reader}
        connection.request("POST", "/", urlencode(said), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        found.append((answer.status, told.get("id", "")))
        if answer.getheader("connection") == "close":
            connection.close()
    return found


def _edit(totem: list[str], archive: Path) -> int:
    """Ten commands that write, one after the other; how many failed."""
    commands = [["add", "tag", "collaboration/2", f"mot{number}"] for number in range(COMMANDS)]
    whole = [[*totem, *command, "--archive", str(archive), "-q"] for command in commands]
    done = [subprocess.run(command, check=False) for command in whole]  # noqa: S603 - our own command
    return sum(one.returncode != 0 for one in done)


def _memory(process: int) -> int:
    """The memory that a process holds, in KiB."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def _told(archive: Path, found: list[tuple[int, str]], failed: int, took: float, before: int, after: int) -> int:
    acknowledged = {identity for status, identity in found if status in (200, 201)}
    created = [identity for status, identity in found if status == 201]
    whole = Archive(archive)
    kept = [comment.id for comment in whole.comments.find()]
    said = Counter((comment.author, comment.text) for comment in whole.comments.find())
    problems = whole.check()
    tags = len(whole.episodes["collaboration/2"].tags)
    sys.stdout.write(
        f"answers {dict(sorted(Counter(status for status, _ in found).items()))} in {took:.1f} s\n"
        f"acknowledged {len(acknowledged)}, kept {len(kept)}, missing {len(acknowledged - set(kept))}, "
        f"said twice {sum(count - 1 for count in said.values())}, ids given twice {len(created) - len(set(created))}\n"
        f"commands that failed {failed}, tags {tags}, problems {len(problems)}\n"
        f"memory {before // 1024} MiB before, {after // 1024} MiB after\n"
    )
    good = (
        acknowledged == set(kept)
        and len(kept) == len(set(kept)) == len(created)
        and not failed
        and not problems
        and max(said.values(), default=1) == 1
    )
    return 0 if good else 1


if __name__ == "__main__":
    sizes = [int(one) for one in sys.argv[1:]]
    sys.exit(flood(*(sizes or [5000, 50])))
