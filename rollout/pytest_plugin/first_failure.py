"""
The one failure of a test that its outcome is about: what was wrong with the target, whatever was raised because of it.

An exception hides those in whose handling or cleaning it was raised. Of these the first wrong answer counts, even if an
obstacle, a defect, a skip or something late came after it. A check that translates one, by `from error` or `from None`,
means the translation.
"""

from collections.abc import Iterator

import pytest

from rollout.error_words import first_line, without_assert
from rollout.target.deadline import TooLate
from rollout.target.http import NoAnswer
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError

SILENCE = (TooLate, NoAnswer)
SKIPS = (pytest.skip.Exception, pytest.xfail.Exception)
EXCUSES = (Obstacle, TargetError, *SKIPS)  # what a check may say about a target that was silent
IN_WORDS = (AssertionError, TargetError, pytest.fail.Exception, pytest.skip.Exception)


def first_failure(error: BaseException) -> BaseException:
    """
    The first wrong answer among *error* and what it hides; without one the first silence, else *error* itself.

    A silence that an Obstacle, a TargetError or a skip follows is excused by it, unless it was a wait that saw wrong answers.
    """
    met = list(at_work(error))
    wrong = [each for each in met if is_wrong_answer(each)]
    silent: list[BaseException] = [each for each in met if isinstance(each, SILENCE)]
    if isinstance(error, EXCUSES):
        silent = [each for each in silent if each.__cause__ is not None and is_wrong_answer(each.__cause__)]
    return [error, *(wrong or silent)][-1]


def is_wrong_answer(error: BaseException) -> bool:
    """Whether a check says by *error* that the target is wrong: neither an obstacle nor a mere silence."""
    if isinstance(error, (*SILENCE, *EXCUSES)):
        return False
    return isinstance(error, AssertionError | pytest.fail.Exception)


def at_work(error: BaseException) -> Iterator[BaseException]:
    """*error*, the parts of a group, and what was being handled when they were raised, untranslated; the first comes last."""
    ahead, seen = [(error, True)], set()
    while ahead:
        each, stands = ahead.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if stands:
            yield each
        ahead += [(before, stands_too) for before, stands_too in behind(each) if before is not None]
        if isinstance(each, BaseExceptionGroup):
            ahead += [(part, stands) for part in each.exceptions]


def behind(error: BaseException) -> Iterator[tuple[BaseException | None, bool]]:
    """What *error* was raised in the handling of, and whether that still stands: not if *error* translates it."""
    cause, context = error.__cause__, error.__context__
    if context is not cause:
        yield context, cause is not None or not error.__suppress_context__
    yield cause, False


def uncover(
    item: pytest.Item,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    raised: pytest.ExceptionInfo[BaseException] | None,
) -> None:
    """
    Let a test fail whose body said skip, or expected failure, while it handled a wrong answer; a mark of it stands.

    *raised* is what the body raised: pytest replaces `unittest.SkipTest` by a skip that hides nothing.
    """
    found = raised or call.excinfo
    if found is None or not report.skipped or first_failure(found.value) is found.value:
        return
    if not hasattr(report, "wasxfail") or isinstance(found.value, pytest.xfail.Exception):
        call.excinfo = found
        report.outcome = "failed"
        report.longrepr = item.repr_failure(found)
        vars(report).pop("wasxfail", None)


def later_words(error: BaseException, first: BaseException) -> str:
    """The last *error* in one line, for a message about the *first* failure; empty if it is that, or its group."""
    if error is first or (isinstance(error, BaseExceptionGroup) and error.subgroup(lambda each: each is first)):
        return ""
    said = without_assert(first_line(str(error)))
    return one_line(said) if said and isinstance(error, IN_WORDS) else one_line(f"{type(error).__name__}: {said}")
