import pytest
from sqlmodel import Session

from app.tests.factories import Factory
from app.tests.features.stats.counted import Counted


@pytest.fixture
def counted(session: Session, make: Factory) -> Counted:
    return Counted(session, make)
