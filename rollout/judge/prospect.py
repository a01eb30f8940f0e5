"""Judge budgets on shares while a load runs: what is certain already, and how much is still needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.load_attempts import attempts
from rollout.judge.load_evidence import ALL
from rollout.judge.load_share import Budget, Measured, budget
from rollout.metrics import Kind
from rollout.metrics.builtin import requests_of
from rollout.plan import Criterion, Support
from rollout.statistics import Capital, bad_shares, first_alarm

SHARES = (Kind.FAIL_SHARE, Kind.LATENCY)
SETTLED_S = 12  # by then every request of a second was answered or has failed
Second = list[int]  # bad for the limit, bad for the trigger, total, due


@dataclass
class Prospect:
    """One budget with the capital of both bets, earlier attempts of the same release included."""

    criterion: Criterion
    name: str
    asked: Budget
    trigger: Budget | None
    broken: Capital
    kept: Capital
    slice_s: int
    slow_ms: tuple[float, ...]
    scenarios: Mapping[str, str] = field(default_factory=dict)
    seconds: dict[int, Second] = field(default_factory=dict)
    bet_until: int | None = None

    def see(self, second: int, names: dict[str, Row]) -> None:
        """Count what came in about one second; more about it may follow."""
        rows = [row for name, row in names.items() if self.name in (ALL, name, self.scenarios.get(name))]
        counted = self.seconds.setdefault(second, [0, 0, 0, 0])
        for row in rows:
            counted[0] += self._bad(self.asked, row)
            counted[1] += self._bad(self.trigger, row) if self.trigger else 0
            counted[2] += row.total
            counted[3] += row.due

    def _bad(self, asked: Budget, row: Row) -> int:
        return row.failed + (0 if asked.slow_ms is None else row.slow[self.slow_ms.index(asked.slow_ms)])

    def bet(self, first: int, now: int) -> None:
        """Bet on every slice since *first* that has settled."""
        begin = first if self.bet_until is None else self.bet_until
        end = begin + (now - SETTLED_S - begin) // self.slice_s * self.slice_s
        if end <= begin:
            return
        bad, _, total, due = zip(*(self.seconds.get(at, [0, 0, 0, 0]) for at in range(begin, end)), strict=True)
        shares = bad_shares(bad, total, due, self.slice_s)
        self.broken, self.kept, self.bet_until = self.broken.bet(shares), self.kept.bet(shares), end

    def alarm(self) -> bool:
        """Whether the trigger was certainly passed."""
        if self.trigger is None or not self.seconds:
            return False
        stretch = range(min(self.seconds), max(self.seconds) + 1)
        found = [self.seconds.get(at, [0, 0, 0, 0]) for at in stretch]
        bad, total = [each[1] for each in found], [each[2] for each in found]
        return first_alarm(bad, total, float(self.trigger.share)) is not None

    def reason(self) -> str:
        """Why GO is out of reach, empty if it is not."""
        if self.criterion.advisory:
            return ""
        if self.alarm():
            return f"{self.criterion.id} has certainly passed its trigger {self.criterion.trigger}"
        if self.broken.decision() == "broken":
            return f"{self.criterion.id} has certainly broken its limit {self.criterion.limit}"
        return ""

    def needed(self) -> int | None:
        """How many more slices a required certainty needs; 0 where it is reached, or not required."""
        if self.criterion.advisory or self.criterion.support is not Support.REQUIRED:
            return 0
        return self.kept.slices_to_met()


def prospects(
    cases: Iterable[Case], slice_s: float, slow_ms: tuple[float, ...], scenarios: Mapping[str, str]
) -> list[Prospect]:
    """The budgets of those *cases* that are about a share of bad requests."""
    shares = [case for case in cases if case.criterion.metric and case.criterion.measured.kind in SHARES]
    return [prospect(case, slice_s, slow_ms, scenarios) for case in shares]


def prospect(case: Case, slice_s: float, slow_ms: tuple[float, ...], scenarios: Mapping[str, str]) -> Prospect:
    """The budget of a case, with the capital that earlier attempts of this release left."""
    criterion = case.criterion
    assert criterion.limit is not None
    name = requests_of(criterion.measured.name)
    asked = budget(criterion.limit, criterion.measured)
    trigger = budget(criterion.trigger, criterion.measured) if criterion.trigger else None
    before = Measured(case, attempts(case, name), asked)
    length = max(1, round(slice_s))
    return Prospect(criterion, name, asked, trigger, before.accusation, before.proof, length, slow_ms, scenarios)
