"""decision.prom: the decision as metrics in Prometheus's text format, for the textfile collector of node_exporter."""

from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from reports.files import write
from reports.text import clean
from reports.words import short
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome, Verdict

ABOUT = ("phase", "target", "environment")


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.prom` to *folder*."""
    return write(folder / "decision.prom", text(decision))


def text(decision: Decision) -> str:
    """The metrics of a decision in the text format."""
    return generate_latest(metrics(decision)).decode()


def metrics(decision: Decision) -> CollectorRegistry:
    """
    The metrics of a decision; times are in seconds since the epoch, values in the unit of their label.

    Of each state exactly one sample is 1. A criterion without a number has no value.
    """
    registry = CollectorRegistry()
    about = [clean(each) for each in (decision.phase, decision.target, decision.environment)]

    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"rollout_{name}", words, [*ABOUT, *labels], registry=registry)

    outcome = gauge("decision_outcome", "1 for the outcome of the newest decision, 0 for the others", "outcome")
    for each in Outcome:
        outcome.labels(*about, str(each)).set(each is decision.outcome)
    gauge("decision_exit_code", "what the command exits with: 0 is GO, 40 a GO by override").labels(*about).set(
        decision.exit_code
    )
    gauge("decision_rehearsal", "1 if windows were shortened, else 0").labels(*about).set(decision.window_s is not None)
    gauge("decision_timestamp_seconds", "when it was decided").labels(*about).set(decision.decided_at)
    gauge("decision_info", "what was decided about, by which plan", "release", "plan").labels(
        *about, clean(decision.release), clean(decision.plan)
    ).set(1)
    verdict = gauge("criterion_verdict", "1 for the verdict on a criterion, 0 for the others", "criterion", "verdict")
    value = gauge("criterion_value", "the value of a criterion in the unit of its limit", "criterion", "limit")
    for finding in decision.findings:
        name = clean(short(decision, finding))
        for state in Verdict:
            verdict.labels(*about, name, state.name).set(state is finding.verdict)
        if finding.number is not None:
            value.labels(*about, name, clean(finding.limit or "")).set(finding.number)
    return registry
