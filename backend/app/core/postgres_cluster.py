"""The data directory of the embedded PostgreSQL, on disk: private (0700) to the user that the server runs as.

tracker.lock        held by the one process that supervises the server; carries its pid
cluster/            what initdb made
cluster.new-…/      an initdb that has not come to its end
pg_hba.conf         and pg_ident.conf: who may connect
backups/            what was backed up before a migration, or before it was replaced
log/                a file per weekday, and start.log with what is said before the logging begins
run/                the socket, where the path allows it; else socket-dir names the folder that has it
postgresql-18.4-…/  a copy of the programs, where the server's user cannot reach the originals
"""

import contextlib
import os
import re
import shlex
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import psutil

from app.core.postgres_binaries import Binaries, clean_environment, find_major, run_as
from app.core.postgres_errors import (
    DataDirectoryInUse,
    DataDirectoryUnusable,
    DurabilityOff,
    ServerFailed,
    WrongMajorVersion,
)
from app.core.postgres_files import (
    NO_LINK,
    check_regular,
    hold_folder,
    hold_new_folder,
    make_fresh_folder,
    make_private,
    read_file,
    remove_tree,
    replace,
    sync_folder,
    unlink,
)
from app.core.process_guard import Guard, ProcessUser, SignalName, spawn_guarded

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import pwd

ROLE = "tracker"
LOCK_NAME = "tracker.lock"
# What may lie in a folder that is to become a data directory: a server on another database keeps these there.
HARMLESS_NAMES = frozenset({"lost+found", "secret_key", "backups"})
CLUSTER_NAME = "cluster"
FRESH_PREFIX = "cluster.new-"
OUTPUT_TAIL_LINES = 15
WINDOWS_LOCK_OFFSET = 1 << 30

# Settings that are on by default, and must be: a press is answered once it is on disk.
DURABILITY_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
MAY_TOUCH_DURABILITY = re.compile(rf"^\s*({'|'.join(DURABILITY_SETTINGS)}|include)", re.IGNORECASE | re.MULTILINE)
POLL_INTERVAL_S = 0.01


class DataLock:
    """Held until released, or until this process ends, however it ends."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def hand_to(self, user: ProcessUser) -> None:
        """So that the data directory can be started by its own user later on."""
        user.take(self._file.fileno())

    def release(self) -> None:
        self._file.close()


def take_lock(data_dir: Path, *, user: ProcessUser) -> DataLock:
    """Errors: DataDirectoryInUse, DataDirectoryUnusable, OSError."""
    file = os.fdopen(_open_lock(data_dir, user=user), "r+b")
    try:
        if not _lock_now(file):
            holder = file.read(20).decode("ascii", "replace").strip()
            msg = f"The data directory {data_dir} is in use by another running tracker (process {holder or 'unknown'})."
            raise DataDirectoryInUse(msg)
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        file.flush()
    except BaseException:
        file.close()
        raise
    return DataLock(file)


def _open_lock(data_dir: Path, *, user: ProcessUser) -> int:
    if not user.is_other:
        return os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | NO_LINK, 0o600)
    with hold_folder(data_dir) as folder:
        owner = os.fstat(folder)
        try:
            descriptor = os.open(LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_EXCL | NO_LINK, 0o600, dir_fd=folder)
        except FileExistsError:
            return _open_old_lock(data_dir, folder, user=user)
        # As the folder, until that one is handed over: a start that is killed in between leaves nothing odd.
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor


def _open_old_lock(data_dir: Path, folder: int, *, user: ProcessUser) -> int:
    """Root writes in it, and gives it away: it must not be a second name of a file that is none of our business."""
    descriptor = os.open(LOCK_NAME, os.O_RDWR | os.O_NONBLOCK | NO_LINK, dir_fd=folder)
    try:
        status, parent = os.fstat(descriptor), os.fstat(folder)
        check_regular(status, data_dir / LOCK_NAME)
        # Whoever owns the folder may put there what is theirs, and nobody else, unless others can write in it.
        owners = {user.uid} if parent.st_mode & 0o022 else {user.uid, parent.st_uid}
        if status.st_uid not in owners:
            msg = (
                f"{data_dir / LOCK_NAME} belongs to the user id {status.st_uid}, not to {user.name}. If no tracker "
                "runs on this folder, remove that file."
            )
            raise DataDirectoryUnusable(msg)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock_now(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            # One byte far behind the end, so that others can still read the pid.
            file.seek(WINDOWS_LOCK_OFFSET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        file.seek(0)
        return False
    return True


def choose_user(run_as_name: str | None, *, data_dir: Path) -> ProcessUser:
    """Whom the server runs as: as root `run_as_name`, else the owner of the cluster, else `postgres`, else `nobody`."""
    if sys.platform == "win32":
        return ProcessUser(name=os.environ.get("USERNAME", ""), uid=0, gid=0, is_other=False)
    own_uid = os.geteuid()
    if own_uid != 0:
        own = _user_by_id(own_uid)
        if run_as_name not in (None, own.name):
            msg = (
                f"TRACKER_PG_USER is {run_as_name}, but {own.name} is not root: it cannot run programs as another user."
            )
            raise DataDirectoryUnusable(msg)
        return own
    user = _user_by_name(run_as_name) if run_as_name else _cluster_owner(data_dir) or _unprivileged_user()
    if user.uid == 0:
        msg = f"PostgreSQL does not run as root; TRACKER_PG_USER is {run_as_name}: name an ordinary user."
        raise DataDirectoryUnusable(msg)
    return user


def _user_by_id(uid: int) -> ProcessUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        msg = f"The user id {uid} has no name on this system, and PostgreSQL needs one: add it to /etc/passwd."
        raise DataDirectoryUnusable(msg) from error
    return _process_user(entry)


def _user_by_name(name: str) -> ProcessUser:
    try:
        return _process_user(pwd.getpwnam(name))
    except KeyError as error:
        msg = f"There is no user {name} on this system to run the database as (TRACKER_PG_USER)."
        raise DataDirectoryUnusable(msg) from error


def _process_user(entry: "pwd.struct_passwd") -> ProcessUser:
    is_other = entry.pw_uid != os.geteuid()
    return ProcessUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, is_other=is_other)


def _cluster_owner(data_dir: Path) -> ProcessUser | None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        uid = (data_dir / CLUSTER_NAME).lstat().st_uid
        if uid == 0:
            return None
        try:
            return _process_user(pwd.getpwuid(uid))
        except KeyError as error:
            msg = (
                f"The database in {data_dir} belongs to the user id {uid}, which has no name on this system. That is so "
                "while a service is stopped whose user systemd makes: docs/staying-up.md says how to restore then."
            )
            raise DataDirectoryUnusable(msg) from error
    return None


def owner_of(data_dir: Path) -> ProcessUser:
    """Whose files root expects there; for everybody else it makes no difference. Errors: OSError."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return ProcessUser(name="", uid=0, gid=0, is_other=False)
    status = data_dir.stat()
    name = f"the user id {status.st_uid}"
    return ProcessUser(name=name, uid=status.st_uid, gid=status.st_gid, is_other=status.st_uid != 0)


def _unprivileged_user() -> ProcessUser:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return _user_by_name("postgres" if "postgres" in names else "nobody")


def make_data_dir(data_dir: Path, *, user: ProcessUser) -> None:
    """Make the folder where it is missing. Errors: DataDirectoryUnusable for one that seems someone else's, OSError.

    The folder will become private to `user`: nobody wants that for a home directory because of a typing error.
    """
    if not data_dir.exists():
        _make_parents(data_dir)
        with contextlib.suppress(FileExistsError):
            data_dir.mkdir(mode=0o700)
    if not data_dir.is_dir():
        msg = f"The data directory {data_dir} is not a folder."
        raise DataDirectoryUnusable(msg)
    if _is_private_to(data_dir, user=user):
        return
    if not user.is_other and (owner := data_dir.stat().st_uid) != user.uid:
        msg = f"The data directory {data_dir} belongs to the user id {owner}, not to {user.name}: start as its owner."
        raise DataDirectoryUnusable(msg)
    if (data_dir / LOCK_NAME).exists():
        return
    if any(entry.name not in HARMLESS_NAMES for entry in data_dir.iterdir()):
        msg = (
            f"The data directory {data_dir} already holds something else, and it would become private to the user "
            f"{user.name}. Choose an empty folder, or one that does not exist yet."
        )
        raise DataDirectoryUnusable(msg)


def _make_parents(data_dir: Path) -> None:
    missing = [folder for folder in data_dir.parents if not folder.exists()]
    for folder in reversed(missing):
        if sys.platform == "win32" or os.geteuid() != 0:
            folder.mkdir(exist_ok=True)
            continue
        with hold_folder(folder.parent) as parent, hold_new_folder(folder.name, parent=parent) as made:
            # Whatever root's umask: the server's user has to pass through.
            os.fchmod(made, 0o755)


def _is_private_to(folder: Path, *, user: ProcessUser) -> bool:
    if sys.platform == "win32":
        return True
    status = folder.stat()
    return status.st_uid == user.uid and status.st_mode & 0o077 == 0


def check_owner(data_dir: Path, *, user: ProcessUser) -> None:
    """Errors: DataDirectoryUnusable when there is a cluster, and another user's, or for root only a link to one."""
    cluster = data_dir / CLUSTER_NAME
    if sys.platform == "win32":
        return
    try:
        status = cluster.stat(follow_symlinks=not user.is_other)
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISLNK(status.st_mode):
        msg = (
            f"{cluster} is a link, and root follows none in a folder of {user.name}. Put the database there itself, "
            f"or start as {user.name}."
        )
        raise DataDirectoryUnusable(msg)
    if (owner := status.st_uid) == user.uid:
        return
    msg = (
        f"The database in {cluster} belongs to the user id {owner}, not to {user.name}. Start as its owner, "
        f"or hand it over: chown -R {user.name} '{data_dir}'"
    )
    raise DataDirectoryUnusable(msg)


def hand_over(data_dir: Path, *, user: ProcessUser) -> None:
    """Make the folder private to `user`; parents stay as they are. Errors: DataDirectoryUnusable, OSError."""
    if not _is_private_to(data_dir, user=user):
        make_private(data_dir, user=user)
    if not user.is_other:
        return
    # Asked as that user, not computed from modes: access lists, namespaces and network mounts have their own opinion.
    script = 'for folder do test -x "$folder" || { printf %s "$folder"; exit 1; }; done'
    answer = run_as(["/bin/sh", "-c", script, "sh", *reversed(data_dir.parents), data_dir], user=user, cwd=Path("/"))
    if answer.returncode != 0:
        msg = (
            f"The user {user.name}, which the database runs as, cannot pass through the folder {answer.stdout.strip()} "
            f"on the way to the data directory {data_dir}. Allow it (chmod a+x), or choose another TRACKER_DATA_DIR."
        )
        raise DataDirectoryUnusable(msg)


def make_cluster(
    data_dir: Path, *, binaries: Binaries, user: ProcessUser, password_file: Path | None, guard: Guard
) -> None:
    """initdb into a temporary folder, which becomes the cluster once it is whole. Errors: ServerFailed, OSError."""
    for leftover in data_dir.glob(f"{FRESH_PREFIX}*"):
        remove_tree(leftover, user=user)
    cluster = data_dir / CLUSTER_NAME
    if cluster.exists():
        return
    fresh = make_fresh_folder(data_dir, prefix=FRESH_PREFIX, user=user)
    try:
        _run_initdb(fresh, binaries=binaries, user=user, password_file=password_file, guard=guard)
        replace(fresh, cluster, user=user)
        sync_folder(data_dir)
    except BaseException:
        with contextlib.suppress(OSError):
            remove_tree(fresh, user=user)
        raise


def _run_initdb(
    target: Path, *, binaries: Binaries, user: ProcessUser, password_file: Path | None, guard: Guard
) -> None:
    access = [f"--pwfile={password_file}", "--auth=scram-sha-256"] if password_file else ["--auth=peer"]
    fixed = [f"--username={ROLE}", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
    output = ""
    for locale in _locale_options(binaries.major):
        command: list[str | Path] = [binaries.program("initdb"), f"--pgdata={target}", *fixed, *locale, *access]
        exit_code, output = _run_guarded(command, user=user, cwd=target.parent, guard=guard)
        if exit_code == 0:
            return
        if "invalid locale" not in output:
            break
    msg = f"The database could not be made in {target.parent}: initdb failed.\n{tail(output)}"
    raise ServerFailed(msg)


def _run_guarded(command: Sequence[str | Path], *, user: ProcessUser, cwd: Path, guard: Guard) -> tuple[int, str]:
    """(exit code, output). Ends when this process is killed, so that it does not write where the next start clears."""
    with tempfile.TemporaryFile() as output:
        process = spawn_guarded(command, user=user, cwd=cwd, env=clean_environment(), output=output, guard=guard)
        try:
            exit_code = process.wait()
        finally:
            process.send("KILL")
            process.wait()
            process.dismiss_watcher()
        output.seek(0)
        return exit_code, output.read().decode("utf-8", "replace")


def _locale_options(major: int) -> Iterator[list[str]]:
    """Byte order and Unicode classes, the same everywhere and in ten years: no collation of the system's library.

    Before version 17 they come from the system, and not every one has C.UTF-8.
    """
    if major >= 17:
        yield ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        yield ["--locale=C.UTF-8"]
        yield ["--locale=C"]


def check_cluster(data_dir: Path, *, binaries: Binaries, user: ProcessUser) -> None:
    """Errors: DataDirectoryUnusable, WrongMajorVersion, DurabilityOff, ServerFailed."""
    cluster = data_dir / CLUSTER_NAME
    try:
        major = int(read_file(cluster / "PG_VERSION", user=user).decode("ascii"))
    except (FileNotFoundError, ValueError) as error:
        msg = f"{cluster} is not a PostgreSQL cluster, or a damaged one: its file PG_VERSION is missing or unreadable."
        raise DataDirectoryUnusable(msg) from error
    if major != binaries.major:
        raise WrongMajorVersion(_how_to_move(data_dir, old_major=major, binaries=binaries, user=user))
    _check_durability(cluster, binaries=binaries, user=user)


def _check_durability(cluster: Path, *, binaries: Binaries, user: ProcessUser) -> None:
    """The server program itself reads files that mention a setting: they may include others, and the last one wins."""
    files = (cluster / "postgresql.conf", cluster / "postgresql.auto.conf")
    if not any(_may_touch_durability(file, user=user) for file in files):
        return
    for setting in DURABILITY_SETTINGS:
        answer = run_as([binaries.program("postgres"), "-C", setting, "-D", cluster], user=user, cwd=cluster.parent)
        value = answer.stdout.strip()
        if answer.returncode != 0:
            msg = f"The settings of the database in {cluster} cannot be read.\n{tail(answer.stdout)}"
            raise ServerFailed(msg)
        if value == "off":
            msg = (
                f"{setting} is off in the settings of the database in {cluster} (postgresql.conf, postgresql.auto.conf "
                "or a file that they include). Presses that were already answered could be lost: remove that line, "
                "then start again."
            )
            raise DurabilityOff(msg)


def _may_touch_durability(file: Path, *, user: ProcessUser) -> bool:
    try:
        text = read_file(file, user=user).decode("utf-8", "replace")
    except FileNotFoundError:
        return False
    except OSError:
        # A link, or another user's: the server may still read it.
        return True
    return MAY_TOUCH_DURABILITY.search(text) is not None


def _how_to_move(data_dir: Path, *, old_major: int, binaries: Binaries, user: ProcessUser) -> str:
    found = find_major(old_major, user=user, data_dir=data_dir)
    old = shlex.quote(str(found.folder if found else f"/path/to/postgresql-{old_major}/bin"))
    initdb = " ".join(next(_locale_options(binaries.major)))
    access = "-c listen_addresses= -c hba_file='$PWD/pg_hba.conf' -c ident_file='$PWD/pg_ident.conf' -k $S"
    return f"""\
The database in {data_dir / CLUSTER_NAME} was made by PostgreSQL {old_major}. The programs in {binaries.folder} \
are version {binaries.version}, which cannot open it. Either set PG_BIN_DIR to the folder of the programs of \
PostgreSQL {old_major}, or move the data with these commands, as the user {user.name}:

  set -e; umask 077; cd '{data_dir}'
  OLD={old}; NEW='{binaries.folder}'; S=$(mktemp -d)
  "$OLD/pg_ctl" start -s -w -D {CLUSTER_NAME} -l log/move.log -o "{access}"
  "$OLD/pg_dump" -h "$S" -U {ROLE} -Fc -f tracker.dump {ROLE}
  "$OLD/pg_ctl" stop -s -w -D {CLUSTER_NAME}
  "$NEW/initdb" -D cluster.moved -U {ROLE} -E UTF8 -k -A peer --no-instructions {initdb}
  "$NEW/pg_ctl" start -s -w -D cluster.moved -l log/move.log -o "{access}"
  "$NEW/createdb" -h "$S" -U {ROLE} {ROLE}
  "$NEW/pg_restore" -h "$S" -U {ROLE} -d {ROLE} --exit-on-error tracker.dump
  "$NEW/pg_ctl" stop -s -w -D cluster.moved
  mv {CLUSTER_NAME} cluster-{old_major}; mv cluster.moved {CLUSTER_NAME}

Keep cluster-{old_major} and tracker.dump until the new database has proven itself."""


def cluster_processes(data_dir: Path) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Living (servers and initdb, their helpers) of this data directory. PostgreSQL works in it: that is the proof."""
    leaders: list[psutil.Process] = []
    helpers: list[psutil.Process] = []
    for process in psutil.process_iter():
        # Gone meanwhile, a zombie, or another user's, who cannot work in our private folder.
        with contextlib.suppress(psutil.Error, OSError):
            if process.name().startswith(("postgres", "initdb")) and Path(process.cwd()).is_relative_to(data_dir):
                # Helpers rename themselves to "postgres: checkpointer" and the like; one about to end has no name left.
                title = " ".join(process.cmdline())
                is_helper = not title or title.startswith("postgres:")
                (helpers if is_helper else leaders).append(process)
    return leaders, helpers


def all_gone_within(data_dir: Path, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while any(cluster_processes(data_dir)):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_INTERVAL_S)
    return True


def stop_orphans(data_dir: Path, *, timeout_s: float) -> None:
    """End what an earlier server left, so that no second one works on the same files. Errors: DataDirectoryInUse."""
    urgency: tuple[SignalName, ...] = ("INT", "QUIT", "KILL")
    for name in urgency:
        leaders, helpers = cluster_processes(data_dir)
        # Helpers without their leader notice that and go by themselves; one in a long query needs to be told.
        for process in leaders or (helpers if name != "INT" else []):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM if sys.platform == "win32" else getattr(signal, f"SIG{name}"))
        if all_gone_within(data_dir, timeout_s):
            return
    pids = ", ".join(str(process.pid) for processes in cluster_processes(data_dir) for process in processes)
    msg = f"An earlier PostgreSQL server still works on {data_dir} and does not end (process {pids})."
    raise DataDirectoryInUse(msg)


def clear_stale_pid_file(data_dir: Path, *, user: ProcessUser) -> None:
    """Remove a postmaster.pid that PostgreSQL would stumble over; to be called when no process of the cluster lives.

    A file that names a dead process stays: PostgreSQL replaces it, after making sure that the shared memory that it
    names is free. An empty or torn file, or one whose pid went to another program, would keep the server from starting.
    """
    path = data_dir / CLUSTER_NAME / "postmaster.pid"
    try:
        first_line = read_file(path, user=user).partition(b"\n")[0]
    except FileNotFoundError:
        return
    try:
        is_plainly_stale = not psutil.pid_exists(abs(int(first_line))) and int(first_line) != 0
    except (ValueError, OverflowError):
        is_plainly_stale = False
    if not is_plainly_stale:
        unlink(path, user=user)


def tail(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-OUTPUT_TAIL_LINES:])
