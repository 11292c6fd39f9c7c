"""The API's rooms, gathered."""

from fastapi import APIRouter, Depends

from app.api.deps import refuse_unknown_query
from app.api.errors import DatabaseUnreachable
from app.api.problems import problems
from app.api.routes import (
    audit,
    buttons,
    decks,
    instance,
    invitations,
    keys,
    login,
    mails,
    presses,
    recovery,
    reports,
    setup,
    stations,
    stats,
    stream,
    tokens,
    users,
    utils,
)
from app.core.errors import InvalidInput

# What every operation can answer; what else can go wrong stands with the routes, or follows from what they ask for.
api_router = APIRouter(
    dependencies=[Depends(refuse_unknown_query)], responses=problems(InvalidInput, DatabaseUnreachable)
)
api_router.include_router(setup.router, prefix="/setup", tags=["setup"])
api_router.include_router(login.router, prefix="/login", tags=["login"])
api_router.include_router(recovery.router, tags=["login"])
api_router.include_router(users.router, prefix="/users", tags=["users"])
api_router.include_router(stations.router, prefix="/stations", tags=["stations"])
api_router.include_router(mails.router, prefix="/stations", tags=["mails"])
api_router.include_router(mails.stop_router, prefix="/mails", tags=["mails"])
api_router.include_router(invitations.of_station_router, prefix="/stations", tags=["invitations"])
api_router.include_router(invitations.router, prefix="/invitations", tags=["invitations"])
api_router.include_router(buttons.router, prefix="/buttons", tags=["buttons"])
api_router.include_router(stats.usage_router, prefix="/buttons", tags=["stats"])
api_router.include_router(keys.router, tags=["keys"])
api_router.include_router(decks.router, prefix="/decks", tags=["decks"])
# Before the presses: `/export.csv` is no press's id.
api_router.include_router(reports.router, prefix="/presses", tags=["presses"])
api_router.include_router(presses.router, prefix="/presses", tags=["presses"])
api_router.include_router(presses.watches_router, prefix="/watches", tags=["watches"])
api_router.include_router(stats.router, prefix="/stats", tags=["stats"])
api_router.include_router(stream.router, prefix="/stream", tags=["stream"])
api_router.include_router(tokens.router, prefix="/tokens", tags=["tokens"])
api_router.include_router(audit.router, prefix="/audit", tags=["audit"])
api_router.include_router(instance.router, prefix="/instance", tags=["instance"])
api_router.include_router(utils.router, prefix="/utils", tags=["utils"])
