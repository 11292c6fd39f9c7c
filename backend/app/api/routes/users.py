"""Accounts."""

from fastapi import APIRouter, Depends

from app.api.deps import CallerDep, NowDep, SessionDep, get_superuser
from app.api.problems import problems
from app.features.accounts import service as accounts
from app.features.accounts.schemas import UserCreate, UserPublic

router = APIRouter()


@router.post("/", status_code=201, dependencies=[Depends(get_superuser)], responses=problems(409))
def create_user(new: UserCreate, session: SessionDep, now: NowDep) -> UserPublic:
    """Make an account. For superusers."""
    return UserPublic.model_validate(accounts.create_user(session, new=new, now=now))


@router.get("/me")
def read_own_account(caller: CallerDep) -> UserPublic:
    """The caller's account."""
    return UserPublic.model_validate(caller.user)
