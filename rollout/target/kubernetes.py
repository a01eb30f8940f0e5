"""Whether kubectl reaches the namespace that a rollback would act on. Nothing is changed there."""

import shutil
import subprocess

from rollout.target.message import one_line
from rollout.target.obstacle import needed, place
from rollout.target.probe import Unseen
from rollout.target.settings import Target
from rollout.values import numbered, some

ANSWER_S = 5
COMMAND_S = 15.0


def deployments(target: Target) -> str:
    """The namespace has deployments that this machine may list; Unseen where there is no kubectl to ask with."""
    context, program = needed(target, "kubernetes_context"), shutil.which("kubectl")
    if program is None:
        raise Unseen("not looked at: kubectl is not on PATH")
    place_asked = [f"--context={context}"]
    if target.kubernetes_namespace:
        place_asked.append(f"--namespace={target.kubernetes_namespace}")
    names = listed([program, *place_asked, "get", "deployments", "-o", "name", f"--request-timeout={ANSWER_S}s"])
    namespace = target.kubernetes_namespace or "the context's namespace"
    assert names, (
        f"kubectl: got no deployment in {namespace}, want one at least: see {place(target, 'kubernetes_namespace')}"
    )
    missing = sorted(set(target.kubernetes_deployments.values()) - {name.rpartition("/")[2] for name in names})
    assert not missing, (
        f"kubectl: got no deployment {some(missing)} in {namespace}, "
        f"want those that a rollback acts on: see {place(target, 'kubernetes_deployments')}"
    )
    return f"{numbered(len(names), 'deployment', 'deployments')} in {namespace}"


def listed(command: list[str]) -> list[str]:
    """The lines that *command* prints; AssertionError with what it said where it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise AssertionError(f"kubectl: got {type(error).__name__}, want the names of deployments") from None
    assert done.returncode == 0, f"kubectl: got exit {done.returncode}, want 0; {one_line(done.stderr)}"
    return done.stdout.split()
