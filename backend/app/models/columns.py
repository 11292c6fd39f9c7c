"""What the tables have in common: how constraints are named, and columns and constraints that many have."""

from enum import StrEnum

from sqlalchemy import DateTime, ForeignKeyConstraint
from sqlmodel import SQLModel

from app.core import triggers

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
triggers.make_with(SQLModel.metadata)

Instant = DateTime(timezone=True)


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition that a column holds a word of a closed set."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def button_of_station() -> ForeignKeyConstraint:
    """That (station_id, button_id) is a button."""
    return ForeignKeyConstraint(["station_id", "button_id"], ["button.station_id", "button.id"])
