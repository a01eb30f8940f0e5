"""Judge budgets on shares while a load runs: what is certain already, and how much is still needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.load_attempts import attempts
from rollout.judge.load_evidence import ALL
from rollout.judge.load_share import Measured
from rollout.judge.load_validity import on_time, sent_enough
from rollout.judge.request_budget import Budget, budget
from rollout.metrics import MetricKind
from rollout.metrics.builtin import requests_of
from rollout.plan import Criterion, Support
from rollout.plan.load_shape import STEADY, Steps, passed
from rollout.statistics import EValues, bad_shares, first_alarm
from rollout.statistics.trigger import LASTING_LOOKS, LOOK_S

SHARES = (MetricKind.FAIL_SHARE, MetricKind.LATENCY)
LASTING_S = LASTING_LOOKS * LOOK_S
SETTLED_S = 12  # by then every request of a second was answered or has failed


@dataclass
class BudgetSecond:
    """Requests *due* in one second, those that ended (*total*) and *failed*, were *bad* for the limit or *alarming* for the trigger."""

    bad: int = 0
    alarming: int = 0
    failed: int = 0
    total: int = 0
    due: int = 0


NOTHING = BudgetSecond()


@dataclass
class GeneratorSoFar:
    """
    What the generator did so far; while it is behind, slow answers are no evidence about the target.

    *offline* are the seconds in which its own link was down, a target on its machine got no processor, or the rate
    limiter refused requests: they do not count.
    """

    planned: int = 0
    sent: int = 0
    late: int = 0
    offline: set[int] = field(default_factory=set)

    def see(self, names: Mapping[str, Row], planned: int, sent: int) -> None:
        """Add the counts of one second."""
        self.planned += planned
        self.sent += sent
        self.late += sum(row.late for row in names.values())

    @property
    def sound(self) -> bool:
        """Whether it sent what was planned, in time, and reached the target with all of it."""
        return not self.offline and sent_enough(self.sent, self.planned) and on_time(self.late, self.sent)


@dataclass
class Prospect:
    """
    One budget with the e-values of both bets, earlier attempts of the same release included.

    With *lost* those attempts broke it beyond doubt. *profile* is the length of the hold in seconds and its shape,
    *counted* the bad and all requests of the slices that were bet on.
    """

    criterion: Criterion
    name: str
    asked: Budget
    trigger: Budget | None
    broken: EValues
    kept: EValues
    slice_s: int
    slow_ms: tuple[float, ...]
    scenarios: Mapping[str, str]
    generator: GeneratorSoFar
    lost: bool = False
    profile: tuple[float, Steps] = (0.0, STEADY)
    counted: tuple[int, int] = (0, 0)
    seconds: dict[int, BudgetSecond] = field(default_factory=dict)
    bet_until: int | None = None
    unkeepable: bool = False

    def see(self, second: int, names: dict[str, Row]) -> None:
        """Add counts of one second; more about the same second may follow."""
        rows = [row for name, row in names.items() if self.name in (ALL, name, self.scenarios.get(name))]
        counted = self.seconds.setdefault(second, BudgetSecond())
        for row in rows:
            counted.bad += self._bad(self.asked, row)
            counted.alarming += self._bad(self.trigger, row) if self.trigger else 0
            counted.failed += row.failed
            counted.total += row.total
            counted.due += row.due

    def _bad(self, asked: Budget, row: Row) -> int:
        return row.failed + (0 if asked.slow_ms is None else row.slow[self.slow_ms.index(asked.slow_ms)])

    def bet(self, first: int, now: int) -> None:
        """Bet on every slice since *first* that has settled."""
        begin = first if self.bet_until is None else self.bet_until
        end = begin + (now - SETTLED_S - begin) // self.slice_s * self.slice_s
        if end <= begin:
            return
        seen = [self.seconds.get(at, NOTHING) for at in range(begin, end)]
        bad, total = [each.bad for each in seen], [each.total for each in seen]
        shares = bad_shares(bad, total, [each.due for each in seen], self.slice_s)
        self.broken, self.kept, self.bet_until = self.broken.bet(shares), self.kept.bet(shares), end
        self.counted = (self.counted[0] + sum(bad), self.counted[1] + sum(total))
        self.unkeepable = not self.asked.kept(self.counted[0], self._expected(end - first))

    def _expected(self, elapsed_s: float) -> int:
        """How many requests the whole hold will have, if it goes on as planned."""
        hold_s, shape = self.profile
        return round(self.counted[1] * max(1.0, passed(shape, hold_s) / passed(shape, elapsed_s)))

    def alarm(self, now: int) -> bool:
        """Whether the trigger fired in what has settled by *now*."""
        if self.trigger is None or not self._may_accuse(self.trigger):
            return False
        bad, failed, total = self._counted(now)
        silence = failed if self.generator.sound and self.name == ALL else None
        trigger = self.trigger
        return first_alarm(bad, total, trigger.share, inclusive=trigger.strict, unanswered=silence) is not None

    def brewing(self, now: int) -> bool:
        """Whether the last half minute is beyond the trigger, so that a ROLLBACK may follow the NO-GO of a budget."""
        if self.trigger is None or not self._may_accuse(self.trigger):
            return False
        bad, _, total = (sum(column[-LASTING_S:]) for column in self._counted(now))
        return not self.trigger.kept(bad, total)

    def _may_accuse(self, trigger: Budget) -> bool:
        """Whether the trigger may fire at all; one on slow requests only while the generator itself is sound."""
        return bool(self.seconds) and not self.criterion.advisory and (trigger.slow_ms is None or self.generator.sound)

    def _counted(self, now: int) -> tuple[list[int], list[int], list[int]]:
        """Bad for the trigger, failed, and all requests of each second that has settled by *now*."""
        found = [self._online(at) for at in range(min(self.seconds), self._settled(now))]
        return [each.alarming for each in found], [each.failed for each in found], [each.total for each in found]

    def _online(self, at: int) -> BudgetSecond:
        """What was counted in a second; nothing where the generator's own link was down."""
        return NOTHING if at in self.generator.offline else self.seconds.get(at, NOTHING)

    def _settled(self, now: int) -> int:
        """The first second that may still change: one with open requests that are not yet past their timeout."""
        recent = range(max(min(self.seconds), now - SETTLED_S), max(self.seconds) + 1)
        found = ((at, self.seconds.get(at, NOTHING)) for at in recent)
        return next((at for at, seen in found if seen.total < seen.due), max(self.seconds) + 1)

    def certainly_broken(self) -> bool:
        """Whether the budget is broken beyond doubt, cannot be kept any more, and not by a generator that is behind."""
        certain = self.lost or (self.unkeepable and self.broken.decision() == "broken")
        return certain and not self.criterion.advisory and self.generator.sound

    @property
    def passed(self) -> str:
        """The words for a trigger that fired."""
        return f"{self.criterion.id} has certainly passed its trigger {self.criterion.trigger}"

    @property
    def broke(self) -> str:
        """The words for a budget that is certainly broken."""
        return f"{self.criterion.id} has certainly broken its limit {self.criterion.limit}"

    def needed(self) -> int | None:
        """How many more slices a required certainty needs; 0 where it is reached, or not required."""
        if self.criterion.advisory or self.criterion.support is not Support.REQUIRED:
            return 0
        return self.kept.slices_to_met()


def prospects(
    cases: Iterable[Case],
    slice_s: float,
    slow_ms: tuple[float, ...],
    scenarios: Mapping[str, str],
    generator: GeneratorSoFar,
) -> list[Prospect]:
    """The budgets of those *cases* that are about a share of bad requests."""
    shares = [case for case in cases if case.criterion.metric and case.criterion.measured.kind in SHARES]
    return [prospect(case, slice_s, slow_ms, scenarios, generator) for case in shares]


def prospect(
    case: Case,
    slice_s: float,
    slow_ms: tuple[float, ...],
    scenarios: Mapping[str, str],
    generator: GeneratorSoFar,
) -> Prospect:
    """The budget of a case, with the e-values that earlier attempts of this release left."""
    criterion = case.criterion
    assert criterion.limit is not None
    name = requests_of(criterion.measured.name)
    asked = budget(criterion.limit, criterion.measured)
    trigger = budget(criterion.trigger, criterion.measured) if criterion.trigger else None
    before = Measured(case, attempts(case, name, asked.slow_ms), asked)
    length = max(1, round(slice_s))
    bets = before.accusation, before.proof
    hold_s = case.phase.load.hold if case.phase.load else 0.0
    profile = hold_s, case.phase.load_shape(hold_s)
    return Prospect(
        criterion,
        name,
        asked,
        trigger,
        *bets,
        length,
        slow_ms,
        scenarios,
        generator,
        lost=before.certainly_broken,
        profile=profile,
    )
