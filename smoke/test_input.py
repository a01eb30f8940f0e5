"""Does hostile input do no harm? What it finds must be no server error, nothing of the inside, nobody else's data."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx
import pytest

from rollout.target.answer import asked, expect
from rollout.target.curl import as_curl
from rollout.target.http import Client, NoAnswer
from rollout.target.obstacle import Untried
from rollout.target.openapi import Operation
from rollout.target.raw_client import RawClient
from rollout.values import MIB
from xcodereviewer.api import API, Api
from xcodereviewer.disclosure import disclosed
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.models import Project
from xcodereviewer.payloads import BODIES, EACH_KIND, NUL, NUMBERS, SCRIPT, SQL, TRAVERSAL
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

pytestmark = pytest.mark.criterion("input-handled")
Record = Callable[[str, object], None]
LARGE = 33 * MIB
SHOWN = 40  # characters of a payload
PATHS = [quote(text, safe="") for text in (*TRAVERSAL[:2], *SQL[:2], NUL, *NUMBERS)]


@pytest.fixture
def somebody(reader: Api, target: XcrTarget) -> RawClient:
    """Somebody signed in who asks odd things, and changes nothing."""
    return RawClient(reader.client, target.rate_limit_probe, reader.tokens.access_token)


@pytest.fixture
def reads(target: XcrTarget, every_operation: list[Operation]) -> list[Operation]:
    """Every operation that only reads, but for administrators' ones."""
    return [one for one in every_operation if one.method == "GET" and not one.among(target.admin_operations)]


@pytest.mark.promise("api: Validation error: 422")
def test_hostile_paths_do_no_harm(somebody: RawClient, reads: list[Operation], record_property: Record) -> None:
    """
    Where an id belongs in a path, anything else is refused.
    """
    asking = [(one, text) for one in reads if one.places for text in PATHS]
    record_property("requests_count", len(asking))
    assert asking, "got no operation with an id in its path, want some"
    refuse_harm(
        (text, somebody.ask("GET", operation.filled(dict.fromkeys(operation.resources(), text))))
        for operation, text in asking
    )


@pytest.mark.promise("api: Validation error: 422")
def test_hostile_questions_do_no_harm(somebody: RawClient, reads: list[Operation], record_property: Record) -> None:
    """
    Where a list may be searched, filtered or paged, anything odd is refused or finds nothing.
    """
    asking = [(one, name, text) for one in reads for name in one.query for text in EACH_KIND]
    record_property("requests_count", len(asking))
    assert asking, "got no operation with a query, want some"
    refuse_harm((text, somebody.ask("GET", one.filled(), params={name: text})) for one, name, text in asking)


@pytest.mark.promise("plan: Security audit completed")
def test_files_of_the_server_stay_there(raw_client: RawClient) -> None:
    """
    No path leads out of what the backend is meant to serve.
    """
    refuse_harm(files_asked_for(raw_client))


@pytest.mark.promise("plan: Security audit completed")
def test_files_of_the_frontends_server_stay_there(raw_client: RawClient, frontend: Client) -> None:
    """
    No path leads out of what the frontend is meant to serve.
    """
    refuse_harm(files_asked_for(RawClient(frontend, raw_client.probe)))


def files_asked_for(visitor: RawClient) -> Iterator[tuple[str, httpx.Response]]:
    """Paths that lead out of what is served, and the answers to them."""
    roots = ("/", "/assets/", f"{API}/", f"{API}/docs/")
    files = (*PATHS, "%252e%252e%252fetc%252fpasswd", ".env", ".git/config", "..;/..;/etc/passwd")
    return ((file, visitor.ask("GET", f"{root}{file}")) for root in roots for file in files)


@pytest.mark.promise("api: POST /api/v1/auth/login")
def test_hostile_sign_ins_do_no_harm(raw_client: RawClient) -> None:
    """
    Nobody gets in by a name or a password that is a program.
    """
    for text in EACH_KIND:
        form = {"username": text, "password": text}
        answer = raw_client.ask("POST", f"{API}/auth/login", data=form)
        assert not answer.is_success, (
            f"{asked(answer.request)} as {text[:SHOWN]!r}: got {answer.status_code}, want a refusal"
        )
        assert not harm(text, answer), harm(text, answer)


@pytest.mark.promise("api: Another owner's object: 404.")
def test_a_search_cannot_be_widened(project: Project, newcomer: Api, record_property: Record) -> None:
    """
    Somebody who owns nothing finds nothing, however they ask.
    """
    record_property("searches_count", len(SQL))
    for text in SQL:
        found = newcomer.projects(search=text)
        assert found.total == 0, f"search {text!r}: got {found.total} projects of other people, {project.name!r} maybe"


@pytest.mark.promise("api: Validation error: 422")
def test_malformed_bodies_do_no_harm(
    target: XcrTarget, somebody: RawClient, every_operation: list[Operation], record_property: Record
) -> None:
    """
    Every operation that takes JSON refuses what is none, or none of its own.
    """
    taking = [one for one in every_operation if one.body is not None and not one.among(target.admin_operations)]
    record_property("requests_count", len(taking) * len(BODIES))
    assert taking, "got no operation that takes JSON, want some"
    json = {"Content-Type": "application/json"}
    refuse_harm(
        (what, somebody.ask(operation.method, operation.filled(), content=body, headers=json))
        for operation in taking
        for what, body in BODIES.items()
    )


@pytest.mark.promise("api: GET /api/v1/projects")
@pytest.mark.parametrize("text", [pytest.param(SCRIPT, id="script"), pytest.param(SQL[0], id="SQL")])
def test_stored_text_comes_back_inert(text: str, api: Api, new_project: NewProject) -> None:
    """
    Text that looks like a program is kept word for word, and comes back as JSON that no browser runs.
    """
    name = f"{fresh_name()} {text}"
    project = new_project(name, description=text)
    for answer in (api.get(f"/projects/{project.id}"), api.get("/projects", search=project.name)):
        kind = expect(answer).headers.get("content-type", "")
        assert kind.startswith("application/json"), f"{asked(answer.request)}: got content-type {kind!r}, want JSON"
    assert api.project(project.id).name == name
    assert api.project(project.id).description == text


@pytest.mark.promise("api: Validation error: 422")
def test_a_body_too_large_is_refused(api: Api, somebody: RawClient, record_property: Record) -> None:
    """
    A body of 33 MiB is refused, politely or by closing the door, and service goes on.
    """
    record_property("body_bytes", LARGE)
    body = b'{"name": "' + b"x" * LARGE + b'", "source_type": "local"}'
    try:
        answer = somebody.ask("POST", f"{API}/projects", content=body, headers={"Content-Type": "application/json"})
        record_property("answer.status", answer.status_code)
        assert 400 <= answer.status_code < 500, f"{asked(answer.request)} of 33 MiB: got {answer.status_code}, want 4xx"
    except NoAnswer:
        record_property("answer.status", "connection closed")
    assert api.projects().page == 1


def refuse_harm(answers: Iterator[tuple[str, httpx.Response]]) -> None:
    """
    Fail at the end, with every answer that did harm and its payload, or the name of it.

    An obstacle on the way counts only where none did harm.
    """
    found: list[str] = []
    untried = Untried()
    with untried:
        for payload, answer in answers:
            found += [complaint] if (complaint := harm(payload, answer)) else []
    assert not found, f"{len(found)} did harm: {'; '.join(found)}"
    untried.tell()


def harm(payload: str, answer: httpx.Response) -> str | None:
    """The harm that an answer to *payload* shows, with the command that sends it again; None where there is none."""
    secret = None if answer.is_server_error else disclosed(answer)
    if not (answer.is_server_error or secret):
        return None
    words = (
        f"got {secret!r}, want nothing of the inside" if secret else f"got {answer.status_code}, want no server error"
    )
    return f"{asked(answer.request)} with {payload[:SHOWN]!r}: {words}; {as_curl(answer.request)}"
