"""What a worker sent without a link is left out of a trigger, by its own counts; what the others sent counts."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from rollout.evidence import JournalState, Record
from rollout.evidence.records import LoadOffline, LoadRefused, LoadScenarios
from rollout.evidence.row import Row
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.verdict import Verdict
from tests.judge.loads import PLAN, START, Load, judged, row, second

DOWN = range(10, 50)
Names = dict[str, Row]


def without_link(worker: str, names: Names | None, when: Iterable[int] = DOWN) -> list[Record]:
    """The seconds in which the own link of a worker was down, and what it counted in each; None where nobody knows."""
    first: list[Record] = [LoadOffline(worker=worker, second=START + at) for at in when]
    if names is None:
        return first
    counted = {name: each.numbers() for name, each in names.items()}
    return [*first, *(LoadOffline(worker=worker, second=START + at, names=counted) for at in when)]


def outage(names: Names, *more: Record, name: str = "one") -> Load:
    """Forty seconds in which each of these *names* is counted so by all workers, within a good minute."""
    told = {key: each.numbers() for key, each in names.items()}
    return Load(seconds=[second(at, names=told if at in DOWN else None) for at in range(60)], more=[*more], name=name)


def lists(many: int, **counted: int) -> Names:
    """What is counted of one name."""
    return {"projects.list": row(many, **counted)}  # type: ignore[arg-type]


@pytest.mark.parametrize("mine", [0, 1, 10, 17], ids=lambda mine: f"{mine} of 20 without a link")
def test_a_worker_without_a_link_mutes_no_outage_that_the_others_saw(mine: int) -> None:
    """
    Nobody got an answer, those with a link neither: ROLLBACK, which a good run after it does not take away.
    """
    bad = outage(lists(20, err=20), *without_link("w2", lists(mine, err=mine)))
    for runs in ([bad], [bad, Load(name="good")]):
        finding = judged("errors", *runs)
        assert finding.verdict is Verdict.TRIGGERED
        assert finding.reason.endswith(
            f"trigger > 5 %; projects.list {(20 - mine) * 30} of {(20 - mine) * 30 + 200}; what w2 sent without a link is left out"
        )


def test_refusals_of_one_name_excuse_no_failure_of_another_beside_a_worker_without_a_link() -> None:
    """
    What the limiter refused that worker of a.list are not the errors that the others got of b.list.
    """
    refused: list[Record] = [LoadRefused(second=START + at, names={"a.list": 10}) for at in DOWN]
    bad = outage(
        {"a.list": row(10, err=10), "b.list": row(10, err=10)},
        *without_link("w2", {"a.list": row(10, err=10)}),
        *refused,
    )
    for runs in ([bad], [bad, Load(name="good")]):
        assert judged("errors", *runs).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize(
    ("every", "mine"),
    [
        pytest.param(lists(20, err=20), lists(20, err=20), id="the only one, with all users"),
        pytest.param(lists(20, err=10), lists(10, err=10), id="the others got all their answers"),
        pytest.param(lists(10, err=10), lists(10, err=10), id="the others sent nothing"),
        pytest.param(
            {"a.list": row(18, err=18), "b.list": row(2)}, {"a.list": row(18, err=18)}, id="another scenario there"
        ),
        pytest.param(lists(20, dropped=15), lists(15, dropped=15), id="unanswered ones"),
        pytest.param(lists(20, err=20), None, id="nobody knows what it sent"),
        pytest.param(lists(20, err=20), lists(21, err=21), id="more than all"),
        pytest.param(lists(20, err=20), {"other": row(1, err=1)}, id="a name that nobody asked for"),
    ],
)
def test_failures_of_a_worker_without_a_link_accuse_nobody(every: Names, mine: Names | None) -> None:
    """
    UNPROVEN, and the finding says why what failed calls for no ROLLBACK.
    """
    finding = judged("errors", outage(every, *without_link("w2", mine)))
    assert finding.verdict is Verdict.UNPROVEN
    assert "no ROLLBACK, the generator had no link in" in finding.reason


def test_what_the_rate_limiter_refused_accuses_nobody_where_another_had_no_link() -> None:
    """
    Each worker's failures have their own excuse, and together they are all failures.
    """
    refused = [LoadRefused(second=START + at, names={"projects.list": 10}) for at in DOWN]
    finding = judged("errors", outage(lists(20, err=20), *refused, *without_link("w2", lists(10, err=10))))
    assert finding.verdict is Verdict.UNPROVEN


def test_two_workers_without_a_link_are_left_out_both() -> None:
    """
    Each by its own counts; where those of one are not known, its seconds say nothing at all.
    """
    one, two = without_link("w2", lists(9, err=9)), without_link("w3", lists(9, err=9))
    assert judged("errors", outage(lists(20, err=20), *one, *two)).verdict is Verdict.TRIGGERED
    assert judged("errors", outage(lists(20, err=18), *one, *two)).verdict is Verdict.UNPROVEN
    unknown = without_link("w3", None)
    assert judged("errors", outage(lists(20, err=20), *one, *unknown)).verdict is Verdict.UNPROVEN


def again(records: list[Record], after_s: float) -> list[Record]:
    """The same records, written once more *after_s* seconds later, or with the same time."""
    return [replace(each, t=START + 80 + after_s) for each in records]


def test_counts_of_a_worker_add_up() -> None:
    """
    Answers that come late are written later, as those of all workers are.
    """
    late = without_link("w2", lists(5, err=5))
    bad = outage(lists(10, err=5), *late, *again(late, 1))
    bad.seconds += [replace(each, t=START + 70.0) for each in bad.seconds if each.second - START in DOWN]
    assert judged("errors", bad).verdict is Verdict.UNPROVEN
    assert judged("errors", outage(lists(20, err=10), *late)).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize("after_s", [0, 1], ids=["at the same time", "later"])
@pytest.mark.parametrize("kind", ["load-refused", "load-offline"])
def test_an_excuse_told_twice_is_one(kind: str, after_s: float) -> None:
    """
    The others failed at more than what was refused, or sent without a link: ROLLBACK, and the journal is at fault.
    """
    part = lists(5, err=5)
    told: list[Record] = [LoadRefused(second=START + at, names={"projects.list": 5}) for at in DOWN]
    excuses = again(told if kind == "load-refused" else without_link("w2", part), 0)
    run = outage(lists(20, err=10), *excuses, *again(excuses, after_s)).run()
    assert kind in run.again
    assert judged("errors", run).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize("mine", [row(20, err=-20), row(0, err=-20)], ids=["among all answers", "without an answer"])
def test_less_than_nothing_without_a_link_is_no_failure_of_others(mine: Row) -> None:
    """
    Such a second contradicts itself: taken out of the sums, it would add to them.
    """
    finding = judged("errors", outage(lists(20), *without_link("w2", {"projects.list": mine})))
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "the generator's own link was down: w2 for 40 s")


def contradictory(*more: Record) -> Load:
    """An outage in which every other second tells more slow requests than answers."""
    found = outage(lists(20, err=20), *more)
    odd = {"projects.list": row(20, err=20, slow=(5, 0)).numbers()}
    found.seconds = [
        replace(each, names=odd) if each.second - START in DOWN and each.second % 2 else each for each in found.seconds
    ]
    return found


@pytest.mark.parametrize("kind", ["load-offline", "load-refused"])
def test_an_excuse_within_a_second_that_contradicts_itself_takes_nothing_from_the_others(kind: str) -> None:
    """
    Nothing is counted of such a second, so nothing is taken out of it either.
    """
    odd = [at for at in DOWN if (START + at) % 2]
    excuses: dict[str, list[Record]] = {
        "load-offline": without_link("w2", lists(19, err=19), odd),
        "load-refused": [
            *(LoadRefused(second=START + at, names={"projects.list": 19}) for at in odd),
            *without_link("w2", lists(1, err=1)),
        ],
    }
    finding = judged("errors", contradictory(*excuses[kind]))
    assert finding.verdict is Verdict.TRIGGERED


def test_a_row_of_another_width_tells_nothing() -> None:
    """
    Its second is left out as one of which nobody knows what was sent.
    """
    wrong: list[Record] = [LoadOffline(worker="w2", second=START + at, names={"projects.list": [1, 1]}) for at in DOWN]
    assert judged("errors", outage(lists(20, err=20), *wrong)).verdict is Verdict.UNPROVEN


def test_a_scenario_is_judged_by_what_its_workers_with_a_link_sent() -> None:
    """
    The failures of one scenario are all those of a link, the failures of the other are those of the target.
    """
    scenarios = LoadScenarios(names={"a.list": "a", "b.list": "b"})
    every = {"a.list": row(10, err=10), "b.list": row(10, err=10)}
    load = outage(every, scenarios, *without_link("w2", {"a.list": row(10, err=10)})).run()
    verdicts = {}
    for name in "ab":
        rule = PLAN.criterion("stage.errors").model_copy(update={"metric": f"{name}.fail_percent"})
        verdicts[name] = finding_of(Case(rule, PLAN.phase("stage"), (load,), now=START + 100.0)).verdict
    assert verdicts == {"a": Verdict.UNPROVEN, "b": Verdict.TRIGGERED}


@pytest.mark.parametrize("mine", [0.3, 0.5, 0.9])
def test_a_healthy_target_fires_nothing_in_a_journal_that_was_cut_anywhere(mine: float) -> None:
    """
    What a worker without a link counted stands before the sums that it is part of, so that a cut between them accuses nobody.
    """
    failed = int(20 * mine)
    apart = without_link("w2", lists(failed, err=failed))
    whole = outage(lists(20, err=failed), *apart)
    for seconds in range(10, 61, 7):
        cut = Load(seconds=whole.seconds[:seconds], more=apart, state=JournalState.TORN)
        assert judged("errors", cut).verdict is Verdict.UNPROVEN
