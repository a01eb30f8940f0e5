"""Users at work while the rollout's switches change: each reads its flag repeatedly and works only if it is on the new backend."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from rollout.plan import Limit
from rollout.target.answer import expect, expect_as
from rollout.target.deadline import each
from rollout.target.http import client_to
from rollout.target.message import one_line
from rollout.target.obstacle import needed
from xcodereviewer.api import Api
from xcodereviewer.drills.work_threads import ANSWER_S, WorkThreads
from xcodereviewer.fixtures.users import desk, registered, strong_password
from xcodereviewer.flag_buckets import FLAG, bucket
from xcodereviewer.models import Exposure, Project
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

MOST_WRITTEN = 5  # by each user; later rounds only read
SETTLED_ROUNDS = 2  # of each user, in which it must not go back


@dataclass
class User:
    """
    One user, with *id* for the flag and the account *person* for its work.

    *rounds* are pairs of the moment of reading the flag and its value; *requests* counts the requests sent, *failed* has
    the errors, and *written* the acknowledged projects.
    """

    id: str
    person: Api
    path: str
    rounds: list[tuple[float, bool]] = field(default_factory=list)
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    written: list[Project] = field(default_factory=list)

    def work(self) -> None:
        """One round: read the flag, and work on the new backend if it is on."""
        asked, on = time.monotonic(), self.rounds[-1][1] if self.rounds else False
        try:
            self.requests += 1
            on = expect_as(Exposure, self.person.client.get(self.path, headers=self.person.headers)).flags[FLAG]
            if on:
                self.requests += 1
                self.use()
        except (AssertionError, KeyError) as error:
            self.failed.append(one_line(str(error)))
        self.rounds.append((asked, on))

    def use(self) -> None:
        """Create a project, or read after MOST_WRITTEN of them."""
        if len(self.written) < MOST_WRITTEN:
            self.written.append(self.person.new_project(fresh_name()))
        else:
            expect(self.person.get("/projects"))

    def since(self, moment: float) -> list[bool]:
        """The flag in each round that began after *moment*."""
        return [on for asked, on in self.rounds if asked > moment]


@dataclass(frozen=True)
class UsersAtWork:
    """Users at work, each in a thread of its own."""

    users: Sequence[User]
    threads: WorkThreads = field(default_factory=WorkThreads)

    def begin(self) -> None:
        """Let every user begin to work."""
        self.threads.begin(user.work for user in self.users)

    def end(self) -> None:
        """Let every user come to the end of its work."""
        self.threads.end()

    def expect_follows(self, percent: int, switched: float) -> None:
        """AssertionError unless every user has read its flag after the moment *switched* and follows *percent*."""
        last = {user.id: user.since(switched)[-1:] for user in self.users}
        wrong = [name for name, found in last.items() if found != [bucket(name) < percent]]
        assert not wrong, f"{len(wrong)} of {len(last)} users at work have not followed to {percent} %"

    def expect_settled(self, settled: float) -> None:
        """AssertionError unless every user has had SETTLED_ROUNDS rounds after the moment *settled*."""
        seen = min((len(user.since(settled)) for user in self.users), default=SETTLED_ROUNDS)
        assert seen >= SETTLED_ROUNDS, f"users at work asked {seen} times, want {SETTLED_ROUNDS}"

    def went_back(self, percent: int, settled: float) -> list[str]:
        """The ids of users that did not follow *percent* in a round after the moment *settled*."""
        return [user.id for user in self.users if (bucket(user.id) >= percent) in user.since(settled)]

    def beyond(self, budgets: Sequence[Limit]) -> str:
        """A line about failed requests if their share in percent breaks one of *budgets*, else empty."""
        percent = 100 * len(self.failed) / max(self.requests, 1)
        broken = [str(budget) for budget in budgets if not budget.holds(percent)]
        if not self.failed or not broken:
            return ""
        return f"{self.failures}, want {' and '.join(dict.fromkeys(broken))}, first: {self.failed[0]}"

    @property
    def failures(self) -> str:
        """How many requests failed, in words."""
        return f"{len(self.failed)} of {self.requests} requests of users at work failed"

    @property
    def requests(self) -> int:
        return sum(user.requests for user in self.users)

    @property
    def failed(self) -> list[str]:
        return [complaint for user in self.users for complaint in user.failed]

    @property
    def written(self) -> list[tuple[Api, Project]]:
        return [(user.person, project) for user in self.users for project in user.written]


@contextmanager
def users_at_work(
    target: XcrTarget, ids: Sequence[str], kind: type[User] = User, new_name: Callable[[], str] = fresh_name
) -> Iterator[UsersAtWork]:
    """
    Users of a *kind* at work, one for each of *ids*, each with a new account; after the block their data is deleted.

    *new_name* names the accounts.
    """
    path = str(needed(target, "exposure_path"))
    with ExitStack() as stack:
        people = [stack.enter_context(somebody(target, new_name())) for _ in ids]
        crowd = UsersAtWork(
            [kind(name, person, path.format(user_id=name)) for name, person in zip(ids, people, strict=True)]
        )
        crowd.begin()
        try:
            yield crowd
        finally:
            crowd.end()


@contextmanager
def somebody(target: XcrTarget, name: str) -> Iterator[Api]:
    """A new account *name* with its own connections; after the block its data is deleted."""
    with (
        client_to(target, each(ANSWER_S)) as client,
        desk(registered(client, name, strong_password())) as person,
    ):
        yield person
