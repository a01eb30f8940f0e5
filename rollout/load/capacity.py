"""Capacity search: raise the rate step by step until a budget breaks, and say which rate was the highest within it."""

from dataclasses import asdict, dataclass, field
from math import floor, log

from rollout.judge.finding import Case
from rollout.judge.load_share import budget
from rollout.load.counters import COLUMNS, DROPPED, DUE, ERR, LATE, TOTAL_MS, N, Row
from rollout.plan.metrics import load_name
from rollout.plan.pace import Steps

STEP_S = 15
GROWTH = 1.25
LOWEST = 0.5
SETTLE_S = 4
MOST_PER_PERSON = 240.0  # actions in a minute: targets limit what one person may ask for
LEAST_SENT_PERCENT = 95
MOST_LATE_PERCENT = 1


def ladder(per_person: float) -> Steps:
    """Steps of equal length, each a quarter faster than the one before, until nobody could act any faster."""
    highest = MOST_PER_PERSON / per_person
    count = max(1, floor(log(highest / LOWEST) / log(GROWTH)) + 1)
    return tuple((float(number * STEP_S), LOWEST * GROWTH**number) for number in range(count))


def length_s(steps: Steps) -> float:
    """How long it takes to climb all of them and to judge the last."""
    return steps[-1][0] + STEP_S + SETTLE_S + 2


@dataclass
class Rung:
    """What one step showed; *broken* names the budgets that were not kept, *generator* what the generator could not."""

    per_second: float
    n: int = 0
    failed_percent: float = 0.0
    mean_ms: float = 0.0
    broken: list[str] = field(default_factory=list)
    beyond_target: list[str] = field(default_factory=list)
    generator: str = ""


class Ladder:
    """Judges each step as it ends; the search is over at the first one that does not hold."""

    def __init__(self, cases: list[Case], steps: Steps, full_per_second: float, slow_ms: tuple[float, ...]) -> None:
        self._criteria = [case.criterion for case in cases]
        self._steps = steps
        self._full = full_per_second
        self._slow_ms = slow_ms
        self._seconds: dict[int, tuple[Row, int, int]] = {}
        self.rungs: list[Rung] = []

    def see(self, second: int, names: dict[str, Row], planned: int = 0, sent: int = 0) -> None:
        """A second was written, or something was added to it."""
        width = len(COLUMNS) + len(self._slow_ms)
        row, was_planned, was_sent = self._seconds.get(second, ([0.0] * width, 0, 0))
        total = [sum(values) for values in zip(row, *names.values(), strict=True)]
        self._seconds[second] = (total, was_planned + planned, was_sent + sent)

    def certain(self, first: int | None, now: int) -> str:
        """Why the search is over, empty while it is not."""
        while first is not None and len(self.rungs) < len(self._steps):
            begin = first + int(self._steps[len(self.rungs)][0])
            if now < begin + STEP_S + SETTLE_S:
                return ""
            self.rungs.append(self._rung(begin))
            last = self.rungs[-1]
            if last.generator:
                return f"at {last.per_second:.0f} arrivals a second {last.generator}"
            if last.broken:
                return f"at {last.per_second:.0f} arrivals a second {', '.join(last.broken)} did not hold"
        return ""

    def _rung(self, begin: int) -> Rung:
        found = [self._seconds[at] for at in range(begin, begin + STEP_S) if at in self._seconds]
        rung = Rung(round(self._full * self._steps[len(self.rungs)][1], 2))
        if not found:
            rung.generator = "the generator sent nothing"
            return rung
        row = [sum(values) for values in zip(*(each[0] for each in found), strict=True)]
        planned, sent = sum(each[1] for each in found), sum(each[2] for each in found)
        lost = int(max(row[DUE] - row[N], row[DROPPED]))
        rung.n, bad = int(row[N]) + lost, int(row[ERR]) + lost
        rung.failed_percent = round(100 * bad / max(rung.n, 1), 3)
        rung.mean_ms = round(row[TOTAL_MS] / max(row[N], 1), 2)
        if sent * 100 < LEAST_SENT_PERCENT * planned or row[LATE] * 100 > MOST_LATE_PERCENT * sent:
            rung.generator = f"the generator was at its limit: {sent} of {planned} sent, {int(row[LATE])} late"
        self._judge(rung, row, bad)
        return rung

    def _judge(self, rung: Rung, row: Row, failed: int) -> None:
        for criterion in self._criteria:
            metric = criterion.metric or ""
            if criterion.limit is None or not metric.startswith("all."):
                continue
            statistic = load_name(metric)[1]
            if statistic == "mean_ms":
                kept = criterion.limit.holds(rung.mean_ms)
            else:
                share = 0.0 if statistic == "fail_percent" else criterion.slow_share()
                asked = budget(criterion.limit, statistic, share)
                slow = 0 if asked.slow_ms is None else int(row[len(COLUMNS) + self._slow_ms.index(asked.slow_ms)])
                kept = asked.kept(failed + slow, rung.n)
            if not kept:
                (rung.beyond_target if criterion.advisory else rung.broken).append(criterion.id)

    def outlook(self) -> str:
        """Where the search is."""
        return f"step {len(self.rungs) + 1} of {len(self._steps)}"

    @property
    def highest(self) -> Rung | None:
        """The fastest step within every budget."""
        good = [rung for rung in self.rungs if not rung.broken and not rung.generator]
        return good[-1] if good else None

    def record(self) -> dict[str, object]:
        """What the journal keeps."""
        highest = self.highest
        return {
            "rungs": [asdict(rung) for rung in self.rungs],
            "highest_per_second": highest.per_second if highest else None,
        }
