"""Press keys: who sees them, how they are made, replaced and revoked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.features.buttons.rules import imported_address_key
from app.models import Button, PressKey, PressKeyHeard, PublicUrl, Role, Station, User
from app.tests.api.conftest import raw_json
from app.tests.factories import LONG_AGO, Factory

API = "/api/v1"
MINUTE = timedelta(minutes=1)

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    return make.button(station=station)


@pytest.fixture
def editor(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    user = make.user()
    make.member(station=station, user=user, role=Role.EDITOR)
    return as_user(user)


def keys_url(button: Button) -> str:
    return f"{API}/buttons/{button.id}/keys"


def rotate_url(button: Button) -> str:
    return f"{API}/buttons/{button.id}/rotate-key"


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def refused_fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(("role", "may"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
def test_only_editors_and_owners_see_and_change_keys(
    make: Factory, station: Station, button: Button, as_user: AsUser, role: Role, may: bool
) -> None:
    user = make.user()
    make.member(station=station, user=user, role=role)
    key = make.press_key(button=button)
    client = as_user(user)
    statuses = [
        client.get(keys_url(button)).status_code,
        client.post(keys_url(button), json={}).status_code,
        client.post(rotate_url(button), json={}).status_code,
        client.delete(f"{API}/keys/{key.id}").status_code,
    ]
    assert statuses == ([200, 201, 200, 204] if may else [403] * 4)


def test_keys_are_closed_without_a_login(client: TestClient, button: Button) -> None:
    assert client.get(keys_url(button)).status_code == 401
    assert client.post(keys_url(button), json={}).status_code == 401
    assert client.post(rotate_url(button), json={}).status_code == 401
    assert client.delete(f"{API}/keys/{uuid4()}").status_code == 401


def test_another_station_s_buttons_and_keys_are_not_found(make: Factory, editor: TestClient) -> None:
    foreign = make.button(station=make.station())
    key = make.press_key(button=foreign)
    assert code_of(editor.get(keys_url(foreign))) == (404, "button_not_found")
    assert code_of(editor.post(keys_url(foreign), json={})) == (404, "button_not_found")
    assert code_of(editor.post(rotate_url(foreign), json={})) == (404, "button_not_found")
    assert code_of(editor.delete(f"{API}/keys/{key.id}")) == (404, "key_not_found")
    assert key.revoked_at is None


def test_keys_are_listed_newest_first_with_their_deck_and_when_they_were_heard(
    make: Factory, station: Station, button: Button, editor: TestClient
) -> None:
    deck = make.deck(station=station, name="Van")
    plain = make.press_key(button=button)
    of_deck = make.press_key(button=button, deck=deck)
    of_deck.created_at = LONG_AGO + MINUTE
    make.press_key(button=make.button(station=station))
    make.session.add(PressKeyHeard(station_id=station.id, press_key_id=of_deck.id, last_heard_at=LONG_AGO + 2 * MINUTE))
    make.session.flush()
    assert editor.get(keys_url(button)).json() == {
        "data": [
            {
                "id": str(of_deck.id),
                "key": of_deck.key,
                "press_url": f"http://tracker.test/p/{of_deck.key}",
                "is_imported_address": False,
                "button_id": str(button.id),
                "deck": {"id": str(deck.id), "name": "Van"},
                "created_at": "2026-01-01T00:01:00Z",
                "revoked_at": None,
                "last_heard_at": "2026-01-01T00:02:00Z",
            },
            {
                "id": str(plain.id),
                "key": plain.key,
                "press_url": f"http://tracker.test/p/{plain.key}",
                "is_imported_address": False,
                "button_id": str(button.id),
                "deck": None,
                "created_at": "2026-01-01T00:00:00Z",
                "revoked_at": None,
                "last_heard_at": None,
            },
        ],
        "count": 2,
    }


def test_revoked_keys_are_listed_when_asked_for(make: Factory, button: Button, editor: TestClient) -> None:
    active = make.press_key(button=button)
    revoked = make.press_key(button=button, revoked_at=LONG_AGO)
    shown = editor.get(keys_url(button)).json()
    everything = editor.get(keys_url(button), params={"include_revoked": True}).json()
    assert [key["id"] for key in shown["data"]] == [str(active.id)]
    assert {key["id"] for key in everything["data"]} == {str(active.id), str(revoked.id)}
    assert (shown["count"], everything["count"]) == (1, 2)


def test_keys_are_paged(make: Factory, button: Button, editor: TestClient) -> None:
    ids = {str(make.press_key(button=button).id) for _ in range(5)}
    pages = [editor.get(keys_url(button), params={"skip": skip, "limit": 2}).json() for skip in (0, 2, 4)]
    assert {key["id"] for page in pages for key in page["data"]} == ids
    assert {page["count"] for page in pages} == {5}


def test_one_button_on_two_decks_has_two_keys(
    make: Factory, station: Station, button: Button, editor: TestClient
) -> None:
    decks = [make.deck(station=station, name=name) for name in ("Studio", "Van")]
    made = [editor.post(keys_url(button), json={"deck_id": str(deck.id)}) for deck in decks]
    assert [answer.status_code for answer in made] == [201, 201]
    assert [answer.json()["deck"]["name"] for answer in made] == ["Studio", "Van"]
    assert made[0].json()["key"] != made[1].json()["key"]


@pytest.mark.parametrize("body", [{"content": b""}, {"json": {}}, {"json": {"deck_id": None}}])
def test_a_key_can_belong_to_no_deck(button: Button, editor: TestClient, body: dict[str, Any]) -> None:
    answer = editor.post(keys_url(button), **body)
    assert (answer.status_code, answer.json()["deck"]) == (201, None)


def test_a_key_is_not_made_for_a_deck_that_the_station_does_not_have(
    make: Factory, button: Button, editor: TestClient
) -> None:
    for deck_id in (uuid4(), make.deck(station=make.station()).id):
        answer = editor.post(keys_url(button), json={"deck_id": str(deck_id)})
        assert code_of(answer) == (404, "deck_not_found")


@pytest.mark.parametrize("bad", ["", "deck", "a\x00b", "a\x01b", "a\ud800b", 7, True, ["a"], 10**40])
def test_a_deck_or_key_id_that_is_none_is_refused(button: Button, editor: TestClient, bad: Any) -> None:
    assert refused_fields(editor.post(keys_url(button), **raw_json({"deck_id": bad}))) == ["body.deck_id"]
    assert refused_fields(editor.post(rotate_url(button), **raw_json({"key_id": bad}))) == ["body.key_id"]


def test_a_misspelt_field_does_not_pass_for_a_key_without_a_deck(button: Button, editor: TestClient) -> None:
    assert refused_fields(editor.post(keys_url(button), json={"deck": str(uuid4())})) == ["body.deck"]
    assert refused_fields(editor.post(rotate_url(button), json={"id": str(uuid4())})) == ["body.id"]


@pytest.mark.parametrize("body", [{"content": b""}, {"json": {}}, {"json": {"key_id": None}}])
def test_rotation_changes_the_press_url(
    make: Factory, button: Button, editor: TestClient, body: dict[str, Any]
) -> None:
    old = make.press_key(button=button)
    new = editor.post(rotate_url(button), **body).json()
    assert new["key"] != old.key
    assert editor.get(f"{API}/buttons/{button.id}").json()["press_url"] == new["press_url"]
    assert [key["id"] for key in editor.get(keys_url(button)).json()["data"]] == [new["id"]]


def test_successor_keeps_the_deck(make: Factory, station: Station, button: Button, editor: TestClient) -> None:
    deck = make.deck(station=station, name="Van")
    old = make.press_key(button=button, deck=deck)
    new = editor.post(rotate_url(button), json={"key_id": str(old.id)}).json()
    assert new["deck"] == {"id": str(deck.id), "name": "Van"}
    assert code_of(editor.post(rotate_url(button), json={"key_id": str(old.id)})) == (409, "key_revoked")


def test_rotation_refuses_keys_of_other_buttons_and_stations(
    make: Factory, station: Station, button: Button, editor: TestClient
) -> None:
    for other in (make.button(station=station), make.button(station=make.station())):
        key = make.press_key(button=other)
        answer = editor.post(rotate_url(button), json={"key_id": str(key.id)})
        assert code_of(answer) == (404, "key_not_found")
        assert key.revoked_at is None


def test_to_revoke_twice_is_to_revoke_once(make: Factory, button: Button, editor: TestClient) -> None:
    key = make.press_key(button=button)
    answers = [editor.delete(f"{API}/keys/{key.id}") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    (revoked,) = editor.get(keys_url(button), params={"include_revoked": True}).json()["data"]
    assert revoked["revoked_at"] is not None
    assert editor.get(f"{API}/buttons/{button.id}").json()["press_url"] is None


@pytest.mark.parametrize("bad", ["7", "%00", "%ED%A0%80", "a%01b"])
def test_an_id_in_the_path_that_is_none_is_refused(editor: TestClient, bad: str) -> None:
    assert editor.delete(f"{API}/keys/{bad}").status_code == 404
    assert refused_fields(editor.get(f"{API}/buttons/{bad}/keys")) == ["path.button_id"]


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.EDITOR, 200), (Role.VIEWER, 403), (None, 404)])
def test_editors_and_owners_see_which_keys_call_an_old_address(
    make: Factory, station: Station, button: Button, as_user: AsUser, role: Role | None, status: int
) -> None:
    user = make.user()
    if role is not None:
        make.member(station=station, user=user, role=role)
    key = make.press_key(button=button)
    key.created_at = LONG_AGO
    make.session.add(PublicUrl(since=LONG_AGO - MINUTE, url="http://old.test"))
    make.session.add(PublicUrl(since=LONG_AGO + MINUTE, url="http://tracker.test"))
    make.session.flush()

    answer = as_user(user).get(f"{API}/keys/old-addresses", params={"station_id": str(station.id)})

    assert answer.status_code == status
    if status == 200:
        (found,) = answer.json()["data"]
        assert (answer.json()["count"], answer.json()["public_url"]) == (1, "http://tracker.test")
        assert (found["old_url"], found["state"]) == ("http://old.test", "never_heard")
        assert found["press_url"] == f"http://tracker.test/p/{key.key}"


@pytest.fixture
def old_key(make: Factory, button: Button) -> PressKey:
    """Of the address that the button had in another installation, newer than any other key."""
    key = PressKey(
        key=imported_address_key(button.id),
        station_id=button.station_id,
        button_id=button.id,
        created_at=LONG_AGO + MINUTE,
    )
    make.session.add(key)
    make.session.flush()
    return key


def test_an_imported_address_is_listed_as_what_it_is_and_never_shown_as_the_button_s(
    make: Factory, button: Button, editor: TestClient, old_key: PressKey
) -> None:
    assert editor.get(f"{API}/buttons/{button.id}").json()["press_url"] is None
    plain = make.press_key(button=button)

    listed = editor.get(keys_url(button)).json()["data"]

    assert [(each["press_url"], each["is_imported_address"]) for each in listed] == [
        (f"http://tracker.test/api/v1/buttons/{button.id}/increment", True),
        (f"http://tracker.test/p/{plain.key}", False),
    ]
    assert editor.get(f"{API}/buttons/{button.id}").json()["press_url"] == f"http://tracker.test/p/{plain.key}"


def test_an_imported_address_is_rotated_away_by_its_own_name_only(
    make: Factory, button: Button, editor: TestClient, old_key: PressKey
) -> None:
    assert editor.post(rotate_url(button)).status_code == 200
    make.session.refresh(old_key)
    assert old_key.revoked_at is None

    rotated = editor.post(rotate_url(button), json={"key_id": str(old_key.id)}).json()

    make.session.refresh(old_key)
    assert old_key.revoked_at is not None
    assert rotated["is_imported_address"] is False
    assert rotated["press_url"].startswith("http://tracker.test/p/")
