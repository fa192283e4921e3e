"""Checks responses against the OpenAPI document: status, media type and schema.

A validator for the part of JSON Schema that the document uses. An unknown keyword is an error."""

import functools
import json
import re
from pathlib import Path
from typing import Any

from kith import API, Reply

Json = dict[str, Any]
IGNORED = {"description", "examples", "default", "format", "$ref", "contentMediaType"}
TYPES: dict[str, Any] = {"string": str, "boolean": bool, "array": list, "object": dict,
                         "null": type(None), "integer": int}


@functools.cache
def document() -> Json:
    path = Path(__file__).parents[1] / "api" / "openapi.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def is_of_type(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def faults(value: Any, schema: Json, where: str = "$") -> list[str]:
    """The deviations of `value` from `schema`."""
    found: list[str] = []
    for keyword, rule in schema.items():
        if keyword == "type":
            names = [rule] if isinstance(rule, str) else rule
            if not any(is_of_type(value, name) for name in names):
                return [f"{where}: {value!r} is not {rule}"]
        elif keyword == "enum":
            found += [] if value in rule or value is None else [f"{where}: {value!r} not in {rule}"]
        elif keyword == "anyOf":
            if not any(faults(value, each, where) == [] for each in rule):
                found.append(f"{where}: {value!r} is not one of {rule}")
        elif keyword == "allOf":
            for each in rule:
                found += faults(value, each, where)
        elif keyword in ("properties", "required", "additionalProperties"):
            found += object_faults(value, keyword, schema, where)
        elif keyword == "items":
            for number, each in enumerate(value or []):
                found += faults(each, rule, f"{where}[{number}]")
        elif keyword in ("minLength", "maxLength", "minItems", "maxItems"):
            size = len(value or "") if value is not None else rule
            found += [] if (size >= rule) == keyword.startswith("min") or size == rule else [
                f"{where}: {keyword} {rule}, and it has {size}"]
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(rule, value):
                found.append(f"{where}: {value!r} does not match {rule}")
        else:
            assert keyword in IGNORED | {"minimum", "maximum"}, f"{where}: unknown {keyword}"
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        found += faults(value, document()["components"]["schemas"][name], where)
    return found


def object_faults(value: Any, keyword: str, schema: Json, where: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    if keyword == "required":
        return [f"{where}: {name} is missing" for name in schema["required"] if name not in value]
    properties = schema.get("properties", {})
    if keyword == "additionalProperties":
        return [f"{where}: {name} is unknown" for name in value if name not in properties]
    return [fault for name, rule in properties.items() if name in value
            for fault in faults(value[name], rule, f"{where}.{name}")]


def operation_of(method: str, path: str) -> Json | None:
    """The operation that handles a request. A literal path takes precedence over one with
    parameters."""
    path = path.split("?")[0]
    path = path if path.startswith("/") else f"{API}/{path}"
    paths: dict[str, Json] = document()["paths"]
    templates = sorted(paths, key=lambda each: "{" in each)
    for template in templates:
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            operation: Json | None = paths[template].get(method.lower())
            return operation
    return None


def check_contract(method: str, path: str, reply: Reply) -> None:
    """Checks that the document allows the response. Requests that match no operation are
    skipped."""
    operation = operation_of(method, path)
    if operation is None:
        return
    responses = operation["responses"]
    assert str(reply.status) in responses or reply.status >= 400, (method, path, reply.status)
    content = responses.get(str(reply.status), responses["default"]).get("content", {})
    sent = reply.headers.get("content-type", "").split(";")[0]
    if not content:
        assert reply.text == "", (method, path, reply.text)
        return
    assert sent in content or "image/*" in content, (method, path, sent)
    if sent.endswith("json"):
        assert faults(reply.json, content[sent]["schema"]) == [], (method, path)
