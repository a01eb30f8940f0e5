"""Users of a game day: they write time and again, look whether it is still there, and leave the new backend when it is rolled back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from rollout.at_work import WorkSoFar
from rollout.target.answer import expect, expect_as
from rollout.target.deadline import each
from rollout.target.http import client_to
from rollout.target.obstacle import needed
from rollout.target.wait import eventually
from xcodereviewer.api import PAGE, Api
from xcodereviewer.drills.asked_users import spread_users
from xcodereviewer.drills.rollback import SWITCHED_S
from xcodereviewer.drills.standin_switches import StandinSwitches
from xcodereviewer.drills.users_at_work import ANSWER_S, User, UsersAtWork, users_at_work
from xcodereviewer.models import Project
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

EVERYBODY = 100  # percent
WRITES_EVERY = 3  # rounds; in the others a user reads what was written last
READY_S = 15


@dataclass
class GamedayUser(User):
    """A user who remembers what is *missing* and *altered* of what the new backend took."""

    missing: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)

    def use(self) -> None:
        """Write, or look at what was written last."""
        if len(self.rounds) % WRITES_EVERY == 0 or not self.written:
            self.written.append(self.person.new_project(fresh_name()))
        else:
            self.look_back(self.written[-1])

    def look_back(self, project: Project) -> None:
        """Whether a project is as it was acknowledged."""
        answer = self.person.get(f"/projects/{project.id}")
        if answer.status_code == 404:
            self.missing.add(label(project))
        elif expect_as(Project, answer).name != project.name:
            self.altered.add(label(project))

    def look_at_all(self) -> None:
        """Whether every project is as it was acknowledged."""
        there = {each.id: each for each in self.person.projects(page_size=PAGE).items}
        for project in self.written:
            if project.id not in there:
                self.missing.add(label(project))
            elif there[project.id].name != project.name:
                self.altered.add(label(project))


def label(project: Project) -> str:
    """What a loss is called."""
    return f"project {project.id}"


@dataclass(frozen=True)
class GamedayUsers:
    """A *crowd* of *users* on the new backend, and the *switches* that take them off it."""

    users: list[GamedayUser]
    crowd: UsersAtWork
    switches: StandinSwitches

    def so_far(self) -> WorkSoFar:
        """What they have seen themselves."""
        return WorkSoFar(
            requests=self.crowd.requests,
            failed=len(self.crowd.failed),
            written=len(self.crowd.written),
            missing=tuple(lost for user in self.users for lost in sorted(user.missing.copy())),
            altered=tuple(lost for user in self.users for lost in sorted(user.altered.copy())),
        )

    def roll_back(self) -> None:
        """The emergency switch, until everybody has followed; AssertionError where they do not in time."""
        self.switches.disable()
        eventually(partial(self.crowd.expect_follows, 0, time.monotonic()), within=SWITCHED_S)

    def in_the_end(self) -> WorkSoFar:
        """What became of everything written; AssertionError where it cannot be read."""
        self.crowd.end()
        for user in self.users:
            eventually(user.look_at_all, within=READY_S)
        return self.so_far()


@contextmanager
def gameday_users(target: XcrTarget) -> Iterator[GamedayUsers]:
    """Ten users at work on the new backend of the stand-in; its switches are put back as they were found."""
    ids = spread_users()[::2]
    with client_to(target, each(ANSWER_S)) as client:
        admin = Api(client, needed(target, "admin_email"), needed(target, "admin_password"), who="the administrator")
        switches = StandinSwitches(admin)
        with switches.put_back():
            switches.share(EVERYBODY)
            expect(client.get(target.ready_path))
            with users_at_work(target, ids, GamedayUser) as crowd:
                users = [user for user in crowd.users if isinstance(user, GamedayUser)]
                yield GamedayUsers(users, crowd, switches)
