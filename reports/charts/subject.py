"""The measured criteria, with the evidence that the judge had about them."""

from dataclasses import dataclass

from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import Case, Finding
from rollout.judge.integrity import OPEN
from rollout.metrics import Metric, MetricKind
from rollout.metrics.builtin import requests_of
from rollout.plan import Criterion, Plan


@dataclass(frozen=True)
class Subject:
    """One measured criterion: its finding, and the case that was judged."""

    case: Case
    finding: Finding

    @property
    def criterion(self) -> Criterion:
        return self.case.criterion

    @property
    def metric(self) -> Metric:
        return self.criterion.measured

    @property
    def name(self) -> str:
        """The request name that it counts, `all` for every request; empty if it is no share or latency of a load run."""
        return requests_of(self.metric.name) if self.metric.kind in (MetricKind.FAIL_SHARE, MetricKind.LATENCY) else ""


def subjects(decision: Decision, ledger: Ledger, plan: Plan) -> list[Subject]:
    """The measured criteria of the decision, in the order of the plan, with the journals that were judged."""
    findings = {finding.id: finding for finding in decision.findings}
    cases = cases_of(decision, ledger, plan)
    return [Subject(case, findings[case.id]) for case in cases if case.id in findings and case.criterion.metric]


def cases_of(decision: Decision, ledger: Ledger, plan: Plan) -> list[Case]:
    """Every criterion of the phase, with the journals that were judged."""
    phase = plan.phase(decision.phase)
    runs = tuple(
        run
        for run in ledger.runs
        if run.trusted and run.release == decision.release and decision.journals.get(run.path.stem) in (run.tail, OPEN)
    )
    return [
        Case(item, phase, runs, decision.decided_at, False, decision.window_s) for item in plan.criteria_of(phase.id)
    ]


def bounds(subject: Subject) -> list[tuple[float, str, str]]:
    """The levels of limit and trigger, with their texts and styles."""
    limit, trigger, finding = subject.criterion.limit, subject.criterion.trigger, subject.finding
    found = [(limit.value, f"limit {finding.limit}", "limit")] if limit else []
    return found + ([(trigger.value, f"rollback {finding.trigger}", "trigger")] if trigger else [])
