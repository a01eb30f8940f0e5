"""Read the operations of a target from its own OpenAPI document."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

import httpx

from rollout.target.answer import asked, expect
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, Untried
from rollout.target.settings import READS
from rollout.values import some

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NOBODYS_ID = "999999999"  # no record has it; it fits a 32-bit column, so that absence is the only reason to refuse it
OWN_PATH = re.compile(r"/(?!/)")  # any other path leads to another host, or is invalid
PLACE = re.compile(r"\{([^{}]+)\}")
DEEPEST = 12
MOST_OPERATIONS = 1000
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method on one path, with the schema of its JSON body and the names of its query parameters."""

    method: str
    path: str
    body: Schema | None = None
    query: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def places(self) -> list[str]:
        """The names of the path's parameters."""
        return PLACE.findall(self.path)

    def resources(self) -> list[str]:
        """What the path's parameters identify, by the word before each: `orders` in `/orders/{id}`."""
        return [before.rstrip("/").rpartition("/")[2] for before in PLACE.split(self.path)[:-1:2]]

    def filled(self, ids: Mapping[str, str] | None = None) -> str:
        """The path with an id for each parameter: from *ids*, else NOBODYS_ID."""
        values = iter([(ids or {}).get(thing, NOBODYS_ID) for thing in self.resources()])
        return PLACE.sub(lambda _: next(values), self.path)

    def among(self, patterns: tuple[str, ...]) -> bool:
        """Whether one of *patterns*, such as `* /admin/*`, matches; the names of parameters do not matter."""
        return any(fnmatchcase(plain(str(self)), plain(pattern)) for pattern in patterns)


def expect_no_complaint(
    operations: Iterable[Operation],
    complaint: Callable[[Operation], str | None],
    summary: Callable[[list[str], int], str],
) -> None:
    """
    AssertionError with the text of *summary* if *complaint* returns a text for any of *operations*.

    Reads come first. Complaints before an obstacle, such as a permission that is missing, are reported in its place.
    """
    every = sorted(operations, key=lambda operation: operation.method not in READS)
    found: list[str] = []
    untried = Untried()
    with untried:
        for operation in every:
            found += [said] if (said := complaint(operation)) else []
    assert not found, summary(found, len(every))
    untried.tell()


def plain(operation: str) -> str:
    """*operation* without the names of its parameters and without a slash at the end."""
    return PLACE.sub("{}", operation).rstrip("/") if not operation.endswith(" /") else operation


def document_of(answer: httpx.Response) -> Schema:
    """The OpenAPI document in *answer*; AssertionError if it has no paths."""
    document = expect(answer).json()
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict) or not paths:
        raise AssertionError(f"{asked(answer.request)}: got no paths, want an OpenAPI document that names operations")
    return document  # type: ignore[no-any-return]


def operations(document: Schema) -> list[Operation]:
    """
    Every operation of *document* on the target itself, in its order; AssertionError for more than MOST_OPERATIONS.

    Operations on other origins are left out; `expect_own_paths` reports them.
    """
    paths = ((path, item) for path, item in own_part(document)["paths"].items() if isinstance(item, dict))
    every = (operation for path, item in paths for operation in operations_at(document, path, item))
    found = list(islice(every, MOST_OPERATIONS + 1))
    assert len(found) <= MOST_OPERATIONS, f"OpenAPI document: got more than {MOST_OPERATIONS} operations, want less"
    return found


def own_part(document: Schema) -> Schema:
    """*document* with the paths on the target's own origin only."""
    own = {path: item for path, item in document["paths"].items() if OWN_PATH.match(path)}
    return {**document, "paths": own}


def expect_own_paths(document: Schema, place: str) -> None:
    """Raise Obstacle if the *document* at *place* names paths on another origin, which are not requested."""
    elsewhere = [one_line(path) for path in document["paths"] if not OWN_PATH.match(path)]
    if elsewhere:
        raise Obstacle(
            f"the OpenAPI document {place} names an address of another origin: {some(elsewhere)}; nothing was sent there",
            "let the OpenAPI document name its operations by paths that begin with one /",
        )


def operations_at(document: Schema, path: str, item: Schema) -> Iterator[Operation]:
    """The operations of one *path*."""
    for method, said in item.items():
        if method in METHODS and isinstance(said, dict):
            parameters = [*listed(item.get("parameters")), *listed(said.get("parameters"))]
            found = [resolved(document, parameter) for parameter in parameters]
            query = tuple(str(one.get("name")) for one in found if one.get("in") == "query")
            yield Operation(method.upper(), path, json_body(document, said), query)


def json_body(document: Schema, said: Schema) -> Schema | None:
    """The schema of the JSON that the operation takes, if it takes any."""
    body = resolved(document, said.get("requestBody") or {})
    content = body.get("content")
    media = content.get("application/json") if isinstance(content, dict) else None
    schema = media.get("schema") if isinstance(media, dict) else None
    return resolved(document, schema) if isinstance(schema, dict) else None


def example(document: Schema, schema: Schema | None, known: Mapping[str, Any], depth: int = 0) -> Any:
    """The smallest value that fits *schema*: required fields only, those named in *known* with its value."""
    said = resolved(document, schema or {})
    if depth > DEEPEST:
        return None
    for key in ("anyOf", "oneOf", "allOf"):
        if listed(said.get(key)):
            return example(document, said[key][0], known, depth + 1)
    if listed(said.get("enum")):
        return said["enum"][0]
    kind = said.get("type")
    if kind == "object" or "properties" in said:
        return fields(document, said, known, depth)
    plain_values: dict[Any, Any] = {"array": [], "integer": 1, "number": 1.0, "boolean": False, "null": None}
    return said.get("default", plain_values.get(kind, "rollout"))


def fields(document: Schema, said: Schema, known: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """The required fields of an object, and its optional ones in *known*."""
    properties = said.get("properties")
    declared = properties if isinstance(properties, dict) else {}
    wanted = [name for name in declared if name in listed(said.get("required")) or name in known]
    return {name: known.get(name, example(document, declared[name], known, depth + 1)) for name in wanted}


def resolved(document: Schema, part: Any) -> Schema:
    """*part*, or what it refers to in the same document."""
    for _ in range(DEEPEST):
        reference = part.get("$ref") if isinstance(part, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        part = document
        for step in reference.removeprefix("#/").split("/"):
            part = part.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


def listed(value: Any) -> list[Any]:
    """*value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
