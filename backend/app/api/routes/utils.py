"""Whether the server is well."""

from fastapi import APIRouter

from app.api.deps import RuntimeDep
from app.api.errors import DatabaseUnreachable

router = APIRouter()


@router.get("/health-check/")
async def health_check(runtime: RuntimeDep) -> bool:
    """`true` once presses can be recorded; 503 while they cannot."""
    if not await runtime.recorder.is_ready():
        raise DatabaseUnreachable
    return True
