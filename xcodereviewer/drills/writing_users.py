"""Users that write and start reviews continuously, and a check of everything that was acknowledged to them."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from rollout.drill.work_rounds import WorkRound
from rollout.target.answer import expect, expect_as
from rollout.target.deadline import each
from rollout.target.http import client_to
from rollout.target.message import one_line
from xcodereviewer.api import PAGE, Api
from xcodereviewer.drills.work_threads import ANSWER_S, WorkThreads
from xcodereviewer.fixtures.reviews import source_of
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.models import Id, Page, Project, Task
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

WRITERS, REVIEWERS = 4, 2
LOOK_S = 0.25  # s, between two reads of a review
REVIEW_S = 20.0  # s, for the end of an undisturbed review; a disturbed one takes several seconds
Item = TypeVar("Item", Project, Task)


@dataclass
class WritingUser:
    """
    One user that creates a project in each round, and reads the list.

    *written*: acknowledged id → its name. *reader* is the same account on connections of another thread.
    """

    name: str
    person: Api
    reader: Api
    ended: threading.Event
    rounds: list[WorkRound] = field(default_factory=list)
    written: dict[Id, str] = field(default_factory=dict)

    def work_once(self) -> None:
        """One round, noted with its complaint."""
        began, complaint = time.monotonic(), ""
        try:
            self.work()
        except AssertionError as error:
            complaint = one_line(str(error))
        self.rounds.append(WorkRound(self.name, began, time.monotonic(), complaint))

    def work(self) -> None:
        """One round; AssertionError if the backend fails."""
        name = fresh_name()
        self.written[self.person.new_project(name).id] = name
        expect(self.person.get("/projects"))

    def gone(self) -> set[str]:
        """The labels of acknowledged projects that are missing or altered."""
        wanted = dict(self.written)  # before the list is read: later writes need not be in it
        found = {project.id: project.name for project in every(self.reader, "/projects", Page[Project])}
        return {f"project {key} of {self.name}" for key, name in wanted.items() if found.get(key) != name}

    def unended(self) -> set[str]:
        """Empty: projects need no end."""
        return set()


@dataclass
class ReviewingUser(WritingUser):
    """One user that starts a review of the same project in each round, and waits for its end."""

    project: Project | None = None

    def work(self) -> None:
        """Start one review and wait for its end."""
        assert self.project is not None
        task = self.person.new_task(self.project)
        self.written[task.id] = task.status
        until = time.monotonic() + REVIEW_S
        while not task.over and not self.ended.wait(LOOK_S):
            assert time.monotonic() < until, f"review {task.id} is {task.status} after {REVIEW_S:g} s"
            task = self.person.task(task.id)
        assert task.status != "failed", f"review {task.id} failed: {task.error_message}"

    def tasks(self) -> dict[Id, Task]:
        """The current state of the user's reviews, by id."""
        return {task.id: task for task in every(self.reader, "/tasks", Page[Task])}

    def gone(self) -> set[str]:
        """The labels of accepted reviews that are missing."""
        wanted = dict(self.written)
        found = self.tasks()
        return {f"review {key} of {self.name}" for key in wanted if key not in found}

    def unended(self) -> set[str]:
        """The labels of accepted reviews that have not ended after REVIEW_S further seconds."""
        wanted, until = dict(self.written), time.monotonic() + REVIEW_S
        while True:
            found = self.tasks()
            left = {key for key in wanted if key in found and not found[key].over}
            if not left or time.monotonic() > until:
                return {f"review {key} of {self.name}" for key in left}
            self.ended.wait(LOOK_S)


@dataclass(frozen=True)
class WritingUsers:
    """All users, as the work under a drill of failures."""

    people: tuple[WritingUser, ...]

    @property
    def users(self) -> tuple[str, ...]:
        return tuple(user.name for user in self.people)

    def rounds(self) -> list[WorkRound]:
        """Every finished round, in the order of the ends."""
        return sorted((each for user in self.people for each in list(user.rounds)), key=lambda each: each.ended)

    def acknowledged(self) -> int:
        """The number of acknowledged projects and reviews."""
        return sum(len(user.written) for user in self.people)

    def gone(self) -> set[str]:
        """The labels of acknowledged projects and reviews that are missing or altered."""
        return {lost for user in self.people for lost in user.gone()}

    def unended(self) -> set[str]:
        """The labels of accepted reviews that do not end."""
        return {left for user in self.people for left in user.unended()}


def every(person: Api, path: str, model: type[Page[Item]]) -> Iterator[Item]:
    """
    Every item of *person* in a list, page by page.

    The newest comes first, so that a write meanwhile moves entries to later pages and hides none.
    """
    number = 1
    while True:
        page = expect_as(model, person.get(path, page=number, page_size=PAGE))
        yield from page.items
        if number * PAGE >= page.total:
            return
        number += 1


@contextmanager
def writing_users(target: XcrTarget) -> Iterator[WritingUsers]:
    """Users at work during the block, each in its own thread; their data is not deleted, since the stand-in ends."""
    threads = WorkThreads()
    with ExitStack() as stack:
        clients = [stack.enter_context(client_to(target, each(ANSWER_S))) for _ in range(WRITERS + REVIEWERS)]
        looking = stack.enter_context(client_to(target, each(ANSWER_S)))  # for the thread that verifies the writes
        people = [registered(client, fresh_name(), strong_password()) for client in clients]
        both = [(person, Api(looking, person.name, person.password), threads.ended) for person in people]
        users = WritingUsers(
            (
                *(WritingUser(facts[0].name, *facts) for facts in both[:WRITERS]),
                *(reviewer(target, *facts) for facts in both[WRITERS:]),
            )
        )
        threads.begin(user.work_once for user in users.people)
        try:
            yield users
        finally:
            threads.end()


def reviewer(target: XcrTarget, person: Api, reader: Api, ended: threading.Event) -> ReviewingUser:
    """A user with a project that can be reviewed."""
    project = person.new_project(fresh_name(), **source_of(target))
    return ReviewingUser(person.name, person, reader, ended, project=project)
