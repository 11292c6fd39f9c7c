"""Exports of the log: where they are, who takes them, and how they are read."""

import csv
import json
from io import StringIO
from typing import Any

from app.models import Role, Station, User
from app.tests.factories import Factory

PRESSES = "/api/v1/presses/"
CSV = f"{PRESSES}export.csv"
JSONL = f"{PRESSES}export.jsonl"


def member_of(make: Factory, station: Station, role: Role = Role.VIEWER) -> User:
    user = make.user(full_name="Kim Lee")
    make.member(station=station, user=user, role=role)
    return user


def table_of(body: bytes) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet reads it."""
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def objects_of(body: bytes) -> list[dict[str, Any]]:
    """JSON Lines as a program reads them that takes every line break for one."""
    return [json.loads(line) for line in body.decode().splitlines()]
