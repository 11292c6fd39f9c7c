"""Buttons: what they say, from when to when they are used, and the keys that record their presses.

`public_url` is the base of press URLs; where it may be None, None stands for a caller who may not see them.
"""

from dataclasses import asdict, fields, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app import crud
from app.core.errors import Conflict, NotFound
from app.core.security import new_press_key
from app.features.buttons import queries
from app.features.buttons.queries import ButtonRow, PressKeyRow
from app.features.buttons.rules import (
    INCREMENT,
    Said,
    check_life,
    copy_title,
    is_imported_address,
    retirement_time,
    version_time,
)
from app.features.buttons.schemas import (
    ButtonCreate,
    ButtonListing,
    ButtonPublic,
    ButtonRetirementPublic,
    ButtonRetirementsPublic,
    ButtonsPublic,
    ButtonUpdate,
    ButtonVersionPublic,
    ButtonVersionsPublic,
    KeyDeck,
    PressKeyPublic,
    PressKeysPublic,
)
from app.models import Button, ButtonRetirement, ButtonTally, ButtonVersion, PressKey, Station

SAID_FIELDS = frozenset(field.name for field in fields(Said))


class ButtonNotFound(NotFound):
    """No button with this id in the station; another station's button looks the same on purpose."""

    code = "button_not_found"
    default_detail = "This station has no such button."


class KeyNotFound(NotFound):
    """No press key with this id in the station."""

    code = "key_not_found"
    default_detail = "This station has no such press key."


class DeckNotFound(NotFound):
    """No deck with this id in the station."""

    code = "deck_not_found"
    default_detail = "This station has no such deck."


class ButtonHasHistory(Conflict):
    """A press of this button is on the record, and the record keeps what was pressed."""

    code = "button_has_history"
    default_detail = "This button has been pressed, so it stays on the record. Retire it instead of deleting it."


class KeyRevoked(Conflict):
    """A key that records nothing any more cannot be replaced."""

    code = "key_revoked"
    default_detail = "This press key was revoked before. Make a new one instead."


def press_url(public_url: str, key: str) -> str:
    """The address that a deck calls to record a press."""
    if is_imported_address(key):
        return f"{public_url}/api/v1/buttons/{key.partition('/')[2]}/{INCREMENT}"
    return f"{public_url}/p/{key}"


def list_buttons(
    session: Session, *, station: Station, listing: ButtonListing, skip: int, limit: int, public_url: str | None
) -> ButtonsPublic:
    """One page of the station's buttons."""
    rows = queries.list_buttons(session, station_id=station.id, listing=listing, skip=skip, limit=limit)
    return ButtonsPublic(
        data=[_button_public(row, station=station, public_url=public_url) for row in rows],
        count=queries.count_buttons(session, station_id=station.id, listing=listing),
    )


def get_button(session: Session, *, station: Station, button_id: UUID, public_url: str | None) -> ButtonPublic:
    """One button. Raises ButtonNotFound."""
    return _button_public(_find_row(session, station.id, button_id), station=station, public_url=public_url)


def create_button(
    session: Session, *, station: Station, new: ButtonCreate, user_id: UUID, now: datetime, public_url: str | None
) -> ButtonPublic:
    """A new button with its first version, an empty tally, and a press key of its own. Raises InvalidInput."""
    check_life(starts_on=new.starts_on, ends_on=new.ends_on)
    given = new.model_dump()
    said = Said(**{name: given.pop(name) for name in SAID_FIELDS})
    button = Button(station_id=station.id, created_at=now, created_by=user_id, **given)
    _add_button(session, button, said)
    return get_button(session, station=station, button_id=button.id, public_url=public_url)


def duplicate_button(
    session: Session,
    *,
    station: Station,
    button_id: UUID,
    title: str | None,
    user_id: UUID,
    now: datetime,
    public_url: str | None,
) -> ButtonPublic:
    """A new active button that is like another one, without its history and keys. Raises ButtonNotFound."""
    row = _find_row(session, station.id, button_id)
    said = _said(row.version)
    copied = {"tags", "color", "starts_on", "ends_on", "dedup_window_ms"}
    button = Button(station_id=station.id, created_at=now, created_by=user_id, **row.button.model_dump(include=copied))
    _add_button(session, button, replace(said, title=title or copy_title(said.title)))
    return get_button(session, station=station, button_id=button.id, public_url=public_url)


def update_button(
    session: Session,
    *,
    station: Station,
    button_id: UUID,
    changes: ButtonUpdate,
    user_id: UUID,
    now: datetime,
    public_url: str | None,
) -> ButtonPublic:
    """The button with what was given changed; a new version when it says something else. Raises ButtonNotFound."""
    button = _lock_button(session, station.id, button_id)
    given = changes.model_dump(exclude_unset=True)
    said_anew = {name: given.pop(name) for name in SAID_FIELDS & given.keys()}
    check_life(
        starts_on=given.get("starts_on", button.starts_on),
        ends_on=given.get("ends_on", button.ends_on),
    )
    for name, value in given.items():
        setattr(button, name, value)
    current = _current_version(session, button)
    said = replace(_said(current), **said_anew)
    if said != _said(current):
        button.current_version = current.number + 1
        created_at = version_time(now, previous=current.created_at)
        session.add(_version_of(button, said, created_at=created_at, created_by=user_id))
    return get_button(session, station=station, button_id=button_id, public_url=public_url)


def set_retired(
    session: Session,
    *,
    station: Station,
    button_id: UUID,
    retire: bool,
    user_id: UUID,
    now: datetime,
    public_url: str | None,
) -> ButtonPublic:
    """Retire a button, or take it back into use; nothing changes when it is so already. Raises ButtonNotFound."""
    button = _lock_button(session, station.id, button_id)
    if retire and button.retired_at is None:
        last_end = queries.get_last_unretired_at(session, station_id=station.id, button_id=button_id)
        button.retired_at = retirement_time(now, last_unretired_at=last_end)
        session.add(
            ButtonRetirement(
                station_id=station.id, button_id=button_id, retired_at=button.retired_at, retired_by=user_id
            )
        )
    elif not retire and button.retired_at is not None:
        button.retired_at = None
        retirement = queries.get_open_retirement(session, station_id=station.id, button_id=button_id)
        if retirement is not None:
            retirement.unretired_at = max(now, retirement.retired_at)
            retirement.unretired_by = user_id
    return get_button(session, station=station, button_id=button_id, public_url=public_url)


def delete_button(session: Session, *, station_id: UUID, button_id: UUID) -> None:
    """Remove a button that was never pressed. Raises ButtonNotFound, ButtonHasHistory."""
    _lock_button(session, station_id, button_id)
    if queries.has_presses(session, station_id=station_id, button_id=button_id):
        raise ButtonHasHistory
    # A press under way takes the tally, then the version that it aired with; so does this, and whoever comes second
    # waits at the first of them. The other way round, each could hold what the other one needs.
    queries.delete_tally(session, station_id=station_id, button_id=button_id)
    try:
        queries.delete_versions(session, station_id=station_id, button_id=button_id)
    except IntegrityError as error:
        raise ButtonHasHistory from error
    queries.delete_button_rows(session, station_id=station_id, button_id=button_id)


def list_versions(
    session: Session, *, station_id: UUID, button_id: UUID, skip: int, limit: int
) -> ButtonVersionsPublic:
    """What the button has said, newest first. Raises ButtonNotFound."""
    button = _find_button(session, station_id, button_id)
    versions = queries.list_versions(session, station_id=station_id, button_id=button_id, skip=skip, limit=limit)
    # Versions are numbered without gaps.
    return ButtonVersionsPublic(
        data=[ButtonVersionPublic.model_validate(version) for version in versions], count=button.current_version
    )


def list_retirements(
    session: Session, *, station_id: UUID, button_id: UUID | None, skip: int, limit: int
) -> ButtonRetirementsPublic:
    """Retirements of a button, or of the whole station, newest first. Raises ButtonNotFound."""
    if button_id is not None:
        _find_button(session, station_id, button_id)
    found = queries.list_retirements(session, station_id=station_id, button_id=button_id, skip=skip, limit=limit)
    return ButtonRetirementsPublic(
        data=[
            ButtonRetirementPublic.model_validate(retirement.model_dump() | {"title": title})
            for retirement, title in found
        ],
        count=queries.count_retirements(session, station_id=station_id, button_id=button_id),
    )


def list_press_keys(
    session: Session,
    *,
    station_id: UUID,
    button_id: UUID,
    include_revoked: bool,
    skip: int,
    limit: int,
    public_url: str,
) -> PressKeysPublic:
    """A button's press keys, newest first. Raises ButtonNotFound."""
    _find_button(session, station_id, button_id)
    which = {"station_id": station_id, "button_id": button_id}
    rows = queries.list_press_keys(session, **which, include_revoked=include_revoked, skip=skip, limit=limit)
    return PressKeysPublic(
        data=[_key_public(row, public_url=public_url) for row in rows],
        count=queries.count_press_keys(session, **which, include_revoked=include_revoked),
    )


def create_press_key(
    session: Session,
    *,
    station_id: UUID,
    button_id: UUID,
    deck_id: UUID | None,
    user_id: UUID,
    now: datetime,
    public_url: str,
) -> PressKeyPublic:
    """One more press key for a button. Raises ButtonNotFound, DeckNotFound."""
    button = _lock_button(session, station_id, button_id)
    if deck_id is not None and not queries.hold_deck(session, station_id=station_id, deck_id=deck_id):
        raise DeckNotFound
    key = _new_key(button, deck_id=deck_id, user_id=user_id, now=now)
    session.add(key)
    return _new_key_public(session, key, public_url=public_url)


def rotate_press_key(
    session: Session,
    *,
    station_id: UUID,
    button_id: UUID,
    key_id: UUID | None,
    user_id: UUID,
    now: datetime,
    public_url: str,
) -> PressKeyPublic:
    """Revoke a key and make its successor for the same deck.

    Without `key_id` the key is replaced that the button's `press_url` shows; a button without an active key gets one.
    The old URL stops with the commit: a batch of presses reads keys after it has begun. Raises ButtonNotFound,
    KeyNotFound, KeyRevoked.
    """
    button = _lock_button(session, station_id, button_id)
    old = _key_to_rotate(session, button, key_id)
    if old is not None:
        old.revoked_at, old.revoked_by = now, user_id
    key = _new_key(button, deck_id=old.deck_id if old else None, user_id=user_id, now=now)
    session.add(key)
    return _new_key_public(session, key, public_url=public_url)


def revoke_press_key(session: Session, *, station_id: UUID, key_id: UUID, user_id: UUID, now: datetime) -> bool:
    """Stop a key from recording presses; its row stays, since presses name it. False when it was stopped before.

    Raises KeyNotFound.
    """
    key = _find_key(session, station_id, key_id)
    # Every change of a button's keys holds the button, so a rotation under way is seen, not undone.
    if queries.lock_button(session, station_id=station_id, button_id=key.button_id) is not None:
        key = _find_key(session, station_id, key_id)
    if key.revoked_at is not None:
        return False
    key.revoked_at, key.revoked_by = now, user_id
    return True


def _add_button(session: Session, button: Button, said: Said) -> None:
    session.add(button)
    # The rows that refer to the button are written in no fixed order, so it has to be there before them.
    session.flush()
    created_at, created_by = button.created_at, button.created_by
    session.add(_version_of(button, said, created_at=created_at, created_by=created_by))
    session.add(ButtonTally(station_id=button.station_id, button_id=button.id, press_count=0))
    session.add(_new_key(button, deck_id=None, user_id=created_by, now=created_at))


def _version_of(button: Button, said: Said, *, created_at: datetime, created_by: UUID | None) -> ButtonVersion:
    return ButtonVersion(
        station_id=button.station_id,
        button_id=button.id,
        number=button.current_version,
        created_at=created_at,
        created_by=created_by,
        **asdict(said),
    )


def _new_key(button: Button, *, deck_id: UUID | None, user_id: UUID | None, now: datetime) -> PressKey:
    return PressKey(
        key=new_press_key(),
        station_id=button.station_id,
        button_id=button.id,
        deck_id=deck_id,
        created_at=now,
        created_by=user_id,
    )


def _find_row(session: Session, station_id: UUID, button_id: UUID) -> ButtonRow:
    row = queries.get_button_row(session, station_id=station_id, button_id=button_id)
    if row is None:
        raise ButtonNotFound
    return row


def _find_button(session: Session, station_id: UUID, button_id: UUID) -> Button:
    button = crud.get_button(session, station_id=station_id, button_id=button_id)
    if button is None:
        raise ButtonNotFound
    return button


def _lock_button(session: Session, station_id: UUID, button_id: UUID) -> Button:
    button = queries.lock_button(session, station_id=station_id, button_id=button_id)
    if button is None:
        raise ButtonNotFound
    return button


def _current_version(session: Session, button: Button) -> ButtonVersion:
    version = crud.get_button_version(
        session, station_id=button.station_id, button_id=button.id, number=button.current_version
    )
    assert version is not None  # noqa: S101  a foreign key says so
    return version


def _said(version: ButtonVersion) -> Said:
    return Said(**version.model_dump(include=set(SAID_FIELDS)))


def _find_key(session: Session, station_id: UUID, key_id: UUID) -> PressKey:
    key = queries.get_press_key(session, station_id=station_id, key_id=key_id)
    if key is None:
        raise KeyNotFound
    return key


def _key_to_rotate(session: Session, button: Button, key_id: UUID | None) -> PressKey | None:
    if key_id is None:
        return queries.get_shown_press_key(session, station_id=button.station_id, button_id=button.id)
    key = _find_key(session, button.station_id, key_id)
    if key.button_id != button.id:
        raise KeyNotFound
    if key.revoked_at is not None:
        raise KeyRevoked
    return key


def _button_public(row: ButtonRow, *, station: Station, public_url: str | None) -> ButtonPublic:
    button, version = row.button, row.version
    return ButtonPublic(
        id=button.id,
        station_id=button.station_id,
        **asdict(_said(version)),
        version=version.number,
        tags=button.tags,
        color=button.color,
        starts_on=button.starts_on,
        ends_on=button.ends_on,
        dedup_window_ms=station.dedup_window_ms if button.dedup_window_ms is None else button.dedup_window_ms,
        dedup_window_is_default=button.dedup_window_ms is None,
        press_url=press_url(public_url, row.press_key) if public_url and row.press_key else None,
        usage_count=row.usage_count,
        last_pressed_at=row.last_pressed_at,
        retired_at=button.retired_at,
        created_at=button.created_at,
        updated_at=version.created_at,
    )


def _new_key_public(session: Session, key: PressKey, *, public_url: str) -> PressKeyPublic:
    deck_id = key.deck_id
    deck = crud.get_deck(session, station_id=key.station_id, deck_id=deck_id) if deck_id is not None else None
    return _key_public(PressKeyRow(key=key, deck=deck, last_heard_at=None), public_url=public_url)


def _key_public(row: PressKeyRow, *, public_url: str) -> PressKeyPublic:
    key = row.key
    return PressKeyPublic(
        id=key.id,
        key=key.key,
        press_url=press_url(public_url, key.key),
        is_imported_address=is_imported_address(key.key),
        button_id=key.button_id,
        deck=None if row.deck is None else KeyDeck.model_validate(row.deck),
        created_at=key.created_at,
        revoked_at=key.revoked_at,
        last_heard_at=row.last_heard_at,
    )
