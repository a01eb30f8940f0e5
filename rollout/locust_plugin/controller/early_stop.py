"""Decide during a load whether NO-GO or ROLLBACK is certain, and estimate how much evidence is still missing."""

from collections.abc import Mapping

from rollout.evidence.records import LoadGenerator
from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.prospect import GeneratorSoFar, prospects
from rollout.judge.starved import starved


class EarlyStop:
    """The prospects of all budgets on shares in one phase; *scenarios*: request name → scenario, filled during the run."""

    def __init__(
        self, cases: list[Case], slice_s: float, slow_ms: tuple[float, ...], scenarios: Mapping[str, str]
    ) -> None:
        self.generator = GeneratorSoFar()
        self.prospects = prospects(cases, slice_s, slow_ms, scenarios, self.generator)

    def see(self, second: int, names: dict[str, Row], planned: int = 0, sent: int = 0) -> None:
        """Add the counts written for a *second*."""
        self.generator.see(names, planned, sent)
        for each in self.prospects:
            each.see(second, names)

    def offline(self, second: int, _: str = "") -> None:
        """Note that a worker's own link was down in a second: it ends no run, whoever else had a link then; the judge looks closer."""
        self.generator.offline.add(second)

    def reading(self, told: LoadGenerator) -> None:
        """Take a worker's reading of one second; if a target on this machine got no processor, the second counts as offline."""
        if starved(told.target_waited_percent):
            self.offline(told.second)

    def certain(self, first: int | None, now: int) -> str:
        """
        The reason why GO is out of reach, else empty; *first* is the first second of the measured window.

        While a trigger may still fire, a broken budget does not end the run: it would end as NO-GO, not as ROLLBACK.
        """
        for each in self.prospects:
            if first is not None:
                each.bet(first, now)
            if each.alarm(now):
                return each.passed
        if any(each.brewing(now) for each in self.prospects):
            return ""
        return next((each.broke for each in self.prospects if each.certainly_broken()), "")

    def outlook(self) -> str:
        """The evidence still missing for certainty, in words; empty if none is."""
        needs = {each.criterion.id: each.needed() for each in self.prospects}
        if any(more is None for more in needs.values()):
            return "; ".join(f"{name} stays uncertain at this share" for name, more in needs.items() if more is None)
        name, most = max(needs.items(), key=lambda item: item[1] or 0, default=("", 0))
        return f"{most} more slices for {name}" if most else ""
