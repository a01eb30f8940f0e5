"""Count requests of users, from the /metrics pages of the replicas that answered them."""

import time
from typing import TYPE_CHECKING

from rollout.evidence.records import Requests, Sample
from rollout.metrics.of_users import SAMPLE, SOURCE, USERS
from rollout.sources.scrape import ScrapedPage, grown, page, requests

if TYPE_CHECKING:
    from rollout.target import Target
    from rollout.target.http import Client

TIMEOUT_S = 3.0


class UsersTraffic:
    """
    Requests since the sample before, over all replicas; the first sample only starts the count.

    If one replica does not answer, the sample is an error, and the next one covers both times: a part would hide
    failures.
    """

    name = SOURCE
    metrics = USERS
    needs: tuple[str, ...] = ("metrics_urls",)

    def __init__(self, target: "Target") -> None:
        import httpx

        from rollout.target.deadline import each
        from rollout.target.http import Client

        urls = [httpx.URL(str(url)) for url in target.metrics_urls]
        self._places = [(f"{url.scheme}://{url.netloc.decode()}", url.raw_path.decode()) for url in urls]
        self._clients = [Client(origin, target.ca_file, each(TIMEOUT_S)) for origin, _ in self._places]
        self._ignored = frozenset(target.metrics_ignore)
        self._pages: list[ScrapedPage | None] = [None] * len(urls)
        self._looked_at: float | None = None

    def sample(self) -> dict[str, Sample]:
        """The requests of all replicas, or the first error, under `users.requests`."""
        began, pages = time.time(), []
        for client, (origin, path) in zip(self._clients, self._places, strict=True):
            try:
                pages.append(read(client, path))
            except (AssertionError, ValueError, OSError) as error:
                return {SAMPLE: Sample(error=f"{origin}{path}: {error}")}
        found = [self._requests(now, before) for now, before in zip(pages, self._pages, strict=True)]
        self._pages, self._looked_at = [*pages], began
        return {SAMPLE: told(added(found))}

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            client.close()

    def _requests(self, now: ScrapedPage, before: ScrapedPage | None) -> Requests:
        return requests(grown(now, before, self._looked_at), self._ignored)


def read(client: "Client", path: str) -> ScrapedPage:
    """The page of one replica; ValueError where it is no page of metrics."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise ValueError(f"status {answer.status_code}")
    return page(answer.text)


def added(some: list[Requests]) -> Requests:
    """The sum over replicas; a bucket edge that one of them lacks is left out."""
    edges = set(some[0].over).intersection(*(each.over for each in some)) if some else set()
    return Requests(
        n=sum(each.n for each in some),
        failed=sum(each.failed for each in some),
        over={edge: sum(each.over[edge] for each in some) for edge in sorted(edges, key=float)},
    )


def told(counted: Requests) -> Sample:
    """The sample with its text."""
    return Sample(value=counted.n, text=f"{counted.n} requests, {counted.failed} failed", requests=counted)
