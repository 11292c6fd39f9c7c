"""Presses that a program sends with an API token, by the id of their button."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from app.api import deps
from app.core import clock, security
from app.main import Tracker
from app.models import ApiToken, Button, Channel, Deck, PressStatus, Role, Scope, Station, User
from app.tests.api.live import Answer, ask
from app.tests.api.programs import BATCH, EVERY_SCOPE, auth, member_of, new_token
from app.tests.recording import KeptDatabase
from app.tests.streams import of_station, streaming


class Desk:
    """A station with a button and a deck, and a program that has a token of its owner."""

    def __init__(self, app: Tracker, kept: KeptDatabase) -> None:
        self.app, self.kept = app, kept
        with kept.make() as make:
            self.station: Station = make.station(dedup_window_ms=0)
            self.button: Button = make.button(station=self.station, title="Hug")
            self.deck: Deck = make.deck(station=self.station)
            self.owner: User = member_of(make, self.station, Role.OWNER)
            self.secret = new_token(make.session, self.station, self.owner)

    def press(self, **fields: object) -> dict[str, object]:
        return {"id": str(uuid4()), "button_id": str(self.button.id)} | fields

    async def send(self, *presses: object, secret: str | None = None) -> Answer:
        headers = [("content-type", "application/json"), *auth(secret or self.secret).items()]
        return await ask(self.app, "POST", BATCH, body={"presses": presses}, headers=headers)


@pytest.fixture
def desk(app: Tracker, kept: KeptDatabase) -> Desk:
    return Desk(app, kept)


def outcomes(answer: Answer) -> list[str]:
    assert answer.status == 200, answer
    return [each["press"]["status"] if each["press"] else each["problem"]["code"] for each in answer.json["data"]]


async def test_a_press_may_name_its_button(desk: Desk) -> None:
    press = desk.press(note="Aired")
    answer = await desk.send(press)

    assert answer.json["data"][0]["press"]["button"] == {"title": "Hug", "usage_count": 1}
    (row,) = desk.kept.presses(desk.station.id)
    assert (str(row.id), row.button_id, row.press_key_id, row.deck_id) == (press["id"], desk.button.id, None, None)
    assert (row.channel, row.note, row.recorded_by) == (Channel.BATCH, "Aired", desk.owner.id)
    assert desk.kept.differences(desk.station.id) == []


async def test_a_press_sent_twice_is_one_press(desk: Desk) -> None:
    press = desk.press()
    first, second = await desk.send(press, press), await desk.send(press)

    assert first.json["data"][0] == first.json["data"][1] == second.json["data"][0]
    assert len(desk.kept.presses(desk.station.id)) == 1


async def test_a_press_may_name_a_deck_whose_test_mode_counts(desk: Desk) -> None:
    desk.kept.change(desk.deck, test_mode_until=clock.now() + timedelta(hours=1))
    answer = await desk.send(desk.press(deck_id=str(desk.deck.id)), desk.press())

    assert outcomes(answer) == ["test", "counted"]
    assert [row.deck_id for row in desk.kept.presses(desk.station.id)] == [desk.deck.id, None]


async def test_a_deck_that_a_press_names_stays(desk: Desk) -> None:
    await desk.send(desk.press(deck_id=str(desk.deck.id)))
    answer = await ask(desk.app, "DELETE", f"/api/v1/decks/{desk.deck.id}", headers=auth(desk.secret).items())

    assert (answer.status, answer.code) == (409, "deck_in_use")


async def test_what_is_not_the_stations_is_not_there(desk: Desk, app: Tracker, kept: KeptDatabase) -> None:
    other = Desk(app, kept)
    answer = await desk.send(
        desk.press(button_id=str(uuid4())),
        desk.press(button_id=str(other.button.id)),
        desk.press(deck_id=str(uuid4())),
        desk.press(deck_id=str(other.deck.id)),
        desk.press(),
    )

    assert outcomes(answer) == ["button_not_found", "button_not_found", "deck_not_found", "deck_not_found", "counted"]
    assert [each["status_code"] for each in answer.json["data"]] == [404, 404, 404, 404, 200]
    assert kept.presses(other.station.id) == []


async def test_keys_and_buttons_may_come_together_and_need_no_token_of_each_other(desk: Desk) -> None:
    with desk.kept.make() as make:
        key = make.press_key(button=desk.button)
    by_key = {"id": str(uuid4()), "press_key": key.key}

    assert outcomes(await desk.send(by_key, desk.press())) == ["counted", "counted"]
    assert outcomes(await desk.send({**by_key, "id": str(uuid4())}, desk.press(), secret="sdbt_x")) == [
        "counted",
        "not_authenticated",
    ]


@pytest.mark.parametrize("secret", ["sdbt_x", "a.b.c", "x"])
async def test_without_a_token_no_button_is_pressed(desk: Desk, secret: str) -> None:
    answer = await desk.send(desk.press(), desk.press(), secret=secret)

    assert (answer.status, answer.code) == (401, "not_authenticated")
    assert desk.kept.presses(desk.station.id) == []


async def test_a_token_without_the_scope_presses_nothing(desk: Desk) -> None:
    with desk.kept.make() as make:
        secret = new_token(make.session, desk.station, desk.owner, scopes=EVERY_SCOPE - {Scope.PRESS_WRITE})
    answer = await desk.send(desk.press(), secret=secret)

    assert (answer.status, answer.code) == (403, "scope_missing")


async def test_tokens_of_batches_are_looked_up_in_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk.app.state.runtime.token_place:
        with monkeypatch.context() as impatient:
            impatient.setattr(deps, "TOKEN_WAIT_S", 0.05)
            busy = await desk.send(desk.press())
        with desk.kept.make() as make:
            key = make.press_key(button=desk.button)
        by_key = await desk.send({"id": str(uuid4()), "press_key": key.key})

    assert (busy.status, busy.code) == (503, "busy")
    assert outcomes(by_key) == ["counted"]
    assert outcomes(await desk.send(desk.press())) == ["counted"]


async def test_a_press_names_a_key_or_a_button(desk: Desk) -> None:
    answer = await desk.send(desk.press(press_key="x"), {"id": str(uuid4()), "press_key": "x", "deck_id": str(uuid4())})

    wrong = [each["problem"]["errors"][0]["field"] for each in answer.json["data"]]
    assert wrong == ["body.presses.0.press_key", "body.presses.1.deck_id"]


async def test_many_presses_of_one_button_keep_their_order(desk: Desk) -> None:
    presses = [desk.press(deck_id=str(desk.deck.id) if number % 2 else None) for number in range(200)]
    answer = await desk.send(*presses)

    assert set(outcomes(answer)) == {PressStatus.COUNTED}
    assert [str(row.id) for row in desk.kept.presses(desk.station.id)] == [press["id"] for press in presses]
    assert desk.kept.differences(desk.station.id) == []


async def test_a_live_stream_ends_with_the_token_that_opened_it(desk: Desk) -> None:
    with desk.kept.make() as make:
        other = new_token(make.session, desk.station, desk.owner)
    url = of_station(desk.station.id)
    async with streaming(desk.app, url, auth(desk.secret)) as stream, streaming(desk.app, url, auth(other)) as staying:
        await stream.first("ready")
        await staying.first("ready")
        with desk.kept.make() as make:
            hashed = security.hash_token(desk.secret)
            token = make.session.exec(select(ApiToken).where(col(ApiToken.token_hash) == hashed)).one()
            token.revoked_at = clock.now()
        await stream.end()
        await desk.send(desk.press(), secret=other)
        await staying.first("press")
