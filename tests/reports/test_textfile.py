"""decision.prom says to Prometheus what the decision says to people."""

import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from reports import textfile
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from tests.reports.samples import decision, finding, full_decision

ABOUT = {"phase": "phase1", "target": "standin", "environment": "standin"}


def samples(made: Decision, name: str) -> list[tuple[dict[str, str], float]]:
    """The samples of one metric as Prometheus reads them: labels without those of the decision, value."""
    found = [each for family in families(textfile.text(made)) for each in family.samples if each.name == name]
    return [({key: text for key, text in each.labels.items() if key not in ABOUT}, each.value) for each in found]


def test_one_outcome_is_true(tmp_path: Path) -> None:
    """
    The others are 0, so that a query never finds a stale one beside it.
    """
    made = full_decision()
    told = {labels["outcome"]: value for labels, value in samples(made, "rollout_decision_outcome")}
    assert told == {word: float(word == str(made.outcome)) for word in ("GO", "HOLD", "NO-GO", "ROLLBACK")}
    assert samples(made, "rollout_decision_exit_code") == [({}, made.exit_code)]
    assert samples(made, "rollout_decision_timestamp_seconds") == [({}, made.decided_at)]
    assert samples(made, "rollout_decision_rehearsal") == [({}, float(made.window_s is not None))]
    assert samples(made, "rollout_decision_info") == [({"release": made.release, "plan": made.plan}, 1.0)]
    assert textfile.render(made, Ledger(), tmp_path) == tmp_path / "decision.prom"


def test_each_criterion_has_one_verdict_and_its_number() -> None:
    """
    What has no number has no value: 0 would be one.
    """
    made = full_decision()
    verdicts = samples(made, "rollout_criterion_verdict")
    assert {labels["criterion"]: labels["verdict"] for labels, value in verdicts if value} == {
        each.id.partition(".")[2]: each.verdict.name for each in made.findings
    }
    values = {labels["criterion"]: value for labels, value in samples(made, "rollout_criterion_value")}
    assert values == {each.id.partition(".")[2]: each.number for each in made.findings if each.number is not None}


def test_hostile_names_stay_in_their_label() -> None:
    """
    Quotes, line ends and backslashes of a release make no second sample.
    """
    made = decision(finding("phase1.errors"), release='2.0"} 1\nrollout_decision_exit_code 0 \\\ud800')
    assert len(samples(made, "rollout_decision_exit_code")) == 1
    assert len(samples(made, "rollout_decision_info")) == 1


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs promtool on PATH: its opinion of the file was not asked"
)
def test_promtool_has_nothing_against_it() -> None:
    """
    Names, units and help texts follow Prometheus's own rules.
    """
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=textfile.text(full_decision()), text=True, capture_output=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
