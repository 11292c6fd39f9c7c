"""What a small community radio station keeps on its decks: sixty buttons, and the words of people who run one."""

from dataclasses import dataclass, field
from datetime import date

STATION_ZONE = "America/New_York"
COMMUNITY = "Fairhaven Falls, New York"

STUDIO = "Studio A"
PRODUCTION = "Production"

PSA = "psa"
STATION_ID = "station_id"
SOUND = "sound_effect"
PROMO = "promo"
UNDERWRITING = "underwriting"
OTHER = "other"

COLORS = {
    PSA: "#2f7d4f",
    STATION_ID: "#1f4e8c",
    SOUND: "#c2571a",
    PROMO: "#7a3b8f",
    UNDERWRITING: "#8a6d1d",
    OTHER: "#4a5560",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What a button says from some part of its history on (0 is the station's first day, 1 its last)."""

    since: float
    title: str | None = None
    description: str | None = None
    duration: float | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One button and its story. Parts of the history run from 0, the station's first day, to 1, its last."""

    title: str
    type: str
    duration: float
    description: str
    source: str
    tags: tuple[str, ...] = ()
    # How often it is used, against others of its type.
    weight: float = 1.0
    decks: tuple[str, ...] = (STUDIO, PRODUCTION)
    dedup_window_ms: int | None = None
    since: float = 0.0
    # Month and day of the year in which it was made, and of the one in which its life ends; only there if both are.
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    revisions: tuple[Revision, ...] = ()
    retired: tuple[tuple[float, float | None], ...] = ()
    color: str | None = field(default=None)

    def life_from(self, first_day: date) -> tuple[date, date] | None:
        """First and last day of its life, the first one on or after `first_day`; None without a season."""
        if self.season is None:
            return None
        (start_month, start_day), (end_month, end_day) = self.season
        start = date(first_day.year, start_month, start_day)
        if start < first_day:
            start = start.replace(year=start.year + 1)
        end = date(start.year, end_month, end_day)
        return start, end if end >= start else end.replace(year=end.year + 1)


def _psa(title: str, duration: float, description: str, source: str, *tags: str, **story: object) -> Item:
    return Item(title=title, type=PSA, duration=duration, description=description, source=source, tags=tags, **story)  # type: ignore[arg-type]


def _id(title: str, duration: float, description: str, **story: object) -> Item:
    return Item(
        title=title,
        type=STATION_ID,
        duration=duration,
        description=description,
        source="Recorded in the production room",
        tags=("legal id",),
        **story,  # type: ignore[arg-type]
    )


def _sound(title: str, duration: float, description: str, **story: object) -> Item:
    return Item(
        title=title,
        type=SOUND,
        duration=duration,
        description=description,
        source="Station sound library",
        tags=("fun",),
        **story,  # type: ignore[arg-type]
    )


def _promo(title: str, duration: float, description: str, *tags: str, **story: object) -> Item:
    return Item(
        title=title,
        type=PROMO,
        duration=duration,
        description=description,
        source="Promotions desk",
        tags=tags,
        **story,  # type: ignore[arg-type]
    )


def _underwriting(title: str, description: str, **story: object) -> Item:
    return Item(
        title=title,
        type=UNDERWRITING,
        duration=15.0,
        description=description,
        source="Underwriting office",
        tags=("acknowledgement",),
        dedup_window_ms=10_000,
        **story,  # type: ignore[arg-type]
    )


def _other(title: str, duration: float, description: str, **story: object) -> Item:
    return Item(
        title=title,
        type=OTHER,
        duration=duration,
        description=description,
        source="Continuity folder",
        **story,  # type: ignore[arg-type]
    )
