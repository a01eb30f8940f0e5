"""What the attempts measured of a share of bad requests, and the verdict on it."""

from copy import copy

import numpy as np

from rollout.judge.digits import apart, both_sides, evidence_of
from rollout.judge.finding import Case, Finding
from rollout.judge.latency_spread import NoHistogram, Spread, spreads, together
from rollout.judge.load_attempts import Attempts, Judged, attempts, least_requests
from rollout.judge.load_evidence import ALL, scenarios_of
from rollout.judge.request_budget import Budget, budget
from rollout.judge.verdict import Verdict
from rollout.metrics.builtin import requests_of
from rollout.plan import Support
from rollout.statistics import ALPHA, EValues, bad_shares, supported_limit


def bad_percent(case: Case) -> str | None:
    """The share of bad requests that a case is about, in percent, beside its limit; None where nothing was measured."""
    assert case.criterion.limit is not None
    asked = budget(case.criterion.limit, case.criterion.measured)
    found = attempts(case, requests_of(case.criterion.metric or ""), asked.slow_ms)
    bad, total = asked.counted(found.counting)
    return asked.percent(bad, total) if total else None


class Measured:
    """
    Counts of the attempts about one case, with the e-values that the budget is kept (*proof*) or broken (*accusation*).
    """

    def __init__(self, case: Case, found: Attempts, asked: Budget) -> None:
        self.case, self.found, self.asked = case, found, asked
        self.bad, self.total = asked.counted(found.counting)
        self.proof = self._e_values(found.proving)
        self.accusation = self._e_values(found.accusing)

    def shares(self, judged: Judged) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """The share of bad in each slice of one attempt."""
        window = judged.attempt.window
        profile = self.case.phase.load
        slice_s = max(1, round(profile.slice if profile else judged.attempt.facts.slice_s))
        return bad_shares(self.asked.bad(window), window.total, window.column("due"), slice_s)

    def _e_values(self, some: list[Judged]) -> EValues:
        e_values = EValues(float(self.asked.share))
        for judged in some:
            e_values = e_values.bet(self.shares(judged))
        return e_values

    @property
    def least(self) -> int:
        """How many requests the literal budget needs."""
        return least_requests(self.case)

    def verdict(self) -> Finding:
        """Worst first: certainly broken, not valid or too few, literally broken, not certain."""
        if self.certainly_broken:
            return self.beyond().finding(Verdict.BROKEN, self._certainly_broken())
        if problem := self.found.newest_problem or self._too_few():
            if whose := self._who_broke():
                return self.beyond().finding(Verdict.BROKEN, f"{whose} did not keep the budget {self._limit}")
            return self.finding(Verdict.UNPROVEN, problem)
        required = self.case.criterion.support is Support.REQUIRED
        if (where := self._where_broken()) is not None:
            reason = f"the budget {self.case.criterion.limit} was not kept{where}"
            return self.beyond().finding(Verdict.UNPROVEN if required else Verdict.BROKEN, reason)
        if thin := self._thin():
            return self.finding(Verdict.UNPROVEN, thin)
        if required and self.proof.decision() != "met":
            return self.finding(Verdict.UNPROVEN, self._not_certain())
        return self.finding(Verdict.MET, "the budget was kept")

    def beyond(self) -> "Measured":
        """
        A copy whose counts are beyond the budget: its own, else those of the first attempt, or attempts, beyond it.
        """
        some = [[judged] for judged in reversed(self.found.valid)]
        counts = [(self.bad, self.total), *(self.asked.counted(each) for each in (*some, self.found.accusing))]
        told = copy(self)
        told.bad, told.total = next((each for each in counts if each[1] and not self.asked.kept(*each)), counts[0])
        return told

    @property
    def certainly_broken(self) -> bool:
        """
        Whether the e-value decides for broken, and a literal count is beyond the budget too.

        The e-value alone is not enough: a short blip within the budget can raise it on short slices. The count is that
        of one valid attempt, so that reruns do not dilute it, or that of all attempts without faults.
        """
        if self.accusation.decision() != "broken":
            return False
        counts = [*([judged] for judged in self.found.valid), self.found.accusing]
        return any(not self.asked.kept(*self.asked.counted(some)) for some in counts if some)

    @property
    def _limit(self) -> str:
        return str(self.case.criterion.limit)

    def _too_few(self) -> str:
        """How many requests there are of those that it takes, in words; empty if there are enough."""
        return "" if self.total >= self.least else f"{self.total} of at least {self.least} requests"

    def _newest_enough(self, some: list[Judged]) -> list[Judged]:
        """The newest of some attempts that has enough requests by itself; none if none has."""
        return [judged for judged in some if self.asked.counted([judged])[1] >= self.least][-1:]

    def _who_broke(self) -> str:
        """
        Which attempts before an invalid one, or one with too few requests, broke the literal budget where that decides.

        In words; empty if none did. The newest valid attempt with enough requests counts whatever its age; one that
        decides nothing takes nothing away from what decided before.
        """
        if self.case.criterion.support is Support.REQUIRED:
            return ""
        whose = {
            "the newest valid attempt": self._newest_enough(self.found.valid),
            "the valid attempts together": self.found.proving,
            "the attempts together, those that were cut short included,": self.found.accusing,
        }
        counts = {words: self.asked.counted(some) for words, some in whose.items()}
        return next(
            (
                words
                for words, (bad, total) in counts.items()
                if total >= self.least and not self.asked.kept(bad, total)
            ),
            "",
        )

    def _where_broken(self) -> str | None:
        """
        In which attempts the literal budget was not kept, in words; None if it was kept. Runs cut short count too.
        """
        proving, accusing = self.found.proving, self.asked.counted(self.found.accusing)
        if not self.asked.kept(self.bad, self.total):
            return "" if len(proving) == 1 else " over all attempts"
        if (enough := self._newest_enough(proving)) and not self.asked.kept(*self.asked.counted(enough)):
            return f" in the newest attempt{'' if enough == self._newest() else ' with enough requests'}"
        if not self.asked.kept(*accusing):
            return f", attempts that were cut short included: {accusing[0]} of {accusing[1]} requests"
        return None

    def _newest(self) -> list[Judged]:
        """The newest attempt that proves and has such requests; none if none has."""
        return [judged for judged in self.found.proving if self.asked.counted([judged])[1]][-1:]

    def _thin(self) -> str:
        """Why the newest attempt does not prove what those before it kept, in words: too few requests, and too many bad."""
        bad, total = self.asked.counted(self._newest())
        if total >= self.least or self.asked.kept(bad, total):
            return ""
        return f"{bad} of only {total} requests of the newest attempt were beyond it; {self.least} decide"

    def _certainly_broken(self) -> str:
        again = "; reruns of this release continue it" if len(self.found.all) > 1 else ""
        return f"broken beyond doubt: the evidence against it is {evidence_of(self.accusation.peak_fail)}, {1 / ALPHA:g} decides{again}"

    def _not_certain(self) -> str:
        more = self.proof.slices_to_met()
        if more is None:
            return "kept, but not certain, and at this share more time will not make it so"
        return f"kept, but not certain: about {more} more slices like these would make it so"

    def finding(self, verdict: Verdict, reason: str) -> Finding:
        """The finding with everything that was measured in the measured window."""
        if self.total == 0:
            return self.case.finding(verdict, reason, "not measured", **self._where())
        percent = 100 * self.bad / self.total
        slow = self.asked.slow_ms is not None
        deed = f"took {self.asked.slow_ms:g} ms or more, or failed" if slow else "failed"
        return self.case.finding(
            verdict,
            reason,
            f"{self._quantile()}{self.asked.percent(self.bad, self.total)} % {deed} ({self.bad} of {self.total})",
            number=None if slow else percent,
            n=self.total,
            n_unit="requests",
            bound=self._bound(),
            margin=self._margin(),
            **self._where(),
        )

    def _quantile(self) -> str:
        """
        The latency quantile of the budget, in ms, for display: `p95 23 ms, `; empty where there is none.

        It comes from the histogram, which includes the ramp. Where it contradicts the exact counts, only the side of
        the limit is shown.
        """
        slow_ms, found = self.asked.slow_ms, self._spread()
        if slow_ms is None or found is None:
            return ""
        percent = 100 * (1 - self.asked.share)
        value, kept = found.quantile(float(percent)), self.asked.kept(self.bad, self.total)
        if kept == (value < slow_ms):
            return f"p{float(percent):g} {value:,.0f} ms, " if value >= 10 else f"p{float(percent):g} {value:.1f} ms, "
        return f"p{float(percent):g} {'below' if kept else 'at least'} {slow_ms:g} ms, "

    def _spread(self) -> Spread | None:
        """The latencies of these requests in the newest attempt that is shown; None if a histogram cannot be read."""
        name = requests_of(self.case.criterion.metric or "")
        try:
            parts = [
                part
                for judged in self.found.counting[-1:]
                for each, part in spreads(judged.attempt.run).items()
                if name in (ALL, each, scenarios_of(judged.attempt.run).get(each))
            ]
        except NoHistogram:
            return None
        return together(parts)

    def _where(self) -> dict[str, object]:
        found = self.found
        return {"window": found.stretch(), "attempts": len(found.all), "evidence": found.evidence()}

    def _bound(self) -> str:
        shares = [self.shares(judged) for judged in self.found.proving]
        if not shares:
            return ""
        edge = 100 * supported_limit(np.concatenate(shares))
        return f"certain (95 %): at most {apart(edge, float(100 * self.asked.share), 2)} %; {both_sides(self.proof, self.accusation, ALPHA)}"

    def _margin(self) -> str:
        room = self.asked.room(self.bad, self.total)
        kind = "errors" if self.asked.slow_ms is None else "slow requests"
        if room > 0:
            return f"{room} more {kind if room > 1 else kind[:-1]} would break it"
        return f"{-room} fewer {kind if room < -1 else kind[:-1]} would keep it"
