"""Call the operations of an OpenAPI document with odd input, and collect answers that the document does not allow."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, nothing
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from rollout.target.curl import as_curl
from rollout.target.http import NoAnswer
from rollout.target.openapi import own_part
from rollout.target.permission import as_it_comes, purpose
from rollout.target.rate_limit import TOO_MANY, RateLimited
from rollout.target.settings import Action
from xcodereviewer.api import Api
from xcodereviewer.disclosure import disclosed
from xcodereviewer.models import Id

Operation = Any  # schemathesis has no public type for it that mypy can follow
READING = ("get", "head")
LAST = "/auth/logout"  # last, since it ends the session, as deletions remove objects of later calls
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Surprise:
    """An answer that the document does not allow, and the command that repeats its request."""

    operation: str
    got: str
    curl: str

    def __str__(self) -> str:
        return f"{self.operation}: got {self.got}, want what its document allows; {self.curl}"


@dataclass
class Fuzz:
    """*examples* calls of each operation by the account of *api*, for *seconds* at most; *ids* are those of existing objects."""

    api: Api
    document: Mapping[str, Any]
    ids: Mapping[str, Id]
    examples: int
    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    called: set[str] = field(default_factory=set)
    surprises: list[Surprise] = field(default_factory=list)

    def operations(self, reading: bool) -> list[Operation]:
        """The operations that only read, or the ones that change something."""
        schema = schemathesis.openapi.from_dict(shortened(own_part(self.document)))
        known: list[Operation] = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
        chosen = [operation for operation in known if (operation.method in READING) == reading]
        return sorted(chosen, key=lambda operation: (operation.path.endswith(LAST), operation.method == "delete"))

    def run(self, operations: Iterable[Operation]) -> None:
        """Call all operations; after the time is over each remaining one is called once."""
        end = time.monotonic() + self.seconds
        for operation in operations:
            self.call(operation, self.examples if time.monotonic() < end else 1)

    def call(self, operation: Operation, examples: int) -> None:
        """Call one operation with some generated examples."""
        sent: set[bytes] = set()

        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=fitting(operation) | odd(operation))
        def once(case: Any) -> None:
            request = self.request(case, existing=len(sent) % 2 == 0)
            key = f"{request.method} {request.url}".encode() + request.content
            if key not in sent:
                sent.add(key)
                self.judge(operation, request)

        once()
        self.called.add(operation.label)

    def request(self, case: Any, existing: bool) -> httpx.Request:
        """The example as a request; with *existing* it uses the ids of existing objects."""
        if existing:
            case.path_parameters = {name: self.ids.get(name, value) for name, value in case.path_parameters.items()}
        spoken = case.as_transport_kwargs(base_url=str(self.api.client.base_url).rstrip("/"))
        wanted = {name: spoken.get(name) for name in ("method", "url", "params", "data", "json", "files")}
        prepared = requests.Request(**wanted).prepare()  # requests can encode every kind of body
        body = prepared.body if isinstance(prepared.body, bytes) else str(prepared.body or "").encode()
        kind = {"Content-Type": case.media_type} if case.media_type else {}
        kind |= {name: value for name, value in prepared.headers.items() if name.lower() == "content-type"}
        return self.api.client.build_request(
            prepared.method or "", prepared.url or "", content=body, headers=kind, extensions=self.extensions
        )

    def judge(self, operation: Operation, request: httpx.Request) -> None:
        """Send a request and note an answer that is not allowed."""
        request.headers.update(self.api.headers)
        try:
            answer = self.api.client.send(request)
        except RateLimited:
            self.statuses[TOO_MANY] += 1
            return
        except NoAnswer as error:
            self.surprises.append(Surprise(operation.label, str(error).rpartition(": got ")[2][:80], as_curl(request)))
            return
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and not self.allowed(operation, answer.status_code):
            self.surprises.append(Surprise(operation.label, str(answer.status_code), as_curl(request)))
        elif secret := disclosed(answer):
            told = f"{answer.status_code} that gives away {secret!r}"
            self.surprises.append(Surprise(operation.label, told, as_curl(request)))

    def allowed(self, operation: Operation, status: int) -> bool:
        """Whether the document declares the status; a 500 is never allowed."""
        described = self.document["paths"][operation.path][operation.method].get("responses", {})
        return status != 500 and bool({str(status), "5XX", "default"} & set(described))

    @property
    def extensions(self) -> dict[str, Any]:
        """Those of the next request: after a 429 that stood, later ones are counted without a rest for each."""
        return purpose(Action.FUZZ) | (as_it_comes() if self.limited else {})

    @property
    def told(self) -> str:
        """Every surprise in one line, the shortest ones first."""
        return "; ".join([f"{len(self.surprises)} surprises", *sorted(map(str, self.surprises), key=len)])

    @property
    def limited(self) -> int:
        """The number of calls that the rate limiter refused."""
        return self.statuses[TOO_MANY]


def shortened(part: Any) -> Any:
    """The document with short texts only: examples for `maxLength` 100000 take seconds and find no more."""
    if isinstance(part, dict):
        return {name: capped(value) if name == "maxLength" else shortened(value) for name, value in part.items()}
    return [shortened(value) for value in part] if isinstance(part, list) else part


def capped(length: Any) -> Any:
    """*length*, limited to LONGEST_TEXT; a value that is no number belongs to a property called `maxLength`."""
    return min(length, LONGEST_TEXT) if isinstance(length, int) else shortened(length)


def fitting(operation: Operation) -> SearchStrategy[Any]:
    """Input that the document allows, at its edges."""
    strategy: SearchStrategy[Any] = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    return strategy


def odd(operation: Operation) -> SearchStrategy[Any]:
    """Input that the document does not allow, if there can be any."""
    takes = operation.path_parameters or operation.query or operation.body
    strategy: SearchStrategy[Any] = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return strategy if takes else nothing()
