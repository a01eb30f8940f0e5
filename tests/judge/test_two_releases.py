"""A run by hand in whose middle another release was deployed accuses, and proves nothing."""

from dataclasses import replace

import pytest

from rollout.evidence import Ledger, Run, State
from rollout.evidence.records import RunFinished
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.judge.load_attempts import judged_run
from rollout.judge.load_evidence import ALL
from rollout.judge.problem import ProblemKind
from rollout.judge.two_releases import of_one_release
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.judge.loads import PLAN as LOAD_PLAN
from tests.judge.loads import Load
from tests.properties.ledgers import bad, good

OTHER = "2.0.1"
ENDED = f"another release, {OTHER}, answered when it ended: it is evidence of no one release"


def with_other(one: Run) -> Run:
    """The same run, at whose end another release answered."""
    kept = [each for each in one.records if not isinstance(each, RunFinished)]
    return replace(one, records=(*kept, RunFinished(t=one.newest, records=len(kept), other=OTHER)))


def finding(name: str, *runs: Run) -> Finding:
    """The finding of that name."""
    made = decide(PLAN, "stage", Ledger(runs), NOW, release=RELEASE)
    return next(each for each in made.findings if each.id == f"stage.{name}")


def test_a_run_of_two_releases_proves_nothing() -> None:
    """
    Checks that passed count as not run, and the ledger says why and what to do.
    """
    mixed = with_other(good("pytest", 1, NOW - 100))
    assert finding("answers", mixed).verdict.name == "UNPROVEN"
    doubt = finding("evidence-intact", mixed)
    assert doubt.reason == f"{mixed.path.name}: {ENDED}"
    assert doubt.next == ProblemKind.TWO_RELEASES.value


def test_a_run_of_two_releases_accuses() -> None:
    """
    What failed may have failed before the other release came: a deployment wipes nothing away.
    """
    assert finding("answers", with_other(bad("pytest", 1, NOW - 100))).verdict.name == "BROKEN"


def test_a_later_whole_run_makes_up_for_one_of_two_releases() -> None:
    """
    In the same place, as for a run that was cut short.
    """
    mixed, whole = with_other(good("pytest", 1, NOW - 100)), good("pytest", 2, NOW - 50)
    assert finding("evidence-intact", mixed, whole).verdict.name == "MET"
    assert finding("answers", mixed, whole).verdict.name == "MET"


@pytest.mark.parametrize("state", [State.TORN, State.FORGED, State.OPEN])
def test_what_is_not_whole_has_its_complaint_already(state: State) -> None:
    """
    Only a run with its end tells what answered then.
    """
    one = good("pytest", 1, NOW - 100)
    assert of_one_release(one) is one
    cut = Run(one.path, state, with_other(one).records, "why")
    assert of_one_release(cut) is cut


def test_a_load_of_two_releases_says_so() -> None:
    """
    It is not called cut short.
    """
    mixed = of_one_release(with_other(Load().run()))
    assert judged_run(mixed, ALL, LOAD_PLAN.phase("stage")).problem == ENDED
