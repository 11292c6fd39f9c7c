"""What is counted of the record: derived, and can be counted again."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from app.models.columns import Instant, button_of_station


class ButtonTally(SQLModel, table=True):
    """Counted presses of a button in all; apart from `button`, so that presses never lock what people edit."""

    __tablename__ = "button_tally"

    station_id: UUID = Field(primary_key=True)
    button_id: UUID = Field(primary_key=True)
    press_count: int = Field(sa_type=BigInteger)
    last_pressed_at: datetime | None = Field(default=None, sa_type=Instant)

    __table_args__ = (button_of_station(), CheckConstraint("press_count >= 0", name="press_count"))


class RollupQuarter(SQLModel, table=True):
    """Counted presses of a button in one quarter of an hour, UTC."""

    __tablename__ = "rollup_quarter"

    station_id: UUID
    button_id: UUID
    quarter_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    # The count stands in the index, as in all of these: what belongs to one button is scattered over the table.
    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "quarter_start", postgresql_include=["press_count"]),
        button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupHour(SQLModel, table=True):
    """Counted presses of a button in one hour, UTC: the quarters of an hour once more, for zones that keep whole hours."""

    __tablename__ = "rollup_hour"

    station_id: UUID
    button_id: UUID
    hour_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "hour_start", postgresql_include=["press_count"]),
        button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupDay(SQLModel, table=True):
    """Counted presses of a button on one day of the station's zone; rebuilt when the zone changes."""

    __tablename__ = "rollup_day"

    station_id: UUID
    button_id: UUID
    day: date
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "day", postgresql_include=["press_count"]),
        button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


# Stands for "no deck" where counts are kept, so that those of all decks and this one are those of the station.
NO_DECK = UUID(int=0)


class RollupDeckQuarter(SQLModel, table=True):
    """Counted presses of a deck, or of `NO_DECK`, in one quarter of an hour, UTC."""

    __tablename__ = "rollup_deck_quarter"

    station_id: UUID = Field(foreign_key="station.id")
    deck_id: UUID
    quarter_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "deck_id", "quarter_start", postgresql_include=["press_count"]),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupDeckDay(SQLModel, table=True):
    """Counted presses of a deck, or of `NO_DECK`, on one day of the station's zone; rebuilt when the zone changes."""

    __tablename__ = "rollup_deck_day"

    station_id: UUID = Field(foreign_key="station.id")
    deck_id: UUID
    day: date
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "deck_id", "day", postgresql_include=["press_count"]),
        CheckConstraint("press_count >= 0", name="press_count"),
    )
