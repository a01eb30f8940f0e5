"""What a failed test tells: about its subject, about the way to it, or about the check itself."""

import httpx
import pytest

from rollout.pytest_plugin.obstacles import obstacle_of
from rollout.target.answer import expect
from rollout.target.obstacle import Obstacle

ANSWER = httpx.Response(500, text="boom 1", request=httpx.Request("POST", "http://t/api/v1/auth/register"))


def told(error: BaseException, when: str = "call") -> dict[str, str] | None:
    """The obstacle of a test that raised *error*."""

    def fail() -> None:
        raise error

    return obstacle_of(pytest.CallInfo.from_call(fail, when))  # type: ignore[arg-type]


def test_an_assertion_in_the_body_accuses() -> None:
    """
    The body of a test is about its subject.
    """
    assert told(AssertionError("got 500, want 200")) is None


def test_an_assertion_in_the_setup_is_a_cause() -> None:
    """
    The setup is the way to the subject; what failed there is told without the body, which differs from time to time.
    """

    def refused() -> None:
        expect(ANSWER, 201)

    found = obstacle_of(pytest.CallInfo.from_call(refused, "setup"))
    assert found is not None
    assert (found["kind"], found["cause"]) == (
        "not-reached",
        "POST http://t/api/v1/auth/register: got 500, want 201",
    )


def test_an_obstacle_in_the_body_is_a_cause_too() -> None:
    """
    A sign-in that nobody asked for fails on the way, wherever it happens.
    """
    assert told(Obstacle("sign-in of a new user: got 500", "look at it")) == {
        "kind": "not-reached",
        "cause": "sign-in of a new user: got 500",
        "way_out": "look at it",
    }


@pytest.mark.parametrize(
    "error", [IndexError("list index out of range"), ValueError("not enough values"), KeyError("x")]
)
@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_an_error_of_python_is_a_defect_of_the_check(error: Exception, when: str) -> None:
    """
    An IndexError says nothing about the target, wherever it happens.
    """
    found = told(error, when)
    assert found is not None
    assert found["kind"] == "defect"
    assert found["cause"].startswith(f"the check itself is defective: {type(error).__name__}: ")


@pytest.mark.parametrize("error", [pytest.fail.Exception("no such criterion"), pytest.skip.Exception("not here")])
def test_what_a_test_says_itself_stays(error: BaseException) -> None:
    """
    A failure or a skip in words is taken as it is said.
    """
    assert told(error, "setup") is None
