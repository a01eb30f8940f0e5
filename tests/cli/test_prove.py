"""`rollout prove --explain`: how a criterion is judged, in words."""

from pathlib import Path

import pytest

from tests.cli.project import Project

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(["stage.answers"], 0, "", id="a criterion"),
        pytest.param([], 64, "--explain needs a criterion", id="nothing"),
        pytest.param(["stage.anwers"], 64, "did you mean", id="a slip"),
    ],
)
def test_the_command_explains_and_tries_nothing(project: Project, words: list[str], code: int, says: str) -> None:
    """
    Exit 0 with the explanation, 64 where it is not clear of what.
    """
    run = project.run_bare("prove", "--explain", *words)
    assert run.code == code
    assert says in run.err


def test_what_takes_hours_is_not_proven_here_and_it_says_so(monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    """
    Certainty about users' traffic is no matter of an experiment of minutes: exit 64 before anything is booted.
    """
    monkeypatch.chdir(ROOT)
    run = project.run_bare("prove", "users-error-rate")
    assert run.code == 64
    assert "cannot be proven here: it takes hours of monitoring until it is certain" in run.err
    assert "faults: none, since it takes hours" in project.run_bare("prove", "--explain", "users-error-rate").out
