"""`rollout drill NAME`: a procedure is exercised, and its end becomes evidence and an exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollout.cli import drill as command
from rollout.drill.course import Course
from rollout.drill.exercise import Exercise
from rollout.drill.outcome import CannotTell, Failed, Passed, failed_in
from rollout.evidence.records import Drill, DrillErred
from rollout.gate.lock import ROLLBACK, at_work
from rollout.plan import Plan
from rollout.same_release import SameRelease
from rollout.target import Target, TargetError
from rollout.target.obstacle import NotPermitted
from rollout.target.settings import Action
from tests.cli.project import PLAN, TARGET, Project

Install = Callable[..., None]
CarryOut = Callable[[Any, Plan, Course], Passed]


def passes(_: Target, plan: Plan, course: Course) -> Passed:
    """A drill of one step."""
    with course.step("switch off"):
        course.went(1, 2)
    return Passed("the flag was off", "2 s", {"rows": 5})


def ends_with(error: Exception) -> CarryOut:
    """A drill that ends with an error in its first step."""

    def exercise(_: Target, plan: Plan, course: Course) -> Passed:
        with course.step("switch off"):
            raise error

    return exercise


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, project: Project) -> Install:
    """Puts a drill in the place of the installed ones."""

    def put(
        carry_out: CarryOut, needs: tuple[str, ...] = (), embedded_only: bool = False, criterion: str = "drilled"
    ) -> None:
        exercise = Exercise(criterion, "switches a flag off", carry_out, needs, embedded_only)
        monkeypatch.setattr(command, "exercise_named", lambda name: exercise)

    return put


def test_a_drill_that_changes_a_target_is_not_carried_out_beside_a_rollback(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Both would move the same users; one that only reads may go on.
    """
    changes = Exercise("drilled", "switches a flag off", passes, allows_outside=(Action.DRILL,))
    reads = Exercise("drilled", "reads", passes)
    with at_work(project.out / TARGET, ROLLBACK):
        monkeypatch.setattr(command, "exercise_named", lambda name: changes)
        said = project.run("drill", "flag")
        assert (said.code, "another rollback is at work here: " in said.err) == (64, True), said.err
        monkeypatch.setattr(command, "exercise_named", lambda name: reads)
        assert project.run("drill", "flag").code == 0


def test_a_drill_that_passed_is_evidence(project: Project, install: Install) -> None:
    """
    The record says how, how long each step took and what was counted; the gate of the phase finds it met.
    """
    install(passes)
    said = project.run("drill", "flag")
    assert (said.code, said.err) == (0, "")
    assert "switch off took " in said.out
    assert "drill flag passed (2 s): the flag was off" in said.out
    (run,) = project.ledger("stage").complete("drill")
    (record,) = run.of(Drill)
    assert (record.criterion, record.passed, record.value) == ("stage.drilled", True, "2 s")
    assert ([step.name for step in record.steps], record.counts) == (["switch off"], {"rows": 5})
    project.run("decide", "stage")
    assert project.finding("stage", "drilled")["verdict"] == "MET"


def test_a_drill_that_failed_breaks_its_criterion(project: Project, install: Install) -> None:
    """
    What was exercised does not work: exit 10.
    """
    install(ends_with(Failed("the flag was still on")))
    said = project.run("drill", "flag")
    assert said.code == 10
    assert "the flag was still on" in said.out
    project.run("decide", "stage")
    found = project.finding("stage", "drilled")
    assert (found["verdict"], found["reason"]) == ("BROKEN", "the flag was still on")


def test_a_drill_that_lacks_something_opens_no_journal(
    project: Project, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A journal without an end would hold its phase: one line and exit 64 come first.
    """

    def refuse(target: Target, plan: Plan) -> None:
        raise TargetError("kubectl is not on PATH")

    lacking = Exercise("drilled", "switches a flag off", passes, refuse_outside=refuse)
    monkeypatch.setattr(command, "exercise_named", lambda name: lacking)
    said = project.run("drill", "flag")
    assert (said.code, "kubectl is not on PATH" in said.err) == (64, True)
    assert not project.folder("stage").exists()


@pytest.mark.parametrize("error", [Failed("the flag was on"), CannotTell("no answer"), KeyboardInterrupt()])
def test_what_could_not_be_put_back_is_told(project: Project, install: Install, error: BaseException) -> None:
    """
    In the record and on the terminal; an interrupted drill has no record of its end.
    """

    def leaves(_: Target, plan: Plan, course: Course) -> Passed:
        course.not_put_back = "not put back: deployment d: kubectl rollout undo"
        raise error

    install(leaves)
    said = project.run("drill", "flag")
    assert "not put back: deployment d: kubectl rollout undo" in f"{said.out}{said.err}"
    (run,) = project.ledger("stage").runs
    told = [each.reason for each in run.of(Drill)] + [each.reason for each in run.of(DrillErred)]
    assert told == ([f"{error}; not put back: deployment d: kubectl rollout undo"] if str(error) else [])


def test_how_long_a_recovery_takes_is_the_sum_of_its_steps(project: Project, install: Install) -> None:
    """
    Steps around it do not count; a drill that is about something else tells none.
    """

    def restores(_: Target, plan: Plan, course: Course) -> Passed:
        for step in ("dump", "restore", "compare"):
            with course.step(step):
                pass
        course.times.update({"dump": 100.0, "restore": 7.25, "compare": 2.5})
        return Passed("it is back", "9 s", recovery=("restore", "compare"))

    install(restores)
    assert json.loads(project.run("drill", "flag", "--json").out)["recovery_s"] == 9.75
    install(passes)
    assert json.loads(project.run("drill", "flag", "--json").out)["recovery_s"] is None
    told = [record.recovery_s for run in project.ledger("stage").complete("drill") for record in run.of(Drill)]
    assert told == [9.75, None]


def test_every_difference_stands_in_the_record(project: Project, install: Install) -> None:
    """
    The line tells the first of them and how many more.
    """
    lines = [f"table {name} is missing" for name in "abcde"]
    install(ends_with(failed_in("the copy is not the original", lines)))
    said = project.run("drill", "flag", "--json")
    found = json.loads(said.out)
    assert found["reason"] == (
        "the copy is not the original: table a is missing; table b is missing; table c is missing and 2 more"
    )
    assert found["listed"] == lines
    project.run("decide", "stage")
    assert project.finding("stage", "drilled")["listed"] == lines


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (CannotTell("pg_dump is not on PATH"), "pg_dump is not on PATH"),
        (AssertionError("GET /ready: got 503, want 200"), "GET /ready: got 503, want 200"),
        (TargetError("kubectl is not on PATH"), "kubectl is not on PATH"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
    ],
    ids=["in its own words", "a step on the way", "of the target", "of the machine"],
)
def test_a_drill_that_could_not_tell_accuses_nobody(
    project: Project, install: Install, error: Exception, reason: str
) -> None:
    """
    It is no pass either: exit 10, and what was known before stands.
    """
    install(passes)
    project.run("drill", "flag")
    install(ends_with(error))
    assert project.run("drill", "flag").code == 10
    erred = [record for run in project.ledger("stage").complete("drill") for record in run.of(DrillErred)]
    assert [(record.criterion, record.reason) for record in erred] == [("stage.drilled", reason)]
    project.run("decide", "stage")
    found = project.finding("stage", "drilled")
    assert (found["verdict"], found["reason"]) == ("MET", f"the flag was off; one after it could not tell: {reason}")


@pytest.mark.parametrize(("answers", "other"), [("aa", ""), ("ab", "b")], ids=["the same", "another one"])
def test_a_drill_in_whose_middle_another_release_was_deployed_proves_nothing(
    project: Project, install: Install, monkeypatch: pytest.MonkeyPatch, answers: str, other: str
) -> None:
    """
    Case 12: it asks the system when it begins and when it ends, as tests and loads by hand do.
    """
    told = iter(answers)
    monkeypatch.setattr(SameRelease, "_told", lambda _: next(told))
    install(passes)
    said = project.run("drill", "flag")
    assert said.code == (10 if other else 0)
    assert ("another release answers now, b: run it again for it" in said.out) is bool(other)
    (run,) = project.ledger("stage").complete("drill")
    assert run.other_release == other
    project.run("decide", "stage")
    assert project.finding("stage", "drilled")["verdict"] == ("UNPROVEN" if other else "MET")


def test_a_drill_tells_from_its_first_record_what_it_exercises(project: Project, install: Install) -> None:
    """
    Case 13: however early it is interrupted, its journal says which drill makes up for it.
    """

    def interrupted(_: Target, plan: Plan, course: Course) -> Passed:
        raise KeyboardInterrupt

    install(interrupted)
    project.run("drill", "flag")
    (run,) = project.ledger("stage").runs
    assert run.started.checks == {"stage.drilled": ()}


def test_an_interrupted_drill_leaves_no_proof(project: Project, install: Install) -> None:
    """
    Its journal has no end, and the exit code is that of a hold.
    """

    def interrupted(_: Target, plan: Plan, course: Course) -> Passed:
        raise KeyboardInterrupt

    install(interrupted)
    assert project.run("drill", "flag").code == 30
    (run,) = project.ledger("stage").runs
    assert run.state != "complete"
    project.run("decide", "stage")
    assert project.finding("stage", "evidence-intact")["next"] == (
        "carry the same drill out again, which removes what is left of it: rollout drill flag --target staging"
    )


def test_a_drill_that_shows_no_criterion_decides_nothing(project: Project, install: Install) -> None:
    """
    Its evidence lies beside that of the phases: one that failed breaks nothing, one that was interrupted holds nothing.
    """
    install(passes)
    project.run("drill", "flag")

    def interrupted(_: Target, plan: Plan, course: Course) -> Passed:
        raise KeyboardInterrupt

    for carry_out, code in ((interrupted, 30), (ends_with(Failed("Redis is gone", counts={"lost_writes": 3})), 10)):
        install(carry_out, criterion="")
        assert project.run("drill", "failures").code == code
    (run,) = project.ledger("rehearsals").complete("drill")
    (record,) = run.of(Drill)
    assert (record.criterion, record.passed, record.counts) == ("failures", False, {"lost_writes": 3})
    assert run.started.meanings is None
    project.run("decide", "stage")
    for name in ("drilled", "evidence-intact"):
        assert project.finding("stage", name)["verdict"] == "MET"


def test_each_of_several_exercises_has_its_line(project: Project, install: Install) -> None:
    """
    On the terminal and in the record, whether all of them held or not.
    """
    lines = ("kill Redis: whole again", "kill the worker: whole again")

    def survives(_: Target, plan: Plan, course: Course) -> Passed:
        return Passed("all of them", "2 failures survived", listed=lines)

    for carry_out in (survives, ends_with(Failed("one of them", lines))):
        install(carry_out, criterion="")
        said = project.run("drill", "failures")
        assert all(f"  {line}\n" in said.out for line in lines)
    records = [record for run in project.ledger("rehearsals").complete("drill") for record in run.of(Drill)]
    assert [record.listed for record in records] == [lines, lines]


def test_the_document_for_machines(project: Project, install: Install) -> None:
    """
    `--json` prints one document and nothing else.
    """
    install(passes)
    found = json.loads(project.run("drill", "flag", "--json").out)
    assert (found["drill"], found["target"], found["ended"], found["value"]) == ("flag", TARGET, "passed", "2 s")
    assert [step["name"] for step in found["steps"]] == ["switch off"]
    assert found["criteria"] == ["stage.drilled"]


def test_nothing_begins_where_it_may_not(project: Project, install: Install) -> None:
    """
    Without the permission, without a setting: one line, exit 64, no journal.
    """
    install(passes, needs=("postgres_dsn",))
    said = project.run("drill", "flag")
    assert said.code == 64
    assert said.err.strip() == "rollout: not configured: set XCR_POSTGRES_DSN in the environment"
    file = project.root / "targets" / f"{TARGET}.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(', "drill"', ""), encoding="utf-8")
    said = project.run("drill", "flag")
    assert (said.code, "needs permission drill" in said.err) == (64, True)
    assert not project.folder("stage").exists()


def test_a_drill_of_the_stand_in_touches_no_real_target(project: Project, install: Install) -> None:
    """
    Whatever is allowed there.
    """
    install(passes, embedded_only=True)
    said = project.run("drill", "flag")
    assert said.code == 64
    assert "drill flag exercises the embedded stand-in only, and target 'staging' is staging: leave --target out" in (
        said.err
    )
    assert not project.folder("stage").exists()


def test_a_drill_counts_where_the_plan_wants_it_shown(project: Project, install: Install) -> None:
    """
    On another place nothing would read its evidence, so nothing begins.
    """
    install(passes)
    project.plan = project.root / "elsewhere.toml"
    text = PLAN.read_text(encoding="utf-8")
    there = text.replace('source = "drill"', 'source = "drill"\nenvironment = "production"')
    project.plan.write_text(there, encoding="utf-8")
    said = project.run("drill", "flag")
    assert said.code == 64
    assert "stage.drilled is shown on production, and target 'staging' is staging" in said.err


def test_an_obstacle_on_the_way_is_no_accusation(project: Project, install: Install) -> None:
    """
    A permission that only a step of it needs is told as what it is.
    """

    def barred(system: Target, plan: Plan, course: Course) -> Passed:
        raise NotPermitted(system, Action.ROLLBACK)

    install(barred)
    assert project.run("drill", "flag").code == 10
    (run,) = project.ledger("stage").complete("drill")
    assert "does not allow 'rollback'" in next(run.of(DrillErred)).reason


def test_an_unknown_drill_is_named_with_the_nearest_one(project: Project) -> None:
    """
    Those that are installed are told.
    """
    said = project.run("drill", "restor")
    assert said.code == 64
    assert "no drill 'restor'; did you mean 'restore'?" in said.err


@pytest.mark.parametrize(("limit", "code"), [(9.8, 0), (9.7, 10)])
def test_a_recovery_that_takes_longer_than_the_plan_allows_fails_the_drill(
    project: Project, install: Install, tmp_path: Path, limit: float, code: int
) -> None:
    """
    The command says what the decision says of it: exit 10, and BROKEN.
    """

    def restores(_: Target, plan: Plan, course: Course) -> Passed:
        with course.step("restore"):
            pass
        course.times["restore"] = 9.75
        return Passed("it is back", "9 s", recovery=("restore",))

    install(restores)
    project.plan = tmp_path / "limited.toml"
    limited = f'source = "drill"\nlimit = {{ op = "<", value = {limit}, unit = "s" }}'
    project.plan.write_text(PLAN.read_text(encoding="utf-8").replace('source = "drill"', limited), encoding="utf-8")
    said = project.run("drill", "flag")
    assert said.code == code
    slow = "drill: slower than the plan allows: stage.drilled: recovery took 9.8 s, want < 9.7 s"
    assert (slow in said.out) is bool(code)
    assert json.loads(project.run("drill", "flag", "--json").out)["too_slow"] == [slow.partition("allows: ")[2]] * bool(
        code
    )
    project.run("decide", "stage")
    assert project.finding("stage", "drilled")["verdict"] == ("BROKEN" if code else "MET")
