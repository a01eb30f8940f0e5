"""Steps are carried out with the real kubectl, and the first that does not take effect stops everything after it."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import pytest

from rollout.evidence import Journal, Origin
from rollout.evidence.reader import read_run
from rollout.evidence.records import RollbackStep
from rollout.plan.procedure import ProcedureStep
from rollout.rollback.carry_out import Rollback, Stopped
from rollout.rollback.deployment import Aim, deployment_named
from rollout.rollback.resolved import ResolvedStep
from rollout.target.kubectl import Kubectl
from tests.rollback.kubernetes_api import NAME, Cluster, Refusal

ORIGIN = Origin(producer="rollback", phase="p", target="t", environment="staging", release="r", plan="p")
ABOUT = f"deployment/{NAME}"


def planned(do: str, post_check: str, *, within: str = "20s", idempotent: bool = True, **more: object) -> ProcedureStep:
    """A step of a plan."""
    action = {"do": do, "deployment": "backend", **more}
    checks = {"pre_check": "revision-exists" if do == "undo" else "deployment-exists", "post_check": post_check}
    facts = {"run": do, "action": action, **checks, "within": within, "idempotent": idempotent}
    return ProcedureStep.model_validate(facts)


def flag_off(**more: object) -> ResolvedStep:
    """Switch the flag off."""
    step = planned("set-env", "rolled-out", values={"USE_BACKEND_API": "false"}, **more)  # type: ignore[arg-type]
    return ResolvedStep(
        "flag", step, NAME, ("set", "env", ABOUT, "USE_BACKEND_API=false"), Aim({"USE_BACKEND_API": "false"})
    )


def scale_down(**more: object) -> ResolvedStep:
    """Have no pod."""
    step = planned("scale", "no-pods", replicas=0, **more)  # type: ignore[arg-type]
    return ResolvedStep("scale", step, NAME, ("scale", ABOUT, "--replicas=0"), Aim(replicas=0))


def undo(revision: int, template: str) -> ResolvedStep:
    """Go back to a revision."""
    words = ("rollout", "undo", ABOUT, f"--to-revision={revision}")
    return ResolvedStep("undo", planned("undo", "rolled-out"), NAME, words, Aim(template=template))


def notify() -> ResolvedStep:
    """What people do."""
    return ResolvedStep("notify", ProcedureStep(run="Notify users"), told="left to people")


def carried_out(
    kubectl: Kubectl, folder: Path, *steps: ResolvedStep, before: Collection[str] = ()
) -> list[tuple[str, str, str]]:
    """Step, state and what was said of it, as the journal has them."""
    with Journal(folder / "journals", ORIGIN) as journal:
        rollback = Rollback(kubectl, journal, frozenset(), before, lambda *_: None)
        with suppress(Stopped):
            rollback.carry_out(list(steps))
    return [(each.step, each.state, each.said) for each in read_run(journal.path).of(RollbackStep)]


def test_every_step_takes_effect_in_its_turn(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    Each is written down before it is sent; what people do is told.
    """
    assert carried_out(kubectl, tmp_path, flag_off(), scale_down(), notify()) == [
        *(("flag", "begun", ""), ("flag", "held", "took effect")),
        *(("scale", "begun", ""), ("scale", "held", "took effect")),
        ("notify", "told", "left to people"),
    ]
    there = deployment_named(kubectl, NAME)
    assert (there.value("USE_BACKEND_API"), there.replicas, there.pods) == ("false", 0, ())


def test_an_undo_goes_back_to_the_revision_that_was_named(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    Done again it sends nothing: the number is another one by then, the template is not.
    """
    first = deployment_named(kubectl, NAME)
    carried_out(kubectl, tmp_path, flag_off())
    back = undo(first.revision, first.template)
    assert carried_out(kubectl, tmp_path, back)[-1] == ("undo", "held", "took effect")
    assert deployment_named(kubectl, NAME).template == first.template
    assert carried_out(kubectl, tmp_path, back) == [("undo", "held", "was so already")]


def test_a_revision_that_is_not_kept_stops_before_anything_is_sent(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path
) -> None:
    """
    The check before the step says so.
    """
    ((step, state, said),) = carried_out(kubectl, tmp_path, undo(9, "gone"))
    assert (step, state) == ("undo", "failed")
    assert "keeps no revision with template gone" in said
    assert cluster.named()["patch"] == 0


@pytest.mark.parametrize("step", [flag_off(), scale_down()], ids=["set env", "scale"])
def test_a_conflict_is_tried_again(cluster: Cluster, kubectl: Kubectl, tmp_path: Path, step: ResolvedStep) -> None:
    """
    Somebody else changed the deployment at the same moment: 409.
    """
    cluster.refusals["patch"] = Refusal(409, "Conflict", "the object has been modified", 1)
    assert carried_out(kubectl, tmp_path, step)[-1][1] == "held"


@pytest.mark.parametrize("step", [flag_off(), scale_down()], ids=["set env", "scale"])
def test_what_is_forbidden_stops_at_once(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path, step: ResolvedStep
) -> None:
    """
    403 is said again however often one asks; nothing after the step is sent.
    """
    cluster.refusals["patch"] = Refusal(403, "Forbidden", "deployments.apps is forbidden: no")
    *_, (name, state, said) = carried_out(kubectl, tmp_path, step, notify())
    assert (name, state) == (step.name, "failed")
    assert "forbidden" in said
    assert cluster.named()["patch"] == 1


def test_an_answer_that_is_lost_is_looked_up(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    The command had arrived: it is not sent a second time, even where it could be.
    """
    cluster.lost_answers = 1
    *_, (_, state, said) = carried_out(kubectl, tmp_path, flag_off(idempotent=False))
    assert (state, cluster.named()["patch"]) == ("held", 1)
    assert said.startswith("took effect though no answer came: ")


def test_silence_is_tried_again_only_where_that_is_safe(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    Nobody knows whether a command arrived that got no answer in time.
    """
    cluster.silent = {"patch"}
    assert carried_out(kubectl, tmp_path, flag_off(idempotent=False))[-1][1] == "failed"
    once = cluster.named()["patch"]
    assert carried_out(kubectl, tmp_path, flag_off())[-1][1] == "failed"
    assert cluster.named()["patch"] - once == 3 * once


def test_a_rollout_that_never_gets_ready_stops_with_its_state(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path
) -> None:
    """
    The counts are told as they were seen last, and the next step is not begun.
    """
    cluster.never_ready = True
    steps = carried_out(kubectl, tmp_path, flag_off(within="0.1s"), scale_down())
    assert [(step, state) for step, state, _ in steps] == [("flag", "begun"), ("flag", "failed")]
    assert cluster.replicas == 3
    cluster.never_ready = False
    assert carried_out(kubectl, tmp_path, flag_off(), before={"flag"}) == [("flag", "held", "was so already")]


@pytest.mark.parametrize(
    "step", [flag_off(within="2s"), scale_down(within="2s")], ids=["older template", "scaled down"]
)
def test_a_pod_that_never_ends_fails_its_step(
    cluster: Cluster, kubectl: Kubectl, tmp_path: Path, step: ResolvedStep
) -> None:
    """
    Whatever the counts of the deployment say.
    """
    cluster.kept = 1
    *_, (_, state, said) = carried_out(kubectl, tmp_path, step)
    assert state == "failed"
    assert f"{NAME}-" in said


def test_no_watch_is_asked_for_so_none_can_break(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    The server breaks every watch, and two answers in the middle: each look is a question of its own.
    """
    cluster.refusals["watch"] = Refusal(500, "InternalError", "the watch is broken")
    cluster.cut = 2
    assert carried_out(kubectl, tmp_path, flag_off())[-1] == ("flag", "held", "took effect")
    assert cluster.named()["watch"] == 0


def test_a_step_that_may_not_be_sent_twice_is_not(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """
    A call before was killed between its record and its command, and nobody knows which came last.
    """
    ((_, state, said),) = carried_out(kubectl, tmp_path, scale_down(idempotent=False), before={"scale"})
    assert (state, cluster.replicas) == ("failed", 3)
    assert "may not be sent twice" in said
