"""Buttons: list, make, change, copy, retire, delete; what they said before, and when they were retired."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app import crud
from app.api.deps import AuditDep, EditorDep, NowDep, PageDep, Runtime, RuntimeDep, SessionDep, StationAccess, ViewerDep
from app.api.open_to import open_to
from app.api.problems import problems
from app.features.audit.actions import Action
from app.features.buttons import service
from app.features.buttons.schemas import (
    ButtonCreate,
    ButtonDuplicate,
    ButtonListing,
    ButtonPublic,
    ButtonRetire,
    ButtonRetirementsPublic,
    ButtonsPublic,
    ButtonUpdate,
    ButtonVersionsPublic,
)
from app.models import Scope

router = APIRouter()


def _public_url(access: StationAccess, runtime: Runtime) -> str | None:
    return runtime.public_url if access.may_see_press_urls else None


@router.get("/")
@open_to(Scope.BUTTONS_READ)
def list_buttons(
    session: SessionDep,
    access: ViewerDep,
    runtime: RuntimeDep,
    page: PageDep,
    listing: Annotated[ButtonListing, Query()],
) -> ButtonsPublic:
    """The station's buttons; `q` searches what they say now, and their tags."""
    return service.list_buttons(
        session,
        station=access.station,
        listing=listing,
        skip=page.skip,
        limit=page.limit,
        public_url=_public_url(access, runtime),
    )


@router.post("/", status_code=201)
@open_to(Scope.BUTTONS_WRITE)
def create_button(
    session: SessionDep, access: EditorDep, runtime: RuntimeDep, now: NowDep, audit: AuditDep, new: ButtonCreate
) -> ButtonPublic:
    """A new button, with a press key that belongs to no deck."""
    made = service.create_button(
        session,
        station=access.station,
        new=new,
        user_id=access.user.id,
        now=now,
        public_url=_public_url(access, runtime),
    )
    audit.note(Action.BUTTON_CREATED, station_id=access.station.id, subject_id=made.id, title=made.title)
    return made


# Also without its last slash, and before the paths with an id: "retirements" would be taken for one.
@router.get("/retirements", include_in_schema=False)
@router.get("/retirements/")
@open_to(Scope.BUTTONS_READ)
def list_station_retirements(session: SessionDep, access: ViewerDep, page: PageDep) -> ButtonRetirementsPublic:
    """When which button of the station was retired, newest first."""
    return service.list_retirements(
        session, station_id=access.station.id, button_id=None, skip=page.skip, limit=page.limit
    )


@router.get("/{button_id}")
@open_to(Scope.BUTTONS_READ)
def read_button(session: SessionDep, access: ViewerDep, runtime: RuntimeDep, button_id: UUID) -> ButtonPublic:
    """One button."""
    return service.get_button(
        session, station=access.station, button_id=button_id, public_url=_public_url(access, runtime)
    )


@router.put("/{button_id}")
@open_to(Scope.BUTTONS_WRITE)
def update_button(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    changes: ButtonUpdate | None = None,
) -> ButtonPublic:
    """Change any subset of a button's fields.

    A change of title, type, description, duration or source makes a new version; presses keep the one they aired with.
    """
    changes = changes or ButtonUpdate()
    changed = service.update_button(
        session,
        station=access.station,
        button_id=button_id,
        changes=changes,
        user_id=access.user.id,
        now=now,
        public_url=_public_url(access, runtime),
    )
    # What it said before and says now stands in its versions.
    fields = sorted(changes.model_fields_set)
    audit.note(
        Action.BUTTON_UPDATED,
        station_id=access.station.id,
        subject_id=button_id,
        fields=fields,
        version=changed.version,
    )
    return changed


@router.patch("/{button_id}")
@open_to(Scope.BUTTONS_WRITE)
def patch_button(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    changes: ButtonUpdate | None = None,
) -> ButtonPublic:
    """The same as PUT: change any subset of a button's fields."""
    return update_button(session, access, runtime, now, audit, button_id, changes)


@router.delete("/{button_id}", status_code=204, responses=problems(service.ButtonHasHistory))
@open_to(Scope.BUTTONS_WRITE)
def delete_button(session: SessionDep, access: EditorDep, audit: AuditDep, button_id: UUID) -> None:
    """Remove a button that was never pressed. One with history can be retired instead."""
    gone = service.get_button(session, station=access.station, button_id=button_id, public_url=None)
    service.delete_button(session, station_id=access.station.id, button_id=button_id)
    audit.note(Action.BUTTON_DELETED, station_id=access.station.id, subject_id=button_id, title=gone.title)


@router.post("/{button_id}/duplicate", status_code=201)
@open_to(Scope.BUTTONS_WRITE)
def duplicate_button(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    copy: ButtonDuplicate | None = None,
) -> ButtonPublic:
    """A new button that says the same, with a press key of its own and without history."""
    made = service.duplicate_button(
        session,
        station=access.station,
        button_id=button_id,
        title=copy.title if copy else None,
        user_id=access.user.id,
        now=now,
        public_url=_public_url(access, runtime),
    )
    audit.note(
        Action.BUTTON_DUPLICATED,
        station_id=access.station.id,
        subject_id=made.id,
        title=made.title,
        original_id=button_id,
    )
    return made


@router.put("/{button_id}/retire")
@open_to(Scope.BUTTONS_WRITE)
def retire_button(
    session: SessionDep,
    access: EditorDep,
    runtime: RuntimeDep,
    now: NowDep,
    audit: AuditDep,
    button_id: UUID,
    change: ButtonRetire,
) -> ButtonPublic:
    """Retire a button, or take it back into use. Asked for twice, it is done once."""
    before = crud.get_button(session, station_id=access.station.id, button_id=button_id)
    was_retired = before is not None and before.retired_at is not None
    changed = service.set_retired(
        session,
        station=access.station,
        button_id=button_id,
        retire=change.retire,
        user_id=access.user.id,
        now=now,
        public_url=_public_url(access, runtime),
    )
    if change.retire != was_retired:
        action = Action.BUTTON_RETIRED if change.retire else Action.BUTTON_UNRETIRED
        audit.note(action, station_id=access.station.id, subject_id=button_id)
    return changed


@router.get("/{button_id}/retirements")
@open_to(Scope.BUTTONS_READ)
def list_button_retirements(
    session: SessionDep, access: ViewerDep, page: PageDep, button_id: UUID
) -> ButtonRetirementsPublic:
    """When the button was retired, newest first."""
    return service.list_retirements(
        session, station_id=access.station.id, button_id=button_id, skip=page.skip, limit=page.limit
    )


@router.get("/{button_id}/versions")
@open_to(Scope.BUTTONS_READ)
def list_button_versions(
    session: SessionDep, access: ViewerDep, page: PageDep, button_id: UUID
) -> ButtonVersionsPublic:
    """What the button has said, newest first."""
    return service.list_versions(
        session, station_id=access.station.id, button_id=button_id, skip=page.skip, limit=page.limit
    )
