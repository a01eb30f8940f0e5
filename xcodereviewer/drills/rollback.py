"""The rollback drill: the plan's procedures step by step, each with its post-check and deadline."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from rollout.drill.course import Course
from rollout.drill.exercise import Exercise
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.metrics import MetricKind
from rollout.plan import Limit, Plan
from rollout.target import Action
from rollout.target.answer import Unexpected, expect, summary_of
from rollout.target.deadline import each
from rollout.target.http import Client, NoAnswer, client_to
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.wait import eventually
from rollout.values import STANDIN, as_taken
from xcodereviewer.api import Api
from xcodereviewer.drills.asked_users import AskedUsers, spread_users
from xcodereviewer.drills.cluster import ClusterSwitches, refuse_unprepared
from xcodereviewer.drills.drill_accounts import accounts_removed, drill_account_name, drill_person
from xcodereviewer.drills.standin_switches import StandinSwitches
from xcodereviewer.drills.user_switches import UserSwitches
from xcodereviewer.drills.users_at_work import UsersAtWork, users_at_work
from xcodereviewer.models import Project
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

CRITERION = "rollback-drilled"
GRADUALLY = (25, 10, 0)
AT = 50
UNAVAILABLE = (429, 502, 503, 504)  # says nothing about what was written
SWITCHED_S, STOPPED_S, STARTED_S, ANSWER_S = 10, 30, 60, 5
EXERCISED = (
    ("disable the flag", r"\bUSE_BACKEND_API=false\b"),
    ("scale down", r"--replicas=0\b"),
    ("lower the percentage", r"percentage"),
    ("`rollout drill restore`", r"\bpg_restore\b"),
    ("put back; the stand-in keeps no version before", r"^Revert\b"),
    ("people", r"^Notify\b"),
)


def rollback_drill(target: XcrTarget, plan: Plan, course: Course) -> Passed:
    """Exercise every step of the procedures of *plan* on a stand-in or in a cluster, and restore the original state."""
    refuse_unexercised(plan)
    with client_to(target, each(ANSWER_S)) as client:
        admin = Api(client, needed(target, "admin_email"), needed(target, "admin_password"), who="the administrator")
        embedded = target.environment == STANDIN
        switches: UserSwitches = StandinSwitches(admin, course) if embedded else ClusterSwitches(target, plan, course)
        asked = AskedUsers(target, client, spread_users(switches.internal_users), switches.internal_users)
        if switches.is_left():
            with course.step("put back what a killed drill left"):
                switches.end_killed()
                eventually(partial(expect_ready, target, client), within=STARTED_S)
        with accounts_removed(target), drill_person(target, client, course.before) as person:
            budgets = plan.limits_beside(CRITERION, MetricKind.USERS_FAILED)
            return RollbackDrill(target, course, client, switches, person, asked, budgets).carry_out()


def refuse_unexercised(plan: Plan) -> None:
    """Raise CannotTell for a step of the plan's procedures that this drill does not exercise."""
    for procedure in plan.procedures:
        for step in procedure.all_steps:
            if not any(re.search(pattern, step.run) for _, pattern in EXERCISED):
                raise CannotTell(f"step {step.run!r} of procedure {procedure.id!r} is exercised by nobody")


@dataclass
class RollbackDrill:
    """
    One exercise with *switches*: *person* writes on the new backend, *asked* reads which users are on it.

    *budgets* are the plan's limits of the failed requests of users, in percent.
    """

    target: XcrTarget
    course: Course
    client: Client
    switches: UserSwitches
    person: Api
    asked: AskedUsers
    budgets: tuple[Limit, ...]

    def carry_out(self) -> Passed:
        """Carry out the drill; Failed if a step did not take effect in time."""
        embedded = self.target.environment == STANDIN
        ids = self.asked.users[::2] if embedded else ()
        with users_at_work(self.target, ids, new_name=drill_account_name) as crowd:
            return self.while_at_work(crowd)

    def while_at_work(self, crowd: UsersAtWork) -> Passed:
        """Carry out the steps while *crowd* works; its users end before the backend is stopped."""
        with self.switches.put_back():
            with self.course.step(f"put {AT} % on the new backend", self.within(SWITCHED_S)), set_up():
                self.put_on(crowd)
                project = self.person.new_project(fresh_name())
            for percent in GRADUALLY:
                with self.course.step(f"lower the percentage to {percent} %", self.within(SWITCHED_S)):
                    self.switches.share(percent)
                    holds(f"the percentage was lowered to {percent} %", partial(self.asked.expect_share, percent))
                    followed(crowd, percent, f"the percentage was lowered to {percent} %")
            with set_up():
                self.put_on(crowd)
            with self.course.step("disable the flag", self.within(SWITCHED_S)):
                self.switches.disable()
                holds("the flag was disabled", self.asked.expect_nobody)
                followed(crowd, 0, "the flag was disabled")
            crowd.end()
            if failed := crowd.beyond(self.budgets):
                raise Failed(failed)
            self.scale_down_and_up()
        written = [(self.person, project), *crowd.written]
        with self.course.step("read what was written meanwhile", SWITCHED_S):
            holds("everything was put back", partial(expect_readable, written))
        return self.passed(crowd, len(written))

    def put_on(self, crowd: UsersAtWork) -> None:
        """Put AT percent of the users on the new backend, and wait until they and the internal ones are there; else Failed."""
        self.switches.share(AT)
        holds(f"{AT} % was set", partial(self.asked.expect_share, AT))
        holds(f"{AT} % was set", self.asked.expect_internal)
        followed(crowd, AT, f"{AT} % was set")

    def passed(self, crowd: UsersAtWork, written: int) -> Passed:
        """The result of a drill in which every step took effect."""
        times = self.course.times
        lowered = max(times[f"lower the percentage to {percent} %"] for percent in GRADUALLY)
        off, down = times["disable the flag"], times["scale down"]
        asked = len(self.asked.everybody)
        return Passed(
            f"of {asked} users none was on the new backend {as_taken(off)} after the flag was disabled; {AT} → "
            f"{' → '.join(map(str, GRADUALLY))} % took {as_taken(lowered)} a step at most, scaling down {as_taken(down)};"
            f" what was written meanwhile is there{self.undecided(crowd)}",
            f"off after {as_taken(off)}",
            {
                "users": asked,
                "users_at_work": len(crowd.users),
                "requests": crowd.requests,
                "failed_requests": len(crowd.failed),
                "written": written,
                "readable": written,
            },
        )

    def undecided(self, crowd: UsersAtWork) -> str:
        """What nothing was decided about: the failed requests, where the plan has no limit for them; else empty."""
        unlimited = crowd.users and not self.budgets
        return f"; {crowd.failures}, which decides nothing: the plan has no limit for them" if unlimited else ""

    def within(self, seconds: float) -> float | None:
        """The time limit of a whole step, in seconds; None in a cluster, where the post-check's limit begins after the rollout."""
        return seconds if self.target.environment == STANDIN else None

    def scale_down_and_up(self) -> None:
        """Stop the backend, and start it again also after a failure."""
        try:
            with self.course.step("scale down", self.within(STOPPED_S)):
                self.switches.down()
                holds("the backend was scaled down", self.expect_silence, STOPPED_S)
        finally:
            with self.course.step("scale up again", self.within(STARTED_S)):
                self.switches.up()
                holds("the backend was scaled up again", partial(expect_ready, self.target, self.client), STARTED_S)

    def expect_silence(self) -> None:
        """AssertionError if the backend still answers."""
        try:
            answer = self.client.get(self.target.ready_path)
        except NoAnswer:
            return
        assert answer.status_code in self.switches.answers_of_others, f"it still answers, with {answer.status_code}"


@contextmanager
def set_up() -> Iterator[None]:
    """Raise CannotTell for a Failed in the block: users who were never brought there say nothing about the way back."""
    try:
        yield
    except Failed as error:
        raise CannotTell(f"what is rolled back was not there to begin with: {error}") from None


def expect_ready(target: XcrTarget, client: Client) -> None:
    """AssertionError unless the backend is ready."""
    expect(client.get(target.ready_path))


def expect_readable(written: Sequence[tuple[Api, Project]]) -> None:
    """AssertionError unless each account can read its project unchanged; Obstacle where nothing answers for the backend."""
    for person, project in written:
        try:
            found = person.project(project.id)
        except AssertionError as error:
            if isinstance(error, NoAnswer) or (isinstance(error, Unexpected) and error.status in UNAVAILABLE):
                raise Obstacle(f"nobody can read what was written: {summary_of(error)}") from None
            raise
        assert found.name == project.name, "what was written is another thing by now"


def followed(crowd: UsersAtWork, percent: int, what: str) -> None:
    """Wait until the users at work follow to *percent*; Failed if they do not in time, or if one goes back."""
    holds(what, partial(crowd.expect_follows, percent, time.monotonic()))
    settled = time.monotonic()
    holds(what, partial(crowd.expect_settled, settled))
    if back := crowd.went_back(percent, settled):
        raise Failed(f"after {what}: {len(back)} of {len(crowd.users)} users at work went back")


def holds(what: str, check: Callable[[], None], within: float = SWITCHED_S) -> None:
    """Wait until the post-check of a step holds; Failed after *within* seconds."""
    try:
        eventually(check, within=within)
    except Obstacle:
        raise
    except AssertionError as error:
        last = one_line(str(error)).partition("; last: ")[2] or one_line(str(error))
        raise Failed(f"{within:g} s after {what}: {last}") from None


ROLLBACK = Exercise(
    criterion=CRITERION,
    sentence="carries out the rollback procedures step by step, and looks whether each took effect",
    carry_out=rollback_drill,
    needs=("admin_email", "admin_password"),
    needs_outside=(
        *("exposure_path", "internal_users", "kubernetes_context", "kubernetes_namespace", "kubernetes_deployments"),
        "kubernetes_percentage_variable",
    ),
    allows_outside=(Action.WRITE,),
    refuse_outside=refuse_unprepared,
)
