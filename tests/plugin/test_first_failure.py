"""What the exception of a test means: the first failure that tells of the target, whatever came after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from rollout.pytest_plugin.failure_words import failure_words
from rollout.pytest_plugin.first_failure import first_failure
from rollout.pytest_plugin.obstacles import obstacle_of
from rollout.pytest_plugin.target_wait import is_late
from rollout.target.deadline import TooLate
from rollout.target.http import LateAnswer, NoAnswer
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError
from rollout.target.wait import eventually
from xcodereviewer.fixtures.disposable_standin import DisposableStandin

WRONG = "got 500, want 200"
LATER: dict[str, BaseException] = {
    "an obstacle": Obstacle("sign-in: got 429"),
    "a setting": TargetError("TOKEN is not set"),
    "a defect": KeyError("id"),
    "a skip": pytest.skip.Exception("nothing to clean"),
    "an expected failure": pytest.xfail.Exception("known"),
    "something late": TooLate("cleaning"),
    "no answer": NoAnswer("GET /x: got ConnectError, want an answer"),
    "an end": SystemExit(3),
}
WRONG_ANSWERS: dict[str, BaseException] = {
    "an assertion": AssertionError(WRONG),
    "a failure in words": pytest.fail.Exception(WRONG),
    "a group": ExceptionGroup("two", [KeyError("x"), AssertionError(WRONG), AssertionError("another one")]),
    "a group in a group": ExceptionGroup("one", [ExceptionGroup("two", [AssertionError(WRONG)])]),
}


def raised(body: Callable[[], object]) -> pytest.CallInfo[None]:
    """What pytest saw of a *body* that raised."""
    return pytest.CallInfo.from_call(body, "call")  # type: ignore[arg-type]


def fresh(error: BaseException) -> BaseException:
    """An equal error that nobody has raised yet."""
    if isinstance(error, BaseExceptionGroup):
        return type(error)(error.message, [fresh(each) for each in error.exceptions])
    return type(error)(*error.args) if error.args else type(error)(str(error))


def error_of(body: Callable[[], object]) -> BaseException:
    """The error that *body* raised."""
    found = raised(body).excinfo
    assert found is not None
    return found.value


def cleaned(wrong: BaseException, later: BaseException) -> Callable[[], None]:
    """A body that sees a *wrong* answer, and in whose cleaning a *later* error is raised."""

    def body() -> None:
        try:
            raise wrong
        finally:
            raise later

    return body


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
def test_a_wrong_answer_stands_whatever_its_cleaning_raised(wrong: str, later: str) -> None:
    """
    It is neither an obstacle nor late, and the message begins with it and ends with what came after it.
    """
    call = raised(cleaned(fresh(WRONG_ANSWERS[wrong]), fresh(LATER[later])))
    assert call.excinfo is not None
    error = call.excinfo.value
    said = str(error.code if isinstance(error, SystemExit) else error)
    assert (obstacle_of(call), is_late(error)) == (None, False)
    assert failure_words(error, "").startswith(f"{WRONG}; then: ")
    assert failure_words(error, "").endswith(said)


@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
def test_a_wrong_answer_alone_is_told_alone(wrong: str) -> None:
    """
    Its group is no second error.
    """

    def body() -> None:
        raise fresh(WRONG_ANSWERS[wrong])

    assert failure_words(error_of(body), "") == WRONG


def test_a_cleaning_that_translates_its_own_error_hides_nothing() -> None:
    """
    `from None` and `from error` replace what they handle, and nothing before it.
    """

    @contextmanager
    def disposable(cause: bool) -> Iterator[None]:
        try:
            yield
        finally:
            try:
                raise httpx.ConnectError("refused")
            except httpx.ConnectError as error:
                raise Obstacle("cleaning") from (error if cause else None)

    def body(cause: bool) -> None:
        with disposable(cause):
            raise AssertionError(WRONG)

    assert str(first_failure(error_of(lambda: body(True)))) == WRONG
    assert str(first_failure(error_of(lambda: body(False)))) == WRONG


def test_another_cause_masks_no_wrong_answer() -> None:
    """
    `raise … from other` says nothing of what is handled at that moment.
    """

    def body() -> None:
        try:
            raise AssertionError(WRONG)
        finally:
            raise TooLate("cleaning") from OSError("x")

    error = error_of(body)
    assert (str(first_failure(error)), is_late(error)) == (WRONG, False)


def two_ways(by_cause: bool) -> None:
    """Try one way after the other, and say that neither led to the subject."""
    try:
        try:
            raise AssertionError("got 404 of the new path")
        except AssertionError:
            assert_wrong("got 404 of the old path")
    except AssertionError as error:
        raise Obstacle("neither path signs in") from (error if by_cause else None)


def assert_wrong(text: str) -> None:
    """Fail as a check's helper does."""
    raise AssertionError(text)


@pytest.mark.parametrize("by_cause", [True, False])
def test_a_check_translates_what_it_met_on_its_way_too(by_cause: bool) -> None:
    """
    The second of two wrong answers is translated with the first, in the handling of which it came.
    """
    found = obstacle_of(raised(lambda: two_ways(by_cause)))
    assert found is not None
    assert found["cause"] == "neither path signs in"


@pytest.mark.parametrize("by_cause", [True, False])
def test_a_helper_that_cleans_up_translates_nothing_of_its_caller(by_cause: bool) -> None:
    """
    What it met is translated; the wrong answer that was on its way through the check stands.
    """

    def body() -> None:
        try:
            assert_wrong(WRONG)
        finally:
            two_ways(by_cause)

    call = raised(body)
    assert call.excinfo is not None
    assert (str(first_failure(call.excinfo.value)), obstacle_of(call)) == (WRONG, None)


@pytest.mark.parametrize("by_cause", [True, False])
def test_a_check_may_translate_what_it_handles(by_cause: bool) -> None:
    """
    A failed assertion about the way to the subject is an obstacle where the check says so.
    """

    def body() -> None:
        try:
            eventually(never, within=0)
        except AssertionError as error:
            raise Obstacle("no review is under way") from (error if by_cause else None)

    found = obstacle_of(raised(body))
    assert found is not None
    assert found["cause"] == "no review is under way"


@pytest.mark.parametrize(
    "before",
    [NoAnswer("got nothing"), LateAnswer("got nothing in time"), httpx.ConnectError("refused"), Obstacle("no")],
)
def test_an_obstacle_for_which_nothing_answered_stays_one(before: Exception) -> None:
    """
    Silence is no wrong answer, and an obstacle tells its reason.
    """
    found = obstacle_of(raised(cleaned(before, Obstacle("the link is down"))))
    assert found is not None
    assert found["cause"] == "the link is down"


def test_a_wait_that_saw_wrong_answers_is_hidden_by_no_obstacle() -> None:
    """
    It stays something late, which a target without a processor may excuse.
    """

    def body() -> None:
        try:
            eventually(never, within=0)
        finally:
            raise Obstacle("sign-in: got 429")

    call = raised(body)
    assert call.excinfo is not None
    assert (obstacle_of(call), is_late(call.excinfo.value)) == (None, True)


@pytest.mark.parametrize("silence", [TooLate("no end of it"), LateAnswer("got nothing in time")])
def test_a_defect_of_the_cleaning_hides_no_silence(silence: Exception) -> None:
    """
    What came too late fails the test, excusable as ever.
    """
    call = raised(cleaned(silence, KeyError("id")))
    assert call.excinfo is not None
    assert (obstacle_of(call), is_late(call.excinfo.value)) == (None, True)


def test_a_wrong_answer_seen_while_something_late_was_handled_is_not_late() -> None:
    """
    Only a cause that the check names itself is one.
    """

    def named() -> None:
        try:
            raise TooLate("no end of it")
        except TooLate as error:
            raise AssertionError("it never came") from error

    assert not is_late(error_of(cleaned(TooLate("no end of it"), AssertionError(WRONG))))
    assert is_late(error_of(named))


def test_a_circle_of_errors_ends() -> None:
    """
    As code makes one that sets causes by hand.
    """
    one, other = KeyError("one"), KeyError("other")
    one.__context__, other.__context__ = other, one
    assert first_failure(one) is one


def test_a_service_that_does_not_start_again_hides_no_wrong_answer() -> None:
    """
    The helper that keeps a service dead starts it in its cleaning.
    """
    standin = object.__new__(DisposableStandin)
    standin.directory = "/nonexistent"
    standin.kill = lambda service: None  # type: ignore[method-assign]

    def body() -> None:
        with standin.without("redis"):
            raise AssertionError("got 500 and a lost write, want 503")

    call = raised(body)
    assert call.excinfo is not None
    assert isinstance(call.excinfo.value, TargetError)
    assert obstacle_of(call) is None


def never() -> None:
    """A wait's condition that does not hold."""
    raise AssertionError("got running, want an end")
