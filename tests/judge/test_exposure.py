"""A share of users is judged from counts: what chance does not explain proves nothing, and is named."""

from pathlib import Path

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Scalar, TestOutcome, TestsCollected
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from tests.judge.ledgers import CHECK, NOW, PLAN, RELEASE, start

HALF = {"id": "half", "exposure": "half of them", "percent": 50}
QUARTER = {"id": "quarter", "exposure": "a quarter of them", "percent": 25}
EVERY = "test_it_answers"


def plan(metric: str | None = None) -> Plan:
    """The small plan with two exposure steps, its check about the second one."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    document["phases"][0] |= {"steps": [QUARTER, HALF], "deadline": "1w"}
    (check,) = [item for item in document["criteria"] if item["id"] == "answers"]
    document["criteria"] = [check | {"step": "half", "max_age": "1d"} | ({"metric": metric} if metric else {})]
    return Plan.model_validate(document)


def finding(folder: Path, *runs: dict[str, Scalar], metric: str | None = None) -> Finding:
    """What is found of a check that passed with what each of *runs* measured."""
    for number, measured in enumerate(runs):
        with start(folder, "pytest", at=NOW - 3700 + number, checks={"stage.answers": [CHECK]}) as journal:
            journal.append(
                TestOutcome(
                    node=CHECK,
                    criteria=("stage.answers",),
                    outcome="passed",
                    duration_s=0.1,
                    message="",
                    measured=measured,
                )
            )
            journal.append(TestsCollected(nodes={"stage.answers": (CHECK,)}))
    found = decide(plan(metric), "stage", read_ledger([folder]), NOW, release=RELEASE).findings
    return next(each for each in found if each.id == "stage.answers")


def counts(on: float, of: float = 2000, intended: float = 50) -> dict[str, Scalar]:
    """What a check records."""
    return {
        "exposure.on_count": on,
        "exposure.users_count": of,
        "exposure.intended_percent": intended,
    }


@pytest.mark.parametrize(
    ("measured", "verdict", "reason"),
    [
        pytest.param(counts(1010), "MET", "every check passed", id="as planned"),
        pytest.param(
            counts(700),
            "UNPROVEN",
            f"{EVERY}: skipped: sample-ratio mismatch: got 35.0 % of 2000 users, want 50 %",
            id="a mismatch",
        ),
        pytest.param(
            counts(2000),
            "UNPROVEN",
            f"{EVERY}: skipped: everyone in one bucket, as users without ids are: got 100.0 % of 2000 users, want 50 %",
            id="one bucket",
        ),
        pytest.param(
            counts(505),
            "UNPROVEN",
            f"{EVERY}: other-step: at another step, quarter: got 25.2 % of 2000 users, want 50 %",
            id="another step",
        ),
        pytest.param(
            counts(5, of=2**63 + 5),
            "UNPROVEN",
            f"{EVERY}: skipped: impossible counts of users: 5 of 9223372036854775813, 50 % intended",
            id="more users than there are people",
        ),
        pytest.param(
            counts(3, of=0),
            "UNPROVEN",
            f"{EVERY}: skipped: impossible counts of users: 3 of 0, 50 % intended",
            id="nobody",
        ),
        pytest.param(
            {"exposure.on_count": 3},
            "UNPROVEN",
            f"{EVERY}: skipped: counted no users: 3 of None, None % intended",
            id="a count alone",
        ),
        pytest.param({"exposure.observed_percent": 35.0}, "MET", "every check passed", id="an older check"),
    ],
)
def test_the_judge_compares_the_counts(tmp_path: Path, measured: dict[str, Scalar], verdict: str, reason: str) -> None:
    """
    Of what chance gives less than once in a thousand nothing is believed.
    """
    found = finding(tmp_path, measured)
    assert (found.verdict.name, found.reason) == (verdict, reason)


def test_a_run_at_another_step_leaves_what_was_seen_at_its_own(tmp_path: Path) -> None:
    """
    What agreed with 50 % stays proven while the target is at 25 %; a mismatch does not.
    """
    assert finding(tmp_path / "step", counts(1010), counts(505)).verdict.name == "MET"
    assert finding(tmp_path / "mismatch", counts(1010), counts(700)).verdict.name == "UNPROVEN"


def test_a_criterion_on_the_share_needs_counts(tmp_path: Path) -> None:
    """
    Where the plan names the metric, a check that counted nobody proves nothing.
    """
    name = "exposure.share_percent"
    assert finding(tmp_path / "none", {}, metric=name).reason.startswith(f"{EVERY}: skipped: counted no users")
    assert finding(tmp_path / "some", counts(1010), metric=name).verdict.name == "MET"
