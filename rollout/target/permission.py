"""What may be sent to a target: reads and its own sign-ins always, everything else by permission; and how fast."""

from typing import Any

import httpx

from rollout.project import current_project
from rollout.target.obstacle import NotPermitted
from rollout.target.request_rate import RequestRate
from rollout.target.settings import READS, Action, Target

PURPOSE = "rollout.purpose"
AS_IT_COMES = "rollout.as-it-comes"
PER_SECOND_ON_PRODUCTION = 5.0


def purpose(action: Action) -> dict[str, Any]:
    """
    Request *extensions* that say what a request is for.

    A request without them that is no read makes test data. What is for `rate-limit` needs that permission even as a
    read, and takes a 429 as it comes.
    """
    return {PURPOSE: action} | (as_it_comes() if action is Action.RATE_LIMIT else {})


def as_it_comes() -> dict[str, Any]:
    """Request *extensions* of a check that looks for a 429, so that nobody rests and asks again."""
    return {AS_IT_COMES: True}


def permission_for(request: httpx.Request) -> Action | None:
    """What *request* needs to be allowed by the target, by its method and its purpose; None for a read."""
    told: Action | None = request.extensions.get(PURPOSE)
    if request.method in READS:
        return told if told is Action.RATE_LIMIT else None
    return told or Action.WRITE


class ReadOnly:
    """Of a client that was made without a target: it sends reads only."""

    rate: RequestRate | None = None

    def admit(self, request: httpx.Request) -> None:
        """Raise ValueError for a request that changes something: a defect of the check."""
        if permission_for(request) is not None:
            raise ValueError(f"{request.method} by a client without a target: make it with client_to(target)")


class Guard(ReadOnly):
    """Lets through what *target* allows, at its rate."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.rate = rate_of(target)

    def admit(self, request: httpx.Request) -> None:
        """Wait for the next turn; NotPermitted where the target does not allow *request*."""
        needed = permission_for(request)
        if needed and not self.target.may(needed) and not self._signs_in(request):
            raise NotPermitted(self.target, needed)
        if self.rate and needed is not Action.RATE_LIMIT:
            self.rate.turn()

    def _signs_in(self, request: httpx.Request) -> bool:
        """Whether *request* signs in one of the accounts that the target names."""
        return self.target.signs_in(request.method, request.url.path, request.read())


def rate_of(target: Target) -> RequestRate | None:
    """The request rate of a target, shared by every process of the project; None where there is none to keep."""
    usual = PER_SECOND_ON_PRODUCTION if target.environment == "production" else None
    per_second = target.requests_per_second or usual
    return RequestRate(per_second, current_project().results / target.name / "rate.lock") if per_second else None
