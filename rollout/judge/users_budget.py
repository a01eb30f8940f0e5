"""Judge users' own traffic over the whole window: by literal counts, and by e-values over slices."""

from functools import cached_property
from math import ceil

from rollout.judge.burn import too_fast
from rollout.judge.certainty import certainty
from rollout.judge.digits import apart, both_sides
from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound
from rollout.judge.sampling import lastingly, seen, unreliable
from rollout.judge.slots import slots_of, window_of
from rollout.judge.users_slices import bets, budget_of, length_of, share, slices, uncounted
from rollout.judge.users_trigger import fired
from rollout.judge.verdict import Verdict
from rollout.judge.watched_time import long_enough, watched
from rollout.metrics import MetricKind
from rollout.plan import Support
from rollout.statistics.e_values import EValues, supported_limit
from rollout.values import as_text

NOBODY = "nobody watches users' traffic yet: it needs `rollout watch` with a source of users' traffic"


def judge_users(case: Case) -> Finding:
    """The verdict about failed or slow requests of users, or about the time in which they were served."""
    name = case.criterion.measured.sampled
    every = slots_of(case)
    if any(slot.requests(name) for slot in every):
        return judge_window(case)
    said = next((f": {slot.text(name)}" for slot in reversed(every) if name in slot.samples), "")
    return case.finding(Verdict.UNPROVEN, f"{NOBODY}{said}", "no sample", n_unit="requests", next=first_step(case))


def first_step(case: Case) -> str:
    """What to do next where no source counts users' requests."""
    window = next((step.monitor for step in reversed(case.phase.steps) if step.monitor), None)
    length = as_text(window).replace(" ", "") if window else "1h"
    return f"name the /metrics of each replica as metrics_urls in the target file, then: rollout watch {case.phase.id} --for {length}"


@lastingly
def judge_window(case: Case, slots: list[SampleRound]) -> Finding:
    """The finding about the slots of a window."""
    return UsersEvidence(case, slots).verdict()


class UsersEvidence:
    """
    Counts of users' requests in *slots*, with the e-values that the budget is kept (*proof*) or broken (*accusation*).
    """

    def __init__(self, case: Case, slots: list[SampleRound]) -> None:
        self.case, self.slots = case, slots
        self.kind, self.budget = case.criterion.measured.kind, budget_of(case)
        self.slices = slices(case, slots, self.length_s)
        shares = [share(self.kind, each) for each in self.slices]
        self.most, self.least = sum(each.most for each in shares), sum(each.least for each in shares)
        self.total = sum(each.total for each in shares)
        self.kept_shares, broken = bets(self.kind, self.slices)
        self.proof = certainty(case, slots, float(self.budget.share), self._kept_since)
        self.accusation = EValues(float(self.budget.share)).bet(broken)

    def _kept_since(self, slots: list[SampleRound]) -> list[float]:
        return bets(self.kind, slices(self.case, slots, self.length_s))[0]

    @cached_property
    def left_s(self) -> float:
        """The seconds of the window that are still to come."""
        seen_s = watched(self.case, self.slots)
        return 0.0 if long_enough(self.case, seen_s, self.slots) else (window_of(self.case) or 0.0) - seen_s

    @property
    def length_s(self) -> float:
        """The seconds of a slice."""
        return length_of(self.case, self.slots)

    @property
    def whole(self) -> int:
        """The total of the literal budget: the requests as counted, or the slices of the whole window."""
        return self.total + (round(self.left_s / self.length_s) if self.kind is MetricKind.USERS_SERVED else 0)

    @property
    def gone(self) -> bool:
        """Whether the literal budget is exceeded, even with the least that is bad."""
        return self.total > 0 and not self.budget.kept(self.least, self.whole)

    def verdict(self) -> Finding:
        """Worst first: triggered, broken, burning, not counted in order, nothing counted, not kept, not over, not certain."""
        limit = self.case.criterion.limit
        if alarm := fired(self.case, self.slots, self.length_s):
            return alarm.finding(self.case)
        if self.gone and (self.accusation.decision() == "broken" or not self.left_s):
            certain = "beyond doubt" if self.accusation.decision() == "broken" else "over the whole window"
            return self.finding(Verdict.BROKEN, f"the budget {limit} was not kept, {certain}")
        if burns := self._burns():
            return self.finding(Verdict.BROKEN, burns)
        if problem := self._problem():
            return self.finding(Verdict.UNPROVEN, problem)
        if not self.budget.kept(self.most, self.whole):
            return self.finding(Verdict.UNPROVEN, f"the budget {limit} is not kept so far{self._silence()}")
        if self.left_s:
            return self.finding(Verdict.UNPROVEN, f"kept so far: {hours(self.left_s)} more to watch")
        if self.case.criterion.support is Support.REQUIRED and not self.proof.met:
            return self.finding(Verdict.UNPROVEN, f"{self._not_certain()}{self._silence()}")
        return self.finding(Verdict.MET, f"the budget was kept in {len(self.slices)} slices")

    def _burns(self) -> str:
        """How fast the budget of time is used up, if that is too fast; empty for a budget of requests."""
        if self.kind is not MetricKind.USERS_SERVED:
            return ""
        down = [(each.at, self.length_s * share(self.kind, each).least) for each in self.slices]
        return too_fast(self.case, [*down, (self.slots[-1].due, 0.0)], self.budget)

    def _problem(self) -> str:
        """Why the samples cannot be judged at all; empty if they can."""
        if why := uncounted(self.case, self.slots) or unreliable(self.case, self.slots):
            return why
        return "" if self.total else "not one request of users was seen"

    def _not_certain(self) -> str:
        more = self.proof.slices_to_met()
        if more is None:
            return "kept, but not certain, and at this share more time will not make it so"
        return f"kept, but not certain: about {more} more slices like these ({hours(more * self.length_s)}) would make it so"

    def _silence(self) -> str:
        silent = sum(each.silent for each in self.slices)
        return f"; {silent} slices were silent though the hour before had requests" if silent else ""

    def finding(self, verdict: Verdict, reason: str) -> Finding:
        """The finding with what was counted."""
        if self.total == 0:
            return self.case.finding(verdict, reason, "no request", n_unit="requests", **seen(self.slots))
        return self.case.finding(
            verdict,
            reason,
            self._value(),
            number=self._number(),
            n=self.total,
            n_unit="slices" if self.kind is MetricKind.USERS_SERVED else "requests",
            bound=self._bound(),
            margin=self._margin(),
            **seen(self.slots),
        )

    def _value(self) -> str:
        percent = self.budget.percent(self.most, self.total)
        if self.kind is MetricKind.USERS_SERVED:
            return f"not served in {percent} % of the slices ({self.most} of {self.total})"
        limit = self.case.criterion.limit
        slow = self.kind is MetricKind.USERS_SLOW and limit is not None
        deed = f"took {limit.value:g} ms or more, or failed" if slow and limit else "failed"
        return f"{percent} % {deed} ({self.most} of {self.total})"

    def _number(self) -> float | None:
        percent = 100 * self.most / self.total
        return {MetricKind.USERS_SERVED: 100 - percent, MetricKind.USERS_FAILED: percent}.get(self.kind)

    def _bound(self) -> str:
        edge = 100 * supported_limit(self.kept_shares)
        told = both_sides(self.proof.e_values, self.accusation, self.proof.alpha)
        return f"certain (95 %): at most {apart(edge, float(100 * self.budget.share), 2)} %; {told}"

    def _margin(self) -> str:
        room = self.budget.room(self.most, self.whole)
        what = {MetricKind.USERS_SERVED: "slice", MetricKind.USERS_SLOW: "slow request"}.get(self.kind, "error")
        count = f"{abs(room)} {'more' if room > 0 else 'fewer'} {what}{'s' * (abs(room) != 1)}"
        return f"{count} would {'break' if room > 0 else 'keep'} it"


def hours(seconds: float) -> str:
    """A long time in words: `3 h 8 min`."""
    minutes = ceil(seconds / 60)
    if seconds < 60:
        return as_text(round(seconds))
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 120 else f"{minutes} min"
