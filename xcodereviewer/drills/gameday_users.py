"""Users of a game day: they write repeatedly, verify their writes, and leave the new backend at the rollback."""

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
from xcodereviewer.api import Api
from xcodereviewer.drills.asked_users import spread_users
from xcodereviewer.drills.rollback import SWITCHED_S
from xcodereviewer.drills.standin_switches import StandinSwitches
from xcodereviewer.drills.users_at_work import User, UsersAtWork, users_at_work
from xcodereviewer.drills.work_threads import ANSWER_S
from xcodereviewer.drills.writing_users import every
from xcodereviewer.models import Page, Project
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

EVERYBODY = 100  # percent
WRITES_EVERY = 3  # rounds; in the others a user reads its last write
READY_S = 15


@dataclass
class GamedayUser(User):
    """A user that notes which of its acknowledged writes are *missing* or *altered*."""

    missing: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)

    def use(self) -> None:
        """Write, or verify the last write."""
        if len(self.rounds) % WRITES_EVERY == 0 or not self.written:
            self.written.append(self.person.new_project(fresh_name()))
        else:
            self.look_back(self.written[-1])

    def look_back(self, project: Project) -> None:
        """Verify one acknowledged project, and note a loss."""
        answer = self.person.get(f"/projects/{project.id}")
        if answer.status_code == 404:
            self.missing.add(label(project))
        elif expect_as(Project, answer).name != project.name:
            self.altered.add(label(project))

    def look_at_all(self) -> None:
        """Verify every acknowledged project, and note losses."""
        there = {project.id: project for project in every(self.person, "/projects", Page[Project])}
        for project in self.written:
            if project.id not in there:
                self.missing.add(label(project))
            elif there[project.id].name != project.name:
                self.altered.add(label(project))


def label(project: Project) -> str:
    """The label of a lost project."""
    return f"project {project.id}"


@dataclass(frozen=True)
class GamedayUsers:
    """The *users* on the new backend, their threads (*crowd*), and the *switches* that move them off it."""

    users: list[GamedayUser]
    crowd: UsersAtWork
    switches: StandinSwitches

    def so_far(self) -> WorkSoFar:
        """The counts up to now, from the users' own answers."""
        return WorkSoFar(
            requests=self.crowd.requests,
            failed=len(self.crowd.failed),
            written=len(self.crowd.written),
            missing=tuple(lost for user in self.users for lost in sorted(user.missing.copy())),
            altered=tuple(lost for user in self.users for lost in sorted(user.altered.copy())),
        )

    def roll_back(self) -> None:
        """Turn the flag off and wait until every user has left the new backend; AssertionError if that takes too long."""
        self.switches.disable()
        eventually(partial(self.crowd.expect_follows, 0, time.monotonic()), within=SWITCHED_S)

    def in_the_end(self) -> WorkSoFar:
        """The final counts, after every write was read back; AssertionError if that is impossible."""
        self.crowd.end()
        for user in self.users:
            eventually(user.look_at_all, within=READY_S)
        return self.so_far()


@contextmanager
def gameday_users(target: XcrTarget) -> Iterator[GamedayUsers]:
    """Ten users at work on the new backend of the stand-in; its switches are restored after the block."""
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
