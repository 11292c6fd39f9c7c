"""The instance as who runs it sees it: its stations, and how it is."""

import shutil
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlmodel import Session

from app.core.config import Settings
from app.core.embedded_postgres import EmbeddedPostgresError, conninfo_of_running, default_data_dir
from app.features.instance import queries
from app.features.instance.schemas import DatabaseHealth, InstanceHealth, InstanceStation, InstanceStationsPublic
from app.features.presses.watch import MAX_SILENCE


def list_stations(session: Session, *, skip: int, limit: int) -> InstanceStationsPublic:
    """One page of every station, by name, and how many there are."""
    found = queries.list_stations(session, skip=skip, limit=limit)
    data = [InstanceStation.model_validate(row, from_attributes=True) for row in found]
    return InstanceStationsPublic(data=data, count=queries.count_stations(session))


def read_health(
    session: Session, *, settings: Settings, version: str, public_url: str, is_recording: bool, now: datetime
) -> InstanceHealth:
    """How the instance is; nothing of it is a secret."""
    facts = queries.read_facts(session, alive_since=now - MAX_SILENCE)
    data_dir = (settings.tracker_data_dir or default_data_dir()).expanduser()
    return InstanceHealth(
        version=version,
        is_recording=is_recording,
        recording_since=facts.recording_since,
        process_count=facts.process_count,
        public_url=public_url,
        data_dir=str(data_dir),
        free_bytes=_free_bytes(data_dir),
        is_mail_configured=settings.is_mail_configured,
        mail_server=f"{settings.smtp_host}:{settings.smtp_port}" if settings.is_mail_configured else None,
        waiting_job_count=facts.waiting_job_count,
        is_sign_up_open=settings.users_open_registration,
        last_backup_at=facts.last_backup_at,
        database=_database(
            settings,
            data_dir,
            server_version=facts.server_version,
            size_bytes=facts.size_bytes,
            revision=facts.revision or "",
        ),
    )


def _database(
    settings: Settings, data_dir: Path, *, server_version: str, size_bytes: int, revision: str
) -> DatabaseHealth:
    named = conninfo_to_dict(settings.conninfo)
    return DatabaseHealth(
        # Some distributions add their own package's version.
        server_version=server_version.partition(" ")[0],
        size_bytes=size_bytes,
        revision=revision,
        is_embedded=_is_embedded(settings, data_dir),
        host=str(named["host"]) if named.get("host") else None,
        database_name=str(named["dbname"]) if named.get("dbname") else None,
    )


def _is_embedded(settings: Settings, data_dir: Path) -> bool:
    # A worker is told where the embedded database is as if it were another one.
    try:
        return conninfo_of_running(data_dir) == settings.conninfo
    except EmbeddedPostgresError:
        return False


def _free_bytes(data_dir: Path) -> int | None:
    try:
        return shutil.disk_usage(data_dir).free
    except OSError:
        return None
