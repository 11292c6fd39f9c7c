"""Files in the data directory, handled by root although they belong to the server's unprivileged user.

That user may put anything there at any moment: links to other people's files, pipes, a link in the place of a folder.
So root holds the folder open, follows no link on the way nor at the end, reads and changes only what belongs to that
user, and gives away only what it just made, by its descriptor. A process that is not root is held back by the system
itself, and may have links in its data directory: for it these are the plain calls.
"""

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from app.core.process_guard import ProcessUser

MAX_BYTES = 1 << 20

# Windows has none of these, nor a root.
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | NO_LINK | getattr(os, "O_DIRECTORY", 0)
# A pipe would wait for its other end.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@contextmanager
def hold_folder(folder: Path) -> Iterator[int]:
    """The folder, opened; what happens to its name afterwards changes nothing. Errors: OSError, also for a link."""
    descriptor = os.open(folder.anchor, _FOLDER)
    try:
        for name in folder.parts[1:]:
            with _named(folder):
                inner = os.open(name, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def hold_new_folder(name: str, *, parent: int) -> Iterator[int]:
    """A folder in an open one, private to this process's user, made where it is missing. Errors: OSError."""
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
    descriptor = os.open(name, _FOLDER, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def make_folder(folder: Path, *, user: ProcessUser) -> Path:
    """A private folder of the server's user; fine if it is there. Errors: OSError, also for a link under root."""
    with _beside(folder, user=user) as (name, parent):
        try:
            os.mkdir(name, 0o700, dir_fd=parent)
        except FileExistsError:
            is_new = False
        else:
            is_new = True
        if parent is not None:
            descriptor = os.open(name, _FOLDER, dir_fd=parent)
            try:
                if is_new:
                    user.take(descriptor)
                _check_owner(os.fstat(descriptor), folder, user=user)
            finally:
                os.close(descriptor)
    return folder


def make_fresh_folder(parent: Path, *, prefix: str, user: ProcessUser) -> Path:
    """A new private folder of the server's user, with a name that nobody can foresee."""
    return make_folder(parent / f"{prefix}{secrets.token_hex(8)}", user=user)


def make_private(folder: Path, *, user: ProcessUser) -> None:
    """Owner `user`, and nothing for anyone else. Errors: OSError."""
    if not user.is_other:
        folder.chmod(0o700)
        return
    with hold_folder(folder) as descriptor:
        os.fchmod(descriptor, 0o700)
        user.take(descriptor)


def create_file(path: Path, *, user: ProcessUser) -> IO[bytes]:
    """A new, empty file of the server's user; what had the name before goes. Errors: OSError."""
    with _beside(path, user=user) as (name, parent):
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=parent)
        descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600, dir_fd=parent)
    user.take(descriptor)
    return os.fdopen(descriptor, "w+b")


def write_file(path: Path, text: str, *, user: ProcessUser) -> None:
    """Replace the file as a whole, if it changes. Errors: OSError."""
    with suppress(OSError):
        if read_file(path, user=user) == text.encode():
            return
    fresh = path.with_name(f"{path.name}.new")
    with create_file(fresh, user=user) as file:
        file.write(text.encode())
    replace(fresh, path, user=user)


def read_file(path: Path, *, user: ProcessUser, start: int = 0) -> bytes:
    """From `start`, at most MAX_BYTES, and of a longer file the end. Errors: OSError, for root also another's file."""
    with _beside(path, user=user) as (name, parent):
        flags = os.O_RDONLY | _BINARY | (NO_LINK | _NO_WAIT if user.is_other else 0)
        descriptor = os.open(name, flags, dir_fd=parent)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if user.is_other:
            check_regular(status, path)
            _check_owner(status, path, user=user)
        file.seek(max(start, status.st_size - MAX_BYTES))
        return file.read(MAX_BYTES)


def unlink(path: Path, *, user: ProcessUser) -> None:
    """Fine if it is not there. Errors: OSError."""
    with _beside(path, user=user) as (name, parent), suppress(FileNotFoundError):
        os.unlink(name, dir_fd=parent)


def replace(old: Path, new: Path, *, user: ProcessUser) -> None:
    """Both in the same folder. Errors: OSError."""
    with _beside(old, user=user) as (name, parent):
        os.replace(name, new.name if parent is not None else new, src_dir_fd=parent, dst_dir_fd=parent)


def sync_folder(folder: Path) -> None:
    """So that a power cut does not take a name away that was just made in it. Errors: OSError."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_tree(path: Path, *, user: ProcessUser) -> None:
    """A folder with all that is in it, or a link to one, but not what that points at. Errors: OSError."""
    if path.is_symlink():
        unlink(path, user=user)
        return
    # rmtree itself follows no link below the folder, where the system has open folders at all.
    with _beside(path, user=user) as (name, parent):
        shutil.rmtree(name, dir_fd=parent)


def check_regular(status: os.stat_result, path: Path) -> None:
    """Errors: OSError for a folder, a pipe or a device."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))


def _check_owner(status: os.stat_result, path: Path, *, user: ProcessUser) -> None:
    """Under root a file of somebody else may be a second name (a hard link) of one that is none of our business."""
    if status.st_uid != user.uid:
        reason = f"It belongs to the user id {status.st_uid}, not to {user.name}"
        raise PermissionError(errno.EPERM, reason, str(path))


@contextmanager
def _beside(path: Path, *, user: ProcessUser) -> Iterator[tuple[Path | str, int | None]]:
    """(name, open folder) as the functions of `os` take them; errors name the whole path."""
    if not user.is_other:
        yield path, None
        return
    with hold_folder(path.parent) as folder, _named(path):
        yield path.name, folder


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise
