"""SQL of the buttons room. Every question is asked within one station."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, or_
from sqlmodel import Session, col, delete, select

from app.features.buttons.rules import INCREMENT
from app.features.buttons.schemas import ButtonListing, ButtonSort, ButtonState
from app.models import (
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    Deck,
    Press,
    PressKey,
    PressKeyHeard,
    PressKeyOldAddress,
    RollupDay,
    RollupHour,
    RollupQuarter,
)


@dataclass(frozen=True)
class ButtonRow:
    """A button, what it says now, and what it was used for."""

    button: Button
    version: ButtonVersion
    usage_count: int
    last_pressed_at: datetime | None
    press_key: str | None


@dataclass(frozen=True)
class PressKeyRow:
    """A press key, its deck, and when it was last heard."""

    key: PressKey
    deck: Deck | None
    last_heard_at: datetime | None


# A key without a deck comes before those of decks, a newer one before an older one.
_SHOWN_KEY_FIRST: tuple[ColumnElement[Any], ...] = (
    col(PressKey.deck_id).is_not(None),
    col(PressKey.created_at).desc(),
    col(PressKey.id).desc(),
)

# An imported address is never what a button shows: it is to be replaced, key by key, by one that is a secret.
_IS_IMPORTED_ADDRESS = col(PressKey.key).startswith(f"{INCREMENT}/")

_SORT_KEYS: dict[str, SQLColumnExpression[Any]] = {
    "title": func.lower(col(ButtonVersion.title)),
    "type": func.lower(col(ButtonVersion.type)),
    "created_at": col(Button.created_at),
    "usage_count": func.coalesce(col(ButtonTally.press_count), 0),
    "last_pressed_at": col(ButtonTally.last_pressed_at),
    "duration": col(ButtonVersion.duration),
}


def _current_version() -> ColumnElement[bool]:
    return (
        (col(ButtonVersion.station_id) == col(Button.station_id))
        & (col(ButtonVersion.button_id) == col(Button.id))
        & (col(ButtonVersion.number) == col(Button.current_version))
    )


def _tally() -> ColumnElement[bool]:
    return (col(ButtonTally.station_id) == col(Button.station_id)) & (col(ButtonTally.button_id) == col(Button.id))


def _shown_press_key() -> ColumnElement[str | None]:
    return (
        select(PressKey.key)
        .where(PressKey.station_id == Button.station_id)
        .where(PressKey.button_id == Button.id)
        .where(col(PressKey.revoked_at).is_(None))
        .where(~_IS_IMPORTED_ADDRESS)
        .order_by(*_SHOWN_KEY_FIRST)
        .limit(1)
        .correlate(Button)
        .scalar_subquery()
    )


def _conditions(station_id: UUID, listing: ButtonListing) -> list[ColumnElement[bool]]:
    conditions = [col(Button.station_id) == station_id]
    if listing.state is not ButtonState.ALL:
        is_active = col(Button.retired_at).is_(None)
        conditions.append(is_active if listing.state is ButtonState.ACTIVE else ~is_active)
    if listing.type:
        conditions.append(func.lower(col(ButtonVersion.type)) == func.lower(listing.type))
    if listing.tag:
        tags = func.unnest(col(Button.tags)).column_valued("tag")
        conditions.append(exists().where(func.lower(tags) == func.lower(listing.tag)))
    if listing.q:
        conditions.append(_mentions(listing.q))
    return conditions


def _mentions(text: str) -> ColumnElement[bool]:
    # Neither a tag nor the text that is looked for holds a line break, so no match can reach from one tag to the next.
    all_tags = func.array_to_string(col(Button.tags), "\n")
    said = (col(ButtonVersion.title), col(ButtonVersion.description), col(ButtonVersion.source), all_tags)
    return or_(*(column.icontains(text, autoescape=True) for column in said))


def _order(sort: ButtonSort) -> list[ColumnElement[Any]]:
    key = _SORT_KEYS[sort.key]
    return [(key.desc() if sort.is_descending else key.asc()).nulls_last(), col(Button.id).asc()]


def list_buttons(
    session: Session, *, station_id: UUID, listing: ButtonListing, skip: int, limit: int
) -> list[ButtonRow]:
    """One page, in a total order.

    The press keys are looked up after LIMIT, for the rows of the page only. 5,000 buttons of one station, a page of
    200: two hash joins and a top-N sort, 8 ms (PostgreSQL 18, November 2026).
    """
    page = (
        select(Button, ButtonVersion, ButtonTally, _shown_press_key())
        .join(ButtonVersion, _current_version())
        .outerjoin(ButtonTally, _tally())
        .where(*_conditions(station_id, listing))
        .order_by(*_order(listing.sort))
        .offset(skip)
        .limit(limit)
    )
    return [_button_row(*row) for row in session.exec(page)]


def count_buttons(session: Session, *, station_id: UUID, listing: ButtonListing) -> int:
    """How many buttons a list would hold without paging."""
    return session.exec(
        select(func.count())
        .select_from(Button)
        .join(ButtonVersion, _current_version())
        .where(*_conditions(station_id, listing))
    ).one()


def get_button_row(session: Session, *, station_id: UUID, button_id: UUID) -> ButtonRow | None:
    """One button with everything that is answered about it; what was changed in this session is seen."""
    found = session.exec(
        select(Button, ButtonVersion, ButtonTally, _shown_press_key())
        .join(ButtonVersion, _current_version())
        .outerjoin(ButtonTally, _tally())
        .where(Button.station_id == station_id)
        .where(Button.id == button_id)
    ).one_or_none()
    return None if found is None else _button_row(*found)


def _button_row(button: Button, version: ButtonVersion, tally: ButtonTally | None, press_key: str | None) -> ButtonRow:
    return ButtonRow(
        button=button,
        version=version,
        usage_count=tally.press_count if tally else 0,
        last_pressed_at=tally.last_pressed_at if tally else None,
        press_key=press_key,
    )


def lock_button(session: Session, *, station_id: UUID, button_id: UUID) -> Button | None:
    """The button as it is once every earlier edit is committed, and held against the next.

    FOR NO KEY UPDATE: rollups of presses refer to the button and share-lock its key; a stronger lock would make them
    wait for whoever edits it.
    """
    return session.exec(
        select(Button)
        .where(Button.station_id == station_id)
        .where(Button.id == button_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def hold_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> bool:
    """Whether the station has this deck; if so, it cannot be deleted before this transaction ends."""
    found = session.exec(
        select(Deck.id)
        .where(Deck.station_id == station_id)
        .where(Deck.id == deck_id)
        .with_for_update(read=True, key_share=True)
    ).one_or_none()
    return found is not None


def list_versions(
    session: Session, *, station_id: UUID, button_id: UUID, skip: int, limit: int
) -> Sequence[ButtonVersion]:
    """One page of a button's versions, newest first."""
    return session.exec(
        select(ButtonVersion)
        .where(ButtonVersion.station_id == station_id)
        .where(ButtonVersion.button_id == button_id)
        .order_by(col(ButtonVersion.number).desc())
        .offset(skip)
        .limit(limit)
    ).all()


def get_open_retirement(session: Session, *, station_id: UUID, button_id: UUID) -> ButtonRetirement | None:
    """The span in which the button is retired now."""
    return session.exec(
        select(ButtonRetirement)
        .where(ButtonRetirement.station_id == station_id)
        .where(ButtonRetirement.button_id == button_id)
        .where(col(ButtonRetirement.unretired_at).is_(None))
    ).one_or_none()


def get_last_unretired_at(session: Session, *, station_id: UUID, button_id: UUID) -> datetime | None:
    """When the button's last retirement ended; None when it was never ended, or never begun."""
    return session.exec(
        select(func.max(ButtonRetirement.unretired_at))
        .where(ButtonRetirement.station_id == station_id)
        .where(ButtonRetirement.button_id == button_id)
    ).one()


def list_retirements(
    session: Session, *, station_id: UUID, button_id: UUID | None, skip: int, limit: int
) -> Sequence[tuple[ButtonRetirement, str]]:
    """One page of the retirements of a button, or of all of the station, newest first; with today's title."""
    return session.exec(
        select(ButtonRetirement, ButtonVersion.title)
        .join(
            Button,
            (col(Button.station_id) == col(ButtonRetirement.station_id))
            & (col(Button.id) == col(ButtonRetirement.button_id)),
        )
        .join(ButtonVersion, _current_version())
        .where(*_retirements_of(station_id, button_id))
        .order_by(col(ButtonRetirement.retired_at).desc(), col(ButtonRetirement.button_id))
        .offset(skip)
        .limit(limit)
    ).all()


def count_retirements(session: Session, *, station_id: UUID, button_id: UUID | None) -> int:
    """How many retirements a button, or the station, has had."""
    return session.exec(
        select(func.count()).select_from(ButtonRetirement).where(*_retirements_of(station_id, button_id))
    ).one()


def _retirements_of(station_id: UUID, button_id: UUID | None) -> list[ColumnElement[bool]]:
    conditions = [col(ButtonRetirement.station_id) == station_id]
    if button_id is not None:
        conditions.append(col(ButtonRetirement.button_id) == button_id)
    return conditions


def get_shown_press_key(session: Session, *, station_id: UUID, button_id: UUID) -> PressKey | None:
    """The active key that a button's press URL shows."""
    return session.exec(
        select(PressKey)
        .where(*_keys_of(station_id, button_id, include_revoked=False))
        .where(~_IS_IMPORTED_ADDRESS)
        .order_by(*_SHOWN_KEY_FIRST)
        .limit(1)
    ).one_or_none()


def get_press_key(session: Session, *, station_id: UUID, key_id: UUID) -> PressKey | None:
    """A key of the station, as it is stored now."""
    return session.exec(
        select(PressKey)
        .where(PressKey.station_id == station_id)
        .where(PressKey.id == key_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_press_keys(
    session: Session, *, station_id: UUID, button_id: UUID, include_revoked: bool, skip: int, limit: int
) -> list[PressKeyRow]:
    """One page of a button's keys, newest first."""
    page = (
        select(PressKey, Deck, PressKeyHeard.last_heard_at)
        .outerjoin(Deck, (col(Deck.station_id) == col(PressKey.station_id)) & (col(Deck.id) == col(PressKey.deck_id)))
        .outerjoin(
            PressKeyHeard,
            (col(PressKeyHeard.station_id) == col(PressKey.station_id))
            & (col(PressKeyHeard.press_key_id) == col(PressKey.id)),
        )
        .where(*_keys_of(station_id, button_id, include_revoked=include_revoked))
        .order_by(col(PressKey.created_at).desc(), col(PressKey.id).desc())
        .offset(skip)
        .limit(limit)
    )
    return [PressKeyRow(key=key, deck=deck, last_heard_at=heard) for key, deck, heard in session.exec(page)]


def count_press_keys(session: Session, *, station_id: UUID, button_id: UUID, include_revoked: bool) -> int:
    """How many keys a button has."""
    return session.exec(
        select(func.count())
        .select_from(PressKey)
        .where(*_keys_of(station_id, button_id, include_revoked=include_revoked))
    ).one()


def _keys_of(station_id: UUID, button_id: UUID, *, include_revoked: bool) -> list[ColumnElement[bool]]:
    conditions = [col(PressKey.station_id) == station_id, col(PressKey.button_id) == button_id]
    if not include_revoked:
        conditions.append(col(PressKey.revoked_at).is_(None))
    return conditions


def has_presses(session: Session, *, station_id: UUID, button_id: UUID) -> bool:
    """Whether a press of the button is on the record."""
    found = session.exec(
        select(Press.seq).where(Press.station_id == station_id).where(Press.button_id == button_id).limit(1)
    ).first()
    return found is not None


def delete_tally(session: Session, *, station_id: UUID, button_id: UUID) -> None:
    """Remove a button's tally, once no press is being added to it."""
    session.exec(
        delete(ButtonTally)
        .where(col(ButtonTally.station_id) == station_id)
        .where(col(ButtonTally.button_id) == button_id)
    )


def delete_versions(session: Session, *, station_id: UUID, button_id: UUID) -> None:
    """Remove every version of a button. Raises IntegrityError when a press aired one of them.

    A press that is being recorded holds its version; this waits for it, and then sees it.
    """
    session.exec(
        delete(ButtonVersion)
        .where(col(ButtonVersion.station_id) == station_id)
        .where(col(ButtonVersion.button_id) == button_id)
    )


def delete_button_rows(session: Session, *, station_id: UUID, button_id: UUID) -> None:
    """Remove a button without tally and versions, and every other row that stands for it."""
    keys = select(PressKey.id).where(PressKey.station_id == station_id).where(PressKey.button_id == button_id)
    for of_keys in (PressKeyHeard, PressKeyOldAddress):
        session.exec(
            delete(of_keys).where(col(of_keys.station_id) == station_id).where(col(of_keys.press_key_id).in_(keys))
        )
    for table in (PressKey, ButtonRetirement, RollupQuarter, RollupHour, RollupDay):
        session.exec(delete(table).where(col(table.station_id) == station_id).where(col(table.button_id) == button_id))
    session.exec(delete(Button).where(col(Button.station_id) == station_id).where(col(Button.id) == button_id))
