"""The budgets of a load on each scenario alone, since a good average may hide a slow scenario."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rollout.judge.decide import finding_of
from rollout.judge.digits import telling
from rollout.judge.finding import Case, Finding
from rollout.judge.load_evidence import ALL, scenarios_of
from rollout.judge.load_share import bad_percent
from rollout.metrics import MetricKind
from rollout.metrics.builtin import of_requests, requests_of
from rollout.plan import Support


@dataclass(frozen=True)
class ScenarioBudget:
    """One budget on one scenario: the advisory *finding*, and what was *measured* in a few characters."""

    finding: Finding
    measured: str


@dataclass(frozen=True)
class JudgedScenario:
    """One kind of users, with each budget over all requests."""

    name: str
    budgets: tuple[ScenarioBudget, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(each.finding for each in self.budgets)

    @property
    def requests(self) -> int:
        """How many requests they made in the measured window."""
        return max((finding.n for finding in self.findings), default=0)


def by_scenario(cases: Iterable[Case]) -> list[JudgedScenario]:
    """
    Each scenario of the newest run under the phase's own limits; empty if the run recorded no scenarios.

    These findings decide nothing. A scenario that should decide needs a criterion on `<scenario>.<statistic>` in
    plan.toml.
    """
    asked = [case for case in cases if over_all(case)]
    newest = asked[0].fresh("load")[-1:] if asked else []
    names = sorted({scenario for run in newest for scenario in scenarios_of(run).values()})
    return [JudgedScenario(name, tuple(budgeted(alone(case, name)) for case in asked)) for name in names]


def budgeted(case: Case) -> ScenarioBudget:
    """One budget judged on one scenario."""
    finding = finding_of(case)
    return ScenarioBudget(finding, measured(case, finding))


def over_all(case: Case) -> bool:
    """Whether a case has a limit on every request together."""
    metric = of_requests(case.criterion.metric or "")
    return metric is not None and requests_of(metric.name) == ALL


def alone(case: Case, scenario: str) -> Case:
    """The same case about one scenario: its literal limit, without a trigger."""
    metric = f"{scenario}.{(case.criterion.metric or '').removeprefix(f'{ALL}.')}"
    more = {"metric": metric, "support": Support.REPORTED, "trigger": None, "advisory": True}
    return replace(case, criterion=case.criterion.model_copy(update=more))


def headings(scenarios: Sequence[JudgedScenario]) -> list[str]:
    """Each budget with its limit, in the order of the findings."""
    return [f"{finding.id.partition('.')[2]} {finding.limit}" for finding in scenarios[0].findings] if scenarios else []


def measured(case: Case, finding: Finding) -> str:
    """What was measured, in a few characters: the share of bad requests, or the mean."""
    if case.criterion.measured.kind is MetricKind.MEAN:
        return (
            finding.value if finding.number is None else f"{telling(finding.number, case.criterion.limit, 1, 'f')} ms"
        )
    percent = bad_percent(case)
    if percent is None:
        return finding.value
    return f"{percent} % {'failed' if case.criterion.measured.kind is MetricKind.FAIL_SHARE else 'slower'}"
