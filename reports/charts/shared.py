"""The pictures of a decision, drawn once for all of its reports."""

from dataclasses import dataclass
from weakref import ref

from reports.charts.gallery import Gallery, gallery
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.plan import Plan


@dataclass(frozen=True)
class Rendered:
    """The gallery of one decision and ledger; weak references, so that both can go after the last report."""

    decision: ref[Decision]
    ledger: ref[Ledger]
    planned: bool
    gallery: Gallery

    def is_of(self, decision: Decision, ledger: Ledger, plan: Plan | None) -> bool:
        """Whether the gallery shows exactly these two objects, and was drawn with a plan if there is one."""
        same = self.decision() is decision and self.ledger() is ledger
        return same and self.planned == (plan is not None)


class SharedGallery:
    """
    The gallery of the decision that is being rendered.

    A report is given a decision, its ledger and a folder, nothing that another report has made. The gallery is therefore kept
    for these two objects, until another decision is rendered.
    """

    def __init__(self) -> None:
        self._last: Rendered | None = None

    def of(self, decision: Decision, ledger: Ledger, plan: Plan | None) -> Gallery:
        """The gallery of *decision*; *plan* is the plan it was made with, or None if that is not at hand."""
        if self._last is None or not self._last.is_of(decision, ledger, plan):
            drawn = gallery(decision, ledger, plan)
            self._last = Rendered(ref(decision), ref(ledger), plan is not None, drawn)
        return self._last.gallery


PICTURES = SharedGallery()
