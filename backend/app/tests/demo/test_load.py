"""Loading a demo station: repeatable, all or nothing, and a good neighbor of what is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, text
from sqlmodel import Session, col, select

from app.core.db import transaction
from app.core.errors import InvalidInput
from app.demo.load import OwnerExists, StationNameTaken, load_demo
from app.loading import Progress
from app.models import Member, Press, Role, Station, User, Watch
from app.tests.demo.conftest import CROWDED, NOW, ORDER, ignore, load
from app.tests.factories import Factory

TABLES = (
    "station",
    "station_head",
    "member",
    "deck",
    "button",
    "button_version",
    "button_retirement",
    "press_key",
    "press_key_heard",
    "press",
    "correction",
    "button_tally",
    "rollup_quarter",
    "rollup_hour",
    "rollup_day",
    "rollup_deck_quarter",
    "rollup_deck_day",
    "watch",
)
SHORT = replace(ORDER, years=0.02)


def fingerprints(engine: Engine) -> dict[str, str]:
    """A hash over all rows of each table, and of accounts what does not depend on when and by whom they were made."""
    with engine.connect() as connection:
        rows = "SELECT md5(string_agg(t::text, '\n' ORDER BY t::text)) FROM {} AS t"
        found = {table: str(connection.scalar(text(rows.format(table)))) for table in TABLES}
        accounts = "(SELECT id, email, full_name, is_superuser FROM user_account)"
        return found | {"user_account": str(connection.scalar(text(rows.format(accounts))))}


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def number_of(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def test_equal_orders_make_equal_rows(loaded: Engine, new_engine: Callable[[str], Engine]) -> None:
    again = new_engine("demo_again")
    load(again)

    assert fingerprints(again) == fingerprints(loaded)


def test_equal_orders_of_more_presses_make_equal_rows(crowded: Engine, new_engine: Callable[[str], Engine]) -> None:
    again = new_engine("demo_crowded_again")
    load(again, CROWDED)

    assert fingerprints(again) == fingerprints(crowded)


def test_another_seed_makes_another_station(new_engine: Callable[[str], Engine]) -> None:
    engine = new_engine("demo_two_seeds")

    load(engine, SHORT)
    load(engine, replace(SHORT, seed=8, name="Another"))

    assert count(engine, "station") == 2
    assert count(engine, "button") == 120


def test_a_station_has_sixty_buttons_on_two_decks(loaded: Engine) -> None:
    assert count(loaded, "button") == 60
    assert number_of(loaded, "SELECT count(*) FROM button WHERE retired_at IS NOT NULL") == 6
    assert count(loaded, "button_retirement") == 7
    assert number_of(loaded, "SELECT count(*) FROM button WHERE current_version > 1") >= 6
    assert number_of(loaded, "SELECT count(*) FROM button WHERE starts_on IS NOT NULL") >= 6
    assert count(loaded, "deck") == 2


def test_a_record_has_about_as_many_presses_as_were_ordered(crowded: Engine) -> None:
    assert count(crowded, "press") == pytest.approx(20_000, rel=0.05)
    assert number_of(crowded, "SELECT count(*) FROM press WHERE effective_status = 'counted'") > 18_000


def test_further_buttons_are_told_apart_by_their_titles(crowded: Engine) -> None:
    titles = """
        SELECT count(DISTINCT v.title)
        FROM button AS b
        JOIN button_version AS v ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
    """

    assert count(crowded, "button") == 200
    assert number_of(crowded, titles) == 200
    assert number_of(crowded, "SELECT count(*) FROM button_tally WHERE press_count > 0") > 180


def test_fewer_presses_than_usual_can_be_ordered(session: Session) -> None:
    made = load_demo(session, order=replace(ORDER, presses=1_000), now=NOW, report=ignore)

    assert made.press_count == pytest.approx(1_000, rel=0.15)


def test_the_name_of_a_station_that_is_there_is_refused(session: Session) -> None:
    load_demo(session, order=SHORT, now=NOW, report=ignore)

    with pytest.raises(StationNameTaken, match="Choose another name with --name"):
        load_demo(session, order=SHORT, now=NOW, report=ignore)


def test_a_demo_that_was_renamed_is_not_made_twice(session: Session) -> None:
    load_demo(session, order=SHORT, now=NOW, report=ignore).station.name = "Renamed"
    session.flush()

    with pytest.raises(StationNameTaken, match="--seed"):
        load_demo(session, order=SHORT, now=NOW, report=ignore)


def test_a_failure_leaves_nothing_behind(new_engine: Callable[[str], Engine]) -> None:
    engine = new_engine("demo_failed")

    def fail(progress: Progress) -> None:
        raise ConnectionError(progress)

    with pytest.raises(ConnectionError), transaction(engine) as session:
        load_demo(session, order=SHORT, now=NOW, report=fail)

    assert {table: count(engine, table) for table in (*TABLES, "user_account")} == dict.fromkeys(
        (*TABLES, "user_account"), 0
    )


def test_a_record_never_reaches_into_the_future(session: Session) -> None:
    with pytest.raises(InvalidInput, match="future"):
        load_demo(session, order=replace(SHORT, until=date(2026, 11, 24)), now=NOW, report=ignore)


def test_a_record_without_an_end_reaches_up_to_now(session: Session) -> None:
    load_demo(session, order=replace(SHORT, until=None), now=NOW, report=ignore)

    last, last_of_today = session.exec(
        select(func.max(Press.received_at), func.count()).where(col(Press.received_at) >= NOW - timedelta(hours=10))
    ).one()
    assert NOW - timedelta(hours=1) < last < NOW
    assert last_of_today > 20
    assert session.exec(select(func.max(Watch.last_seen_at))).one() == NOW


def test_the_first_account_can_do_everything(session: Session) -> None:
    made = load_demo(session, order=SHORT, now=NOW, report=ignore)

    assert made.owner.is_superuser
    assert made.password is not None
    assert session.exec(select(Member.role)).one() == Role.OWNER


def test_an_account_that_is_there_becomes_the_owner(session: Session, make: Factory) -> None:
    user = make.user(email="demo@example.com")

    made = load_demo(session, order=SHORT, now=NOW, report=ignore)

    assert (made.owner.id, made.password) == (user.id, None)
    assert not session.exec(select(User)).one().is_superuser


def test_a_password_for_an_account_that_is_there_is_refused(session: Session, make: Factory) -> None:
    make.user(email="demo@example.com")

    with pytest.raises(OwnerExists, match="Leave --password out"):
        load_demo(session, order=replace(SHORT, password="correct horse"), now=NOW, report=ignore)


def test_watches_that_are_there_stay_the_whole_truth(session: Session) -> None:
    began, ended = NOW - timedelta(days=4), NOW - timedelta(days=2)
    own = Watch(started_at=began, last_seen_at=ended, ended_at=ended)
    session.add(own)
    session.flush()

    load_demo(session, order=SHORT, now=NOW, report=ignore)

    added = [watch for watch in session.exec(select(Watch)) if watch.id != own.id]
    assert max(watch.last_seen_at for watch in added) <= began
    assert _received_after(session, ended) == 0
    assert _received_after(session, began) > 0


def _received_after(session: Session, instant: datetime) -> int:
    query = text("SELECT count(*) FROM press WHERE received_at >= :instant")
    return int(session.connection().scalar(query, {"instant": instant}) or 0)


def test_progress_ends_with_every_press(session: Session) -> None:
    heard: list[Progress] = []

    made = load_demo(session, order=SHORT, now=NOW, report=heard.append)

    assert heard[-1] == Progress(part=1.0, press_count=made.press_count)
    assert session.exec(select(Station.name)).one() == made.station.name
