"""The user ids whose flag a rollback drill reads, to see which of them are on the new backend."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count

from rollout.target.answer import expect_as, summary_of
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle, needed
from xcodereviewer.api import Api
from xcodereviewer.drills.drill_accounts import drill_account_name
from xcodereviewer.fixtures.exposure import READS_EACH
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.flag_buckets import FLAG, bucket
from xcodereviewer.models import Exposure
from xcodereviewer.target import XcrTarget

USERS = 20  # their buckets are five apart, so that a percentage five too high is noticed


def spread_users(without: Collection[str] = ()) -> tuple[str, ...]:
    """USERS user ids with evenly spread buckets; none of those in *without*, which are on the new backend at any share."""
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
    The *users* by which the share is checked, and the *internal* ones, which are on the new backend at any share.

    *readers* are the accounts that read the flag. A new one is registered every READS_EACH reads: a single account would
    meet the rate limit.
    """

    target: XcrTarget
    client: Client
    users: tuple[str, ...]
    internal: tuple[str, ...]
    readers: list[Api] = field(default_factory=list)
    reads: int = 0

    @property
    def everybody(self) -> tuple[str, ...]:
        """All user ids, internal ones included."""
        return (*self.users, *self.internal)

    def is_on(self, user_id: str) -> bool:
        """Whether the backend reports a user as on the new backend; Obstacle where it reports nothing."""
        path = str(needed(self.target, "exposure_path")).format(user_id=user_id)
        try:
            flags = expect_as(Exposure, self.client.get(path, headers=self.reader().headers)).flags
        except AssertionError as error:
            raise Obstacle(f"nobody can read who is on the new backend: {summary_of(error)}") from None
        if FLAG not in flags:
            raise Obstacle(f"nobody can read who is on the new backend: {path}: got no flag {FLAG}")
        return flags[FLAG]

    def reader(self) -> Api:
        """The account for one more read."""
        if self.reads % READS_EACH == 0:
            self.readers.append(registered(self.client, drill_account_name(), strong_password()))
        self.reads += 1
        return self.readers[-1]

    def expect_share(self, percent: int) -> None:
        """AssertionError unless exactly the users below the percentage are on the new backend."""
        seen: Mapping[str, bool] = {user: self.is_on(user) for user in self.users}
        wrong = [user for user in self.users if seen[user] != (bucket(user) < percent)]
        assert not wrong, f"{sum(seen.values())} of {len(self.users)} users are on the new backend, want {percent} %"

    def expect_internal(self) -> None:
        """AssertionError if an internal user is not on the new backend, where it is at any share."""
        off = [user for user in self.internal if not self.is_on(user)]
        assert not off, (
            f"{len(off)} of {len(self.internal)} internal users are not on the new backend: see `internal_users`"
        )

    def expect_nobody(self) -> None:
        """AssertionError if any user, internal ones included, is on the new backend."""
        on = [user for user in self.everybody if self.is_on(user)]
        assert not on, f"{len(on)} of {len(self.everybody)} users are still on the new backend"
