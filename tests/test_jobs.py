"""The jobs of the documentation: each file is what its reader takes, and its commands do what the page says."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

JOBS = ROOT / "docs" / "examples" / "jobs"
BIN = Path(sys.executable).parent
HOME = "/srv/talks"


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """A copy of the project's archive, whose target ``site`` is a folder beside it."""
    folder = tmp_path / "talks"
    shutil.copytree(ROOT / "archive", folder, ignore=shutil.ignore_patterns(".totem"))
    with (folder / "totem.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[deploy.site]\nurl = "{tmp_path / "public"}"\n')
    return folder


def text_of(name: str) -> str:
    """A file of the jobs."""
    return (JOBS / name).read_text("utf-8")


def run(line: str, talks: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a job's line does, in an environment that has nothing else; the page's folder is this archive."""
    here = {name: value.replace(f"{HOME}/.venv/bin", str(BIN)) for name, value in environment.items()}
    here = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(talks.parent), "LANG": "C.UTF-8"} | here
    ready = line.replace(f"{HOME}/.venv/bin", str(BIN)).replace(HOME, str(talks))
    return subprocess.run(
        ["/bin/sh", "-c", ready],
        cwd=talks,
        env=here,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


# cron


def crontab() -> tuple[dict[str, str], list[tuple[list[str], str]]]:
    """The variables of the crontab, and its jobs: when, and what."""
    variables: dict[str, str] = {}
    jobs = []
    for line in text_of("crontab").splitlines():
        if not line or line.startswith("#"):
            continue
        setting = re.fullmatch(r"([A-Z_]+)=(.*)", line)
        if setting:
            variables[setting[1]] = setting[2]
        else:
            *when, command = line.split(None, 5)
            jobs.append((when, command))
    return variables, jobs


def test_the_crontab() -> None:
    """Five fields each, within their ranges; no per cent sign, which cron takes for a new line."""
    variables, jobs = crontab()
    assert set(variables) <= {"SHELL", "PATH", "LANG", "MAILTO"}
    assert len(jobs) == 2
    for when, command in jobs:
        for field, most in zip(when, (59, 23, 31, 12, 7), strict=True):
            assert field == "*" or int(field) <= most
        assert "%" not in command


def test_what_cron_runs(talks: Path) -> None:
    """Published, and nothing printed; again, nothing sent; a broken archive is told, exit code 4, and sends nothing."""
    variables, jobs = crontab()
    public = talks.parent / "public"
    for _, command in jobs:
        done = run(command, talks, **variables)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    before = {path: path.stat().st_mtime_ns for path in public.rglob("*") if path.is_file()}
    assert public / "index.html" in before
    assert run(jobs[0][1], talks, **variables).returncode == 0
    episode = next(talks.glob("series/*/01-*.md"))
    episode.write_text(episode.read_text("utf-8").replace("title = ", "title = broken ", 1), "utf-8")
    done = run(jobs[0][1], talks, **variables)
    assert done.returncode == 4
    assert episode.name in done.stdout + done.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_two_jobs_at_once(talks: Path) -> None:
    """The second is refused with exit code 5 while the first holds the target, and changes nothing there."""
    from totem_cli.deploy.deployment import Site, deploy
    from totem_cli.deploy.targets import open_store
    from totem_cli.model.settings import DeployTarget

    line = crontab()[1][0][1]
    assert run("totem export html --quiet", talks).returncode == 0
    store = open_store(DeployTarget(url=str(talks.parent / "public")))
    second: list[int] = []

    def seen(*_: object) -> None:
        if not second:
            second.append(run(line, talks).returncode)

    deploy(Site.read(talks / "site"), store, seen=seen)
    assert second == [5]
    assert run(line, talks).returncode == 0


# systemd


def unit(name: str) -> configparser.ConfigParser:
    """A unit; of options that are given several times, the values are lines."""

    class Several(dict[str, object]):
        def __setitem__(self, key: str, value: object) -> None:
            if isinstance(value, list) and key in self and isinstance(self[key], list):
                value = [*self[key], *value]  # type: ignore[misc]
            super().__setitem__(key, value)

    parser = configparser.RawConfigParser(strict=False, dict_type=Several, interpolation=None)  # type: ignore[arg-type]
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text_of(name))
    return parser


def test_what_systemd_runs(talks: Path) -> None:
    """The commands of the service, one after the other; the second is not run where the first fails."""
    service = unit("totem-publish.service")["Service"]
    lines = service["ExecStart"].splitlines()
    assert [line.split()[1] for line in lines] == ["check", "deploy"]
    assert service["Type"] == "oneshot"  # else only one command is allowed
    for line in lines:
        assert run(line, talks).returncode == 0
    assert (talks.parent / "public" / "index.html").exists()
    timer = unit("totem-publish.timer")
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_systemd_takes_the_units(tmp_path: Path, talks: Path) -> None:
    """The check of systemd finds nothing, once the paths of the page are some that are there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for name in ("totem-publish.service", "totem-publish.timer"):
        text = text_of(name).replace(f"{HOME}/.venv/bin", str(BIN)).replace(HOME, str(talks))
        (tmp_path / name).write_text(text.replace("User=talks", "User=root"), "utf-8")
    line = ["systemd-analyze", "verify", "--man=no", *sorted(str(path) for path in tmp_path.glob("totem-publish.*"))]
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=60, env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"}
    )
    ours = [said for said in (done.stdout + done.stderr).splitlines() if "totem-publish" in said]
    assert ours == []
    (tmp_path / "totem-publish.service").write_text("[Service]\nTyp=oneshot\nExecStart=/bin/true\n", "utf-8")
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert "Typ" in done.stdout + done.stderr  # the check can fail


# GitHub Actions, GitLab CI, the forms of issues


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-workflows", JOBS / "github-actions.yml"),
        ("vendor.gitlab-ci", JOBS / "gitlab-ci.yml"),
        ("vendor.github-issue-forms", ROOT / ".github/ISSUE_TEMPLATE/problem.yml"),
        ("vendor.github-issue-forms", ROOT / ".github/ISSUE_TEMPLATE/wish.yml"),
        ("vendor.github-issue-config", ROOT / ".github/ISSUE_TEMPLATE/config.yml"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_schemas(schema: str, path: Path) -> None:
    """Each file fits the schema of the service that reads it, as SchemaStore has it."""
    pytest.importorskip("check_jsonschema")
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_what_actions_runs(talks: Path) -> None:
    """Each step is an action with a version, or a command; those of totem make the folder that is sent."""
    workflow = yaml.safe_load(text_of("github-actions.yml"))
    (job,) = workflow["jobs"].values()
    sent = [step["with"]["path"] for step in job["steps"] if "upload" in step.get("uses", "")]
    for step in job["steps"]:
        assert re.fullmatch(r"[\w./-]+@v\d+", step.get("uses", "a@v1"))
        if step.get("run", "").startswith("totem "):
            done = run(step["run"], talks)
            assert done.returncode == 0, done.stderr
    assert [(talks / folder / "index.html").exists() for folder in sent] == [True]


def test_what_gitlab_runs(talks: Path) -> None:
    """The scripts of both stages; one deployment at a time, of the default branch only."""
    pipeline = yaml.safe_load(text_of("gitlab-ci.yml"))
    for name in ("check", "publish"):
        for line in pipeline[name]["script"]:
            done = run(line, talks)
            assert done.returncode == 0, done.stderr
    assert (talks.parent / "public" / "index.html").exists()
    assert pipeline["publish"]["resource_group"]
    assert pipeline["publish"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
