"""What commands share that put years of presses into the database: how far they are, and what is done afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.models import (
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    Correction,
    Press,
    PressKey,
    PressKeyHeard,
    RollupDay,
    RollupDeckDay,
    RollupDeckQuarter,
    RollupHour,
    RollupQuarter,
)

LOADED_TABLES = (
    Button,
    ButtonVersion,
    ButtonRetirement,
    PressKey,
    PressKeyHeard,
    Press,
    Correction,
    ButtonTally,
    RollupHour,
    RollupQuarter,
    RollupDay,
    RollupDeckQuarter,
    RollupDeckDay,
)


@dataclass(slots=True)
class Progress:
    """How far a command has come: a part from 0 to 1, and how many presses it has made, or looked at."""

    part: float
    press_count: int


type Report = Callable[[Progress], None]


def vacuum(connection: Connection) -> None:
    """Gather PostgreSQL's statistics of what was loaded, and which pages everybody can see.

    Plans made without the one walk whole tables; without the other, what an index could answer alone is looked up in
    its table. The connection must open no transaction.
    """
    tables = ", ".join(str(table.__tablename__) for table in LOADED_TABLES)
    connection.exec_driver_sql(f"VACUUM (ANALYZE) {tables}")
