"""Decisions in the form of the judge's, for tests of their reports."""

from typing import Any

from rollout.judge.decision import Decision, Prerequisite, StandingOverride
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict

NOON = 1_795_435_200.0  # 2026-11-23 12:00:00 UTC


def finding(name: str, verdict: Verdict = Verdict.MET, **facts: Any) -> Finding:
    """A finding of phase 1."""
    base: dict[str, Any] = {
        "id": f"phase1.{name}",
        "sentence": "All services healthy",
        "states": "backend, PostgreSQL, Redis and a Celery worker answer as seen from outside",
        "source": "tests",
        "verdict": verdict,
        "reason": "every check passed" if verdict is Verdict.MET else "test_postgresql_answers: connection refused",
        "value": "6 of 6 checks passed" if verdict is Verdict.MET else "5 of 6 checks passed",
        "n": 6,
        "n_unit": "checks",
        "window": "1.2 s of checks",
        "margin": "1 failing check would break it" if verdict is Verdict.MET else "1 failing check must pass",
        "attempts": 1,
        "evidence": ("20261123T115800.000001Z-pytest-0badcafe",),
        "next": "" if verdict is Verdict.MET else "look at the service named in the finding",
    }
    return Finding.model_validate({**base, **facts})


def latency(verdict: Verdict = Verdict.MET, number: float | None = 212.0, **facts: Any) -> Finding:
    """The finding about response times."""
    base: dict[str, Any] = {
        "sentence": "Response times < 500ms",
        "states": "95 of 100 requests are answered below the limit",
        "source": "load",
        "value": f"p95 {number or 0:g} ms",
        "number": number,
        "limit": "< 500 ms",
        "n": 1200,
        "n_unit": "requests",
        "reason": "14 of 1200 requests were slow or failed",
        "window": "60 s",
        "bound": "95 % sure that fewer than 3.1 % are slow",
        "margin": "46 more slow requests would break it",
    }
    return finding("response-times", verdict, **{**base, **facts})


def decision(*findings: Finding, **facts: Any) -> Decision:
    """The decision that follows from *findings*, all met if none are given."""
    found = findings or (finding("services-healthy"), latency())
    worst = max(item.verdict for item in found if not item.advisory)
    base: dict[str, Any] = {
        "phase": "phase1",
        "title": "Phase 1: Staging Deployment",
        "target": "standin",
        "environment": "standin",
        "release": "2.0.0+standin.1a2b3c",
        "decided_at": NOON,
        "outcome": Outcome(worst),
        "findings": found,
        "plan": "0123456789abcdef",
        "journals": {"20261123T115800.000001Z-pytest-0badcafe": "ab" * 32},
        "attempts": 1,
    }
    return Decision.model_validate({**base, **facts})


def full_decision(**facts: Any) -> Decision:
    """A decision with everything: each verdict, advisory findings, waivers, an override and the phase before."""
    return decision(
        finding("services-healthy"),
        finding(
            "features-functional", Verdict.UNPROVEN, reason="test_reports: has not run", value="5 of 6 checks passed"
        ),
        latency(Verdict.BROKEN, 612.0, next="find the slowest names in the decision page and profile them"),
        finding("no-data-loss", Verdict.MET, value="0 writes lost", limit="== 0 writes", trigger="> 0 writes"),
        latency(Verdict.BROKEN, id="phase1.mean-latency", value="mean 240 ms", limit="< 200 ms", advisory=True),
        not_applicable={"phase1.certificates-installed": "the embedded target serves plain HTTP"},
        prerequisites=(
            Prerequisite(phase="predeploy", met=False, detail="predeploy: no evidence about release 2.0.0"),
        ),
        window_s=60.0,
        override=StandingOverride(by="Ada", why="known and harmless", until=NOON + 3600),
        **facts,
    )
