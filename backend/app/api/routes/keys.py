"""Press keys: the random part of a button's press URLs. Editors and owners see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import AuditDep, EditorDep, NowDep, PageDep, RuntimeDep, SessionDep
from app.api.open_to import open_to
from app.api.problems import problems
from app.core.errors import NotFound
from app.features.accounts.service import RoleTooLow
from app.features.audit.actions import Action
from app.features.buttons import addresses, service
from app.features.buttons.schemas import (
    OldAddressKeysPublic,
    PressKeyCreate,
    PressKeyPublic,
    PressKeyRotate,
    PressKeysPublic,
)
from app.models import Scope

router = APIRouter()


@router.get("/buttons/{button_id}/keys", responses=problems(RoleTooLow))
@open_to(Scope.BUTTONS_WRITE)
def list_press_keys(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    page: PageDep,
    button_id: UUID,
    include_revoked: Annotated[bool, Query(description="Revoked keys too.")] = False,
) -> PressKeysPublic:
    """The button's press keys, newest first."""
    return service.list_press_keys(
        session,
        station_id=access.station.id,
        button_id=button_id,
        include_revoked=include_revoked,
        skip=page.skip,
        limit=page.limit,
        public_url=runtime.public_url,
    )


@router.post("/buttons/{button_id}/keys", status_code=201, responses=problems(service.DeckNotFound))
@open_to(Scope.BUTTONS_WRITE)
def create_press_key(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    new: PressKeyCreate | None = None,
) -> PressKeyPublic:
    """One more press key for the button: for a deck, so that the log knows which one was pressed, or for none."""
    deck_id = new.deck_id if new else None
    made = service.create_press_key(
        session,
        station_id=access.station.id,
        button_id=button_id,
        deck_id=deck_id,
        user_id=access.user.id,
        now=now,
        public_url=runtime.public_url,
    )
    audit.note(
        Action.PRESS_KEY_CREATED,
        station_id=access.station.id,
        subject_id=made.id,
        button_id=button_id,
        deck_id=deck_id,
    )
    return made


@router.post("/buttons/{button_id}/rotate-key", responses=problems(service.KeyNotFound, service.KeyRevoked))
@open_to(Scope.BUTTONS_WRITE)
def rotate_press_key(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    which: PressKeyRotate | None = None,
) -> PressKeyPublic:
    """Replace a press key by a new one for the same deck. The old URL stops at once."""
    made = service.rotate_press_key(
        session,
        station_id=access.station.id,
        button_id=button_id,
        key_id=which.key_id if which else None,
        user_id=access.user.id,
        now=now,
        public_url=runtime.public_url,
    )
    audit.note(Action.PRESS_KEY_ROTATED, station_id=access.station.id, subject_id=made.id, button_id=button_id)
    return made


@router.get("/keys/old-addresses", responses=problems(RoleTooLow))
def list_old_addresses(
    session: SessionDep, access: EditorDep, runtime: RuntimeDep, page: PageDep
) -> OldAddressKeysPublic:
    """The press keys that may still call an address that this server had before `PUBLIC_URL` was changed."""
    return addresses.list_old_addresses(
        session, station_id=access.station.id, skip=page.skip, limit=page.limit, public_url=runtime.public_url
    )


# A UUID or no match: who asks for `/keys/old-addresses` with DELETE is told that it is a GET.
@router.delete("/keys/{key_id:uuid}", status_code=204, responses=problems(NotFound))
@open_to(Scope.BUTTONS_WRITE)
def revoke_press_key(session: SessionDep, access: EditorDep, now: NowDep, audit: AuditDep, key_id: UUID) -> None:
    """Stop a press key from recording presses. Asked for twice, it is done once."""
    station_id, user_id = access.station.id, access.user.id
    if service.revoke_press_key(session, station_id=station_id, key_id=key_id, user_id=user_id, now=now):
        audit.note(Action.PRESS_KEY_REVOKED, station_id=station_id, subject_id=key_id)
