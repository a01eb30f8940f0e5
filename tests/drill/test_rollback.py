"""The rollback drill: every step of the plan's procedures has its exercise, and what must hold afterwards holds in time."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import AnyHttpUrl, SecretStr

from rollout.drill.course import Course
from rollout.drill.fingerprint import Fingerprint, Table
from rollout.drill.found_before import EarlierDrills, FoundBefore
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.plan import Plan, load_plan
from rollout.plan.procedure import Procedure
from rollout.target.answer import Answer, expect
from rollout.target.deadline import each
from rollout.target.http import NoAnswer, client_to
from rollout.target.obstacle import NotPermitted, Obstacle
from rollout.target.settings import STATE_VARIABLE, Action
from tests.drill.live_database import content
from tests.standin.test_boot import State, standin
from xcodereviewer.api import Api
from xcodereviewer.drills.asked_users import USERS, AskedUsers, spread_users
from xcodereviewer.drills.drill_accounts import drill_account_name
from xcodereviewer.drills.rollback import (
    expect_readable,
    holds,
    refuse_unexercised,
    rollback_drill,
)
from xcodereviewer.drills.standin_switches import INTERNAL, StandinSwitches, control, place_of_standin
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.flag_buckets import FLAG, bucket
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

USERS_ASKED = spread_users()


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


def staging(**settings: Any) -> XcrTarget:
    """A staging that answers nobody, with *settings*."""
    return XcrTarget(
        **{"name": "staging", "environment": "staging", "base_url": AnyHttpUrl("http://127.0.0.1:1"), **settings}
    )


def asked(on: set[str]) -> AskedUsers:
    """Users of whom just those *on* are on the new backend."""

    class Told(AskedUsers):
        def is_on(self, user_id: str) -> bool:
            return user_id in on

    nothing: Any = None
    return Told(nothing, nothing, USERS_ASKED, (INTERNAL,))


def test_every_step_of_the_plan_is_exercised_or_refused(plan: Plan) -> None:
    """
    A step that is added to a procedure and that no drill knows leaves the drill without a verdict.
    """
    refuse_unexercised(plan)
    more = Procedure(id="emergency", title="Emergency Rollback", steps=("Feed the office cat",))
    with pytest.raises(CannotTell, match="step 'Feed the office cat' of procedure 'emergency' is exercised by nobody"):
        refuse_unexercised(plan.model_copy(update={"procedures": (more,)}))


def test_the_users_who_are_asked_stand_for_all() -> None:
    """
    Their buckets are five apart, so that a percentage which is five too high or too low shows.
    """
    assert [bucket(user) for user in USERS_ASKED] == list(range(0, 100, 5))
    assert len(set(USERS_ASKED)) == USERS


@pytest.mark.parametrize("points", [-5, 5])
def test_a_share_that_is_not_the_one_that_was_set_is_seen(points: int) -> None:
    """
    The rule is exact: who is below the percentage is on the new backend, and nobody else.
    """
    right = {user for user in USERS_ASKED if bucket(user) < 50}
    asked(right).expect_share(50)
    other = {user for user in USERS_ASKED if bucket(user) < 50 + points}
    with pytest.raises(AssertionError, match="of 20 users are on the new backend, want 50 %"):
        asked(other).expect_share(50)


@pytest.mark.parametrize("user", [USERS_ASKED[0], INTERNAL])
def test_one_user_who_is_still_on_the_new_backend_is_seen(user: str) -> None:
    """
    Internal users are switched off too.
    """
    asked(set()).expect_nobody()
    with pytest.raises(AssertionError, match="1 of 21 users are still on the new backend"):
        asked({user}).expect_nobody()


def test_a_post_check_that_does_not_hold_in_time_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With what was seen last; what keeps the drill from looking accuses nothing.
    """

    def on() -> None:
        raise AssertionError("3 of 21 users are still on the new backend")

    with pytest.raises(Failed, match=r"^0 s after the flag was disabled: 3 of 21 users are still on the new backend$"):
        holds("the flag was disabled", on, 0)

    def barred() -> None:
        raise NotPermitted(staging(), Action.WRITE)

    with pytest.raises(NotPermitted):
        holds("the flag was disabled", barred, 0)


def answering(status: int | None, name: str = "mine") -> Any:
    """An account to whose reads one answer comes; None is no answer."""

    def project(number: int) -> SimpleNamespace:
        if status is None:
            raise NoAnswer("GET /projects/1: got ReadTimeout, want an answer")
        expect(httpx.Response(status, request=httpx.Request("GET", "http://127.0.0.1/projects/1")))
        return SimpleNamespace(name=name)

    return SimpleNamespace(project=project)


@pytest.mark.parametrize("status", [None, 429, 502, 503, 504])
def test_what_nobody_can_read_is_not_said_to_be_lost(status: int | None) -> None:
    """
    Nothing answers for the backend: nobody can tell, and the verdict of before stands.
    """
    project: Any = SimpleNamespace(id=1, name="mine")
    with pytest.raises(Obstacle, match=r"^nobody can read what was written: GET .*/projects/1: got "):
        holds("everything was put back", partial(expect_readable, [(answering(status), project)]), 0)


@pytest.mark.parametrize(("status", "name"), [(404, "mine"), (500, "mine"), (200, "another")])
def test_what_is_gone_or_another_fails(status: int, name: str) -> None:
    """
    The backend itself says so.
    """
    project: Any = SimpleNamespace(id=1, name="mine")
    with pytest.raises(Failed, match=r"^0 s after everything was put back: "):
        holds("everything was put back", partial(expect_readable, [(answering(status, name), project)]), 0)


@pytest.fixture
def handed_over(running: State, monkeypatch: pytest.MonkeyPatch) -> State:
    """The stand-in, as a command hands it to a drill."""
    monkeypatch.setenv(STATE_VARIABLE, f"{running['dir']}/state.json")
    return running


def exercised(state: State, plan: Plan) -> tuple[Passed, Course]:
    """What the drill found on a stand-in, and its course."""
    course = Course()
    target = SUITE.target_of(state)
    assert isinstance(target, XcrTarget)
    return rollback_drill(target, plan, course), course


@pytest.mark.stack
def test_the_procedures_take_effect_on_a_healthy_stand_in(handed_over: State, plan: Plan) -> None:
    """
    Twice in a row: the first one put everything back, the second one has no limit for failed requests and says so.
    """
    unlimited = plan.model_copy(update={"criteria": [each for each in plan.criteria if each.id != "users-error-rate"]})
    for one in (plan, unlimited):
        passed, course = exercised(handed_over, one)
        assert ("which decides nothing: the plan has no limit" in passed.reason) is (one is unlimited)
        assert (passed.counts["users"], passed.counts["users_at_work"]) == (21, 10)
        assert passed.counts["readable"] == passed.counts["written"] > 10
        assert passed.counts["requests"] > 100
        assert list(course.times)[-4:] == [
            *("disable the flag", "scale down", "scale up again", "read what was written meanwhile"),
        ]


class Answering:
    """A client that gets the same answer to every read of a flag; None is no answer."""

    def __init__(self, status: int | None, flags: dict[str, bool]) -> None:
        self.status, self.flags = status, flags

    def get(self, path: str, headers: object = None) -> Answer:
        if self.status is None:
            raise NoAnswer(f"GET http://t{path}: got ConnectError, want an answer")
        return Answer(self.status, json={"flags": self.flags}, request=httpx.Request("GET", f"http://t{path}"))


@pytest.mark.parametrize(
    ("status", "flags", "said"),
    [
        *((status, {FLAG: True}, f"got {status}, want 200$") for status in (401, 429, 503)),
        (None, {}, "got ConnectError, want an answer$"),
        (200, {}, f"got no flag {FLAG}$"),
    ],
)
def test_a_flag_that_nobody_can_read_accuses_nobody(status: int | None, flags: dict[str, bool], said: str) -> None:
    """
    Where nobody could look, nobody was seen on the new backend.
    """
    target = staging(exposure_path="/flags?user_id={user_id}")
    client: Any = Answering(status, flags)
    reader: Any = SimpleNamespace(headers={})
    users = AskedUsers(target, client, USERS_ASKED, (), [reader], reads=1)
    with pytest.raises(Obstacle, match=f"^nobody can read who is on the new backend: .*{said}"):
        holds("the flag was disabled", users.expect_nobody, 0)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("fault", "end", "said"),
    [
        ("emergency-switch-ignored", Failed, "after the flag was disabled: 11 of 21 users are still on the new"),
        ("flags-enabled-too-early", CannotTell, "was not there to begin with: .* after 50 % was set: 20 of 20 users"),
    ],
)
def test_a_flag_that_does_not_switch_off_fails_the_drill(
    handed_over: State, plan: Plan, fault: str, end: type[Exception], said: str
) -> None:
    """
    With the step and what was seen; where the share to begin with was not reached, nobody can tell.
    """
    standin("fault", fault, "--dir", handed_over["dir"])
    try:
        with pytest.raises(end, match=said):
            exercised(handed_over, plan)
    finally:
        standin("fault", fault, "--off", "--dir", handed_over["dir"])


@pytest.mark.stack
def test_the_next_drill_puts_back_what_a_killed_one_had_found_on_the_stand_in(handed_over: State) -> None:
    """
    The backend is started where it was left ended, and the switches are as they were before that drill.
    """
    target = SUITE.target_of(handed_over)
    assert isinstance(target, XcrTarget)
    with client_to(target, each(30)) as client:
        assert target.admin_email
        assert target.admin_password
        admin = Api(client, target.admin_email, target.admin_password, who="the administrator")
        found = StandinSwitches(admin).change()
        StandinSwitches(admin).share(25)
        control("kill")
        earlier = EarlierDrills({place_of_standin(): {"switches": found.model_dump_json()}})
        switches = StandinSwitches(admin, Course(None, FoundBefore((), earlier)))
        assert switches.is_left()
        switches.end_killed()
        assert StandinSwitches(admin).change() == found


def accounts_and_projects(state: State) -> dict[str, Fingerprint]:
    """What the stand-in's database holds of accounts, and of what they made."""
    tables = content(SecretStr(state["postgres_admin_dsn"])).tables
    return {name: tables[Table("public", name)] for name in ("users", "projects", "audit_tasks")}


@pytest.mark.stack
def test_a_drill_removes_its_accounts_and_those_of_a_killed_one(handed_over: State, plan: Plan) -> None:
    """
    With everything that they made, rows of deleted projects too.
    """
    target = SUITE.target_of(handed_over)
    assert isinstance(target, XcrTarget)
    before = accounts_and_projects(handed_over)
    with client_to(target, each(30)) as client:
        killed = registered(client, drill_account_name(), strong_password())
        killed.new_project("left by a killed drill")
    assert accounts_and_projects(handed_over) != before
    exercised(handed_over, plan)
    assert accounts_and_projects(handed_over) == before
