"""`rollout prove --explain`: how a criterion is judged, in words."""

import pytest

from tests.cli.project import Project


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
