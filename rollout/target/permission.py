"""Guards of requests to a target: reads and its own sign-ins always pass, others need a permission; all keep a rate."""

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
    Request *extensions* with the purpose of a request.

    Without them a request that is no read counts as `write`. The purpose `rate-limit` needs that permission also for a
    read, and returns a 429 without a second sending.
    """
    return {PURPOSE: action} | (as_it_comes() if action is Action.RATE_LIMIT else {})


def as_it_comes() -> dict[str, Any]:
    """Request *extensions* that return a 429 without rest and second sending, for checks that expect one."""
    return {AS_IT_COMES: True}


def permission_for(request: httpx.Request) -> Action | None:
    """The permission that *request* needs, by its method and purpose; None for a read."""
    told: Action | None = request.extensions.get(PURPOSE)
    if request.method in READS:
        return told if told is Action.RATE_LIMIT else None
    return told or Action.WRITE


class ReadOnly:
    """The guard of a client without a target: it admits reads only."""

    rate: RequestRate | None = None

    def admit(self, request: httpx.Request) -> None:
        """Raise ValueError for a request that changes something: a defect of the check."""
        if permission_for(request) is not None:
            raise ValueError(f"{request.method} by a client without a target: make it with client_to(target)")

    def link_fault(self) -> str:
        """Why no answer says nothing about the target, in words: this machine's own link is down. Empty if it is up."""
        return ""


class Guard(ReadOnly):
    """The guard of a client of *target*: it admits what the target allows, at its request rate."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.rate = rate_of(target)

    def admit(self, request: httpx.Request) -> None:
        """Wait until the rate permits *request*; NotPermitted if the target does not allow it."""
        needed = permission_for(request)
        if needed and not self.target.may(needed) and not self._signs_in(request):
            raise NotPermitted(self.target, needed)
        if self.rate and needed is not Action.RATE_LIMIT:
            self.rate.turn()

    def link_fault(self) -> str:
        """Why the link to the target counts as down, in words; empty if it is up. With a `link_reference` it is asked."""
        from rollout.target.own_link import OwnLink  # imports psutil, which only a missing answer needs

        link = OwnLink(self.target)
        return "" if link.up() else link.why

    def _signs_in(self, request: httpx.Request) -> bool:
        """Whether *request* signs in one of the accounts that the target names."""
        return self.target.signs_in(request.method, request.url.path, request.read())


def rate_of(target: Target) -> RequestRate | None:
    """The request rate of a target, shared by all processes of the project; None if it has none."""
    usual = PER_SECOND_ON_PRODUCTION if target.environment == "production" else None
    per_second = target.requests_per_second or usual
    return RequestRate(per_second, current_project().results / target.name / "rate.lock") if per_second else None
