"""The application that is measured: the product, and beside it, in the same process, what it is compared with."""

from datetime import datetime
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from sqlalchemy import DateTime, Engine, create_engine
from sqlmodel import Field, Session, SQLModel, func, select
from starlette.types import Receive, Scope, Send

from app.core import clock
from app.core.config import get_settings
from app.main import app as product

RIVALS_PREFIX = "/rival/"


class RivalButton(SQLModel, table=True):
    """A button as a straightforward application keeps it."""

    __tablename__ = "rival_button"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True)
    title: str


class RivalUse(SQLModel, table=True):
    """A use of a button as a straightforward application keeps it, with the index that its count needs."""

    __tablename__ = "rival_use"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    button_id: UUID = Field(foreign_key="rival_button.id", index=True)
    used_at: datetime = Field(sa_type=DateTime(timezone=True))


RIVAL_TABLES = [RivalButton.__table__, RivalUse.__table__]  # type: ignore[attr-defined]

_engine: Engine | None = None


def rival_engine() -> Engine:
    """With SQLAlchemy's own defaults for its pool, as one would leave them."""
    global _engine
    conninfo = get_settings().conninfo
    _engine = _engine or create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo))
    return _engine


# An application of its own, so that the product's middleware does not slow its rivals.
rivals = FastAPI()


@rivals.get(RIVALS_PREFIX + "empty")
async def answer_nothing() -> dict[str, bool]:
    """The least that a FastAPI route can do."""
    return {"ok": True}


@rivals.get(RIVALS_PREFIX + "select-for-update/{key}")
def use_button(key: str) -> dict[str, object]:
    """Lock the button, store the use, count, commit, refresh: the way one would write it first.

    The session is opened here and not by a dependency with `yield`, with which it stands still at 64 connections: those
    who hold a connection wait for a thread, and those who hold a thread wait for a connection.
    """
    with Session(rival_engine()) as session:
        button = session.exec(select(RivalButton).where(RivalButton.key == key).with_for_update()).one()
        use = RivalUse(button_id=button.id, used_at=clock.now())
        session.add(use)
        session.flush()
        count = session.exec(select(func.count()).select_from(RivalUse).where(RivalUse.button_id == button.id)).one()
        session.commit()
        session.refresh(use)
        session.refresh(button)
        return {"status": "counted", "press_id": use.id, "title": button.title, "usage_count": count}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The product, but for the rivals' paths."""
    is_rival = scope["type"] == "http" and scope["path"].startswith(RIVALS_PREFIX)
    await (rivals if is_rival else product)(scope, receive, send)
