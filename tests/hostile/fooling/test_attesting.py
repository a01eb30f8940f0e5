"""Case 8: what people say by command needs a release that is known, a name and a reason, and a no stays one."""

from pathlib import Path

import pytest

from rollout.evidence import Journal, Origin
from rollout.evidence.records import Attestation, Revoke
from tests.cli.project import Project

LATER = ("--by", "Kim", "--statement", "x", "--until", "2100-01-01")


def test_a_release_that_nobody_has_seen_is_refused(project: Project) -> None:
    """
    Case 8: a misspelt release would put a signature where no decision reads it.
    """
    said = project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs", "--release", "1.9")
    assert said.code == 64
    assert "no evidence of release '1.9' in this project; misspelt? If it is new: --new-release" in said.err
    assert not project.out.exists()


def test_no_stand_in_is_started_for_a_signature(project: Project) -> None:
    """
    Case 8: without a target the newest run on the stand-in names the release; where there is none, nothing is written.
    """
    words = ("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs", "--plan", str(project.plan_file()))
    project.monkeypatch.setattr("rollout.cli.attest.running_state", lambda suite: None)  # one kept by hand may run here
    said = project.run_bare(*words)
    assert said.code == 64
    assert "no run on the stand-in to attest anything of" in said.err
    about = {"producer": "gate", "phase": "before", "target": "standin", "environment": "standin"}
    folder = project.out / "standin" / "before" / "journals"
    with Journal(folder, Origin.model_validate({**about, "release": "2.0.0+standin.1", "plan": "p"})):
        pass
    assert "written for release 2.0.0+standin.1" in project.run_bare(*words).out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["stage", "--override", "--by", "Ada", "--statement", "x", "--until", "2020-01-01"], "would be over already"),
        (["stage.signed", "--by", "Kim", "--role", "owner"], "without a reason does not count"),
        (["stage.signed", "--by", " ", "--role", "owner", "--statement", "x"], "needs a name: --by"),
        (["stage.signed", "--by", "K\u200dim", "--role", "owner", "--statement", "x"], "characters that nobody sees"),
        (
            ["stage.signed", "--by", "K\u0456m", "--role", "owner", "--statement", "x"],
            "mixes letters of several scripts",
        ),
        (["stage.signed", "--by", "D\u1d0fe", "--role", "owner", "--statement", "x"], "is no usual letter"),
        (["stage", "--override", "--by", " ", "--statement", "x", "--until", "2100-01-01"], "needs a name: --by"),
        (["stage.satisfied", "--by", "Kim", "--answers", "x.csv", "--refuse"], "--answers and --refuse exclude"),
        (["stage", "--override", "--refuse", *LATER], "--refuse refuses a criterion; an override is no question"),
    ],
)
def test_what_signs_nothing_is_not_written(project: Project, words: list[str], complaint: str) -> None:
    """
    Case 8: no reason, no name, a name that looks like another, an override that is over: one line, exit 64, no journal.
    """
    said = project.run("attest", *words)
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert complaint in said.err
    assert not project.out.exists()


@pytest.mark.parametrize(
    ("forms", "complaint"),
    [
        pytest.param("name,q1\nada,5\nkim,6\n", "line 3: answers must be 1 to 5", id="a six"),
        pytest.param("name,q1\nada,\n", "line 2: answers must be 1 to 5", id="no answer"),
        pytest.param("name\nada\n", "line 2: answers must be 1 to 5", id="no question"),
        pytest.param("name,q1\n", "has no answers", id="nobody answered"),
    ],
)
def test_a_form_that_is_none_is_named_by_its_line(project: Project, tmp_path: Path, forms: str, complaint: str) -> None:
    """
    Case 8: a wrong form, or none at all, stops the import before anything is written.
    """
    path = tmp_path / "forms.csv"
    path.write_text(forms, encoding="utf-8")
    said = project.run("attest", "stage.satisfied", "--by", "Kim", "--answers", str(path))
    assert said.code == 64
    assert complaint in said.err
    assert not project.out.exists()


def test_a_refusal_by_command_refuses(project: Project) -> None:
    """
    Case 8: `--refuse` is a no of that role, also about a criterion that counts forms.
    """
    for criterion in ("stage.signed", "stage.satisfied"):
        said = project.run("attest", criterion, "--by", "Sam", "--role", "tester", "--refuse", "--statement", "umlauts")
        assert said.code == 0, said.err
    records = [record for run in project.ledger("stage").complete("attest") for record in run.of(Attestation)]
    assert [(record.accepted, record.satisfied) for record in records] == [(False, None)] * 2
    assert project.run("decide", "stage").code == 10
    assert [project.finding("stage", name)["verdict"] for name in ("signed", "satisfied")] == ["BROKEN", "BROKEN"]


def test_one_name_in_every_role_signs_once(project: Project) -> None:
    """
    Case 8: the second role of the same person leaves the criterion unproven.
    """
    for role in ("owner", "tester"):
        said = project.run("attest", "stage.signed", "--by", "Kim", "--role", role, "--statement", "seen")
        assert said.code == 0, said.err
    project.run("decide", "stage")
    assert project.finding("stage", "signed")["verdict"] == "UNPROVEN"


def test_only_a_word_that_lets_something_through_can_be_taken_back(project: Project) -> None:
    """
    Case 8: `--of` names a journal of people about that phase; a refusal, or a run that measured something, is none.
    """
    sign = ("attest", "stage.signed", "--role", "owner", "--by", "Kim", "--statement", "x", "--new-release")
    project.run(*sign, "--refuse")
    project.run(*sign)
    with project.journal("stage", "pytest") as tests:
        pass
    refusal, consent = project.ledger("stage").complete("attest")
    revoke = ("attest", "revoke", "stage", "--by", "Kim", "--statement", "wrong build", "--of")
    for of in (refusal.path.stem, tests.path.stem, consent.path.stem[:-1]):
        said = project.run(*revoke, of)
        assert (said.code, said.err.count("\n")) == (64, 1)
    for of in (consent.path.name, consent.run_id):
        assert project.run(*revoke, of).code == 0
    assert [record.of for run in project.ledger("stage").runs for record in run.of(Revoke)] == [
        consent.path.stem,
        consent.run_id,
    ]
