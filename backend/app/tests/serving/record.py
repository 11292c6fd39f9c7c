"""What must hold of a station's record, whatever happened while it was written."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.core.db import build_engine, transaction
from app.features.presses import rollup
from app.tests.conftest import settings_for
from app.tests.serving.presser import SentPress
from app.tests.serving.product import Product


class StoredPress(NamedTuple):
    """A row of the record. `rank` is its place among its button's counted presses, from 1."""

    id: str
    seq: int
    button_id: str
    status: str
    rank: int


def stored_presses(product: Product, station_id: str) -> list[StoredPress]:
    """In order of receipt."""
    rows = product.query(
        """
        SELECT id::text, seq, button_id::text, status,
               count(*) FILTER (WHERE status = 'counted') OVER (PARTITION BY button_id ORDER BY seq)
        FROM press
        WHERE station_id = %s
        ORDER BY seq
        """,
        station_id,
    )
    return [StoredPress(*row) for row in rows]


def check_record(product: Product, station_id: str) -> None:
    """Numbers without gap or double, and counts that are equal to a recount."""
    rows = product.query(
        "SELECT seq FROM press WHERE station_id = %s UNION ALL SELECT seq FROM correction WHERE station_id = %s",
        station_id,
        station_id,
    )
    [(last_seq,)] = product.query("SELECT last_seq FROM station_head WHERE station_id = %s", station_id)
    assert sorted(seq for (seq,) in rows) == list(range(1, last_seq + 1))
    engine = build_engine(settings_for(product.conninfo))
    with transaction(engine) as session:
        assert rollup.differences(session, station_id=UUID(station_id)) == []
    engine.dispose()


def check_answers(product: Product, presses: Sequence[SentPress], *, was_retried_inside: bool) -> None:
    """Each press that was answered 200 is on the record once, as it was answered.

    A press is answered with the count of its button just after it. Where the server had to try again, since it could
    not know whether its commit had come through, others may have been counted in between.
    """
    for station_id in {press.target.station_id for press in presses}:
        stored = stored_presses(product, station_id)
        assert [id for id, times in Counter(press.id for press in stored).items() if times > 1] == []
        known = {press.id: press for press in stored}
        counts = Counter(press.button_id for press in stored if press.status == "counted")
        for press in presses:
            if not press.is_recorded or press.target.station_id != station_id:
                continue
            row, usage_count = known[press.id], press.answer["button"]["usage_count"]
            assert (row.button_id, row.status) == (press.target.button_id, press.answer["status"])
            assert press.answer["press_id"] == press.id
            if was_retried_inside:
                assert row.rank <= usage_count <= counts[row.button_id]
            else:
                assert usage_count == row.rank
