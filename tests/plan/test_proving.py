"""What a plan must say before evidence is taken under it: how long slices are, and how many samples prove something."""

import pytest

from rollout.plan import Plan, Support
from rollout.plan.proving import missing, short_slices, too_few, unsaid_sampling, usual_least
from tests.judge.ledgers import PLAN as WATCHED
from tests.judge.loads import PLAN as LOADED

WINDOW_S = 3600.0


def with_slice(slice_s: float) -> Plan:
    """The small plan of loads with slices of that length."""
    phase = LOADED.phase("stage")
    assert phase.load is not None
    load = phase.load.model_copy(update={"slice": slice_s})
    return LOADED.model_copy(update={"phases": (phase.model_copy(update={"load": load}),)})


@pytest.mark.parametrize(("slice_s", "short"), [(15.0, False), (14.9, True)])
def test_certainty_needs_slices_of_15_s(slice_s: float, short: bool) -> None:
    """
    At least; where support is only reported any length will do.
    """
    plan = with_slice(slice_s)
    lines = list(short_slices(plan, plan.criterion("stage.certainly-fast")))
    assert len(lines) == short
    assert all(line.startswith("phases.stage.load.slice: 14.9 s is too short: 'certainly-fast'") for line in lines)
    assert list(short_slices(plan, plan.criterion("stage.fast"))) == []


@pytest.mark.parametrize(("slice_s", "short"), [(15.0, False), (14.9, True), (None, False)])
def test_a_comparison_needs_slices_of_15_s_whatever_its_support(slice_s: float | None, short: bool) -> None:
    """
    Without one it has them.
    """
    compared = LOADED.criterion("stage.not-slower").model_copy(update={"slice": slice_s})
    lines = list(short_slices(LOADED, compared))
    assert (
        lines
        == [
            "criteria.not-slower.slice: 14.9 s is too short: a comparison is bet on in slices of 15 s at least:"
            " requests within one stall are not independent"
        ]
        * short
    )


def test_a_comparison_says_how_many_pairs_prove_it() -> None:
    """
    One pair would do otherwise.
    """
    compared = LOADED.criterion("stage.not-slower")
    assert any(line.startswith("criteria.not-slower.least: is missing") for line in missing(LOADED, compared))
    enough = compared.model_copy(update={"least": 1000})
    enough.model_fields_set.add("least")
    assert list(missing(LOADED, enough)) == []


def test_a_slice_that_is_missing_is_named() -> None:
    """
    It belongs to the criterion where that is sampled.
    """
    asked = WATCHED.criterion("stage.available").model_copy(update={"support": Support.REQUIRED})
    (line,) = short_slices(WATCHED, asked)
    assert line.startswith("criteria.available.slice: is missing: 'available' requires support")


@pytest.mark.parametrize(
    ("window_s", "longest", "least"),
    [
        (3600.0, 60.0, 57),
        (3600.0, None, 57),
        (3600.0, 30.0, 114),
        (600.0, 60.0, 10),
        (None, 60.0, 10),
        (660.0, 60.0, 10),
        (720.0, 60.0, 11),
    ],
)
def test_the_usual_least_is_95_percent_of_the_looks_of_a_window(
    window_s: float | None, longest: float | None, least: int
) -> None:
    """
    Never fewer than ten.
    """
    phase = WATCHED.phase("stage")
    step = phase.steps[0].model_copy(update={"monitor": window_s})
    plan = WATCHED.model_copy(update={"phases": (phase.model_copy(update={"steps": (step,)}),)})
    item = WATCHED.criterion("stage.queue").model_copy(update={"longest_interval": longest})
    assert usual_least(plan, item).split(" (")[0] == f"least = {least}"


def test_the_shortest_window_that_a_criterion_is_about_counts() -> None:
    """
    Of another step it counts nothing.
    """
    phase = WATCHED.phase("stage")
    steps = tuple(
        phase.steps[0].model_copy(update={"id": name, "monitor": hours * WINDOW_S})
        for name, hours in (("one", 2), ("two", 1))
    )
    plan = WATCHED.model_copy(update={"phases": (phase.model_copy(update={"steps": steps}),)})
    queue = WATCHED.criterion("stage.queue")
    assert usual_least(plan, queue) == "least = 57 (95% of 1 h with a look every 60 s)"
    first = queue.model_copy(update={"step": "one"})
    assert usual_least(plan, first) == "least = 114 (95% of 2 h with a look every 60 s)"


def test_whatever_is_sampled_says_how_often() -> None:
    """
    A load or a test says nothing of the kind.
    """
    lines = list(unsaid_sampling(WATCHED, WATCHED.criterion("stage.queue")))
    assert [line.partition(": is missing")[0] for line in lines] == [
        "criteria.queue.least",
        "criteria.queue.longest_interval",
    ]
    assert list(unsaid_sampling(WATCHED, WATCHED.criterion("stage.answers"))) == []
    assert list(unsaid_sampling(LOADED, LOADED.criterion("stage.errors"))) == []


@pytest.mark.parametrize(("least", "few"), [(1, True), (9, True), (10, False)])
def test_a_handful_of_samples_is_refused(least: int, few: bool) -> None:
    """
    One sample in all, or one request of a name, proves nothing, whatever the plan says; where it only advises, it may.
    """
    asked = WATCHED.criterion("stage.queue").model_copy(update={"least": least})
    lines = list(too_few(WATCHED, asked))
    assert len(lines) == few
    assert all(line.startswith(f"criteria.queue.least: is {least}: so few samples prove nothing") for line in lines)
    lists = LOADED.criterion("stage.lists").model_copy(update={"least": least})
    assert [line.partition("; ")[0] for line in too_few(LOADED, lists)] == [
        f"criteria.lists.least: is {least}: so few requests prove nothing"
    ] * few
    assert list(too_few(LOADED, lists.model_copy(update={"advisory": True}))) == []
    assert list(too_few(LOADED, LOADED.criterion("stage.errors"))) == []
