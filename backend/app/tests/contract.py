"""The public contract of the API, and what breaks it.

A request that was right must stay right, and an answer must stay what clients were told that it is. So whatever a request
could be must fit what is asked now; and whatever an answer can be now must fit what it was.
"""

from collections.abc import Iterator
from typing import Any, Literal

type Json = dict[str, Any]
type Direction = Literal["request", "answer"]

METHODS = ("get", "put", "post", "patch", "delete")
WORDS = {"description", "summary", "title", "example", "tags", "info"}
# Constraints of which more is narrower, and of which less is.
LOWER_BOUNDS = ("minLength", "minimum", "exclusiveMinimum", "minItems")
UPPER_BOUNDS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
EXACT = ("pattern", "format", "const")


def contract_of(document: Json) -> Json:
    """What a client relies on, without the words for people; of the examples of errors, their codes."""
    components = {name: part for name, part in document["components"].items() if name != "examples"}
    stripped: Json = _stripped({"paths": document["paths"], "components": components}, is_names=True)
    return stripped


def _stripped(part: Any, *, is_names: bool = False) -> Any:
    """`is_names`: the keys are names, of fields for instance, and may be words themselves."""
    if isinstance(part, list):
        return [_stripped(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if is_names or key not in WORDS}
    if not is_names and "examples" in kept:
        examples = kept.pop("examples")
        if isinstance(examples, dict):
            kept["x-codes"] = sorted(examples)
    named = ("properties", "paths", "schemas", "responses", "content", "x-events", "securitySchemes", "headers")
    return {key: _stripped(value, is_names=key in named) for key, value in kept.items()}


def breaks(old: Json, new: Json) -> list[str]:
    """A sentence for each thing that was removed or narrowed."""
    comparison = _Comparison(old, new)
    return [*comparison.schemes(), *comparison.paths()]


class _Comparison:
    def __init__(self, old: Json, new: Json) -> None:
        self._documents = {"old": old, "new": new}
        # Shapes that hold themselves are compared once.
        self._under_way: set[tuple[str, str]] = set()

    def schemes(self) -> Iterator[str]:
        """A cookie or a header of another name is another login."""
        old, new = (self._documents[side]["components"]["securitySchemes"] for side in ("old", "new"))
        yield from (f"{name} is not the login that it was." for name, scheme in old.items() if new.get(name) != scheme)

    def paths(self) -> Iterator[str]:
        old, new = self._documents["old"]["paths"], self._documents["new"]["paths"]
        for path, item in old.items():
            for method in METHODS:
                if method in item and method not in new.get(path, {}):
                    yield f"{method.upper()} {path} is gone."
                elif method in item:
                    name = f"{method.upper()} {path}"
                    yield from self._operation(name, _with_shared(item, method), _with_shared(new[path], method))

    def _operation(self, name: str, old: Json, new: Json) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{name} is called {new.get('operationId')} and no longer {old.get('operationId')}: clients call it so."
        yield from _logins(name, old.get("security", []), new.get("security", []))
        yield from self._parameters(name, _by_place(old), _by_place(new))
        yield from self._body(name, old.get("requestBody"), new.get("requestBody"))
        for status, response in old["responses"].items():
            yield from self._response(f"{name}, {status}", status, response, new["responses"].get(status))

    def _parameters(self, name: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[str]:
        for place, parameter in old.items():
            if place not in new:
                yield f"{name} does not take {place} any more."
            else:
                yield from self._misfits(f"{name}, {place}", parameter["schema"], new[place]["schema"], "request")
        for place, parameter in new.items():
            if parameter.get("required") and not old.get(place, {}).get("required"):
                yield f"{name} requires {place} now."

    def _body(self, name: str, old: Json | None, new: Json | None) -> Iterator[str]:
        if new is not None and new.get("required") and not (old or {}).get("required"):
            yield f"{name} requires a body now."
        for media_type, content in (old or {}).get("content", {}).items():
            if media_type not in (new or {}).get("content", {}):
                yield f"{name} does not take a body of {media_type} any more."
            elif new is not None:
                wanted = new["content"][media_type]["schema"]
                yield from self._misfits(f"{name}, body", content["schema"], wanted, "request")

    def _response(self, name: str, status: str, old: Json, new: Json | None) -> Iterator[str]:
        if new is None:
            yield f"{name} is not answered any more."
            return
        for header in old.get("headers", {}).keys() - new.get("headers", {}).keys():
            yield f"{name} comes without {header} now."
        for media_type, content in old.get("content", {}).items():
            answered = new.get("content", {}).get(media_type)
            if answered is None:
                yield f"{name} is not answered as {media_type} any more."
                continue
            yield from self._misfits(f"{name}, answer", answered["schema"], content["schema"], "answer")
            for code in sorted(set(content.get("x-codes", [])) - set(answered.get("x-codes", []))):
                yield f"{name} has no code {code} any more."
            yield from self._events(name, content["schema"].get("x-events", {}), answered["schema"].get("x-events", {}))

    def _events(self, name: str, old: Json, new: Json) -> Iterator[str]:
        for event, shape in old.items():
            if event not in new:
                yield f"{name} sends no event {event} any more."
            else:
                yield from self._misfits(f"{name}, event {event}", new[event], shape, "answer")

    def _misfits(self, place: str, inner: Json, outer: Json, direction: Direction) -> Iterator[str]:
        """What of `inner` does not fit `outer`: of a request the old is the inner one, of an answer the new."""
        sides = ("old", "new") if direction == "request" else ("new", "old")
        pair = (inner.get("$ref", ""), outer.get("$ref", ""))
        if all(pair):
            if pair in self._under_way:
                return
            self._under_way.add(pair)
        inner, outer = self._resolve(inner, sides[0]), self._resolve(outer, sides[1])
        found = list(self._misfits_of_variants(place, inner, outer, direction))
        self._under_way.discard(pair)
        yield from found

    def _misfits_of_variants(self, place: str, inner: Json, outer: Json, direction: Direction) -> Iterator[str]:
        inners, outers = _variants(inner), _variants(outer)
        if len(inners) == len(outers) == 1:
            yield from self._misfits_of_one(place, inners[0], outers[0], direction)
            return
        for variant in inners:
            tries = [list(self._misfits(place, variant, each, direction)) for each in outers]
            if all(tries):
                # That which comes nearest says best what is wrong.
                yield from min(tries, key=len)

    def _misfits_of_one(self, place: str, inner: Json, outer: Json, direction: Direction) -> Iterator[str]:
        def misfit(what: str) -> str:
            return (
                f"{place} does not take {what} any more." if direction == "request" else f"{place} may be {what} now."
            )

        inner_types, outer_types = _types(inner), _types(outer)
        # What has no type may be anything.
        beyond = inner_types - outer_types if inner_types else {"anything"}
        if outer_types and beyond:
            yield misfit(f"{' or '.join(sorted(beyond))}, only {' or '.join(sorted(outer_types))},")
            return
        if "enum" in outer:
            values = inner.get("enum", ["anything else"])
            yield from (misfit(repr(value)) for value in values if value not in outer["enum"])
        yield from (misfit(what) for what in _beyond_bounds(inner, outer))
        if "items" in outer:
            yield from self._misfits(f"{place}[]", inner.get("items", {}), outer["items"], direction)
        yield from self._misfits_of_objects(place, inner, outer, direction)

    def _misfits_of_objects(self, place: str, inner: Json, outer: Json, direction: Direction) -> Iterator[str]:
        for field in sorted(set(outer.get("required", [])) - set(inner.get("required", []))):
            is_request = direction == "request"
            yield f"{place} requires {field} now." if is_request else f"{place} has no {field} any more, or not always."
        inner_fields, outer_fields = inner.get("properties", {}), outer.get("properties", {})
        if outer.get("additionalProperties") is False:
            for field in sorted(inner_fields.keys() - outer_fields.keys()):
                yield f"{place} does not take {field} any more."
        for field in inner_fields.keys() & outer_fields.keys():
            yield from self._misfits(f"{place}.{field}", inner_fields[field], outer_fields[field], direction)

    def _resolve(self, schema: Json, side: str) -> Json:
        while "$ref" in schema:
            part: Any = self._documents[side]
            for name in schema["$ref"].removeprefix("#/").split("/"):
                part = part[name]
            schema = part
        if "allOf" in schema:
            return self._merged(schema, side)
        return schema

    def _merged(self, schema: Json, side: str) -> Json:
        parts = [self._resolve(part, side) for part in schema["allOf"]]
        properties = {name: field for part in parts for name, field in part.get("properties", {}).items()}
        required = [name for part in parts for name in part.get("required", [])]
        return {"type": "object", "properties": properties, "required": required}


def _with_shared(item: Json, method: str) -> Json:
    """An operation, with the parameters that all of its path share."""
    shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
    return {**item[method], "parameters": shared}


def _by_place(operation: Json) -> dict[str, Json]:
    return {f"{each['in']}.{each['name']}": each for each in operation["parameters"]}


def _logins(name: str, old: list[Json], new: list[Json]) -> Iterator[str]:
    if new and {} not in new and (not old or {} in old):
        yield f"{name} needs a login now."
    for way in filter(None, old):
        if new and not any(_asks_no_more(each, than=way) for each in new):
            yield f"{name} does not take {' with '.join(way)} as a login any more."


def _asks_no_more(way: Json, *, than: Json) -> bool:
    """No further scheme, and no further scope of one."""
    return all(scheme in than and set(scopes) <= set(than[scheme]) for scheme, scopes in way.items())


def _variants(schema: Json) -> list[Json]:
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def _types(schema: Json) -> set[str]:
    found = schema.get("type", [])
    types = {found} if isinstance(found, str) else set(found)
    return types | ({"integer"} if "number" in types else set())


def _beyond_bounds(inner: Json, outer: Json) -> Iterator[str]:
    for bound in LOWER_BOUNDS:
        if bound in outer and inner.get(bound, float("-inf")) < outer[bound]:
            yield f"what is below {bound} {outer[bound]}"
    for bound in UPPER_BOUNDS:
        if bound in outer and inner.get(bound, float("inf")) > outer[bound]:
            yield f"what is above {bound} {outer[bound]}"
    for constraint in EXACT:
        if constraint in outer and inner.get(constraint) != outer[constraint]:
            yield f"what has not the {constraint} {outer[constraint]}"
    if outer.get("uniqueItems") and not inner.get("uniqueItems"):
        yield "items that are there twice"
    if outer.get("additionalProperties") is False and inner.get("additionalProperties") is not False:
        yield "further fields"
