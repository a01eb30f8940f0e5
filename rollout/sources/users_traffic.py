"""Requests of users, from the /metrics pages of the replicas that answered them."""

import time
from typing import TYPE_CHECKING

from rollout.evidence.records import Requests, Sample
from rollout.metrics.of_users import SAMPLE, SOURCE, USERS
from rollout.sources.scrape import Page, grown, page, requests

if TYPE_CHECKING:
    from rollout.target import Target

TIMEOUT_S = 3.0


class UsersTraffic:
    """
    What was counted since the look before, over all replicas; the first look only begins the count.

    If one replica does not answer, nothing is told, and the next look covers both times: a part would hide failures.
    """

    name = SOURCE
    metrics = USERS
    needs: tuple[str, ...] = ("metrics_urls",)

    def __init__(self, target: "Target") -> None:
        import httpx

        from rollout.target.http import Client

        self._urls = [httpx.URL(str(url)) for url in target.metrics_urls]
        self._clients = [Client(f"{url.scheme}://{url.netloc.decode()}", target.ca_file) for url in self._urls]
        self._ignored = frozenset(target.metrics_ignore)
        self._pages: list[Page | None] = [None] * len(self._urls)
        self._looked_at: float | None = None

    def sample(self) -> dict[str, Sample]:
        """The requests of all replicas, or the first error."""
        began, pages = time.time(), []
        for number in range(len(self._urls)):
            try:
                pages.append(self._read(number))
            except (AssertionError, ValueError, OSError) as error:
                return {SAMPLE: Sample(error=f"{self._urls[number]}: {error}")}
        found = [self._requests(now, before) for now, before in zip(pages, self._pages, strict=True)]
        self._pages, self._looked_at = [*pages], began
        return {SAMPLE: told(added(found))}

    def _read(self, number: int) -> Page:
        answer = self._clients[number].get(self._urls[number].raw_path.decode(), timeout=TIMEOUT_S)
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        return page(answer.text)

    def _requests(self, now: Page, before: Page | None) -> Requests:
        return requests(grown(now, before, self._looked_at), self._ignored)


def added(some: list[Requests]) -> Requests:
    """The sum over replicas; an edge that one of them does not have is nobody's."""
    edges = set(some[0].over).intersection(*(each.over for each in some)) if some else set()
    return Requests(
        n=sum(each.n for each in some),
        failed=sum(each.failed for each in some),
        over={edge: sum(each.over[edge] for each in some) for edge in sorted(edges, key=float)},
    )


def told(counted: Requests) -> Sample:
    """The sample with its text."""
    return Sample(value=counted.n, text=f"{counted.n} requests, {counted.failed} failed", requests=counted)
