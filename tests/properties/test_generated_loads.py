"""Whatever a ledger of load runs holds: what is added, moved, copied, cut or told twice never makes its decision better."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from rollout.evidence import JournalState, Record, Run
from rollout.evidence.records import RunStarted
from rollout.judge.verdict import Outcome, Verdict
from tests.properties.loads import BAD, SPOILS, bad, cut, everything, good, loads, outcome, run, verdicts
from tests.properties.test_generated_ledgers import ELSEWHERE

few = settings(max_examples=10, phases=[Phase.explicit, Phase.generate])  # a load takes too long to be made small
kinds = st.sampled_from(sorted(BAD))
LATEST, EARLIEST = 9, -1  # the numbers of a run after and before all that are drawn


def parts(item: Run) -> tuple[RunStarted, list[Record]]:
    """The first record of a run and the others, without its end."""
    first, *records = everything(item)
    assert isinstance(first, RunStarted)
    return first, records


def never_better(before: tuple[Run, ...], after: tuple[Run, ...]) -> None:
    """
    No criterion becomes met, and no trigger is gone.

    What a run itself broke may become unproven: one that shows that it was not in order accuses nobody.
    """
    known, found = verdicts(before), verdicts(after)
    assert all(verdict > Verdict.MET for name, verdict in found.items() if known[name] > Verdict.MET)
    assert all(found[name] is Verdict.TRIGGERED for name, verdict in known.items() if verdict is Verdict.TRIGGERED)


def opens_nothing(before: tuple[Run, ...], after: tuple[Run, ...]) -> None:
    """
    What held holds, and no trigger is gone.
    """
    assert outcome(after) >= min(outcome(before), Outcome.HOLD)
    triggered = {name for name, verdict in verdicts(before).items() if verdict is Verdict.TRIGGERED}
    assert all(verdicts(after)[name] is Verdict.TRIGGERED for name in triggered)


def test_the_small_ledger_gives_go() -> None:
    """
    One good run is enough: what the properties spoil was whole.
    """
    assert outcome((good(0),)) is Outcome.GO


@pytest.mark.parametrize("kind", sorted(BAD))
def test_the_newest_bad_load_breaks_a_ledger_that_was_good(kind: str) -> None:
    """
    After a GO, one run that breaks any budget ends it.
    """
    assert outcome((good(0), bad(1, kind))) >= Outcome.NO_GO


@few
@given(runs=loads(), kind=kinds, number=st.sampled_from([EARLIEST, LATEST]))
def test_a_bad_load_never_improves_a_decision(runs: tuple[Run, ...], kind: str, number: int) -> None:
    """
    A run that breaks a budget, before all others or after them, opens nothing and takes no trigger away.
    """
    opens_nothing(runs, (*runs, bad(number, kind)))
    assert outcome((*runs, bad(LATEST, kind))) >= Outcome.NO_GO


@few
@given(runs=loads(), kind=kinds, number=st.sampled_from([EARLIEST, LATEST]), place=st.sampled_from(sorted(ELSEWHERE)))
def test_a_load_about_something_else_never_improves_a_decision(
    runs: tuple[Run, ...], kind: str, number: int, place: str
) -> None:
    """
    Another release, phase, environment or target: at best it is nothing, and no run takes another's trigger away.
    """
    first, records = parts(good(number))
    foreign = run(structs.replace(first, **{place: ELSEWHERE[place]}), records)
    accused = (*runs, bad(4, kind))
    never_better(accused, (*accused, foreign))
    assert outcome((foreign,)) >= Outcome.HOLD or place in ("environment", "target")


@few
@given(runs=loads(), data=st.data())
def test_a_copy_of_a_load_never_improves_a_decision(runs: tuple[Run, ...], data: st.DataObject) -> None:
    """
    The same run under another name is a problem, and adds nothing to what is certain.
    """
    runs = (good(LATEST), *runs)
    item = data.draw(st.sampled_from(runs))
    copied = (*runs, replace(item, path=item.path.with_name(f"copy-{item.path.name}")))
    never_better(runs, copied)
    assert outcome(copied) >= Outcome.HOLD


@few
@given(data=st.data())
def test_a_load_that_is_cut_short_proves_nothing(data: st.DataObject) -> None:
    """
    However many records are left.
    """
    item = good(0)
    assert outcome((cut(item, data.draw(st.integers(1, item.count))),)) >= Outcome.HOLD


@few
@given(data=st.data())
def test_a_lost_record_of_a_good_load_proves_no_more(data: st.DataObject) -> None:
    """
    A proof with one record less, sealed anew, is no better than the whole one.
    """
    item = good(0)
    first, records = parts(item)
    gone = data.draw(st.integers(0, len(records) - 1))
    poorer = run(first, records[:gone] + records[gone + 1 :])
    known = verdicts((item,))
    assert all(verdict >= known[name] for name, verdict in verdicts((poorer,)).items())


@few
@given(kind=st.sampled_from(["", *BAD]), place=st.floats(0, 0.999))
def test_a_record_of_a_load_told_twice_never_improves_a_decision(kind: str, place: float) -> None:
    """
    A second, a reading, a window, a canary or a pair again: nothing is met by it, and no trigger is gone.
    """
    item = bad(4, kind) if kind else good(4)
    first, records = parts(item)
    at = int(place * len(records))
    again = run(first, [*records[: at + 1], *records[at:]])
    never_better((good(0), item), (good(0), again))


@pytest.mark.parametrize("later_s", [0, 1], ids=["as it was", "written later"])
@pytest.mark.parametrize("kind", ["", *BAD])
def test_records_of_one_kind_told_twice_never_improve_a_decision(kind: str, later_s: float) -> None:
    """
    All of them at once: each excuse, each second or each pair again, with its own time or a later one.
    """
    item = bad(4, kind) if kind else good(4)
    first, records = parts(item)
    kinds_told: dict[type[Record], None] = dict.fromkeys(type(each) for each in records)
    for told in kinds_told:
        again = [structs.replace(each, t=each.t + later_s) for each in records if type(each) is told]
        spoiled = run(first, [*records, *again])
        assert spoiled.again or later_s
        never_better((good(0), item), (good(0), spoiled))


@few
@given(runs=loads(), kind=st.sampled_from(["", *BAD]), data=st.data())
def test_the_order_of_the_records_of_a_load_does_not_matter(
    runs: tuple[Run, ...], kind: str, data: st.DataObject
) -> None:
    """
    Seconds come late from a worker, and readings between them.
    """
    item = bad(4, kind) if kind else good(4)
    first, records = parts(item)
    turned = run(
        first, data.draw(st.sampled_from([records[::-1], records[7:] + records[:7], sorted(records, key=str)]))
    )
    assert verdicts((*runs, turned)) == verdicts((*runs, item))


@pytest.mark.parametrize("spoil", sorted(SPOILS))
@pytest.mark.parametrize("kind", ["", *BAD])
def test_a_bad_record_never_improves_a_decision(spoil: str, kind: str) -> None:
    """
    Whatever shows that a generator was not in order: its run proves nothing, and no trigger of it is gone.
    """
    item = bad(0, kind) if kind else good(0)
    first, records = parts(item)
    for at in (0, len(records) // 2, len(records) - 1):
        spoiled = run(first, [*records[:at], SPOILS[spoil](), *records[at:]])
        never_better((item,), (spoiled,))
        assert outcome((spoiled,)) >= Outcome.HOLD


@few
@given(runs=loads(), spoil=st.sampled_from(["an exception", "a lost worker", "a scenario without users"]))
def test_a_load_in_doubt_takes_away_nothing_that_others_broke(runs: tuple[Run, ...], spoil: str) -> None:
    """
    After any runs, one that was not in order: what was broken stays broken, what had triggered stays triggered.
    """
    first, records = parts(good(LATEST))
    known, found = verdicts(runs), verdicts((*runs, run(first, [SPOILS[spoil](), *records])))
    assert [name for name, verdict in known.items() if found[name] < verdict and verdict > Verdict.UNPROVEN] == []


@few
@given(kind=kinds, data=st.data())
def test_a_bad_record_carried_into_a_good_load_leaves_no_go(kind: str, data: st.DataObject) -> None:
    """
    The seconds, the canary or the pairs of a bad run in the file of a good one.
    """
    first, records = parts(good(0))
    _, said = parts(bad(0, kind))
    carried = [each for each in said if each not in records]
    assert outcome((run(first, [*records, *carried]),)) >= Outcome.HOLD


@few
@given(runs=loads(), producer=st.sampled_from(["pytest", "gate", "drill", "capacity"]))
def test_a_load_in_a_file_of_another_producer_proves_nothing(runs: tuple[Run, ...], producer: str) -> None:
    """
    Nobody reads its seconds there.
    """
    first, records = parts(good(LATEST))
    lent = run(structs.replace(first, producer=producer), records)
    never_better(runs, (*runs, lent))
    assert outcome((lent,)) >= Outcome.HOLD


@few
@given(runs=loads())
def test_a_go_has_a_whole_good_load(runs: tuple[Run, ...]) -> None:
    """
    No drawn ledger gives GO unless its newest run is whole and good.
    """
    if outcome(runs) is Outcome.GO:
        newest = max(runs, key=lambda item: item.started.t)
        assert newest.state is JournalState.COMPLETE
        assert outcome((newest,)) is Outcome.GO
