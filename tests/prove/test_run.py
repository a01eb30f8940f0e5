"""Every fault is tried on a stand-in that is fit for it, and what it did is told as it was."""

import pytest

from rollout.judge.verdict import Verdict
from rollout.plan import EvidenceSource, load_plan
from rollout.prove.faults import EVERYTHING, KnownFault, monitor_cut_short
from rollout.prove.proof import FaultRow, Proof, bindings
from tests.prove.fake_workers import ALSO_TESTED, LOADED, SAMPLED, TESTED, Proving, World, fault, source


@pytest.fixture
def proving(monkeypatch: pytest.MonkeyPatch) -> Proving:
    """A proof on fake workers whose faults break what they should."""
    return Proving(World(), monkeypatch)


def row(proof: Proof, name: str) -> FaultRow:
    """What one fault did."""
    return next(row for row in proof.rows if row.fault == name)


def test_the_criteria_of_these_tests_are_what_they_stand_for() -> None:
    """
    Two are proven by tests, one by load, one by samples.
    """
    found = [source(name) for name in (TESTED, ALSO_TESTED, LOADED, SAMPLED)]
    assert found == [EvidenceSource.TESTS, EvidenceSource.TESTS, EvidenceSource.LOAD, EvidenceSource.METRIC]


def test_a_fault_that_breaks_its_criterion_is_a_clean_row(proving: Proving) -> None:
    """
    The healthy stand-in is surveyed first; then the fault is switched on, looked at, and switched off.
    """
    proof = proving.run(fault("down", TESTED))
    (log,) = proving.world.log
    assert log == [f"look {TESTED}", "on down", f"look {TESTED}", "off down"]
    assert proof.healthy == {TESTED: "MET"}
    (cell,) = row(proof, "down").cells
    assert (cell.criterion, cell.role, cell.seen, cell.reason) == (TESTED, "breaks", "BROKEN", "test_it: got 500")
    assert row(proof, "down").clean


def test_a_proof_is_bound_to_what_it_proves(proving: Proving) -> None:
    """
    Only a wanted criterion that a fault of this run was tried on is bound, to its hash of now.
    """
    proof = proving.run(fault("down", TESTED), wanted={TESTED, ALSO_TESTED})
    assert proof.bound == {TESTED: bindings(load_plan())[TESTED]}


def test_a_test_that_a_fault_must_turn_red_is_looked_at_by_name(proving: Proving) -> None:
    """
    Its criterion may be red with another test: the row is clean once this one failed too.
    """
    proving.world.failing = {"smoke/test_a.py::test_seen"}
    named = ("smoke/test_a.py::test_seen", "smoke/test_a.py::test_blind")
    seen = row(proving.run(fault("down", TESTED, reddens=named[:1])), "down")
    both = row(proving.run(fault("down", TESTED, reddens=named)), "down")
    assert [(each.check, each.reason) for each in both.checks] == [(named[0], "got 500"), (named[1], "")]
    assert (seen.clean, both.clean) == (True, False)


def test_what_is_known_is_kept_after_each_fault(proving: Proving) -> None:
    """
    Whoever interrupts a proof loses one fault at most.
    """
    proving.run(fault("down", TESTED), fault("slow", ALSO_TESTED))
    assert [len(proof.rows) for proof in proving.kept] == [1, 2]


def test_a_fault_that_shows_nothing_is_tried_once_more_on_a_fresh_stand_in(proving: Proving) -> None:
    """
    The first trial may have suffered from the faults before it; the second one counts.
    """
    proving.world.reds["quiet"] = set()
    proof = proving.run(fault("down", TESTED), fault("quiet", ALSO_TESTED))
    assert proving.world.trials() == ["down", "quiet", "quiet"]
    assert [log.count("on quiet") for log in proving.world.log] == [1, 1]
    assert [cell.seen for cell in row(proof, "quiet").cells] == ["MET"]
    assert not row(proof, "quiet").clean
    assert any("BAD quiet" in line for line in proving.told)


def test_a_surprise_that_does_not_come_again_is_none(proving: Proving) -> None:
    """
    A fault that shows on the fresh stand-in is clean.
    """
    proving.world.first_trial_fails.add("shy")
    assert row(proving.run(fault("shy", TESTED)), "shy").clean


@pytest.mark.parametrize(
    ("depends", "role", "clean"),
    [((), "unexpected", False), ((ALSO_TESTED,), "depends", True), ((EVERYTHING,), "depends", True)],
    ids=["nobody expects it", "known to depend", "everything depends"],
)
def test_whatever_else_turns_red_is_told(proving: Proving, depends: tuple[str, ...], role: str, clean: bool) -> None:
    """
    A red that nobody expects spoils the row; one that is known to depend does not.
    """
    proving.world.reds["down"] = {TESTED, ALSO_TESTED}
    found = row(proving.run(fault("down", TESTED, depends=depends)), "down")
    assert [(cell.criterion, cell.role) for cell in found.cells] == [(TESTED, "breaks"), (ALSO_TESTED, role)]
    assert found.clean is clean


@pytest.mark.parametrize(
    ("first", "fresh"),
    [
        (fault("first", TESTED), False),
        (fault("first", TESTED, kind="process"), True),
        (fault("first", TESTED, depends=(EVERYTHING,)), True),
        (fault("first", "no-critical-errors"), True),
    ],
    ids=["a switch", "a process was ended", "everything depended on it", "the log of errors remembers"],
)
def test_a_fault_that_leaves_traces_spoils_the_stand_in(proving: Proving, first: KnownFault, fresh: bool) -> None:
    """
    The next fault gets a fresh one.
    """
    proving.run(first, fault("second", ALSO_TESTED))
    assert len(proving.world.log) == (2 if fresh else 1)
    assert proving.world.trials() == ["first", "second"]


def test_a_stand_in_that_is_not_fit_any_more_is_replaced(proving: Proving) -> None:
    """
    Where a service died, the next fault gets a fresh stand-in.
    """
    proving.world.unfit_after = "first"
    proving.run(fault("first", TESTED), fault("second", ALSO_TESTED))
    assert ["on second" in log for log in proving.world.log] == [False, True]


def test_faults_under_load_have_a_worker_of_their_own_with_a_baseline(proving: Proving) -> None:
    """
    Two loads would disturb each other; what needs no load is tried beside it.
    """
    proving.run(fault("errors", LOADED), fault("slow", LOADED), fault("down", TESTED), jobs=2)
    loaded = [log for log, baseline in zip(proving.world.log, proving.world.baselines, strict=True) if baseline]
    assert proving.world.baselines.count(True) == 1
    assert [line for log in loaded for line in log if line.startswith("on ")] == ["on errors", "on slow"]
    assert loaded[0][0] == f"look {LOADED}"
    assert sorted(proving.world.trials()) == ["down", "errors", "slow"]


def test_a_surprise_under_load_is_tried_again_on_a_fresh_pair(proving: Proving) -> None:
    """
    The fresh stand-in has a baseline too.
    """
    proving.world.reds["errors"] = set()
    proof = proving.run(fault("errors", LOADED))
    assert proving.world.trials() == ["errors", "errors"]
    assert proving.world.baselines.count(True) == 2
    assert not row(proof, "errors").clean


def test_every_lane_surveys_its_share_before_any_fault(proving: Proving) -> None:
    """
    The healthy verdicts of all wanted criteria are known, each looked at once.
    """
    proof = proving.run(fault("a", TESTED), fault("b", ALSO_TESTED), fault("c", SAMPLED), jobs=3)
    first = " ".join(log[0] for log in proving.world.log if log and log[0].startswith("look "))
    assert proof.healthy == dict.fromkeys((TESTED, ALSO_TESTED, SAMPLED), "MET")
    assert [first.count(name) for name in (TESTED, ALSO_TESTED, SAMPLED)] == [1, 1, 1]


def test_a_healthy_stand_in_that_is_not_healthy_is_told(proving: Proving) -> None:
    """
    A criterion that is not met without any fault proves nothing.
    """
    proving.world.healthy = Verdict.UNPROVEN
    proof = proving.run(fault("down", TESTED))
    assert proof.healthy == {TESTED: "UNPROVEN"}
    assert any(f"healthy: {TESTED}: UNPROVEN: test_it: got 500" in line for line in proving.told)


@pytest.mark.parametrize("beside", [Verdict.UNPROVEN, Verdict.BROKEN])
def test_what_is_not_as_expected_is_tried_once_more_alone(proving: Proving, beside: Verdict) -> None:
    """
    The proof itself takes the processor from its stand-ins: neither the healthy one nor a fault is judged by that.
    """
    faults = fault("down", TESTED), fault("errors", LOADED)
    before = proving.run(*faults)
    again = Proving(World(beside=beside), proving.monkeypatch)
    proof = again.run(*faults, jobs=2, before=before)
    assert proof.healthy == {TESTED: "MET", LOADED: "MET"}
    assert [cell.seen for found in proof.rows for cell in found.cells] == ["BROKEN", "BROKEN"]
    assert again.world.log[2][0] == f"look {' '.join(sorted((TESTED, LOADED)))}"
    assert again.world.trials().count("down") == (2 if beside is Verdict.UNPROVEN else 1)
    assert any("not as expected, so once more alone: " in line for line in again.told)


def test_alone_nothing_is_tried_once_more(proving: Proving) -> None:
    """
    One stand-in has the whole processor: what it shows counts.
    """
    proving.world.healthy = Verdict.UNPROVEN
    proving.run(fault("down", TESTED))
    assert [log.count(f"look {TESTED}") for log in proving.world.log] == [2]


def test_the_monitor_is_cut_short_without_a_switch(proving: Proving) -> None:
    """
    That fault is one of the monitor itself: the look is shortened.
    """
    cut_short = monitor_cut_short(load_plan())
    proving.world.reds[cut_short.name] = set(cut_short.breaks)
    proving.run(cut_short, wanted={"monitored"})
    assert any(line.endswith(" cut short") for log in proving.world.log for line in log)


def test_a_stand_in_that_fails_ends_the_proof_with_its_words(proving: Proving) -> None:
    """
    The other workers come to their end, and what they found is kept.
    """
    proving.world.dies_with = "deadly"
    with pytest.raises(ValueError, match="a stand-in failed while faults were tried: standin fault: no answer"):
        proving.run(fault("deadly", LOADED), fault("down", TESTED), jobs=2)
    assert [row.fault for row in proving.kept[-1].rows] == ["down"]


def test_what_is_not_wanted_is_kept_from_before(proving: Proving) -> None:
    """
    One criterion can be proven anew without trying every fault again.
    """
    faults = fault("down", TESTED), fault("slow", ALSO_TESTED)
    before = proving.run(*faults)
    again = Proving(World(), proving.monkeypatch)
    proof = again.run(*faults, wanted={TESTED}, before=before)
    assert again.world.trials() == ["down"]
    assert [found.fault for found in proof.rows] == ["down", "slow"]
    assert proof.bound == before.bound


def test_what_took_long_before_goes_first(proving: Proving) -> None:
    """
    So that no worker is left alone with a long one at the end.
    """
    names = ("a", "b", "c")
    seconds = {"a": 1.0, "b": 9.0, "c": 5.0}
    rows = tuple(FaultRow(fault=name, sentence=name, cells=(), seconds=seconds[name]) for name in names)
    proving.run(*(fault(name, TESTED) for name in names), before=Proof(healthy={}, rows=rows, bound={}))
    assert proving.world.trials() == ["b", "c", "a"]
