"""What runs on the repository by itself: workflows, Dependabot, hooks before a commit. Nothing here needs a network."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

REPO = Path(__file__).parents[3]
PROGRAMS = Path(sys.executable).parent
WORKFLOWS = sorted((REPO / ".github/workflows").glob("*.yml"))
HOOKS = REPO / ".pre-commit-config.yaml"
SCHEMAS = [
    *((path, "vendor.github-workflows") for path in WORKFLOWS),
    (REPO / ".github/dependabot.yml", "vendor.dependabot"),
    (REPO / ".github/ISSUE_TEMPLATE/wrong.yml", "vendor.github-issue-forms"),
    (REPO / ".github/ISSUE_TEMPLATE/config.yml", "vendor.github-issue-config"),
]
USES = re.compile(r"uses: *(\S+)(.*)")
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
BAD = (
    "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v7\n"
)


def check(*command: str | Path) -> str:
    """What a linter has to say; nothing is good."""
    checked = subprocess.run(command, cwd=REPO, capture_output=True, text=True, timeout=60, check=False)
    return checked.stdout + checked.stderr if checked.returncode else ""


def zizmor(path: Path) -> str:
    return check(PROGRAMS / "zizmor", "--offline", "--quiet", "--no-progress", "--persona=pedantic", path)


def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def loose(text: str) -> list[str]:
    """Actions that are not pinned to one commit, with the version that it is."""
    return [name for name, rest in USES.findall(text) if PINNED.fullmatch(name + rest) is None]


def test_workflows_hold_nothing_that_others_could_use() -> None:
    assert zizmor(REPO) == ""


def test_a_workflow_that_others_could_use_is_found(tmp_path: Path) -> None:
    bad = tmp_path / ".github/workflows/bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(BAD, encoding="utf-8")

    assert "dangerous-triggers" in zizmor(tmp_path)
    assert loose(BAD) == ["actions/checkout@v7"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_commits(workflow: Path) -> None:
    assert loose(workflow.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
@pytest.mark.skipif(shutil.which("actionlint") is None, reason="no wheel of it holds the program; CI installs it")
def test_workflow_passes_its_linter(workflow: Path) -> None:
    assert check("actionlint", workflow) == ""


@pytest.mark.parametrize(("path", "schema"), SCHEMAS, ids=lambda value: getattr(value, "name", value))
def test_file_follows_its_schema(path: Path, schema: str) -> None:
    assert check(PROGRAMS / "check-jsonschema", "--builtin-schema", schema, path) == ""


def test_a_workflow_may_do_nothing_that_a_job_does_not_ask_for() -> None:
    jobs = [job for path in WORKFLOWS for job in yaml(path)["jobs"].values()]

    assert [path.name for path in WORKFLOWS if yaml(path)["permissions"] != {}] == []
    assert [job["name"] for job in jobs if job["permissions"] != {"contents": "read"}] == []


def test_ci_runs_what_anyone_can_run() -> None:
    steps = yaml(REPO / ".github/workflows/ci.yml")["jobs"]["checks"]["steps"]

    assert steps[-1] == {"run": ".ci/run"}


def test_dependabot_looks_into_folders_that_are_there() -> None:
    folders = [each["directory"].removeprefix("/") for each in yaml(REPO / ".github/dependabot.yml")["updates"]]

    assert [folder for folder in folders if not (REPO / folder).is_dir()] == []


def test_dependabot_leaves_the_database_at_its_major_version() -> None:
    (compose,) = (
        each
        for each in yaml(REPO / ".github/dependabot.yml")["updates"]
        if each["package-ecosystem"] == "docker-compose"
    )

    assert compose["ignore"] == [{"dependency-name": "postgres", "update-types": ["version-update:semver-major"]}]


def test_hooks_are_well_formed_and_run_what_is_there() -> None:
    hooks = [hook for repo in yaml(HOOKS)["repos"] for hook in repo["hooks"]]
    words = [word for hook in hooks for word in hook["entry"].split()]

    assert check(PROGRAMS / "pre-commit", "validate-config", HOOKS) == ""
    # The virtual environment may be elsewhere, as in a container; its programs are where this one is.
    programs = [PROGRAMS / Path(word).name for word in words if word.startswith("backend/.venv/bin/")]
    scripts = [REPO / word for word in words if word.startswith(("backend/scripts/", "scripts/"))]
    assert [path for path in [*programs, *scripts] if not path.exists()] == []
    assert len(programs) + len(scripts) >= len(hooks)


def test_hooks_fetch_nothing() -> None:
    assert [repo["repo"] for repo in yaml(HOOKS)["repos"]] == ["local"]
