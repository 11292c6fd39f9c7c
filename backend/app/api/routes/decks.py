"""Decks: their names, their test mode, and when they were last heard."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.api.deps import AuditDep, EditorDep, NowDep, PageDep, SessionDep, ViewerDep
from app.api.open_to import open_to
from app.api.problems import problems
from app.features.audit.actions import Action
from app.features.decks import service
from app.features.decks.rules import REACH
from app.features.decks.schemas import DeckCreate, DeckPublic, DecksPublic, DeckUpdate
from app.features.decks.service import Listening
from app.features.presses import watch
from app.models import Scope

router = APIRouter()


def get_listening(session: SessionDep, access: ViewerDep, now: NowDep) -> Listening:
    """When the station's decks are usually heard. The decks know nothing of the record's gaps, so they are told."""
    gaps = watch.read_gaps(session, start=now - REACH, end=now)
    return service.listen(
        session, station=access.station, gaps=[(gap.started_at, gap.ended_at) for gap in gaps], now=now
    )


ListeningDep = Annotated[Listening, Depends(get_listening)]


@router.get("/")
@open_to(Scope.BUTTONS_READ)
def list_decks(
    session: SessionDep, access: ViewerDep, now: NowDep, listening: ListeningDep, page: PageDep
) -> DecksPublic:
    """The station's decks, by name."""
    return service.list_decks(
        session, station_id=access.station.id, skip=page.skip, limit=page.limit, listening=listening, now=now
    )


@router.post("/", status_code=201)
@open_to(Scope.BUTTONS_WRITE)
def create_deck(
    session: SessionDep, access: EditorDep, now: NowDep, listening: ListeningDep, audit: AuditDep, new: DeckCreate
) -> DeckPublic:
    """A new deck."""
    made = service.create_deck(session, station_id=access.station.id, new=new, listening=listening, now=now)
    audit.note(Action.DECK_CREATED, station_id=access.station.id, subject_id=made.id, name=made.name)
    return made


@router.get("/{deck_id}")
@open_to(Scope.BUTTONS_READ)
def read_deck(
    session: SessionDep, access: ViewerDep, now: NowDep, listening: ListeningDep, deck_id: UUID
) -> DeckPublic:
    """One deck."""
    return service.get_deck(session, station_id=access.station.id, deck_id=deck_id, listening=listening, now=now)


@router.patch("/{deck_id}")
@open_to(Scope.BUTTONS_WRITE)
def update_deck(
    session: SessionDep,
    access: EditorDep,
    now: NowDep,
    listening: ListeningDep,
    audit: AuditDep,
    deck_id: UUID,
    changes: DeckUpdate | None = None,
) -> DeckPublic:
    """Rename a deck, or put it into test mode until a time."""
    changes = changes or DeckUpdate()
    changed = service.update_deck(
        session,
        station_id=access.station.id,
        deck_id=deck_id,
        changes=changes,
        listening=listening,
        now=now,
    )
    given = changes.model_dump(exclude_unset=True)
    audit.note(Action.DECK_UPDATED, station_id=access.station.id, subject_id=deck_id, changed_to=given)
    return changed


@router.delete("/{deck_id}", status_code=204, responses=problems(service.DeckInUse))
@open_to(Scope.BUTTONS_WRITE)
def delete_deck(session: SessionDep, access: EditorDep, audit: AuditDep, deck_id: UUID) -> None:
    """Remove a deck that no press key was ever made for, and that no press names."""
    service.delete_deck(session, station_id=access.station.id, deck_id=deck_id)
    audit.note(Action.DECK_DELETED, station_id=access.station.id, subject_id=deck_id)
