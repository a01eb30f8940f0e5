"""Cases 22 and 23: a probe that errs proves nothing for any kind of metric, and what is watched is judged."""

from pathlib import Path

import pytest

from rollout.plan import Plan
from tests.judge.ledgers import PLAN, judged, reason, slots, verdict


@pytest.mark.parametrize("good", [7, 100], ids=["most probes erred", "a few in a row erred"])
def test_availability_is_not_met_by_the_few_probes_that_answered(tmp_path: Path, good: int) -> None:
    """
    Case 23: 94 % of the probes erred and the others were fine.
    """
    slots(tmp_path, [3.0] * 121, up=[1.0] * good + [None] * (121 - good))
    decision = judged(tmp_path)
    assert verdict(decision, "available") == "UNPROVEN"
    assert "samples in a row are missing: no way in" in reason(decision, "available")


def test_a_probe_that_erred_once_is_forgiven(tmp_path: Path) -> None:
    """
    Case 23, the other way: up to 5 % of the samples and four in a row.
    """
    slots(tmp_path, [3.0] * 121, up=[1.0] * 117 + [None] * 4)
    assert verdict(judged(tmp_path), "available") == "MET"


def test_an_outage_counts_though_the_probe_errs_too(tmp_path: Path) -> None:
    """
    Case 23: an error of the source hides no break.
    """
    slots(tmp_path, [3.0] * 121, up=[0.0] * 60 + [None] * 61)
    assert verdict(judged(tmp_path), "available") == "BROKEN"


def test_a_step_that_is_watched_must_be_asked_for() -> None:
    """
    Case 22: the plan's reader refuses a monitor that no criterion about watched time decides by.
    """
    document = PLAN.model_dump(mode="json", exclude_none=True)
    document["phases"][0] |= {"deadline": "1w"}
    document["phases"][0]["steps"][0] |= {"monitor": "1h"}
    document["criteria"] = [{**item, "max_age": "1d"} for item in document["criteria"]]
    assert Plan.model_validate(document)
    document["criteria"] = [item for item in document["criteria"] if item["id"] != "watched"]
    with pytest.raises(ValueError, match=r"steps\.all\.monitor: no criterion asks for it; add one"):
        Plan.model_validate(document)
