"""Accounts."""

from fastapi import APIRouter, Depends, status

from app.api.deps import CallerDep, NowDep, SessionDep, get_superuser
from app.features.accounts import service as accounts
from app.features.accounts.schemas import UserCreate, UserPublic

router = APIRouter()


@router.post("/", status_code=status.HTTP_201_CREATED, dependencies=[Depends(get_superuser)])
def create_user(new: UserCreate, session: SessionDep, now: NowDep) -> UserPublic:
    """Make an account. For superusers."""
    return UserPublic.model_validate(accounts.create_user(session, new=new, now=now))


@router.get("/me")
def read_own_account(caller: CallerDep) -> UserPublic:
    """The caller's account."""
    return UserPublic.model_validate(caller.user)
