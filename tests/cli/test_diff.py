"""`rollout diff A B` says what became worse, what nobody judges any more, and under what it was decided."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rollout.cli.diff import diff
from rollout.difference import Difference
from rollout.judge.decision import Decision
from rollout.judge.store import load_decision, store_decision
from rollout.judge.verdict import Verdict
from rollout.project import current_project
from rollout.render import set_aside
from tests.cli.project import PLAN

GOLDEN = Path(__file__).parents[1] / "golden"
GO, ROLLBACK = GOLDEN / "go-compared/decision.json", GOLDEN / "rollback/decision.now.json"


def made(path: Path = GO, **change: Any) -> Decision:
    """A golden decision with a change."""
    return load_decision(path).model_copy(update=change)


def changed(criterion: str, **change: Any) -> Decision:
    """The golden GO with a change of one criterion."""
    go = made()
    assert any(each.id == f"stage.{criterion}" for each in go.findings)
    return made(
        findings=tuple(
            each.model_copy(update=change) if each.id == f"stage.{criterion}" else each for each in go.findings
        )
    )


def without(criterion: str) -> Decision:
    """The golden GO without a criterion."""
    return made(findings=tuple(each for each in made().findings if each.id != f"stage.{criterion}"))


def kinds(found: Difference) -> dict[str, str]:
    """Every change that is one, by criterion."""
    return {each.id.partition(".")[2]: each.kind for each in found.changes if each.kind != "same"}


@pytest.mark.parametrize(
    ("after", "expected", "worse"),
    [
        (made(), {}, False),
        (changed("error-rate", verdict=Verdict.UNPROVEN), {"error-rate": "worse"}, True),
        (changed("lead-is-served", verdict=Verdict.BROKEN), {"lead-is-served": "worse"}, False),
        (changed("error-rate", value="0.1 % failed"), {"error-rate": "value"}, False),
        (changed("error-rate", limit="< 2 %"), {"error-rate": "value"}, False),
        (without("error-rate"), {"error-rate": "gone"}, True),
        (without("lead-is-served"), {"lead-is-served": "gone"}, False),
    ],
    ids=["nothing", "a verdict", "advice", "a value", "a limit", "a criterion left", "advice left"],
)
def test_what_became_worse_is_told_from_what_only_changed(
    after: Decision, expected: dict[str, str], worse: bool
) -> None:
    """
    A criterion that nobody judges any more is no improvement; advice decides nothing.
    """
    found = Difference(made(), after)
    assert (kinds(found), found.worse) == (expected, worse)
    back = {"worse": "better", "gone": "new"}
    turned = Difference(after, made())
    assert (kinds(turned), turned.worse) == ({name: back.get(kind, kind) for name, kind in expected.items()}, False)


def test_a_worse_outcome_is_worse_whatever_the_criteria_say() -> None:
    """
    A phase before that lost its GO holds the next one.
    """
    held = made(outcome=made(GOLDEN / "hold/decision.now.json").outcome)
    assert (kinds(Difference(made(), held)), Difference(made(), held).worse) == ({}, True)


def test_the_difference_of_a_go_and_a_rollback_is_read_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Decision and release first, then what became worse with both values and its reason; what stayed is counted.
    """
    assert diff(str(GO), str(ROLLBACK)) == 10
    text = capsys.readouterr().out
    assert text.splitlines()[:3] == ["Stage", "decision: GO → ROLLBACK", "release: 2.0.0+1a2b3c"]
    assert "worse   no-data-loss: MET → TRIGGERED\n        was 0 of 74 writes lost\n        now 2 of 74" in text
    assert "1 missing: project 17 of reviewer 3; 1 altered: task 4 of lead 1" in text
    assert "signed" not in text
    assert diff(str(GO), str(ROLLBACK), verbose=True) == 10
    assert "same    signed: MET" in capsys.readouterr().out


def test_a_loosened_limit_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Case 19: the value may be the same, and what it is measured by is not.
    """
    later = store_decision(changed("error-rate", limit="< 2 %").model_copy(update={"plan": "other"}), tmp_path / "b")
    assert diff(str(GO), str(later)) == 0
    text = capsys.readouterr().out
    assert "plan: 1c11f63aca419513 → other" in text
    assert "limit < 1 %; rollback > 5 % → limit < 2 %; rollback > 5 %" in text


def test_hostile_text_of_a_decision_commands_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    What a target said stands in reasons and values.
    """
    evil = changed("lead-is-served", verdict=Verdict.BROKEN, value="\x1b[2J9 %", reason="[red]\x1b]0;x\x07no")
    diff(str(GO), str(store_decision(evil, tmp_path / "b")))
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "[red]" in text


def test_as_json_every_criterion_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """
    With its whole finding in both decisions.
    """
    assert diff(str(GO), str(ROLLBACK), as_json=True) == 10
    told = json.loads(capsys.readouterr().out)
    assert (told["phase"], told["worse"]) == ("stage", True)
    assert told["facts"]["decision"] == {"before": "GO", "after": "ROLLBACK"}
    assert {each["id"] for each in told["criteria"]} >= {each.id for each in made().findings}
    assert {each["change"] for each in told["criteria"]} >= {"worse", "same"}


def test_a_phase_is_its_stored_decision_and_of_an_earlier_release_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A decision about another release is kept when the next one is made.
    """
    shutil.copy(PLAN, tmp_path / "plan.toml")
    monkeypatch.chdir(tmp_path)
    folder = current_project().phase_folder("standin", "stage")
    store_decision(made(release="1.9.0"), folder / "decision.json")
    set_aside(folder, "2.0.0")
    store_decision(made(release="2.0.0"), folder / "decision.json")
    assert diff("stage@1.9.0", "stage") == 0
    assert "release: 1.9.0 → 2.0.0" in capsys.readouterr().out
    with pytest.raises(
        ValueError, match=r"no decision 'stage@1\.8\.0': .* name a decision\.json or a phase \(before, stage\)"
    ):
        diff("stage@1.8.0", "stage")
    with pytest.raises(ValueError, match=r"about .*: name two of one phase"):
        diff("stage", str(store_decision(made(phase="other"), tmp_path / "b")))
