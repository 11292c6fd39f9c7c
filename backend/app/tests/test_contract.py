"""docs/openapi-public.json is what clients may rely on: nothing in it is taken away by accident."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.main import Tracker
from app.tests.contract import breaks, contract_of

CONTRACT = Path(__file__).parents[3] / "docs" / "openapi-public.json"
RENEW = "Run: cd backend && .venv/bin/python scripts/write_contract.py"

type Json = dict[str, Any]


@pytest.fixture(scope="module")
def written() -> Json:
    contract: Json = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return contract


def test_nothing_is_removed_from_the_public_contract_or_narrowed(written: Json, application: Tracker) -> None:
    broken = breaks(written, contract_of(application.openapi()))

    assert broken == [], "\n".join(["Clients rely on what docs/openapi-public.json says, and now:", *broken])


def test_the_public_contract_shows_what_was_added(written: Json, application: Tracker) -> None:
    now = contract_of(application.openapi())

    assert json.loads(json.dumps(now)) == written, f"docs/openapi-public.json does not show all that there is. {RENEW}"


def test_the_public_contract_holds_no_words_for_people(written: Json) -> None:
    operation = written["paths"]["/api/v1/buttons/"]["post"]

    assert operation.keys().isdisjoint({"summary", "description", "tags"})
    assert "description" in written["components"]["schemas"]["ButtonCreate"]["properties"]
    codes = operation["responses"]["404"]["content"]["application/problem+json"]["x-codes"]
    assert codes == ["station_not_found"]


BUTTONS = "/api/v1/buttons/"


def new_button(contract: Json) -> Json:
    shape: Json = contract["components"]["schemas"]["ButtonCreate"]
    return shape


def button(contract: Json) -> Json:
    shape: Json = contract["components"]["schemas"]["ButtonPublic"]
    return shape


def listing(contract: Json, name: str) -> Json:
    found: Json = next(each for each in contract["paths"][BUTTONS]["get"]["parameters"] if each["name"] == name)
    return found


def take_type(schema: Json, kind: str) -> None:
    schema["properties"]["title"] = {"type": kind}


def drop_null(schema: Json, field: str) -> None:
    schema["properties"][field] = schema["properties"][field]["anyOf"][0]


def add_null(schema: Json, field: str) -> None:
    schema["properties"][field] = {"anyOf": [schema["properties"][field], {"type": "null"}]}


def drop_parameter(contract: Json) -> None:
    contract["paths"][BUTTONS]["get"]["parameters"].remove(listing(contract, "q"))


def add_required_parameter(contract: Json) -> None:
    wanted = {"name": "shelf", "in": "query", "required": True, "schema": {"type": "string"}}
    contract["paths"][BUTTONS]["get"]["parameters"].append(wanted)


def events(contract: Json) -> Json:
    streamed = contract["paths"]["/api/v1/stream"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    found: Json = streamed["schema"]["x-events"]
    return found


def answers(contract: Json, method: str) -> Json:
    found: Json = contract["paths"][BUTTONS][method]["responses"]
    return found


NARROWINGS: dict[str, tuple[Callable[[Json], object], str]] = {
    "path": (lambda c: c["paths"].pop(BUTTONS), "POST /api/v1/buttons/ is gone"),
    "method": (lambda c: c["paths"][BUTTONS].pop("post"), "POST /api/v1/buttons/ is gone"),
    "name for clients": (
        lambda c: c["paths"][BUTTONS]["post"].update(operationId="buttons-make"),
        "is called buttons-make",
    ),
    "parameter": (drop_parameter, "does not take query.q any more"),
    "required parameter": (add_required_parameter, "requires query.shelf now"),
    "parameter that became required": (
        lambda c: listing(c, "q").update(required=True),
        "requires query.q now",
    ),
    "value of a parameter": (
        lambda c: c["components"]["schemas"]["ButtonSort"]["enum"].remove("-title"),
        "query.sort does not take '-title' any more",
    ),
    "field of a request": (lambda c: new_button(c)["properties"].pop("color"), "body does not take color any more"),
    "required field": (lambda c: new_button(c)["required"].append("color"), "body requires color now"),
    "type of a request": (lambda c: take_type(new_button(c), "integer"), "body.title does not take string"),
    "null of a request": (lambda c: drop_null(new_button(c), "color"), "body.color does not take null"),
    "items that were there twice": (
        lambda c: new_button(c)["properties"]["tags"].update(uniqueItems=True),
        "body.tags does not take items that are there twice",
    ),
    "length": (lambda c: new_button(c)["properties"]["title"].update(maxLength=10), "above maxLength 10"),
    "least length": (lambda c: new_button(c)["properties"]["title"].update(minLength=9), "below minLength 9"),
    "pattern": (lambda c: new_button(c)["properties"]["title"].update(pattern="^x$"), "what has not the pattern ^x$"),
    "items": (lambda c: new_button(c)["properties"]["tags"].update(maxItems=1), "above maxItems 1"),
    "item": (lambda c: new_button(c)["properties"]["tags"]["items"].update(maxLength=1), "body.tags[] does not take"),
    "unknown fields": (
        lambda c: (
            c["components"]["schemas"]["LoginForm"].update(additionalProperties=False)
            or c["components"]["schemas"]["LoginForm"]["properties"].pop("grant_type")
        ),
        "body does not take grant_type any more",
    ),
    "body that became required": (
        lambda c: c["paths"]["/p/{press_key}"]["post"]["requestBody"].update(required=True),
        "requires a body now",
    ),
    "media type of a request": (
        lambda c: c["paths"][BUTTONS]["post"]["requestBody"]["content"].pop("application/json"),
        "does not take a body of application/json any more",
    ),
    "answer": (lambda c: answers(c, "post").pop("201"), "201 is not answered any more"),
    "media type of an answer": (
        lambda c: answers(c, "post")["201"]["content"].pop("application/json"),
        "is not answered as application/json any more",
    ),
    "field of an answer": (
        lambda c: (button(c)["properties"].pop("color"), button(c)["required"].remove("color")),
        "answer has no color any more",
    ),
    "field that is not always there": (
        lambda c: button(c)["required"].remove("color"),
        "answer has no color any more, or not always",
    ),
    "type of an answer": (lambda c: take_type(button(c), "integer"), "answer.title may be integer"),
    "any type of an answer": (lambda c: button(c)["properties"].update(title={}), "answer.title may be anything"),
    "null of an answer": (lambda c: add_null(button(c), "title"), "answer.title may be null"),
    "value of an answer": (
        lambda c: c["components"]["schemas"]["PressStatus"]["enum"].append("lost"),
        "status may be 'lost' now",
    ),
    "format of an answer": (
        lambda c: button(c)["properties"]["created_at"].pop("format"),
        "answer.created_at may be what has not the format date-time now",
    ),
    "code of an error": (
        lambda c: answers(c, "post")["404"]["content"]["application/problem+json"]["x-codes"].clear(),
        "404 has no code station_not_found any more",
    ),
    "status of an error": (lambda c: answers(c, "post").pop("404"), "404 is not answered any more"),
    "header": (lambda c: answers(c, "post")["503"]["headers"].clear(), "503 comes without Retry-After now"),
    "login": (
        lambda c: c["paths"]["/p/{press_key}"]["get"].update(security=[{"AccessToken": []}]),
        "GET /p/{press_key} needs a login now",
    ),
    "name of a cookie": (
        lambda c: c["components"]["securitySchemes"]["SessionCookie"].update(name="session"),
        "SessionCookie is not the login that it was",
    ),
    "way to log in": (
        lambda c: c["paths"][BUTTONS]["get"]["security"].remove({"SessionCookie": []}),
        "does not take SessionCookie as a login any more",
    ),
    "scope of an API token": (
        lambda c: c["paths"][BUTTONS]["get"]["security"][-1].update(ApiToken=["buttons:write"]),
        "does not take ApiToken as a login any more",
    ),
    "login beside a key": (
        lambda c: c["paths"]["/api/v1/presses/batch"]["post"]["security"].remove({}),
        "POST /api/v1/presses/batch needs a login now",
    ),
    "event": (lambda c: events(c).pop("deck"), "sends no event deck any more"),
    "shape of an event": (
        lambda c: c["components"]["schemas"]["StreamPosition"]["required"].remove("last_seq"),
        "event ready has no last_seq any more, or not always",
    ),
    "other shape of an event": (
        lambda c: events(c).update(press=events(c)["reset"]),
        "event press has no pressed_at any more",
    ),
}


@pytest.mark.parametrize("kind", NARROWINGS)
def test_each_kind_of_narrowing_is_told(written: Json, kind: str) -> None:
    narrow, sentence = NARROWINGS[kind]
    new = copy.deepcopy(written)
    narrow(new)

    assert sentence in "\n".join(breaks(written, new))


ADDITIONS: dict[str, Callable[[Json], object]] = {
    "path": lambda c: c["paths"].update({"/api/v1/shelves/": c["paths"][BUTTONS]}),
    "field of an answer": lambda c: button(c)["properties"].update(shelf={"type": "string"}),
    "optional field": lambda c: new_button(c)["properties"].update(shelf={"type": "string"}),
    "longer text": lambda c: new_button(c)["properties"]["title"].update(maxLength=999),
    "value of a request": lambda c: c["components"]["schemas"]["ButtonSort"]["enum"].append("color"),
    "null in a request": lambda c: add_null(new_button(c), "title"),
    "never null in an answer": lambda c: drop_null(button(c), "color"),
    "code": lambda c: answers(c, "post")["404"]["content"]["application/problem+json"]["x-codes"].append("shelf"),
    "way to log in": lambda c: c["paths"][BUTTONS]["get"]["security"].append({"Passkey": []}),
    "field that need not be sent": lambda c: new_button(c)["required"].remove("type"),
}


@pytest.mark.parametrize("kind", ADDITIONS)
def test_what_is_added_breaks_nothing(written: Json, kind: str) -> None:
    new = copy.deepcopy(written)
    ADDITIONS[kind](new)

    assert new != written
    assert breaks(written, new) == []


def test_nothing_breaks_where_nothing_changed(written: Json) -> None:
    assert breaks(written, copy.deepcopy(written)) == []
