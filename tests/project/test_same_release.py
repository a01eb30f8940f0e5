"""Another release that answers at the end of a run is told, and silence is none."""

import pytest

from rollout.same_release import SameRelease
from rollout.suite import Suite
from rollout.target import Target

SYSTEM = Target(name="t", environment="staging", base_url="http://127.0.0.1:9", release="as the file says")


@pytest.mark.parametrize(
    ("told", "other"),
    [
        pytest.param(("1", "1"), "", id="the same"),
        pytest.param(("1", "2"), "2", id="another one"),
        pytest.param(("1", None), "", id="nobody says it any more"),
        pytest.param((None, "2"), "", id="the first that is told"),
        pytest.param((None, None), "", id="nobody ever says it"),
    ],
)
def test_the_release_is_asked_of_the_system_itself(told: tuple[str | None, ...], other: str) -> None:
    """
    What the target's file calls it does not change when another one is deployed.
    """
    answers = iter(told)
    assert SameRelease(Suite("moving", release=lambda _: next(answers)), SYSTEM).other() == other


def test_a_release_that_was_told_late_is_compared_with_too() -> None:
    """
    It was silent at the beginning.
    """
    answers = iter((None, "1", "2"))
    build = SameRelease(Suite("moving", release=lambda _: next(answers)), SYSTEM)
    assert (build.other(), build.other()) == ("", "2")


@pytest.mark.parametrize(
    ("called", "release", "asked"),
    [
        pytest.param(None, "1", 1, id="as the system said, which is not asked again"),
        pytest.param("as the file says", "as the file says", 1, id="as the file calls it"),
    ],
)
def test_a_run_is_named_by_the_answer_that_it_is_compared_with(called: str | None, release: str, asked: int) -> None:
    """
    One question at its start: two could be answered by two builds.
    """
    answers = ["1", "2"]
    system = SYSTEM.model_copy(update={"release": called})
    build = SameRelease(Suite("moving", release=lambda _: answers.pop(0)), system)
    assert (build.release, 2 - len(answers)) == (release, asked)
