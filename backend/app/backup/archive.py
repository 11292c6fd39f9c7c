"""The file of a backup: a tar of three members, which any tar program can list and unpack.

manifest.json   what is in it, and what must hold of the record once it is restored
database.dump   what pg_dump wrote, in its custom format
sha256          of every byte of the file before this member

The checksum tells damage, not malice: whoever can write the file can write another checksum.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from app.backup.errors import BackupUnusable

FORMAT = 1
MANIFEST_NAME = "manifest.json"
DUMP_NAME = "database.dump"
CHECKSUM_NAME = "sha256"
BLOCK = tarfile.BLOCKSIZE
# Header and content of the checksum, and the two empty blocks that end a tar.
TRAILER_BYTES = 4 * BLOCK
MAX_MANIFEST_BYTES = 1 << 24
CHUNK_BYTES = 1 << 20


class StationRecord(BaseModel):
    """How much a station has on the record, and the hash of it; see `app.backup.snapshot`."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    last_seq: int
    press_count: int
    correction_count: int
    record_hash: str


class Contents(BaseModel):
    """What a database holds at one moment: rows by table, and the record of each station."""

    model_config = ConfigDict(frozen=True)

    revision: str
    row_counts: dict[str, int]
    stations: list[StationRecord]

    @property
    def press_count(self) -> int:
        return sum(each.press_count for each in self.stations)

    @property
    def correction_count(self) -> int:
        return sum(each.correction_count for each in self.stations)


class Manifest(BaseModel):
    """The first member of a backup."""

    model_config = ConfigDict(frozen=True)

    format: int
    program_version: str
    postgres_version: str
    made_at: datetime
    contents: Contents


class _Format(BaseModel):
    """Read first: a newer format may have a manifest that this program does not understand."""

    format: int


@dataclass(frozen=True, slots=True)
class Backup:
    """An open file whose checksum is right."""

    file: IO[bytes]
    manifest: Manifest
    dump_start: int
    dump_bytes: int

    def copy_dump(self, target: IO[bytes]) -> None:
        """Write the dump to `target`. Errors: OSError."""
        self.file.seek(self.dump_start)
        left = self.dump_bytes
        while left:
            chunk = self.file.read(min(CHUNK_BYTES, left))
            if not chunk:
                raise EOFError("the backup became shorter while it was read")
            target.write(chunk)
            left -= len(chunk)


def write(file: IO[bytes], manifest: Manifest, *, dump: Callable[[IO[bytes]], None]) -> None:
    """Fill an empty file that can be read too; `dump` writes the dump into it. Errors: OSError, and those of `dump`."""
    made_at = int(manifest.made_at.timestamp())
    description = manifest.model_dump_json(indent=2).encode()
    file.write(_header(MANIFEST_NAME, len(description), made_at) + description + _padding(len(description)))
    header_at = file.tell()
    # Its size stands in the header, and is known afterwards.
    file.write(bytes(BLOCK))
    dump(file)
    size = file.seek(0, os.SEEK_END) - header_at - BLOCK
    file.write(_padding(size))
    file.seek(header_at)
    file.write(_header(DUMP_NAME, size, made_at))
    end = file.seek(0, os.SEEK_END)
    file.write(_trailer(_digest(file, end=end), made_at))
    file.flush()


def read(file: IO[bytes], *, name: str) -> Backup:
    """Check the file, and say what is in it. Errors: BackupUnusable, OSError."""
    end = file.seek(0, os.SEEK_END)
    if end < TRAILER_BYTES:
        msg = f"{name} is no backup of the tracker, or only the beginning of one: it has {end} bytes."
        raise BackupUnusable(msg)
    file.seek(end - TRAILER_BYTES)
    trailer = file.read(TRAILER_BYTES)
    try:
        made_at = tarfile.TarInfo.frombuf(trailer[:BLOCK], "utf-8", "strict").mtime
    except tarfile.TarError:
        made_at = 0
    if trailer != _trailer(_digest(file, end=end - TRAILER_BYTES), int(made_at)):
        msg = (
            f"{name} is damaged, incomplete, or no backup of the tracker: its checksum is not that of its content. "
            "Use another copy."
        )
        raise BackupUnusable(msg)
    return _open(file, name=name)


def _open(file: IO[bytes], *, name: str) -> Backup:
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            members = {member.name: member for member in tar}
        manifest, dump = members[MANIFEST_NAME], members[DUMP_NAME]
    except (tarfile.TarError, KeyError) as error:
        msg = f"{name} is no backup of the tracker: it has not the parts of one."
        raise BackupUnusable(msg) from error
    file.seek(manifest.offset_data)
    description = file.read(min(manifest.size, MAX_MANIFEST_BYTES))
    return Backup(
        file=file,
        manifest=_manifest(description, name=name),
        dump_start=dump.offset_data,
        dump_bytes=dump.size,
    )


def _manifest(description: bytes, *, name: str) -> Manifest:
    try:
        if _Format.model_validate_json(description).format > FORMAT:
            msg = f"{name} was made by a newer version of the tracker. Restore it with that version, or a later one."
            raise BackupUnusable(msg)
        return Manifest.model_validate_json(description)
    except ValidationError as error:
        msg = f"{name} is no backup of the tracker: its {MANIFEST_NAME} does not say what it must."
        raise BackupUnusable(msg) from error


def _header(name: str, size: int, made_at: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, made_at, 0o600
    # GNU's format, since the other has no place for more than 8 GiB.
    return member.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _trailer(digest: str, made_at: int) -> bytes:
    content = f"{digest}\n".encode()
    return _header(CHECKSUM_NAME, len(content), made_at) + content + _padding(len(content)) + bytes(2 * BLOCK)


def _digest(file: IO[bytes], *, end: int) -> str:
    """Of the bytes before `end`; the file stands there afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    left = end
    while left and (chunk := file.read(min(CHUNK_BYTES, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()
