"""On production the checks keep a rate, all processes together, and obey whoever asks them to wait."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.exceptions import InvalidStatus

from rollout.target.http import client_to
from rollout.target.obstacle import Obstacle
from rollout.target.openapi import Operation, expect_no_complaint
from rollout.target.permission import PER_SECOND_ON_PRODUCTION, as_it_comes, purpose, rate_of
from rollout.target.rate_limit import DEFAULT_REST_S, LONGEST_REST_S, RateLimited, rest_after
from rollout.target.request_rate import RequestRate
from rollout.target.settings import Action
from tests.target.allowed import target_at
from tests.target.hostile import hostile
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer.api import Api
from xcodereviewer.fixtures.odd_calls import expect_let_through
from xcodereviewer.fixtures.reviews import attempted
from xcodereviewer.live import Live
from xcodereviewer.probes import cdn, frontend, frontend_http
from xcodereviewer.refusals import expect_refused

DATE = "Mon, 30 Nov 2026 10:40:0{} GMT"


class Clock:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def read(self) -> float:
        """The moment."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """Time that nobody spends."""
    return Clock()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose folder of results takes the file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rate(clock: Clock, folder: Path) -> RequestRate:
    """Five a second, as one process of several keeps it."""
    return RequestRate(5, folder / "out" / "rate.lock", clock.read, clock.wait)


def test_several_processes_share_one_rate(tmp_path: Path, clock: Clock) -> None:
    """
    Twenty requests of four processes take 19 fifths of a second.
    """
    processes = [rate(clock, tmp_path) for _ in range(4)]
    for number in range(20):
        processes[number % 4].turn()
    assert clock.now == pytest.approx(1000 + 19 / 5, abs=1e-3)


def test_whoever_asks_seldom_waits_for_nobody(tmp_path: Path, clock: Clock) -> None:
    """
    Time that nobody used is not saved up either: a burst keeps the rate.
    """
    mine = rate(clock, tmp_path)
    mine.turn()
    clock.wait(60)
    before = clock.now
    mine.turn()
    assert clock.now == before
    for _ in range(5):
        mine.turn()
    assert clock.now == pytest.approx(before + 1, abs=1e-3)


def test_a_rest_holds_for_all(tmp_path: Path, clock: Clock) -> None:
    """
    One process is told to come back in 30 s; the others wait too.
    """
    one, other = rate(clock, tmp_path), rate(clock, tmp_path)
    one.rest(30)
    other.turn()
    assert clock.now == pytest.approx(1030)


@pytest.mark.parametrize("text", ["", "x", "nan", "1e300", "inf"])
def test_a_file_of_another_day_holds_nobody_for_long(tmp_path: Path, clock: Clock, text: str) -> None:
    """
    As long as a check waits after a 429 at most, whatever stands in it.
    """
    mine = rate(clock, tmp_path)
    mine.file.parent.mkdir()
    mine.file.write_text(text, encoding="utf-8")
    mine.turn()
    assert clock.now <= 1000 + LONGEST_REST_S
    before = clock.now
    mine.turn()
    assert clock.now == pytest.approx(before + 0.2, abs=1e-3)


@pytest.mark.parametrize(
    ("environment", "facts", "per_second"),
    [
        ("production", {}, PER_SECOND_ON_PRODUCTION),
        ("production", {"requests_per_second": 2}, 2),
        ("staging", {}, None),
        ("staging", {"requests_per_second": 50}, 50),
    ],
)
def test_a_rate_is_kept_on_production_and_where_one_is_set(
    project: Path, environment: str, facts: dict[str, int], per_second: float | None
) -> None:
    """
    Its file lies with the results on that target.
    """
    found = rate_of(target_at("http://127.0.0.1:9", environment=environment, **facts))
    assert (found and found.per_second) == per_second
    assert found is None or found.file == project / "reports" / "out" / "t" / "rate.lock"


@pytest.mark.parametrize(("environment", "locks"), [("staging", 0), ("production", 1)])
def test_a_websocket_is_opened_at_the_rate_too(
    project: Path, environment: str, locks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Its handshake is a request like any other.
    """
    taken: list[RequestRate] = []
    monkeypatch.setattr("rollout.target.permission.RequestRate.turn", lambda self: taken.append(self))
    with pytest.raises(OSError, match="refused"):
        Live(target_at("http://127.0.0.1:9", environment=environment), 1, SecretStr("t")).connection()
    assert len(taken) == locks


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("environment", "requests"), [("staging", 0), ("production", 3)])
def test_the_doctor_asks_the_frontend_at_the_rate_too(
    environment: str, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    By HTTPS, by HTTP and for what a CDN should serve.
    """
    taken: list[RequestRate] = []
    monkeypatch.setattr("rollout.target.permission.RequestRate.turn", lambda self: taken.append(self))
    with hostile() as (address, seen):
        facts = {"frontend_url": address, "frontend_http_url": address, "cdn_paths": ["/"]}
        target = target_at("http://127.0.0.1:9", environment=environment, **facts)
        for look in (frontend, frontend_http, cdn):
            look(target)
    assert (len(taken), len(seen)) == (requests, 3)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_429_that_says_when_to_come_back_is_obeyed(
    project: Path, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Once, and the caller sees the answer after it; on production everybody rests meanwhile.
    """
    rests: list[float] = []
    monkeypatch.setattr("rollout.target.http.pause", rests.append)
    monkeypatch.setattr("rollout.target.permission.RequestRate.turn", lambda self: None)
    monkeypatch.setattr("rollout.target.permission.RequestRate.rest", lambda self, seconds: rests.append(seconds))
    with hostile() as (address, seen), client_to(target_at(address, environment=environment)) as client:
        assert client.get("/busy").status_code == 200
    assert (rests, len(seen)) == ([1.0], 2)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_websocket_that_is_held_off_comes_back_once(
    project: Path, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    After the rest that the 429 asks for; one that is held off again tells nothing of the backend.
    """
    rests: list[float] = []
    monkeypatch.setattr("xcodereviewer.live.pause", rests.append)
    monkeypatch.setattr("rollout.target.permission.RequestRate.turn", lambda self: None)
    monkeypatch.setattr("rollout.target.permission.RequestRate.rest", lambda self, seconds: rests.append(seconds))
    with hostile() as (address, seen):
        target = target_at(address, environment=environment)
        with pytest.raises(InvalidStatus, match="200"):
            Live(target, 1, SecretStr("t")).connection()
        assert (rests, len(seen)) == ([1.0], 2)
        with pytest.raises(Obstacle, match="the rate limiter is in the way"):
            Live(target, 2, SecretStr("t")).connection()
        assert (rests, len(seen)) == ([1.0, 1.0], 4)


def test_odd_calls_that_meet_the_rate_limiter_accuse_nobody() -> None:
    """
    More than one in ten refused is an obstacle with a way out; fewer leave enough answers to judge.
    """
    expect_let_through(0, 0)
    expect_let_through(20, 200)
    with pytest.raises(Obstacle, match=r"^the rate limiter is in the way: got 429 for 21 of 200 odd calls$") as held:
        expect_let_through(21, 200)
    assert held.value.way_out.startswith("let the rate limiter allow what these checks send")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param(
            {"Retry-After": DATE.format(9), "Date": DATE.format(2)}, 7.0, id="a date, by the target's own clock"
        ),
        pytest.param({"Retry-After": "61"}, 61.0, id="a minute's window and a second"),
        pytest.param({}, DEFAULT_REST_S, id="nothing"),
        pytest.param({"Retry-After": "soon"}, DEFAULT_REST_S, id="no time"),
        pytest.param({"Retry-After": "²"}, DEFAULT_REST_S, id="a digit that is no number"),
        pytest.param({"Retry-After": "66"}, 0.0, id="longer than a check may wait"),
    ],
)
def test_a_429_names_the_rest(said: dict[str, str], seconds: float) -> None:
    """
    In seconds or by a date; where it names none there is a short one.
    """
    headers = [(name.encode(), text.encode()) for name, text in said.items()]
    assert rest_after(httpx.Response(429, headers=headers)) == seconds
    assert rest_after(httpx.Response(200, headers=headers)) == 0.0


def test_a_429_that_stands_accuses_nobody(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever was asked, in a body or in a set-up: what the rate limiter answered is no answer of the subject.
    """
    monkeypatch.setattr("rollout.target.http.pause", lambda seconds: None)
    words = r"^the rate limiter is in the way: got 429 from http://127\.0\.0\.1:\d+$"
    with hostile() as (address, seen), client_to(target_at(address, "write")) as client:
        with pytest.raises(RateLimited, match=words) as met:
            client.get("/full")
        assert len(seen) == 2
        with pytest.raises(RateLimited, match=words):
            Api(client, "rollout", SecretStr("secret")).get("/full")
    assert met.value.way_out.startswith("let the rate limiter allow what these checks send")


def test_a_sign_in_that_is_held_off_is_no_fault_of_the_account(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The cause is the rate limiter, and the way out is its own, not that of a wrong password.
    """
    monkeypatch.setattr("rollout.target.http.pause", lambda seconds: None)
    service = Service()
    service.answers[LOGIN] = (429, {})
    with serving(service), client_to(target_at(service.url)) as client:
        account = Api(client, "admin@example.com", SecretStr("Adm1n-pass"), way_out="set XCR_ADMIN_PASSWORD")
        with pytest.raises(RateLimited):
            account.get("/projects")


def test_what_others_let_in_is_told_though_the_rate_limiter_came_in_between() -> None:
    """
    A complaint found before it is a finding; without one the walk was not made.
    """
    every = [Operation("GET", f"/{number}", None) for number in (1, 2)]

    def complaint(operation: Operation) -> str | None:
        if operation.path == "/2":
            raise RateLimited(httpx.URL("http://t"))
        return said

    for said, kind in ((None, RateLimited), ("let in", AssertionError)):
        with pytest.raises(kind, match="rate limiter" if said is None else "^let in$"):
            expect_no_complaint(every, complaint, lambda found, count: "; ".join(found))


def test_a_review_that_is_held_off_did_not_fail() -> None:
    """
    The one attempt of a run is shared: whoever waits for it hears that the rate limiter is in the way.
    """

    class Person:
        name, password = "rollout", SecretStr("secret")

        def new_project(self, name: str) -> str:
            return name

        def new_task(self, project: str) -> None:
            raise RateLimited(httpx.URL("http://t"))

        def ended(self, task: None) -> None:
            raise AssertionError("no review was started")

    person: Any = Person()
    review = attempted(person, {})
    assert not review.reached
    assert review.way_out.startswith("let the rate limiter allow")
    assert review.failure == "the rate limiter is in the way: got 429 from http://t"


def test_a_refusal_by_the_rate_limiter_is_neither_let_in_nor_refused() -> None:
    """
    A check that takes an answer as it comes does not accuse a 429 that it did not look for.
    """
    held_off = httpx.Response(429, request=httpx.Request("POST", "http://t/login"))
    with pytest.raises(RateLimited):
        expect_refused(held_off, 401)
    expect_refused(held_off, 401, 429)


def test_a_check_that_looks_for_a_429_sees_it(project: Path) -> None:
    """
    With the permission to provoke it, or where a guess may be held off.
    """
    for extensions in (purpose(Action.RATE_LIMIT), as_it_comes()):
        with hostile() as (address, seen), client_to(target_at(address, "rate-limit")) as client:
            assert client.get("/busy", extensions=extensions).status_code == 429
        assert len(seen) == 1
