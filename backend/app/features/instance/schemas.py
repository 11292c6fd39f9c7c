"""Shapes of the instance room."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.core.shapes import Shape
from app.models import Purpose


class InstanceStation(Shape):
    """A station of the instance. Presses are those that count; `last_pressed_at` is the latest of them."""

    id: UUID
    name: str
    purpose: Purpose
    zone: str
    call_sign: str | None
    community: str | None
    member_count: int = Field(examples=[4])
    press_count: int = Field(examples=[18412])
    last_pressed_at: datetime | None
    created_at: datetime


class InstanceStationsPublic(Shape):
    """One page of the stations, by name, and how many there are in all."""

    data: list[InstanceStation]
    count: int


class DatabaseHealth(Shape):
    """The database. `host` is a name, an address or a folder with a socket; user and password are never told."""

    server_version: str = Field(examples=["18.1"])
    size_bytes: int = Field(examples=[48_234_496])
    revision: str = Field(description="Of the tables: the newest migration that ran.", examples=["20261126_jobs"])
    is_embedded: bool = Field(description="Whether this server brought it along, in its data folder.")
    host: str | None = Field(examples=["db.example.com"])
    database_name: str | None = Field(examples=["tracker"])


class InstanceHealth(Shape):
    """How the instance is, for who runs it."""

    version: str = Field(examples=["0.1.0"])
    is_recording: bool = Field(description="Whether a press could be recorded now.")
    recording_since: datetime | None = Field(
        description="Since when without a break, by the oldest process that runs; null where none has given a sign lately."
    )
    process_count: int = Field(description="Processes that serve, by their signs of life.", examples=[2])
    public_url: str
    data_dir: str = Field(examples=["/var/lib/streamdeck-button-tracker"])
    free_bytes: int | None = Field(
        description="What is left on the disk of the data folder; null where it cannot be read.",
        examples=[82_463_372_083],
    )
    is_mail_configured: bool
    mail_server: str | None = Field(examples=["smtp.example.com:587"])
    waiting_job_count: int = Field(description="Mails that are still to be sent.", examples=[0])
    is_sign_up_open: bool = Field(description="Whether anybody may make themselves an account.")
    last_backup_at: datetime | None = Field(
        description="When `tracker backup` last wrote one; null where it never did, or another program makes them."
    )
    database: DatabaseHealth
