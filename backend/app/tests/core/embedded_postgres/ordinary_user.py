"""Run a folder of tests once more as `nobody`, in a mount namespace in which that user can reach Python and the checkout."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

UNPREPARED_EXIT_CODE = 97

# Private folders on the way (as /root) are covered by an open, empty one, and what is needed is put back at its place.
# All of it is in a namespace of its own, and gone with its last process.
PREPARE_AND_RUN = r"""
stash=$1; covers=$2; needed=$3; shift 3
prepare() {
    set -e
    IFS='
'
    number=0
    for folder in $needed; do
        number=$((number + 1))
        mkdir "$stash/$number"
        mount --bind "$folder" "$stash/$number"
    done
    for folder in $covers; do
        mount -t tmpfs -o mode=755 none "$folder"
    done
    number=0
    for folder in $needed; do
        number=$((number + 1))
        test -d "$folder" || { mkdir -p "$folder"; mount --bind "$stash/$number" "$folder"; }
    done
}
( prepare ) || exit 97
exec "$@"
"""

RUN_IF_READABLE = 'test -r "$1" && test -x "$2" || exit 97; shift; exec "$@"'


def run_as_ordinary_user(folder_of_tests: Path, *, area: Path) -> None:
    """Fails when a test fails; skips, with the reason, where the system does not let us prepare it."""
    for program in ("unshare", "setpriv", "mount"):
        if shutil.which(program) is None:
            pytest.skip(f"not run: there is no program {program} to run the tests as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    home, stash = area / "home", area / "stash"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    stash.mkdir()
    needed = _needed_folders(folder_of_tests)
    covers = sorted({cover for folder in needed if (cover := _outermost_private(folder)) is not None})
    as_nobody = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--"]
    environment = {"HOME": str(home), "TMPDIR": str(home), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    environment["TRACKER_ENV_FILE"] = os.devnull
    arguments = ["-q", "-rs", "-W", "error", "-p", "no:cacheprovider", f"--confcutdir={folder_of_tests}", "--color=no"]
    result = subprocess.run(
        [
            *("unshare", "--mount", "--propagation", "private", "sh", "-c", PREPARE_AND_RUN, "sh"),
            *(str(stash), "\n".join(map(str, covers)), "\n".join(map(str, needed))),
            *(*as_nobody, "sh", "-c", RUN_IF_READABLE, "sh", str(folder_of_tests)),
            *(sys.executable, "-m", "pytest", str(folder_of_tests), *arguments),
        ],
        cwd=folder_of_tests.parents[3],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(result.stdout)  # noqa: T201  pytest shows it with a failure, or with -s
    if result.returncode in (1, UNPREPARED_EXIT_CODE) and not re.search(r"\d (passed|failed|error)", result.stdout):
        pytest.skip(f"not run: cannot prepare a namespace for an ordinary user: {result.stdout.strip()[-200:]}")
    assert result.returncode == 0, result.stdout


def _needed_folders(folder_of_tests: Path) -> list[Path]:
    """Without those that lie in another one."""
    folders = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), folder_of_tests.resolve().parents[3]}
    return sorted(folder for folder in folders if not any(other in folder.parents for other in folders))


def _outermost_private(folder: Path) -> Path | None:
    return next(_private(folder), None)


def _private(folder: Path) -> Iterator[Path]:
    for parent in reversed(folder.parents):
        if parent.stat().st_mode & 0o001 == 0:
            yield parent
