"""Reading a target's own OpenAPI document, odd ones included."""

from typing import Any

import httpx
import pytest

from rollout.target.answer import Answer
from rollout.target.obstacle import Obstacle
from rollout.target.openapi import (
    MOST_OPERATIONS,
    NOBODYS_ID,
    document_of,
    example,
    expect_own_paths,
    operations,
    own_part,
)

ITEM = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "task_id": {"type": "integer"}},
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/": {"get": {}},
        "/projects/{project_id}/issues/{id}": {
            "parameters": [{"in": "path", "name": "project_id"}],
            "put": {
                "parameters": [{"in": "query", "name": "page"}, {"$ref": "#/components/parameters/size"}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
            },
        },
    },
    "components": {
        "schemas": {"Item": ITEM, "Round": {"$ref": "#/components/schemas/Round"}},
        "parameters": {"size": {"in": "query", "name": "page_size"}},
    },
}


def test_an_operation_knows_its_things_and_questions() -> None:
    """
    Path parameters are known by the word before them, whatever they are called.
    """
    root, update = operations(DOCUMENT)
    assert (str(root), root.resources()) == ("GET /", [])
    assert update.resources() == ["projects", "issues"]
    assert update.query == ("page", "page_size")
    assert update.filled({"projects": "7"}) == f"/projects/7/issues/{NOBODYS_ID}"


@pytest.mark.parametrize("path", ["http://127.0.0.2:4999/x", "//127.0.0.2/x", "x", ""])
def test_what_leads_elsewhere_is_a_cause_and_no_operation(path: str) -> None:
    """
    The target's own operations are walked; the address of another origin is named once.
    """
    odd = {**DOCUMENT, "paths": {path: {"get": {}}, **DOCUMENT["paths"]}}
    assert operations(odd) == operations(DOCUMENT)
    assert own_part(odd) == DOCUMENT
    expect_own_paths(DOCUMENT, "/openapi.json")
    with pytest.raises(Obstacle, match=rf"^the OpenAPI document /openapi.json names an address .*: {path}; nothing"):
        expect_own_paths(odd, "/openapi.json")


def test_a_body_has_what_is_required_and_what_is_known() -> None:
    """
    The smallest body has the required fields, and the ids that the caller knows.
    """
    body = operations(DOCUMENT)[1].body
    assert example(DOCUMENT, body, {}) == {"name": "rollout"}
    assert example(DOCUMENT, body, {"task_id": 3}) == {"name": "rollout", "task_id": 3}


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        pytest.param("PUT /projects/{x}/issues/{y}", True, id="other names of parameters"),
        pytest.param("* /projects/*", True, id="anything below"),
        pytest.param("PUT /projects/{x}/issues/{y}/", True, id="a slash at the end"),
        pytest.param("GET /projects/{x}/issues/{y}", False, id="another method"),
        pytest.param("PUT /projects", False, id="another path"),
    ],
)
def test_a_pattern_names_an_operation(pattern: str, named: bool) -> None:
    """
    Names of parameters and a slash at the end make no difference; method and path do.
    """
    assert operations(DOCUMENT)[1].among((pattern,)) is named


def test_the_root_is_not_everything() -> None:
    """
    `GET /` in a list of public operations opens the root and nothing else.
    """
    root, update = operations(DOCUMENT)
    assert root.among(("GET /",))
    assert not update.among(("GET /", "PUT /"))


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param({"/a": []}, id="a list instead of a path"),
        pytest.param({"/a": {"get": None, "summary": "text"}}, id="nothing instead of an operation"),
        pytest.param({"/a": {"get": {"parameters": 7, "requestBody": {"content": []}}}}, id="numbers instead of lists"),
        pytest.param({"/a": {"get": {"requestBody": {"$ref": "#/paths/~1a/get/requestBody"}}}}, id="a circle"),
    ],
)
def test_an_odd_document_is_read_as_far_as_it_goes(paths: dict[str, Any]) -> None:
    """
    What is not as OpenAPI wants it is passed over.
    """
    assert all(operation.body is None for operation in operations({"paths": paths}))


def test_a_schema_in_a_circle_comes_to_an_end() -> None:
    """
    A schema that refers to itself gives some value.
    """
    assert example(DOCUMENT, {"$ref": "#/components/schemas/Round"}, {}) == "rollout"
    assert example(DOCUMENT, {"anyOf": [{"$ref": "#/components/schemas/Item"}]}, {}) == {"name": "rollout"}


def test_a_document_without_operations_is_told() -> None:
    """
    An answer that describes nothing is an AssertionError that names the request.
    """
    request = httpx.Request("GET", "http://127.0.0.1/openapi.json")
    with pytest.raises(AssertionError, match=r"^GET http://127\.0\.0\.1/openapi\.json: got no paths, want"):
        document_of(Answer(200, json={"paths": {}}, request=request))


def test_a_document_with_too_many_operations_is_told() -> None:
    """
    A walk over all operations stays bounded.
    """
    with pytest.raises(AssertionError, match=f"got more than {MOST_OPERATIONS} operations"):
        operations({"paths": {f"/{n}": {"get": {}} for n in range(MOST_OPERATIONS + 1)}})
