"""Raise the rate step by step until a budget breaks, and find the highest rate within every budget."""

from dataclasses import asdict, dataclass, field
from math import floor, log

import msgspec

from rollout.evidence.records import Capacity, CapacityStep
from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.load_step import broken_budgets, published_mean_ms
from rollout.judge.load_validity import on_time, sent_enough
from rollout.plan.load_shape import Steps

STEP_S = 15
GROWTH = 1.25
LOWEST = 0.5
SETTLE_S = 4
MOST_PER_USER = 240.0  # actions per minute: targets limit the rate of one user


def search_steps(actions_per_minute: float) -> Steps:
    """Steps of equal length, each a quarter faster than the previous one, up to MOST_PER_USER."""
    highest = MOST_PER_USER / actions_per_minute
    count = max(1, floor(log(highest / LOWEST) / log(GROWTH)) + 1)
    return tuple((float(number * STEP_S), LOWEST * GROWTH**number) for number in range(count))


def length_s(steps: Steps) -> float:
    """Seconds that all steps take, including the judgement of the last one."""
    return steps[-1][0] + STEP_S + SETTLE_S + 2


@dataclass
class SearchSecond:
    """The counts of one second: its requests, and its arrivals *planned* and *sent*."""

    row: Row
    planned: int = 0
    sent: int = 0


@dataclass
class SearchStep:
    """
    The result of one step at *per_second* arrivals per second.

    *broken* names the deciding budgets that were exceeded, *beyond_target* the advisory ones; *generator* is the reason
    why the generator could not keep the rate, else empty.
    """

    per_second: float
    n: int = 0
    failed_percent: float = 0.0
    mean_ms: float = 0.0
    broken: list[str] = field(default_factory=list)
    beyond_target: list[str] = field(default_factory=list)
    generator: str = ""


class CapacitySearch:
    """Judge each step at its end; the search is over at the first step that breaks a budget or the generator."""

    def __init__(self, cases: list[Case], shape: Steps, full_per_second: float, slow_ms: tuple[float, ...]) -> None:
        self._cases = cases
        self._shape = shape
        self._full = full_per_second
        self._slow_ms = slow_ms
        self._seconds: dict[int, SearchSecond] = {}
        self._offline: dict[int, str] = {}
        self.steps: list[SearchStep] = []

    def see(self, second: int, names: dict[str, Row], planned: int = 0, sent: int = 0) -> None:
        """Add the counts written for a *second*; late additions to the same second come as further calls."""
        seen = self._seconds.setdefault(second, SearchSecond(Row.empty(len(self._slow_ms))))
        for each in names.values():
            seen.row.add(each)
        seen.planned += planned
        seen.sent += sent

    def offline(self, second: int, why: str) -> None:
        """Note *why* a second is no evidence about the target: the link of a worker was down, or a limiter refused."""
        self._offline[second] = why

    def certain(self, first: int | None, now: int) -> str:
        """The reason why the search is over; empty while it goes on."""
        while first is not None and len(self.steps) < len(self._shape):
            begin = first + int(self._shape[len(self.steps)][0])
            if now < begin + STEP_S + SETTLE_S:
                return ""
            self.steps.append(self._step(begin))
            last = self.steps[-1]
            if last.generator:
                return f"at {last.per_second:.0f} arrivals a second {last.generator}"
            if last.broken:
                return f"at {last.per_second:.0f} arrivals a second {', '.join(last.broken)} did not hold"
        return ""

    def _step(self, begin: int) -> SearchStep:
        found = [self._seconds[at] for at in range(begin, begin + STEP_S) if at in self._seconds]
        step = SearchStep(round(self._full * self._shape[len(self.steps)][1], 2))
        if not found:
            step.generator = "the generator sent nothing"
            return step
        row = Row.empty(len(self._slow_ms))
        for each in found:
            row.add(each.row)
        planned, sent = sum(each.planned for each in found), sum(each.sent for each in found)
        lost = max(row.due - row.n, row.dropped)
        step.n, bad = row.n + lost, row.err + lost
        step.failed_percent = round(100 * bad / max(step.n, 1), 3)
        step.mean_ms = round(row.total_ms / max(row.n, 1), 2)
        if not sent_enough(sent, planned) or not on_time(row.late, sent):
            step.generator = f"the generator was at its limit: {sent} of {planned} sent, {row.late} late"
        if left_out := [self._offline[at] for at in range(begin, begin + STEP_S) if at in self._offline]:
            step.generator = f"{left_out[0]} for {left_out.count(left_out[0])} s"
            return step
        self._judge(step, row, bad)
        return step

    def _judge(self, step: SearchStep, row: Row, failed: int) -> None:
        for case in broken_budgets(self._cases, row, self._slow_ms, step.n, failed):
            (step.beyond_target if case.criterion.advisory else step.broken).append(case.criterion.id)

    def outlook(self) -> str:
        """The current step and the number of steps, in words."""
        return f"step {len(self.steps) + 1} of {len(self._shape)}"

    @property
    def highest(self) -> SearchStep | None:
        """The fastest step within every budget."""
        good = [step for step in self.steps if not step.broken and not step.generator]
        return good[-1] if good else None

    @property
    def target_ms(self) -> float | None:
        """The plan's limit of the mean latency in milliseconds; None if the plan has none."""
        return published_mean_ms(self._cases)

    def record(self) -> Capacity:
        """The record of the search for the journal."""
        steps = tuple(msgspec.convert(asdict(step), CapacityStep) for step in self.steps)
        return Capacity(rungs=steps, highest_per_second=self.highest.per_second if self.highest else None)
