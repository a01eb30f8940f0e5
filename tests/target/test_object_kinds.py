"""Objects of every kind that a document knows, made by one person for another one to touch."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from rollout.target.openapi import Schema, operations
from xcodereviewer.api import Api
from xcodereviewer.object_kinds import Objects, identity, kinds_changed, references, singular

UUID = "6b1f5f2e-8f53-4b52-9f0c-0d7a2f3c1e11"


def body(*required: str) -> dict[str, Any]:
    """A request body with those required texts."""
    schema = {"type": "object", "required": required, "properties": {name: {"type": "string"} for name in required}}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


DOCUMENT: Schema = {
    "paths": {
        "/notes": {"post": body("note_id"), "get": {}},
        "/boxes": {"post": body("title")},
        "/boxes/{id}": {"get": {}, "put": body("title"), "delete": {}},
        "/boxes/{box_id}/labels": {"post": body("text")},
        "/labels/{label_id}": {"delete": {}, "get": {}},
        "/rules": {"post": body("box_id")},
        "/rules/{rule_id}": {"put": body("box_id")},
        "/keys/{key}": {"put": body("value")},
        "/reports/{report_id}/download": {"get": {}},
    }
}


class Recorded(Api):
    """An owner whose target is a function."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(client, "owner", SecretStr("secret"))  # type: ignore[arg-type]

    @property
    def headers(self) -> dict[str, str]:
        """Nothing is shown."""
        return {}


@pytest.fixture
def asked() -> list[tuple[str, str, bytes]]:
    """What the target was asked."""
    return []


@pytest.fixture
def objects(asked: list[tuple[str, str, bytes]]) -> Iterator[Objects]:
    """An owner at a target that makes boxes with a UUID, labels with a number, and no rules."""
    made = {"/boxes": (201, {"data": {"id": UUID}}), f"/boxes/{UUID}/labels": (201, {"id": 7}), "/rules": (403, {})}

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path, request.content))
        status, said = made.get(request.url.path, (200, {"title": "kept"}))
        return httpx.Response(status, json=said)

    with httpx.Client(base_url="http://t", transport=httpx.MockTransport(respond)) as client:
        yield Objects(Recorded(client), operations(DOCUMENT), DOCUMENT)


def test_kinds_are_what_can_be_changed_by_its_id() -> None:
    """
    The word before the id names a kind; what can only be read is none.
    """
    assert kinds_changed(operations(DOCUMENT)) == ["boxes", "labels", "rules", "keys"]


def test_each_kind_is_made_after_what_it_hangs_on(objects: Objects, asked: list[tuple[str, str, bytes]]) -> None:
    """
    A label needs a box; ids may be numbers or UUIDs, bare or in an envelope; who was refused is told with the status.
    """
    objects.make(["labels", "rules", "keys", "boxes"])
    assert objects.ids == {"boxes": UUID, "labels": "7"}
    assert objects.refused == {"rules": 403}
    assert ("POST", "/rules", f'{{"box_id":"{UUID}"}}'.encode()) in asked


def test_what_was_made_is_removed_the_last_one_first(objects: Objects, asked: list[tuple[str, str, bytes]]) -> None:
    """
    Nothing stays behind that the document knows how to delete.
    """
    objects.make(["boxes", "labels"])
    objects.remove()
    assert [path for method, path, _ in asked if method == "DELETE"] == ["/labels/7", f"/boxes/{UUID}"]


def test_an_object_is_seen_as_its_owner_reads_it(objects: Objects) -> None:
    """
    None where nobody can read one.
    """
    objects.make(["boxes"])
    assert objects.seen("boxes") == {"title": "kept"}
    assert objects.seen("labels") is None


def test_bodies_refer_to_objects_by_the_names_of_paths_and_by_the_usual_ones() -> None:
    """
    `box_id` as a path says it, `label_id` of `labels`; a number is sent as one.
    """
    assert references(operations(DOCUMENT), {"boxes": UUID, "labels": "7"}) == {"box_id": UUID, "label_id": 7}


@pytest.mark.parametrize(
    ("kind", "one"), [("projects", "project"), ("categories", "category"), ("llm-providers", "llm_provider")]
)
def test_one_of_many_has_its_own_word(kind: str, one: str) -> None:
    """
    As names of fields are formed.
    """
    assert singular(kind) == one


@pytest.mark.parametrize(
    ("said", "found"),
    [({"id": 3}, "3"), ({"uuid": UUID}, UUID), ({"box": 1}, None), ([1], None), ({"id": None}, None)],
)
def test_an_answer_tells_the_id_or_none(said: object, found: str | None) -> None:
    """
    What has another shape has no id.
    """
    assert identity(httpx.Response(201, json=said), "things") == found
