"""pg_dump and pg_restore: which ones, and how to run them without a password on a command line."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.backup.errors import BackupFailed
from app.core.config import Settings
from app.core.embedded_postgres import BinariesUnusable
from app.core.postgres_binaries import clean_environment, find_binaries, run_as, within_reach
from app.core.postgres_cluster import choose_user, owner_of, tail
from app.core.process_guard import ProcessUser

LOCK_TIMEOUT_MS = 60_000
# Linux leads every process by this way to the folder that it is in, whatever is above it.
WORKING_FOLDER = Path("/proc/self/cwd")
# What libpq reads of a user's own settings: a password file, certificates.
_LIBPQ_VARIABLES = re.compile(r"HOME|PG[A-Z]+|APPDATA|KRB5\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """A folder with pg_dump and pg_restore of one major version, and how to run them."""

    folder: Path
    major: int
    user: ProcessUser
    # Of the embedded server, when they are for that one.
    data_dir: Path | None

    def dump(self, conninfo: str, *, snapshot: str, target: IO[bytes]) -> None:
        """Write the database as it is in the snapshot. Errors: BackupFailed, OSError."""
        command = ["pg_dump", "--format=custom", "--no-password", f"--snapshot={snapshot}"]
        self._run([*command, f"--lock-wait-timeout={LOCK_TIMEOUT_MS}"], conninfo, output=target)

    def restore(self, conninfo: str, *, feed: Callable[[IO[bytes]], None]) -> None:
        """Fill an empty database, wholly or not at all, with what `feed` writes. Errors: BackupFailed, OSError."""
        database = str(conninfo_to_dict(conninfo)["dbname"])
        command = ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        self._run([*command, "--no-password", f"--dbname={database}"], conninfo, feed=feed)

    def _run(
        self,
        command: Sequence[str],
        conninfo: str,
        *,
        output: IO[bytes] | None = None,
        feed: Callable[[IO[bytes]], None] | None = None,
    ) -> None:
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603  a list of arguments, no shell
                [_program(self.folder, command[0]), *command[1:]],
                # Entered before the user changes.
                cwd=self.data_dir or self.folder.anchor,
                env=self._environment(conninfo),
                stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                stdout=subprocess.PIPE if output else subprocess.DEVNULL,
                stderr=errors,
                user=self.user.switch_uid,
                group=self.user.switch_gid,
                extra_groups=self.user.switch_groups,
                start_new_session=True,
            )
            try:
                # Through a pipe, so that the program ends when this process is killed, and never holds the file.
                if output is not None and process.stdout is not None:
                    shutil.copyfileobj(process.stdout, output, 1 << 20)
                if feed is not None and process.stdin is not None:
                    with suppress(BrokenPipeError), process.stdin:
                        feed(process.stdin)
                exit_code = process.wait()
            finally:
                process.kill()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()
            if exit_code != 0:
                errors.seek(0)
                said = tail(errors.read().decode("utf-8", "replace"))
                msg = f"{command[0]} failed.\n{said}"
                raise BackupFailed(msg)

    def _environment(self, conninfo: str) -> dict[str, str]:
        """The connection as variables, which only this user can see; other users see every command line."""
        inherited = dict(os.environ) if self.data_dir is None else {}
        kept = {name: value for name, value in inherited.items() if _LIBPQ_VARIABLES.fullmatch(name)}
        given = _libpq_variables(conninfo)
        if sys.platform == "linux" and self.data_dir is not None and self.user.is_other:
            # systemd keeps the data of a user that it made below a folder that is root's alone, so that on this side of
            # the service nobody else gets to the socket by its path. From the data directory itself they do.
            with suppress(ValueError):
                given["PGHOST"] = str(WORKING_FOLDER / Path(given["PGHOST"]).resolve().relative_to(self.data_dir))
        return {**kept, **clean_environment(), **given}


def _libpq_variables(conninfo: str) -> dict[str, str]:
    names = {
        option.keyword.decode(): option.envvar.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.envvar is not None
    }
    given = conninfo_to_dict(conninfo)
    return {names[keyword]: str(value) for keyword, value in given.items() if keyword in names and value is not None}


def find_programs(settings: Settings, data_dir: Path | None, *, server_major: int) -> Programs:
    """For the embedded server of `data_dir`, else for the configured one. Errors: BackupFailed, EmbeddedPostgresError."""
    if data_dir is not None:
        # Those of the server, which can run what it runs as.
        user = choose_user(settings.tracker_pg_user, data_dir=data_dir)
        binaries = within_reach(find_binaries(settings.pg_bin_dir, user=user), user=user, data_dir=data_dir)
        found = [Programs(folder=binaries.folder, major=binaries.major, user=user, data_dir=data_dir)]
    else:
        found = [each for folder in _folders(settings) if (each := _inspect(folder)) is not None]
    suitable = [each for each in found if each.major >= server_major]
    if suitable:
        # What a newer one writes, an older server may not understand.
        return min(suitable, key=lambda each: each.major)
    versions = " and ".join(f"{each.major} in {each.folder}" for each in found)
    msg = (
        f"The database server is PostgreSQL {server_major}, and pg_dump must not be older: found "
        f"{versions or 'none'}. Install the client programs of PostgreSQL {server_major}, and set PG_BIN_DIR to the "
        "folder that has them."
    )
    raise BackupFailed(msg)


def _folders(settings: Settings) -> list[Path]:
    if settings.pg_bin_dir is not None:
        return [settings.pg_bin_dir]
    on_path = shutil.which("pg_dump")
    folders = [Path(on_path).parent] if on_path else []
    with suppress(BinariesUnusable):
        folders.append(find_binaries(None, user=_own_user()).folder)
    return folders


def _own_user() -> ProcessUser:
    return ProcessUser(name="", uid=0, gid=0, is_other=False)


def _inspect(folder: Path) -> Programs | None:
    folder = folder.absolute()
    program = _program(folder, "pg_dump")
    if not program.is_file() or not _program(folder, "pg_restore").is_file():
        return None
    try:
        said = run_as([program, "--version"], user=_own_user(), cwd=Path(folder.anchor), timeout_s=30).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{program} cannot be run: {error}."
        raise BackupFailed(msg) from error
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    if match is None:
        msg = f"{program} does not tell its version: {said.strip()!r}."
        raise BackupFailed(msg)
    return Programs(folder=folder, major=int(match[1]), user=_own_user(), data_dir=None)


def _program(folder: Path, name: str) -> Path:
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def file_owner(folder: Path, *, data_dir: Path) -> ProcessUser:
    """Whose file is made in this folder: in the data directory that of its owner, elsewhere of who runs this."""
    return owner_of(data_dir) if folder.is_relative_to(data_dir) else _own_user()
