"""A target that is a branch of a git repository, as GitHub Pages and GitLab Pages take it: one commit a deployment."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from totem_cli.deploy.store import File, check_size
from totem_cli.errors import ConflictError, InvalidError, SystemFailedError

BRANCH = "gh-pages"
_PROTOCOLS = "file:https:http:ssh"
"""What git may connect by: others (``ext::``) run commands."""

_OF_ANOTHER = frozenset(
    "GIT_INDEX_FILE GIT_WORK_TREE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE"
    " GIT_PREFIX GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_REPLACE_REF_BASE GIT_QUARANTINE_PATH".split()
)
"""Variables that lead git to the repository from whose hook or alias totem was called."""


class GitStore:
    """The tree of a branch. Changes are collected in an index, then committed and pushed in one step.

    The branch's last commit alone is fetched; a branch that is not there is begun. A branch that another pushed to
    meanwhile is not overwritten: ConflictError. git's own configuration, keys and helpers serve.
    """

    locks = False  # a push that another one overtook is refused by the repository
    warning = ""

    def __init__(self, url: str) -> None:
        address, _, branch = url.removeprefix("git+").partition("#")
        self.name = url
        self._url = address.removeprefix("file://") if address.startswith("file:///") else address
        self._branch = branch or BRANCH
        if not self._url or self._url.startswith("-") or self._branch.startswith("-"):
            raise InvalidError(f"{url} is no address of a repository", hint="git+https://host/user/repo.git#gh-pages")
        self._folder = tempfile.TemporaryDirectory(prefix="totem-git-")
        self._staged: dict[str, str] = {}
        self._base = ""
        try:
            self._fetch()
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        if not self.holds(path):
            return None
        blob = f"{self._base}:{path}"
        check_size(int(self._git("cat-file", "-s", blob)), self.name, path)
        return self._git("cat-file", "blob", blob)

    def holds(self, name: str) -> bool:
        """Whether there is something of this name at the top of the branch."""
        return bool(self._base and self._git("ls-tree", self._base, "--", name))

    def write(self, path: str, content: bytes) -> None:
        """Stage a small file."""
        self._staged[path] = self._git("hash-object", "-w", "--stdin", given=content).decode().strip()

    def send(self, files: Sequence[File]) -> None:
        """Stage files."""
        sources = [os.path.abspath(file.source) for file in files]
        if any("\n" in source for source in sources):
            raise InvalidError(
                "git cannot take files from a folder with a line end in its name", hint="name another: -o"
            )
        names = "".join(f"{source}\n" for source in sources)
        blobs = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=names.encode()).decode().split()
        self._staged.update(zip((file.path for file in files), blobs, strict=True))

    def create(self, path: str, content: bytes) -> bool:
        """Stage a file; it is never asked for, since the store takes no lock."""
        self.write(path, content)
        return True

    def delete(self, path: str) -> None:
        """Stage that a file is deleted."""
        self._staged[path] = ""

    def finish(self) -> None:
        """Commit what was staged, and push it."""
        if not self._base:  # GitHub's own generator would leave out what begins with an underscore
            self.write(".nojekyll", b"")
        lines = [
            f"100644 {blob}\t{path}\0" if blob else f"0 {'0' * 40}\t{path}\0" for path, blob in self._staged.items()
        ]
        self._git("read-tree", self._base) if self._base else self._git("read-tree", "--empty")
        self._git("update-index", "-z", "--index-info", given="".join(lines).encode())
        tree = self._git("write-tree").decode().strip()
        parents = ["-p", self._base] if self._base else []
        commit = self._git("commit-tree", tree, *parents, "-m", "Publish the site", identity=True).decode().strip()
        done = self._run("push", "--quiet", "--porcelain", self._url, f"{commit}:refs/heads/{self._branch}")
        if done.returncode:
            words = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
            if "rejected" in words or "fetch first" in words or "cannot lock ref" in words:
                raise ConflictError(f"{self.name} was pushed to meanwhile", hint="run it again")
            raise self._failed("push to", done)
        self._base, self._staged = commit, {}

    def close(self) -> None:
        """Remove the temporary repository."""
        self._folder.cleanup()

    def _fetch(self) -> None:
        self._git("init", "--quiet", "--bare")
        reference = f"refs/heads/{self._branch}"
        listed = self._run("ls-remote", self._url, reference)
        if listed.returncode:
            raise self._failed("reach", listed)
        if not listed.stdout.strip():
            return
        self._git("fetch", "--quiet", "--depth=1", "--no-tags", self._url, reference, verb="fetch from")
        self._base = self._git("rev-parse", "FETCH_HEAD").decode().strip()

    def _git(self, *words: str, given: bytes = b"", identity: bool = False, verb: str = "write for") -> bytes:
        done = self._run(*words, given=given, identity=identity)
        if done.returncode:
            raise self._failed(verb, done)
        return done.stdout

    def _run(self, *words: str, given: bytes = b"", identity: bool = False) -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
        environment |= {"GIT_DIR": self._folder.name, "GIT_ALLOW_PROTOCOL": _PROTOCOLS}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        if identity:
            for role in ("AUTHOR", "COMMITTER"):
                environment.setdefault(f"GIT_{role}_NAME", "totem")
                environment.setdefault(f"GIT_{role}_EMAIL", "totem@localhost")
        try:
            return subprocess.run(  # noqa: S603 - git, with words of our own
                ["git", *words],  # noqa: S607 - the user's own git
                input=given,
                capture_output=True,
                env=environment,
                cwd=Path(self._folder.name),
                check=False,
            )
        except FileNotFoundError:
            raise SystemFailedError("git is not installed", hint="install git") from None

    def _failed(self, verb: str, done: subprocess.CompletedProcess[bytes]) -> SystemFailedError:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        return SystemFailedError(
            f"cannot {verb} {self.name}: {words[-1] if words else f'git ended with {done.returncode}'}",
            hint="try: git ls-remote " + self._url,
        )
