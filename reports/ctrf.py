"""decision.ctrf.json: each criterion as a test in the Common Test Report Format."""

from pathlib import Path
from typing import Any

from reports.files import write_json
from reports.junit import details, facts, measured
from reports.text import clean
from reports.words import short
from rollout import __version__
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict

STATUS = {Verdict.MET: "passed", Verdict.UNPROVEN: "pending", Verdict.BROKEN: "failed", Verdict.TRIGGERED: "failed"}
ADVISORY = {**STATUS, Verdict.BROKEN: "other", Verdict.TRIGGERED: "other"}  # an advisory criterion fails nothing


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.ctrf.json` to *folder*."""
    return write_json(folder / "decision.ctrf.json", document(decision))


def document(decision: Decision) -> dict[str, Any]:
    """The decision in CTRF; times are ms since the epoch."""
    tests = [test(decision, finding) for finding in (*decision.deciding, *(f for f in decision.findings if f.advisory))]
    counts = {
        status: sum(each["status"] == status for each in tests) for status in ("passed", "failed", "pending", "other")
    }
    at = round(decision.decided_at * 1000)
    return {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "results": {
            "tool": {"name": "rollout", "version": __version__},
            "summary": {"tests": len(tests), **counts, "skipped": 0, "start": at, "stop": at},
            "tests": tests,
            "environment": {"extra": {name: clean(value) for name, value in facts(decision)}},
        },
    }


def test(decision: Decision, finding: Finding) -> dict[str, Any]:
    """One criterion."""
    words = {
        "name": short(decision, finding),
        "message": "" if finding.verdict is Verdict.MET else f"{finding.verdict.name}: {finding.reason}",
        "trace": "\n".join(map(clean, details(finding))),
    }
    return {
        **{name: clean(text) if name != "trace" else text for name, text in words.items()},
        "status": (ADVISORY if finding.advisory else STATUS)[finding.verdict],
        "duration": 0,
        "suite": [decision.title],
        "tags": [finding.verdict.name, finding.source, *(["advisory"] if finding.advisory else [])],
        "extra": {name: clean(told) for name, told in measured(decision, finding)},
    }
