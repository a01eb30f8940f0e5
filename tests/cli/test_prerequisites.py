"""Which decisions open the phase after: GO and GO by override, replayed and not believed, of the same release."""

import json
from typing import Any

import pytest

from tests.cli.project import RELEASE, Project

LATER = "2100-01-01"


def before(project: Project, *more: str) -> int:
    """Sign and decide the phase before; the exit code."""
    project.run("attest", "before.in-charge", "--by", "Kim", *more)
    return project.run("decide", "before").code


def after(project: Project) -> dict[str, Any]:
    """What the next phase says about the one before; it is decided for the release that the target tells."""
    project.run("decide", "stage", "--release", RELEASE)
    return project.finding("stage", "after-before")


def closed(project: Project) -> str:
    """Why the next phase is closed."""
    found = after(project)
    assert (found["verdict"], found["value"]) == ("UNPROVEN", "no GO")
    assert found["next"] == "bring before to GO for this release: rollout gate before"
    return str(found["reason"])


def edit(project: Project, **facts: Any) -> None:
    """Change facts of the stored decision of the phase before."""
    path = project.folder("before") / "decision.json"
    path.write_text(json.dumps(project.decision("before") | facts), encoding="utf-8")


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


def test_a_phase_never_decided_opens_nothing(project: Project) -> None:
    """
    Evidence alone is no decision.
    """
    project.run("attest", "before.in-charge", "--by", "Kim")
    assert closed(project) == "before was never decided on target staging"


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
        assert project.run("decide", "before").code == 30
    assert closed(project) == f"before: {line}"


def test_go_of_another_release_opens_nothing(project: Project) -> None:
    """
    A GO belongs to one build.
    """
    assert before(project, "--release", "1.9") == 0
    assert closed(project) == f"before was decided for release 1.9, not for {RELEASE}"


def test_a_rehearsal_opens_nothing(project: Project) -> None:
    """
    A shortened window is told with its line.
    """
    project.run("attest", "before.in-charge", "--by", "Kim")
    project.run("decide", "before", "--window", "60s")
    assert closed(project) == "before was only rehearsed: HOLD (rehearsal, window 60 s)"


def test_go_on_another_target_opens_nothing(project: Project) -> None:
    """
    Decisions lie apart by target.
    """
    assert before(project) == 0
    project.folder("before").parent.rename(project.out / "production")
    assert closed(project) == "before was never decided on target staging"


def test_go_without_its_journals_opens_nothing(project: Project) -> None:
    """
    A decision is made again from its evidence: what cannot be made again does not count.
    """
    assert before(project) == 0
    for path in (project.folder("before") / "journals").glob("*.jsonl"):
        path.unlink()
    assert closed(project) == "before does not replay: decision: stored GO, replayed HOLD"


def test_go_with_an_altered_journal_opens_nothing(project: Project) -> None:
    """
    A signature that was changed afterwards breaks its seal.
    """
    assert before(project) == 0
    (path,) = (project.folder("before") / "journals").glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"Kim"', b'"Pat"'))
    assert closed(project).startswith("before does not replay: ")


def test_go_under_another_plan_opens_nothing(project: Project) -> None:
    """
    A plan that has changed since needs the phase to be decided again.
    """
    assert before(project) == 0
    moved = project.out / "plan.toml"
    moved.write_text(project.plan.read_text(encoding="utf-8").replace("name somebody", "ask around"), encoding="utf-8")
    project.plan = moved
    assert closed(project).startswith("before does not replay: the plan has changed since: ")
    assert project.run("decide", "before").code == 0
    assert after(project)["verdict"] == "MET"


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        pytest.param({"exit_code": 10}, "contradicts itself: exit_code: got 10, want 0: it was edited", id="a word"),
        pytest.param({"findings": []}, "with a finding that is UNPROVEN", id="no findings"),
        pytest.param({"outcome": "MAYBE"}, "unknown outcome or verdict 'MAYBE'", id="an unknown outcome"),
    ],
)
def test_an_edited_decision_opens_nothing(project: Project, facts: dict[str, Any], complaint: str) -> None:
    """
    Whoever edits decision.json gets no further.
    """
    assert before(project) == 0
    edit(project, **facts)
    assert complaint in closed(project)


def test_go_of_another_release_under_a_new_name_opens_nothing(project: Project) -> None:
    """
    The journals say whose they are.
    """
    assert before(project, "--release", "1.9") == 0
    edit(project, release=RELEASE)
    assert closed(project).startswith("before does not replay: ")


def test_evidence_that_came_later_leaves_a_go_as_it_was(project: Project) -> None:
    """
    A replay reads the journals that the decision names, and those only.
    """
    assert before(project) == 0
    project.run("attest", "before.in-charge", "--by", "Sam", "--refuse")
    assert after(project)["verdict"] == "MET"
    assert project.run("decide", "before").code == 10
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
