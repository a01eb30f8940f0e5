"""
The one failure of a test that its outcome is about: what was wrong with the target, whatever was raised because of it.

An exception hides those in whose handling or cleaning it was raised. Of these the first wrong answer counts, even if an
obstacle, a defect, a skip or something late came after it. A check that translates one, by `from error` or `from None`,
means the translation, also of those that it had met before on its way: a helper that cleans up says nothing of its caller.
"""

from collections.abc import Iterator
from traceback import walk_tb
from types import FrameType

import pytest

from rollout.error_words import first_line, without_assert
from rollout.target.deadline import TooLate
from rollout.target.http import NoAnswer
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError

Frames = frozenset[FrameType]
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
    ahead: list[tuple[BaseException, Frames | None]] = [(error, None)]
    seen = set()
    while ahead:
        each, translated = ahead.pop()
        if (id(each), translated is None) in seen:
            continue
        seen.add((id(each), translated is None))
        if translated is None:
            yield each
        ahead += behind(each, translated)
        if isinstance(each, BaseExceptionGroup):
            ahead += [(part, translated) for part in each.exceptions]


def behind(error: BaseException, translated: Frames | None) -> Iterator[tuple[BaseException, Frames | None]]:
    """
    What *error* was raised in the handling of, each with the calls within which it is translated; None if it stands.

    *translated* are those of *error* itself.
    """
    cause, context = error.__cause__, error.__context__
    if context is not None and context is not cause:
        hidden = cause is None and error.__suppress_context__
        within = translated if translated and not translated.isdisjoint(calls(context)[:1]) else None
        yield context, translation(context, translated) if hidden else within
    if cause is not None:
        yield cause, translation(cause, translated)


def translation(error: BaseException, by: Frames | None) -> Frames:
    """
    The calls within which a translated *error* was met, and those of what translated it (*by*).

    Only a wrong answer is an opinion about what came before it.
    """
    return (frozenset(calls(error)) if is_wrong_answer(error) else frozenset()) | (by or frozenset())


def calls(error: BaseException) -> list[FrameType]:
    """The calls that *error* came through, that in which it was caught first."""
    return [frame for frame, _ in walk_tb(error.__traceback__)]


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
