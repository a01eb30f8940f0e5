"""Whatever kind of trigger fired, a plot marks the window that the finding quotes."""

from pathlib import Path

from reports.charts.chart import Plot
from reports.charts.fired import mean_that_fired
from reports.charts.subject import Subject
from reports.charts.watch import gauge_over_time, slots, users_failed
from rollout.evidence import read_ledger
from rollout.evidence.records import Requests
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion, Limit
from tests.judge import ledgers, test_load_mean, test_users
from tests.judge.ledgers import NOW, users_slots
from tests.judge.loads import PLAN, START


def subject(case: Case) -> Subject:
    """The case with its finding, which is TRIGGERED."""
    found = Subject(case, finding_of(case))
    assert found.finding.verdict is Verdict.TRIGGERED
    return found


def marked(plot: Plot) -> bool:
    """Whether a plot marks the window that fired."""
    return "the window that fired" in dict(plot.keys).values()


def watched(folder: Path, criterion: Criterion) -> Subject:
    """The criterion judged by the monitor's samples in a folder."""
    return subject(Case(criterion, test_users.plan().phase("stage"), read_ledger([folder]).runs, NOW))


def test_the_plot_of_users_failures_marks_the_window(tmp_path: Path) -> None:
    """
    It is drawn, with the window, also where four good hours followed.
    """
    bad = [Requests(n=100, failed=50)] * 3
    users_slots(tmp_path, [*[test_users.seen()] * 3, *bad, *test_users.GOOD])
    errors = test_users.plan().criteria[0].model_copy(update={"trigger": Limit(op=">", value=5, unit="%")})
    found = watched(tmp_path, errors)
    plot = users_failed(found, slots(found), [])
    assert plot is not None
    assert marked(plot)
    assert "150 of 600 requests of users failed in 180 s" in plot.caption


def test_there_is_no_plot_of_users_whom_nobody_counted(tmp_path: Path) -> None:
    """
    A monitor without a source of users' traffic gives no picture of it.
    """
    ledgers.slots(tmp_path, [1.0] * 5)
    case = Case(test_users.plan().criteria[0], test_users.plan().phase("stage"), read_ledger([tmp_path]).runs, NOW)
    found = Subject(case, finding_of(case))
    assert users_failed(found, slots(found), []) is None


def test_the_plot_of_a_level_marks_the_window(tmp_path: Path) -> None:
    """
    The minute in which the queue was full, among good ones.
    """
    ledgers.slots(tmp_path, [1.0, 2000.0, 2000.0, 2000.0, 1.0, 1.0])
    document = ledgers.criterion("queue", "metric", metric="celery.queue_tasks")
    limits = {"limit": Limit(op="<", value=100, unit="tasks"), "trigger": Limit(op=">", value=1000, unit="tasks")}
    found = watched(tmp_path, Criterion.model_validate({**document, **limits}))
    assert marked(gauge_over_time(found, slots(found), []))
    assert found.finding.fired == (NOW - 150, NOW - 90)


def test_the_plot_of_a_mean_marks_the_window() -> None:
    """
    A mean has a picture where its trigger fired, and else none.
    """
    for ms, drawn in ((300.0, True), (40.0, False)):
        case = Case(test_load_mean.RULE, PLAN.phase("stage"), (test_load_mean.listing(ms).run(),), now=START + 100.0)
        plot = mean_that_fired(Subject(case, finding_of(case)))
        assert (plot is not None and marked(plot)) is drawn
