"""Whatever a ledger holds: what is added, moved, copied, cut or lost never makes its decision better."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from rollout.evidence import JournalState, Run
from rollout.evidence.records import RunStarted
from rollout.judge.verdict import Outcome, Verdict
from tests.judge.ledgers import NOW, RELEASE
from tests.properties.ledgers import KINDS, bad, begins, cut, good, judged, ledgers, meeting, outcome, run

producers = st.sampled_from(KINDS)
ELSEWHERE = {
    "release": "2.0.1",
    "phase": "before",
    "environment": "production",
    "target": "green",
}
places = st.sampled_from(sorted(ELSEWHERE))


def moved(item: Run, place: str) -> Run:
    """The same run, made about another *place*."""
    first = item.records[0]
    assert isinstance(first, RunStarted)
    return run(structs.replace(first, **{place: ELSEWHERE[place]}), list(item.records[1:]), item.state)


def without(runs: tuple[Run, ...], item: Run) -> tuple[Run, ...]:
    """All but one."""
    return tuple(other for other in runs if other is not item)


def test_the_small_ledger_gives_go() -> None:
    """
    One good run of each producer is enough: what the properties spoil was whole.
    """
    assert outcome(meeting()) is Outcome.GO


@given(runs=ledgers(), data=st.data())
def test_the_order_in_which_runs_are_read_does_not_matter(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    Any order of the same files gives the same findings; only which problem is named first depends on it.
    """
    one, other = judged(runs).findings, judged(tuple(data.draw(st.permutations(runs)))).findings
    assert one[1:] == other[1:]
    assert one[0].verdict is other[0].verdict


@given(runs=ledgers(), producer=producers, age=st.floats(0, 3000))
def test_a_bad_run_never_improves_a_decision(runs: tuple[Run, ...], producer: str, age: float) -> None:
    """
    A run that accuses, put at any time, leaves every outcome as bad as it was, a ROLLBACK too.
    """
    added = bad(producer, 99, begins(producer, age))
    before, after = judged(runs), judged((*runs, added))
    assert after.outcome >= before.outcome


@given(producer=producers, age=st.sampled_from([0.0, 0.5]))
def test_the_newest_bad_run_breaks_a_ledger_that_was_good(producer: str, age: float) -> None:
    """
    After a GO, one accusation of any producer ends it.
    """
    added = bad(producer, 99, begins(producer, age) + 0.9)
    assert outcome((*meeting(), added)) >= Outcome.NO_GO


@given(runs=ledgers(), producer=producers, place=places, age=st.floats(0, 3000))
def test_evidence_about_something_else_never_improves_a_decision(
    runs: tuple[Run, ...], producer: str, place: str, age: float
) -> None:
    """
    A good run about another release or phase is worth nothing here; one from another place is a problem at best.
    """
    foreign = moved(good(producer, 99, begins(producer, age)), place)
    before, after = outcome(runs), outcome((*runs, foreign))
    said_of_the_release = producer == "attest"
    if place in ("release", "phase") or not said_of_the_release:
        assert after >= before


@given(producer=producers, place=places)
def test_a_proof_that_is_moved_elsewhere_is_missing_here(producer: str, place: str) -> None:
    """
    A ledger that gives GO gives none when one of its proofs turns out to be about something else.
    """
    runs = meeting()
    item = next(item for item in runs if item.producer == producer)
    said_of_the_release = producer == "attest" and place in ("environment", "target")
    after = outcome((*without(runs, item), moved(item, place)))
    assert (after is Outcome.GO) == said_of_the_release


@given(runs=ledgers(), data=st.data())
def test_a_copy_never_improves_a_decision(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    The same run under another name is a problem, and no second proof.
    """
    runs = (*meeting(), *runs)
    item = data.draw(st.sampled_from(runs))
    name = data.draw(st.sampled_from(["0", "9"])) + item.path.name[1:]
    copied = judged((*runs, replace(item, path=item.path.with_name("copy-" + name))))
    assert copied.outcome >= max(outcome(runs), Outcome.HOLD)


@given(runs=ledgers(), data=st.data())
def test_a_run_under_another_name_never_improves_a_decision(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    A renamed run keeps its place in time, accuses as before and proves nothing.
    """
    runs = (*meeting(), *runs)
    item = data.draw(st.sampled_from([item for item in runs if item.producer != "attest"]))
    renamed = replace(item, path=item.path.with_name("0-pytest-00000000.jsonl"))
    assert outcome((*without(runs, item), renamed)) >= max(Outcome.HOLD, outcome(runs))


@given(runs=ledgers(), data=st.data())
def test_a_run_that_is_gone_never_lets_anything_through(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    A later run saw it: the ledger holds, whatever it says without it.
    """
    runs = (*meeting(), *runs)
    item = data.draw(st.sampled_from(runs))
    witness = good("pytest", 98, NOW - 0.1)
    first = witness.records[0]
    assert isinstance(first, RunStarted)
    saw = run(structs.replace(first, known=tuple(one.path.stem for one in runs)), list(witness.records[1:]))
    assert outcome((*without(runs, item), saw)) >= Outcome.HOLD


@given(data=st.data(), producer=producers)
def test_a_proof_that_is_cut_short_proves_nothing(data: st.DataObject, producer: str) -> None:
    """
    However many records a run has left: without its end it is no proof.
    """
    runs = meeting()
    item = next(item for item in runs if item.producer == producer)
    left = data.draw(st.integers(1, len(item.records)))
    assert outcome((*without(runs, item), cut(item, left))) is Outcome.HOLD


@given(runs=ledgers(), data=st.data())
def test_a_run_that_is_cut_short_is_never_better_than_hold(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    Cutting the newest run takes away what it proved; what it accused of before the cut stays.
    """
    runs = tuple(
        item for item in (*meeting(), *runs) if item.producer != "attest" or item.state is JournalState.COMPLETE
    )
    newest = max((item for item in runs if item.producer != "attest"), key=lambda item: item.started.t)
    left = data.draw(st.integers(1, len(newest.records)))
    after = outcome((*without(runs, newest), cut(newest, left)))
    assert after >= Outcome.HOLD
    if left == len(newest.records):
        assert after >= outcome(runs)


@given(data=st.data(), producer=producers)
def test_a_lost_record_of_a_proof_is_never_made_up_for(data: st.DataObject, producer: str) -> None:
    """
    A proof with one record less, sealed anew by whoever took it, is no better than the whole one.
    """
    runs = meeting()
    item = next(item for item in runs if item.producer == producer)
    first, *records = item.records
    assert isinstance(first, RunStarted)
    gone = data.draw(st.integers(0, len(records) - 1))
    poorer = run(first, records[:gone] + records[gone + 1 :])
    before, after = judged(runs), judged((*without(runs, item), poorer))
    worth = {finding.id: finding.verdict for finding in before.findings}
    assert all(finding.verdict >= worth[finding.id] for finding in after.findings)
    if producer in ("attest", "drill") or (producer == "pytest" and gone == 0):
        assert after.outcome is Outcome.HOLD


@given(runs=ledgers(), data=st.data())
def test_a_record_told_twice_never_improves_a_decision(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    The same words again in the same run add nothing to what they prove.
    """
    runs = (*meeting()[data.draw(st.integers(0, 4)) :], *runs)
    item = data.draw(st.sampled_from(runs or meeting()))
    first, *records = item.records
    assert isinstance(first, RunStarted)
    at = data.draw(st.integers(0, len(records)))
    again = run(first, [*records[:at], *records[max(0, at - 1) :]], item.state)
    assert outcome((*without(runs, item), again)) >= outcome(runs)


@given(runs=ledgers(), data=st.data())
def test_the_order_of_records_within_a_run_does_not_matter(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    A whole run says the same in any order of its records.
    """
    runs = tuple(item for item in (*meeting(), *runs) if item.state is JournalState.COMPLETE)
    item = data.draw(st.sampled_from(runs))
    first, *records = item.records
    assert isinstance(first, RunStarted)
    turned = run(first, records[::-1])
    assert outcome((*without(runs, item), turned)) is outcome(runs)


@given(runs=ledgers(), data=st.data(), producer=producers)
def test_a_record_in_a_file_of_another_producer_proves_nothing(
    runs: tuple[Run, ...], data: st.DataObject, producer: str
) -> None:
    """
    A signature in a journal of the monitor, a sample in one of the tests: nobody reads it there.
    """
    host = data.draw(st.sampled_from([each for each in KINDS if each != producer]))
    lent = good(producer, 97, begins(producer, 1.0)).records[1:]
    carrier = good(host, 96, begins(host, 0.5))
    first, *own = carrier.records
    assert isinstance(first, RunStarted)
    assert outcome((*runs, run(first, [*own, *lent]))) is outcome((*runs, carrier))


@given(runs=ledgers(), data=st.data(), producer=producers)
def test_a_bad_record_added_to_a_run_never_improves_a_decision(
    runs: tuple[Run, ...], data: st.DataObject, producer: str
) -> None:
    """
    Whichever run of its producer it stands in, it accuses or says nothing.
    """
    runs = (*meeting(), *runs)
    item = data.draw(st.sampled_from([item for item in runs if item.producer == producer]))
    first, *records = item.records
    assert isinstance(first, RunStarted)
    said = bad(producer, 95, first.t).records[1:]
    worse = run(first, [*records, *said], item.state)
    assert outcome((*without(runs, item), worse)) >= outcome(runs)


@given(runs=ledgers())
def test_a_go_has_a_whole_proof_of_every_criterion(runs: tuple[Run, ...]) -> None:
    """
    No drawn ledger gives GO unless the newest whole run of each producer is a good one.
    """
    made = judged(runs)
    if made.outcome is Outcome.GO:
        for producer in KINDS:
            assert any(item.producer == producer and item.state is JournalState.COMPLETE for item in runs)
        assert all(finding.verdict is Verdict.MET for finding in made.findings)
        assert made.release == RELEASE


@given(runs=ledgers(), seconds=st.sampled_from([3600.0, 90_000.0, 10_000_000.0]))
def test_waiting_never_gives_go(runs: tuple[Run, ...], seconds: float) -> None:
    """
    Evidence grows older and never better: what does not give GO now does not give it later.
    """
    if outcome(runs) is not Outcome.GO:
        assert outcome(runs, NOW + seconds) is not Outcome.GO
