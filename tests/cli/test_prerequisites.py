"""What opens the phase after: the evidence of the one before, judged now, for the same release, in its own environment."""

import time
from typing import Any

import pytest

from rollout.evidence.records import Override
from tests.cli.project import RELEASE, Project

LATER = "2100-01-01"


def before(project: Project, *more: str) -> int:
    """Sign and decide the phase before; the exit code."""
    project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs", "--new-release", *more)
    return project.run("decide", "before").code


def after(project: Project) -> dict[str, Any]:
    """What the next phase says about the one before; it is decided for the release that the target tells."""
    project.run("decide", "stage", "--release", RELEASE)
    return project.finding("stage", "after-before")


def closed(project: Project) -> str:
    """Why the next phase is closed."""
    found = after(project)
    assert (found["verdict"], found["value"]) == ("UNPROVEN", "no GO")
    assert found["next"] == "bring before to GO for this release: rollout gate before --target NAME"
    return str(found["reason"])


def test_go_opens_the_next_phase(project: Project) -> None:
    """
    The GO of the same release on the same target is enough.
    """
    assert before(project) == 0
    found = after(project)
    assert (found["verdict"], found["reason"]) == ("MET", "before: GO")
    assert project.decision("stage")["prerequisites"] == [{"phase": "before", "met": True, "detail": "before: GO"}]


def test_an_override_opens_the_next_phase_and_stays_visible(project: Project) -> None:
    """
    Who went on in spite of a NO-GO is named in the next decision as well.
    """
    project.run("attest", "before", "--override", "--by", "Ada", "--statement", "known", "--until", LATER)
    assert before(project, "--refuse") == 40
    found = after(project)
    assert found["verdict"] == "MET"
    assert found["reason"] == f"before: GO by override of NO-GO (Ada until {LATER} 00:00 UTC: known)"


def test_what_was_never_decided_is_judged_now(project: Project) -> None:
    """
    A decision need not have been stored: evidence opens the next phase.
    """
    project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs")
    assert after(project)["verdict"] == "MET"
    assert not (project.folder("before") / "decision.json").exists()


def test_a_stored_decision_is_not_believed(project: Project) -> None:
    """
    Whoever writes GO into decision.json gets no further.
    """
    before(project)
    stored = (project.folder("before") / "decision.json").read_bytes()
    before(project, "--refuse")
    (project.folder("before") / "decision.json").write_bytes(stored)
    assert closed(project) == "before: NO-GO"


@pytest.mark.parametrize(("words", "line"), [(["--refuse"], "NO-GO"), ([], "HOLD")])
def test_any_other_decision_opens_nothing(project: Project, words: list[str], line: str) -> None:
    """
    NO-GO and HOLD are told as they are.
    """
    if words:
        before(project, *words)
    else:
        with project.journal("before", "pytest"):
            pass
    assert closed(project) == f"before: {line}"


def test_go_of_another_release_opens_nothing(project: Project) -> None:
    """
    A GO belongs to one build.
    """
    assert before(project, "--release", "1.9") == 0
    assert closed(project) == f"before: no evidence about release {RELEASE}"


def test_an_altered_journal_opens_nothing(project: Project) -> None:
    """
    A signature that was changed afterwards breaks its seal.
    """
    assert before(project) == 0
    (path,) = (project.folder("before") / "journals").glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"Kim"', b'"Pat"'))
    assert closed(project).startswith("before: ")


def test_a_newer_refusal_closes_the_next_phase(project: Project) -> None:
    """
    Case 15: what failed after the GO counts, though nobody decided again.
    """
    assert before(project) == 0
    assert after(project)["verdict"] == "MET"
    project.run("attest", "before.in-charge", "--by", "Sam", "--statement", "it runs", "--refuse")
    assert closed(project) == "before: NO-GO"


def test_an_override_that_ran_out_closes_the_next_phase(project: Project) -> None:
    """
    Case 15: it opens the next phase only while it stands.
    """
    before(project, "--refuse")
    with project.journal("before", "attest") as journal:
        journal.append(Override(phase="before", by="Ada", why="known", until=time.time() - 1))
    assert closed(project) == "before: NO-GO"


def test_a_rehearsal_of_the_next_phase_only_lists_what_is_before_it(project: Project) -> None:
    """
    With a short window nothing is required: the phase before stands in the decision without a finding.
    """
    project.run("decide", "stage", "--window", "60s")
    assert "stage.after-before" not in {found["id"] for found in project.decision("stage")["findings"]}
    assert [item["met"] for item in project.decision("stage")["prerequisites"]] == [False]


def test_the_first_phase_needs_none(project: Project) -> None:
    """
    Where nothing comes before, nothing is listed.
    """
    before(project)
    assert project.decision("before")["prerequisites"] == []
