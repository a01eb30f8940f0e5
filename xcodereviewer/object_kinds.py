"""Create objects of every kind in the OpenAPI document by one account, so that tests can try to reach them by another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from rollout.target.openapi import Operation, Schema, example
from rollout.target.settings import READS
from xcodereviewer.api import Api
from xcodereviewer.unique_names import fresh_name

IDENTITIES = ("id", "uuid")
ENVELOPES = ("data", "item", "result")
MADE = (200, 201, 202)
NAMES = ("name", "title")


@dataclass
class Objects:
    """
    The objects of *owner*: the word before an id in a path → the id, such as `projects` → `7`.

    *facts* are further known fields of bodies. *made* are the kinds that `make` added, in their order; *refused*: kind →
    the status with which the target refused to create one.
    """

    owner: Api
    operations: list[Operation]
    document: Schema
    ids: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)

    def make(self, kinds: Iterable[str]) -> None:
        """Create an object of each of *kinds* if the document has an operation for it; parents first."""
        missing = [kind for kind in kinds if kind not in self.ids]
        while made := [kind for kind in missing if self.made_one(kind)]:
            missing = [kind for kind in missing if kind not in made]

    def made_one(self, kind: str) -> bool:
        """Create an object of *kind*; whether that worked."""
        for operation in makers(self.operations, kind):
            if not set(operation.resources()) <= self.ids.keys():
                continue
            answer = self.ask(operation)
            found = identity(answer, kind) if answer.status_code in MADE else None
            if found is not None:
                self.ids[kind] = found
                self.made.append(kind)
                return True
            self.refused[kind] = answer.status_code
        return False

    def ask(self, operation: Operation) -> httpx.Response:
        """The target's answer to the *operation* by the owner."""
        body = self.body(operation)
        return self.owner.client.request(operation.method, self.path(operation), headers=self.owner.headers, json=body)

    def path(self, operation: Operation) -> str:
        """The path of *operation* with the ids of these objects."""
        return operation.filled(self.ids)

    def body(self, operation: Operation) -> Any:
        """The smallest body that *operation* takes, with the ids of these objects and a fresh name."""
        known = {**dict.fromkeys(NAMES, fresh_name()), **self.facts, **references(self.operations, self.ids)}
        return example(self.document, operation.body, known) if operation.body else None

    def seen(self, kind: str) -> Any:
        """The object of *kind* as its owner reads it; None if the document has no operation for that."""
        ways = [one for one in self.operations if one.method == "GET" and is_item(one, kind) and self.reaches(one)]
        answer = self.ask(ways[0]) if ways else None
        return answer.json() if answer is not None and answer.status_code == httpx.codes.OK else None

    def remove(self) -> None:
        """Delete the created objects, the last one first; failures are ignored."""
        for kind in reversed(self.made):
            for operation in self.operations:
                if operation.method == "DELETE" and is_item(operation, kind) and self.reaches(operation):
                    self.ask(operation)

    def reaches(self, operation: Operation) -> bool:
        """Whether every id in the operation's path is known."""
        return set(operation.resources()) <= self.ids.keys()


def kinds_changed(operations: Iterable[Operation]) -> list[str]:
    """The kinds of objects that any operation changes by id; a kind is the word before the id."""
    changing = (one for one in operations if one.method not in READS)
    return list(dict.fromkeys(kind for one in changing for kind in one.resources()))


def makers(operations: Iterable[Operation], kind: str) -> list[Operation]:
    """The operations that create an object of *kind*: a POST on the path before its id."""
    return [one for one in operations if one.method == "POST" and last_word(one) == kind]


def last_word(operation: Operation) -> str:
    """The last part of an operation's path."""
    return operation.path.rstrip("/").rpartition("/")[2]


def is_item(operation: Operation, kind: str) -> bool:
    """Whether the operation is about one object of *kind* itself, not about a part of it."""
    return bool(operation.resources()) and operation.resources()[-1] == kind and last_word(operation).startswith("{")


def references(operations: Iterable[Operation], ids: Mapping[str, str]) -> dict[str, Any]:
    """Name of a field → the id of its object; names as in paths, and `project_id` for `projects`."""
    named = {place: kind for one in operations for place, kind in zip(one.places, one.resources(), strict=True)}
    usual = {f"{singular(kind)}_id": kind for kind in ids}
    fields = {**usual, **{place: kind for place, kind in named.items() if place not in IDENTITIES}}
    return {name: as_sent(ids[kind]) for name, kind in fields.items() if kind in ids}


def as_sent(identity: str) -> int | str:
    """An id for a body: an integer if it consists of digits."""
    return int(identity) if identity.isdigit() else identity


def singular(kind: str) -> str:
    """`category` for `categories`, `project` for `projects`; dashes become underscores, as in names of fields."""
    word = kind.replace("-", "_")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word.removesuffix("s")


def identity(answer: httpx.Response, kind: str) -> str | None:
    """The id of the object in *answer*; None if there is none."""
    try:
        body = answer.json()
    except AssertionError:
        return None
    names = (*IDENTITIES, f"{singular(kind)}_id")
    outer = body if isinstance(body, dict) else {}
    places = [outer, *(outer[name] for name in ENVELOPES if isinstance(outer.get(name), dict))]
    found = [place[name] for place in places for name in names if isinstance(place.get(name), int | str)]
    return str(found[0]) if found else None
