"""The instance, for those who run it: every station of it, and how it is."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.api.deps import NowDep, PageDep, RuntimeDep, SessionDep, get_superuser
from app.api.openapi import VERSION
from app.api.problems import problems
from app.features.accounts.service import RoleTooLow
from app.features.instance import service
from app.features.instance.schemas import InstanceHealth, InstanceStationsPublic

router = APIRouter(dependencies=[Depends(get_superuser)])


async def is_recording(runtime: RuntimeDep) -> bool:
    """Whether a press could be recorded now."""
    return await runtime.recorder.is_ready()


@router.get("/stations", responses=problems(RoleTooLow))
def list_instance_stations(session: SessionDep, page: PageDep) -> InstanceStationsPublic:
    """Every station of the instance, by name, with its members and presses counted. For superusers."""
    return service.list_stations(session, skip=page.skip, limit=page.limit)


@router.get("/health", responses=problems(RoleTooLow))
def read_instance_health(
    session: SessionDep, runtime: RuntimeDep, now: NowDep, recording: Annotated[bool, Depends(is_recording)]
) -> InstanceHealth:
    """How the instance is: its version, its database, its processes, its mail and its last backup. For superusers."""
    return service.read_health(
        session,
        settings=runtime.settings,
        version=VERSION,
        public_url=runtime.public_url,
        is_recording=recording,
        now=now,
    )
