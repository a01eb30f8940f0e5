"""Cases 2, 23 and 29: time that nobody saw, one sample in all, and a window that never holds."""

import tomllib
from pathlib import Path

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Sample, Slot, WatchFacts
from rollout.judge.decide import decide
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion, Plan, load_plan
from rollout.plan.proving import unfit_for_evidence
from rollout.plan.unread import unread
from rollout.project import current_project
from tests.cli.project import Project
from tests.judge.ledgers import NOW, RELEASE, judged, sample, start

SAMPLED = {
    "service.available": 1.0,
    "database.connections_percent": 3.0,
    "redis.memory_percent": 3.0,
    "celery.queue_tasks": 0.0,
    "celery.workers_count": 1.0,
}


def watched(folder: Path, count: int, every: float, phase: str = "stage") -> None:
    """A monitor that looked *count* times and says that it was asked for 48 hours."""
    begin = NOW - (count - 1) * every
    facts = WatchFacts(interval_s=every, for_s=172_800, step="staging" if phase == "phase1" else "all")
    with start(folder, "watch", at=begin, watch=facts, phase=phase) as journal:
        for number in range(count):
            samples: dict[str, Sample] = {name: sample(value) for name, value in SAMPLED.items()}
            journal.append(Slot(due=begin + number * every, number=number, samples=samples))


@pytest.mark.parametrize(
    ("count", "every", "hours"),
    [
        pytest.param(1, 86_400.0, 0, id="one look at the beginning"),
        pytest.param(2, 86_400.0, 0, id="a look at each end"),
        pytest.param(49, 3600.0, 0, id="a look each hour"),
        pytest.param(60, 60.0, 59 / 60, id="an hour every minute"),
    ],
)
def test_48_hours_are_not_watched_by_a_few_looks(tmp_path: Path, count: int, every: float, hours: float) -> None:
    """
    Case 2: only time between two samples that are close enough counts, whatever the run says it was asked for.
    """
    watched(tmp_path, count, every, "phase1")
    decision = decide(load_plan(), "phase1", read_ledger([tmp_path]), NOW, release=RELEASE)
    finding = next(each for each in decision.findings if each.id == "phase1.monitored")
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.number == pytest.approx(hours)


SAMPLED_CRITERIA = ["availability", "database-connections", "redis-memory", "celery-queue"]


@pytest.mark.parametrize("name", SAMPLED_CRITERIA)
@pytest.mark.parametrize(
    ("phase", "count", "window_s", "verdict"),
    [
        pytest.param("phase1", 1, None, "UNPROVEN", id="one in all"),
        pytest.param("phase1", 2735, None, "UNPROVEN", id="one too few for two days"),
        pytest.param("phase1", 2736, None, "MET", id="95 % of two days, minute by minute"),
        pytest.param("phase1", 9, 60.0, "UNPROVEN", id="few in a rehearsal"),
        pytest.param("phase1", 10, 60.0, "MET", id="ten in a rehearsal"),
        pytest.param("phase1", 13, 864.0, "UNPROVEN", id="one too few for a rehearsal of 864 s"),
        pytest.param("phase1", 14, 864.0, "MET", id="as large a share of a longer rehearsal"),
        pytest.param("phase2", 9, None, "UNPROVEN", id="few where no window is asked for"),
        pytest.param("phase2", 10, None, "MET", id="ten where no window is asked for"),
    ],
)
def test_few_samples_meet_nothing(
    tmp_path: Path, name: str, phase: str, count: int, window_s: float | None, verdict: str
) -> None:
    """
    Case 23: the plan has the least number of samples of each window; a rehearsal asks for the same share, and for ten.
    """
    watched(tmp_path, count, min(60.0, (window_s or 1800.0) / 30), phase)
    decision = decide(load_plan(), phase, read_ledger([tmp_path]), NOW, release=RELEASE, window_s=window_s)
    assert next(each for each in decision.findings if each.id == f"{phase}.{name}").verdict.name == verdict


def unfit(text: str) -> list[str]:
    """What the plan's reader says about a plan."""
    return unfit_for_evidence(Plan.model_validate(tomllib.loads(text)))


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        pytest.param(
            "least = 10\n",
            "criteria.redis-memory.least: is missing: one sample would do; write the fewest that prove it,"
            " such as least = 57 (95% of 1 h with a look every 60 s)",
            id="least",
        ),
        pytest.param(
            'longest_interval = "60s"\n',
            "criteria.redis-memory.longest_interval: is missing: what lies between two samples was not seen;"
            ' write how far apart they may be, such as longest_interval = "60s"',
            id="longest interval",
        ),
    ],
)
def test_what_is_sampled_says_how_many_and_how_often(project: Project, taken: str, says: str) -> None:
    """
    Cases 2 and 23: the plan's reader refuses a sampled criterion without them, in one line that says what to write.
    """
    head, name, rest = project.plan.read_text(encoding="utf-8").partition('id = "redis-memory"')
    text = f"{head}{name}{rest.replace(taken, '', 1)}"
    assert unfit(text) == [says]
    project.plan = project.root / "unsaid.toml"
    project.plan.write_text(text, encoding="utf-8")
    said = project.run("decide", "stage")
    assert (said.code, said.err.strip()) == (64, f"rollout: plan.toml: {says}")


def test_users_traffic_says_how_long_its_slices_are(project: Project) -> None:
    """
    Case 24: without a slice in the plan the monitor's interval would decide.
    """
    text = project.plan.read_text(encoding="utf-8").replace("redis.memory_percent", "users.failed_percent")
    assert (
        'criteria.redis-memory.slice: is missing: users\' traffic is judged in slices; write such as slice = "30s"'
    ) in unfit(text)


def test_a_plan_that_one_sample_would_meet_is_refused(project: Project) -> None:
    """
    Case 23: before any run there is no evidence whose rules could have changed, so the plan's reader looks at the number.
    """
    head, name, rest = project.plan.read_text(encoding="utf-8").partition('id = "redis-memory"')
    project.plan = project.root / "few.toml"
    project.plan.write_text(f"{head}{name}{rest.replace('least = 10', 'least = 1', 1)}", encoding="utf-8")
    said = project.run("decide", "stage")
    assert (said.code, said.err.strip()) == (
        64,
        "rollout: plan.toml: criteria.redis-memory.least: is 1: so few samples prove nothing; write 10 or more, such as"
        " least = 57 (95% of 1 h with a look every 60 s)",
    )


@pytest.mark.parametrize("name", ["users-error-rate", "users-response-times", "users-availability"])
@pytest.mark.parametrize("kept", ["", 'support = "reported"\n'], ids=["left out", "weakened"])
def test_the_budgets_of_users_traffic_must_be_certain(name: str, kept: str) -> None:
    """
    Case 24: the plan's reader refuses one that decides without support.
    """
    load_plan()  # it registers the metrics that the plan names
    text = current_project().plan_file.read_text(encoding="utf-8")
    head, found, rest = text.partition(f'id = "{name}"')
    rest = rest.replace('support = "required"\n', kept, 1)
    assert unfit(f"{head}{found}{rest}") == [
        f"criteria.{name}.support: is 'reported': the budgets of users' own traffic must be certain;"
        ' write support = "required"'
    ]


def test_every_sampled_criterion_has_its_least_number_and_longest_interval() -> None:
    """
    Cases 2 and 23: no criterion of the plan about samples leaves them out.
    """
    asked = [item for item in load_plan().criteria if item.source == "metric"]
    assert asked
    assert [item.id for item in asked if item.least < 10 or item.longest_interval is None] == []
    assert len({item.least for item in asked}) > 3


@pytest.mark.parametrize("every", ["48h", "15min", "61s"])
def test_a_monitor_that_would_see_nothing_in_between_is_refused(project: Project, every: str) -> None:
    """
    Case 2: how far apart looks may be stands in the plan.
    """
    said = project.run("watch", "stage", "--for", "48h", "--every", every)
    assert said.code == 64
    assert "is too long: nothing would be seen in between; look every 60 s at least" in said.err
    assert project.service.asked == []


def criterion(**more: object) -> Criterion:
    """A criterion about a sampled level, or with *more* about something else."""
    facts = {"id": "a", "phases": ["stage"], "states": "a", "source": "metric", "max_age": "1d", "next": "mend it"}
    limit = {"op": "<", "value": 5, "unit": "%"}
    document = {**facts, "metric": "redis.memory_percent", "limit": limit, "longest_interval": "60s", **more}
    return Criterion.model_validate(document)


def test_an_interval_in_which_nothing_is_seen_is_refused() -> None:
    """
    Case 23: a longer one is a gap.
    """
    says = "longest_interval is 16 min: nothing is seen in between; write at most 15 min"
    with pytest.raises(ValueError, match=says):
        criterion(longest_interval="16min")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (
            {"source": "load", "metric": "all.fail_percent"},
            "longest_interval: nothing reads it about 'all.fail_percent'",
        ),
        ({"source": "tests", "metric": None, "limit": None}, "longest_interval: nothing reads it of source 'tests'"),
        ({"source": "drill", "metric": None, "limit": None, "least": 2}, "least: nothing reads it of source 'drill'"),
    ],
    ids=["not sampled", "interval of nothing", "least of nothing"],
)
def test_a_key_that_nothing_reads_is_refused(more: dict[str, object], complaint: str) -> None:
    """
    Case 23: how often and how many is said where something is sampled, and nowhere else.
    """
    assert complaint in "\n".join(unread(criterion(**more)))


@pytest.mark.parametrize("window_s", [3.0, 10.0, 13.0, 60.0, 3600.0])
def test_a_short_window_can_be_held(tmp_path: Path, window_s: float) -> None:
    """
    Case 29: half an interval may be missing, so `0 s more to watch` never stands there.
    """
    watched(tmp_path, 31, window_s / 30 * 0.99)
    assert (
        next(each for each in judged(tmp_path, window_s=window_s).findings if each.id == "stage.watched").verdict == 0
    )
