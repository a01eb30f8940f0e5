"""`rollout rollback PHASE`: what it prints, asks, sends, writes down and goes on with."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rollout.evidence import Run
from rollout.evidence.records import RollbackBegun, RollbackStep
from rollout.rollback.carry_out import Rollback
from rollout.rollback.resolved import ResolvedStep
from rollout.target.wait import eventually
from tests.cli.project import TARGET, Project
from tests.rollback.kubernetes_api import NAME, Cluster, Refusal

EMERGENCY = ("rollback", "stage", "--procedure", "emergency")
GRADUAL = ("rollback", "stage", "--procedure", "gradual")
CONFIRMED = (*EMERGENCY, "--confirm", TARGET)
SET = f"kubectl --context=west --namespace=shop set env deployment/{NAME} USE_BACKEND_API=false"


def runs(project: Project) -> list[Run]:
    """The rollbacks of the phase, oldest first."""
    return list(project.ledger("stage").runs)


def states(run: Run) -> list[tuple[str, str]]:
    """Each step with its state, as the journal has them."""
    return [(each.step, each.state) for each in run.of(RollbackStep)]


def patches(cluster: Cluster) -> int:
    """How many changes were asked for."""
    return cluster.named()["patch"]


def test_a_dry_run_tells_every_command_and_what_it_would_change(project: Project, cluster: Cluster) -> None:
    """
    Of every procedure of the phase; nothing is sent and nothing is written.
    """
    said = project.run("rollback", "stage", "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert f"1. flag: {SET}\n- changes USE_BACKEND_API: true → false; 3 pods are replaced\n" in said.out
    assert f"2. down: kubectl --context=west --namespace=shop scale deployment/{NAME} --replicas=0\n" in said.out
    assert "- if needed: --with down includes it\n- changes replicas: 3 → 0\n" in said.out
    assert "left to people, it overwrites data, and never over the live database: rollout drill restore" in said.out
    assert (
        "- before: the deployment can be read; after, within 20 s: the new state has reached every pod, and no older one"
        " is left; may be sent again\n" in said.out
    )
    assert "4. step-4: Notify users\n- left to people\n" in said.out
    assert f"changes nothing: {NAME} keeps no revision before 1, that of now" in said.out
    assert "left to people, down to 0 %: kubectl does it with `kubernetes_percentage_variable`" in said.out
    assert patches(cluster) == 0
    assert not project.folder("stage").exists()


def test_a_dry_run_without_a_cluster_still_tells_the_commands(project: Project, cluster: Cluster) -> None:
    """
    And that nobody knows what they would change, nor to which revision an undo would go back.
    """
    cluster.refusals["get"] = Refusal(403, "Forbidden", "deployments.apps is forbidden")
    said = project.run("rollback", "stage", "--dry-run")
    assert (said.code, said.err) == (10, "")
    assert f"1. flag: {SET}\n- changes nobody knows what: kubectl get: " in said.out
    assert (
        "1. undo: revert: no command, since no revision before that of now is known\n- changes nobody knows" in said.out
    )
    assert "not begun, nothing was sent: kubectl get: " in said.out


def test_a_phase_without_a_procedure_is_told(project: Project, cluster: Cluster) -> None:
    """
    A dry run of nothing would look like one in which all is well.
    """
    before, _, others = project.plan.read_text(encoding="utf-8").partition('[[procedures]]\nid = "emergency"')
    project.plan.write_text(before + others[others.index("[[procedures]]") :], encoding="utf-8")
    for sent in (("--dry-run",), ("--confirm", TARGET)):
        said = project.run("rollback", "before", *sent)
        assert (said.code, said.out) == (64, "")
        assert "the plan has no rollback procedure for before; phases with one: stage" in said.err


def test_every_step_is_sent_and_written_down(project: Project, cluster: Cluster) -> None:
    """
    A step with a condition only where it is named; what people do is told as such.
    """
    said = project.run(*CONFIRMED)
    assert (said.code, said.err) == (0, "")
    assert "took effect: flag\nleft to people: restore, step-4\n" in said.out
    assert "restore to do: instead of pg_restore -d live backup.sql: left to people, it overwrites data" in said.out
    assert (cluster.environment, cluster.replicas) == ({"USE_BACKEND_API": "true"}, 3)
    (run,) = runs(project)
    assert states(run) == [
        *(("flag", "begun"), ("flag", "held"), ("down", "left-out")),
        *(("restore", "told"), ("step-4", "told")),
    ]
    begun = next(run.of(RollbackStep))
    assert begun.command == tuple(SET.split())
    assert project.run(*CONFIRMED, "--with", "down").code == 0
    assert cluster.replicas == 0


def test_an_undo_names_its_revision(project: Project, cluster: Cluster) -> None:
    """
    The one before that of now, or the one that is asked for.
    """
    cluster.change(lambda spec: spec.update(template=cluster.template_with({"USE_BACKEND_API": "true", "NEW": "1"})))
    cluster.settle()
    said = project.run("rollback", "stage", "--procedure", "back", "--dry-run")
    assert "rollout undo deployment/xcodereviewer-backend --to-revision=1\n" in said.out
    assert "- changes NEW: 1 → not set\n" in said.out
    said = project.run("rollback", "stage", "--procedure", "back", "--confirm", TARGET, "--to-revision", "1")
    assert said.code == 0
    (begun,) = runs(project)[-1].of(RollbackBegun)
    assert (begun.revision, begun.template) == (1, cluster.current["metadata"]["labels"]["pod-template-hash"])
    said = project.run("rollback", "stage", "--procedure", "back", "--confirm", TARGET, "--to-revision", "9")
    assert (said.code, "keeps no revision 9; kept: 2, 3" in said.err) == (64, True)


@pytest.fixture
def share(project: Project, cluster: Cluster) -> Callable[[str | None], None]:
    """Sets the variable of the share of users, which the target names, in every pod; None removes it."""
    file = project.root / "targets" / f"{TARGET}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'kubernetes_percentage_variable = "SHARE"\n{text}', encoding="utf-8")

    def at(value: str | None) -> None:
        environment = {} if value is None else {"SHARE": value}
        cluster.change(lambda spec: spec.update(template=cluster.template_with(environment)))
        cluster.settle()

    return at


@pytest.mark.parametrize(("now", "percent"), [("50", "25"), ("10", "10"), ("a lot", "0"), (None, "0")])
def test_the_percentage_is_lowered_by_a_variable_of_the_deployment(
    project: Project, cluster: Cluster, share: Callable[[str | None], None], now: str | None, percent: str
) -> None:
    """
    Where the target names one; 0 % is less than whatever is there.
    """
    share(now)
    said = project.run(*GRADUAL, "--percent", percent, "--confirm", TARGET)
    assert (said.code, said.err) == (0, "")
    assert f"set env deployment/{NAME} SHARE={percent}" in said.out
    assert cluster.environment_now()["SHARE"] == percent


@pytest.mark.parametrize("sent", [("--confirm", TARGET), ("--dry-run",)], ids=["for real", "as a dry run"])
@pytest.mark.parametrize(
    ("now", "percent", "complaint"),
    [
        ("0", "50", "--percent 50: xcodereviewer-backend is at 0 % (SHARE), and a rollback never raises that: 0 % at most"),
        ("10", "90", "--percent 90: xcodereviewer-backend is at 10 % (SHARE), and a rollback never raises that"),
        (None, "25", "--percent 25: nobody knows whether 25 % is less: xcodereviewer-backend has SHARE not set; 0 % always is"),
        ("a lot", "25", "--percent 25: nobody knows whether 25 % is less: xcodereviewer-backend has SHARE a lot; 0 %"),
    ],
)  # fmt: skip
def test_a_rollback_never_raises_the_share_of_users(
    project: Project,
    cluster: Cluster,
    share: Callable[[str | None], None],
    now: str | None,
    percent: str,
    complaint: str,
    sent: tuple[str, ...],
) -> None:
    """
    What the cluster tells is compared with what is asked for, before anything is sent or written.
    """
    share(now)
    said = project.run(*GRADUAL, "--percent", percent, *sent)
    assert (said.code, complaint in said.err) == (64, True), said.err
    assert patches(cluster) == 0
    assert not project.folder("stage").exists()


@pytest.mark.parametrize("sent", [("--confirm", TARGET), ("--dry-run",)], ids=["for real", "as a dry run"])
def test_an_undo_does_not_raise_the_share_of_users_either(
    project: Project, cluster: Cluster, share: Callable[[str | None], None], sent: tuple[str, ...]
) -> None:
    """
    The revision before had more of them; one that had as many is gone back to.
    """
    for at in ("10", "50", "10"):
        share(at)
    said = project.run("rollback", "stage", "--procedure", "back", *sent)
    assert (said.code, patches(cluster)) == (64, 0)
    assert "xcodereviewer-backend: SHARE is 10 % now and 50 % in revision 3, and a rollback never raises" in said.err


def test_a_share_that_was_lowered_meanwhile_is_not_raised(
    project: Project, cluster: Cluster, share: Callable[[str | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between the question for the name and the command somebody else lowers it further.
    """
    share("50")
    monkeypatch.setattr("rollout.cli.rollback_place.refuse_unconfirmed", lambda *_: share("5"))
    said = project.run(*GRADUAL, "--percent", "25")
    assert (said.code, patches(cluster)) == (10, 0)
    assert "stopped at lower: xcodereviewer-backend is at 5 % (SHARE), and a rollback never raises that" in said.out


def test_an_undo_does_not_raise_a_share_that_was_lowered_meanwhile(
    project: Project, cluster: Cluster, share: Callable[[str | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The revision before had fewer of them than now, and more than a moment later.
    """
    for at in ("50", "60"):
        share(at)
    monkeypatch.setattr("rollout.cli.rollback_place.refuse_unconfirmed", lambda *_: share("0"))
    said = project.run("rollback", "stage", "--procedure", "back")
    assert (said.code, patches(cluster)) == (10, 0)
    assert "SHARE is 0 % now and 50 % in revision 2, and a rollback never raises that" in said.out


@pytest.mark.parametrize("sent", [("--confirm", TARGET), ("--dry-run",)], ids=["for real", "as a dry run"])
def test_an_undo_never_turns_the_flag_on(project: Project, cluster: Cluster, sent: tuple[str, ...]) -> None:
    """
    The revision before had it on; one that had it off is named.
    """
    assert project.run(*CONFIRMED).code == 0
    asked, back = patches(cluster), ("rollback", "stage", "--procedure", "back")
    said = project.run(*back, *sent)
    assert (said.code, patches(cluster)) == (64, asked)
    told = "--to-revision 1: xcodereviewer-backend: USE_BACKEND_API is false now and true in revision 1, and a rollback never"
    assert f"{told} turns it on; no other revision is safe" in said.err
    cluster.change(lambda spec: spec.update(template=cluster.template_with({"USE_BACKEND_API": "false", "NEW": "1"})))
    cluster.settle()
    said = project.run(*back, *sent, "--to-revision", "1")
    assert (said.code, patches(cluster)) == (64, asked)
    assert "turns it on; safe: --to-revision 2" in said.err
    assert project.run(*back, *sent, "--to-revision", "2").code == 0


def test_a_flag_that_was_turned_off_meanwhile_stays_off(
    project: Project, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between the question for the name and the command somebody else turns it off.
    """

    def change(flag: str, new: str) -> None:
        template = cluster.template_with({"USE_BACKEND_API": flag, "NEW": new})
        cluster.change(lambda spec: spec.update(template=template))
        cluster.settle()

    change("true", "1")
    monkeypatch.setattr("rollout.cli.rollback_place.refuse_unconfirmed", lambda *_: change("false", "1"))
    said = project.run("rollback", "stage", "--procedure", "back")
    assert (said.code, patches(cluster)) == (10, 0)
    told = "USE_BACKEND_API is false now and true in revision 1, and a rollback never turns it on; no other revision is"
    assert told in said.out


def test_a_flag_that_an_undo_turned_on_all_the_same_is_told_with_the_command_that_turns_it_off(
    project: Project, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Somebody turned it off between the last look and the command: nobody can look and send in one.
    """
    change = cluster.template_with({"USE_BACKEND_API": "true", "NEW": "1"})
    cluster.change(lambda spec: spec.update(template=change))
    cluster.settle()
    sent = Rollback.sent

    def late(self: Rollback, each: ResolvedStep) -> str:
        cluster.change(lambda spec: spec.update(template=cluster.template_with({"USE_BACKEND_API": "false"})))
        cluster.settle()
        return sent(self, each)

    monkeypatch.setattr(Rollback, "sent", late)
    said = project.run("rollback", "stage", "--procedure", "back", "--confirm", TARGET)
    assert (said.code, cluster.environment_now()["USE_BACKEND_API"]) == (10, "true")
    assert f"the undo turned USE_BACKEND_API on, which was off: send {SET}" in said.out


def test_a_step_that_may_not_be_sent_twice_is_never_sent_again(project: Project, cluster: Cluster) -> None:
    """
    It was sent without an answer; however often it is gone on with, that refusal stands.
    """
    text = project.plan.read_text(encoding="utf-8")
    flag = 'USE_BACKEND_API = "false" } }, post_check = "rolled-out", within = "20s", idempotent = '
    assert f"{flag}true" in text
    project.plan.write_text(text.replace(f"{flag}true", f"{flag}false"), encoding="utf-8")
    cluster.refusals["patch"] = Refusal(504, "Timeout", "no answer in time")
    assert project.run(*CONFIRMED).code == 10
    cluster.refusals.clear()
    sent = patches(cluster)
    for _ in range(2):
        said = project.run("rollback", "stage", "--resume", "--confirm", TARGET)
        assert (said.code, "may not be sent twice" in said.out, patches(cluster)) == (10, True, sent)


def test_a_rollback_whose_journal_is_damaged_is_not_gone_on_with(
    project: Project, cluster: Cluster, share: Callable[[str | None], None]
) -> None:
    """
    Nor the one before it in its place, which asked for something else.
    """
    share("60")
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden")
    for percent in ("50", "10"):
        assert project.run(*GRADUAL, "--percent", percent, "--confirm", TARGET).code == 10
    cluster.refusals.clear()
    damaged = runs(project)[-1].path
    damaged.write_bytes(damaged.read_bytes().replace(b'"percent":10', b'"percent":11'))
    said = project.run("rollback", "stage", "--resume", "--confirm", TARGET)
    assert (said.code, patches(cluster)) == (64, 2)
    assert f"--resume: {damaged.name} is damaged, so nobody knows what that rollback sent" in said.err


@pytest.mark.parametrize("resume", [(), ("--resume",)], ids=["a new one", "one that is gone on with"])
def test_one_rollback_at_a_time_is_at_work_on_a_target(
    project: Project, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, resume: tuple[str, ...]
) -> None:
    """
    Two that begin at the same moment find no journal of each other; a dry run only reads.
    """
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden")
    assert project.run(*CONFIRMED).code == 10
    cluster.refusals.clear()
    asked, second = patches(cluster), []

    def meanwhile(*_: object) -> None:
        words = ("rollback", "stage", *resume) if resume else EMERGENCY
        second.append(project.run(*words, "--confirm", TARGET))
        second.append(project.run(*EMERGENCY, "--dry-run"))

    monkeypatch.setattr("rollout.cli.rollback_place.refuse_unconfirmed", meanwhile)
    assert project.run(*EMERGENCY).code == 0
    barred, dry = second
    assert (barred.code, "another rollback is at work here: rollout " in barred.err, dry.code) == (64, True, 0)
    assert patches(cluster) == asked + 1


def test_a_share_that_nobody_tells_is_not_lowered(
    project: Project, cluster: Cluster, share: Callable[[str | None], None]
) -> None:
    """
    Whether it would be lowered is asked of the cluster; without an answer nothing is begun.
    """
    share("50")
    cluster.refusals["get"] = Refusal(403, "Forbidden", "deployments.apps is forbidden")
    said = project.run(*GRADUAL, "--percent", "25", "--confirm", TARGET)
    assert (said.code, patches(cluster)) == (10, 0)
    assert "not begun, nothing was sent: kubectl get: " in said.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("rollback", "stage"), "which procedure? --procedure emergency or back or gradual"),
        ((*EMERGENCY[:3], "emergncy"), "no procedure of stage 'emergncy'; did you mean 'emergency'?"),
        (EMERGENCY, "nothing was sent: type the name of the target out: --confirm staging"),
        ((*EMERGENCY, "--confirm", "production"), "'production' is not the name of the target, which is 'staging'"),
        ((*CONFIRMED, "--with", "dwn"), "no step with a condition 'dwn'; did you mean 'down'?"),
        ((*EMERGENCY, "--dry-run", "--with", "dwn"), "no step with a condition 'dwn'; did you mean 'down'?"),
        (("rollback", "stage", "--dry-run", "--with", "dwn"), "no step with a condition 'dwn'; did you mean 'down'?"),
        ((*CONFIRMED, "--with", "restore"), "no step with a condition 'restore'"),
        ((*CONFIRMED, "--percent", "5"), "--percent: no step of emergency does lower-percentage; leave it out"),
        ((*CONFIRMED, "--to-revision", "2"), "--to-revision: no step of emergency does undo; leave it out"),
        ((*CONFIRMED, "--restore-into", "new"), "--restore-into: no step of emergency does restore; leave it out"),
        (
            (*CONFIRMED, "--backup", "a.dump"),
            "--backup: it is restored into a new database only: add --restore-into NEW",
        ),
        ((*CONFIRMED, "--resume"), "--resume: no rollback was begun here"),
        ((*CONFIRMED, "--dry-run"), "--dry-run sends nothing: leave --resume and --confirm out"),
    ],
)
def test_a_choice_that_does_not_fit_sends_nothing(
    project: Project, cluster: Cluster, words: tuple[str, ...], complaint: str
) -> None:
    """
    One line and exit 64.
    """
    said = project.run(*words)
    assert said.code == 64
    assert complaint in said.err
    assert patches(cluster) == 0
    assert not list(project.folder("stage").rglob("*.jsonl"))


def test_a_restore_without_its_settings_sends_nothing(project: Project, cluster: Cluster) -> None:
    """
    The step before it is not sent either: what lacks is known before.
    """
    steps = Path(__file__).with_name("restore.toml").read_text(encoding="utf-8")
    project.plan.write_text(f"{project.plan.read_text(encoding='utf-8')}{steps}", encoding="utf-8")
    said = project.run("rollback", "stage", "--procedure", "data", "--restore-into", "new", "--confirm", TARGET)
    assert said.code == 64
    assert "not configured: set XCR_POSTGRES_DSN in the environment" in said.err
    assert not project.folder("stage").exists()


@pytest.mark.parametrize(("typed", "code"), [("staging", 0), ("stagin", 64)])
def test_at_a_terminal_the_name_is_asked_for(
    project: Project, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    """
    After what is going to be sent was shown.
    """
    terminal = io.StringIO(f"{typed}\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    said = project.run(*EMERGENCY)
    assert said.code == code
    assert said.out.index(f"1. flag: {SET}") < said.out.index("Type the name of the target")
    assert patches(cluster) == (1 if code == 0 else 0)


def test_a_value_of_the_cluster_moves_no_cursor(project: Project, cluster: Cluster) -> None:
    """
    Nor does it reach the journal as it is.
    """
    cluster.template["spec"]["containers"][0]["env"][0]["value"] = "tr\x1b[2Jue"
    said = project.run(*EMERGENCY, "--dry-run")
    assert "\x1b" not in said.out
    assert "changes USE_BACKEND_API: true → false" in said.out


def test_without_the_permission_nothing_is_sent(project: Project, cluster: Cluster) -> None:
    """
    A dry run needs none.
    """
    file = project.root / "targets" / f"{TARGET}.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(', "rollback"]', "]"), encoding="utf-8")
    said = project.run(*CONFIRMED)
    assert (said.code, "needs permission rollback" in said.err) == (64, True)
    assert patches(cluster) == 0
    assert project.run(*EMERGENCY, "--dry-run").code == 0


def test_the_stand_in_is_in_no_cluster(project: Project) -> None:
    """
    Its rollback is a drill.
    """
    said = project.run_bare("rollback", "stage", "--plan", str(project.plan_file()))
    assert (said.code, "exercise it: rollout drill rollback" in said.err) == (64, True)


def test_a_step_that_does_not_hold_stops_with_its_state_and_the_next_command(
    project: Project, cluster: Cluster
) -> None:
    """
    Going on sends only what is not there yet, with what was chosen before.
    """
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden: not yours")
    said = project.run(*CONFIRMED, "--with", "down")
    assert said.code == 10
    assert "stopped at flag: kubectl set: " in said.out
    assert f"look: kubectl --context=west --namespace=shop describe deployment/{NAME}\n" in said.out
    assert (
        f"go on: rollout rollback stage --target staging --procedure emergency {project.plan_option} --resume\n"
        in said.out
    )
    assert cluster.replicas == 3
    cluster.refusals.clear()
    said = project.run("rollback", "stage", "--resume", "--percent", "5", "--confirm", TARGET)
    assert (said.code, "goes on with emergency as it was begun" in said.err) == (64, True)
    said = project.run("rollback", "stage", "--resume", "--confirm", TARGET)
    assert said.code == 0
    assert cluster.replicas == 0
    first, second = runs(project)
    (begun,) = second.of(RollbackBegun)
    assert (begun.included, begun.resumes) == (("down",), first.run_id)
    said = project.run("rollback", "stage", "--resume", "--confirm", TARGET)
    assert (said.code, "the last rollback came to its end" in said.err) == (64, True)


def started(project: Project, *words: str) -> "subprocess.Popen[str]":
    """The command as a process of its own."""
    command = [sys.executable, "-m", "rollout", *words, "--target", TARGET, "--plan", str(project.plan_file())]
    return subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_after(project: Project, step: str, state: str) -> None:
    """A rollback of both steps, killed once its journal has a step in a state."""
    process = started(project, *CONFIRMED, "--with", "down")

    def written() -> None:
        journals: list[Path] = list(project.folder("stage").rglob("*.jsonl"))
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert any(f'"state":"{state}","step":"{step}"' in each.read_text(encoding="utf-8") for each in journals)

    try:
        eventually(written, within=30)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def test_an_interrupted_rollback_says_how_to_go_on(project: Project, cluster: Cluster) -> None:
    """
    SIGTERM is Ctrl-C: exit 30, and the command that goes on.
    """
    cluster.never_ready = True
    process = started(project, *CONFIRMED)

    def sent() -> None:
        assert patches(cluster) == 1

    eventually(sent, within=30)
    process.terminate()
    said, err = process.communicate()
    assert process.returncode == 30, f"{said} {err}"
    assert (
        f"interrupted; go on: rollout rollback stage --target staging --procedure emergency {project.plan_option} --resume"
        in said
    )


@pytest.mark.parametrize("step", ["flag", "down"])
@pytest.mark.parametrize("silent", [True, False], ids=["before it arrived", "after it arrived"])
def test_a_rollback_that_was_killed_is_gone_on_with(
    project: Project, cluster: Cluster, step: str, silent: bool
) -> None:
    """
    In the middle of either step, whether its command had arrived or not: the end is the same, and nothing arrived is sent again.
    """
    if step == "down":
        assert project.run(*CONFIRMED).code == 0
    cluster.silent = {"patch"} if silent else set()
    cluster.kept = 0 if silent else 3
    killed_after(project, step, "begun")
    cluster.kept, cluster.silent = 0, set()
    cluster.released.set()
    said = project.run("rollback", "stage", "--resume", "--confirm", TARGET)
    assert (said.code, said.err) == (0, "")
    assert (cluster.replicas, cluster.template["spec"]["containers"][0]["env"][0]["value"]) == (0, "false")
    assert [run.state for run in runs(project)][-2:] == ["torn", "complete"]
    assert dict(states(runs(project)[-1]))["down"] == "held"
