"""Press keys: the random part of a button's press URLs. Editors and owners see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import EditorDep, NowDep, PageDep, RuntimeDep, SessionDep
from app.api.problems import problems
from app.features.accounts.service import RoleTooLow
from app.features.buttons import service
from app.features.buttons.schemas import PressKeyCreate, PressKeyPublic, PressKeyRotate, PressKeysPublic

router = APIRouter()


@router.get("/buttons/{button_id}/keys", responses=problems(RoleTooLow))
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
def create_press_key(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    button_id: UUID,
    new: PressKeyCreate | None = None,
) -> PressKeyPublic:
    """One more press key for the button: for a deck, so that the log knows which one was pressed, or for none."""
    return service.create_press_key(
        session,
        station_id=access.station.id,
        button_id=button_id,
        deck_id=new.deck_id if new else None,
        user_id=access.user.id,
        now=now,
        public_url=runtime.public_url,
    )


@router.post("/buttons/{button_id}/rotate-key", responses=problems(service.KeyNotFound, service.KeyRevoked))
def rotate_press_key(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    button_id: UUID,
    which: PressKeyRotate | None = None,
) -> PressKeyPublic:
    """Replace a press key by a new one for the same deck. The old URL stops at once."""
    return service.rotate_press_key(
        session,
        station_id=access.station.id,
        button_id=button_id,
        key_id=which.key_id if which else None,
        user_id=access.user.id,
        now=now,
        public_url=runtime.public_url,
    )


@router.delete("/keys/{key_id}", status_code=204)
def revoke_press_key(session: SessionDep, access: EditorDep, now: NowDep, key_id: UUID) -> None:
    """Stop a press key from recording presses. Asked for twice, it is done once."""
    service.revoke_press_key(session, station_id=access.station.id, key_id=key_id, user_id=access.user.id, now=now)
