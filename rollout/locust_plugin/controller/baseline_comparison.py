"""Compare the release with the previous one: the same reads, sent to both at the same moments, without other load."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

import gevent
import gevent.ssl
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

from rollout.evidence.records import ComparisonEnd, ComparisonPairs, Record
from rollout.judge.comparison_prospect import ComparisonProspect
from rollout.judge.excused_seconds import excuse
from rollout.locust_plugin.controller.load_run import LoadRun
from rollout.locust_plugin.controller.own_readings import OwnReadings
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.generator.http_client import LoadClient
from rollout.locust_plugin.generator.schedule import RunClock, Schedule
from rollout.statistics.paired_quantile import Pair
from rollout.target.obstacle import Obstacle
from rollout.target.own_link import OwnLink
from rollout.target.rate_limit import TOO_MANY
from rollout.target.settings import Target

PER_SECOND = 10.0
OPEN_PAIRS = 64
TIMEOUT_S = 10.0
REFUSED = -1.0
DRAIN_S = 12.0  # wait for open pairs at the end; longer than the timeout of one
SETTLE_S = 2

Tell = Callable[[str], None]
Enter = Callable[[FastHttpSession, Target, int], bool]
Append = Callable[[Record], None]


@dataclass(frozen=True)
class Reads:
    """
    The reads to compare: *paths* by name, sent by *readers* users.

    `enter(client, target, number)` signs in reader *number* at the client's host; False if that fails, Obstacle if a
    setting is missing. There are several readers because rate limits count users.
    """

    paths: Mapping[str, str]
    enter: Enter
    readers: int


@dataclass
class BaselineComparison:
    """One side-by-side measurement; `run` writes records by *append* and ends when *prospect* is certain or time is up."""

    reads: Reads
    target: Target
    seed: str
    longest_s: float
    clients: Callable[[str], FastHttpSession]
    append: Append
    tell: Tell
    prospect: ComparisonProspect
    clock: RunClock = field(default_factory=RunClock)

    def __post_init__(self) -> None:
        self._random = Random(f"{self.seed}/beside")
        self._seconds: dict[int, dict[str, list[Pair]]] = {}
        self._pairs = 0
        self._open: set[gevent.Greenlet] = set()

    def run(self) -> None:
        """Sign in at both releases, compare them, and write a ComparisonEnd with the reason."""
        places = (self.target.url(), str(self.target.baseline_url).rstrip("/"))
        readers = [tuple(self.clients(place) for place in places) for _ in range(self.reads.readers)]
        if why := self._closed(readers):
            self.append(ComparisonEnd(reason="closed", text=why))
            return
        self._own = OwnReadings(self.target.url(), OwnLink(self.target), self.clock)
        try:
            reason = self._compare(readers)
        finally:
            self._own.close()
        self.append(ComparisonEnd(reason=reason, text=""))

    def _closed(self, readers: Sequence[tuple[FastHttpSession, ...]]) -> str:
        """The reason why a reader could not sign in at one of the releases; empty if all did."""
        try:
            for number, clients in enumerate(readers):
                for place, client in zip(("release", "baseline"), clients, strict=True):
                    if not self.reads.enter(client, self.target, number):
                        return f"nobody could sign in at the {place}"
        except Obstacle as error:
            return str(error)
        return ""

    def _compare(self, readers: Sequence[tuple[FastHttpSession, ...]]) -> str:
        begin = perf_counter()
        names = list(self.reads.paths)
        told = self.clock.second(begin)
        for number, due in enumerate(moments(Schedule(PER_SECOND, f"{self.seed}/beside", begin), self.longest_s)):
            gevent.sleep(max(0.0, due - perf_counter()))
            if (now := self.clock.second(perf_counter())) > told:
                told = now
                self._own.read(now)
                self._write(before=now - SETTLE_S)
                self._say(perf_counter() - begin)
                if self.prospect.certain:
                    break
            if len(self._open) < OPEN_PAIRS:
                self._begin(readers[number % len(readers)], self._random.choice(names), due)
        gevent.joinall(list(self._open), timeout=DRAIN_S)
        self._own.read(self.clock.second(perf_counter()) + 1)
        self._write(before=1 << 62)
        return "certain" if self.prospect.certain else "time is up"

    def _begin(self, clients: tuple[FastHttpSession, ...], name: str, due: float) -> None:
        pair = gevent.spawn(self._pair, clients, name, self.clock.second(due))
        self._open.add(pair)
        pair.link(self._open.discard)

    def _pair(self, clients: tuple[FastHttpSession, ...], name: str, second: int) -> None:
        """Send one read to both releases at once, in random order; there is no pair if the rate limiter refused one."""
        order = self._random.sample((0, 1), 2)
        path = self.reads.paths[name]
        asked = {place: gevent.spawn(answered_ms, clients[place], path) for place in order}
        gevent.joinall(list(asked.values()))
        if REFUSED in (asked[0].value, asked[1].value):
            return
        self._seconds.setdefault(second, {}).setdefault(name, []).append((asked[0].value, asked[1].value))

    def _write(self, before: int) -> None:
        for second in sorted(at for at in self._seconds if at < before):
            pairs = self._seconds.pop(second)
            self._pairs += sum(len(found) for found in pairs.values())
            reading = self._own.of(second)
            self.prospect.see(second, pairs, excused=bool(excuse(reading, starved=False)))
            self.append(ComparisonPairs(second=second, pairs=pairs, reading=reading))

    def _say(self, seconds: float) -> None:
        self.tell(f"side by side {seconds:.0f}/{self.longest_s:.0f} s  {self._pairs} pairs  {self.prospect.outlook()}")


def moments(schedule: Schedule, longest_s: float) -> Iterator[float]:
    """The moments of a schedule during the next *longest_s* seconds."""
    end = perf_counter() + longest_s
    while schedule.due <= end:
        yield schedule.due
        schedule.advance()


def answered_ms(client: FastHttpSession, path: str) -> float | None:
    """Milliseconds until an answer 200; None for any other answer, REFUSED for a 429, which the limiter gave in its place."""
    sent = perf_counter()
    with client.get(path, name="beside", catch_response=True) as answer:
        answer.success()
        if answer.status_code == TOO_MANY:
            return REFUSED
        return round((perf_counter() - sent) * 1000, 2) if answer.status_code == 200 else None


def compare_before(setup: RunSetup, reads: Reads, run: LoadRun) -> str:
    """Compare before the load of *run*; gives the reason why the load need not start, else an empty text."""
    context = partial(gevent.ssl.create_default_context, cafile=setup.target.ca_file)
    comparison = BaselineComparison(
        reads,
        setup.target,
        setup.seed,
        setup.profile.beside,
        partial(http_session, ssl_context_factory=context),
        run.recorder.journal.append,
        run.tell,
        ComparisonProspect(setup.plan.criteria_of(setup.phase.id)),
    )
    comparison.run()
    return comparison.prospect.stop()


def http_session(place: str, ssl_context_factory: Callable[[], Any]) -> FastHttpSession:
    """A client for *place* whose requests do not enter locust's statistics."""
    return LoadClient(
        place,
        EventHook(),  # type: ignore[no-untyped-call]  # locust's own, without types
        None,
        insecure=False,
        ssl_context_factory=ssl_context_factory,
        network_timeout=TIMEOUT_S,
        connection_timeout=TIMEOUT_S,
        max_redirects=0,
        max_retries=1,
        concurrency=OPEN_PAIRS,
    )
