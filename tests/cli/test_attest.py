"""`rollout attest` writes down who said what about which release, or says why it may not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rollout.evidence import JournalState, read_ledger
from rollout.evidence.records import Attestation, Clear, Override, PlanChange, RecordKind, Revoke, TestOutcome
from rollout.plan import Plan, load_plan
from rollout.plan.meaning import phase_meaning
from tests.cli.project import RELEASE, Project

WORD = ("--by", "Kim", "--statement", "x")
LATER = (*WORD, "--until", "2100-01-01")
FORMS = "name,q1,q2\nada,5,4\nkim,4,4\nsam,2,5\neve,1,1\n"


def written(project: Project, kind: type[RecordKind], phase: str = "stage") -> RecordKind:
    """The one record of that kind in the journals of a phase."""
    (record,) = [record for run in project.ledger(phase).complete("attest") for record in run.of(kind)]
    return record


def test_a_signature_is_written_for_the_release_that_answers(project: Project) -> None:
    """
    The journal names release and target, the record who signed in which role.
    """
    said = project.run("attest", "stage.signed", "--by", "Kim", "--role", "owner", "--statement", "see the minutes")
    (run,) = project.ledger("stage").runs
    assert (said.code, said.err) == (0, "")
    assert f"written for release {RELEASE}: {run.path.name}" in said.out
    assert (run.state, run.release, run.started.target) == (JournalState.COMPLETE, RELEASE, "staging")
    record = written(project, Attestation)
    assert (record.criterion, record.by, record.role) == ("stage.signed", "Kim", "owner")
    assert (record.statement, record.accepted) == ("see the minutes", True)


def test_a_refusal_is_written_too(project: Project) -> None:
    """
    `--refuse` says no in the same words.
    """
    project.run("attest", "stage.signed", "--by", "Sam", "--role", "tester", "--refuse", "--statement", "umlauts")
    assert written(project, Attestation).accepted is False


def test_the_release_may_be_named(project: Project) -> None:
    """
    Who names the release is believed, and nobody is asked.
    """
    project.run(
        "attest", "before.in-charge", "--by", "Kim", "--statement", "it runs", "--release", "1.9", "--new-release"
    )
    assert [run.release for run in project.ledger("before").runs] == ["1.9"]
    assert project.service.asked == []


def test_feedback_forms_are_counted(project: Project, tmp_path: Path) -> None:
    """
    A person whose answers have a mean of 4 or more is satisfied.
    """
    forms = tmp_path / "forms.csv"
    forms.write_text(FORMS, encoding="utf-8-sig")
    said = project.run("attest", "stage.satisfied", "--by", "Kim", "--answers", str(forms))
    assert said.code == 0
    record = written(project, Attestation)
    assert (record.answers, record.satisfied) == (4, 2)


@pytest.mark.parametrize(
    ("until", "end"),
    [
        pytest.param("2030-01-02", datetime(2030, 1, 2, tzinfo=UTC), id="a date is in UTC"),
        pytest.param("2030-01-02T03:00:00+02:00", datetime(2030, 1, 2, 1, tzinfo=UTC), id="with a time zone"),
    ],
)
def test_an_override_says_why_and_until_when(project: Project, until: str, end: datetime) -> None:
    """
    The record has the moment at which it runs out.
    """
    said = project.run("attest", "stage", "--override", "--by", "Ada", "--statement", "known", "--until", until)
    assert said.code == 0
    record = written(project, Override)
    assert (record.phase, record.by, record.why) == ("stage", "Ada", "known")
    assert record.until == end.timestamp()


def test_changed_rules_are_accepted_for_the_meaning_of_now(project: Project) -> None:
    """
    `plan-change` binds a name to the rules that the phase has at this moment.
    """
    said = project.run("attest", "plan-change", "stage", "--by", "Kim", "--statement", "limit agreed in the board")
    assert said.code == 0, said.err
    record = written(project, PlanChange)
    assert (record.phase, record.by) == ("stage", "Kim")
    assert record.meaning == phase_meaning(load_plan(project.plan_file()), "stage")


def test_a_plan_change_names_the_checks_that_are_gone(project: Project) -> None:
    """
    What runs of the release found in the source and is not there now need not pass any more, under this name.
    """
    node = "smoke/test_health.py::test_it_was_renamed"
    with project.journal("stage", "pytest", checks={"stage.answers": [node]}):
        pass
    with project.journal("stage", "pytest", release="1.9", checks={"stage.answers": ["smoke/test_old.py::test_x"]}):
        pass
    project.run("attest", "plan-change", "stage", "--by", "Kim", "--statement", "renamed")
    assert written(project, PlanChange).checks == {"stage.answers": (node,)}


def test_a_plan_change_names_a_check_that_lost_its_mark(project: Project) -> None:
    """
    Case 20: a check that only ran, and that no scan of the source saw, is gone once a later run does not tell of it.
    """
    node = "smoke/health_test.py::test_it_answers"
    with project.journal("stage", "pytest") as journal:
        journal.append(
            TestOutcome(
                node=node, criteria=("stage.answers",), outcome="failed", duration_s=0.1, message="503", measured={}
            )
        )
    project.run("attest", "plan-change", "stage", "--by", "Kim", "--statement", "too early")
    with project.journal("stage", "pytest"):
        pass
    project.run("attest", "plan-change", "stage", "--by", "Kim", "--statement", "moved")
    said = [record for run in project.ledger("stage").complete("attest") for record in run.of(PlanChange)]
    assert [record.checks for record in said] == [{}, {"stage.answers": (node,)}]


def test_a_word_can_be_taken_back(project: Project) -> None:
    """
    `revoke` names a run, or every override of the phase so far.
    """
    project.run("attest", "revoke", "stage", "--by", "Kim", "--statement", "too early")
    assert written(project, Revoke).of == "override"


def test_a_demo_stands_in_for_everybody_on_the_stand_in(project: Project) -> None:
    """
    Each role and each feedback form of the phase has a record that says that nobody said it.
    """
    with project.journal("stage", "pytest", target="standin", environment="standin"):
        pass
    stand_in = project.out / "standin" / "stage" / "journals"
    said = project.run_bare("attest", "demo", "stage", "--by", "Kim", "--plan", str(project.plan_file()))
    assert (said.code, said.err) == (0, "")
    found = [record for run in read_ledger([stand_in]).complete("attest") for record in run.of(Attestation)]
    assert [(each.criterion, each.by, each.answers) for each in found] == [
        ("stage.signed", "demo owner", None),
        ("stage.signed", "demo tester", None),
        ("stage.satisfied", "demo release engineer", 10),
    ]
    assert {each.statement for each in found} == {"demo, nobody said this: a rehearsal; asked for by Kim"}
    assert all(each.demo and each.accepted for each in found)


def test_a_trigger_is_cleared_by_name(project: Project) -> None:
    """
    `clear` names the criterion whose trigger no longer calls for a rollback.
    """
    triggers = [full for full in project_plan(project).criterion_ids() if project_plan(project).criterion(full).trigger]
    said = project.run("attest", "clear", triggers[0], "--by", "Kim", "--statement", "fault found, see INC-7")
    assert said.code == 0, said.err
    assert written(project, Clear, triggers[0].partition(".")[0]).criterion == triggers[0]


def project_plan(project: Project) -> Plan:
    """The plan of the project."""
    return load_plan(project.plan_file())


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["stage.drilled", "--by", "Kim"], "stage.drilled is proven by drill, not by anybody's word"),
        (["stage.signd", "--by", "Kim"], "no criterion 'stage.signd'; did you mean 'stage.signed'? in plan.toml"),
        (["stge.signed", "--by", "Kim"], "no phase 'stge'; did you mean 'stage'? in plan.toml"),
        (["stage.signed", "--by", "Kim", "--role", "ownr"], "no role 'ownr'; did you mean 'owner'?"),
        (["stage.satisfied", "--by", "Kim"], "satisfied counts answers; give the feedback forms"),
        (["stage", "--override", "--by", "Ada", "--until", "2030-01-01"], "an override needs --statement WHY"),
        (["stage", "--override", "--by", "Ada", "--statement", "known"], "an override needs --statement WHY"),
        (
            ["stage", "--override", "--by", "Ada", "--statement", "x", "--until", "soon"],
            "--until 'soon' is no date; write",
        ),
        (["revoke", "stage", "--of", "nonsense", "--by", "Kim", "--statement", "x"], "can be taken back in stage 'non"),
        (["stage.signed", "--by", "Kim", "--role", "owner", "--answers", "/nope"], "signed counts no answers"),
        (["stage.signed", "--by", "Kim", "--role", "nobody", "--answers", "/nope"], "no role 'nobody'"),
        (["plan-chang", "stage", "--by", "Kim", "--statement", "x"], "did you mean 'plan-change'?"),
        (
            ["clear", "--by", "A", "--statement", "x"],
            "clear needs the criterion whose trigger it ends, CRITERION: rollout",
        ),
        (["revoke", "--by", "A", "--statement", "x"], "revoke needs the phase in which a word is taken back, PHASE:"),
        (["clear", "stage.signed", "--by", "Kim", "--statement", "x"], "has no trigger, so there is nothing to clear"),
        (["plan-change", "stage", "--by", "Kim"], "without a reason does not count"),
        (["plan-change", "stage", "--refuse", *WORD], "--refuse refuses a criterion; plan-change is no question"),
        (["clear", "stage.error-rate", "--refuse", *WORD], "--refuse refuses a criterion; clear is no question"),
        (["revoke", "stage", "--refuse", *WORD], "--refuse refuses a criterion; revoke is no question"),
        (["stage", "--override", "--answers", "x.csv", *LATER], "--answers are counted for a criterion; an override"),
        (["clear", "stage.error-rate", "--override", *LATER], "--override is about a phase and clear is not"),
        (["stage.signed", "--override", *LATER], "no phase 'stage.signed'; permitted: before, stage"),
        (["stage.signed"], "--by"),
        (["demo", "--by", "A"], "demo needs the phase that is rehearsed on the stand-in, PHASE: rollout attest demo"),
        (["demo", "stage", "--by", "Kim"], "demo stands in for people on the stand-in only, and staging is staging"),
        (["demo", "stage.signed", "--by", "Kim"], "no phase 'stage.signed'; permitted: before, stage"),
        (["demo", "stage", "--by", ""], "an attestation needs a name: --by NAME"),
        (["demo", "stage", "--refuse", *WORD], "--refuse refuses a criterion; demo is no question"),
    ],
)
def test_what_may_not_be_attested_is_refused(project: Project, words: list[str], complaint: str) -> None:
    """
    One line with the way out, exit 64, and no journal.
    """
    said = project.run("attest", *words)
    assert said.code == 64
    assert said.err.startswith("rollout: ")
    assert complaint in said.err
    assert not project.out.exists()


def test_a_file_that_is_not_there_is_named(project: Project, tmp_path: Path) -> None:
    """
    The path and the operating system's word; nothing is written.
    """
    path = tmp_path / "none.csv"
    said = project.run("attest", "stage.satisfied", "--by", "Kim", "--answers", str(path))
    assert said.code == 64
    assert f"--answers {path}: cannot be read: No such file or directory; name the file of forms" in said.err
    assert not project.out.exists()


def test_words_that_no_journal_can_hold_leave_none(project: Project) -> None:
    """
    Case 14: half a letter, as a terminal in another encoding types it, would leave a journal without its end.
    """
    for words in (["--statement", "it r\udcfcns"], ["--statement", "it runs", "--role", "\udcff"]):
        said = project.run("attest", "before.in-charge", "--by", "Kim", *words)
        assert (said.code, said.err.count("\n")) == (64, 1)
        assert "attestation: holds a character that is none" in said.err
        assert not project.out.exists()


def test_a_target_that_does_not_say_its_release_needs_one(project: Project) -> None:
    """
    Evidence for an unknown release is worth nothing.
    """
    project.service.answers["/health"] = (200, {"status": "healthy"})
    said = project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs")
    assert said.code == 64
    assert f"{project.service.url} does not say its release; an attestation needs one: --release ID" in said.err
    assert not project.out.exists()
