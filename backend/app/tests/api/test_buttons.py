"""/buttons: who may do what, what is refused, and how lists are searched, sorted and paged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.models import Button, ButtonTally, Role, Station, User
from app.tests.api.conftest import raw_json
from app.tests.factories import LONG_AGO, Factory

BUTTONS = "/api/v1/buttons/"
MINUTE = timedelta(minutes=1)
PSA = {"title": "Buckle up", "type": "psa"}
# Text that PostgreSQL cannot hold, or that would break a log.
NUL, CONTROL, SURROGATE = "a\x00b", "a\x01b", "a\ud800b"

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


def member_of(make: Factory, station: Station, role: Role) -> User:
    user = make.user()
    make.member(station=station, user=user, role=role)
    return user


@pytest.fixture
def editor(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    return as_user(member_of(make, station, Role.EDITOR))


def url(button: Button | str, more: str = "") -> str:
    return f"{BUTTONS}{button.id if isinstance(button, Button) else button}{more}"


def titles(client: TestClient, **params: Any) -> list[str]:
    answer = client.get(BUTTONS, params=params)
    assert answer.status_code == 200, answer.text
    return [button["title"] for button in answer.json()["data"]]


def refused_fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


# --- Who may do what ------------------------------------------------------------------------------------------------

READS = [("GET", ""), ("GET", "{id}"), ("GET", "{id}/versions"), ("GET", "{id}/retirements"), ("GET", "retirements/")]
WRITES = [
    ("POST", "", PSA, 201),
    ("PUT", "{id}", {"title": "New"}, 200),
    ("PATCH", "{id}", {"title": "New"}, 200),
    ("POST", "{id}/duplicate", None, 201),
    ("PUT", "{id}/retire", {"retire": True}, 200),
    ("DELETE", "{id}", None, 204),
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), READS)
def test_every_member_reads(
    make: Factory, station: Station, as_user: AsUser, role: Role, method: str, path: str
) -> None:
    button = make.button(station=station)
    client = as_user(member_of(make, station, role))
    assert client.request(method, BUTTONS + path.format(id=button.id)).status_code == 200


@pytest.mark.parametrize(("role", "may"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
def test_editors_and_owners_write(
    make: Factory,
    station: Station,
    as_user: AsUser,
    role: Role,
    may: bool,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    status: int,
) -> None:
    button = make.button(station=station)
    client = as_user(member_of(make, station, role))
    answer = client.request(method, BUTTONS + path.format(id=button.id), json=body)
    assert answer.status_code == (status if may else 403), answer.text


@pytest.mark.parametrize(("method", "path", "body"), [(*read, None) for read in READS] + [w[:3] for w in WRITES])
def test_nobody_comes_in_without_a_login(
    client: TestClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = client.request(method, BUTTONS + path.format(id=uuid4()), json=body)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [(method, path, body) for method, path, body, _ in WRITES if path]
    + [("GET", path, None) for _, path in READS if "{id}" in path],
)
def test_another_station_s_button_is_not_found(
    make: Factory, editor: TestClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    foreign = make.button(station=make.station())
    answer = editor.request(method, BUTTONS + path.format(id=foreign.id), json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "button_not_found")


def test_another_station_is_not_found(make: Factory, editor: TestClient) -> None:
    answer = editor.get(BUTTONS, params={"station_id": str(make.station().id)})
    assert answer.status_code == 404


def test_a_member_of_two_stations_says_which_one(make: Factory, as_user: AsUser) -> None:
    here, there, user = make.station(), make.station(), make.user()
    for station in (here, there):
        make.member(station=station, user=user)
    make.button(station=here, title="Here")
    client = as_user(user)
    assert refused_fields(client.get(BUTTONS)) == ["query.station_id"]
    assert titles(client, station_id=str(here.id)) == ["Here"]
    assert titles(client, station_id=str(there.id)) == []


@pytest.mark.parametrize(("role", "may_see"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
def test_viewers_see_no_press_url(make: Factory, station: Station, as_user: AsUser, role: Role, may_see: bool) -> None:
    button = make.button(station=station)
    key = make.press_key(button=button)
    client = as_user(member_of(make, station, role))
    expected = f"http://tracker.test/p/{key.key}" if may_see else None
    assert client.get(url(button)).json()["press_url"] == expected
    assert client.get(BUTTONS).json()["data"][0]["press_url"] == expected


# --- Make and change ------------------------------------------------------------------------------------------------


def test_new_button_is_answered_in_full(station: Station, editor: TestClient) -> None:
    said = {
        "title": "Buckle up",
        "type": "psa",
        "description": "Seat belts.\nEvery trip.",
        "duration": 29.5,
        "source": "NHTSA",
        "tags": ["safety", "spring"],
        "starts_on": "2026-03-01",
        "ends_on": "2026-05-31",
    }
    answer = editor.post(BUTTONS, json=said | {"color": "#FF8800", "dedup_window_ms": 0})
    button = answer.json()
    assert answer.status_code == 201
    assert said.items() <= button.items()
    assert (button["color"], button["dedup_window_ms"], button["dedup_window_is_default"]) == ("#ff8800", 0, False)
    assert (button["station_id"], button["version"], button["usage_count"]) == (str(station.id), 1, 0)
    assert button["last_pressed_at"] is button["retired_at"] is None
    assert button["press_url"].startswith("http://tracker.test/p/")
    assert editor.get(url(button["id"])).json() == button


def test_text_is_trimmed_and_blank_text_is_none(editor: TestClient) -> None:
    answer = editor.post(
        BUTTONS,
        json={"title": "  Buckle \n up ", "type": " psa ", "source": "  ", "description": "\n", "tags": [" a "]},
    ).json()
    assert (answer["title"], answer["type"], answer["tags"]) == ("Buckle up", "psa", ["a"])
    assert answer["source"] is answer["description"] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_rename_is_a_new_version_and_the_old_one_can_be_read(
    make: Factory, station: Station, editor: TestClient, method: str
) -> None:
    button = make.button(station=station, title="Old")
    renamed = editor.request(method, url(button), json={"title": "New"}).json()
    history = editor.get(url(button, "/versions")).json()
    assert (renamed["title"], renamed["version"]) == ("New", 2)
    assert [(version["number"], version["title"]) for version in history["data"]] == [(2, "New"), (1, "Old")]
    assert history["count"] == 2
    assert renamed["updated_at"] == history["data"][0]["created_at"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("body", [{"content": b""}, {"json": {}}, {"json": {"title": "Buckle up"}}])
def test_an_edit_without_news_changes_nothing(
    make: Factory, station: Station, editor: TestClient, method: str, body: dict[str, Any]
) -> None:
    button = make.button(station=station)
    before = editor.get(url(button)).json()
    answer = editor.request(method, url(button), **body)
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.parametrize("field", ["title", "type", "tags"])
def test_null_is_refused_where_a_value_is_needed(
    make: Factory, station: Station, editor: TestClient, field: str
) -> None:
    button = make.button(station=station)
    assert refused_fields(editor.patch(url(button), json={field: None})) == [f"body.{field}"]


BAD_VALUES: list[tuple[str, Any]] = [
    *[(field, bad) for field in ("title", "type", "description", "source") for bad in (NUL, CONTROL, SURROGATE)],
    *[(field, bad) for field in ("title", "type", "description", "source") for bad in (7, True, ["a"], {"a": 1})],
    ("title", ""),
    ("title", " \n"),
    ("title", "a" * 201),
    ("type", ""),
    ("type", "a" * 41),
    ("description", "a" * 4001),
    ("source", "a" * 501),
    *[("duration", bad) for bad in (-0.001, 86_400.001, 10**30, 10**400, "30", True, [30])],
    *[("tags", bad) for bad in ("a", [7], {"a": 1}, [None])],
    ("tags", [f"tag {number}" for number in range(21)]),
    *[("tags", ["fine", bad]) for bad in ("", " ", "a" * 41, NUL, CONTROL, SURROGATE)],
    *[("color", bad) for bad in ("", "red", "#fff", "#gg0000", "#ff0000\n", "ff0000", "#ff00000", 0, NUL, SURROGATE)],
    *[
        (field, bad)
        for field in ("starts_on", "ends_on")
        for bad in (
            "",
            "today",
            "2026-02-30",
            "0000-01-01",
            "10000-01-01",
            "20260301",
            "2026-W09-1",
            "2026-03-01T00:00:00",
            "2026-03-01T00:00:00Z",
            "\uff12026-03-01",
            " 2026-03-01",
            "1772323200",
            1_772_323_200,
            0,
            1.5,
            True,
            ["2026-03-01"],
            NUL,
            SURROGATE,
        )
    ],
    *[("dedup_window_ms", bad) for bad in (-1, 3_600_001, 10**30, "2000", 2000.5, True, [1])],
]


@pytest.mark.parametrize(("field", "bad"), BAD_VALUES, ids=lambda value: ascii(value)[:40])
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_field(
    make: Factory, station: Station, editor: TestClient, field: str, bad: Any
) -> None:
    button = make.button(station=station)
    answers = (
        editor.post(BUTTONS, **raw_json(PSA | {field: bad})),
        editor.patch(url(button), **raw_json({field: bad})),
    )
    for answer in answers:
        (refused,) = set(refused_fields(answer))
        assert refused in (f"body.{field}", "body.tags.0", "body.tags.1")
        assert refused.startswith(f"body.{field}")


@pytest.mark.parametrize(
    "body", ['{"title": "A", "type": "psa", "duration": NaN}', '{"duration": Infinity}', '{"duration": 1e999}']
)
def test_a_duration_is_a_finite_number(make: Factory, station: Station, editor: TestClient, body: str) -> None:
    button = make.button(station=station)
    answer = editor.patch(url(button), content=body, headers={"Content-Type": "application/json"})
    assert refused_fields(answer) == ["body.duration"]


@pytest.mark.parametrize("body", [{"titel": "New"}, {"id": str(uuid4())}, {"usage_count": 7}, {"a\ud800": 1}])
def test_an_unknown_field_is_refused(make: Factory, station: Station, editor: TestClient, body: dict[str, Any]) -> None:
    button = make.button(station=station)
    refused_fields(editor.patch(url(button), **raw_json(body)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "a" * 200),
        ("title", "🎚️" * 100),
        ("type", "a" * 40),
        ("description", "a" * 4000),
        ("source", "a" * 500),
        ("duration", 0),
        ("duration", 86_400),
        ("tags", [f"tag {number}" for number in range(20)]),
        ("starts_on", "0001-01-01"),
        ("ends_on", "9999-12-31"),
        ("dedup_window_ms", 3_600_000),
    ],
)
def test_a_value_at_its_limit_is_taken(editor: TestClient, field: str, value: Any) -> None:
    answer = editor.post(BUTTONS, json=PSA | {field: value})
    assert (answer.status_code, answer.json()[field]) == (201, value)


def test_tags_that_differ_in_case_only_are_one(editor: TestClient) -> None:
    doubled = [tag for number in range(20) for tag in (f"Tag {number}", f"tag {number}")]
    assert editor.post(BUTTONS, json=PSA | {"tags": doubled}).json()["tags"] == doubled[::2]


def test_a_life_that_ends_before_it_starts_is_refused(make: Factory, station: Station, editor: TestClient) -> None:
    backwards = {"starts_on": "2026-03-02", "ends_on": "2026-03-01"}
    assert refused_fields(editor.post(BUTTONS, json=PSA | backwards)) == ["body.ends_on"]
    button = make.button(station=station)
    assert editor.patch(url(button), json={"starts_on": "2026-03-02"}).status_code == 200
    assert refused_fields(editor.patch(url(button), json={"ends_on": "2026-03-01"})) == ["body.ends_on"]


@pytest.mark.parametrize("body", [{"content": b""}, {"json": {}}, {"json": {"title": None}}])
def test_duplicate_is_marked_as_a_copy(
    make: Factory, station: Station, editor: TestClient, body: dict[str, Any]
) -> None:
    button = make.button(station=station)
    copy = editor.post(url(button, "/duplicate"), **body)
    assert (copy.status_code, copy.json()["title"]) == (201, "Buckle up (copy)")


def test_duplicate_takes_a_title(make: Factory, station: Station, editor: TestClient) -> None:
    button = make.button(station=station)
    assert editor.post(url(button, "/duplicate"), json={"title": "Click it"}).json()["title"] == "Click it"
    assert refused_fields(editor.post(url(button, "/duplicate"), json={"title": NUL})) == ["body.title"]


def test_usage_is_read_from_the_tally(make: Factory, station: Station, editor: TestClient) -> None:
    button = make.button(station=station)
    use(make, button, 3, LONG_AGO + MINUTE)
    answer = editor.get(url(button)).json()
    assert (answer["usage_count"], answer["last_pressed_at"]) == (3, "2026-01-01T00:01:00Z")


# --- Retire and delete ----------------------------------------------------------------------------------------------


def test_retire_and_take_back(make: Factory, station: Station, editor: TestClient) -> None:
    button = make.button(station=station)
    retired = editor.put(url(button, "/retire"), json={"retire": True}).json()
    assert retired["retired_at"] is not None
    assert editor.put(url(button, "/retire"), json={"retire": True}).json() == retired
    assert editor.put(url(button, "/retire"), json={"retire": False}).json()["retired_at"] is None
    (span,) = editor.get(url(button, "/retirements")).json()["data"]
    assert (span["button_id"], span["title"]) == (str(button.id), "Buckle up")
    assert span["retired_at"] == retired["retired_at"] <= span["unretired_at"]


@pytest.mark.parametrize("bad", [None, 1, 0, "true", "yes", [], {}])
def test_to_retire_takes_a_plain_yes_or_no(make: Factory, station: Station, editor: TestClient, bad: Any) -> None:
    button = make.button(station=station)
    assert refused_fields(editor.put(url(button, "/retire"), json={"retire": bad})) == ["body.retire"]
    assert refused_fields(editor.put(url(button, "/retire"), json={})) == ["body.retire"]


@pytest.mark.parametrize("path", ["retirements/", "retirements"])
def test_a_station_s_retirements_carry_today_s_titles_and_leave_out_other_stations(
    make: Factory, station: Station, editor: TestClient, path: str
) -> None:
    for title in ("A", "B", "C"):
        button = make.button(station=station, title=title)
        editor.put(url(button, "/retire"), json={"retire": True})
        editor.patch(url(button), json={"title": f"{title} of today"})
    foreign = make.button(station=make.station())
    foreign.retired_at = LONG_AGO
    first = editor.get(BUTTONS + path, params={"limit": 2}).json()
    rest = editor.get(BUTTONS + path, params={"limit": 2, "skip": 2}).json()
    assert [span["title"] for span in first["data"] + rest["data"]] == ["C of today", "B of today", "A of today"]
    assert first["count"] == rest["count"] == 3


def test_a_button_without_history_can_be_deleted(make: Factory, station: Station, editor: TestClient) -> None:
    button = make.button(station=station)
    answer = editor.delete(url(button))
    assert (answer.status_code, answer.content) == (204, b"")
    assert editor.get(url(button)).status_code == 404
    assert editor.delete(url(button)).status_code == 404


def test_a_button_with_history_is_to_be_retired_instead(make: Factory, station: Station, editor: TestClient) -> None:
    button = make.button(station=station)
    make.press(button=button)
    answer = editor.delete(url(button))
    assert (answer.status_code, answer.json()["code"]) == (409, "button_has_history")
    assert "Retire it" in answer.json()["detail"]
    assert editor.get(url(button)).status_code == 200


# --- Lists ----------------------------------------------------------------------------------------------------------


def use(make: Factory, button: Button, press_count: int, last_pressed_at: Any) -> None:
    tally = make.session.get_one(ButtonTally, (button.station_id, button.id))
    tally.press_count, tally.last_pressed_at = press_count, last_pressed_at
    make.session.flush()


def test_list_holds_active_buttons_unless_asked_otherwise(make: Factory, station: Station, editor: TestClient) -> None:
    make.button(station=station, title="Active")
    make.button(station=station, title="Retired", retired_at=LONG_AGO)
    make.button(station=make.station(), title="Foreign")
    assert titles(editor) == titles(editor, state="active") == ["Active"]
    assert titles(editor, state="retired") == ["Retired"]
    assert titles(editor, state="all") == ["Active", "Retired"]


def test_search_finds_text_in_what_the_button_says_now_and_in_its_tags(
    make: Factory, station: Station, editor: TestClient
) -> None:
    make.button(station=station, title="1 HUGS")
    make.button(station=station, title="2", version={"description": "give a hug"})
    make.button(station=station, title="3", version={"source": "The Hug Council"})
    make.button(station=station, title="4", tags=["other", "hugging"])
    make.button(station=station, title="5", type="hug")
    renamed = make.button(station=station, title="Hug of old")
    editor.patch(url(renamed), json={"title": "6"})
    assert titles(editor, q=" hug ") == ["1 HUGS", "2", "3", "4"]


def test_search_does_not_reach_from_one_tag_to_the_next(make: Factory, station: Station, editor: TestClient) -> None:
    make.button(station=station, tags=["ab", "cd"])
    assert titles(editor, q="bc") == titles(editor, q="b c") == []


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("%", ["100% sure"]),
        ("_", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("/", ["for/ward"]),
        ("é", ["CAFÉ"]),
        ("'", ["it's"]),
        ("%%", []),
        ("s_re", []),
    ],
)
def test_search_takes_every_character_as_it_is(
    make: Factory, station: Station, editor: TestClient, q: str, expected: list[str]
) -> None:
    for title in ("100% sure", "snake_case", "back\\slash", "for/ward", "CAFÉ", "it's", "plain"):
        make.button(station=station, title=title)
    assert titles(editor, q=q) == expected


def test_type_and_tag_narrow_the_list_in_any_case(make: Factory, station: Station, editor: TestClient) -> None:
    make.button(station=station, title="A", type="psa", tags=["Spring", "fm"])
    make.button(station=station, title="B", type="PSA", tags=["springs"])
    make.button(station=station, title="C", type="promo", tags=["spring"])
    assert titles(editor, type="Psa") == ["A", "B"]
    assert titles(editor, tag="SPRING") == ["A", "C"]
    assert titles(editor, tag="%") == []
    assert titles(editor, type="psa", tag="spring", q="a") == ["A"]
    assert titles(editor, q="", type="", tag="") == ["A", "B", "C"]


def test_list_is_sorted_as_asked_and_buttons_without_the_value_come_last(
    make: Factory, station: Station, editor: TestClient
) -> None:
    for number, (title, kind) in enumerate([("b", "promo"), ("C", "psa"), ("a", "Music")]):
        button = make.button(
            station=station,
            title=title,
            type=kind,
            created_at=LONG_AGO + number * MINUTE,
            version={"duration": [20, None, 10][number]},
        )
        use(make, button, [5, 0, 7][number], [LONG_AGO + MINUTE, None, LONG_AGO][number])
    expected = {
        "title": "abC",
        "type": "abC",
        "created_at": "bCa",
        "usage_count": "Cba",
        "last_pressed_at": "abC",
        "duration": "abC",
    }
    backwards = {name: order[::-1] for name, order in expected.items()}
    backwards |= {"last_pressed_at": "baC", "duration": "baC"}
    for name, order in expected.items():
        assert "".join(titles(editor, sort=name)) == order, name
        assert "".join(titles(editor, sort=f"-{name}")) == backwards[name], f"-{name}"


@pytest.mark.parametrize("sort", ["title", "-usage_count", "last_pressed_at"])
def test_pages_of_equal_buttons_hold_each_of_them_once(
    make: Factory, station: Station, editor: TestClient, sort: str
) -> None:
    ids = {str(make.button(station=station).id) for _ in range(7)}
    pages = [editor.get(BUTTONS, params={"sort": sort, "skip": skip, "limit": 3}).json() for skip in (0, 3, 6, 9)]
    assert [len(page["data"]) for page in pages] == [3, 3, 1, 0]
    assert {button["id"] for page in pages for button in page["data"]} == ids
    assert {page["count"] for page in pages} == {7}


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("skip", -1),
        ("skip", 2**63),
        ("skip", 10**40),
        ("skip", "a"),
        ("limit", 0),
        ("limit", 201),
        ("limit", 2**63),
        ("limit", "NaN"),
        ("sort", "color"),
        ("sort", "--title"),
        ("sort", NUL),
        ("state", "gone"),
        ("q", NUL),
        ("q", CONTROL),
        ("q", "a" * 201),
        ("type", NUL),
        ("type", CONTROL),
        ("tag", NUL),
        ("tag", CONTROL),
        ("station_id", NUL),
        ("station_id", 7),
    ],
)
def test_a_query_that_does_not_fit_is_refused_by_name(editor: TestClient, name: str, bad: Any) -> None:
    assert refused_fields(editor.get(BUTTONS, params={name: bad})) == [f"query.{name}"]


def test_a_far_page_is_empty(editor: TestClient) -> None:
    answer = editor.get(BUTTONS, params={"skip": 1_000_000_000, "limit": 200})
    assert answer.json() == {"data": [], "count": 0}


@pytest.mark.parametrize("raw", ["q=%ED%A0%80", "q=%FF", "tag=%00%ED"])
def test_bytes_that_are_no_text_do_no_harm(editor: TestClient, raw: str) -> None:
    assert editor.get(f"{BUTTONS}?{raw}").status_code in (200, 422)


@pytest.mark.parametrize("bad", ["7", "%00", "%ED%A0%80", "a%01b", "9" * 40])
@pytest.mark.parametrize("more", ["", "/versions", "/retirements"])
def test_an_id_that_is_none_is_refused(editor: TestClient, bad: str, more: str) -> None:
    assert refused_fields(editor.get(BUTTONS + bad + more)) == ["path.button_id"]
