import pytest
from sqlmodel import Session

from app.models import Button, Station
from app.tests.factories import Factory
from app.tests.features.stats.counted import Counted


@pytest.fixture
def counted(session: Session, make: Factory) -> Counted:
    return Counted(session, make)


@pytest.fixture
def station(counted: Counted) -> Station:
    return counted.station()


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    return make.button(station=station)
