"""`rollout decide` judges what lies there, stores the decision, and replays a stored one."""

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from rollout.evidence import Ledger, Origin, read_ledger
from rollout.evidence.records import Attestation
from rollout.judge.decide import decide as judge
from rollout.judge.decision import Decision
from rollout.judge.store import load_decision, store_decision
from rollout.plan import load_plan
from rollout.plan.parse import stored_plan
from tests.cli.project import RELEASE, Project
from tests.dated import DatedJournal
from tests.golden.test_golden import HERE as GOLDEN

REPORTS = [
    *("allure", "allurerc.json", "decision.ctrf.json", "decision.html", "decision.json", "decision.junit.xml"),
    *("decision.md", "decision.prom", "journals"),
]
OF_ALLURE = ("allure-history.jsonl", "allure-report")  # where npm's allure is on PATH


def signed(project: Project, *more: str) -> None:
    """The one signature that phase `before` needs."""
    assert (
        project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs", "--new-release", *more).code
        == 0
    )


def keep(project: Project, golden: str) -> Path:
    """A golden ledger with its decision and its plan as the project's own; its folder."""
    folder = project.folder("stage")
    shutil.copytree(GOLDEN / golden / "journals", folder / "journals")
    now = GOLDEN / golden / "decision.now.json"
    shutil.copy(now if now.exists() else GOLDEN / golden / "decision.json", folder / "decision.json")
    project.plan = GOLDEN / golden / "plan.toml"
    return folder


def signed_before(project: Project) -> None:
    """The phase before as it stood when a golden decision was made, and that decision with it: somebody had signed."""
    stored = load_decision(project.folder("stage") / "decision.json")
    about = Origin(
        **{"producer": "attest", "phase": "before", "target": "staging", "environment": "staging"},
        **{"release": stored.release, "plan": stored.plan},
    )
    with DatedJournal(project.folder("before") / "journals", about, t=stored.decided_at - 86_400) as journal:
        journal.append(
            Attestation(criterion="before.in-charge", by="Kim", role="owner", statement="it runs", accepted=True)
        )
    plan, ledger = stored_plan(project.plan), read_ledger([project.out])
    made = judge(plan, "stage", ledger, stored.decided_at, release=stored.release, target="staging")
    store_decision(made, project.folder("stage") / "decision.json")


def test_without_evidence_it_holds(project: Project) -> None:
    """
    Nothing was measured: exit 30, and the decision is stored all the same.
    """
    said = project.run("decide", "before")
    assert (said.code, said.err) == (30, "")
    assert "HOLD" in said.out
    assert project.decision("before")["line"] == "HOLD"
    assert project.finding("before", "evidence-intact")["reason"] == "there is no journal"


def test_evidence_that_meets_everything_is_go(project: Project) -> None:
    """
    Exit 0; JSON, Markdown and page lie beside the journals.
    """
    signed(project)
    said = project.run("decide", "before")
    assert said.code == 0
    assert "GO" in said.out
    assert project.decision("before")["release"] == RELEASE
    names = sorted(path.name for path in project.folder("before").iterdir())
    assert [name for name in names if name not in OF_ALLURE] == REPORTS


def test_a_refusal_is_no_go(project: Project) -> None:
    """
    Exit 10, with the words of who refused.
    """
    signed(project, "--refuse", "--statement", "not yet")
    said = project.run("decide", "before")
    assert said.code == 10
    assert "Kim (release engineer) refused: not yet" in said.out


def test_an_override_of_a_hold_exits_40(project: Project) -> None:
    """
    It is never 0, and the line says who and why.
    """
    project.run("attest", "before", "--override", "--by", "Ada", "--statement", "known", "--until", "2100-01-01")
    said = project.run("decide", "before")
    assert said.code == 40
    assert "GO by override of HOLD (Ada until 2100-01-01 00:00 UTC: known)" in said.out


def test_another_release_is_asked_for_by_name(project: Project) -> None:
    """
    The newest run names the release unless an option does.
    """
    signed(project, "--release", "1.9")
    assert project.run("decide", "before").code == 0
    assert project.run("decide", "before", "--release", "2.0").code == 30
    assert project.decision("before")["release"] == "2.0"


def test_paths_are_judged_without_storing_anything(project: Project) -> None:
    """
    Journals from elsewhere leave the project as it is.
    """
    paths = [str(path) for path in sorted((GOLDEN / "go" / "journals").glob("*.jsonl"))]
    said = project.run("decide", "stage", *paths)
    assert "no evidence" not in said.err
    assert said.code in (10, 30)  # by now the evidence is older than the plan allows
    assert not project.out.exists()


def test_a_path_that_is_not_there_is_named(project: Project, tmp_path: Path) -> None:
    """
    A misspelt folder is a configuration error, not an empty ledger.
    """
    said = project.run("decide", "stage", str(tmp_path / "none"))
    assert said.code == 64
    assert f"no evidence at {tmp_path / 'none'}: no such file or folder" in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["stge"], "no phase 'stge'; did you mean 'stage'? in plan.toml"),
        (["stage", "--window", "60"], "not a duration: '60'; write for example '48h'"),
        (["stage", "--window", "0s"], "0s has no length; write for example 60s"),
        (["stage", "--replay"], "no stored decision of stage on target staging; make one: rollout gate stage"),
        (["stage", "--windw", "60s"], "no option '--windw'; did you mean '--window'?"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(project: Project, words: list[str], complaint: str) -> None:
    """
    One line, exit 64, nothing stored.
    """
    said = project.run("decide", *words)
    assert said.code == 64
    assert complaint in said.err
    assert not project.out.exists()


def test_a_window_makes_it_a_rehearsal_that_lets_nothing_through(project: Project) -> None:
    """
    On a real target a rehearsal holds, whatever was seen.
    """
    signed(project)
    said = project.run("decide", "before", "--window", "60s")
    assert said.code == 30
    assert project.decision("before")["line"] == "HOLD (rehearsal, window 60 s)"


def test_what_a_gate_rehearsed_is_judged_as_a_rehearsal(project: Project) -> None:
    """
    The window of the newest gate of the release counts without being named again.
    """
    signed(project)
    with project.journal("before", "gate", window_s=120.0):
        pass
    project.run("decide", "before")
    assert project.decision("before")["line"] == "HOLD (rehearsal, window 2 min)"
    with project.journal("before", "gate"):
        pass
    assert project.run("decide", "before").code == 0


@pytest.mark.parametrize(
    ("golden", "code", "outcome"),
    [("no-go", 10, "NO-GO"), ("rollback", 20, "ROLLBACK")],
)
def test_a_replay_says_the_same_and_exits_the_same(project: Project, golden: str, code: int, outcome: str) -> None:
    """
    A stored decision is judged at its own time, and the files stay as they are.
    """
    folder = keep(project, golden)
    signed_before(project)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    said = project.run("decide", "stage", "--replay")
    line = project.decision("stage")["line"]
    assert (said.code, said.out) == (code, f"replayed stage: {line}, the same as stored\n")
    assert line.partition(" (")[0] == outcome
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--release", "2.1"], 30)], ids=["GO", "HOLD"])
def test_a_replay_of_what_was_just_decided_says_the_same(project: Project, words: list[str], code: int) -> None:
    """
    Exit code and line are those of the decision.
    """
    signed(project)
    assert project.run("decide", "before", *words).code == code
    said = project.run("decide", "before", "--replay")
    assert (said.code, said.out.endswith(", the same as stored\n")) == (code, True)


def test_a_replay_does_not_believe_what_is_stored_of_the_phase_before(project: Project) -> None:
    """
    Case 15: nothing is there of the phase before, whatever the decision says about it.
    """
    keep(project, "go-compared")
    said = project.run("decide", "stage", "--replay")
    assert said.code == 64
    assert "differs: stage.after-before: stored MET (GO), replayed UNPROVEN (no GO)" in said.out


def test_a_replay_misses_journals_that_the_decision_does_not_name(project: Project) -> None:
    """
    Case 9: a decision written anew without the journal of a refusal is not what the evidence of that moment says.
    """
    signed(project)
    good = project.ledger("before").runs[0]
    signed(project, "--refuse", "--statement", "not yet")
    assert project.run("decide", "before").code == 10
    path = project.folder("before") / "decision.json"
    stored = load_decision(path)
    (register,) = project.ledger("before").registers
    known = Ledger((good,), registers=(register.only({good.path.stem}, 0.0),))
    forged = judge(load_plan(project.plan_file()), "before", known, stored.decided_at, target="staging")
    store_decision(forged, path)
    said = project.run("decide", "before", "--replay")
    assert said.code == 64
    assert "differs: decision: stored GO, replayed NO-GO" in said.out
    project.ledger("before").runs[1].path.unlink()
    said = project.run("decide", "before", "--replay")
    assert said.code == 64
    assert "differs: decision: stored GO, replayed HOLD" in said.out


def test_evidence_after_a_decision_does_not_change_its_replay(project: Project) -> None:
    """
    It is made again as of its own time.
    """
    signed(project)
    assert project.run("decide", "before").code == 0
    signed(project, "--refuse", "--statement", "not yet")
    assert project.run("decide", "before", "--replay").out == "replayed before: GO, the same as stored\n"


@pytest.mark.parametrize("what", ["phase", "place"])
def test_a_decision_about_something_else_is_not_replayed(project: Project, what: str) -> None:
    """
    Case 10: the GO of one phase, or of the stand-in, copied into the folder of another says nothing there.
    """
    signed(project)
    assert project.run("decide", "before").code == 0
    stored = project.folder("before") / "decision.json"
    phase = "stage" if what == "phase" else "before"
    if what == "place":
        store_decision(load_decision(stored).model_copy(update={"environment": "standin"}), stored)
    else:
        project.folder(phase).mkdir(parents=True)
        shutil.copy(stored, project.folder(phase))
    said = project.run("decide", phase, "--replay")
    assert said.code == 64
    about = "before, not about stage" if what == "phase" else "the stand-in, not about staging"
    assert f"decision.json: is about {about}: it was copied here" in said.err


def test_a_replay_shows_no_control_characters(project: Project) -> None:
    """
    What stands in a stored decision, or in a person's words, moves no cursor.
    """
    signed(project)
    project.run("decide", "before")
    path = project.folder("before") / "decision.json"
    stored = load_decision(path)
    odd = stored.findings[0].model_copy(update={"id": "\x1b[2Jbefore.x", "value": "\x1b]0;x\x07"})
    store_decision(stored.model_copy(update={"findings": (odd, *stored.findings[1:])}), path)
    said = project.run("decide", "before", "--replay")
    assert said.code == 64
    assert "differs: before.x: in the stored decision only" in said.out
    assert "\x1b" not in said.out


def test_a_replay_under_another_plan_differs(project: Project, tmp_path: Path) -> None:
    """
    Exit 64, one line for each difference, the plan first.
    """
    keep(project, "go-compared")
    moved = project.plan.read_text(encoding="utf-8").replace("ask more users", "ask fewer users")
    project.plan = tmp_path / "plan.toml"
    project.plan.write_text(moved, encoding="utf-8")
    said = project.run("decide", "stage", "--replay")
    assert said.code == 64
    assert said.out.startswith("differs: the plan has changed since: ")
    assert said.out.endswith("replayed stage: HOLD\n")


def test_a_replay_without_one_of_its_journals_differs(project: Project) -> None:
    """
    What is gone is missed: the decision does not come out the same.
    """
    folder = keep(project, "go-compared")
    next((folder / "journals").glob("*-drill-*.jsonl")).unlink()
    said = project.run("decide", "stage", "--replay")
    assert said.code == 64
    assert "differs: decision: stored GO, replayed HOLD" in said.out
    assert "differs: stage.drilled: stored MET (41 s), replayed UNPROVEN (no drill)" in said.out


def test_a_stored_decision_that_was_edited_is_refused(project: Project) -> None:
    """
    The file and the word that does not fit are named.
    """
    stored = keep(project, "no-go") / "decision.json"
    stored.write_text(stored.read_text(encoding="utf-8").replace('"exit_code": 10', '"exit_code": 0'), encoding="utf-8")
    said = project.run("decide", "stage", "--replay")
    assert said.code == 64
    assert f"{stored}: contradicts itself: exit_code: got 0, want 10: it was edited" in said.err


def test_a_report_that_cannot_be_written_leaves_no_older_one(project: Project) -> None:
    """
    Case 34: the page of a GO does not stay beside the JSON of a NO-GO where the disk is full in between.
    """
    signed(project)
    assert project.run("decide", "before").code == 0
    signed(project, "--refuse", "--statement", "not yet")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    project.monkeypatch.setattr("rollout.render.RENDERERS", SimpleNamespace(loaded=lambda: [stored_json, full]))
    assert project.run("decide", "before").code == 70
    assert [path.name for path in project.folder("before").glob("decision*")] == ["decision.json"]
    assert project.decision("before")["line"] == "NO-GO"


def stored_json(decision: Decision, _ledger: Ledger, folder: Path) -> Path:
    """The renderer that works."""
    return store_decision(decision, folder / "decision.json")


def test_a_journal_that_a_decision_counted_on_may_not_vanish(project: Project) -> None:
    """
    Deciding again after a file is gone holds and names the file, also the second time.
    """
    signed(project)
    signed(project)
    assert project.run("decide", "before").code == 0
    gone = sorted((project.folder("before") / "journals").glob("*.jsonl"))[-1]
    gone.unlink()
    for _ in range(2):
        assert project.run("decide", "before").code == 30
        reason = project.finding("before", "evidence-intact")["reason"]
        assert reason.startswith(f"{gone.name}: is missing: register-")


def test_a_stored_decision_that_cannot_be_read_is_no_matter(project: Project) -> None:
    """
    Decisions are made from evidence: what was stored before is not believed, and not missed.
    """
    signed(project)
    project.run("decide", "before")
    (project.folder("before") / "decision.json").write_text("{", encoding="utf-8")
    assert project.run("decide", "before").code == 0
    assert project.decision("before")["line"] == "GO"
