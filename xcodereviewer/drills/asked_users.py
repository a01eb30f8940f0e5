"""The users who are asked for during a rollback drill: who of them is on the new backend, as they are told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count

from rollout.target.answer import expect_as
from rollout.target.http import Client
from rollout.target.obstacle import needed
from xcodereviewer.api import Api
from xcodereviewer.fixtures.exposure import READS_EACH
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.flag_buckets import FLAG, bucket
from xcodereviewer.models import Exposure
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

USERS = 20  # with buckets five apart: a percentage that is five too high shows


def spread_users(without: Collection[str] = ()) -> tuple[str, ...]:
    """User ids whose buckets are spread evenly over all users; none of those *without*, who are on it whatever the share is."""
    wanted = {place: "" for place in range(0, 100, 100 // USERS)}
    for number in map(str, count(1)):
        if wanted.get(bucket(number)) == "" and number not in without:
            wanted[bucket(number)] = number
        if all(wanted.values()):
            return tuple(wanted.values())
    raise AssertionError("unreachable")


@dataclass
class AskedUsers:
    """
    The *users* of whom the share is asked, and the *internal* ones, who are on the new backend whatever it is.

    *readers* ask, one after the other: a single one who asks until something holds meets the rate limit.
    """

    target: XcrTarget
    client: Client
    users: tuple[str, ...]
    internal: tuple[str, ...]
    readers: list[Api] = field(default_factory=list)
    reads: int = 0

    @property
    def everybody(self) -> tuple[str, ...]:
        """All who are asked for."""
        return (*self.users, *self.internal)

    def is_on(self, user_id: str) -> bool:
        """Whether a user is on the new backend, as they are told."""
        if self.reads % READS_EACH == 0:
            self.readers.append(registered(self.client, fresh_name(), strong_password()))
        self.reads += 1
        path = str(needed(self.target, "exposure_path")).format(user_id=user_id)
        return expect_as(Exposure, self.client.get(path, headers=self.readers[-1].headers)).flags.get(FLAG, False)

    def expect_share(self, percent: int) -> None:
        """Exactly the users below the percentage are on the new backend."""
        seen: Mapping[str, bool] = {user: self.is_on(user) for user in self.users}
        wrong = [user for user in self.users if seen[user] != (bucket(user) < percent)]
        assert not wrong, f"{sum(seen.values())} of {len(self.users)} users are on the new backend, want {percent} %"

    def expect_nobody(self) -> None:
        """Nobody is on the new backend, internal users included."""
        on = [user for user in self.everybody if self.is_on(user)]
        assert not on, f"{len(on)} of {len(self.everybody)} users are still on the new backend"
