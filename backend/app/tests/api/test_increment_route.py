"""`GET /api/v1/buttons/{button_id}/increment`: the address that the buttons of an imported installation had before."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from app.features.buttons.rules import imported_address_key
from app.main import Tracker
from app.models import Button, Press, PressKey
from app.tests.api.live import CLIENT, Answer, ask
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase


@pytest.fixture
def button(kept: KeptDatabase) -> Button:
    """A button that counts every press, in a station of its own, without any key."""
    with kept.make() as make:
        return make.button(station=make.station(dedup_window_ms=0), title="Hug")


@pytest.fixture
def old_key(kept: KeptDatabase, button: Button) -> PressKey:
    """What the import writes for it."""
    with kept.make() as make:
        key = PressKey(
            key=imported_address_key(button.id), station_id=button.station_id, button_id=button.id, created_at=LONG_AGO
        )
        make.session.add(key)
        return key


def address(button: Button, tail: str = "") -> str:
    return f"/api/v1/buttons/{button.id}/increment{tail}"


def make_up(button: Button) -> Button:
    """A button that is nowhere."""
    return button.model_copy(update={"id": uuid4()})


def stored(kept: KeptDatabase, button: Button) -> list[Press]:
    return kept.presses(button.station_id)


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


@pytest.mark.parametrize("tail", ["", "/", "?at=studio"])
async def test_the_imported_address_records_a_press_as_the_press_url_does(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey, tail: str
) -> None:
    answer = await ask(app, "GET", address(button, tail))

    (row,) = stored(kept, button)
    assert (answer.status, answer.json["status"]) == (200, "counted")
    assert answer.json["press_id"] == str(row.id)
    assert answer.json["button"] == {"title": "Hug", "usage_count": 1}
    assert answer.headers["cache-control"] == "no-store"
    assert (row.channel, row.press_key_id, str(row.origin)) == ("get", old_key.id, CLIENT)
    assert kept.differences(button.station_id) == []


@pytest.mark.parametrize("spelling", [str.upper, lambda text: text.replace("-", "")])
async def test_the_id_may_be_spelt_as_the_original_read_it(
    app: Tracker, button: Button, old_key: PressKey, spelling: Callable[[str], str]
) -> None:
    answer = await ask(app, "GET", f"/api/v1/buttons/{spelling(str(button.id))}/increment")

    assert (answer.status, answer.json["status"]) == (200, "counted")


async def test_a_button_that_was_not_imported_has_no_such_address(
    kept: KeptDatabase, app: Tracker, button: Button
) -> None:
    assert refused(await ask(app, "GET", address(button))) == (404, "press_key_not_found")
    assert stored(kept, button) == []


async def test_a_revoked_address_is_as_if_it_had_never_been(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey
) -> None:
    await ask(app, "GET", address(button))
    kept.change(old_key, revoked_at=LONG_AGO)

    revoked, unknown = [await ask(app, "GET", path) for path in (address(button), address(make_up(button)))]

    assert refused(revoked) == refused(unknown) == (404, "press_key_not_found")
    assert revoked.body == unknown.body
    assert len(stored(kept, button)) == 1


async def test_the_key_of_an_imported_address_opens_no_other_path(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey
) -> None:
    batch = {"presses": [{"id": str(uuid4()), "press_key": old_key.key}]}

    tried = [await ask(app, "GET", f"/p/{key}") for key in (old_key.key, button.id, old_key.key.replace("/", "%2F"))]
    (in_batch,) = (await ask(app, "POST", "/api/v1/presses/batch", body=batch)).json["data"]

    assert {refused(answer) for answer in tried} == {(404, "press_key_not_found")}
    assert in_batch["status_code"] == 404
    assert stored(kept, button) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_only_a_get_is_a_press(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey, method: str
) -> None:
    answer = await ask(app, method, address(button))

    assert refused(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert stored(kept, button) == []


async def test_looking_is_no_press(kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey) -> None:
    looked = [await ask(app, method, address(button)) for method in ("HEAD", "OPTIONS")]

    assert [(answer.status, answer.body) for answer in looked] == [(200, b""), (204, b"")]
    assert stored(kept, button) == []


async def test_a_link_preview_is_kept_and_not_counted(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey
) -> None:
    answer = await ask(app, "GET", address(button), headers=[("user-agent", "Slackbot-LinkExpanding 1.0")])

    (row,) = stored(kept, button)
    assert (answer.status, answer.json["status"], row.status) == (200, "ignored", "ignored")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/buttons//increment",
        "/api/v1/buttons/7/increment",
        "/api/v1/buttons/{id}/x/increment",
        "/api/v1/buttons/{id}%0A/increment",
        "/api/v1/buttons/urn:uuid:{id}/increment",
        "/api/v2/buttons/{id}/increment",
        "//api/v1/buttons/{id}/increment",
        "/api/v1/buttons/{id}/increment/more",
        "/api/v1/buttons/{id}/INCREMENT",
        "/api/v1/buttons/" + "a" * 60_000 + "/increment",
        "/increment",
    ],
)
async def test_any_other_path_is_not_found(
    kept: KeptDatabase, app: Tracker, button: Button, old_key: PressKey, path: str
) -> None:
    answer = await ask(app, "GET", path.format(id=button.id))

    assert answer.status == 404
    assert "location" not in answer.headers
    assert stored(kept, button) == []
